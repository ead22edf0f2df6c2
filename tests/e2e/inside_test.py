"""`neurons` and `probe` on synthetic days: figures that follow from others, files written, refusals."""

import functools
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
    run_json("synth", "--days", 3, "--rows", 6000, "--seed", 1, "--out", folder)
    return sorted(folder.glob("*.tsv"))


class Neurons(CommandTest):
    def test_layers_neurons_and_findings(self):
        report = run_json("neurons", DEMO, days()[0], "--compare", days()[1], days()[2])
        layers = {layer["layer"]: layer for layer in report["data"]["layers"]}
        self.assertEqual([(n, l["width"]) for n, l in layers.items()], [("emb", 56), ("l1", 64), ("l2", 32), ("l3", 16)])
        self.assertEqual(report["data"]["cluster"], "user_id")
        for layer in layers.values():
            self.assertEqual((layer["rows"], layer["labelled"]), (6000, 6000))
            self.assertEqual(len(layer["neurons"]), layer["width"])
            self.assertAlmostEqual(layer["cka"][layer["layer"]], 1, places=9)
            self.assertTrue(0 < layer["effective_rank"] <= layer["width"])
            for neuron in layer["neurons"]:
                self.assertAlmostEqual(neuron["active_ratio"], neuron["active"] / neuron["rows"], places=12)
                self.assertTrue(neuron["minimum"] <= neuron["mean"] <= neuron["maximum"])
                values = [q["value"] for q in neuron["quantiles"]]
                self.assertEqual(values, sorted(values))
        clicks = run_json("evaluate", DEMO, days()[0])["days"][0]["clicks"]
        self.assertEqual(layers["l3"]["clicks"], clicks)
        # fewer than 10,000 rows name no neuron dead
        self.assertEqual(sum(layer["dead"] for layer in layers.values()), 0)
        self.assertEqual([part["files"] for part in report["compared"]], [[str(days()[1])], [str(days()[2])]])
        for part in report["compared"]:
            for change in part["changes"]:
                self.assertTrue(0.5 < change["spread_ratio"] < 2)

    def test_a_data_set_against_itself_is_unchanged(self):
        part = run_json("neurons", DEMO, days()[0], "--compare", days()[0], "--layer", "l1")["compared"][0]
        self.assertEqual(part["changes"][0]["spread_ratio"], 1)
        self.assertEqual(part["changes"][0]["covariance_distance"], 0)

    def test_several_files_are_one_data_set(self):
        whole = run_json("neurons", DEMO, *days(), "--layer", "l2")["data"]["layers"][0]
        parts = [run_json("neurons", DEMO, day, "--layer", "l2")["data"]["layers"][0] for day in days()]
        for i, neuron in enumerate(whole["neurons"]):
            self.assertEqual(neuron["active"], sum(part["neurons"][i]["active"] for part in parts))
            self.assertAlmostEqual(neuron["mean"], sum(part["neurons"][i]["mean"] for part in parts) / 3, places=9)

    def test_labels_are_optional(self):
        lines = days()[0].read_text().splitlines()
        at = lines[0].split("\t").index("label")
        bare = self.write("bare.tsv", "\n".join("\t".join(c for i, c in enumerate(line.split("\t")) if i != at)
                                                for line in lines[:500]) + "\n")
        layer = run_json("neurons", DEMO, bare, "--layer", "l1")["data"]["layers"][0]
        self.assertEqual((layer["labelled"], layer["neurons"][0]["auc"]), (0, None))

    def test_text(self):
        text = run("neurons", DEMO, days()[0], "--compare", days()[1], "--prove").stdout
        for words in ("effective rank", "linear CKA", "spread", str(days()[1])):
            self.assertIn(words, text)

    def test_unknown_layer(self):
        self.assertIn("l9", self.fails("neurons", DEMO, days()[0], "--layer", "l9"))


