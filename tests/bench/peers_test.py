"""The table and the chart made of a comparison with other runtimes, and ratios within rounds."""

import sys
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

for folder in ("peers", "models"):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "bench" / folder))

import measure
import report
import zoo


def result(peer, ratio, batch=1, shared=False, precision="f32", cached=False, model="gwen-ref"):
    return {"model": model, "batch": batch, "shared": shared, "cached": cached, "precision": precision, "peer": peer,
            "ratio": ratio}


def side(name, us, batch=1, shared=False, model="gwen-ref", **more):
    return {"model": model, "batch": batch, "shared": shared, "side": name, "us_per_row": us, **more}


def sample():
    return {
        "machine": {"processor": "A & B", "isa": "avx512"},
        "versions": {"clicklens": "0.1.0", "LiteRT": "2"},
        "protocol": {"rounds": 21},
        "results": [result("LiteRT, best", 1.5), result("LiteRT, best", 1.25, 256, True),
                    result("ONNX Runtime, natural", 3.5), result("ONNX Runtime, split", 1.75, 256, True),
                    result("ONNX Runtime, best, int8", 2.25, precision="int8"),
                    result("ONNX Runtime, best, int8", 0.5),
                    result("LiteRT, best", 4.5, 256, True, cached=True),
                    result("LiteRT, best", 9.0, model="avazu-like"), result("ONNX Runtime, best", 8.0, model="avazu-like")],
        "sides": [side("clicklens, whole", 20.0), side("clicklens, whole", 4.0, 256, True),
                  side("LiteRT, best", 8.0, 256, True), side("clicklens, whole", 5.0, 1024, auc=0.75),
                  side("LiteRT, best, int8", 2.0, 1024, auc=0.7499)],
        "loads": [{"model": "gwen-ref", "side": "LiteRT, best", "second_ms": 7.2, "second_mib": -0.5}],
    }


class Report(unittest.TestCase):
    def test_rows(self):
        rows = {line.split("|")[1].strip(): [cell.strip() for cell in line.split("|")[2:-1]]
                for line in report.table(sample()).splitlines() if line.startswith("|")}
        self.assertEqual(rows["clicklens, us a row"], ["20.00", "", "", "", "5.00", "", "4.00", ""])
        self.assertEqual(rows["LiteRT, best graph"], ["1.50", "", "", "", "", "", "1.25", ""])
        self.assertEqual(rows["ONNX Runtime, usual export"][0], "3.50")
        self.assertEqual(rows["ONNX Runtime, cut by hand"][6], "1.75")
        self.assertEqual(rows["avazu-like: the fastest of these"][0], "8.00")
        self.assertEqual(rows["the fastest of these / candidates cached"][6], "4.50")
        self.assertEqual(rows["ONNX Runtime int8, best graph / clicklens int8"][0], "2.25")
        self.assertEqual(len(rows), 9)  # with the head and its rule: precisions are compared with their like alone
        self.assertEqual({len(cells) for cells in rows.values()}, {len(report.COLUMNS)})

    def test_notes(self):
        made = report.table(sample())
        for words in ("A & B, avx512", "float32 0.7500; LiteRT, best, int8 0.7499", "LiteRT, best 7 ms, 0 MiB", "21 rounds"):
            self.assertIn(words, made)

    def test_the_readme_keeps_all_else(self):
        text = f"a\n{report.BEGIN}\nold\ntable\n{report.END}\nb\n"
        self.assertEqual(report.put(text, "new"), f"a\n{report.BEGIN}\nnew\n{report.END}\nb\n")
        self.assertEqual(report.put(report.put(text, "newer"), "new"), report.put(text, "new"))
        for bad in ("a\nb\n", f"{report.BEGIN}\n", f"{report.END}\n"):
            with self.assertRaises(ValueError):
                report.put(bad, "new")

    def test_the_readme_has_the_marks(self):
        report.put((Path(__file__).resolve().parent.parent.parent / "README.md").read_text(), "new")

    def test_the_chart(self):
        root = ElementTree.fromstring(report.chart(sample()))
        bars = [e for e in root.iter() if e.tag.endswith("rect")]
        self.assertEqual([(bar.get("class"), float(bar.get("width"))) for bar in bars], [("o", 190.0), ("p", 380.0)])
        self.assertIn("prefers-color-scheme:dark", "".join(root.itertext()))


class Zoo(unittest.TestCase):
    def test_of_each_runtime_the_faster_form(self):
        data = {**sample(), "titles": {"dlrm": "DLRM", "mmoe": "MMoE, 2 tasks"}, "versions": {"clicklens": "", "PyTorch": "", "ONNX Runtime": ""},
                "results": [result("ONNX Runtime, natural", 3.0, model="dlrm"), result("ONNX Runtime, best", 1.5, model="dlrm"),
                            result("ONNX Runtime, natural", 1.25, 64, True, model="dlrm"),
                            result("ONNX Runtime, best", 1.75, 64, True, model="dlrm"),
                            result("PyTorch, best", 9.0, model="mmoe"), result("ONNX Runtime, best", 7.0)],
                "sides": [side("clicklens, whole", 2.5, model="dlrm"), side("ONNX Runtime, best", 9.9, model="dlrm")]}
        made = report.zoo_table(data)
        rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in made.splitlines() if line.startswith("|")]
        self.assertEqual([row[0] for row in rows], ["networks of the zoo", "---", "DLRM: clicklens, us a row", "ONNX Runtime",
                                                    "MMoE, 2 tasks: clicklens, us a row", "PyTorch"])
        self.assertEqual(rows[2][1:], ["2.50"] + [""] * 7)
        self.assertEqual(rows[3][1:], ["1.50", "", "", "", "", "1.25", "", ""])
        self.assertEqual(rows[5][1], "9.00")
        self.assertIn("A & B, avx512", made)


class Networks(unittest.TestCase):
    def test_two_thirds_are_the_requests(self):
        for name in zoo.names():
            network = zoo.load(name)
            self.assertEqual((network.name, network.sparse_fields(), network.sparse_fields("request")),
                             (name, 26 + len(network.histories), 17 + len(network.histories)))
            self.assertEqual([sum(line.count for line in network.of(True, scope)) for scope in (None, "request")], [13, 9])
            self.assertTrue(network.title and network.reference)


class Rounds(unittest.TestCase):
    def test_ratios_are_taken_within_rounds(self):
        ours, theirs = [[10, 10, 50], [20, 20], [40]], [[30], [60, 60, 1], [120]]
        self.assertEqual(measure.ratio(ours, theirs), 3)
        self.assertEqual(measure.ratio([[12]], [[35]], our_overhead=2, their_overhead=5), 3)

    def test_every_side_goes_through_its_batches_in_order(self):
        seen = {"a": [], "b": []}
        calls = {name: [lambda name=name, i=i: seen[name].append(i) for i in range(5)] for name in seen}
        times = measure.rounds(calls, 3, 0)
        for name in seen:
            self.assertEqual(seen[name], [i % 5 for i in range(12)])  # 3 calls in each of 4 rounds, the first of them warming up
            self.assertEqual([len(one) for one in times[name]], [2, 2, 2])

    def test_quantiles(self):
        self.assertEqual(measure.quantile([[5, 1], [3], [2, 4]], 0.5), 3)
        self.assertEqual(measure.quantile([[5, 1], [3], [2, 4]], 0.99), 5)
        self.assertEqual(measure.typical([[1, 2, 9], [3], [8, 8, 8]]), 3)


if __name__ == "__main__":
    unittest.main()
