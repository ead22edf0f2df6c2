"""capi/examples/inside.c, a host in C with a reader of its own, prints the figures of `neurons` and `probe`."""

import functools
import math
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from command import CommandTest, row, run_json, table

DEMO = Path(__file__).resolve().parents[2] / "bindings" / "cli" / "demo" / "demo.clens"
EXAMPLE = os.environ.get("CLICKLENS_EXAMPLE_INSIDE")


def example(*arguments):
    return subprocess.run([EXAMPLE, *map(str, arguments)], capture_output=True, text=True, check=False)


def printed(*arguments):
    """{(figure, layer, day): value} of the lines of the example."""
    done = example(*arguments)
    if done.returncode != 0:
        raise AssertionError(f"exit status {done.returncode}: {done.stderr}")
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    return {tuple(names): float(value) for *names, value in rows}


def median(values):
    found = sorted(value for value in values if value is not None)
    return found[len(found) // 2] if found else math.nan


def number(value):
    return math.nan if value is None else value


def commands(model, fit, evals):
    """The same of the command."""
    neurons = run_json("neurons", model, fit, "--compare", *evals)
    probe = run_json("probe", model, "--fit", fit, "--eval", *evals, "--lambda", "0.001", "--draws", "0")
    found = {("spread", layer["layer"], str(fit)): median(n["sd"] for n in layer["neurons"])
             for layer in neurons["data"]["layers"]}
    for part in neurons["compared"]:
        for change in part["changes"]:
            found["spread_ratio", change["layer"], part["files"][0]] = number(change["spread_ratio"])
    for day in probe["concepts"][0]["days"]:
        for layer in day["layers"]:
            found["probe_auc", layer["layer"], day["file"]] = number(layer["auc"])
            found["probe_auc_se", layer["layer"], day["file"]] = number(layer["auc_se"])
    return found


@functools.lru_cache(maxsize=None)
def days():
    folder = Path(tempfile.mkdtemp(prefix="clens-days-"))
    unittest.addModuleCleanup(shutil.rmtree, folder)
    run_json("synth", "--days", 3, "--rows", 6000, "--seed", 1, "--out", folder)
    return sorted(folder.glob("*.tsv"))


@unittest.skipUnless(EXAMPLE, "the example was not built")
class InsideExample(CommandTest):
    def same(self, model, fit, *evals):
        """Equal to the last digit."""
        found = printed(model, fit, *evals)
        self.assertFalse(any(map(math.isnan, found.values())), found)
        self.assertEqual(found, commands(model, fit, evals))
        return found

    def halves(self, header=None, change=lambda cells: cells):
        """Two files of data for a model with a feature of every kind; `change` edits a row's cells."""
        names = header or "label\trequest_id\tuser\twords\ttags\tprice\tposition"
        return [self.write(name, table([change(row(i)) for i in rows], names, "\t"))
                for name, rows in (("fit.tsv", range(900)), ("eval.tsv", range(900, 1500)))]

    def test_days(self):
        found = self.same(DEMO, *days())
        layers = ["emb", "l1", "l2", "l3"]
        self.assertEqual([layer for figure, layer, day in found if (figure, day) == ("spread_ratio", str(days()[2]))],
                         layers)
        self.assertEqual([layer for figure, layer, day in found if (figure, day) == ("probe_auc", str(days()[1]))],
                         layers + ["ctr"])

    def test_a_feature_of_every_kind(self):
        """Strings, weights, missing values, requests: errors cluster by request."""
        self.same(self.model, *self.halves())

    def test_every_row_its_own_request(self):
        self.same(self.model, *self.halves("click\tuser\twords\ttags\tprice\tposition", lambda c: [c[0], *c[2:]]))

    def test_clusters(self):
        """Users that are numbers, negative ones, and ones that only look like numbers."""
        users = ["7", "-7", "07", "+7", "7.0", "18446744073709551615", "18446744073709551616", "-9223372036854775808",
                 "-9223372036854775809", "", "-", "anna", "čeněk"]
        header = "label\tuser_id\tuser\twords\ttags\tprice\tposition"
        self.same(self.model, *self.halves(header, lambda c: [c[0], users[c[2] % len(users)], *c[2:]]))

    def test_lines_that_end_otherwise(self):
        fit, day = self.halves()
        unix = printed(self.model, fit, day)
        fit.write_bytes(fit.read_bytes().replace(b"\n", b"\r\n"))
        day.write_bytes(day.read_bytes().rstrip(b"\n"))
        self.assertEqual(printed(self.model, fit, day), unix)

    def test_mistakes(self):
        fit, day = self.halves()
        lines = day.read_text().splitlines()
        wrong = {"eval.tsv:2": [lines[0], lines[1] + "\tmore"], "no column 'label'": ["user\twords", "1\ta"],
                 "neither 0 nor 1": [lines[0], "2" + lines[1][1:]], "price": [lines[0], "1\tr\t1\t\t\tcheap\t0"],
                 "user: not": [lines[0], "1\tr\tanna\t\t\t1\t0"], "requires": ["label\tuser", "1\t1"],
                 "no header": []}
        for message, content in wrong.items():
            day.write_text("".join(line + "\n" for line in content))
            done = example(self.model, fit, day)
            self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1), done.stderr)
            self.assertIn(message, done.stderr)
        self.assertIn("absent.tsv", example(self.model, fit, self.folder / "absent.tsv").stderr)
        self.assertIn("absent.clens", example(self.folder / "absent.clens", fit, day).stderr)
        self.assertEqual(example(self.model, fit).returncode, 2)


if __name__ == "__main__":
    unittest.main()
