"""`refine`: tables in fewer bytes, what that costs, and scores that have the bits of the widened numbers."""

import struct
import unittest

from command import CommandTest, row, run, run_json, table

TYPES = ["f16", "bf16", "int8", "int4"]
STRIDES = {"f32": 16, "f16": 8, "bf16": 8, "int8": 12, "int4": 12}  # of dim 4


class RefineTest(CommandTest):
    def data(self):
        return self.write("data.csv", table([row(i) for i in range(120)]))

    def scores(self, model):
        done = run("score", model, self.data())
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [float(line) for line in done.stdout.split()]

    def test_every_type_is_written_reported_and_scored(self):
        exact = self.scores(self.model)
        for name in TYPES:
            with self.subTest(name):
                out = self.folder / f"{name}.clens"
                report = run_json("refine", self.model, out, "--tables", name)
                self.assertEqual([t["name"] for t in report["tables"]], ["users", "words", "tags", "positions"])
                self.assertEqual(report["size_before"], self.model.stat().st_size)
                self.assertEqual(report["size_after"], out.stat().st_size)
                inspected = run_json("inspect", out, "--verify")
                self.assertEqual(inspected["verified"]["segments"], "ok")
                self.assertIn(name, inspected["metadata"]["refined"])
                for change, now in zip(report["tables"], inspected["tables"]):
                    self.assertEqual((change["from"], change["to"], now["type"]), ("f32", name, name))
                    self.assertEqual(change["bytes_before"], now["rows"] * 16)
                    self.assertEqual(change["bytes_after"], now["bytes"])
                    self.assertEqual(now["bytes"], now["rows"] * STRIDES[name])
                    # numbers are of [-0.5, 0.5): half a step of the row's grid, or half a unit in the last place
                    most = {"f16": 2**-12, "bf16": 2**-9, "int8": 0.5 / 255, "int4": 0.5 / 15}[name]
                    self.assertTrue(0 < change["largest_error"] <= most * 1.0001, change)
                narrow = self.scores(out)
                self.assertNotEqual(narrow, exact)
                self.assertLess(max(abs(a - b) for a, b in zip(narrow, exact)), 0.1)

                # the same numbers as float32 have the same bits
                wide = self.folder / f"{name}.wide.clens"
                report = run_json("refine", out, wide, "--tables", "f32")
                self.assertEqual({t["largest_error"] for t in report["tables"]}, {0})
                self.assertEqual(self.scores(wide), narrow)
                for isa in ("scalar", None):
                    lines = run("score", out, self.data(), isa=isa).stdout
                    self.assertEqual(lines, run("score", wide, self.data(), isa=isa).stdout)

    def test_named_tables_alone(self):
        out = self.folder / "out.clens"
        report = run_json("refine", self.model, out, "--tables", "int8", "--only", "words", "tags")
        self.assertEqual([t["name"] for t in report["tables"]], ["words", "tags"])
        types = {t["name"]: t["type"] for t in run_json("inspect", out)["tables"]}
        self.assertEqual(types, {"users": "f32", "words": "int8", "tags": "int8", "positions": "f32"})

    def test_saliency_of_ids_reads_the_widened_rows(self):
        out, wide = self.folder / "out.clens", self.folder / "wide.clens"
        run_json("refine", self.model, out, "--tables", "int4")
        run_json("refine", out, wide, "--tables", "f32")
        for number in (1, 30):
            narrow = run_json("saliency", out, self.data(), "--row", number)
            self.assertEqual(narrow, run_json("saliency", wide, self.data(), "--row", number))
            self.assertTrue(any(i["gradient_x_input"] != 0 for f in narrow["features"] for i in f.get("ids", [])))

    def test_a_model_may_be_written_over_itself(self):
        before = self.model.stat().st_size
        done = run("refine", self.model, self.model, "--tables", "f16")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("f32 -> f16", done.stdout)
        self.assertIn(f"{before} bytes", done.stdout)
        self.assertEqual({t["type"] for t in run_json("inspect", self.model)["tables"]}, {"f16"})

    def test_a_damaged_model_is_not_written(self):
        data = bytearray(self.model.read_bytes())
        at = len(data) - (4 + 64 + 64 + 576 + 64)  # before b2, w2, b1 and w1: `positions`, 4 rows of 4
        data[at + 16 : at + 20] = struct.pack("<f", 1e9)
        odd = self.write("odd.clens", bytes(data))
        out = self.folder / "out.clens"
        self.assertIn("('positions'): its checksum differs", self.fails("refine", odd, out, "--tables", "f16"))
        self.assertFalse(out.exists())

    def test_mistakes(self):
        out = self.folder / "out.clens"
        self.assertIn("has no table 'ads'", self.fails("refine", self.model, out, "--tables", "int8", "--only", "ads"))
        self.fails("refine", self.model, out, status=2)
        self.fails("refine", self.model, out, "--tables", "int5", status=2)
        self.fails("refine", self.model, "--tables", "int8", status=2)
        self.assertIn("nowhere.clens", self.fails("refine", self.folder / "nowhere.clens", out, "--tables", "int8"))
        self.fails("refine", self.model, self.folder / "no" / "folder.clens", "--tables", "int8")
        self.assertFalse(out.exists())


if __name__ == "__main__":
    unittest.main()
