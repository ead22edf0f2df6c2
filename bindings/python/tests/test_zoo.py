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
of_tasks = pytest.importorskip("zoo_tasks")

FIELDS = [zoo.Field("user", "user", 50, "request"), zoo.Field("likes", "user", 40, "request", pooling="mean"),
          zoo.Field("ad", "ad", 60), zoo.Field("tags", "ad", 30), zoo.Field("pair", "both", 20, "pair")]
DENSE = [zoo.Dense("age", "user", 2, "request"), zoo.Dense("price", "ad", 3)]
HISTORIES = [zoo.History("clicks", "user", "ad", length=5), zoo.History("seen", "both", "tags", length=4,
                                                                         scope="candidate", keep_last=False)]
REQUESTS = np.array([0, 7, 8, 21, 30])
ROWS = 30
DIM, HIDDEN = 6, (20, 10)
ALONE = [f for f in FIELDS if f.scope != "pair"]


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
    "mmoe": ({"dim": DIM, "expert": HIDDEN, "tower": (5,)}, lambda: of_tasks.MMoE(FIELDS, DENSE, DIM, HIDDEN)),
    "ple": ({"dim": DIM, "expert": HIDDEN, "tower": (5,)}, lambda: of_tasks.PLE(FIELDS, DENSE, DIM, HIDDEN)),
    "xdeepfm": ({**deep, "cin": (7, 4)}, lambda: networks.XDeepFM(FIELDS, DENSE, DIM, HIDDEN)),
    "dssm": ({**deep, "temperature": 4.0}, lambda: networks.DSSM(ALONE, DENSE, DIM, HIDDEN)),
    "esmm": (deep, lambda: of_tasks.ESMM(FIELDS, DENSE, DIM, HIDDEN)),
    "din": ({**deep, "attention": (8, 7)}, lambda: of_histories(over_time.DIN, attention=(8, 7))),
    "dien": (deep, lambda: of_histories(over_time.DIEN)),
    "bst": ({**deep, "heads": 2, "layers": 2, "size": 11},
            lambda: of_histories(over_time.BST, heads=2, layers=2, size=11)),
    "share_bottom": ({**deep, "tower": (5,)}, lambda: of_tasks.ShareBottom(FIELDS, DENSE, DIM, HIDDEN)),
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
    getattr(zoo, request.param)(read_by(network), weights=network.state_dict(), **arguments).save(path)
    return clicklens.open(path), network


def read_by(network):
    return [*network.sparse, *network.dense, *getattr(network, "histories", [])]


def repeated(batch, fields=(*FIELDS, *DENSE)):
    return {field.name: batch[field.name][1] for field in fields}


def shared(batch, fields=(*FIELDS, *DENSE)):
    return {field.name: batch[field.name][0] for field in fields}


def test_every_network_has_a_test():
    assert set(MODELS) == set(zoo.__all__) - {"Field", "Dense", "History"}


def test_scores_are_pytorchs(made, batch):
    model, network = made
    rows = repeated(batch, read_by(network))
    wanted, _ = network.run(rows)
    got = model.score(rows, output="logit").reshape(wanted.shape)
    np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6)


def test_gradients_are_pytorchs(made, batch):
    model, network = made
    rows = repeated(batch, read_by(network))
    _, wanted = network.run(rows)
    got = model.saliency(rows, "gradient_l2", "dimension")
    assert got.shape == wanted.shape
    assert (np.abs(got - wanted) <= 1e-4 * np.abs(wanted).max(1, keepdims=True)).all()


def test_sharing_changes_no_bit(made, batch):
    model, network = made
    rows, own = (form(batch, read_by(network)) for form in (repeated, shared))
    alone = model.score(rows, output="logit")
    assert model.score(own, requests=REQUESTS, output="logit").tobytes() == alone.tobytes()
    gradients = model.saliency(rows, "gradient_l2", "dimension")
    again = model.saliency(own, "gradient_l2", "dimension", requests=REQUESTS)
    assert again.tobytes() == gradients.tobytes()


@pytest.mark.parametrize("options", [{"softmax": True}, {"activation": "dice"}])
def test_attention_of_din(options, tmp_path, batch):
    torch.manual_seed(8)
    rows = repeated(batch, [*FIELDS, *DENSE, *HISTORIES])
    network = of_histories(over_time.DIN, attention=(8,), **options).double()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(parameter.float().double())
    zoo.din([*FIELDS, *DENSE, *HISTORIES], **deep, attention=(8,), weights=network.state_dict(),
            **options).save(tmp_path / "m.clens")
    model = clicklens.open(tmp_path / "m.clens")
    wanted, by_column = network.run(rows)
    got = model.score(rows, output="logit").reshape(wanted.shape)
    np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6)
    gradients = model.saliency(rows, "gradient_l2", "dimension")
    assert (np.abs(gradients - by_column) <= 1e-4 * np.abs(by_column).max(1, keepdims=True)).all()


def test_conversions_have_gradients_too(tmp_path, batch):
    torch.manual_seed(4)
    network = of_tasks.ESMM(FIELDS, DENSE, DIM, HIDDEN).double()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(parameter.float().double())
    zoo.esmm([*FIELDS, *DENSE], **deep, weights=network.state_dict()).save(tmp_path / "m.clens")
    model = clicklens.open(tmp_path / "m.clens")
    assert [task.name for task in model.outputs] == ["ctr", "ctcvr"]
    forward = network.forward
    network.forward = lambda rows: forward(rows)[:, 1:]
    logits, wanted = network.run(repeated(batch))
    np.testing.assert_allclose(model.score(repeated(batch), output="logit")[:, 1:], logits, rtol=1e-5, atol=1e-5)
    got = model.saliency(repeated(batch), "gradient_l2", "dimension", task="ctcvr")
    assert (np.abs(got - wanted) <= 1e-4 * np.abs(wanted).max(1, keepdims=True)).all()


