"""`report`: its figures are those of the commands it gathers, its JSON keeps to the schema, its page holds all it needs
and nothing that a name put there. (report_page_test.py opens the page in a browser.)"""

import copy
import functools
import hashlib
import json
import math
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from command import COMMAND, CommandTest, description, row, run, run_json, table, written
from schema import errors

CLI = Path(__file__).resolve().parents[2] / "bindings" / "cli"
DEMO = CLI / "demo" / "demo.clens"
SCHEMA = json.loads((CLI / "report" / "report.schema.json").read_text())
EVIL = '</script><script>window.hit=1</script><img src=x onerror="window.hit=1">&amp;'


@functools.lru_cache(maxsize=None)
def days():
    folder = Path(tempfile.mkdtemp(prefix="clens-days-"))
    unittest.addModuleCleanup(shutil.rmtree, folder)
    run_json("synth", "--days", 5, "--rows", 6000, "--seed", 1, "--drift-day", 5, "--out", folder)
    return sorted(folder.glob("*.tsv"))


@functools.lru_cache(maxsize=None)
def reported():
    """(figures, page) of two checkpoints."""
    folder = Path(tempfile.mkdtemp(prefix="clens-report-"))
    unittest.addModuleCleanup(shutil.rmtree, folder)
    small = folder / "small.clens"
    run_json("refine", DEMO, small, "--tables", "int4")
    figures = run_json("report", small, DEMO, "--train", *days()[:2], "--test", *days()[2:], "--draws", 1, "-o",
                       folder / "page.html")
    return figures, (folder / "page.html").read_text(encoding="utf-8")


def embedded(page):
    return json.loads(re.search(r'<script type="application/json" id="figures">(.*?)</script>', page, re.DOTALL)[1])


def seven(value):
    """As the report rounds."""
    if isinstance(value, float):
        return float(f"{value:.7g}")
    if isinstance(value, list):
        return [seven(each) for each in value]
    return {key: seven(each) for key, each in value.items()} if isinstance(value, dict) else value


