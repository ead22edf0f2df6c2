"""The findings as Markdown tables, one function each; every number is read out of what the library said."""

from markdown import interval, number, table, with_error
from measure import SOUND
from stages import STAGES

EPOCHS = {"half": "half an epoch", "one": "1 epoch", "two": "2 epochs", "four": "4 epochs"}
HEAD = [EPOCHS[stage] for stage in STAGES]


def checkpoint(figures, stage):
    return figures.report["checkpoints"][STAGES.index(stage)]


def checks(figures, stage, kind):
    return [check for check in figures.diagnoses[stage]["checks"] if check["kind"] == kind]


def evidence(figures, stage, name):
    """(value, low, high) of a sign beside the check of over-fitting; None: it was not told."""
    for item in checks(figures, stage, "overfit")[0]["evidence"]:
        if item["name"].split(" ")[0] == name:
            return item["value"], item["low"], item["high"]
    return None


def auc_by_day(figures):
    """AUC ± SE on every day: what decays."""
    rows = []
    for i, day in enumerate(figures.report["days"]):
        cells = [checkpoint(figures, stage)["metrics"][i] for stage in STAGES]
        rows.append([day["name"], day["split"], cells[0]["rows"], *(with_error(c["auc"], c["auc_se"]) for c in cells)])
    for i, path in enumerate(figures.days.hold):
        cells = [figures.held[stage][i] for stage in STAGES]
        rows.insert(len(figures.days.train) + i,
                    [path.name, "held out", cells[0]["rows"], *(with_error(c["auc"], c["auc_se"]) for c in cells)])
    return table(["day", "rows of", "rows", *HEAD], rows)


def auc_change(figures):
    """AUC of a test day less that of rows held out of the training days, by `diagnose`."""
    by_stage = [{check["rows_of"]: check for check in checks(figures, stage, "drift_auc")} for stage in STAGES]
    rows = []
    for day in figures.days.test:
        found = [checks_of.get(str(day)) for checks_of in by_stage]
        rows.append([day.name, *("-" if c is None else _change(c) for c in found)])
    return table(["day", *HEAD], rows)


def _change(check):
    if check["state"] == "not_enough":
        return "not enough data"
    return interval(check["value"], check["low"], check["high"]) + (" **" if check["state"] == "found" else "")


def auc_of_stages(figures):
    """AUC of a stage less that of one epoch, on the same rows: paired."""
    rows = []
    for stage in STAGES:
        if stage != SOUND:
            cells = [figures.later[stage, day]["scores"]["auc"] for day in (figures.days.test[0], figures.days.test[-1])]
            rows.append([EPOCHS[stage], *("-" if c is None else interval(c["difference"], c["low"], c["high"]) for c in cells)])
    return table(["less 1 epoch", figures.days.test[0].name, figures.days.test[-1].name], rows)


def scores(figures):
    """Mean and sd of the logit, clicks and other rows apart."""
    rows = []
    for i, (name, kind, _) in enumerate(figures.scores[SOUND]):
        cells = [figures.scores[stage][i][2] for stage in STAGES]
        rows.append([name, kind, cells[0]["rows"], *(f"{with_error(c['mean'], c['mean_se'], 2)}, {with_error(c['sd'], c['sd_se'], 2)}"
                                                    for c in cells)])
    return table(["rows", "label", "n", *HEAD], rows)


def spread(figures):
    """Neurons of a layer: median of sd on test days over sd on rows trained on; dead ones; effective rank."""
    rows = []
    for i, layer in enumerate(checkpoint(figures, SOUND)["layers"]):
        cells = [checkpoint(figures, stage)["layers"][i] for stage in STAGES]
        rows.append([layer["layer"], layer["width"],
                     *(f"{number(c['spread_ratio'], 3)}, {c['dead']} dead, rank {number(c['effective_rank'], 1)} / "
                       f"{number(c['effective_rank_test'], 1)}" for c in cells)])
    return table(["layer", "width", *HEAD], rows)


