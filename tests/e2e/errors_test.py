"""Bad input: exit status 1, one line that names file, line and column, nothing half-written."""

import gzip
import unittest

from command import HEADER, CommandTest, model_bytes, row, table


class Errors(CommandTest):
    def score_fails(self, data):
        """Scoring good rows, then `data`, into a file: it must stay as it was."""
        out = self.write("scores", "kept\n")
        good = self.write("good.csv", table([row(i) for i in range(4000)]))
        before = sorted(path.name for path in self.folder.iterdir())
        line = self.fails("score", self.model, good, data, "--out", out)
        self.assertEqual(out.read_text(), "kept\n")
        self.assertEqual(sorted({*before, "model.clens"}), sorted(path.name for path in self.folder.iterdir()))
        return line

    def with_cell(self, line, column, cell):
        rows = [row(i) for i in range(3000)]
        rows[line - 2][HEADER.split(",").index(column)] = cell
        return self.write("bad.csv", table(rows))

    def test_missing_column(self):
        data = self.write("bad.csv", "label,user,price\n1,2,3\n")
        self.assertRegex(self.score_fails(data), r"bad\.csv:1: no column 'position', which the model requires$")

    def test_unknown_tasks_name_the_model(self):
        data = self.write("good.csv", table([row(i) for i in range(10)]))
        for command in ("evaluate", "saliency"):
            self.assertRegex(self.fails(command, self.model, data, "--task", "sale"),
                             r"model\.clens: the model has no task 'sale'$")

    def test_carriage_returns_within_the_header(self):
        lines = table([row(i) for i in range(3)]).replace("\n", "\r")
        self.assertRegex(self.score_fails(self.write("mac.csv", lines)),
                         r"mac\.csv:1: a carriage return within the header line$")
        self.assertRegex(self.score_fails(self.write("mac.tsv", lines.replace(",", "\t"))), r"mac\.tsv:1: a carriage return")

    def test_ragged_row(self):
        data = self.write("bad.csv", table([row(i) for i in range(2500)]) + "1,r9,3\n")
        self.assertRegex(self.score_fails(data), r"bad\.csv:2502: column 'words': row has 3 columns, the header has 7$")

    def test_values_that_are_no_numbers(self):
        self.assertRegex(self.score_fails(self.with_cell(2900, "price", "cheap")),
                         r"bad\.csv:2900: column 'price': 'cheap' is not a number$")
        self.assertRegex(self.score_fails(self.with_cell(17, "price", "1|2")),
                         r"bad\.csv:17: column 'price': 2 numbers, the model takes 1$")
        self.assertRegex(self.score_fails(self.with_cell(5, "position", "1.0")),
                         r"bad\.csv:5: column 'position': '1\.0' is not a 64-bit integer$")
        self.assertRegex(self.score_fails(self.with_cell(6, "tags", "3:x")),
                         r"bad\.csv:6: column 'tags': weight of '3:x' is not a number$")

    def test_request_features_that_differ_within_a_request(self):
        self.assertRegex(self.score_fails(self.with_cell(3, "user", "44")),
                         r"bad\.csv:3: column 'user': differs within request 'r0', of which it is a feature$")

    def test_bad_labels(self):
        data = self.with_cell(40, "label", "2")
        self.assertRegex(self.fails("evaluate", self.model, data), r"bad\.csv:40: column 'label': label '2' is neither 0 nor 1$")
        data = self.write("bad.csv", "user,price,position\n1,2,3\n")
        self.assertRegex(self.fails("evaluate", self.model, data), r"bad\.csv:1: no column 'label' or 'click'")
        self.assertRegex(self.fails("evaluate", self.model, data, "--label", "bought"), r"bad\.csv:1: no column 'bought'$")

    def test_truncated_gzip(self):
        whole = gzip.compress(table([row(i) for i in range(3000)]).encode())
        data = self.write("bad.csv.gz", whole[: len(whole) // 2])
        self.assertRegex(self.score_fails(data), r"bad\.csv\.gz:\d{3,}: truncated gzip data$")

    def test_absent_and_empty_data(self):
        self.assertRegex(self.score_fails(self.folder / "absent.csv"), r"absent\.csv: cannot open: No such file or directory$")
        self.assertRegex(self.score_fails(self.write("empty.csv", "")), r"empty\.csv:1: no header line$")

    def test_truncated_and_damaged_models(self):
        data = self.write("good.csv", table([row(0)]))
        whole = model_bytes()
        for size in (0, 10, 63, 64, 500, len(whole) // 2, len(whole) - 1):
            with self.subTest(size=size):
                model = self.write("cut.clens", whole[:size])
                self.assertIn("cut.clens", self.fails("score", model, data))
        damaged = bytearray(whole)
        damaged[100] ^= 1
        self.assertIn("bad.clens", self.fails("inspect", self.write("bad.clens", bytes(damaged))))
        self.assertIn("absent.clens", self.fails("inspect", self.folder / "absent.clens"))

    def test_places_that_cannot_be_written(self):
        data = self.write("good.csv", table([row(0)]))
        self.assertIn("no/such/out: cannot create", self.fails("score", self.model, data, "-o", self.folder / "no/such/out"))

    def test_rows_that_are_not_there(self):
        data = self.write("good.csv", table([row(0)]))
        self.assertRegex(self.fails("saliency", self.model, data, "--row", "2"), r"no row 2, the data have 1$")


if __name__ == "__main__":
    unittest.main()