@pytest.mark.parametrize("a, b", [(0, 0), (-40, 3), (40, 40), (40, -40), (-40, -40), (90, 2), (-2, 60)])
def test_the_logit_of_a_product_is_exact(tmp_path, a, b):
    weights = {"embedding.x.weight": np.zeros((1, 1)), "ctr.out.weight": np.zeros((1, 1)), "ctr.out.bias": np.array([a]),
               "cvr.out.weight": np.zeros((1, 1)), "cvr.out.bias": np.array([b])}
    zoo.esmm([zoo.Field("x", "g", 1)], dim=1, hidden=(), weights=weights).save(tmp_path / "m.clens")
    got = clicklens.open(tmp_path / "m.clens").score({"x": [0]}, output="logit")[0]
    a, b = np.longdouble(a), np.longdouble(b)
    np.testing.assert_allclose(got, [a, -np.log(np.exp(-a) + np.exp(-b) + np.exp(-a - b))], rtol=1e-6)


@pytest.mark.parametrize("kind, function", [("relu", torch.relu), ("gelu", torch.nn.functional.gelu),
                                            ("silu", torch.nn.functional.silu), ("tanh", torch.tanh),
                                            ("elu", torch.nn.functional.elu), ("prelu", None), ("dice", None)])
def test_activations_of_towers(tmp_path, batch, kind, function):
    torch.manual_seed(5)
    network = of_tasks.ESMM(FIELDS, DENSE, DIM, HIDDEN).double()
    weights, draws = dict(network.state_dict()), np.random.default_rng(7)
    for task in ("ctr", "cvr"):
        for i, width in enumerate(HIDDEN):
            name = f"{task}.tower.{i}.{kind}"
            weights.update({f"{name}.weight": draws.uniform(0.1, 0.5, width), f"{name}.alpha": draws.normal(size=width),
                            f"{name}.mean": draws.normal(size=width), f"{name}.variance": draws.uniform(0.5, 2, width)})

    def activated(name, x):
        of = {part: torch.tensor(np.float32(weights[f"{name}.{part}"])).double()
              for part in ("weight", "alpha", "mean", "variance")}
        if kind == "prelu":
            return torch.where(x > 0, x, x * of["weight"])
        if kind == "dice":
            p = torch.sigmoid((x - of["mean"]) / torch.sqrt(of["variance"] + 1e-8))
            return p * x + (1 - p) * of["alpha"] * x
        return function(x)

    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(parameter.float().double())
        x = network.flat(network.embed(network.embedding, repeated(batch)), repeated(batch))
        for i, layer in enumerate(network.ctr.tower):
            x = activated(f"ctr.tower.{i}.{kind}", layer(x))
        wanted = network.ctr.out(x).numpy()
    zoo.esmm([*FIELDS, *DENSE], **deep, activation=kind, weights=weights).save(tmp_path / "m.clens")
    got = clicklens.open(tmp_path / "m.clens").score(repeated(batch), output="logit")[:, :1]
    np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6)


def test_towers_of_zeros_match_nothing(tmp_path, batch):
    fields = [f for f in (*FIELDS, *DENSE) if f.scope != "pair"]
    zoo.dssm(fields, **deep, weights=lambda name, shape: np.zeros(shape)).save(tmp_path / "m.clens")
    model = clicklens.open(tmp_path / "m.clens")
    assert (model.score(repeated(batch, fields), output="logit") == 0).all()
    assert (model.saliency(repeated(batch, fields), "gradient_l2", "dimension") == 0).all()


def test_untrained_networks_need_no_weights(tmp_path, batch):
    zoo.deepfm([*FIELDS, *DENSE], dim=4, hidden=(8,), weights=3).save(tmp_path / "a.clens")
    zoo.deepfm([*FIELDS, *DENSE], dim=4, hidden=(8,), weights=3).save(tmp_path / "b.clens")
    assert (tmp_path / "a.clens").read_bytes() == (tmp_path / "b.clens").read_bytes()
    assert np.isfinite(clicklens.open(tmp_path / "a.clens").score(repeated(batch))).all()


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
    with pytest.raises(clicklens.Error, match="pair"):
        zoo.dssm(FIELDS)
    with pytest.raises(clicklens.Error, match="needs a field of scope 'candidate'"):
        zoo.dssm(FIELDS[:2])
    with pytest.raises(clicklens.Error, match="cin"):
        zoo.xdeepfm(FIELDS, cin=())
    with pytest.raises(clicklens.Error, match="activation must be"):
        zoo.esmm(FIELDS, activation="swish")
    with pytest.raises(clicklens.Error, match="activation"):
        zoo.din([*FIELDS, *HISTORIES], activation="linear")
    with pytest.raises(clicklens.Error, match="heads"):
        zoo.bst([*FIELDS, *HISTORIES], dim=5)
    with pytest.raises(clicklens.Error, match="zoo.Field"):
        zoo.dnn(["user"])
    with pytest.raises(clicklens.Error, match="heads"):
        zoo.final_mlp(FIELDS, hidden=(8, 5), hidden2=(8, 5))
