"""How many ids a feature has: what is asked of an id tells it, or it must be given."""

import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="the package onnx is not installed: no import is tested")
pytest.importorskip("onnxruntime", reason="the package onnxruntime is not installed: no import is tested")

import clicklens  # noqa: E402
from clicklens import Feature  # noqa: E402
from onnx import TensorProto  # noqa: E402
from onnx_checks import assert_agree, imported  # noqa: E402
from onnx_graphs import Graph  # noqa: E402


def of_an_id(make, floats=False):
    """A graph of what `make` makes of the input `age`."""
    g = Graph()
    age = g.floats("age", 1) if floats else g.ids("age", 1)
    g.score(g.op("Cast", make(g, age), to=TensorProto.FLOAT), 1)
    return g.model()


ENDLESS = {
    "sum": lambda g, x: g.op("Add", x, g.integers(1)),
    "remainder": lambda g, x: g.op("Equal", g.op("Mod", x, g.integers(7)), g.integers(3)),
    "test of a sum": lambda g, x: g.op("Greater", g.op("Sub", x, g.integers(50)), g.integers(30)),
    "test of a product": lambda g, x: g.op("Greater", g.op(
        "Mul", g.op("Cast", x, to=TensorProto.FLOAT), g.weight(np.float32(0.1))), g.weight(np.float32(3))),
    "choice of itself": lambda g, x: g.op("Where", g.op("Greater", x, g.integers(3)), x, g.integers(0)),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_what_goes_on_changing_wants_rows(name, tmp_path):
    """Ids past the numbers in the graph are not alike: without `rows`, large ones would score as others do."""
    source = of_an_id(ENDLESS[name])
    with pytest.raises(clicklens.Error, match="'age': give `rows`"):
        clicklens.from_onnx(source)
    made, model = imported(source, tmp_path, [Feature("age", rows=120)])
    assert_agree(made, model)


def test_a_number_that_is_compared_too_wants_rows():
    g = Graph()
    age = g.ids("age", 1)
    old = g.op("Cast", g.op("Greater", age, g.integers(3)), to=TensorProto.FLOAT)
    g.score(g.op("Concat", old, g.op("Cast", age, to=TensorProto.FLOAT), axis=1), 2)
    with pytest.raises(clicklens.Error, match="'age': give `rows`"):
        clicklens.from_onnx(g.model())


@pytest.mark.parametrize("limit", [0.5, np.inf])
def test_numbers_compared_with_fractions_are_no_ids(limit):
    source = of_an_id(lambda g, x: g.op("Less", x, g.weight(np.float32(limit))), floats=True)
    with pytest.raises(clicklens.Error, match="'age': give `rows`"):
        clicklens.from_onnx(source)


SETTLED = {
    "test": lambda g, x: g.op("Greater", x, g.integers(30)),
    "any": lambda g, x: g.op("Cast", x, to=TensorProto.BOOL),
    "none": lambda g, x: g.op("Not", g.op("Cast", x, to=TensorProto.BOOL)),
    "limit": lambda g, x: g.op("Clip", x, g.weight(np.int64(2)), g.weight(np.int64(40))),
    "between": lambda g, x: g.op("And", g.op("Greater", x, g.integers(18)), g.op("Less", x, g.integers(30))),
}


@pytest.mark.parametrize("name", SETTLED)
def test_ids_past_all_that_is_asked_are_the_last_row(name, tmp_path):
    source = of_an_id(SETTLED[name])
    _, model = imported(source, tmp_path)
    ages = [0, 1, 3, 19, 29, 30, 31, 32, 40, 41, 42, 1000]
    wanted = onnx.reference.ReferenceEvaluator(source).run(None, {"age": np.array(ages).reshape(-1, 1)})[0]
    assert model.score({"age": ages}, output="logit") == pytest.approx(wanted.ravel(), abs=1e-6)


def test_a_table_read_with_and_without_a_padding_row(tmp_path):
    """id and id + 1 of one table are no fields of one row and of the rest."""
    g = Graph()
    table = g.normal(9, 3)
    now = g.op("Gather", table, g.ids("now"))
    g.score(g.op("Add", now, g.op("Gather", table, g.op("Add", g.ids("before"), g.integers(1)))), 3)
    made, model = imported(g.model(), tmp_path)
    assert {f.name: f.rows for f in model.features} == {"now": 9, "before": 8}
    assert_agree(made, model)


def test_floors_of_products_round_as_the_source(tmp_path):
    """10 * 0.7f is 7.0f in single precision, 6.99999988 in double."""
    g = Graph()
    share = g.op("Mul", g.op("Cast", g.ids("id"), to=TensorProto.FLOAT), g.weight(np.float32(0.7)))
    g.score(g.op("Gather", g.normal(200, 3), g.op("Cast", g.op("Floor", share), to=TensorProto.INT64)), 3)
    made, model = imported(g.model(), tmp_path, [Feature("id", rows=200)])
    assert_agree(made, model, rows=2000)


def test_remainders_with_the_sign_of_the_dividend(tmp_path):
    source = of_an_id(lambda g, x: g.op("Mod", g.op("Sub", x, g.integers(4)), g.integers(3), fmod=1))
    made, model = imported(source, tmp_path, [Feature("age", rows=9)])
    assert_agree(made, model)


def test_a_mask_beside_constants(tmp_path):
    """Columns that are 0 and 1 in every row, next to a mask and to rows that are zero under it."""
    g = Graph()
    ids = g.ids("ids", 1)
    table = np.zeros((5, 2))
    table[2] = 1
    rows = g.op("Squeeze", g.op("Gather", g.weight(table), ids), g.integers(1))
    mask = g.op("Cast", g.op("Equal", ids, g.integers(2)), to=TensorProto.FLOAT)
    size = g.op("Concat", g.op("Slice", g.op("Shape", ids), g.integers(0), g.integers(1)), g.integers(1), axis=0)
    zero, one = (g.op("ConstantOfShape", size, value=onnx.numpy_helper.from_array(np.float32([n]))) for n in (0, 1))
    g.score(g.op("Mul", g.op("Concat", zero, mask, mask, axis=1), g.op("Concat", one, rows, axis=1)), 3)
    made, model = imported(g.model(), tmp_path)
    assert_agree(made, model)


@pytest.mark.parametrize("test, places", [
    (lambda g, n, x: g.op("Less", n, x), (0, 1, 2, 3)), (lambda g, n, x: g.op("Greater", x, n), (0, 1, 2, 3)),
    (lambda g, n, x: g.op("Not", g.op("GreaterOrEqual", n, x)), (0, 1, 2, 3)),
    (lambda g, n, x: g.op("Not", g.op("LessOrEqual", x, n)), (0, 1, 2, 3)),
    (lambda g, n, x: g.op("LessOrEqual", n, x), (1, 2, 3, 4)),
    (lambda g, n, x: g.op("GreaterOrEqual", x, n), (1, 2, 3, 4)),
], ids=range(6))
def test_lengths_that_are_numbers_too_know_their_places(test, places, tmp_path):
    """A mask of all places says how long a history may be, however it asks: the length may then be divided by."""
    g = Graph()
    length = g.ids("length", 1)
    given = g.op("Cast", test(g, g.integers(*places), length), to=TensorProto.FLOAT)
    count = g.op("Add", g.op("Cast", length, to=TensorProto.FLOAT), g.weight(np.float32(1)))
    g.score(g.op("Div", given, count), 4)
    made, model = imported(g.model(), tmp_path)
    assert model.features[0].rows >= 5
    assert_agree(made, model)


LIMITED = """
    import pathlib, resource, sys
    import numpy as np
    from clicklens.importers import Hash
    from clicklens.importers._samples import _hashed

    held = int(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmData"))) * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (held + (150 << 20), held + (150 << 20)))
    rows = _hashed(Hash(20_000_000, offset=3), ["a", "b"], pathlib.Path(sys.argv[1]))
    sys.exit(0 if ((3 <= rows) & (rows < 20_000_003)).all() and rows[0] != rows[1] else "no rows")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")
def test_rows_of_a_large_hash_are_never_held(tmp_path):
    """160 MB of row numbers, in a process that may hold 150 MB more than it does."""
    run = subprocess.run([sys.executable, "-c", textwrap.dedent(LIMITED), tmp_path], capture_output=True, text=True,
                         env={**os.environ, "OPENBLAS_NUM_THREADS": "1"})
    assert run.returncode == 0, run.stderr
