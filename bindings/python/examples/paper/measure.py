"""What the library says of the checkpoints: a page, and the JSON of its commands. Nothing is computed here."""

import os
import shlex
from dataclasses import dataclass, field

from command import clicklens_json
from days import by_label
from stages import STAGES

import clicklens

SOUND, OVERTRAINED = "one", "four"  # the stages that the paper's signs of over-fitting should tell apart
TASK = "ctr"
THREADS = os.cpu_count() or 1


@dataclass(frozen=True)
class Refined:
    """One `clicklens refine`, held against the checkpoint on days that it did not learn from."""

    stage: str
    options: list
    learn: list   # names of the files learnt from
    said: dict    # `refine --json`
    before: list  # days of `evaluate --json`
    after: list


@dataclass
class Figures:
    days: object
    report: dict        # `report --json`: checkpoints in the order of STAGES
    diagnoses: dict     # {stage: `diagnose --json`}
    scores: dict        # {stage: [(rows, "clicks" or "others", the logit's entry of `neurons --json`)]}
    held: dict          # {stage: days of `evaluate --json`}: the files held out
    paper_probes: dict  # {stage: `probe --json`}: fitted on rows trained on, told on rows held out
    later: dict = field(default_factory=dict)    # {(stage, file of a day): `diff --json` from SOUND to that stage}
    refined: list = field(default_factory=list)  # of Refined


def measure(days, checkpoints, folder, quick):
    """The figures; `folder` gets the page report.html, and the files of diagnoses and refined models."""
    files = {c.stage: c.path for c in checkpoints}
    diagnoses, written = {}, [folder / f"diagnosis_{stage}.json" for stage in STAGES]
    for stage, to in zip(STAGES, written):
        diagnoses[stage] = clicklens_json("diagnose", files[stage], "--train", *days.train, "--hold", *days.hold, "--test", *days.test,
                                          "--threads", THREADS, "--draws", 2 if quick else 5, save=to)
    report = clicklens.report([files[s] for s in STAGES], train=days.train, test=days.test, diagnosis=written,
                              draws=1 if quick else 10, threads=THREADS)
    report.save(folder / "report.html")
    found = Figures(days, report.figures, diagnoses, _scores(days, files, folder),
                    {s: clicklens_json("evaluate", files[s], *days.hold)["days"] for s in STAGES},
                    {s: _paper_probe(days, files[s]) for s in STAGES})
    for stage in STAGES:
        for day in (days.test[0], days.test[-1]):
            if stage != SOUND:
                found.later[stage, day] = clicklens_json("diff", files[SOUND], files[stage], day)
    for stage in (SOUND,) if quick else (SOUND, OVERTRAINED):
        for number, (options, learn) in enumerate(edits(diagnoses[stage], days, most=2 if quick else 100)):
            to = folder / f"refined_{stage}_{number}.clens"
            found.refined.append(_refine(days, stage, files[stage], to, options, learn))
    return found


def _scores(days, files, folder):
    """Of the first day's rows trained on and held out, and of the first and last test day."""
    of = {"trained on": days.train[0], "held out": days.hold[0], days.test[0].name: days.test[0], days.test[-1].name: days.test[-1]}
    kinds = [(name, "clicks" if label else "others", by_label(path, folder, label, days.schema.label))
             for name, path in of.items() for label in (1, 0)]
    found = {}
    for stage in STAGES:
        first, *rest = [path for _, _, path in kinds]
        said = clicklens_json("neurons", files[stage], first, "--layer", TASK, "--compare", *rest)
        parts = [said["data"], *said["compared"]]
        found[stage] = [(name, kind, part["layers"][0]["neurons"][0]) for (name, kind, _), part in zip(kinds, parts)]
    return found


def _paper_probe(days, model):
    return clicklens_json("probe", model, "--fit", *days.train, "--eval", *days.hold, "--draws", 0)


def edits(diagnosis, days, most):
    """[(options, files to learn from)] of the `clicklens refine` commands that a diagnosis prints, each once, `most` of them;
    then all but cuts in one, with tables at half the bytes. What would learn from every test day learns from the rows
    held out, so that days are left to judge by."""
    found, union = {}, {}
    for finding in diagnosis["findings"]:
        words = shlex.split(finding["command"])
        if words[:2] != ["clicklens", "refine"]:
            continue
        parts = _parts(words[5:])  # behind clicklens refine MODEL -o OUT
        learn = [path for path in parts.pop("--learn", [])]
        parts.pop("--data", None)
        if set(learn) >= {str(path) for path in days.test}:
            learn = [str(path) for path in days.hold]
        found.setdefault(_flat(parts), learn)
        for option, values in parts.items():
            if option != "--cut-at":
                union.setdefault(option, {}).update(dict.fromkeys(values))
    together = _flat({**union, "--tables": ["f16"]})
    chosen = [(list(options), learn) for options, learn in found.items()][:most]
    return [*chosen, (list(together), [str(path) for path in days.hold])]


def _parts(words):
    """{option: its values}, in order."""
    parts, name = {}, None
    for word in words:
        if word.startswith("--"):
            name = word
            parts.setdefault(name, [])
        else:
            parts[name].append(word)
    return parts


def _flat(parts):
    repeated = ("--drop-group", "--prune")
    words = []
    for option, values in parts.items():
        if option in repeated:
            words += [word for value in values for word in (option, value)]
        else:
            words += [option, list(values)[-1]]  # of two calibrations the last: isotonic, which also scales and shifts
    return tuple(words)


def _refine(days, stage, model, to, options, learn):
    fresh = [path for path in days.test if str(path) not in learn]
    data = fresh[:1] if len(fresh) == 1 else [fresh[0], fresh[-1]]
    said = clicklens_json("refine", model, "-o", to, *options, *(["--learn", *learn] if learn else []), "--data", *data)
    before, after = (clicklens_json("evaluate", path, *data)["days"] for path in (model, to))
    return Refined(stage, options, [os.path.basename(path) for path in learn], said, before, after)
