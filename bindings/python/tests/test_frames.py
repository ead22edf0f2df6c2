"""Data frames and Arrow tables of any library are data; their nulls are missing values."""

import subprocess
import sys

import numpy as np
import pytest
from conftest import make_data

import clicklens

pa = pytest.importorskip("pyarrow")
pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")


def with_nulls():
    data = make_data(60)
    data["price"][3] = data["ad"][4] = data["tags"][5] = None
    return data


def tables(data):
    table = pa.table(data)
    yield "arrow table", table
    yield "chunked", pa.Table.from_batches(table.to_batches(max_chunksize=7))
    yield "slice", pa.concat_tables([table.slice(0, 10), table.slice(10)])
    yield "batch", table.combine_chunks().to_batches()[0]
    yield "reader", pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=11))
    yield "polars", pl.DataFrame(data)
    yield "polars chunks", pl.concat([pl.DataFrame(data)[:9], pl.DataFrame(data)[9:]], rechunk=False)
    yield "polars categories", pl.DataFrame(data).with_columns(pl.col("user").cast(pl.Categorical))
    yield "pandas", pd.DataFrame(data)
    yield "pandas of its own types", pd.DataFrame(data).convert_dtypes()
    yield "pandas categories", pd.DataFrame(data).astype({"user": "category"})
    yield "pandas over arrow", table.to_pandas(types_mapper=pd.ArrowDtype)
    yield "pandas with an index", pd.DataFrame(data, index=np.arange(60)[::-1])


def test_every_table_has_the_scores_of_its_columns(model):
    data = with_nulls()
    wanted, met = model.score(data, counts=True)
    for name, table in tables(data):
        got, counts = model.score(table, counts=True)
        assert got.tobytes() == wanted.tobytes() and counts == met, name


def test_nothing_but_the_capsule_is_asked_for(model):
    class Capsule:
        """Of an Arrow table, all that the interface has."""

        def __init__(self, table):
            self.table = table

        def __arrow_c_stream__(self, requested_schema=None):
            return self.table.__arrow_c_stream__(requested_schema)

    data = with_nulls()
    assert model.score(Capsule(pa.table(data))).tobytes() == model.score(data).tobytes()


def test_polars_needs_no_pyarrow(small):
    code = f"""
import sys
import polars, clicklens
model = clicklens.open({small.path!r})
data = {make_data(20)!r}
frame = polars.DataFrame(data)
assert model.score(frame).tobytes() == model.score(data).tobytes()
assert b"".join(s.tobytes() for s in model.score_table(frame, rows=6)) == model.score(data).tobytes()
assert "pyarrow" not in sys.modules, "pyarrow was imported"
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_memory_is_held_while_it_is_read(model):
    """The table itself is gone before its columns are."""
    from clicklens._batch import Batch

    data = make_data(5000)
    batch = Batch(model.features, pa.table(data).to_reader(max_chunksize=5000))
    junk = [np.full(5000, 255, np.uint8) for _ in range(50)]
    users = batch.columns[[f.name for f in batch.features].index("user")]
    text = bytes(users.values)[users.value_offsets[0] : users.value_offsets[-1]]
    assert text.decode() == "".join(u or "" for u in data["user"]) and len(junk) == 50


def test_released_once_and_only_once(model):
    import gc

    before = pa.total_allocated_bytes()
    for _ in range(3):
        model.score(pa.table(make_data(2000)).to_reader(max_chunksize=100))
        list(model.score_table(pa.table(make_data(2000)), rows=64))
    gc.collect()
    assert pa.total_allocated_bytes() <= before


@pytest.mark.parametrize("table, message", [
    (pa.table([[1], [2]], ["ad", "ad"]), "column 'ad': appears twice"),
    (pa.array([1, 2]), "this Arrow object is one column"),
    (pa.table({"other": [1]}), "none of the model's features"),
    (pd.DataFrame({"ad": [1, 2.5]}), "column 'ad': integers wanted"),
    (pl.DataFrame({"ad": [1], "user": [[["anna"]]]}), "column 'user': strings wanted, the Arrow array holds"),
])
def test_bad_tables(model, table, message):
    with pytest.raises(clicklens.Error, match=message):
        model.score(table)


def test_a_failing_stream_says_what_its_maker_said(model):
    def batches():
        yield pa.record_batch(make_data(3))
        raise OSError("the disk is gone")

    schema = pa.record_batch(make_data(3)).schema
    with pytest.raises(clicklens.Error, match="Arrow stream: .*the disk is gone") as caught:
        model.score(pa.RecordBatchReader.from_batches(schema, batches()))
    assert caught.value.status == clicklens.Status.IO


def test_null_rows_are_refused(model):
    """An array of structs may have them, and its fields hold anything there."""
    table = pa.table(make_data(3))
    rows = pa.StructArray.from_arrays([c.combine_chunks() for c in table.columns], table.column_names,
                                      mask=pa.array([False, True, False]))
    for data in (rows, pa.chunked_array([rows[:1], rows[1:]])):
        with pytest.raises(clicklens.Error, match="row 1 of the table is null"):
            model.score(data)
    assert model.score(rows[2:]).tobytes() == model.score(table.slice(2)).tobytes()
