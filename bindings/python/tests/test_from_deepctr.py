"""from_deepctr_torch: vocabularies, scopes and padding by feature column; and what is refused by name.

The networks themselves are in test_frameworks.py.
"""

import contextlib
import io

import numpy as np
import pytest

import clicklens

torch = pytest.importorskip("torch", reason="networks are PyTorch's: install python3-torch")
pytest.importorskip("onnx", reason="importers read ONNX: pip install onnx, as cmake/setup.sh does")
rows_of = pytest.importorskip("framework_rows")
try:
    rows_of.deepctr()
except ImportError as problem:
    pytest.skip(f"pip install deepctr-torch, as cmake/setup.sh does: {problem}", allow_module_level=True)

TRAIN, TEST = rows_of.raw_rows(300, 0), rows_of.raw_rows(50, 1)
SCALES = rows_of.deepctr_transforms()
KEYS = {**rows_of.VOCABULARIES, "history": rows_of.VOCABULARIES["item_id"]}


@pytest.fixture(scope="module")
def model():
    with contextlib.redirect_stdout(io.StringIO()):
        made, columns = rows_of.deepctr_network("DeepFM")
        return rows_of.train_deepctr(made, rows_of.deepctr_inputs(TRAIN, columns), TRAIN)


def predicted(model, rows):
    arrays = rows_of.deepctr_inputs(rows, rows_of.deepctr_columns())
    return np.asarray(model.predict(arrays, 256))[:, 0]


def opened(imported, tmp_path):
    imported.save(tmp_path / "model.clens")
    return clicklens.open(tmp_path / "model.clens")


def raw(rows):
    return {name: rows[name] for name in ("user_id", "item_id", "city", "age", "price", "history")}


def test_ids_where_there_is_no_vocabulary(model, tmp_path):
    made = opened(clicklens.from_deepctr_torch(model), tmp_path)
    arrays = rows_of.deepctr_inputs(TEST, rows_of.deepctr_columns())
    arrays["history"] = [[i for i in row if i] for row in arrays["history"].tolist()]
    np.testing.assert_allclose(made.score(arrays), predicted(model, TEST), rtol=1e-5, atol=1e-6)


def test_dicts_hashes_transforms_and_strangers(model, tmp_path):
    """A dict may leave ids out; a stranger has the id that `unknown` gives."""
    places = {key: row for row, key in enumerate(KEYS["city"]) if key != "molde"}
    made = opened(clicklens.from_deepctr_torch(
        model, {**KEYS, "city": places, "user_id": clicklens.Hash(30, seed=3)}, unknown={"city": 4},
        groups={"age": "user"}, request=["user_id"], pair=["price"], outputs=["click"],
        transforms={**SCALES, "age": [clicklens.Builder("t").standardise(2 * 38.0, 2 * 12.0)]}), tmp_path)
    assert [o.name for o in made.outputs] == ["click"]
    assert {f.name: (f.scope, f.group) for f in made.features}["age"] == ("candidate", "user")
    twice = {**TEST, "age": 2 * TEST["age"]}
    wanted = made.score(raw(twice))
    plain = opened(clicklens.from_deepctr_torch(model, {**KEYS, "user_id": clicklens.Hash(30, seed=3)},
                                                transforms=SCALES), tmp_path)
    np.testing.assert_allclose(plain.score(raw(TEST)), wanted, rtol=1e-5, atol=1e-6)


def test_the_vocabulary_of_a_label_encoder(model, tmp_path):
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    encoder = preprocessing.LabelEncoder().fit(rows_of.VOCABULARIES["user_id"])
    ids = {"user_id": encoder.transform(TEST["user_id"])}
    arrays = {**rows_of.deepctr_inputs(TEST, rows_of.deepctr_columns()), **ids}
    made = opened(clicklens.from_deepctr_torch(model, {**KEYS, "user_id": encoder.classes_.tolist()},
                                               transforms=SCALES), tmp_path)
    wanted = np.asarray(model.predict(arrays, 256))[:, 0]
    np.testing.assert_allclose(made.score(raw(TEST)), wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("settings, message", [
    ({"vocabularies": {"town": ["oslo"]}}, "vocabularies: the model has no feature 'town'; it has user_id"),
    ({"vocabularies": {"age": ["old"]}}, "'age' is a DenseFeat: it has no vocabulary"),
    ({"transforms": {"city": []}}, "'city' has ids, not numbers to transform"),
    ({"vocabularies": {"city": {"oslo": 5}}}, r"'city': the id of 'oslo' must be in \[0, 4\], not 5"),
    ({"vocabularies": {"history": ["i0", "i1"]}}, "'history': the key 'i0' would have the id 0, the padding"),
    ({"vocabularies": {"history": {"i0": 0}}}, "'history': 'i0' has the id 0, which is the padding"),
    ({"request": ["nobody"]}, "request: the model has no feature 'nobody'"),
    ({"outputs": ["a", "b"]}, "outputs must be 1 names"),
])
def test_wrong_arguments_are_named(model, settings, message):
    with pytest.raises(clicklens.Error, match=message):
        clicklens.from_deepctr_torch(model, **settings)


def test_what_is_no_network_of_deepctr():
    with pytest.raises(clicklens.Error, match="a network of DeepCTR-Torch wanted, not Linear"):
        clicklens.from_deepctr_torch(torch.nn.Linear(2, 1))
