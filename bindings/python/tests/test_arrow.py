"""Arrow arrays pass by their buffers."""

import numpy as np
import pytest
from conftest import make_data

import clicklens

pa = pytest.importorskip("pyarrow")


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("part", [slice(0, 50), slice(7, 31), slice(20, 20)])
def test_arrays_and_slices(model, large, part):
    data = make_data(50)
    text, many = (pa.large_string(), pa.large_list) if large else (pa.string(), pa.list_)
    prices = pa.array([[p] for p in data["price"]], pa.list_(pa.float32(), 1))
    arrays = {"user": pa.array(data["user"], text), "tags": pa.array(data["tags"], many(pa.int32())),
              "ad": pa.array(data["ad"], pa.int16()), "price": prices}
    plain = {k: v[part] for k, v in data.items()}
    length = part.stop - part.start
    wanted = model.score(plain).tobytes()
    assert model.score({k: v.slice(part.start, length) for k, v in arrays.items()}).tobytes() == wanted
    other = {**arrays, "user": pa.array(data["user"]).dictionary_encode(), "price": pa.array(data["price"]),
             "ad": pa.chunked_array([data["ad"][:9], data["ad"][9:]])}
    assert model.score({k: v.slice(part.start, length) for k, v in other.items()}).tobytes() == wanted


def test_nulls_are_missing(model):
    data = make_data(4)
    data["tags"] = [[100, None, 101], None, [], [102]]
    data["price"] = [1.0, None, 2.0, 3.0]
    arrays = {"user": pa.array(data["user"]), "tags": pa.array(data["tags"], pa.list_(pa.int64())),
              "ad": pa.array(data["ad"]), "price": pa.array(data["price"], pa.float32())}
    plain = {**data, "tags": [[100, 101], None, [], [102]]}
    assert model.score(arrays).tobytes() == model.score(plain).tobytes()


def test_nothing_is_copied(model):
    from clicklens import _columns

    feature = next(f for f in model.features if f.name == "ad")
    array = pa.array(np.arange(100, dtype=np.int64))
    column = _columns.prepare(feature, array.slice(10, 5))
    assert column.values.__array_interface__["data"][0] == array.buffers()[1].address and column.first == 10


def test_text_in_every_layout(model):
    data = make_data(40)
    data["user"] = ["anna", None, "ben", "a text of more than twelve bytes", "čeněk", "δ", "", "nobody at all here"] * 5
    wanted = model.score(data, counts=True)
    plain = pa.array(data["user"])
    views = plain.cast(pa.string_view())
    strange = pa.DictionaryArray.from_arrays(pa.array([0, None, 1] * 5, pa.int8()), pa.array(["anna", None]))
    for users in (plain, plain.cast(pa.large_string()), plain.cast(pa.large_binary()), views, plain.dictionary_encode(),
                  pa.chunked_array([views[:9], views[9:]]), pa.chunked_array([plain[:3], plain[3:3], plain[3:]]),
                  pa.chunked_array([plain[:11].dictionary_encode(), plain[11:].dictionary_encode()])):
        got = model.score({**data, "user": users}, counts=True)
        assert got[0].tobytes() == wanted[0].tobytes() and got[1] == wanted[1], users.type
        part = model.score({name: values[5:31] for name, values in {**data, "user": users}.items()})
        assert part.tobytes() == wanted[0][5:31].tobytes(), users.type
    few = {name: values[:15] for name, values in data.items()}
    assert model.score({**few, "user": strange}).tobytes() == model.score({**few, "user": ["anna", None, None] * 5}).tobytes()


def test_lists_in_every_layout(model):
    data = make_data(30)
    data["tags"] = [[100 + i % 5, None if i % 3 else 104] if i % 7 else None for i in range(30)]
    plain = {**data, "tags": [None if t is None else [v for v in t if v is not None] for t in data["tags"]]}
    wanted = model.score(plain)
    for kind in (pa.list_(pa.int64()), pa.large_list(pa.uint8()), pa.list_(pa.int16(), 2),
                 pa.list_(pa.dictionary(pa.int8(), pa.int64()))):
        tags = pa.array(data["tags"], kind)
        assert model.score({**data, "tags": tags}).tobytes() == wanted.tobytes(), kind
        part = {name: values[4:17] for name, values in {**data, "tags": tags}.items()}
        assert model.score(part).tobytes() == wanted[4:17].tobytes(), kind
        assert model.score({**data, "tags": pa.chunked_array([tags[:6], tags[6:]])}).tobytes() == wanted.tobytes(), kind
    nothing = {**data, "tags": pa.nulls(30), "user": pa.nulls(30), "price": pa.nulls(30)}
    assert model.score(nothing).tobytes() == model.score(
        {"ad": data["ad"], "tags": [[]] * 30, "user": [None] * 30, "price": [None] * 30}).tobytes()


