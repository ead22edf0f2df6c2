"""Exit statuses and the shape of the command line."""

import unittest

from command import CommandTest, run, run_json, table, row


class Usage(CommandTest):
    def test_wrong_command_lines_exit_with_2(self):
        data = self.write("a.csv", table([row(0)]))
        for arguments in ([], ["nothing"], ["score"], ["score", "m"], ["inspect"], ["score", self.model, data, "--no-such"],
                          ["saliency", self.model, data, "--method", "magic"],
                          ["saliency", self.model, data, "--target", "odds"],
                          ["saliency", self.model, data, "--row", "0"],
                          ["evaluate", self.model, data, "--negative-rate", "0"],
                          ["evaluate", self.model, data, "--negative-rate", "1.5"],
                          ["score", self.model, data, "--request", "request_id", "--single-rows"],
                          ["score", self.model, data, "--out", ""],
                          ["score", self.model, data, "--threads", "0x2"],
                          ["saliency", self.model, data, "--row", "01x"],
                          ["saliency", self.model, data, "--method", "gradient-l2", "--reference", data],
                          ["bench", self.model, "--candidates", "-1"],
                          ["synth", "--days", "0", "--rows", "4", "--seed", "1", "--out", self.folder / "s"]):
            with self.subTest(arguments=arguments):
                self.assertTrue(self.fails(*arguments, status=2))

    def test_synth_takes_whole_numbers_and_switches_alone(self):
        good = {"--days": "1", "--rows": "4", "--seed": "1", "--out": self.folder / "s"}
        for option, values in {"--days": ("1.0", "0x1", "+1", " 1", "1e0", ""), "--rows": ("4.5", "-4", "1000000001"),
                               "--seed": ("-1", "x", "18446744073709551616"), "--drift-day": ("-1", "0x5"),
                               "--noise": ("2", "yes", "true", "-1", ""), "--memo": ("01", "off"), "--out": ("",)}.items():
            for value in values:
                with self.subTest(option=option, value=value):
                    self.fails("synth", *(part for pair in {**good, option: value}.items() for part in pair), status=2)
        self.assertFalse((self.folder / "s").exists())
        most = {**good, "--seed": "18446744073709551615", "--noise": "0", "--memo": "1", "--rows": "0010"}
        run_json("synth", *(part for pair in most.items() for part in pair))
        self.assertEqual((self.folder / "s" / "day=01.tsv").read_text().count("\n"), 11)

    def test_help_and_version_exit_with_0(self):
        for arguments in (["--help"], ["--version"], ["score", "--help"]):
            done = run(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertTrue(done.stdout)

    def test_inspect_lists_what_the_model_holds(self):
        report = run_json("inspect", self.model, "--verify")
        self.assertEqual(report["name"], "e2e")
        self.assertEqual(report["groups"], ["user", "ad", "price", "context"])
        self.assertEqual(report["outputs"], ["click"])
        self.assertEqual([f["scope"] for f in report["features"]], ["request", "candidate", "candidate", "candidate", "pair"])
        self.assertEqual([f["column"] for f in report["features"]], ["integers", "strings", "integers", "numbers", "integers"])
        self.assertEqual([t["rows"] for t in report["tables"]], [50, 64, 20, 4])
        self.assertEqual(report["layers"][0]["width"], 8)
        self.assertEqual(report["metadata"], {"made_by": "tests/e2e"})
        self.assertEqual(report["verified"]["segments"], "ok")
        self.assertIn("words", run("inspect", self.model).stdout)

    def test_bench_measures_a_request(self):
        report = run_json("bench", self.model, "--candidates", "10", "--runs", "50", "--ids", "2")
        self.assertEqual((report["candidates"], report["runs"]), (10, 50))
        self.assertGreater(report["p50_us"], 0)
        self.assertGreaterEqual(report["p99_us"], report["p50_us"])


if __name__ == "__main__":
    unittest.main()
