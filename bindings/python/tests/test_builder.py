import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import clicklens

SCHEMA = Path(__file__).resolve().parents[3] / "schemas" / "model.fbs"


def test_what_was_built_is_what_is_opened(model):
    assert model.info.name == "small"
    assert model.groups == ["user", "ad"]
    assert [(f.name, f.group, f.scope, f.column, f.width) for f in model.features] == [
        ("user", "user", "request", "strings", 3), ("tags", "user", "request", "keys", 3),
        ("ad", "ad", "candidate", "keys", 3), ("price", "ad", "candidate", "floats", 1)]
    assert [(t.rows, t.dim, t.type) for t in model.tables] == [(4, 3, "f32"), (10, 3, "f32"), (20, 3, "f32")]
    assert [layer.name for layer in model.layers] == ["emb", "l1"]
    assert [output.name for output in model.outputs] == ["ctr"]
    assert model.metadata == {"made for": "tests"}
    assert model.info.parameters == sum(a.size for a in [*map(np.ones, [(4, 3), (10, 3), (20, 3), (5, 10), 5, 5, 1])])
    assert model.info.input_width == 10
    model.verify_segments()


def test_the_same_arrays_give_the_same_bytes(small, tmp_path):
    small.build().save(tmp_path / "again.clens")
    assert (tmp_path / "again.clens").read_bytes() == Path(small.path).read_bytes()


@pytest.mark.skipif(not shutil.which("flatc"), reason="no flatc on PATH")
def test_description_is_of_the_schema(small, tmp_path):
    (tmp_path / "model.bin").write_bytes(small.build().description())
    command = ["flatc", "--json", "--strict-json", "-o", tmp_path, SCHEMA, "--", tmp_path / "model.bin"]
    subprocess.run(command, check=True)
    described = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    assert [f["name"] for f in described["features"]] == ["user", "tags", "ad", "price"]
    assert described["features"][1]["pooling"] == "mean"
    assert [t["kind_type"] for t in described["features"][3]["transforms"]] == ["Log1p", "Standardise"]
    assert described["nodes"][-1]["op_type"] == "Linear"
    assert described["nodes"][4]["inputs"] == [0, 1, 2, 3]


def test_every_operator(tmp_path):
    draws = np.random.default_rng(5)
    x = draws.normal(size=(30, 4)).astype(np.float32)
    gamma, beta, mean = (draws.normal(size=4) for _ in range(3))
    variance, slopes = draws.uniform(0.5, 2, 4), draws.uniform(0.1, 0.5, 4).astype(np.float32)
    b = clicklens.Builder("operators")
    v = b.input(b.dense("x", "g", width=4))
    n = b.batch_norm(v, gamma, beta, mean, variance)
    outs = [b.sigmoid(n), b.tanh(n), b.leaky_relu(n, 0.2), b.prelu(n, slopes), b.multiply(n, v), b.add(n, v)]
    for i, out in enumerate(outs):
        b.output(f"t{i}", b.sum(out))
    b.output("affine", b.calibration(b.sum(v), 2.0, -0.5))
    b.output("pieces", b.calibration(b.sum(v), knots=([-1.0, 0.0, 2.0], [0.0, 1.0, 1.5])))
    b.save(tmp_path / "m.clens")
    got = clicklens.open(tmp_path / "m.clens").score({"x": x}, output="logit")

    v = x.astype(np.float64)
    n = (v - mean) / np.sqrt(variance + 1e-5) * gamma + beta
    wanted = [1 / (1 + np.exp(-n)), np.tanh(n), np.where(n > 0, n, 0.2 * n), np.where(n > 0, n, slopes * n), n * v,
              n + v]
    columns = [w.sum(1) for w in wanted]
    columns += [2 * v.sum(1) - 0.5, np.interp(v.sum(1), [-1, 0, 2], [0, 1, 1.5])]
    np.testing.assert_allclose(got, np.stack(columns, 1), rtol=2e-6, atol=2e-6)


@pytest.mark.parametrize("pooling", ["sum", "mean", "sqrtn", "max"])
def test_poolings_and_weights(tmp_path, pooling):
    table = np.random.default_rng(1).normal(size=(6, 2)).astype(np.float32)
    b = clicklens.Builder("pooling")
    feature = b.sparse("ids", "g", encoder=b.identity(6), pooling=pooling, weighted=pooling != "max")
    v = b.embedding(feature, table)
    b.layer("bag", v)
    b.output("y", b.sum(v))
    b.save(tmp_path / "m.clens")
    ids, weights = np.array([1, 4, 4, 0]), np.array([0.5, 2, 1, 3], np.float32)
    data = (ids, np.array([0, 3, 4, 4]))
    data = data if pooling == "max" else (*data, weights)
    got = clicklens.open(tmp_path / "m.clens").activations({"ids": data})["bag"]
    rows, w = table[ids].astype(float), weights[:, None].astype(float)
    if pooling == "max":
        wanted = [rows[:3].max(0), rows[3], [0, 0]]
    else:
        divisor = {"sum": lambda p: 1, "mean": np.sum, "sqrtn": lambda p: np.sqrt((p**2).sum())}[pooling]
        wanted = [(rows[p] * w[p]).sum(0) / divisor(w[p]) for p in (slice(0, 3), slice(3, 4))] + [[0, 0]]
    np.testing.assert_allclose(got, wanted, rtol=1e-6)


