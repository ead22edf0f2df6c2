"""Days of real clicks say the same from the command line, from Python and from C: metrics, neurons, saliency, profiles,
drift, attribution. The figures go through one library, so they are equal to the last bit: sums are exact (neurons,
profiles), or added in the order of the rows. Where Python or C has a choice of its own, `TOLERANCE` says so.

CLICKLENS_REAL_DATA names a folder of schema.json and day files; without it the tests are skipped."""

import functools
import gzip
import itertools
import json
import math
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import real_model
from command import run_json

ROWS = 2000  # of each day, from its beginning
DAYS = 3     # the first one is the reference
GIVEN = os.environ.get("CLICKLENS_REAL_DATA")
NEURON = ("mean", "sd", "mean_se", "click_mean", "label_correlation", "score_correlation", "auc", "active")
METRICS = ("auc", "auc_se", "logloss", "calibration", "slope")
SALIENCY = ("share", "share_se", "mean_absolute", "mean")
DRIFT = ("effect", "z", "q", "psi")
# numpy adds |a| of many rows pairwise.
TOLERANCE = {"attribution": 1e-12}


def plain(value):
    return None if value is None or not math.isfinite(value) else float(value)


def figures(kind, file, of, at, names, record):
    return {(kind, str(file), f"{of}/{at}", name): plain(record[name]) for name in names}


