"""Saliency over splits, and importance by permutation, on days whose truth the generator planted: the demo's network,
trained on the first day of seed 1."""

import shutil
import tempfile
import unittest
from pathlib import Path

from command import HERE, run, run_json

MODEL = HERE.parent.parent / "bindings" / "cli" / "demo" / "demo.clens"
OTHERS = {"user", "query", "ad", "context", "interest"}


def by_group(groups, name):
    return {g["group"]: g[name] for g in groups}


class Importance(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="clens-e2e-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        run_json("synth", "--days", 4, "--rows", 20000, "--seed", 1, "--out", cls.folder)
        cls.train, cls.test = cls.folder / "day=01.tsv", cls.folder / "day=04.tsv"

    def test_noise_is_last_and_nothing_is_memorised_after_one_epoch(self):
        report = run_json("importance", MODEL, self.test, "--train", self.train)
        self.assertEqual([d["split"] for d in report["days"]], ["train", "data"])
        day = report["days"][1]
        drops = by_group(day["groups"], "drop")
        self.assertEqual(set(drops), OTHERS | {"noise", "memo"})
        self.assertLess(drops["noise"], 0.004)
        self.assertGreater(min(drops[g] for g in OTHERS), 0.01)
        for group in day["groups"]:
            self.assertAlmostEqual(group["permuted_auc"] + group["drop"], day["auc"], places=9)
            self.assertTrue(group["low"] <= group["drop"] <= group["high"])
        self.assertAlmostEqual(day["auc"], run_json("evaluate", MODEL, self.test)["days"][0]["auc"], places=12)
        self.assertEqual([g["group"] for g in report["contrasts"][0]["groups"] if g["memorised"]], [])
        again = run_json("importance", MODEL, self.test)
        self.assertEqual(again["days"][0]["groups"], day["groups"])

    def test_ablation_ranks_as_permutation_does_what_matters(self):
        report = run_json("importance", MODEL, self.test, "--train", self.train, "--method", "ablation")
        self.assertEqual((report["method"], report["draws"], report["seed"]), ("ablation", None, None))
        day = report["days"][1]
        drops, rises = by_group(day["groups"], "drop"), by_group(day["groups"], "log_loss_rise")
        self.assertLess(drops["noise"], 0.004)
        self.assertLess(rises["noise"], min(rises[g] for g in OTHERS))
        self.assertGreater(min(drops[g] for g in OTHERS), 0.005)
        evaluated = run_json("evaluate", MODEL, self.test)["days"][0]
        self.assertAlmostEqual(day["auc"], evaluated["auc"], places=12)
        self.assertAlmostEqual(day["log_loss"], evaluated["logloss"], places=9)
        for group in day["groups"]:
            self.assertIsNone(group["drop_sd"])
            self.assertTrue(group["low"] <= group["drop"] <= group["high"])
        self.assertEqual([g["group"] for g in report["contrasts"][0]["groups"] if g["memorised"]], [])
        self.assertIn("at the day's mean", run("importance", MODEL, self.test, "--method", "ablation").stdout)

    def test_shares_by_split_and_value(self):
        report = run_json("saliency", MODEL, "--train", self.train, "--test", self.test, "--by",
                          "day,label,score,column:topic")
        parts = {(p["split"], p["by"], p["value"]): p for p in report["parts"]}
        plain = run_json("saliency", MODEL, self.test, "--reference", self.train)["days"][0]
        for one, other in zip(parts["test", "all", None]["groups"], plain["groups"]):
            for name in ("share", "mean_absolute", "mean"):
                self.assertAlmostEqual(one[name], other[name], places=9)
            self.assertTrue(0 < one["share_se"] < 0.02)
        for split in ("train", "test"):
            for by in ("label", "score", "column:topic"):
                values = [p for (s, b, _), p in parts.items() if (s, b) == (split, by)]
                self.assertGreater(len(values), 1)
                self.assertEqual(sum(p["rows"] for p in values), 20000)
            self.assertEqual(parts[split, "day", str(self.train if split == "train" else self.test)]["groups"],
                             parts[split, "all", None]["groups"])
        shares = by_group(parts["test", "all", None]["groups"], "share")
        self.assertLess(shares["noise"], min(shares[g] for g in OTHERS))
        self.assertEqual(report["cluster"], "user_id")
        findings = {c["group"] for c in report["contrasts"] if c["finding"]}
        self.assertEqual(findings & (OTHERS | {"noise"}), set())  # memo's ids are new every day: its share falls

    def test_text_and_usage(self):
        text = run("saliency", MODEL, self.test, "--by", "label").stdout
        self.assertIn("data, label 1", text)
        text = run("importance", MODEL, self.test, "--draws", "1").stdout
        self.assertIn("noise", text)
        for wrong in (["saliency", MODEL], ["saliency", MODEL, "--train", self.train],
                      ["saliency", MODEL, self.test, "--by", "moon"]):
            self.assertEqual(run(*wrong).returncode, 2, wrong)
        self.assertEqual(run("saliency", MODEL, self.test, "--by", "column:moon").returncode, 1)


if __name__ == "__main__":
    unittest.main()
