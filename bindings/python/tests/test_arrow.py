"""Arrow arrays pass by their buffers."""

import numpy as np
import pytest
from conftest import make_data

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