class Figures(CommandTest):
    def test_json_keeps_to_the_schema(self):
        figures, _ = reported()
        self.assertEqual(errors(figures, SCHEMA), [])
        try:
            import jsonschema
        except ImportError:
            print("python3-jsonschema is not here: the schema's own validator has not run")
        else:
            jsonschema.Draft202012Validator.check_schema(SCHEMA)
            jsonschema.Draft202012Validator(SCHEMA).validate(figures)

    def test_the_check_finds_what_is_wrong(self):
        for change in (lambda f: f.pop("task"), lambda f: f.update(more=1), lambda f: f["checkpoints"].clear(),
                       lambda f: f["days"][0].update(split="hold"), lambda f: f["checkpoints"][0].update(id="x"),
                       lambda f: f["checkpoints"][0]["metrics"][0].update(auc=1.5),
                       lambda f: f["checkpoints"][0]["layers"][0].update(width="wide"),
                       lambda f: f["checkpoints"][0].update(probe=3)):
            wrong = copy.deepcopy(reported()[0])
            change(wrong)
            self.assertTrue(errors(wrong, SCHEMA))

    def test_figures_are_those_of_other_commands(self):
        figures, _ = reported()
        train, test = days()[:2], days()[2:]
        self.assertEqual([(d["file"], d["split"]) for d in figures["days"]],
                         [(str(d), "train") for d in train] + [(str(d), "test") for d in test])
        self.assertEqual([c["name"] for c in figures["checkpoints"]], ["small.clens", "demo.clens"])
        demo = figures["checkpoints"][1]
        self.assertEqual(demo["id"], run_json("inspect", DEMO)["id"])
        self.assertEqual(demo["metrics"], seven(run_json("evaluate", DEMO, *days())["days"]))
        self.assertEqual(demo["saliency"], seven(run_json("saliency", DEMO, "--train", *train, "--test", *test, "--by", "day",
                                                          "--by", "label")))
        self.assertEqual(demo["probe"], seven(run_json("probe", DEMO, "--fit", test[0], "--eval", *test[1:], "--draws", 1)))
        trained = run_json("neurons", DEMO, *train)["data"]["layers"]
        for layer, found in zip(demo["layers"], trained):
            self.assertEqual(layer["neurons"]["neuron"], list(range(found["width"])))
            self.assertEqual(layer["neurons"]["sd"], [seven(n["sd"]) for n in found["neurons"]])
            self.assertEqual(layer["spread"]["train"], sorted(layer["neurons"]["sd"], reverse=True))
            self.assertEqual(layer["spread"]["test"], sorted(layer["neurons"]["sd_test"], reverse=True))
            self.assertEqual(layer["effective_rank"], seven(found["effective_rank"]))
        self.assertNotEqual(demo["metrics"], figures["checkpoints"][0]["metrics"])

    def test_spread_has_a_line_of_rows_with_known_ids_alone(self):
        """The demo knows all ids of the day it was trained on; two rows of three keep theirs."""
        run_json("synth", "--days", 1, "--rows", 20000, "--seed", 1, "--out", self.folder)
        header, *rows = (self.folder / "day=01.tsv").read_text().splitlines()
        rows = [r.split("\t") for r in rows[:6000]]
        memo = header.split("\t").index("memo")
        known = [row for i, row in enumerate(rows) if i % 3]
        strange = [row[:memo] + ["999999999"] + row[memo + 1:] if i % 3 == 0 else row for i, row in enumerate(rows)]
        train, test, oracle = (self.write(name, "\n".join([header, *map("\t".join, of)]) + "\n") for name, of in (
            ("train.tsv", rows), ("test.tsv", strange), ("known.tsv", known)))
        layers = run_json("report", DEMO, "--train", train, "--test", test, "--draws", 0)["checkpoints"][0]["layers"]
        for layer, alone in zip(layers, run_json("neurons", DEMO, oracle)["data"]["layers"]):
            spread = layer["spread"]
            self.assertEqual(spread["known_rows"], [6000, 4000])
            expected = sorted((n["sd"] or 0 for n in alone["neurons"]), reverse=True)
            self.assertEqual(len(spread["known_test"]), len(expected))
            for ours, theirs in zip(spread["known_test"], expected):
                self.assertAlmostEqual(ours, theirs, delta=1e-6 * expected[0])
            for ours, theirs in zip(spread["known_train"], spread["train"]):
                self.assertAlmostEqual(ours, theirs, delta=1e-6 * expected[0])
            self.assertNotEqual(spread["known_test"], spread["test"])
        for layer in reported()[0]["checkpoints"][1]["layers"]:  # every later day has ids of its own
            self.assertEqual((layer["spread"]["known_rows"][1], layer["spread"]["known_test"]), (0, []))

    def test_scores_and_calibration_count_every_row(self):
        for checkpoint in reported()[0]["checkpoints"]:
            metrics = checkpoint["metrics"]
            for split, of in (("train", metrics[:2]), ("test", metrics[2:])):
                rows, clicks = sum(m["rows"] for m in of), sum(m["clicks"] for m in of)
                counts = {h["label"]: sum(h["counts"]) for h in checkpoint["scores"]["histograms"] if h["split"] == split}
                self.assertEqual(counts, {0: rows - clicks, 1: clicks})
                points = next(c["points"] for c in checkpoint["scores"]["calibration"] if c["split"] == split)
                self.assertEqual((sum(p["rows"] for p in points), sum(p["clicks"] for p in points)), (rows, clicks))
                predicted = [p["predicted"] for p in points]
                self.assertEqual(predicted, sorted(predicted))
                expected = sum(m["calibration"] * m["clicks"] for m in of)
                self.assertAlmostEqual(sum(p["predicted"] * p["rows"] for p in points) / expected, 1, places=5)
                self.assertTrue(all(p["low"] <= p["observed"] <= p["high"] for p in points))
                self.assertTrue(10 <= len(points) <= 20)

    def test_histogram_bins_hold_the_logits(self):
        scores = reported()[0]["checkpoints"][1]["scores"]
        probabilities = [float(line) for day in days()[:2] for line in run("score", DEMO, day).stdout.split()]
        counts = [sum(pair) for pair in zip(*(h["counts"] for h in scores["histograms"] if h["split"] == "train"))]
        mine = [0] * len(counts)
        for p in probabilities:
            mine[int((math.log(p / (1 - p)) - scores["from"]) / scores["width"])] += 1
        # a probability's rounding may put a row into the next bin
        self.assertLessEqual(sum(abs(a - b) for a, b in zip(mine, counts)), 4)
        self.assertEqual(sum(mine), sum(counts))

    def test_drift_is_that_of_profiles(self):
        profiles = []
        for day in days():
            profiles.append(self.folder / f"{day.stem}.profile")
            run_json("profile", DEMO, day, "--out", profiles[-1], "--no-neurons")
        drifted = reported()[0]["checkpoints"][1]["drift"]
        for live, day in zip(profiles[2:], drifted):
            found = run_json("drift", *profiles[:2], live)
            self.assertEqual((day["found"], day["not_enough"]), (found["found"], found["not_enough"]))
            self.assertEqual(sorted(seven(f)["name"] for f in found["findings"]), sorted(f["name"] for f in day["findings"]))
            self.assertEqual(sum(k["found"] for k in day["kinds"]), day["found"])
        self.assertGreater(drifted[-1]["found"], 0)

    def test_components_are_of_sampled_rows(self):
        for layer in reported()[0]["checkpoints"][1]["layers"]:
            points = layer["components"]["click"] + layer["components"]["other"]
            self.assertEqual(len(layer["components"]["other"]), 200)
            self.assertGreater(len(layer["components"]["click"]), 50)
            self.assertGreater(max(abs(p[0]) for p in points), 0)
            first, second = ([p[i] for p in points] for i in (0, 1))
            spread = [sum((v - sum(axis) / len(axis)) ** 2 for v in axis) for axis in (first, second)]
            self.assertGreater(spread[0], 0.5 * spread[1])

    def test_same_input_same_bytes(self):
        pages = []
        for name in ("a.html", "b.html"):
            path = self.folder / name
            self.assertEqual(run("report", DEMO, "--train", days()[0], "--test", *days()[1:3], "--draws", 1, "-o",
                                 path).returncode, 0)
            pages.append(path.read_bytes())
        self.assertEqual(*pages)

    def test_one_test_day_is_paper_mode(self):
        figures = run_json("report", DEMO, "--train", days()[0], "--test", days()[2], "--draws", 0)
        probe = figures["checkpoints"][0]["probe"]
        self.assertTrue(probe["paper_mode"])
        self.assertEqual((probe["fit"], probe["eval"]), ([str(days()[0])], [str(days()[2])]))
        self.assertEqual(errors(figures, SCHEMA), [])

    def test_a_day_without_clicks_leaves_the_rest(self):
        lines = days()[2].read_text().splitlines()
        at = lines[0].split("\t").index("label")
        quiet = [lines[0]] + [line for line in lines[1:] if line.split("\t")[at] == "0"]
        day = self.write("day=09.tsv", "\n".join(quiet) + "\n")
        figures = run_json("report", DEMO, "--train", days()[0], "--test", day, days()[3], "--draws", 0)
        self.assertEqual(errors(figures, SCHEMA), [])
        self.assertIsNone(figures["checkpoints"][0]["metrics"][1]["auc"])
        self.assertEqual(len(figures["checkpoints"][0]["metrics"]), 3)

    def test_text(self):
        done = run("report", DEMO, "--train", days()[0], "--test", days()[1], "--draws", 0, "-o", self.folder / "t.html")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for words in (str(self.folder / "t.html"), "day=02.tsv", "AUC"):
            self.assertIn(words, done.stdout)


