"""Every network of the zoo, exported by PyTorch: ONNX Runtime's outputs and ours on 10,000 rows."""

import warnings

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: no exported network is tested")
onnx = pytest.importorskip("onnx", reason="the package onnx is not installed: no import is tested")
pytest.importorskip("onnxruntime", reason="the package onnxruntime is not installed: no import is tested")

from onnx_checks import assert_agree, imported  # noqa: E402
from onnx_zoo import export, histories, rows_of  # noqa: E402
from test_zoo import MODELS  # noqa: E402

import clicklens  # noqa: E402

OPSETS = (11, 13, 15, 17)
SCOPES = {"user": "request", "likes": "request", "pair": "pair", "age": "request"}


@pytest.mark.parametrize("name", list(MODELS))
def test_network(name, tmp_path):
    torch.manual_seed(7)
    opset = OPSETS[list(MODELS).index(name) % len(OPSETS)]
    network = MODELS[name][1]()
    opset = max(opset, 13) if name in ("final_mlp", "din", "dien", "bst") else opset  # what torch.onnx takes for them
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's, of shapes that it keeps as they are
        export(network, tmp_path / "network.onnx", opset)
    read = {value.name for value in onnx.load(tmp_path / "network.onnx").graph.input}  # torch.onnx leaves others out
    features = [clicklens.Feature(n, group=n, scope=SCOPES.get(n, "candidate"))
                for n in ("user", "likes", "ad", "tags", "pair", "age", "price") if n in read]
    features += [clicklens.Feature(h.name, scope=h.scope, rows=rows_of(network, h), padding=0) for h in histories(network)]
    made, model = imported(tmp_path / "network.onnx", tmp_path, features)
    data, _ = assert_agree(made, model, rows=10_000)
    assert {f.name: f.scope for f in model.features} == {f.name: f.scope for f in features}
    shared = {f.name for f in features if f.scope == "request"}
    rows = {n: [data[n][0]] if n in shared else data[n][:8] for n in data}  # one request, eight candidates
    alone = {n: [data[n][0]] * 8 if n in shared else data[n][:8] for n in data}
    together = model.score(rows, requests=np.array([0, 8]), output="logit")
    assert together.tobytes() == model.score(alone, output="logit").tobytes()


@pytest.mark.parametrize("opset", [11, 17])
@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
def test_embedding_bags_are_loops(mode, opset, tmp_path):
    """torch.onnx writes them as loops over rows."""
    torch.manual_seed(3)
    network = torch.nn.Sequential(torch.nn.EmbeddingBag(10, 4, mode=mode), torch.nn.Linear(4, 1))
    torch.onnx.export(network, (torch.randint(0, 10, (5, 3)),), str(tmp_path / "bag.onnx"), input_names=["ids"],
                      dynamic_axes={"ids": {0: "batch"}}, opset_version=opset)
    made, model = imported(tmp_path / "bag.onnx", tmp_path)
    assert_agree(made, model)
    assert [(f.name, f.max_length) for f in model.features] == [("ids", 3)]
