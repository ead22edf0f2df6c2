"""from_fuxictr: vocabularies and scalers of a processor, its files, a checkpoint; and what is refused by name.

The networks themselves are in test_frameworks.py.
"""

import json
import shutil
import types
import warnings

import numpy as np
import pytest

import clicklens

torch = pytest.importorskip("torch", reason="networks are PyTorch's: install python3-torch")
pytest.importorskip("onnx", reason="importers read ONNX: pip install onnx, as cmake/setup.sh does")
pytest.importorskip("fuxictr", reason="pip install fuxictr, as cmake/setup.sh does")
rows_of = pytest.importorskip("framework_rows")
networks = pytest.importorskip("fuxictr_models")
histories = pytest.importorskip("fuxictr_histories")

TRAIN, TEST = rows_of.raw_rows(300, 0), rows_of.raw_rows(50, 1)


def fitted(folder, **settings):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # polars deprecates what FuxiCTR calls
        return rows_of.fuxictr_processor(folder, TRAIN, **settings)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuxictr")


@pytest.fixture(scope="module")
def processor(folder):
    return fitted(folder)


def trained(network, processor):
    torch.manual_seed(4)
    return rows_of.train_fuxictr(network(processor.feature_map), rows_of.fuxictr_tensors(processor, TRAIN))


@pytest.fixture(scope="module")
def model(processor):
    return trained(networks.DeepFM, processor)


def predicted(model, processor, rows):
    with torch.no_grad():
        return model(rows_of.fuxictr_tensors(processor, rows))["y_pred"].numpy()[:, 0]


def opened(imported, tmp_path):
    imported.save(tmp_path / "model.clens")
    return clicklens.open(tmp_path / "model.clens")


def columns(rows):
    return {name: rows[name] for name in ("user_id", "item_id", "city", "age", "price", "history")}


def test_roles(model, processor, tmp_path):
    made = opened(clicklens.from_fuxictr(model, processor, request=["user_id", "age"], pair=["price"],
                                         groups={"age": "user", "user_id": "user"}), tmp_path)
    found = {f.name: (f.scope, f.group, f.column) for f in made.features}
    assert found["user_id"] == ("request", "user", "strings") and found["age"] == ("request", "user", "floats")
    assert found["price"] == ("pair", "price", "floats") and found["item_id"] == ("candidate", "item_id", "strings")
    assert [o.name for o in made.outputs] == ["click"]


def test_candidates_of_one_request(model, processor, tmp_path):
    """What is of the request goes in once, and its candidates score as rows of their own."""
    shared = ["user_id", "age", "history"]
    made = opened(clicklens.from_fuxictr(model, processor, request=shared), tmp_path)
    rows = {key: list(values[:10]) for key, values in TEST.items()}
    for key in shared:
        rows[key] = [rows[key][4]] * 6 + [rows[key][9]] * 4
    once = {key: [values[0], values[9]] if key in shared else values for key, values in columns(rows).items()}
    np.testing.assert_allclose(made.score(once, [0, 6, 10]), predicted(model, processor, rows), rtol=1e-5, atol=1e-6)


def test_missing_and_new_values_are_fuxictrs(model, processor, tmp_path):
    """No value is "" to FuxiCTR, which no vocabulary has; no number is 0 before scaling."""
    made = opened(clicklens.from_fuxictr(model, processor), tmp_path)
    rows = {key: list(values[:6]) for key, values in TEST.items()}
    rows["user_id"][0], rows["city"][1], rows["item_id"][2] = "", "atlantis", ""
    rows["history"][3], rows["history"][4] = [], ["i0", "of another shop"]
    rows["age"][5] = 0.0
    wanted = predicted(model, processor, rows)
    rows["user_id"][0], rows["item_id"][2], rows["age"][5] = None, None, None
    np.testing.assert_allclose(made.score(columns(rows)), wanted, rtol=1e-5, atol=1e-6)


def test_normalizers(processor):
    """Scalers as FuxiCTR 2.3.9 and 2.3.10 keep them; any other function is refused."""
    read = clicklens.importers._fuxictr_files.read_encoding
    specs = {key: processor.feature_map.features[key] for key in ("age", "price")}
    made = read(specs, processor, None).transforms
    scalers = {key: processor.processor_dict[f"{key}::normalizer"].normalizer for key in specs}
    for key, scaler in scalers.items():
        raw, schema = np.array([[-3.0], [0.0], [50.0]]), made[key][0].schema
        np.testing.assert_allclose((raw - schema.mean) * schema.inverseSd, scaler.transform(raw), rtol=1e-12)
    parts = {f"{key}::normalizer": types.SimpleNamespace(normalizer=s.transform) for key, s in scalers.items()}
    later = read(specs, types.SimpleNamespace(processor_dict=parts), None).transforms
    assert [vars(later[key][0].schema) for key in specs] == [vars(made[key][0].schema) for key in specs]
    parts["age::normalizer"].normalizer = np.log1p
    with pytest.raises(clicklens.Error, match="feature 'age': its normalizer ufunc is neither"):
        read(specs, types.SimpleNamespace(processor_dict=parts), None)


def test_a_folder_has_the_vocabularies_of_strings(folder, model, processor, tmp_path):
    made = opened(clicklens.from_fuxictr(model, data=folder / "clicks"), tmp_path)
    scaled = rows_of.fuxictr_tensors(processor, TEST)
    data = {**columns(TEST), "age": scaled["age"].numpy(), "price": scaled["price"].numpy()}
    np.testing.assert_allclose(made.score(data), predicted(model, processor, TEST), rtol=1e-5, atol=1e-6)


