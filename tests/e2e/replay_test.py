"""Record and replay: a day recorded and joined with labels later has the figures of the day itself; recordings that were
changed are found out."""

import unittest

from command import CommandTest, row, run, run_json, table


def without(day, *names):
    return {key: value for key, value in day.items() if key not in names}


class Replay(CommandTest):
    def setUp(self):
        super().setUp()
        self.rows = [row(i) for i in range(1500)]
        self.header = "label,request_id,user_id,user,words,tags,price,position".split(",")
        rows = [[c[0], c[1], i // 3 % 40, *c[2:]] for i, c in enumerate(self.rows)]
        self.data = self.write("day.csv", table(rows, ",".join(self.header)))
        self.labels = self.folder / "labels.csv"
        self.prefix = self.folder / "rec"
        self.recorded = run_json("record", self.model, self.data, "--out", self.prefix, "--labels-out", self.labels)

    def files(self, prefix=None):
        return sorted(self.folder.glob(f"{(prefix or self.prefix).name}-*.clrec"))

    def test_metrics_are_those_of_the_day(self):
        self.assertEqual((self.recorded["rows"], self.recorded["requests"], self.recorded["recorded"]), (1500, 500, 500))
        wanted = run_json("evaluate", self.model, self.data)["days"][0]
        replayed = run_json("replay", *self.files(), "--model", self.model, "--labels", self.labels)
        self.assertEqual(without(replayed["days"][0], "file"), without(wanted, "file"))
        self.assertEqual(wanted["cluster"], "user_id")
        self.assertNotIn("check", replayed)
        evaluated = run_json("evaluate", self.model, *self.files(), "--labels", self.labels)["days"][0]
        self.assertEqual(evaluated, replayed["days"][0])

    def test_check_compares_bits(self):
        report = run_json("replay", *self.files(), "--model", self.model)
        self.assertEqual(report["check"], {"rows": 1500, "different": 0, "unchecked": 0, "largest_difference": 0.0})
        self.assertEqual(report["recordings"][0]["records"], self.recorded["records"])
        self.assertTrue(report["recordings"][0]["same_model"])
        bare = self.folder / "bare"
        run_json("record", self.model, self.data, "--out", bare, "--no-scores")
        self.assertEqual(run_json("replay", *self.files(bare), "--model", self.model)["check"]["unchecked"], 1500)

    def test_another_model_is_told_apart(self):
        # the same network with other tables
        other = self.folder / "other.clens"
        self.assertEqual(run("refine", self.model, other, "--tables", "f16").returncode, 0)
        self.assertIn("scored by model", self.fails("replay", *self.files(), "--model", other, "--check"))
        report = run_json("replay", *self.files(), "--model", other, "--labels", self.labels)
        wanted = run_json("evaluate", other, self.data)["days"][0]
        self.assertEqual(without(report["days"][0], "file"), without(wanted, "file"))
        self.assertFalse(report["recordings"][0]["same_model"])

    def test_scores_by_request_and_candidate(self):
        out = self.folder / "scores.csv"
        run_json("replay", *self.files(), "--model", self.model, "--score", out)
        lines = out.read_text().splitlines()
        self.assertEqual(lines[0].split(",")[:2], ["request_key", "candidate"])
        scores = [line.split(",") for line in lines[1:]]
        self.assertEqual([s[2] for s in scores], self.score(self.data).splitlines())
        self.assertEqual([s[:2] for s in scores],
                         [line.split(",")[:2] for line in self.labels.read_text().splitlines()[1:]])

    def test_files_rotate_and_count_as_one(self):
        small = self.folder / "small"
        report = run_json("record", self.model, self.data, "--out", small, "--file-bytes", "60000")
        files = self.files(small)
        self.assertEqual(len(files), report["files"])
        self.assertGreater(len(files), 1)
        rows = run_json("replay", *files, "--model", self.model)
        self.assertEqual(sum(f["rows"] for f in rows["recordings"]), 1500)
        self.assertEqual(self.score(*files), self.score(self.data))

    def test_a_sample_holds_whole_requests(self):
        part = self.folder / "part"
        report = run_json("record", self.model, self.data, "--out", part, "--sample-rate", "0.4")
        self.assertTrue(140 < report["recorded"] < 260, report["recorded"])
        replayed = run_json("replay", *self.files(part), "--model", self.model, "--labels", self.labels)
        self.assertEqual(replayed["days"][0]["rows"], 3 * report["recorded"])

    def test_rows_without_labels_are_left_out_and_told(self):
        lines = self.labels.read_text().splitlines(keepends=True)
        del lines[5]  # one candidate of the second request
        some = self.write("some.csv", "".join(lines))
        done = run("replay", *self.files(), "--model", self.model, "--labels", some, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("left out 3 rows", done.stderr)
        self.assertIn('"rows": 1497', done.stdout)
        twice = self.write("twice.csv", "".join([*lines, lines[-1]]))
        self.assertIn("twice", self.fails("replay", *self.files(), "--model", self.model, "--labels", twice))
        self.assertIn("--labels", self.fails("evaluate", self.model, *self.files()))

    def test_neurons_of_a_recording(self):
        wanted = run_json("neurons", self.model, self.data, "--count-every", "1")["data"]["layers"][0]
        got = run_json("replay", *self.files(), "--model", self.model, "--labels", self.labels, "--neurons")
        layer = got["data"]["layers"][0]
        for name in ("layer", "rows", "clicks"):
            self.assertEqual(layer[name], wanted[name])
        for a, b in zip(layer["neurons"], wanted["neurons"]):
            for name in ("mean", "sd", "minimum", "maximum", "click_mean", "active"):
                self.assertEqual(a[name], b[name], name)

    def test_probes_of_a_recording(self):
        def figures(data, *more):
            report = run_json("probe", self.model, "--fit", data, "--eval", data, "--in-sample", "--draws", "0",
                              "--lambda", "0.01", *more)
            return [layer["auc"] for layer in report["concepts"][0]["days"][0]["layers"]]
        self.assertEqual(figures(self.files()[0], "--labels", self.labels), figures(self.data))

    def test_importance_of_a_recording(self):
        """A day's records are permuted together, not each in itself."""
        (recording,) = self.files()
        self.assertGreater(self.recorded["records"], 3)
        for method in ("permutation", "ablation"):
            day = run_json("importance", self.model, self.data, "--method", method)["days"][0]
            got = run_json("importance", self.model, recording, "--labels", self.labels, "--method", method)["days"][0]
            self.assertEqual(without(got, "file"), without(day, "file"))
            self.assertEqual((got["rows"], got["cluster"]), (1500, "user_id"))
        self.assertIn("--labels", self.fails("importance", self.model, recording))

    def test_profile_of_a_recording(self):
        day, of = self.folder / "day.clprofile", self.folder / "of.clprofile"
        options = ("--saliency", "--no-neurons")  # rows of neurons are drawn by keys, which only the recording has
        wanted = run_json("profile", self.model, self.data, *options, "--out", day)
        got = run_json("profile", self.model, *self.files(), "--labels", self.labels, *options, "--out", of)
        self.assertEqual((got["rows"], got["clicks"], got["cluster"]), (1500, wanted["clicks"], "user_id"))
        self.assertEqual(of.read_bytes(), day.read_bytes())

    def test_precision_of_a_recording(self):
        day = run_json("evaluate", self.model, self.data, "--precision", "int8")["days"][0]
        got = run_json("evaluate", self.model, *self.files(), "--labels", self.labels, "--precision", "int8")["days"][0]
        self.assertEqual(without(got, "file"), without(day, "file"))

    def test_damage_is_left_out_and_told(self):
        small = self.folder / "small"
        run_json("record", self.model, self.data, "--out", small, "--file-bytes", "60000")
        path = self.files(small)[0]
        whole = path.read_bytes()
        torn = self.write("torn.clrec", whole[:-7])
        done = run("replay", torn, "--model", self.model, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("unfinished record", done.stderr)
        damaged = bytearray(whole)
        damaged[len(whole) // 2] ^= 64
        report = run("replay", self.write("damaged.clrec", bytes(damaged)), "--model", self.model, "--json")
        self.assertIn('"corrupted": 1', report.stdout)
        self.assertIn("not a recording", self.fails("replay", self.data, "--model", self.model))
        cut = self.write("cut.clrec", whole[:60])
        self.assertIn("shorter than", self.fails("replay", cut, "--model", self.model))


if __name__ == "__main__":
    unittest.main()
