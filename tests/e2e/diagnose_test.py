"""`diagnose` on the demo's world: what is known of it is found, with evidence, caveat and command; what cannot be said is
said; and figures are those of the commands that stand alone."""

import functools
import shlex
import shutil
import tempfile
import unittest
from pathlib import Path

from command import CommandTest, run, run_json

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "bindings" / "cli" / "demo" / "demo.clens"
KINDS = {"overfit", "layer", "useless_group", "memorising_group", "dead", "provably_dead", "duplicate", "redundant_layer",
         "calibration", "calibration_bucket", "calibration_group", "drift_score", "drift_feature", "drift_neurons",
         "drift_auc", "coverage", "saliency"}


@functools.lru_cache(maxsize=None)
def folder():
    made = Path(tempfile.mkdtemp(prefix="clens-diagnose-"))
    unittest.addModuleCleanup(shutil.rmtree, made)
    run_json("synth", "--days", 5, "--rows", 20000, "--seed", 1, "--drift-day", 5, "--out", made)
    return made


def day(number):
    return folder() / f"day={number:02}.tsv"


@functools.lru_cache(maxsize=None)
def report():
    return run_json("diagnose", DEMO, "--train", day(1), "--test", day(2), day(3), day(5), "--group-by", "segment")


def by_kind(kind, key="findings"):
    return {f["subject"]: f for f in report()[key] if f["kind"] == kind}


