"""Tables of any size: parts in order, bounded memory, what is written."""

import subprocess
import sys

import numpy as np
import pytest
from conftest import make_data

import clicklens

pa = pytest.importorskip("pyarrow")


def write_days(path, data):
    head, cells = list(data), zip(*data.values())
    lines = ["\t".join("" if v is None else "|".join(map(str, v)) if isinstance(v, list) else str(v) for v in row)
             for row in cells]
    path.write_text("\n".join(["\t".join(head), *lines]) + "\n", encoding="utf-8")
    return path


def test_parts_are_the_whole(model, tmp_path):
    import pandas as pd
    import polars as pl

    data = make_data(100)
    wanted = model.score(data, output="logit").tobytes()
    table = pa.table(data)
    pa.parquet = pytest.importorskip("pyarrow.parquet")
    pa.parquet.write_table(table, tmp_path / "t.parquet", row_group_size=30)
    with pa.ipc.new_file(tmp_path / "t.arrow", table.schema) as file:
        file.write_table(table, max_chunksize=40)
    tables = [table, table.to_reader(max_chunksize=33), pl.DataFrame(data), pd.DataFrame(data), data,
              (table.slice(i, 9) for i in range(0, 100, 9)), [table, table.slice(100)], str(tmp_path / "t.parquet"),
              [str(tmp_path / "t.parquet"), {name: values[:0] for name, values in data.items()}],
              tmp_path / "t.arrow", write_days(tmp_path / "t.tsv", data)]
    for each in tables:
        parts = list(model.score_table(each, output="logit", rows=16))
        assert b"".join(part.tobytes() for part in parts) == wanted
        assert each is data or max(map(len, parts)) <= 16


def test_an_empty_part_keeps_its_columns(model):
    data = make_data(5)
    none = {**{name: values[:0] for name, values in data.items()}, "price": np.zeros(0, np.float32), "ad": np.zeros(0, np.int64)}
    table = pa.table(model.score_table([data, none, data], keep=["ad"]))
    assert table["ad"].to_pylist() == [*data["ad"], *data["ad"]]


def test_columns_of_objects_have_one_type_in_all_parts(model):
    """Their first values may all be missing, or integers before a float."""
    import pandas as pd

    frame = pd.DataFrame(make_data(9))
    frame["country"] = [None] * 6 + ["cz"] * 3
    frame["amount"] = pd.Series([1, None, 3, 4, 5, 6, 7.5, 8, 9], dtype=object)
    table = pa.table(model.score_table(frame, keep=["country", "amount"], rows=4))
    assert table["country"].to_pylist() == [None] * 6 + ["cz"] * 3
    assert table["amount"].to_pylist() == [1.0, None, 3.0, 4.0, 5.0, 6.0, 7.5, 8.0, 9.0]
    parts = [{**make_data(1), "country": [None]}, {**make_data(1), "country": ["cz"]}]
    with pytest.raises(clicklens.Error, match="keep: columns of one type wanted"):
        model.score_table(parts, keep=["country"]).reader().read_all()


def test_a_cell_with_newlines_may_lie_across_parts(model, tmp_path):
    path = tmp_path / "d.csv"
    head = "tags,price,user,ad\n"
    path.write_text(head + '1,1,anna,1\n,,"b\ne\nn\n",2\n,,ben,3\n,,"a ""quoted""\none",4\n', encoding="utf-8")
    wanted = model.score(clicklens.read_table(path))
    for rows in (1, 2, 3, 100):
        assert np.concatenate(list(model.score_table(path, rows=rows))).tobytes() == wanted.tobytes()
    path.write_text(head + ',,anna,1\n,,"ben,2\n,,ben,3\n', encoding="utf-8")
    with pytest.raises(clicklens.Error, match="d.csv:3: a quoted cell does not end"):
        list(model.score_table(path, rows=1))


