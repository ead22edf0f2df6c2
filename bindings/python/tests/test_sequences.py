"""Sequences and their masks against NumPy: every rule of their feature, every type of row, saliency of single ids."""

import numpy as np
import pytest

import clicklens

LENGTH, ROWS, DIM = 4, 12, 3
ENTRIES = [[1, 2, 3], [], [5], [0, 1, 2, 3, 4, 5], [99, 3], [4, 99, 99, 7], [99], None, [6, 6, 6, 6, 6]]
TABLE = np.random.default_rng(1).normal(size=(ROWS, DIM)).astype(np.float32)
REST = dict(missing_row=-1, unknown_row=-1, keep_last=False, weighted=False)


def expected(entry, weights, align, missing_row, unknown_row, keep_last):
    """Rows [LENGTH, DIM], mask [LENGTH], and by id of the entry the place it takes, -1: none."""
    rows, mask = np.zeros((LENGTH, DIM)), np.zeros(LENGTH)
    entry = list(enumerate(entry or []))
    kept = entry[-LENGTH:] if keep_last else entry[:LENGTH]
    places = np.full(len(entry), -1)
    first = LENGTH - len(kept) if align == "last" else 0
    for place, (position, key) in enumerate(kept, first):
        row = key if key < ROWS else unknown_row
        if row >= 0:
            rows[place], mask[place], places[position] = TABLE[row] * weights[position], 1, place
    if not mask.any() and missing_row >= 0:
        place = LENGTH - 1 if align == "last" else 0
        rows[place], mask[place] = TABLE[missing_row], 1
    return rows, mask, places


def built(path, align="first", kind="f32", bag=False, **rules):
    b = clicklens.Builder("sequence")
    rules = {**REST, **rules}
    feature = b.sparse("items", "user", encoder=b.identity(ROWS), max_length=LENGTH, pooling="mean", **rules)
    rows, mask = b.sequence(feature, TABLE, align, type=kind), b.mask(feature, align)
    b.layer("rows", rows)
    b.layer("mask", mask)
    weights = np.random.default_rng(2).normal(size=(1, LENGTH * (DIM + 1))).astype(np.float32)
    logit = b.linear(b.concat([rows, mask]), weights)
    if bag:
        logit = b.add(logit, b.sum(b.embedding(feature, TABLE)))
    b.output("y", logit)
    b.save(path)
    return clicklens.open(path), weights[0].astype(float)


@pytest.mark.parametrize("align", ["first", "last"])
@pytest.mark.parametrize("keep_last", [False, True])
@pytest.mark.parametrize("missing_row", [-1, 8])
@pytest.mark.parametrize("unknown_row", [-1, 9])
def test_places(tmp_path, align, keep_last, missing_row, unknown_row):
    rules = dict(missing_row=missing_row, unknown_row=unknown_row, keep_last=keep_last)
    model, weights = built(tmp_path / "m.clens", align, **rules)
    logits = model.score({"items": ENTRIES}, output="logit").reshape(-1)
    for entry, logit in zip(ENTRIES, logits):
        rows, mask, _ = expected(entry, np.ones(9), align, **rules)
        np.testing.assert_allclose(logit, np.concatenate([rows.ravel(), mask]) @ weights, rtol=1e-5, atol=1e-5)


def test_plain_columns_are_read_as_others_are(tmp_path):
    model, _ = built(tmp_path / "m.clens", "last")
    plain = [[1, 2, 3], [5], [0, 1, 2, 3]]
    alone = model.score({"items": plain}, output="logit")
    with_empty = model.score({"items": [*plain, []]}, output="logit")
    assert alone.tobytes() == with_empty[:3].tobytes()


@pytest.mark.parametrize("kind, off", [("f16", 2e-3), ("bf16", 2e-2), ("int8", 2e-2), ("int4", 0.3)])
def test_narrow_rows(tmp_path, kind, off):
    model, weights = built(tmp_path / "m.clens", kind=kind)
    logits = model.score({"items": ENTRIES}, output="logit").reshape(-1)
    for entry, logit in zip(ENTRIES, logits):
        rows, mask, _ = expected(entry, np.ones(9), "first", -1, -1, False)
        assert abs(logit - np.concatenate([rows.ravel(), mask]) @ weights) <= off * (1 + np.abs(rows).sum())


@pytest.mark.parametrize("bag", [False, True])
@pytest.mark.parametrize("align", ["first", "last"])
def test_saliency_of_ids(tmp_path, bag, align):
    model, weights = built(tmp_path / "m.clens", align, bag=bag, keep_last=True)
    data = {"items": ENTRIES}
    values, offsets = model.saliency(data, "gradient_x_input", "id")["items"]
    by_place, of_mask = weights[: LENGTH * DIM].reshape(LENGTH, DIM), weights[LENGTH * DIM:]
    for r, entry in enumerate(ENTRIES):
        _, _, places = expected(entry, np.ones(9), align, -1, -1, True)
        rows = [0.0 if p < 0 else TABLE[key] @ by_place[p] + of_mask[p] for key, p in zip(entry or [], places)]
        if bag:
            pooled = sum(p >= 0 for p in places)
            rows = [s + (TABLE[key].sum() / pooled if p >= 0 else 0) for s, key, p in zip(rows, entry or [], places)]
        np.testing.assert_allclose(values[offsets[r]:offsets[r + 1]], rows, rtol=1e-4, atol=1e-5)


def test_weights_multiply_rows(tmp_path):
    model, weights = built(tmp_path / "m.clens", "last", weighted=True)
    entries = [[1, 2, 3], [5], [4, 99, 7]]
    given = np.random.default_rng(4).uniform(0.5, 2, 7).astype(np.float32)
    offsets = np.array([0, 3, 4, 7])
    logits = model.score({"items": (np.concatenate(entries), offsets, given)}, output="logit").reshape(-1)
    for entry, begin, logit in zip(entries, offsets, logits):
        rows, mask, _ = expected(entry, given[begin:], "last", -1, -1, False)
        np.testing.assert_allclose(logit, np.concatenate([rows.ravel(), mask]) @ weights, rtol=1e-5, atol=1e-5)


def test_counts_are_those_of_a_bag(tmp_path):
    both, _ = built(tmp_path / "both.clens", bag=True)
    alone, _ = built(tmp_path / "alone.clens")
    counts = []
    for model in (both, alone):
        counts.append(model.score({"items": ENTRIES}, counts=True)[1])
    assert counts[0] == counts[1]
    assert counts[0].unknown == 4 and counts[0].cut == 3


def test_a_sequence_needs_a_length(tmp_path):
    b = clicklens.Builder("sequence")
    feature = b.sparse("items", "user", encoder=b.identity(ROWS))
    b.output("y", b.sum(b.sum(b.sequence(feature, TABLE))))
    with pytest.raises(clicklens.Error, match="'items' has no max_length"):
        b.save(tmp_path / "m.clens")
    with pytest.raises(clicklens.Error, match="align"):
        b.mask(feature, "middle")
