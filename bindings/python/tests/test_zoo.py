"""Every network of the zoo against PyTorch: scores, gradients, and the same bits when requests share their work.

Tolerances: PyTorch computes in double, the library in float. A logit's error is relative to its magnitude, as
rounding is; a gradient's to the largest of its row, whose terms it is a sum of.
"""

import numpy as np
import pytest

import clicklens
from clicklens import zoo

torch = pytest.importorskip("torch")
networks = pytest.importorskip("zoo_networks")
over_time = pytest.importorskip("zoo_histories")

FIELDS = [zoo.Field("user", "user", 50, "request"), zoo.Field("likes", "user", 40, "request", pooling="mean"),
          zoo.Field("ad", "ad", 60), zoo.Field("tags", "ad", 30), zoo.Field("pair", "both", 20, "pair")]
DENSE = [zoo.Dense("age", "user", 2, "request"), zoo.Dense("price", "ad", 3)]
HISTORIES = [zoo.History("clicks", "user", "ad", length=5), zoo.History("seen", "both", "tags", length=4,
                                                                         scope="candidate", keep_last=False)]
REQUESTS = np.array([0, 7, 8, 21, 30])
ROWS = 30
DIM, HIDDEN = 6, (20, 10)



def of_histories(network, **options):
    return network(FIELDS, DENSE, HISTORIES, DIM, HIDDEN, **options)


# name: the zoo's arguments, the reference network and what it takes
deep = {"dim": DIM, "hidden": HIDDEN}
MODELS = {
    "lr": ({}, lambda: networks.LR(FIELDS, DENSE)),
    "fm": ({"dim": DIM}, lambda: networks.FM(FIELDS, DENSE, DIM)),
    "fwfm": ({"dim": DIM}, lambda: networks.FwFM(FIELDS, DENSE, DIM)),
    "ffm": ({"dim": 3}, lambda: networks.FFM(FIELDS, DENSE, 3)),
    "deepfm": (deep, lambda: networks.DeepFM(FIELDS, DENSE, DIM, HIDDEN)),
    "nfm": (deep, lambda: networks.NFM(FIELDS, DENSE, DIM, HIDDEN)),
    "dnn": (deep, lambda: networks.DNN(FIELDS, DENSE, DIM, HIDDEN)),
    "gwen": (deep, lambda: networks.DNN(FIELDS, DENSE, DIM, HIDDEN)),
    "wide_deep": (deep, lambda: networks.WideDeep(FIELDS, DENSE, DIM, HIDDEN)),
    "pnn": (deep, lambda: networks.PNN(FIELDS, DENSE, DIM, HIDDEN)),
    "dlrm": ({**deep, "bottom": (7,)}, lambda: networks.DLRM(FIELDS, DENSE, DIM, HIDDEN)),
    "dcn": ({**deep, "cross": 2}, lambda: networks.DCN(FIELDS, DENSE, DIM, HIDDEN)),
    "dcnv2": ({**deep, "cross": 2}, lambda: networks.DCNv2(FIELDS, DENSE, DIM, HIDDEN)),
    "gdcn": ({**deep, "cross": 2}, lambda: networks.GDCN(FIELDS, DENSE, DIM, HIDDEN)),
    "fibinet": (deep, lambda: networks.FiBiNET(FIELDS, DENSE, DIM, HIDDEN)),
    "final_mlp": ({**deep, "hidden2": HIDDEN, "gate": (5,)}, lambda: networks.FinalMLP(FIELDS, DENSE, DIM, HIDDEN)),
    "afm": ({"dim": DIM, "attention": 7}, lambda: networks.AFM(FIELDS, DENSE, DIM)),
    "autoint": ({"dim": DIM, "size": 5}, lambda: networks.AutoInt(FIELDS, DENSE, DIM)),
    "masknet": ({**deep, "size": 9}, lambda: networks.MaskNet(FIELDS, DENSE, DIM, HIDDEN)),
    "dcn_mix": ({**deep, "rank": 4, "experts": 3}, lambda: networks.DCNMix(FIELDS, DENSE, DIM, HIDDEN)),
    "mmoe": ({"dim": DIM, "expert": HIDDEN, "tower": (5,)}, lambda: networks.MMoE(FIELDS, DENSE, DIM, HIDDEN)),
    "ple": ({"dim": DIM, "expert": HIDDEN, "tower": (5,)}, lambda: networks.PLE(FIELDS, DENSE, DIM, HIDDEN)),
    "din": ({**deep, "attention": (8, 7)}, lambda: of_histories(over_time.DIN, attention=(8, 7))),
    "dien": (deep, lambda: of_histories(over_time.DIEN)),
    "bst": ({**deep, "heads": 2, "layers": 2, "size": 11}, lambda: of_histories(over_time.BST, heads=2, layers=2, size=11)),
    "share_bottom": ({**deep, "tower": (5,)}, lambda: networks.ShareBottom(FIELDS, DENSE, DIM, HIDDEN)),
}


@pytest.fixture(scope="module")
def batch():
    """By name: (a value for each entry of its scope, one for each row)."""
    random = np.random.default_rng(5)
    of_row = np.repeat(np.arange(len(REQUESTS) - 1), np.diff(REQUESTS))
    made = {}
    for field in [*FIELDS, *DENSE, *HISTORIES]:
        entries = len(REQUESTS) - 1 if field.scope == "request" else ROWS
        if isinstance(field, zoo.Dense):
            own = random.normal(size=(entries, field.width)).astype(np.float32)
            made[field.name] = (own, own[of_row] if field.scope == "request" else own)
        elif isinstance(field, zoo.History):
            rows = next(f.rows for f in FIELDS if f.name == field.of)
            own = [list(map(int, random.integers(0, rows, random.integers(0, 8)))) for _ in range(entries)]
            made[field.name] = (own, [own[r] for r in of_row] if field.scope == "request" else own)
        else:
            most = 4 if field.name in ("likes", "tags") else 2
            own = [list(map(int, random.integers(0, field.rows, random.integers(1, most)))) for _ in range(entries)]
            made[field.name] = (own, [own[r] for r in of_row] if field.scope == "request" else own)
    return made


