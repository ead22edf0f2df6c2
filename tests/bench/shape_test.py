"""Shapes of models: the format, and the three there are."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "bench" / "models"))

import shape

GOOD = "name a  # why\n\ndim 4\nrows 10\nsparse request 2 3\nsparse pair 1 1\ndense candidate 5\ntower 8 4\n"


class Shapes(unittest.TestCase):
    def test_statements(self):
        read = shape.parse(GOOD)
        self.assertEqual((read.name, read.dim, read.rows, read.tower), ("a", 4, 10, [8, 4]))
        self.assertEqual(read.fields, [shape.Fields(False, "request", 2, 3), shape.Fields(False, "pair", 1, 1),
                                       shape.Fields(True, "candidate", 5)])
        self.assertEqual(read.widths, [17, 8, 4, 1])
        self.assertEqual([read.columns(scope) for scope in shape.SCOPES], [8, 5, 4])
        self.assertEqual(read.sparse_fields(), 3)

    def test_mistakes_name_their_line(self):
        for bad in ("dim", "dim 0", "dim 4 4", "rows x", "sparse user 2 3", "sparse pair 2", "dense request 1 1", "name b",
                    "tower 8", "tower", "layers 3", "dim -1"):
            with self.subTest(bad), self.assertRaisesRegex(ValueError, f"^line 9: {bad}$"):
                shape.parse(GOOD + bad + "\n")

    def test_what_a_shape_cannot_be_without(self):
        for word in ("name", "dim", "rows", "sparse|dense", "tower"):
            kept = [line for line in GOOD.splitlines() if line.split(" ")[0] not in word.split("|")]
            with self.subTest(word), self.assertRaisesRegex(ValueError, "^a shape has"):
                shape.parse("\n".join(kept))

    def test_the_models(self):
        self.assertEqual(shape.names()[0], "gwen-ref")
        widths = {name: (shape.load(name).widths, shape.load(name).columns("request")) for name in shape.names()}
        self.assertEqual(widths, {"gwen-ref": ([384, 512, 256, 128, 64, 1], 256),
                                  "avazu-like": ([352, 256, 128, 64, 1], 240),
                                  "criteo-like": ([429, 512, 256, 128, 1], 281)})


if __name__ == "__main__":
    unittest.main()