def test_without_a_processor_ids_go_in(model, processor, tmp_path):
    made = opened(clicklens.from_fuxictr(model), tmp_path)
    data = {key: value.numpy() for key, value in rows_of.fuxictr_tensors(processor, TEST).items()}
    data = {key: data[key].astype(np.int64 if key not in ("age", "price") else np.float32) for key in columns(TEST)}
    np.testing.assert_allclose(made.score(data), predicted(model, processor, TEST), rtol=1e-5, atol=1e-6)


class FromArguments(networks.DeepFM):
    """A network as FuxiCTR's zoo makes them: keyword arguments of a configuration."""

    def __init__(self, feature_map, learning_rate=1e-3, **kwargs):
        assert kwargs["metrics"] and learning_rate == 0.5
        super().__init__(feature_map)


def test_a_class_and_its_checkpoint(folder, model, processor, tmp_path):
    torch.save(model.state_dict(), tmp_path / "DeepFM.model")
    imported = clicklens.from_fuxictr(FromArguments, folder / "clicks" / "feature_processor.pkl",
                                      data=folder / "clicks", checkpoint=tmp_path / "DeepFM.model",
                                      params={"learning_rate": 0.5})
    made = opened(imported, tmp_path)
    assert made.info.name == "FromArguments"
    np.testing.assert_allclose(made.score(columns(TEST)), predicted(model, processor, TEST), rtol=1e-5, atol=1e-6)
    torch.save({"bias": torch.ones(1)}, tmp_path / "other.model")
    with pytest.raises(clicklens.Error, match="FromArguments cannot be made from"):
        clicklens.from_fuxictr(FromArguments, data=folder / "clicks", checkpoint=tmp_path / "other.model",
                               params={"learning_rate": 0.5})
    with pytest.raises(clicklens.Error, match="needs checkpoint"):
        clicklens.from_fuxictr(FromArguments)


@pytest.mark.parametrize("network", [histories.DIN, histories.GRU4Rec], ids=lambda n: n.__name__)
def test_histories_padded_before(network, tmp_path_factory, tmp_path):
    """The last items are kept and end at the last place: a GRU's order shows it."""
    processor = fitted(tmp_path_factory.mktemp("pre"), pooled=False, padding="pre")
    model = trained(network, processor)
    made = opened(clicklens.from_fuxictr(model, processor), tmp_path)
    assert max(map(len, TEST["history"])) > rows_of.HISTORY
    np.testing.assert_allclose(made.score(columns(TEST)), predicted(model, processor, TEST), rtol=1e-5, atol=1e-6)


def test_integers_as_keys(tmp_path_factory, tmp_path):
    import pandas
    import polars
    from fuxictr.preprocess import FeatureProcessor
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        of_ints = {"active": True, "dtype": "int", "type": "categorical"}
        columns = [{**of_ints, "name": "user", "source": "user"},
                   {**of_ints, "name": "shop", "source": "", "remap": False}]
        made = FeatureProcessor(columns, [{"name": "click", "dtype": "float"}], "ints",
                                data_root=str(tmp_path_factory.mktemp("ints")))
        random = np.random.default_rng(3)
        frame = {"user": random.choice([7, 2**40, 11, 12], 200), "shop": random.choice([2, 5, 9], 200),
                 "click": random.integers(0, 2, 200).astype(float)}
        made.fit(made.preprocess(polars.LazyFrame(frame)))
    batch = {key: torch.tensor(np.asarray(value)) for key, value in
             made.transform(pandas.DataFrame(frame)).to_dict("series").items()}
    torch.manual_seed(5)
    model = rows_of.train_fuxictr(networks.FM(made.feature_map), batch)
    opened_model = opened(clicklens.from_fuxictr(model, made), tmp_path)
    assert [f.group for f in opened_model.features] == ["user", "shop"]
    asked = {"user": [7, 2**40, 11, 13], "shop": [2, 5, 9, 4]}
    ids = made.transform(pandas.DataFrame(asked))
    with torch.no_grad():
        wanted = model({key: torch.tensor(np.asarray(ids[key])) for key in asked})["y_pred"].numpy()[:, 0]
    np.testing.assert_allclose(opened_model.score(asked), wanted, rtol=1e-5, atol=1e-6)


def test_what_is_no_network_of_fuxictr(model, processor, folder, tmp_path):
    for arguments, settings, message in [
        ((torch.nn.Linear(2, 1),), {}, "it has no feature_map"),
        ((model, 3), {}, "a FeatureProcessor of FuxiCTR wanted, not int"),
        ((model, tmp_path / "none.pkl"), {}, "none.pkl is no feature processor"),
        ((model,), {"data": tmp_path}, "feature_vocab.json holds no vocabularies"),
        ((model,), {"checkpoint": "a"}, "checkpoint and params go with a class"),
        ((model,), {"request": ["nobody"]}, "request: the model has no feature 'nobody'; it has user_id"),
        ((model,), {"request": ["age"], "pair": ["age"]}, "'age' is of scope request and of scope pair"),
        ((model,), {"history": 5}, 'history: no feature of the feature map is of source "item"'),
    ]:
        with pytest.raises(clicklens.Error, match=message):
            clicklens.from_fuxictr(*arguments, **settings)
    shutil.copytree(folder / "clicks", tmp_path / "clicks")
    path = tmp_path / "clicks" / "feature_vocab.json"
    found = json.loads(path.read_text())
    found["city"]["oslo"] = 10**6
    path.write_text(json.dumps(found))
    with pytest.raises(clicklens.Error, match="feature 'city': 'oslo' has the row 1000000, the table 7"):
        clicklens.from_fuxictr(model, data=tmp_path / "clicks")
    path.write_text(json.dumps({"city": 3}))
    with pytest.raises(clicklens.Error, match="has no vocabulary of 'user_id'"):
        clicklens.from_fuxictr(model, data=tmp_path / "clicks")
