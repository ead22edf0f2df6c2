"""`profile`, `drift` and `diff` on the demo's world: silent on like days, loud from the drifted one on, traced to what
drifted; and what they print is what Prometheus reads."""

import functools
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from command import CommandTest, run, run_json

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "bindings" / "cli" / "demo" / "demo.clens"
DRIFT_DAY = 5


@functools.lru_cache(maxsize=None)
def folder():
    made = Path(tempfile.mkdtemp(prefix="clens-drift-"))
    unittest.addModuleCleanup(shutil.rmtree, made)
    run_json("synth", "--days", 6, "--rows", 12000, "--seed", 1, "--drift-day", DRIFT_DAY, "--out", made)
    return made


def day(number):
    return folder() / f"day={number:02}.tsv"


@functools.lru_cache(maxsize=None)
def profile(number):
    path = folder() / f"{number}.clprofile"
    done = run("profile", DEMO, day(number), "--out", path, "--saliency", "--reference", day(2))
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return path


def drift(*numbers):
    return run_json("drift", *[profile(n) for n in numbers], "--model", DEMO)


class Drift(CommandTest):
    def test_silent_before_loud_after_and_traced(self):
        for reference, live in (((2,), 3), ((3,), 4), ((2, 3), 4)):
            self.assertEqual(drift(*reference, live)["findings"], [], (reference, live))
        for live in (5, 6):
            report = drift(2, 3, live)
            self.assertGreater(report["found"], 0)
            found = {(f["kind"], f["name"]) for f in report["findings"]}
            self.assertIn(("ids", "topic"), found)
            self.assertLessEqual({name for kind, name in found if kind == "ids"}, {"topic"})
            (trace,) = report["traces"]
            self.assertTrue(trace["moved"])
            self.assertEqual(trace["groups"][0]["group"], "query")
            self.assertGreater(trace["groups"][0]["shift"], 2 * trace["groups"][1]["shift"])

    def test_labels_by_day(self):
        report = drift(2, 3, 5)
        self.assertEqual([d["file"] for d in report["days"]], [str(profile(n)) for n in (2, 3, 5)])
        for seen, number in zip(report["days"], (2, 3, 5)):
            exact = run_json("evaluate", DEMO, day(number))["days"][0]
            self.assertEqual((seen["rows"], seen["clicks"]), (exact["rows"], exact["clicks"]))
            self.assertAlmostEqual(seen["auc"], exact["auc"], delta=0.01)
            self.assertAlmostEqual(seen["slope"], exact["slope"], delta=0.05)
            self.assertAlmostEqual(seen["calibration"], exact["calibration"], delta=0.03)  # of quarter-octave bins
        self.assertIn("auc", {f["kind"] for f in report["findings"]})

    def test_few_rows_are_not_enough(self):
        few = self.write("few.tsv", "".join(day(5).read_text().splitlines(True)[:500]))
        path = self.folder / "few.clprofile"
        self.assertEqual(run("profile", DEMO, few, "--out", path, "--saliency", "--reference", day(2)).returncode, 0)
        report = run_json("drift", profile(2), path)
        self.assertEqual(report["findings"], [])
        judged = {m["name"] for m in report["measures"] if m["verdict"] != "not_enough"}
        self.assertLessEqual(judged, {"interest"})  # has more ids than rows

    def test_prometheus(self):
        path = self.folder / "drift.prom"
        done = run("drift", profile(2), profile(3), profile(5), "--model", DEMO, "--prometheus", path)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for words in ("topic", "moved", "query"):
            self.assertIn(words, done.stdout)
        text = path.read_text()
        sample = re.compile(r'([a-z_]+)(?:\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\})? (\S+)')
        described, seen = set(), set()
        for line in text.splitlines():
            if line.startswith("# "):
                kind, name, rest = line[2:].split(" ", 2)
                self.assertIn(kind, ("HELP", "TYPE"))
                self.assertTrue(kind == "HELP" or (name in described and rest == "gauge"), line)
                described.add(name)
                continue
            match = sample.fullmatch(line)
            self.assertIsNotNone(match, line)
            self.assertIn(match[1], described)
            float(match[2])
            seen.add(line.rsplit(" ", 1)[0])
        self.assertIn('clicklens_drift_findings{kind="ids",name="topic"} 1', text)
        self.assertEqual(len(seen), sum(not line.startswith("#") for line in text.splitlines()))
        if shutil.which("promtool"):
            subprocess.run(["promtool", "check", "metrics"], input=text, text=True, check=True)

    def test_the_example_alerts_name_metrics_that_exist(self):
        path = self.folder / "drift.prom"
        run("drift", profile(2), profile(5), "--prometheus", path)
        rules_path = ROOT / "bindings" / "cli" / "alerts" / "clicklens.rules.yml"
        rules = rules_path.read_text()
        for name in set(re.findall(r"clicklens_drift_[a-z_]+", re.sub("summary:.*", "", rules))):
            self.assertIn(f"# TYPE {name} gauge", path.read_text())
        if shutil.which("promtool"):
            subprocess.run(["promtool", "check", "rules", rules_path], check=True)

    def test_refusals(self):
        self.assertIn("no.clprofile", self.fails("drift", profile(2), self.folder / "no.clprofile"))
        broken = self.write("broken.clprofile", profile(2).read_bytes()[:-100])
        self.assertIn("broken.clprofile", self.fails("drift", profile(2), broken))
        self.assertIn("model", self.fails("drift", profile(2), profile(3), "--model", self.model))
        self.fails("drift", profile(2), status=2)