def probe_days(probe):
    return probe["concepts"][0]["days"] if probe else []


def probes(figures, of):
    """AUC of a probe by layer, and over the layer before, on the first day told. `of`: {stage: probe or None}."""
    told = {stage: probe_days(of[stage]) for stage in STAGES}
    if not told[SOUND]:
        return "No probe: not enough data."
    rows = []
    for i, layer in enumerate(told[SOUND][0]["layers"]):
        cells = [told[stage][0]["layers"][i] if told[stage] else None for stage in STAGES]
        rows.append([layer["layer"], *(_probe_cell(cell) for cell in cells)])
    return table(["layer", *HEAD], rows)


def _probe_cell(cell):
    if cell is None:
        return "-"
    step = cell["over_layer_before"]
    said = with_error(cell["auc"], cell["auc_se"])
    return said if step is None else f"{said}; {interval(step['difference'], step['low'], step['high'])} {step['adds']}"


def probe_controls(figures):
    """Probes of shuffled labels, of a random label for each user, of untrained weights: AUC, mean ± sd of draws."""
    rows = []
    for stage in STAGES:
        probe = checkpoint(figures, stage)["probe"]
        for layer in probe["concepts"][0]["layers"] if probe else []:
            c = layer["controls"]
            if c is not None:
                rows.append([EPOCHS[stage], layer["layer"], *(with_error(c[n], c[f"{n}_sd"]) for n in (
                    "shuffled_fit_auc", "shuffled_eval_auc", "task_eval_auc", "untrained"))])
    return table(["stage", "layer", "shuffled, rows fitted", "shuffled, others", "control task", "untrained"], rows)


def saliency(figures):
    """Shares of centred saliency: rows trained on, test days, log ratio with its interval."""
    rows = []
    for i, group in enumerate(checkpoint(figures, SOUND)["saliency"]["contrasts"]):
        cells = [checkpoint(figures, stage)["saliency"]["contrasts"][i] for stage in STAGES]
        rows.append([group["group"], *(f"{number(c['train_share'], 3)}, {number(c['test_share'], 3)}; "
                                       f"{interval(c['log_ratio'], c['low'], c['high'], 2)}{' **' if c['finding'] else ''}"
                                       for c in cells)])
    return table(["group", *HEAD], rows)


def found(figures):
    """How many findings of a kind each stage has."""
    kinds = sorted({check["kind"] for d in figures.diagnoses.values() for check in d["findings"]})
    of = [[sum(c["kind"] == kind for c in figures.diagnoses[stage]["findings"]) for stage in STAGES] for kind in kinds]
    counts = [figures.diagnoses[stage] for stage in STAGES]
    return table(["finding", *HEAD], [*([kind, *row] for kind, row in zip(kinds, of)),
                                      ["checks", *(d["checked"] for d in counts)],
                                      ["of these without enough data", *(d["not_enough"] for d in counts)]])


def refined(figures):
    """Before and after, on days that the edit did not learn from."""
    rows = []
    for one in figures.refined:
        for i, day in enumerate(one.said["days"]):
            before, after, difference = one.before[i], one.after[i], day["auc_difference"]
            both = [f"{with_error(b[f], b[f'{f}_se'])} → {with_error(a[f], a[f'{f}_se'])}"
                    for f in ("logloss", "calibration") for b, a in ((before, after),)]
            auc = f"{number(before['auc'])} → {number(after['auc'])}"
            auc += "" if difference is None else f"; {interval(difference['difference'], difference['low'], difference['high'], 5)}"
            us = f"{number(day['before']['us_per_request'], 1)} → {number(day['after']['us_per_request'], 1)}"
            size = f"{one.said['size_before']:,} → {one.said['size_after']:,}"
            rows.append([EPOCHS[one.stage], f"`{' '.join(one.options)}`", day["file"].rsplit("/", 1)[-1], auc, *both, us, size])
    return table(["stage", "refine", "day", "AUC", "log loss", "calibration", "µs a request", "bytes"], rows)
