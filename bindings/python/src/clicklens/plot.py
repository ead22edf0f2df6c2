"""The figures of a report, drawn with matplotlib (which is looked for when something is drawn).

    report = clicklens.report(models, train=[...], test=[...])
    clicklens.plot.metrics(report)                 # AUC by checkpoint and day
    clicklens.plot.spread(report, "l2")            # of the latest checkpoint

Every function takes a `Report` or its `figures` (JSON that was kept will do) and returns the Axes it drew on: `ax`, or new
ones. `checkpoint` is a number or a name; the latest where it is not given. Names of layers likewise: the last.
"""

from __future__ import annotations

from typing import Any

from ._library import Error, Status

__all__ = ["calibration", "click_rate", "components", "metrics", "probe", "saliency", "saliency_days", "score_psi", "scores",
           "spread"]

_COLOURS = {"train": "#2450b8", "test": "#b84e06", "click": "#b0215f", "other": "#66717f"}
_WORDS = {"train": "days trained on", "test": "test days"}


def _axes(ax, title: str, x: str = "", y: str = ""):
    if ax is None:
        try:
            from matplotlib import pyplot
        except ImportError:
            raise Error(Status.UNSUPPORTED, "drawing needs matplotlib: pip install 'clicklens[plot]'") from None
        ax = pyplot.subplots()[1]
    ax.set(title=title, xlabel=x, ylabel=y)
    return ax


def _figures(report) -> dict:
    return getattr(report, "figures", report)


def _one(items: list, which, key: str, what: str):
    """The item numbered or named `which`; the last for None."""
    if which is None:
        which = -1
    if isinstance(which, int) and -len(items) <= which < len(items):
        return items[which]
    for item in items:
        if item[key] == which:
            return item
    raise Error(Status.NOT_FOUND, f"no {what} {which!r}; there are {', '.join(str(item[key]) for item in items)}")


def _checkpoint(report, which) -> dict:
    return _one(_figures(report)["checkpoints"], which, "name", "checkpoint")


def _layer(report, layer, checkpoint) -> dict:
    return _one(_checkpoint(report, checkpoint)["layers"], layer, "layer", "layer")


def _floats(values) -> list[float]:
    return [float("nan") if value is None else value for value in values]


def _days(ax, days: list[dict]) -> None:
    names = [day["name"] for day in days]
    ax.set_xticks(range(len(names)), names, rotation=45, ha="right")
    tests = [i for i, day in enumerate(days) if day["split"] == "test"]
    if tests and len(tests) < len(days):
        ax.axvspan(tests[0] - 0.5, len(days) - 0.5, color=_COLOURS["test"], alpha=0.07, lw=0)


def metrics(report: Any, metric: str = "auc", *, ax: Any = None) -> Any:
    """A metric (auc, gauc, logloss, normalized_entropy, calibration, slope) by checkpoint and day, 95 % intervals where it has errors."""
    figures = _figures(report)
    if metric not in ("auc", "gauc", "logloss", "normalized_entropy", "calibration", "slope"):
        raise Error(Status.INVALID_ARGUMENT, f"no metric {metric!r}")
    ax = _axes(ax, f"{metric} by day")
    for checkpoint in figures["checkpoints"]:
        values = _floats(m[metric] for m in checkpoint["metrics"])
        errors = [1.96 * (m.get(f"{metric}_se") or 0) for m in checkpoint["metrics"]]
        ax.errorbar(range(len(values)), values, errors, marker="o", capsize=3, label=checkpoint["name"])
    _days(ax, figures["days"])
    ax.legend()
    return ax


def scores(report: Any, split: str = "test", checkpoint: Any = None, *, ax: Any = None) -> Any:
    """Histogram of logits of clicks and of other rows; each adds up to one."""
    told = _checkpoint(report, checkpoint)["scores"]
    ax = _axes(ax, f"scores, {_WORDS.get(split, split)}", "logit", "share of rows")
    for histogram in told["histograms"]:
        if histogram["split"] != split:
            continue
        counts, name = histogram["counts"], "click" if histogram["label"] else "other"
        total, edges = sum(counts) or 1, [told["from"] + i * told["width"] for i in range(len(counts) + 1)]
        ax.stairs([n / total for n in counts], edges, fill=True, alpha=0.25, color=_COLOURS[name])
        ax.stairs([n / total for n in counts], edges, color=_COLOURS[name], label=name)
    ax.legend()
    return ax


def calibration(report: Any, checkpoint: Any = None, *, ax: Any = None) -> Any:
    """Observed click rate against the predicted one, with Wilson's 95 % intervals of independent rows."""
    ax = _axes(ax, "calibration", "predicted click rate", "observed click rate")
    for curve in _checkpoint(report, checkpoint)["scores"]["calibration"]:
        points = curve["points"]
        # reports of older versions: of a rate of 0 the lower bound may be 1e-18
        errors = [[max(p["observed"] - p["low"], 0) for p in points], [max(p["high"] - p["observed"], 0) for p in points]]
        ax.errorbar([p["predicted"] for p in points], [p["observed"] for p in points], errors, marker="o",
                    color=_COLOURS[curve["split"]], label=_WORDS[curve["split"]])
    ax.axline((0, 0), slope=1, color="grey", ls=":", label="calibrated")
    ax.legend()
    return ax


