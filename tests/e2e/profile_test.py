"""`profile` and `merge` on synthetic days: parts add up byte for byte, counts are those of the file, refusals."""

import functools
import math
import shutil
import tempfile
import unittest
from pathlib import Path

from command import CommandTest, run, run_json

DEMO = Path(__file__).resolve().parents[2] / "bindings" / "cli" / "demo" / "demo.clens"


@functools.lru_cache(maxsize=None)
def days():
    folder = Path(tempfile.mkdtemp(prefix="clens-days-"))
    unittest.addModuleCleanup(shutil.rmtree, folder)
    run_json("synth", "--days", 3, "--rows", 2000, "--seed", 1, "--out", folder)
    return sorted(folder.glob("*.tsv"))


class Profile(CommandTest):
    def profile(self, name, *arguments):
        path = Path(self.folder) / name
        return path, run_json("profile", DEMO, *arguments, "--sample", 50, "--out", path)

    def test_days_merge_to_the_profile_of_all_days(self):
        whole, report = self.profile("whole.clprofile", *days(), "--saliency")
        parts = [self.profile(f"{i}.clprofile", day, "--first-row", 2000 * i, "--saliency", "--means-of", whole)[0]
                 for i, day in enumerate(days())]
        for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0)):
            merged = Path(self.folder) / "merged.clprofile"
            added = run_json("merge", *[parts[i] for i in order], "--out", merged)
            self.assertEqual(merged.read_bytes(), whole.read_bytes())
            self.assertEqual((added["rows"], added["seen"]), (6000, 6000))
        self.assertAlmostEqual(sum(group["share"] for group in report["groups"]), 1, places=9)
        self.assertEqual(report["cluster"], "user_id")

    def test_parts_by_a_columns_value_merge_to_the_day(self):
        day = days()[0]
        lines = [line.split("\t") for line in day.read_text().splitlines()]
        values = sorted({line[lines[0].index("topic")] for line in lines[1:]})
        whole, report = self.profile("whole.clprofile", day, "--saliency", "--no-neurons")
        parts = [self.profile(f"{v}.clprofile", day, "--saliency", "--no-neurons", "--only", f"topic={v}") for v in values]
        for value, (_, part) in zip(values, parts):
            self.assertEqual(part["rows"], sum(line[lines[0].index("topic")] == value for line in lines[1:]))
        merged = run_json("merge", *[path for path, _ in parts], "--out", Path(self.folder) / "merged.clprofile")
        for name in ("rows", "clicks", "groups"):
            self.assertEqual(merged[name], report[name], name)
        # What `saliency --by` says of the same rows, now in files that merge over machines and days.
        summed = {p["value"]: p for p in run_json("saliency", DEMO, day, "--by", "column:topic")["parts"]}
        for value, (_, part) in zip(values, parts):
            for group, other in zip(part["groups"], summed[value]["groups"]):
                self.assertAlmostEqual(group["share"], other["share"], places=9)
        clicks = self.profile("clicks.clprofile", day, "--no-neurons", "--only", "label=1")[1]
        self.assertEqual(clicks["rows"], report["clicks"])
        self.assertEqual(run("profile", DEMO, day, "--only", "topic", "--out", whole).returncode, 2)
        self.assertIn("no column 'moon'", self.fails("profile", DEMO, day, "--only", "moon=1", "--out", whole))

    def test_counts_are_those_of_the_file(self):
        _, report = self.profile("day.clprofile", days()[0])
        lines = [line.split("\t") for line in days()[0].read_text().splitlines()]
        rows = [dict(zip(lines[0], line)) for line in lines[1:]]
        self.assertEqual((report["rows"], report["labelled"]), (2000, 2000))
        self.assertEqual(report["clicks"], sum(row["label"] == "1" for row in rows))
        features = {feature["feature"]: feature for feature in report["features"]}
        for name in ("user_id", "ad_id", "topic"):
            values = [row[name] for row in rows]
            self.assertEqual(features[name]["ids"], sum(value != "" for value in values))
            self.assertEqual(features[name]["missing"], sum(value == "" for value in values))
            self.assertEqual(sum(features[name]["histogram"]), features[name]["ids"])
            distinct = len(set(values))
            self.assertLess(abs(features[name]["distinct"] / distinct - 1), 0.05)
        lengths = [0] * 32
        for row in rows:
            lengths[len(row["interest"].split("|")) if row["interest"] else 0] += 1
        self.assertEqual(features["interest"]["lengths"], lengths)
        auc = run_json("evaluate", DEMO, days()[0])["days"][0]["auc"]
        self.assertLess(abs(report["scores"][0]["auc"] - auc), 0.01)
        self.assertTrue(math.isfinite(report["scores"][0]["mean_se"]))

    def test_one_row_in_ten(self):
        _, report = self.profile("tenth.clprofile", *days(), "--every", 10, "--no-neurons")
        self.assertEqual(report["seen"], 6000)
        self.assertLess(abs(report["rows"] - 600), 100)
        self.assertEqual(report["layers"], [])

    def test_text(self):
        path = Path(self.folder) / "a.clprofile"
        out = run("profile", DEMO, days()[0], "--saliency", "--out", path).stdout
        for part in ("2000 of 2000 rows", "user_id", "of the saliency", "neurons of l1: 64", "written: "):
            self.assertIn(part, out)

    def test_refusals(self):
        a, _ = self.profile("a.clprofile", days()[0])
        b, _ = self.profile("b.clprofile", days()[1], "--every", 2)
        out = Path(self.folder) / "no.clprofile"
        refused = run("merge", a, b, "--out", out)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("every", refused.stderr)
        self.assertFalse(out.exists())
        damaged = Path(self.folder) / "damaged.clprofile"
        damaged.write_bytes(a.read_bytes()[:-100])
        refused = run("merge", damaged, "--out", out)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("damaged.clprofile", refused.stderr)
        self.assertEqual(run("profile", DEMO, days()[0]).returncode, 2)  # no --out


if __name__ == "__main__":
    unittest.main()
