"""What inspect says of operators, and the graphs it writes, read by strict grammars and held to its JSON."""

import shutil
import struct
import subprocess
import sys
import unittest

from command import HERE, CommandTest, description, row, run, run_json, table, written

sys.path.insert(0, str(HERE.parent / "support"))
import drawings  # noqa: E402

DEMO = HERE.parent.parent / "bindings" / "cli" / "demo" / "demo.clens"
READERS = {"dot": drawings.read_dot, "mermaid": drawings.read_mermaid}
FIGURES = ["flops", "request_flops", "elements", "ids", "weight_bytes", "line_bytes", "value_bytes", "bytes"]


def wanted_edges(report):
    """(from, to, shape) by names of features, values and outputs."""
    shapes = {o["output"]: str(o["shape"]) for o in report["operators"]}
    edges = [(o["feature"], o["output"], "") for o in report["operators"] if o["feature"]]
    edges += [(value, o["output"], shapes[value]) for o in report["operators"] for value in o["inputs"]]
    return edges


class Inspect(CommandTest):
    def held(self, path):
        """Both drawings of a model against its JSON."""
        report = run_json("inspect", path)
        for kind, read in READERS.items():
            done = run("inspect", path, "--graph", kind)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            drawing = read(done.stdout)
            first = {name: lines[0] for name, lines in drawing.boxes.items()}
            names = {part: [first[b] for b in drawing.boxes if b.startswith(part)] for part in ("feature", "node", "output")}
            self.assertEqual(sorted(names["feature"]), sorted(f["name"] for f in report["features"]))
            self.assertEqual(sorted(names["node"]), sorted(o["output"] for o in report["operators"]))
            self.assertEqual(names["output"], [f"output {name}" for name in report["outputs"]])
            for part, listed, key in (("feature", report["features"], "name"), ("node", report["operators"], "output")):
                for i, item in enumerate(listed):
                    self.assertEqual(first[f"{part}{i}"], item[key])
                    self.assertEqual(drawing.scopes[f"{part}{i}"], item["scope"])
            for i, operator in enumerate(report["operators"]):
                self.assertEqual(drawing.boxes[f"node{i}"][1], operator["op"])
            edges = [(first[a], first[b], label) for a, b, label in drawing.edges if not b.startswith("output")]
            self.assertEqual(sorted(edges), sorted(wanted_edges(report)))
            self.assertEqual([b for _, b, _ in drawing.edges if b.startswith("output")],
                             [f"output{i}" for i in range(len(report["outputs"]))])
            marked = {line for box in drawing.layers for line in drawing.boxes[box] if line.startswith("layer ")}
            self.assertEqual(marked, {f"layer {layer['name']}" for layer in report["layers"]})
            if kind == "dot" and shutil.which("dot"):
                subprocess.run(["dot", "-Tplain"], input=done.stdout, text=True, check=True, stdout=subprocess.DEVNULL)
        return report

    def test_graphs_are_what_the_json_says(self):
        report = self.held(self.model)
        self.assertEqual([o["op"] for o in report["operators"]][4:], ["embedding_bag", "concat", "linear", "relu", "linear"])
        self.held(DEMO)

    def test_names_of_an_enemy_are_only_names(self):
        model = description()
        model["name"] = 'a"]; b [label="\\'
        names = ['"]', "\\", "\\N\\l", "a -> b", "end", "<script>&lt;", "%%{init: {}}%%", "#quot;", "`x`|--> y", "// é 漢 {{}}"]
        for i, name in enumerate(names[:5]):
            model["features"][i]["name"] = name
            model["features"][i]["group"] = names[-1 - i]
        for i, value in enumerate(model["values"]):
            value["name"] = names[i]
        model["layers"][0]["name"] = names[6]
        model["outputs"][0]["name"] = names[0]
        model["tables"][0]["name"] = names[7]
        path = self.write("enemy.clens", written(model))
        report = self.held(path)
        self.assertEqual([o["output"] for o in report["operators"]], names[:9])
        self.assertEqual(drawings.read_dot(run("inspect", path, "--graph", "dot").stdout).boxes["node0"][2],
                         "table #quot; [50, 4]")
        self.assertEqual(drawings.read_mermaid(run("inspect", path, "--graph", "mermaid").stdout).boxes["node0"][2],
                         "table #quot; [50, 4]")

    def test_the_readers_refuse_what_is_no_drawing(self):
        for kind, spoils in {"dot": [("}\n", ""), ('"', ""), ("->", "--"), ("node0 [", "node1 ["), ("\\n", "\\q")],
                             "mermaid": [("  end\n", ""), ('"]', "]"), ("-->", "->"), ("node0[", "node1["),
                                         ("<br/>", "<b>"), ("flowchart", "graph")]}.items():
            text = run("inspect", self.model, "--graph", kind).stdout
            for old, new in spoils:
                self.assertIn(old, text)
                with self.assertRaises((ValueError, KeyError), msg=(kind, old)):
                    READERS[kind](text.replace(old, new, 1))

    def test_operators_have_their_figures(self):
        report = run_json("inspect", self.model)
        operators = {o["output"]: o for o in report["operators"]}
        self.assertEqual(report["shared"]["candidates"], 100)
        for kind in ("alone", "shared"):
            for figure in FIGURES:
                self.assertAlmostEqual(sum(o[kind][figure] for o in operators.values()), report[kind][figure])
        whole = run_json("inspect", self.model, "--cost", "--candidates", 100, "--requests", 1)["cost"]
        for figure in FIGURES[:6]:
            self.assertEqual(report["shared"][figure], whole[figure], figure)
        # 4 request columns, 8 of the candidate, 1 + 4 of the pair into 8
        hidden = operators["sum1"]
        self.assertEqual(operators["all"]["columns"], {"request": 4, "candidate": 9, "pair": 4})
        self.assertEqual(hidden["alone"]["flops"], 2 * 17 * 8)
        self.assertEqual(hidden["shared"]["flops"], 2 * (4 + 100 * 13) * 8)
        self.assertEqual(hidden["alone"]["bytes"], 4 * (17 * 8 + 17 + 8))
        self.assertEqual(hidden["shared"]["bytes"], 4 * (17 * 8 + 4 + 100 * (13 + 8)))
        self.assertEqual((hidden["parameters"], hidden["parameter_bytes"]), (17 * 8 + 8, 4 * (17 * 8 + 8)))
        self.assertEqual((hidden["inputs"], hidden["shape"], hidden["scope"]), (["all"], [1, 8], "pair"))
        self.assertEqual((operators["user"]["feature"], operators["user"]["table"]), ("user", "users"))
        self.assertEqual(operators["user"]["scope"], "request")
        self.assertEqual([operators[v]["run"] for v in ("all", "layer1", "logit")], ["view", "fused", "step"])
        self.assertEqual(sum(o["parameters"] for o in operators.values()), report["parameters"])

    def test_text_has_a_line_for_each_operator(self):
        report, text = run_json("inspect", self.model), run("inspect", self.model).stdout
        for operator in report["operators"]:
            shape = str(operator["shape"])
            lines = [line for line in text.splitlines() if line.startswith(operator["output"] + " ") and shape in line]
            self.assertEqual(len(lines), 1, operator["output"])
            words = lines[0].replace(shape, "").split()
            self.assertEqual(words[:5], [operator["output"], operator["op"], operator["scope"],
                                         str(operator["parameters"]), operator["run"]])
            self.assertEqual(words[5:7], [f"{operator['alone'][figure]:.0f}" for figure in ("flops", "bytes")])
            self.assertEqual(words[7:9], [f"{operator['shared'][figure] / 100:.1f}" for figure in ("flops", "bytes")])
        self.assertIn("groups: user, ad, price, context", text)

    def with_self_test(self, change=0):
        """The model with the first recorded request of a day as its self-test, one logit's bits moved by `change`."""
        data = self.write("day.csv", table([row(i) for i in range(3)]))
        run_json("record", self.model, data, "--out", self.folder / "rec")
        recording = next(self.folder.glob("rec-*.clrec")).read_bytes()  # format/recording.h
        at = 80 + struct.unpack_from("<Q", recording, 48)[0]
        flat, scores, kind = struct.unpack_from("<QQH", recording, at + 24)
        batch = recording[at + 64 : at + 64 + flat]
        self.assertGreater(scores, 0)
        logits = list(struct.unpack_from(f"<{scores}I", recording, at + 64 + (flat + 7) // 8 * 8))
        self.assertEqual(kind, 1, "recorded scores are not logits")
        logits[1] += change
        model = description()
        model["self_test"] = {"batch": list(batch), "logits": logits}
        return self.write("tested.clens", written(model))

    def test_selftest_replays_the_stored_rows(self):
        path = self.with_self_test()
        self.assertIn("self-test ok", run("inspect", path, "--selftest").stdout)
        self.assertEqual(run_json("inspect", path, "--selftest")["self_test"], "ok")
        changed = self.with_self_test(change=1)
        message = self.fails("inspect", changed, "--selftest")
        self.assertIn("tested.clens: self-test: candidate 1, task 'click'", message)
        self.assertIn("holds no self-test", self.fails("inspect", self.model, "--selftest"))

    def test_usage(self):
        for arguments in (["--graph", "png"], ["--graph", "dot", "--json"], ["--graph", "dot", "--cost"],
                          ["--graph", "dot", "--selftest"], ["--graph", "mermaid", "--verify"]):
            self.fails("inspect", self.model, *arguments, status=2)
        self.fails("inspect", self.folder / "none.clens", "--graph", "dot")


if __name__ == "__main__":
    unittest.main()