def click_rate(report: Any, checkpoint: Any = None, *, ax: Any = None) -> Any:
    """Observed and predicted click rate by day."""
    told = _checkpoint(report, checkpoint)["metrics"]
    ax = _axes(ax, "click rate by day")
    observed = [m["clicks"] / m["rows"] if m["rows"] else float("nan") for m in told]
    predicted = [rate * known for rate, known in zip(observed, _floats(m["calibration"] for m in told))]
    ax.plot(observed, "o--", color=_COLOURS["other"], label="observed")
    ax.plot(predicted, "o-", color=_COLOURS["train"], label="predicted")
    _days(ax, _figures(report)["days"])
    ax.legend()
    return ax


def score_psi(report: Any, checkpoint: Any = None, *, ax: Any = None) -> Any:
    """Population stability index of the scores of every test day, against the days trained on."""
    days = [day for day in _figures(report)["days"] if day["split"] == "test"]
    ax = _axes(ax, "scores' PSI by test day")
    ax.plot(_floats(day["score_psi"] for day in _checkpoint(report, checkpoint)["drift"]), "o-", color=_COLOURS["test"])
    _days(ax, days)
    return ax


def saliency(report: Any, checkpoint: Any = None, *, ax: Any = None) -> Any:
    """Share of every group in the saliency, days trained on beside test days."""
    parts = {part["split"]: part["groups"] for part in _checkpoint(report, checkpoint)["saliency"]["parts"] if part["by"] == "all"}
    ax = _axes(ax, "saliency by group", "share")
    names = [group["group"] for group in parts["train"]]
    for offset, (split, groups) in zip((-0.2, 0.2), parts.items()):
        ax.barh([i + offset for i in range(len(names))], _floats(g["share"] for g in groups), 0.38,
                xerr=[1.96 * (g["share_se"] or 0) for g in groups], color=_COLOURS[split], label=_WORDS[split])
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.legend()
    return ax


def saliency_days(report: Any, checkpoint: Any = None, *, ax: Any = None) -> Any:
    """Share of every group by day."""
    days = _figures(report)["days"]
    by_day = {(p["split"], p["value"]): p["groups"] for p in _checkpoint(report, checkpoint)["saliency"]["parts"] if p["by"] == "day"}
    ax = _axes(ax, "saliency by day", y="share")
    of_day = [{g["group"]: g["share"] for g in by_day.get((day["split"], day["file"]), [])} for day in days]
    for group in next((list(shares) for shares in of_day if shares), []):
        ax.plot(_floats(shares.get(group) for shares in of_day), "o-", label=group)
    _days(ax, days)
    ax.legend()
    return ax


def probe(report: Any, checkpoint: Any = None, *, ax: Any = None) -> Any:
    """AUC of a logistic regression on every layer, by day, with its controls."""
    told = _checkpoint(report, checkpoint)
    if told["probe"] is None:
        raise Error(Status.NOT_FOUND, f"no probe: {told['probe_missing']}")
    what = told["probe"]["concepts"][0]
    names = [layer["layer"] for layer in what["layers"]]
    ax = _axes(ax, "probe by layer", y="AUC")
    day_names = {day["file"]: day["name"] for day in _figures(report)["days"]}
    for day in what["days"]:
        ax.errorbar(range(len(names)), _floats(layer["auc"] for layer in day["layers"]),
                    [1.96 * (layer["auc_se"] or 0) for layer in day["layers"]], marker="o", capsize=3, label=day_names[day["file"]])
    for key, style in (("untrained", "--"), ("shuffled_eval_auc", ":")):
        values = _floats((layer["controls"] or {}).get(key) for layer in what["layers"])
        if any(value == value for value in values):
            ax.plot(values, style, color=_COLOURS["other"], label=f"control: {key.split('_')[0]}")
    ax.set_xticks(range(len(names)), names)
    ax.legend()
    return ax


def spread(report: Any, layer: str | None = None, checkpoint: Any = None, *, ax: Any = None) -> Any:
    """Standard deviations of a layer's neurons, largest first, of the days trained on and the test days; dotted: over the
    rows of them that the network knows all ids of, where there are such rows."""
    told = _layer(report, layer, checkpoint)
    ax = _axes(ax, f"spread of {told['layer']}", "neuron by rank", "standard deviation")
    for split, style in (("train", "-"), ("test", "--")):
        ax.plot(told["spread"]["rank"], _floats(told["spread"][split]), style, color=_COLOURS[split], label=_WORDS[split])
    for split in _WORDS:
        known = told["spread"].get(f"known_{split}")  # reports of older versions have none
        if known:
            ax.plot(told["spread"]["rank"], _floats(known), ":", color=_COLOURS[split], label=f"{_WORDS[split]}, ids known")
    ax.legend()
    return ax


def components(report: Any, layer: str | None = None, checkpoint: Any = None, *, ax: Any = None) -> Any:
    """Rows of the test days in a layer's two largest principal components, by label."""
    told = _layer(report, layer, checkpoint)
    ax = _axes(ax, f"components of {told['layer']}", "first component", "second component")
    for name in ("other", "click"):
        points = told["components"][name]
        ax.scatter([p[0] for p in points], [p[1] for p in points], s=9, alpha=0.7, color=_COLOURS[name], label=name)
    ax.legend()
    return ax
