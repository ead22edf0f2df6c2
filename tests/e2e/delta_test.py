"""`delta`: from one model to another and back to the second's bytes."""

import unittest

from command import CommandTest, description, row, run, run_json, table, written


class DeltaTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.other = self.folder / "other.clens"
        # the same network with more users and other weights behind them
        model = description()
        users = model["tables"][0]
        users["rows"] += 7
        for encoder in model["encoders"]:
            if encoder["name"] == model["encoders"][model["features"][0]["encoder"]]["name"]:
                encoder["encoding"]["rows"] = users["rows"]
        model["segments"][users["segment"]]["size"] = users["rows"] * users["row_stride"]
        self.other.write_bytes(written(model))
        self.delta = self.folder / "a-b.clensd"

    def make(self, *arguments):
        return run_json("delta", self.model, self.other, "-o", self.delta, *arguments)

    def test_applied_it_gives_the_other_models_bytes(self):
        made = self.make("--limit", "1")
        self.assertEqual(made["bytes"], self.delta.stat().st_size)
        self.assertEqual(made["result_bytes"], self.other.stat().st_size)
        self.assertEqual(made["base_id"], run_json("inspect", self.model)["id"])
        self.assertEqual(made["result_id"], run_json("inspect", self.other)["id"])
        self.assertEqual(made["rows"]["appended"], 7)
        again = self.folder / "again.clens"
        applied = run_json("delta", "--apply", self.delta, self.model, "-o", again)
        self.assertEqual(applied["result_id"], made["result_id"])
        self.assertEqual(again.read_bytes(), self.other.read_bytes())
        data = self.write("data.csv", table([row(i) for i in range(90)]))
        self.assertEqual(run("score", again, data).stdout, run("score", self.other, data).stdout)

    def test_info_says_what_making_said(self):
        made = self.make("--limit", "1")
        info = run_json("delta", "--info", self.delta)
        for key in ("base_id", "result_id", "bytes", "result_bytes", "share", "rows", "keys", "segments"):
            self.assertEqual(info[key], made[key], key)
        text = run("delta", "--info", self.delta)
        self.assertEqual(text.returncode, 0, text.stderr)
        self.assertIn("7 appended", text.stdout)

    def test_past_the_limit_a_new_base_is_asked_for(self):
        line = self.fails("delta", self.model, self.other, "-o", self.delta, "--limit", "0.0001")
        self.assertIn("write a new base", line)
        self.assertFalse(self.delta.exists())

    def test_of_the_same_model_nothing_is_carried(self):
        made = run_json("delta", self.model, self.model, "-o", self.delta)
        self.assertEqual((made["share"], made["segments"]["overlaid"], made["segments"]["replaced"]), (0, 0, 0))

    def test_another_base_is_refused(self):
        self.make("--limit", "1")
        line = self.fails("delta", "--apply", self.delta, self.other, "-o", self.folder / "x.clens")
        self.assertIn("made for a base of model id", line)
        self.assertFalse((self.folder / "x.clens").exists())

    def test_a_damaged_one_is_refused(self):
        self.make("--limit", "1")
        whole = self.delta.read_bytes()
        damaged = self.folder / "damaged.clensd"
        for at in (0, 9, 50, 70, len(whole) - 1):
            changed = bytearray(whole)
            changed[at] ^= 1
            damaged.write_bytes(changed)
            self.fails("delta", "--apply", damaged, self.model, "-o", self.folder / "x.clens")
        damaged.write_bytes(whole[: len(whole) // 2])
        self.fails("delta", "--info", damaged)
        self.fails("delta", "--info", self.model)
        self.fails("inspect", self.delta)

    def test_usage(self):
        for arguments in (
            ["delta", self.model, "-o", self.delta],
            ["delta", self.model, self.other],
            ["delta", "--info", self.delta, self.model],
            ["delta", "--apply", self.delta, "-o", self.delta],
            ["delta", self.model, self.other, "-o", self.delta, "--limit", "2"],
        ):
            self.fails(*arguments, status=2)


if __name__ == "__main__":
    unittest.main()