class Diagnose(CommandTest):
    def test_what_the_demo_is_known_for_is_found(self):
        self.assertEqual(by_kind("overfit"), {})
        self.assertEqual(set(by_kind("useless_group")), {"noise", "memo"})
        self.assertEqual(set(by_kind("redundant_layer")), {"l1", "l2", "l3"})
        self.assertIn("l1", by_kind("layer"))  # the generator is additive
        self.assertIn("memo", by_kind("coverage"))  # its ids are private to each day
        self.assertEqual(set(by_kind("drift_feature")), {"topic"})
        for finding in (*by_kind("drift_feature").values(), *by_kind("drift_auc").values()):
            self.assertEqual(finding["rows_of"], str(day(5)))
        (moved,) = by_kind("drift_auc").values()
        self.assertIn("moved most by query", moved["text"])

    def test_dead_neurons_are_those_of_neurons(self):
        layers = run_json("neurons", DEMO, day(1), "--prove")["data"]["layers"]
        for layer in layers[1:]:
            named = [i for i, n in enumerate(layer["neurons"]) if "dead" in n["findings"] or "provably_dead" in n["findings"]]
            seen = [n for kind in ("dead", "provably_dead") for n in by_kind(kind).get(layer["layer"], {"neurons": []})["neurons"]]
            self.assertEqual(sorted(seen), named, layer["layer"])

    def test_figures_are_those_of_the_other_commands(self):
        exact = run_json("evaluate", DEMO, day(2))["days"][0]
        over = by_kind("overfit", "checks")["scores"]
        self.assertAlmostEqual(over["value"], exact["slope"], places=3)
        self.assertAlmostEqual(over["high"], exact["slope"] + 2 * exact["slope_se"], delta=0.05)
        self.assertEqual((over["rows"], over["clicks"], over["state"]), (20000, exact["clicks"], "none"))
        self.assertIn("confounded with drift", over["caveat"])
        groups = run_json("importance", DEMO, day(2))["days"][0]["groups"]
        seen = by_kind("useless_group", "checks")
        self.assertEqual({g["group"]: g["drop"] for g in groups}, {name: f["value"] for name, f in seen.items()})

    def test_everything_looked_at_is_listed(self):
        checks = report()["checks"]
        self.assertEqual({check["kind"] for check in checks}, KINDS)
        self.assertEqual(report()["checked"], len(checks))
        self.assertEqual(report()["found"], len(report()["findings"]))
        self.assertEqual(report()["not_enough"], sum(check["state"] == "not_enough" for check in checks))
        self.assertEqual([f for f in checks if f["state"] == "found"], report()["findings"])
        self.assertEqual(set(by_kind("calibration_group", "checks")), {f"segment={i}" for i in range(8)})
        for check in checks:
            self.assertEqual(set(check), {"kind", "state", "severity", "subject", "rows_of", "rows", "clicks", "value", "low",
                                          "high", "threshold", "neurons", "evidence", "text", "caveat", "command"})
            self.assertIn(check["state"], ("none", "found", "not_enough"))
            self.assertIn(check["severity"], ("note", "warning", "fault"))
            self.assertTrue(check["text"])
            self.assertEqual(bool(check["command"]), check["state"] == "found", check)
            if check["state"] == "found":
                self.assertTrue(check["caveat"])
                self.assertIsNotNone(check["value"])
                self.assertNotIn("MODEL", check["command"])

    def test_commands_name_files_as_words_of_a_shell(self):
        (command,) = {f["command"] for f in by_kind("useless_group").values()}
        words = shlex.split(command)
        self.assertEqual(words[:5], ["clicklens", "refine", str(DEMO), "-o", "OUT"])
        self.assertEqual({words[i + 1] for i, word in enumerate(words) if word == "--drop-group"}, {"noise", "memo"})
        self.assertEqual(words[words.index("--learn") + 1], str(day(2)))
        self.assertEqual(words[words.index("--data") + 1], str(day(3)))  # not the day that chose them

    def test_commands_read_the_data_as_diagnose_did(self):
        """Clicks in a column of another name, days whose name has the word that stands for the model."""
        days = []
        for number in (1, 2, 3, 5):
            header, rows = day(number).read_text().split("\n", 1)
            days.append(self.write(f"the MODEL day {number}.tsv", header.replace("label", "clicked") + "\n" + rows))
        found = run_json("diagnose", DEMO, "--train", days[0], "--test", *days[1:], "--label", "clicked")["findings"]
        commands = dict.fromkeys(f["command"] for f in found if f["command"].startswith("clicklens "))
        self.assertLessEqual({"layer", "useless_group", "dead", "saliency"}, {f["kind"] for f in found})
        for command in commands:
            words = shlex.split(command)
            while words:
                one = words[1:words.index("&&")] if "&&" in words else words[1:]
                done = run(*(self.folder / word if word == "OUT" or word.endswith(".clprofile") else word for word in one))
                self.assertEqual(done.returncode, 0, f"{command}: {done.stderr}")
                words = words[len(one) + 2:]

    def test_printed_commands_mend_what_they_name(self):
        days = "--train", day(1), "--test", day(2), day(3)
        model = self.folder / "the model's.clens"  # no word of a shell as it is
        shutil.copy(DEMO, model)
        mends = {"useless_group", "dead", "provably_dead", "duplicate"}
        seen = set()
        for turn in range(12):
            findings = [f for f in run_json("diagnose", model, *days)["findings"] if f["kind"] in mends]
            if not findings:
                break
            seen.add(findings[0]["kind"])
            out = self.folder / f"out {turn}.clens"
            words = [str(out) if word == "OUT" else word for word in shlex.split(findings[0]["command"])]
            self.assertEqual((words[0], words[2]), ("clicklens", str(model)))
            told = run_json(*words[1:])
            if findings[0]["kind"] != "provably_dead":  # which no row can tell from the network before
                self.assertEqual(len(told["days"]), 1, "the change on a further day is stated")
            model = out
        self.assertEqual(findings, [])
        self.assertLessEqual({"useless_group", "dead"}, seen)

    def test_a_scale_of_the_logits_is_over_fit(self):
        """Held-out rows whose clicks were shuffled: the logits say nothing of them."""
        header, *rows = day(2).read_text().splitlines()
        at = header.split("\t").index("label")
        labels = [row.split("\t")[at] for row in rows]
        moved = labels[4001:] + labels[:4001]
        cells = [row.split("\t") for row in rows]
        for row, label in zip(cells, moved):
            row[at] = label
        hold = self.write("hold.tsv", "\n".join([header, *("\t".join(row) for row in cells)]) + "\n")
        found = run_json("diagnose", DEMO, "--train", day(1), "--hold", hold, "--test", day(2))
        (over,) = [f for f in found["findings"] if f["kind"] == "overfit"]
        self.assertEqual((over["rows_of"], over["severity"]), (str(hold), "fault"))
        self.assertLess(over["high"], 0.6)
        self.assertNotIn("confounded", over["caveat"])
        names = {e["name"] for e in over["evidence"]}
        self.assertLessEqual({"train_auc", "auc", "spread_ratio", "spread_ratio_known_ids", "probe_gap l3",
                              "permutation_gap user"}, names)

    def test_few_rows_are_not_enough(self):
        few = self.write("few.tsv", "".join(day(2).read_text().splitlines(True)[:401]))
        found = run_json("diagnose", DEMO, "--train", few, "--test", few)
        states = {check["kind"]: check["state"] for check in found["checks"]}
        for kind in ("overfit", "layer", "useless_group", "memorising_group", "dead", "calibration", "drift_score",
                     "drift_auc", "coverage"):
            self.assertEqual(states[kind], "not_enough", kind)

    def test_text(self):
        done = run("diagnose", DEMO, "--train", day(1), "--test", day(2), day(5))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for words in ("looked at", "not enough data", "--drop-group", "moved most by query", "effective rank"):
            self.assertIn(words, done.stdout)

    def test_refusals(self):
        self.fails("diagnose", DEMO, "--train", day(1), status=2)
        self.fails("diagnose", DEMO, "--test", day(1), status=2)
        self.assertIn("no.tsv", self.fails("diagnose", DEMO, "--train", day(1), "--test", self.folder / "no.tsv"))
        self.assertIn("colour", self.fails("diagnose", DEMO, "--train", day(1), "--test", day(2), "--group-by", "colour"))
        unlabelled = self.write("unlabelled.tsv", day(2).read_text().replace("label", "other", 1))
        self.fails("diagnose", DEMO, "--train", day(1), "--test", unlabelled)


if __name__ == "__main__":
    unittest.main()
