import gzip

import numpy as np
import pytest

import clicklens


def write(path, text):
    data = text.encode("utf-8", "surrogateescape")
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.mark.parametrize("name", ["d.tsv", "d.tsv.gz", "d.txt", "d.tab"])
def test_tsv(tmp_path, name):
    table = clicklens.read_table(write(tmp_path / name, "\ufefflabel\tid\ttags\r\n1\ta\t3|4||5\r\n0\t\"\t\r\n1\t\t|"))
    assert list(table) == ["label", "id", "tags"] and table.rows == 3
    assert table["label"].tolist() == ["1", "0", "1"]
    assert table["id"].tolist() == ["a", '"', None]
    assert table["tags"][0].tolist() == ["3", "4", "5"] and table["tags"][1].tolist() == [0, 3, 3, 3]


def test_csv_quotes(tmp_path):
    table = clicklens.read_table(write(tmp_path / "d.csv.gz", 'a,b\n"x,""y""\nz",1\n2,3\n'))
    assert table["a"].tolist() == ['x,"y"\nz', "2"] and table["b"].tolist() == ["1", "3"]
    assert table.lines == [2, 4]


def test_bytes_that_are_no_utf8_survive(tmp_path):
    path = tmp_path / "d.tsv"
    path.write_bytes(b"a\tb\n\xff\xfe\t1\n")
    value = clicklens.read_table(path)["a"][0]
    assert value.encode("utf-8", "surrogateescape") == b"\xff\xfe"


def test_weights(tmp_path):
    path = write(tmp_path / "d.tsv", "a\tb\n1:0.5|x:y:2|3\t1\n\t2\n")
    ids, offsets, weights = clicklens.read_table(path, weighted=["a"])["a"]
    assert ids.tolist() == ["1", "x:y", "3"] and offsets.tolist() == [0, 3, 3] and weights.tolist() == [0.5, 2, 1]
    with pytest.raises(clicklens.Error, match="d.tsv:2: column 'a': weight of '1:z'"):
        clicklens.read_table(write(path, "a\tb\n1:z\t1\n"), weighted=["a"])


@pytest.mark.parametrize("name, text, message", [
    ("d.tsv", "", "d.tsv:1: no header line"),
    ("d.tsv", "a\tb\n1\t2\n3\n", "d.tsv:3: column 'b': row has 1 columns, the header has 2"),
    ("d.tsv", "a\tb\n1\t2\t3\n", "d.tsv:2: row has 3 columns"),
    ("d.tsv", "a\ta\n", "column 'a': appears twice"),
    ("d.csv", 'a,b\n"x"y,1\n', "d.csv:2: text after the closing quote"),
    ("d.csv", 'a,b\n1,2\n"x,1\n', "d.csv:3: a quoted cell does not end"),
    ("d.csv", 'a,b\n"x""y,1\n', "d.csv:2: a quoted cell does not end"),
    ("d.csv", "a,b\r1,2\r", "d.csv:1: a carriage return within the header line"),
    ("d.tsv", "a\tb\r1\t2\r", "d.tsv:1: a carriage return within the header line"),
])
def test_bad_files(tmp_path, name, text, message):
    with pytest.raises(clicklens.Error, match=message):
        clicklens.read_table(write(tmp_path / name, text))


def test_unreadable_files(tmp_path):
    with pytest.raises(clicklens.Error, match="absent.tsv") as caught:
        clicklens.read_table(tmp_path / "absent.tsv")
    assert caught.value.status == clicklens.Status.IO
    cut = tmp_path / "cut.tsv.gz"
    cut.write_bytes(gzip.compress(b"a\tb\n" * 1000)[:20])
    with pytest.raises(clicklens.Error, match="cut.tsv.gz"):
        clicklens.read_table(cut)