class Diff(CommandTest):
    def test_a_model_and_itself_are_equal(self):
        report = run_json("diff", DEMO, DEMO, day(2))
        scores = report["scores"]
        self.assertEqual((scores["equal"], scores["largest_difference"], scores["same_first"]),
                         (12000, 0, scores["requests"]))
        self.assertAlmostEqual(scores["spearman"], 1, places=12)
        self.assertEqual(scores["auc"]["difference"], 0)
        for layer in ("emb", "l1", "l2", "l3"):
            self.assertAlmostEqual(report["cka"][layer][layer], 1, places=9)
        for layer in report["layers"]:
            for index, neuron in enumerate(layer["neurons"]):
                if neuron["r"] is not None:
                    self.assertAlmostEqual(neuron["r_same"], 1, places=6, msg=(layer["layer"], index))
        self.assertFalse(any(group["moved"] for group in report["groups"]))
        shares = {g["group"]: g["share"] for g in run_json("saliency", DEMO, day(2))["days"][0]["groups"]}
        for group in report["groups"]:
            self.assertAlmostEqual(group["share_a"], shares[group["group"]], places=6)

    def test_coarser_tables_change_little_and_diff_says_how_little(self):
        other = self.folder / "int4.clens"
        self.assertEqual(run("refine", DEMO, other, "--tables", "int4").returncode, 0)
        report = run_json("diff", DEMO, other, day(2), day(3))
        self.assertEqual(report["rows"], 24000)
        scores = report["scores"]
        self.assertLess(scores["equal"], 24000)
        self.assertTrue(0 < scores["largest_difference"] < 0.1)
        self.assertTrue(0.9 < scores["spearman"] < 1)
        low, difference, high = (scores["auc"][k] for k in ("low", "difference", "high"))
        self.assertTrue(low <= difference <= high)
        exact = [run_json("evaluate", model, day(2))["days"][0]["auc"] for model in (DEMO, other)]
        alone = run_json("diff", DEMO, other, day(2))["scores"]["auc"]
        self.assertAlmostEqual(alone["a"], exact[0], places=6)
        self.assertAlmostEqual(alone["b"], exact[1], places=6)

    def test_text(self):
        text = run("diff", DEMO, DEMO, day(2)).stdout
        for words in ("rank correlation", "linear CKA", "share A", "AUC"):
            self.assertIn(words, text)

    def test_models_of_other_features(self):
        self.assertIn("column", self.fails("diff", DEMO, self.model, day(2)))


if __name__ == "__main__":
    unittest.main()