class Probe(CommandTest):
    def probe(self, *arguments):
        return run_json("probe", DEMO, "--fit", days()[1], "--eval", days()[2], *arguments)

    def test_the_logits_probe_ranks_as_the_model_does(self):
        report = self.probe("--draws", "0")
        day = report["concepts"][0]["days"][0]
        self.assertEqual([layer["layer"] for layer in day["layers"]], ["emb", "l1", "l2", "l3", "ctr"])
        found = run_json("evaluate", DEMO, days()[2])["days"][0]
        self.assertAlmostEqual(day["layers"][-1]["auc"], found["auc"], places=5)
        for before, layer in zip(day["layers"], day["layers"][1:]):
            step = layer["over_layer_before"]
            self.assertAlmostEqual(step["difference"], layer["auc"] - before["auc"], places=9)
            self.assertTrue(step["low"] <= step["difference"] <= step["high"])
        for layer in report["concepts"][0]["layers"]:
            self.assertTrue(layer["converged"])
            self.assertLessEqual(layer["gradient"], 1e-8)
            self.assertIn(layer["lambda"], (1e-5, 1e-4, 1e-3, 1e-2, 1e-1))
        self.assertFalse(report["paper_mode"])
        self.assertEqual(report["fit_rows"] + report["validation_rows"], 6000)

    def test_controls(self):
        first = self.probe("--draws", "3", "--lambda", "0.001")
        for layer in first["concepts"][0]["layers"]:
            controls = layer["controls"]
            self.assertTrue(abs(controls["shuffled_eval_auc"] - 0.5) < 0.08, controls)
            self.assertGreater(controls["shuffled_fit_auc"], controls["shuffled_eval_auc"])
            self.assertIsNotNone(controls["untrained"])
            self.assertIsNotNone(controls["task_eval_auc"])
        self.assertEqual(first, self.probe("--draws", "3", "--lambda", "0.001"))

    def test_concepts(self):
        report = self.probe("--target", "topic", "--top", "2", "--draws", "0", "--layer", "emb")
        names = [concept["concept"] for concept in report["concepts"]]
        self.assertEqual(len(names), 2)
        self.assertTrue(all(name.startswith("topic=") for name in names))
        for concept in report["concepts"]:  # a topic's id is in the embedding
            self.assertGreater(concept["days"][0]["layers"][0]["auc"], 0.95)

    def test_paper_mode(self):
        trained = self.write("day=01.tsv", days()[0].read_bytes())
        report = run_json("probe", DEMO, "--fit", trained, "--eval", days()[2], "--draws", "0")
        self.assertTrue(report["paper_mode"])
        steps = [layer["over_layer_before"] for layer in report["concepts"][0]["days"][0]["layers"][1:]]
        self.assertNotIn("yes", [step["adds"] for step in steps])

    def test_fit_and_eval_are_disjoint(self):
        message = self.fails("probe", DEMO, "--fit", days()[0], "--eval", days()[0], "--draws", "0")
        self.assertIn(str(days()[0]), message)
        self.assertEqual(run("probe", DEMO, "--fit", days()[0], "--eval", days()[0], "--draws", "0",
                             "--in-sample").returncode, 0)

    def test_saved_and_attached(self):
        saved, attached = self.folder / "p.probe", self.folder / "with.clens"
        self.probe("--draws", "0", "--save", saved, "--attach", attached)
        self.assertGreater(saved.stat().st_size, 0)
        self.assertEqual(run("score", attached, days()[2]).stdout, run("score", DEMO, days()[2]).stdout)

    def test_early_exit(self):
        report = self.probe("--draws", "0", "--exit", "l2", "--bound", "-3")
        exit_ = report["early_exit"][0]
        self.assertTrue(0 < exit_["exited_share"] < 1)
        self.assertAlmostEqual(exit_["auc_full"], run_json("evaluate", DEMO, days()[2])["days"][0]["auc"], places=6)
        self.assertGreater(exit_["recall_top_percent"], 0.9)
        self.assertIn("l9", self.fails("probe", DEMO, "--fit", days()[1], "--eval", days()[2], "--draws", "0", "--exit",
                                       "l9"))

    def test_text(self):
        text = run("probe", DEMO, "--fit", days()[1], "--eval", days()[2], "--draws", "2").stdout
        for words in ("shuffled", "untrained", "AUC over the layer before", "clustered by user_id"):
            self.assertIn(words, text)


if __name__ == "__main__":
    unittest.main()