def test_a_table_is_data_for_a_model(model, tmp_path):
    text = "user\ttags\tad\tprice\nanna\t100|101\t3\t1.5\n\t\t25\t\nx\t7\t4\t2e0\n"
    table = clicklens.read_table(write(tmp_path / "d.tsv", text))
    data = {"user": ["anna", None, "x"], "tags": [[100, 101], [], [7]], "ad": [3, 25, 4],
            "price": np.array([1.5, np.nan, 2], np.float32)}
    assert model.score(table).tobytes() == model.score(data).tobytes()
    with pytest.raises(clicklens.Error, match="d.tsv:3: column 'price': '1,5' is not a number"):
        model.score(clicklens.read_table(write(tmp_path / "d.tsv", text.replace("\t25\t", "\t25\t1,5"))))
    with pytest.raises(clicklens.Error, match="d.tsv:4: column 'tags': '7x' is not"):
        model.score(clicklens.read_table(write(tmp_path / "d.tsv", text.replace("x\t7\t", "x\t7x\t"))))


def test_days(tmp_path):
    paths = [write(tmp_path / f"{d}.tsv", f"a\tb\n{d}\t1\n") for d in (1, 2)]
    found = [(path, table["a"].tolist()) for path, table in clicklens.read_days(paths)]
    assert found == [(str(paths[0]), ["1"]), (str(paths[1]), ["2"])]


def test_csv_lines_and_cells(tmp_path):
    text = 'a,b\r\n"1",2\r\nx"y,\r\n,"3\r\n"\r\n"","""" \n4,5\r'.replace('"""" \n', '""""\n')
    table = clicklens.read_table(write(tmp_path / "d.csv", text))
    assert table["a"].tolist() == ["1", 'x"y', None, None, "4"]
    assert table["b"].tolist() == ["2", None, "3\r\n", '"', "5"] and table.lines == [2, 3, 4, 6, 7]
    assert clicklens.read_table(write(tmp_path / "e.csv", "a,b\n1\r2,\n"))["a"].tolist() == ["1\r2"]


def test_long_cells(tmp_path):
    wide = "|".join(map(str, range(60000)))
    assert len(wide) > 131072
    for name, quote in (("d.csv", ""), ("d.csv", '"'), ("d.tsv", "")):
        table = clicklens.read_table(write(tmp_path / name, f"a\n{quote}{wide}{quote}\n"))
        assert table["a"][0].size == 60000


@pytest.mark.parametrize("cell, message", [("1||2", "'' is not a number"), ("|", "'' is not a number"),
                                           ("1|2", "2 numbers, the model takes 1"), ("1_0", "is not a number"),
                                           ("١", "is not a number"), ("nan(7)", "is not a number")])
def test_dense_cells_are_read_as_the_command_line_does(model, tmp_path, cell, message):
    text = f"user\ttags\tad\tprice\nanna\t\t3\t1\nben\t\t3\t{cell}\n"
    with pytest.raises(clicklens.Error, match=rf"d.tsv:3: column 'price': .*{message}"):
        model.score(clicklens.read_table(write(tmp_path / "d.tsv", text)))


def test_columns_set_anew_are_read_as_they_are(model, tmp_path):
    text = "user\ttags\tad\tprice\nanna\t\t3\tx\n"
    table = clicklens.read_table(write(tmp_path / "d.tsv", text))
    table["price"] = np.array([2.0])
    assert model.score(table) == model.score({"user": ["anna"], "tags": [[]], "ad": [3], "price": [2.0]})


def test_numbers_beyond_a_doubles_range(model, tmp_path):
    def met(price):
        text = f"user\ttags\tad\tprice\nanna\t\t3\t{price}\n"
        score, counts = model.score(clicklens.read_table(write(tmp_path / "d.tsv", text)), counts=True)
        return score.tobytes(), counts

    assert met("1e400") == met("inf") and met("1e400")[1].bad_values == 1
    assert met("1e-400") == met("0") and met("1e-400")[1].bad_values == 0


def test_missing_required_columns_name_the_file(model, tmp_path):
    path = write(tmp_path / "d.tsv", "label\tuser\ttags\tprice\n1\tanna\t\t1\n")
    for call in (lambda: model.score(clicklens.read_table(path)), lambda: clicklens.evaluate(model, path),
                 lambda: clicklens.saliency(model, path)):
        with pytest.raises(clicklens.Error, match="d.tsv:1: no column 'ad', which the model requires"):
            call()