def test_errors_say_where(model, tmp_path):
    path = write_days(tmp_path / "t.tsv", make_data(30))
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[21] = lines[21].rsplit("\t", 1)[0] + "\tdear"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(clicklens.Error, match="t.tsv:22: column 'price': 'dear' is not a number"):
        list(model.score_table(path, rows=8))
    parts = (make_data(2), {**make_data(2), "ad": [3, "x"]})
    with pytest.raises(clicklens.Error, match="from row 2 on: entry 1: column 'ad': 'x' is not a 64-bit integer"):
        list(model.score_table(iter(parts)))
    for table, message in ((5, "not int"), ([5], "not int"), ([[1, 2]], "list among its parts")):
        with pytest.raises(clicklens.Error, match=message):
            list(model.score_table(table))
    for options, message in (({"names": ["a", "b"]}, "names must be 1"), ({"keep": ["ctr"]}, "two columns"),
                             ({"rows": 0}, "rows"), ({"output": "odds"}, "output"), ({"precision": "f8"}, "precision")):
        with pytest.raises(clicklens.Error, match=message):
            model.score_table({"ad": [1]}, **options)
    found = model.score_table(make_data(1))
    list(found)
    with pytest.raises(clicklens.Error, match="taken once"):
        list(found)


@pytest.mark.parametrize("suffix", ["csv", "tsv", "parquet", "arrow"])
def test_what_is_written_reads_back(model, tmp_path, suffix):
    data = make_data(50)
    data["note"] = ['a "word", one', "plain", None, "two\nlines" if suffix != "tsv" else "two", "δ"] * 10
    path, wanted = tmp_path / f"out.{suffix}", model.score(data)
    scored = model.score_table(pa.table(data), keep=["ad", "note", "tags"], names=["p"], rows=17)
    assert scored.write(path) == 50 and [p.name for p in tmp_path.iterdir()] == [path.name]
    if suffix in ("csv", "tsv"):
        table = clicklens.read_table(path)
        assert np.array(table["p"], np.float32).tobytes() == wanted.tobytes()
        assert list(table["note"]) == data["note"] and list(table["ad"]) == list(map(str, data["ad"]))
        assert table.cells("tags") == tuple("|".join(map(str, t)) for t in data["tags"])
    else:
        from pyarrow import feather, parquet

        table = parquet.read_table(path) if suffix == "parquet" else feather.read_table(path)
        assert table["p"].to_numpy().tobytes() == wanted.tobytes() and table["tags"].to_pylist() == data["tags"]


def test_a_failure_leaves_no_file(model, tmp_path):
    for suffix in ("csv", "parquet"):
        with pytest.raises(clicklens.Error, match="from row 2 on"):
            model.score_table([make_data(2), {**make_data(1), "ad": ["x"]}]).write(tmp_path / f"out.{suffix}")
    with pytest.raises(clicklens.Error, match="must end with one of"):
        model.score_table({"ad": [1]}).write(tmp_path / "out.xls")
    assert list(tmp_path.iterdir()) == []


def test_as_an_arrow_stream(model):
    data = make_data(40)
    table = pa.table(model.score_table(pa.table(data), keep=["ad"], rows=7))
    assert table.column_names == ["ad", "ctr"] and table["ad"].to_pylist() == data["ad"]
    assert table["ctr"].to_numpy().tobytes() == model.score(data).tobytes()
    nothing = model.score_table(pa.table(data).slice(0, 0)).reader()
    assert nothing.read_all().num_rows == 0 and nothing.schema.names == ["ctr"]


@pytest.mark.parametrize("has_tqdm", [True, False])
def test_a_bar_counts_rows(model, capsys, monkeypatch, has_tqdm):
    if has_tqdm:
        pytest.importorskip("tqdm")
    else:
        monkeypatch.setitem(sys.modules, "tqdm", None)
    list(model.score_table(pa.table(make_data(60)), rows=16, progress=True))
    said = capsys.readouterr().err
    assert ("60/60" in said or "60.0/60.0" in said) if has_tqdm else "60 of 60 rows" in said
    list(model.score_table(pa.table(make_data(60)), rows=16))
    assert capsys.readouterr().err == ""


PEAK = """
import resource
import numpy as np
import clicklens

PART, PARTS = 50_000, {parts}
model = clicklens.open({path!r})


def table():
    for part in range(PARTS):
        draws = np.random.default_rng(part)
        yield {{"ad": draws.integers(0, 22, PART), "price": draws.random(PART, np.float32),
                "user": draws.choice(np.array(["anna", "ben", "x" * 30]), PART),
                "tags": draws.integers(98, 112, (PART, 3))}}


rows = sum(map(len, model.score_table(table())))
assert rows == PART * PARTS
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_a_million_rows_take_the_memory_of_a_part(small):
    """Twenty parts need what two do: all of them are 140 MB of columns more."""
    peaks = []
    for parts in (2, 20):
        code = PEAK.format(parts=parts, path=small.path)
        peaks.append(int(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout))
    assert peaks[1] < peaks[0] + 64 * 1024, peaks  # KiB
