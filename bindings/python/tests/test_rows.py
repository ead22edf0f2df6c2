"""Tables of narrow rows: written as NumPy would, scored as the widened numbers are."""

from pathlib import Path

import numpy as np
import pytest

import clicklens

NARROW = ["f16", "bf16", "int8", "int4"]


def bf16(x):
    """Rounded to nearest even, as float32."""
    bits = x.astype(np.float32).view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16 << 16).astype(np.uint32).view(np.float32)


def quantised(x, levels):
    """(scale, bias, codes), and the numbers they stand for: one multiply and add, rounded once."""
    x = x.astype(np.float32)
    low, high = x.min(1, keepdims=True).astype(np.float64), x.max(1, keepdims=True).astype(np.float64)
    scale = ((high - low) / levels).astype(np.float32)
    bias = low.astype(np.float32)
    with np.errstate(invalid="ignore", divide="ignore"):
        codes = np.where(scale > 0, np.rint((x.astype(np.float64) - low) / scale.astype(np.float64)), 0)
    codes = np.minimum(codes, levels)
    # a product of 8 by 24 bits and a sum that long double holds: float32 rounds once
    value = (codes.astype(np.longdouble) * scale + bias).astype(np.float32)
    return scale, bias, codes.astype(np.uint8), value


def widened(x, row_type):
    if row_type == "f16":
        return x.astype(np.float16).astype(np.float32)
    if row_type == "bf16":
        return bf16(x)
    return quantised(x, 255 if row_type == "int8" else 15)[3]


def one_table(path, array, row_type, pooling="sum"):
    b = clicklens.Builder("rows")
    v = b.embedding(b.sparse("ids", "g", encoder=b.identity(len(array)), pooling=pooling), array, type=row_type)
    b.layer("bag", v)
    b.output("y", b.sum(v))
    b.save(path)
    return clicklens.open(path, verify=True)


def rows_of(model, count):
    """Every row of the one table, as the runtime widens it."""
    return model.activations({"ids": np.arange(count)})["bag"]


def random_rows(rows, dim, seed=0):
    draws = np.random.default_rng(seed)
    return (draws.normal(size=(rows, dim)) * np.exp2(draws.integers(-12, 6, (rows, 1)))).astype(np.float32)


@pytest.mark.parametrize("row_type", NARROW)
@pytest.mark.parametrize("dim", [1, 3, 8, 16, 33, 64])
def test_rows_are_what_numpy_makes_of_them(tmp_path, row_type, dim):
    x = random_rows(300, dim, dim)
    x[7] = 0.25
    model = one_table(tmp_path / "m.clens", x, row_type)
    assert [(t.type, t.rows, t.dim) for t in model.tables] == [(row_type, 300, dim)]
    np.testing.assert_array_equal(rows_of(model, 300), widened(x, row_type))
    assert model.info.parameters == 300 * dim


def test_all_halves_are_widened_as_numpy_does(tmp_path):
    halves = np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float32).reshape(4096, 16)
    got = rows_of(one_table(tmp_path / "m.clens", halves, "f16"), 4096)
    np.testing.assert_array_equal(got, halves)  # NaN is NaN, and -0 equals 0


@pytest.mark.parametrize("row_type", ["f16", "bf16"])
def test_halves_are_rounded_as_pytorch_does(tmp_path, row_type):
    torch = pytest.importorskip("torch")
    draws = np.random.default_rng(8)
    x = draws.integers(0, 2**32, 20000, dtype=np.uint32).view(np.float32)  # any pattern
    x = x[np.abs(x) < 65000][:8192]
    ties = np.arange(1, 8193, 2, dtype=np.float32) * np.float32(2.0**-11)  # halfway between two halves
    x = np.concatenate([x, ties, -ties]).reshape(-1, 16)
    dtype = torch.float16 if row_type == "f16" else torch.bfloat16
    wanted = torch.from_numpy(x).to(dtype).to(torch.float32).numpy()
    np.testing.assert_array_equal(rows_of(one_table(tmp_path / "m.clens", x, row_type), len(x)), wanted)


def test_bytes_of_int8_rows_are_scale_bias_and_codes(tmp_path):
    x = random_rows(40, 16)
    one_table(tmp_path / "m.clens", x, "int8")
    data = np.frombuffer(Path(tmp_path / "m.clens").read_bytes(), np.uint8)
    rows = data[-40 * 32 :].reshape(40, 32)  # the last segment, padded to 32
    scale, bias, codes, _ = quantised(x, 255)
    np.testing.assert_array_equal(rows[:, :4].copy().view(np.float32), scale)
    np.testing.assert_array_equal(rows[:, 4:8].copy().view(np.float32), bias)
    np.testing.assert_array_equal(rows[:, 8:24], codes)
    assert not rows[:, 24:].any()


@pytest.mark.parametrize("row_type", NARROW)
@pytest.mark.parametrize("pooling", ["sum", "mean", "max"])
def test_scores_have_the_bits_of_the_widened_table(tmp_path, row_type, pooling):
    x = random_rows(50, 9, 4)
    data = {"ids": [[1, 4, 4], [], [49], [7, 0, 3, 2]]}
    narrow = one_table(tmp_path / "narrow.clens", x, row_type, pooling)
    wide = one_table(tmp_path / "wide.clens", widened(x, row_type), "f32", pooling)
    np.testing.assert_array_equal(narrow.score(data, output="logit").view(np.uint32),
                                  wide.score(data, output="logit").view(np.uint32))
    np.testing.assert_array_equal(narrow.activations(data)["bag"], wide.activations(data)["bag"])
    np.testing.assert_array_equal(narrow.saliency(data), wide.saliency(data))


def test_large_tables_are_written_in_pieces(tmp_path, monkeypatch):
    from clicklens import _segments

    x = random_rows(1000, 5)
    one_table(tmp_path / "whole.clens", x, "int4")
    monkeypatch.setattr(_segments, "_PIECE", 100)
    one_table(tmp_path / "pieces.clens", x, "int4")
    assert (tmp_path / "whole.clens").read_bytes() == (tmp_path / "pieces.clens").read_bytes()


def test_what_a_type_cannot_hold_is_refused(tmp_path, monkeypatch):
    from clicklens import _segments

    with pytest.raises(clicklens.Error, match="type must be one of f32, f16") as problem:
        one_table(tmp_path / "m.clens", np.zeros((2, 2)), "i8")
    assert problem.value.status == clicklens.Status.INVALID_ARGUMENT
    x = np.ones((9, 3), np.float32)
    x[8, 1] = np.inf
    with pytest.raises(clicklens.Error, match="row 8, column 1: the type cannot hold inf") as problem:
        one_table(tmp_path / "m.clens", x, "int8")
    assert problem.value.status == clicklens.Status.BAD_VALUE
    x[8, 1] = 1e6
    monkeypatch.setattr(_segments, "_PIECE", 16)
    with pytest.raises(clicklens.Error, match="rows from 8 on: values: row 0, column 1"):
        one_table(tmp_path / "m.clens", x, "f16")
    assert not (tmp_path / "m.clens").exists()
