"""What a core can do, and what a model costs: counts against sums done here from what inspect lists."""

import json
import unittest

from command import CommandTest, run, run_json

RATES = ["flops", "l1", "l2", "l3", "memory", "near_row_ns", "far_row_ns", "near_latency_ns", "far_latency_ns"]


class Cost(CommandTest):
    def measured(self):
        report = run_json("bench", "--roofline", "--memory", 4)
        path = self.folder / "roofline.json"
        path.write_text(json.dumps(report))
        return report, path

    def test_roofline(self):
        report, _ = self.measured()
        for name in RATES:
            self.assertGreater(report[name], 0, name)
        self.assertEqual(report["far_table"], 4 << 20)
        self.assertIn("GFLOP/s", run("bench", "--roofline", "--memory", 4).stdout)

    def test_counts(self):
        inspected = run_json("inspect", self.model, "--cost", "--candidates", 60, "--requests", 3, "--ids", 2)
        cost = inspected["cost"]
        sparse = [f for f in inspected["features"] if f["kind"] == "sparse"]
        self.assertTrue(sparse)
        least = sum((3 if f["scope"] == "request" else 60) * min(2, f["max_length"] or 2) for f in sparse)
        self.assertGreaterEqual(cost["ids"], least)
        self.assertGreater(cost["flops"], cost["request_flops"])
        self.assertGreaterEqual(cost["line_bytes"], 64 * cost["ids"])
        self.assertNotIn("us", cost)
        alone = run_json("inspect", self.model, "--cost", "--candidates", 60, "--ids", 2)["cost"]
        self.assertGreater(alone["flops"], cost["flops"])
        self.assertNotIn("cost", run_json("inspect", self.model))

    def test_times(self):
        _, path = self.measured()
        arguments = ["inspect", self.model, "--cost", "--candidates", 60, "--roofline", path]
        cost = run_json(*arguments)["cost"]
        self.assertAlmostEqual(cost["us"], sum(cost[f"{part}_us"] for part in ("dense", "rows", "elements", "call")))
        self.assertGreater(cost["us"], 0)
        self.assertIn(f"foretold: {cost['us']:.1f} us", run(*arguments).stdout)

    def test_a_roofline_that_is_none(self):
        report, path = self.measured()
        for text, words in (("", "not the JSON"), ("[1]", "not the JSON"), ("{", "not the JSON"),
                            (json.dumps({**report, "l2": "fast"}), "l2: a number"),
                            (json.dumps({k: v for k, v in report.items() if k != "far_table"}), "far_table: a number"),
                            (json.dumps({**report, "memory": -1}), "memory: out of range"),
                            (json.dumps({**report, "flops": 0}), "flops: 0")):
            path.write_text(text)
            done = run("inspect", self.model, "--cost", "--roofline", path)
            self.assertEqual(done.returncode, 1, text[:40])
            self.assertIn(words, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1)
        self.assertEqual(run("inspect", self.model, "--cost", "--roofline", self.folder / "none").returncode, 1)

    def test_usage(self):
        for arguments in (["bench"], ["bench", self.model, "--roofline"], ["bench", self.model, "--memory", 4],
                          ["inspect", self.model, "--candidates", 4], ["inspect", self.model, "--cost", "--ids", 0]):
            self.assertEqual(run(*arguments).returncode, 2, arguments)


if __name__ == "__main__":
    unittest.main()