@pytest.fixture(scope="module", params=list(MODELS))
def made(request, tmp_path_factory):
    """The opened model, and its network."""
    arguments, make = MODELS[request.param]
    torch.manual_seed(len(request.param))
    network = make().double()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(parameter.float().double())  # what the file can hold
    path = tmp_path_factory.mktemp("zoo") / f"{request.param}.clens"
    fields = [*FIELDS, *DENSE, *getattr(network, "histories", [])]
    getattr(zoo, request.param)(fields, weights=network.state_dict(), **arguments).save(path)
    return clicklens.open(path), network


def repeated(batch, histories=True):
    return {name: rows for name, (_, rows) in batch.items() if histories or name not in ("clicks", "seen")}


def shared(batch, histories=True):
    return {name: own for name, (own, _) in batch.items() if histories or name not in ("clicks", "seen")}


def test_every_network_has_a_test():
    assert set(MODELS) == set(zoo.__all__) - {"Field", "Dense", "History"}


def test_scores_are_pytorchs(made, batch):
    model, network = made
    rows = repeated(batch, hasattr(network, "histories"))
    wanted, _ = network.run(rows)
    got = model.score(rows, output="logit").reshape(wanted.shape)
    np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6)


def test_gradients_are_pytorchs(made, batch):
    model, network = made
    rows = repeated(batch, hasattr(network, "histories"))
    _, wanted = network.run(rows)
    got = model.saliency(rows, "gradient_l2", "dimension")
    assert got.shape == wanted.shape
    assert (np.abs(got - wanted) <= 1e-4 * np.abs(wanted).max(1, keepdims=True)).all()


def test_sharing_changes_no_bit(made, batch):
    model, network = made
    rows, own = (form(batch, hasattr(network, "histories")) for form in (repeated, shared))
    alone = model.score(rows, output="logit")
    assert model.score(own, requests=REQUESTS, output="logit").tobytes() == alone.tobytes()
    gradients = model.saliency(rows, "gradient_l2", "dimension")
    again = model.saliency(own, "gradient_l2", "dimension", requests=REQUESTS)
    assert again.tobytes() == gradients.tobytes()


@pytest.mark.parametrize("options", [{"softmax": True}, {"activation": "dice"}])
def test_attention_of_din(options, tmp_path, batch):
    torch.manual_seed(8)
    network = of_histories(over_time.DIN, attention=(8,), **options).double()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(parameter.float().double())
    zoo.din([*FIELDS, *DENSE, *HISTORIES], **deep, attention=(8,), weights=network.state_dict(),
            **options).save(tmp_path / "m.clens")
    model = clicklens.open(tmp_path / "m.clens")
    wanted, by_column = network.run(repeated(batch))
    got = model.score(repeated(batch), output="logit").reshape(wanted.shape)
    np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6)
    gradients = model.saliency(repeated(batch), "gradient_l2", "dimension")
    assert (np.abs(gradients - by_column) <= 1e-4 * np.abs(by_column).max(1, keepdims=True)).all()


def test_untrained_networks_need_no_weights(tmp_path, batch):
    zoo.deepfm([*FIELDS, *DENSE], dim=4, hidden=(8,), weights=3).save(tmp_path / "a.clens")
    zoo.deepfm([*FIELDS, *DENSE], dim=4, hidden=(8,), weights=3).save(tmp_path / "b.clens")
    assert (tmp_path / "a.clens").read_bytes() == (tmp_path / "b.clens").read_bytes()
    assert np.isfinite(clicklens.open(tmp_path / "a.clens").score(repeated(batch, False))).all()


@pytest.mark.parametrize("name", ["lr", "dnn", "pnn", "fibinet"])
def test_networks_without_dense_inputs(name, tmp_path, batch):
    getattr(zoo, name)(FIELDS, weights=1).save(tmp_path / "m.clens")
    bags = {f.name: batch[f.name][1] for f in FIELDS}
    assert np.isfinite(clicklens.open(tmp_path / "m.clens").score(bags)).all()


def test_bad_weights_are_named():
    with pytest.raises(clicklens.Error, match="embedding.user.weight"):
        zoo.dnn(FIELDS, weights={})
    with pytest.raises(clicklens.Error, match="shape"):
        zoo.dnn(FIELDS, weights=lambda name, shape: np.zeros((1, 1)))
    with pytest.raises(clicklens.Error, match="weights must"):
        zoo.dnn(FIELDS, weights="abc")
    with pytest.raises(clicklens.Error, match="dnn reads no zoo.History"):
        zoo.dnn([*FIELDS, *HISTORIES])
    with pytest.raises(clicklens.Error, match="din reads one zoo.History"):
        zoo.din(FIELDS)
    with pytest.raises(clicklens.Error, match="'h': no zoo.Field is named 'item'"):
        zoo.din([*FIELDS, zoo.History("h", "user", "item")])
    with pytest.raises(clicklens.Error, match="activation"):
        zoo.din([*FIELDS, *HISTORIES], activation="relu")
    with pytest.raises(clicklens.Error, match="heads"):
        zoo.bst([*FIELDS, *HISTORIES], dim=5)
    with pytest.raises(clicklens.Error, match="zoo.Field"):
        zoo.dnn(["user"])
    with pytest.raises(clicklens.Error, match="heads"):
        zoo.final_mlp(FIELDS, hidden=(8, 5), hidden2=(8, 5))