class Refused(CommandTest):
    def test_wrong_command_lines(self):
        a, b = days()[:2]
        for arguments in ([DEMO, "--train", a, "--test", b], [DEMO, "--train", a, "-o", "x"], ["--train", a, "--test", b, "-o", "x"],
                          [DEMO, "--train", a, "--test", b, "-o", ""],
                          [DEMO, DEMO, "--train", a, "--test", b, "--json", "--diagnosis", a]):
            self.fails("report", *arguments, status=2)

    def test_a_day_of_both(self):
        message = self.fails("report", DEMO, "--train", days()[0], "--test", days()[1], days()[0], "-o", self.folder / "x")
        self.assertIn(str(days()[0]), message)
        self.assertFalse((self.folder / "x").exists())

    def test_no_labels(self):
        bare = self.write("bare.tsv", "user_id\n1\n")
        self.fails("report", DEMO, "--train", days()[0], "--test", bare, "-o", self.folder / "x.html")
        self.assertFalse((self.folder / "x.html").exists())

    def test_a_diagnosis_is_shown(self):
        finding = {"kind": "dead", "severity": "note", "subject": "l1", "text": "t", "caveat": "", "command": "c",
                   "evidence": [{"name": "AUC", "value": 0.7, "low": None, "high": 1.0}]}
        path = self.write("d.json", json.dumps({"checked": 7, "not_enough": 2, "findings": [finding | {"more": 1}], "more": []}))
        figures = run_json("report", DEMO, "--train", days()[0], "--test", days()[1], "--draws", 0, "--diagnosis", path)
        self.assertEqual(figures["checkpoints"][0]["diagnosis"], {"checked": 7, "not_enough": 2, "left_out": 0,
                                                                  "findings": [finding | {"evidence_left_out": 0}]})
        self.assertEqual(errors(figures, SCHEMA), [])

    def test_a_diagnosis_of_another_model_is_refused(self):
        other = self.folder / "other.clens"
        run_json("refine", DEMO, other, "--tables", "f16")
        path = self.folder / "made.json"
        path.write_text(run("diagnose", other, "--train", days()[0], "--test", days()[1], "--json").stdout)
        arguments = "--train", days()[0], "--test", days()[1], "--draws", 0, "--diagnosis", path, "-o", self.folder / "x.html"
        message = self.fails("report", DEMO, *arguments)
        self.assertIn("id: of another model", message)
        self.assertFalse((self.folder / "x.html").exists())
        self.assertEqual(run("report", other, *arguments).returncode, 0)

    def test_a_diagnosis_is_not_believed(self):
        good = {"kind": "dead", "severity": "note", "subject": "l1", "text": "t", "caveat": "", "command": "c",
                "evidence": [{"name": "AUC", "value": 0.7, "low": None, "high": 1}]}
        for content, word in (("[1]", "JSON"), ("{", "JSON"), ("{}", "checked"),
                              ('{"checked": 1, "not_enough": -1, "findings": []}', "not_enough"),
                              ('{"checked": 1, "not_enough": 0, "findings": {}}', "findings"),
                              (json.dumps({"checked": 1, "not_enough": 0, "findings": [good | {"text": 3}]}), "text"),
                              (json.dumps({"checked": 1, "not_enough": 0, "findings": [good | {"severity": "x"}]}), "severity"),
                              (json.dumps({"checked": 1, "not_enough": 0, "findings": [good | {"command": "c" * 29999}]}), "command"),
                              (json.dumps({"checked": 1, "not_enough": 0, "findings": [good | {"evidence": [3]}]}), "evidence"),
                              (json.dumps({"checked": 1, "not_enough": 0, "findings": [good | {"evidence": [{"name": "n"}]}]}), "value"),
                              ("[" * 100000, "JSON")):
            path = self.write("d.json", content)
            message = self.fails("report", DEMO, "--train", days()[0], "--test", days()[1], "--draws", 0, "--diagnosis", path,
                                 "-o", self.folder / "x.html")
            self.assertIn(word, message)
            self.assertIn(str(path), message)


