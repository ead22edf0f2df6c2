"""A Keras network that tf2onnx exported (golden/keras_ctr.py): the import's scores are TensorFlow's."""

from pathlib import Path

import numpy as np
import pytest

import clicklens

pytest.importorskip("onnx", reason="importers read ONNX: pip install onnx, as cmake/setup.sh does")

GOLDEN = Path(__file__).parent / "golden" / "keras_ctr"


@pytest.fixture(scope="module")
def rows():
    with np.load(GOLDEN.with_suffix(".npz")) as found:
        return {name: found[name] for name in found.files}


@pytest.mark.parametrize("features", [
    None,
    [clicklens.Feature("user_id", "user", "request"), clicklens.Feature("history", "user", "request", padding=0),
     clicklens.Feature("age", "user", "request", input="numbers", columns=0),
     clicklens.Feature("price", "item", input="numbers", columns=1), clicklens.Feature("city", "item"),
     clicklens.Feature("item_id", "item")],
], ids=["a feature per input", "features"])
def test_scores_are_tensorflows(rows, features, tmp_path):
    imported = clicklens.from_onnx(GOLDEN.with_suffix(".onnx"), features)
    imported.save(tmp_path / "keras.clens")
    model = clicklens.open(tmp_path / "keras.clens")
    model.self_test()
    assert [o.name for o in model.outputs] == ["click"]
    data = {name[3:]: rows[name] for name in rows if name.startswith("in_")}
    data.update({name: data[name][:, 0] for name in ("user_id", "item_id", "city")})
    if features is not None:
        data["history"] = [[item for item in row if item] for row in data["history"].tolist()]
        data["age"], data["price"] = data["numbers"].T
        del data["numbers"]
    assert rows["out_click"].std() > 0.1
    np.testing.assert_allclose(model.score(data), rows["out_click"][:, 0], rtol=1e-5, atol=1e-6)