def wide_model():
    import tempfile

    import clicklens

    b = clicklens.Builder("wide")
    draws = np.random.default_rng(5)
    ids = b.sparse("ids", "ad", encoder=b.identity(9), weighted=True, max_length=4)
    x = b.concat([b.embedding(ids, draws.normal(size=(9, 3))), b.input(b.dense("place", "ad", width=2))])
    b.output("ctr", b.linear(x, draws.normal(size=(1, 5))))
    path = tempfile.mkdtemp() + "/wide.clens"
    b.save(path)
    return clicklens.open(path)


def test_weighted_ids_and_lists_of_floats():
    model = wide_model()
    ids, offsets, weights = np.arange(8) % 9, np.array([0, 2, 2, 5, 8]), np.linspace(-1, 1, 8, dtype=np.float32)
    place = np.array([[1, 2], [3, 4], [5, 6], [7, 8]], np.float32)
    wanted = model.score({"ids": (ids, offsets, weights), "place": place})
    pairs = [list(zip(ids[a:b].tolist(), weights[a:b].tolist())) for a, b in zip(offsets, offsets[1:])]
    maps = pa.array(pairs, pa.map_(pa.int64(), pa.float64()))
    structs = pa.array([[{"id": i, "weight": w} for i, w in row] for row in pairs],
                       pa.list_(pa.struct([("id", pa.int32()), ("weight", pa.float32())])))
    for column in (maps, structs):
        for floats in (pa.list_(pa.float32()), pa.list_(pa.float64(), 2), pa.large_list(pa.float32())):
            got = {"ids": column, "place": pa.array(place.tolist(), floats)}
            assert model.score(got).tobytes() == wanted.tobytes()
            assert model.score({k: v[1:3] for k, v in got.items()}).tobytes() == wanted[1:3].tobytes()
    absent = pa.array([[1, 2], None, [5, None], [7, 8]], pa.list_(pa.float32()))
    held = np.empty(4, object)
    held[:] = [[1, 2], None, [5, None], [7, 8]]
    got = model.score({"ids": maps, "place": absent}, counts=True)
    whole = model.score({"ids": (ids, offsets, weights), "place": [[1, 2], None, [5, None], [7, 8]]}, counts=True)
    assert got[0].tobytes() == whole[0].tobytes() and got[1].missing == whole[1].missing


@pytest.mark.parametrize("name, values, message", [
    ("user", pa.array([0.5, 1.5]), "column 'user': strings wanted, the Arrow array holds float64"),
    ("ad", pa.array(["1", "2"]), "column 'ad': integers wanted, the Arrow array holds string"),
    ("ad", pa.array([1, 2], pa.timestamp("s")), "column 'ad': integers wanted, the Arrow array holds timestamp"),
    ("price", pa.array(["1", "2"]), "column 'price': numbers wanted, the Arrow array holds string"),
    ("price", pa.chunked_array([[[1.0]], [[1.0, 2.0]]]), "entry 1: column 'price': 1 floats an entry wanted"),
    ("tags", pa.array([[{"a": 1}], []]), "column 'tags': lists of pairs"),
])
def test_what_is_not_taken(model, name, values, message):
    import clicklens

    with pytest.raises(clicklens.Error, match=message):
        model.score({**make_data(2), name: values})


@pytest.mark.parametrize("bad", [-1, -2, 3, 100])
@pytest.mark.parametrize("column", ["user", "ad", "price", "tags"])
def test_indices_that_a_dictionary_has_not(model, column, bad):
    data = make_data(4)
    values = {"user": ["anna", "ben", "carl"], "ad": [1, 2, 3], "price": [1.0, 2.0, 3.0], "tags": [100, 101, 102]}[column]
    indices = pa.array([0, None, bad, 1], pa.int8())
    given = pa.DictionaryArray.from_arrays(indices, pa.array(values), safe=False)
    if column == "tags":
        given = pa.ListArray.from_arrays(pa.array([0, 1, 1, 3, 4], pa.int32()), given)
    with pytest.raises(clicklens.Error,
                       match=f"entry 2: column '{column}': index {bad} of a dictionary of 3 values") as caught:
        model.score({**data, column: given})
    assert caught.value.status == clicklens.Status.BAD_BATCH