class Sources:
    """The days, the model, and what each of the three says."""

    def __init__(self, folder, package):
        self.folder, self.clicklens = folder, package
        paths = sorted(p for p in Path(GIVEN).iterdir() if p.name.endswith(".tsv.gz"))
        if len(paths) < DAYS:
            raise unittest.SkipTest(f"CLICKLENS_REAL_DATA={GIVEN} has {len(paths)} days, {DAYS} are needed")
        self.days = [self._cut(path) for path in (paths[0], paths[len(paths) // 2], paths[-1])]
        self.path = folder / "real.clens"
        real_model.RealModel(package, Path(GIVEN) / "schema.json", self.days[0]).write(self.path)
        self.profiles = {}

    def _cut(self, path):
        to = self.folder / path.name[: -len(".gz")]
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            to.write_text("".join(itertools.islice(lines, ROWS + 1)), encoding="utf-8")
        return to

    @functools.cached_property
    def command(self):
        found, reference, made = {}, self.days[0], []
        for day in run_json("evaluate", self.path, *self.days)["days"]:
            found |= figures("metrics", day["file"], "day", 0, METRICS, day)
        shares = run_json("saliency", self.path, "--train", reference, "--test", *self.days, "--by", "day")
        for part in (p for p in shares["parts"] if (p["split"], p["by"]) == ("test", "day")):
            for group in part["groups"]:
                found |= figures("saliency", part["value"], group["group"], 0, SALIENCY, group)
        for day in run_json("attribute", self.path, *self.days, "--reference", reference)["days"]:
            for part in day["parts"]:
                found |= figures("attribution", day["file"], part["group"], 0, ("mean", "mean_absolute"), part)
            found |= figures("attribution", day["file"], "day", 0, ("gap", "gap_largest"), day)
        for day in self.days:
            for layer in run_json("neurons", self.path, day)["data"]["layers"]:
                for i, neuron in enumerate(layer["neurons"]):
                    found |= figures("neurons", day, layer["layer"], i, NEURON, neuron)
            made.append(self.folder / f"command{len(made)}")
            run_json("profile", self.path, day, "--saliency", "--reference", reference, "--out", made[-1])
        for day, profile in zip(self.days[1:], made[1:]):
            report = run_json("drift", made[0], profile, "--model", self.path)
            for i, measure in enumerate(report["measures"]):
                found |= figures("drift", day, measure["name"], i, DRIFT, measure)
        self.profiles["command"] = [path.read_bytes() for path in made]
        return found

    @functools.cached_property
    def c(self):
        done = subprocess.run([os.environ["REAL_DAYS"], self.path, self.folder / "c", *self.days], check=False,
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(f"exit status {done.returncode}: {done.stderr}")
        self.profiles["c"] = [(self.folder / f"c{i}").read_bytes() for i in range(len(self.days))]
        lines = [line.split("\t") for line in done.stdout.splitlines()]
        return {tuple(names): plain(float(value)) for *names, value in lines}

    @functools.cached_property
    def python(self):
        package, found, made = self.clicklens, {}, []
        model = package.open(self.path)
        tables = [package.read_table(day) for day in self.days]
        means = model.means(tables[0])
        for day in package.evaluate(model, self.days)["days"]:
            found |= figures("metrics", day["file"], "day", 0, METRICS, day)
        for path, table in zip(self.days, tables):
            found |= self._rows(model, path, table, tables[0], means)
            for layer in package.neurons(model, path)["data"]["layers"]:
                for i, neuron in enumerate(layer["neurons"]):
                    found |= figures("neurons", path, layer["layer"], i, NEURON, neuron)
            profile = package.Profile(model, ("scores", "features", "neurons", "saliency"), means=means)
            profile.add(table, [cell == "1" for cell in table["label"]], table["user_id"])
            made.append(profile)
        for path, profile in zip(self.days[1:], made[1:]):
            for i, measure in enumerate(package.drift(made[0], profile, model)["measures"]):
                found |= figures("drift", path, measure["name"], i, DRIFT, measure)
        self.profiles["python"] = [profile.save() for profile in made]
        return found

    def _rows(self, model, path, table, reference, means):
        found, sums = {}, self.clicklens.SaliencySums(len(model.groups))
        sums.add(model.saliency(table, means=means), table["user_id"])
        for name, group in zip(model.groups, sums.compute()):
            found |= figures("saliency", path, name, 0, SALIENCY, vars(group))
        parts = model.attribute(table, reference=reference)
        values = parts.values.astype(float)
        for g, name in enumerate(model.groups):
            record = {"mean": values[:, g].mean(), "mean_absolute": abs(values[:, g]).mean()}
            found |= figures("attribution", path, name, 0, tuple(record), record)
        gaps = {"gap": parts.gap.mean(), "gap_largest": parts.gap.max()}
        return found | figures("attribution", path, "day", 0, tuple(gaps), gaps)


@unittest.skipUnless(GIVEN, "no real click logs: CLICKLENS_REAL_DATA names no folder of schema.json and day files")
class RealDays(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = Path(tempfile.mkdtemp(prefix="clens-real-"))
        cls.addClassCleanup(shutil.rmtree, folder)
        try:
            package = real_model.stage(folder / "package")
        except ImportError as lacking:
            raise unittest.SkipTest(f"the Python package cannot be set up: {lacking}") from None
        cls.of = Sources(folder, package)

    def same(self, found, wanted):
        self.assertEqual(found.keys(), wanted.keys())
        for key, value in wanted.items():
            if value is None or found[key] is None:
                self.assertEqual(found[key], value, key)
            else:
                largest = TOLERANCE.get(key[0], 0) * abs(value)
                self.assertLessEqual(abs(found[key] - value), largest, (key, found[key], value))

    def test_python_says_what_the_command_says(self):
        self.same(self.of.python, self.of.command)

    def test_c_says_what_the_command_says(self):
        self.same(self.of.c, self.of.command)

    def test_profiles_are_equal_files(self):
        _ = self.of.command, self.of.c, self.of.python
        for one, other in (("python", "command"), ("c", "command")):
            for day, a, b in zip(self.of.days, self.of.profiles[one], self.of.profiles[other]):
                self.assertEqual(a, b, f"{day.name}: {one} and {other}, {len(a)} and {len(b)} bytes")

    def test_the_figures_are_of_clicks(self):
        """Not of an empty or a blind model: the AUC on days that were not fitted to, and a count of everything."""
        found = self.of.command
        for day in self.of.days:
            self.assertGreater(found["metrics", str(day), "day/0", "auc"], 0.55)
            self.assertLess(found["metrics", str(day), "day/0", "logloss"], 0.75)
            self.assertLess(found["attribution", str(day), "day/0", "gap"], 0.02)
        kinds = [key[0] for key in found]
        for kind, least in (("metrics", 15), ("neurons", 1000), ("saliency", 36), ("attribution", 18), ("drift", 400)):
            self.assertGreaterEqual(kinds.count(kind), least, kind)
        known = [key for key, value in found.items() if value is not None]
        self.assertGreater(len(known), 0.8 * len(found))
        print(json.dumps({kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}))


if __name__ == "__main__":
    unittest.main()