def test_encoders_tables_and_rules(tmp_path):
    table = np.arange(8, dtype=np.float32).reshape(8, 1)
    b = clicklens.Builder("encoders")
    shared = b.table(table, "shared")
    vocabulary = b.vocabulary(["a", "b"], rows=[1, 0])
    known = b.embedding(b.sparse("known", "g", encoder=vocabulary, unknown_row=7, missing_row=6), shared)
    hashed = b.embedding(b.sparse("hashed", "g", encoder=b.hash(4, algorithm="murmurhash3", seed=9, offset=2)), shared)
    bucket = b.embedding(b.dense("bucket", "g", transforms=[b.bucketise([0.0, 10.0])]), table[:3])
    b.layer("all", b.concat([known, hashed, bucket]))
    b.output("y", b.sum(known))
    b.save(tmp_path / "m.clens")
    model = clicklens.open(tmp_path / "m.clens")
    data = {"known": ["a", "b", "c", None], "hashed": ["x", "y", "x", "z"], "bucket": [-1.0, 0.0, 9.9, 10.0]}
    got = model.activations(data)["all"]
    assert got[:, 0].tolist() == [1, 0, 7, 6]
    assert set(got[:, 1]) <= {2, 3, 4, 5} and got[0, 1] == got[2, 1]
    assert got[:, 2].tolist() == [0, 1, 1, 2]
    assert len(model.tables) == 2


def test_last_and_first_ids_are_kept(tmp_path):
    b = clicklens.Builder("cut")
    table = np.arange(10, dtype=np.float32).reshape(10, 1)
    b.output("first", b.embedding(b.sparse("a", "g", encoder=b.identity(10), max_length=2), table))
    b.output("last", b.embedding(b.sparse("b", "g", encoder=b.identity(10), max_length=2, keep_last=True), table))
    b.save(tmp_path / "m.clens")
    scores, counts = clicklens.open(tmp_path / "m.clens").score({"a": [[1, 2, 5]], "b": [[1, 2, 5]]}, output="logit",
                                                               counts=True)
    assert scores.tolist() == [[3, 7]] and counts.cut == 2


def test_a_mapped_table_streams(tmp_path):
    array = np.memmap(tmp_path / "table.bin", np.float32, "w+", shape=(3 << 20, 2))
    array[:] = np.arange(3 << 20)[:, None]
    b = clicklens.Builder("big")
    b.output("y", b.sum(b.embedding(b.sparse("id", "g", encoder=b.identity(len(array))), array)))
    b.save(tmp_path / "m.clens")
    got = clicklens.open(tmp_path / "m.clens", verify=True).score({"id": [0, 1, (3 << 20) - 1]}, output="logit")
    assert got.tolist() == [0, 2, 2 * ((3 << 20) - 1)]


def test_mistakes_are_refused(tmp_path):
    b, other = clicklens.Builder("m"), clicklens.Builder("other")
    feature = b.sparse("id", "g", encoder=b.identity(4))
    value = b.embedding(feature, np.zeros((4, 2)))
    with pytest.raises(clicklens.Error, match="a value of this builder"):
        other.relu(value)
    with pytest.raises(clicklens.Error, match="a feature of this builder"):
        b.embedding(value, np.zeros((4, 2)))
    with pytest.raises(clicklens.Error, match="'sum', 'mean'"):
        b.sparse("x", "g", encoder=b.identity(4), pooling="median")
    with pytest.raises(clicklens.Error, match="two dimensions"):
        b.linear(value, np.zeros(3))
    with pytest.raises(clicklens.Error) as caught:
        b.vocabulary(["a", "a"])
    assert caught.value.status == clicklens.Status.INVALID_ARGUMENT
    b.output("y", b.linear(value, np.zeros((1, 3))))  # the embedding has 2 columns
    with pytest.raises(clicklens.Error):
        b.save(tmp_path / "m.clens")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("keys", [{5: "a", 7: "b"}.keys(), (5, 7), np.array([5, 7], np.int16), (k for k in (5, 7)),
                                  np.array([5, 7], object)])
def test_vocabularies_of_integers(tmp_path, keys):
    assert scores_of(tmp_path, keys, [5, 7, 6]) == [1, 2, 0]


@pytest.mark.parametrize("keys", [{"5": 1, "7": 2}.keys(), np.array(["5", "7"]), np.array(["5", b"7"], object)])
def test_vocabularies_of_strings(tmp_path, keys):
    assert scores_of(tmp_path, keys, ["5", "7", "05"]) == [1, 2, 0]


@pytest.mark.parametrize("keys", [[5.0, 7.0], np.array([5.0, 7.0]), [5, 7.5], [5, "7"], [True, False], [None],
                                  np.array([[5], [7]]), [2**64], []])
def test_other_keys_are_refused(keys):
    with pytest.raises(clicklens.Error) as caught:
        clicklens.Builder("m").vocabulary(keys)
    assert caught.value.status == clicklens.Status.INVALID_ARGUMENT


def scores_of(tmp_path, keys, column):
    b = clicklens.Builder("m")
    b.output("o", b.sum(b.embedding(b.sparse("f", "g", encoder=b.vocabulary(keys)), np.array([[1.0], [2.0]]))))
    b.save(tmp_path / "m.clens")
    return clicklens.open(tmp_path / "m.clens").score({"f": column}, output="logit").tolist()