class Page(CommandTest):
    def test_holds_the_figures(self):
        figures, page = reported()
        self.assertEqual(embedded(page), figures)

    def test_is_small_and_complete(self):
        _, page = reported()
        self.assertLess(len(page.encode()), 3_000_000)
        self.assertIn('<meta name="viewport" content="width=device-width', page)
        self.assertIn('<html lang="en">', page)
        self.assertIn("prefers-color-scheme: dark", page)
        self.assertIn("Copyright (c) 2022 Leon Sorokin", page)  # of the chart library
        self.assertIsNone(re.search(r"@[A-Z_]+@", re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)))

    def test_asks_for_nothing(self):
        _, page = reported()
        self.assertIn("Content-Security-Policy\" content=\"default-src 'none'", page)
        self.assertIsNone(re.search(r"<(link|iframe|object|embed|base|form)\b|\bsrc=|@import|url\((?!data:)|\bfetch\(|XMLHttpRequest"
                                    r"|WebSocket|sendBeacon|importScripts", page))

    def test_names_put_nothing_there(self):
        model = description()
        model["name"] = model["features"][0]["group"] = model["layers"][0]["name"] = EVIL
        model["outputs"][0]["name"] = EVIL
        # the file's name cannot hold a /
        path = self.write("<img src=x onerror=\"window.hit=1\">&.clens", written(model))
        made = [self.write(f"{EVIL.replace('/', '')}{n}.csv", table([row(i + 997 * n) for i in range(900)])) for n in range(3)]
        finding = dict.fromkeys(("kind", "subject", "text", "caveat", "command"), EVIL) | {"severity": "fault", "evidence": [{"name": EVIL, "value": 1, "low": None, "high": None}]}
        diagnosis = self.write("d.json", json.dumps({"checked": 1, "not_enough": 0, "findings": [finding]}))
        page_path = self.folder / "page.html"
        figures = run_json("report", path, "--train", made[0], "--test", *made[1:], "--draws", 1, "--diagnosis", diagnosis, "-o", page_path)
        self.assertEqual(errors(figures, SCHEMA), [])
        self.assertEqual(figures["checkpoints"][0]["model"], EVIL)
        page = page_path.read_text()
        self.assertEqual(embedded(page), figures)
        self.assertNotIn(EVIL, page)
        self.assertNotIn("<img", page)
        self.assertEqual(page.count("<script"), reported()[1].count("<script"))
        self.assertEqual(page.count("</script"), reported()[1].count("</script"))

    def test_text_that_is_no_utf8(self):
        path, page = os.fsencode(self.folder) + b"/\xff\xfe.clens", self.folder / "p.html"
        shutil.copy(DEMO, path)
        subprocess.run([COMMAND, "report", path, "--train", days()[0], "--test", days()[1], "--draws", "0", "-o", page],
                       check=True, stdout=subprocess.DEVNULL)
        self.assertIn("\ufffd", embedded(page.read_text(encoding="utf-8"))["checkpoints"][0]["name"])

    def test_the_chart_library_is_the_one_released(self):
        """uPlot 1.6.32 of npm: sha512 of the package is in vendor/README.md; these are of its files."""
        said = dict(line.split()[::-1] for line in (CLI / "report" / "vendor" / "SHA256SUMS").read_text().splitlines())
        for name, digest in said.items():
            self.assertEqual(hashlib.sha256((CLI / "report" / "vendor" / name).read_bytes()).hexdigest(), digest)
        self.assertEqual(set(said), {f"uplot/{p.name}" for p in (CLI / "report" / "vendor" / "uplot").iterdir()})


if __name__ == "__main__":
    unittest.main()
