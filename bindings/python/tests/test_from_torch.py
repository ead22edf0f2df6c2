"""from_torch: how modules are called, what is rewritten for ONNX, and what is refused by name."""

import numpy as np
import pytest

import clicklens

torch = pytest.importorskip("torch", reason="modules are PyTorch's: install python3-torch")
pytest.importorskip("onnx", reason="from_torch goes through ONNX: pip install onnx, as cmake/setup.sh does")
nn = torch.nn

IDS = torch.tensor([[3, 1, 0], [2, 0, 0], [0, 0, 0], [4, 5, 6], [6, 0, 0]])
USER = torch.tensor([0, 1, 2, 3, 4])
AGE = torch.tensor([[0.5, -1.0], [2.0, 0.0], [-1.5, 0.25], [0.0, 1.0], [3.0, -2.0]])


class Net(nn.Module):
    """Bags of ids, a user and two numbers into a tower with dropout and batch norm."""

    def __init__(self, **bag):
        super().__init__()
        torch.manual_seed(1)
        self.tags = nn.EmbeddingBag(7, 4, **bag)
        self.user = nn.Embedding(5, 4)
        self.tower = nn.Sequential(nn.Linear(10, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 1))
        self.tower[1].running_mean.uniform_(-1, 1)

    def forward(self, tags, user, age):
        return self.tower(torch.cat([self.tags(tags), self.user(user), age], dim=1))


def opened(imported, tmp_path):
    path = tmp_path / "net.clens"
    imported.save(path)
    return clicklens.open(path)


def outputs(module, *inputs):
    module.eval()
    with torch.no_grad():
        return module(*inputs).numpy()


@pytest.mark.parametrize("bag", [
    {"mode": "sum"}, {"mode": "mean"}, {"mode": "max"},
    {"mode": "sum", "padding_idx": 0}, {"mode": "mean", "padding_idx": 0}, {"mode": "max", "padding_idx": 0},
], ids=lambda bag: "-".join(map(str, bag.values())))
def test_embedding_bags(bag, tmp_path):
    net = Net(**bag)
    features = [clicklens.Feature("tags", "ad", padding=bag.get("padding_idx")),
                clicklens.Feature("user", "user", "request")]
    model = opened(clicklens.from_torch(net, (IDS, USER, AGE), [*features, clicklens.Feature("age", "ad")]),
                   tmp_path)
    tags = IDS.tolist()
    if "padding_idx" in bag:
        tags = [[tag for tag in row if tag] for row in tags]
    ours = model.score({"tags": tags, "user": USER.numpy(), "age": AGE.numpy()}, output="logit")
    np.testing.assert_allclose(ours, outputs(net, IDS, USER, AGE)[:, 0], rtol=1e-5, atol=1e-5)
    assert {f.name: (f.group, f.scope) for f in model.features} == {
        "tags": ("ad", "candidate"), "user": ("user", "request"), "age": ("ad", "candidate")}


class OneDict(nn.Module):
    """`forward` takes all its tensors in one dict, and returns two tasks by name."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(2)
        self.user, self.last = nn.Embedding(5, 3), nn.Linear(5, 2)

    def forward(self, batch):
        both = self.last(torch.cat([self.user(batch["user"]), batch["age"]], dim=1))
        return {"click": torch.sigmoid(both[:, 0]), "buy": torch.sigmoid(both[:, 1:])}


def test_a_dict_of_tensors_and_named_outputs(tmp_path):
    net = OneDict()
    model = opened(clicklens.from_torch(net, {"user": USER, "age": AGE}), tmp_path)
    assert [o.name for o in model.outputs] == ["click", "buy"]
    with torch.no_grad():
        theirs = net({"user": USER, "age": AGE})
    ours = model.score({"user": USER.numpy(), "age": AGE.numpy()})
    np.testing.assert_allclose(ours[:, 0], theirs["click"], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(ours[:, 1], theirs["buy"][:, 0], rtol=1e-5, atol=1e-6)


def test_a_dict_of_arguments_and_one_row_of_example(tmp_path):
    net = Net(mode="mean")
    example = {"age": AGE[:1], "tags": IDS[:1], "user": USER[:1]}
    imported = clicklens.from_torch(net, example, outputs=["ctr"], name="ads")
    model = opened(imported, tmp_path)
    assert [o.name for o in model.outputs] == ["ctr"] and model.info.name == "ads"
    assert {f.name for f in model.features} == {"age", "tags", "user"}


class Several(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(3)
        self.last = nn.Linear(2, 3)

    def forward(self, age):
        return torch.sigmoid(self.last(age))


def test_columns_of_an_output_are_tasks(tmp_path):
    model = opened(clicklens.from_torch(Several(), AGE, outputs=["click", "like", "share"]), tmp_path)
    assert [o.name for o in model.outputs] == ["click", "like", "share"]
    np.testing.assert_allclose(model.score({"age": AGE.numpy()}), outputs(Several(), AGE), rtol=1e-5, atol=1e-6)


def test_training_flags_are_put_back():
    net = Net(mode="sum").train()
    net.tower[3].eval()
    clicklens.from_torch(net, (IDS, USER, AGE))
    assert net.training and net.tower[1].training and not net.tower[3].training
    with pytest.raises(clicklens.Error):
        clicklens.from_torch(net, (IDS, USER, AGE[:, :1]))
    assert net.training and not net.tower[3].training


def test_a_module_that_changed_since_is_found_out(tmp_path):
    net = Net(mode="sum")
    imported = clicklens.from_torch(net, (IDS, USER, AGE))
    with torch.no_grad():
        net.tower[4].bias += 0.1
    with pytest.raises(clicklens.Error, match="output"):
        imported.save(tmp_path / "stale.clens")
    imported.save(tmp_path / "stale.clens", check=False)


class Odd(nn.Module):
    """What `what` makes of the numbers."""

    def __init__(self, what):
        super().__init__()
        self.what = what

    def forward(self, age):
        return self.what(age)


class Offsets(nn.Module):
    """Bags as torchrec and DLRM have them: all ids in a row, and where each row's begin."""

    def __init__(self, mode="mean", **bag):
        super().__init__()
        torch.manual_seed(6)
        self.bag, self.other = nn.EmbeddingBag(7, 4, mode=mode, **bag), nn.EmbeddingBag(7, 2, mode="sum")
        self.last = nn.Linear(8, 1)

    def forward(self, ids, offsets, age):
        return torch.sigmoid(self.last(torch.cat([self.bag(ids, offsets), self.other(ids, offsets), age], dim=1)))


LISTS = [[3, 1], [], [6], [2, 2, 5], [0]]
FLAT, BEGINS = torch.tensor(sum(LISTS, [])), torch.tensor([0, 2, 2, 3, 6])


@pytest.mark.parametrize("bag", [{"mode": "sum"}, {"mode": "mean"}, {"mode": "mean", "padding_idx": 2}],
                         ids=lambda bag: "-".join(map(str, bag.values())))
def test_bags_of_ids_and_offsets(bag, tmp_path):
    net = Offsets(**bag)
    imported = clicklens.from_torch(net, (FLAT, BEGINS, AGE), [clicklens.Feature("ids", "ad", encoder=list("abcdefg")),
                                                               clicklens.Feature("age", "user")], bags={"ids": "offsets"})
    model = opened(imported, tmp_path)
    ours = model.score({"ids": [["abcdefg"[i] for i in row] for row in LISTS], "age": AGE.numpy()})
    np.testing.assert_allclose(ours, outputs(net, FLAT, BEGINS, AGE)[:, 0], rtol=1e-5, atol=1e-6)
    plain = opened(clicklens.from_torch(net, {"ids": FLAT, "offsets": BEGINS, "age": AGE}, bags={"ids": "offsets"}), tmp_path)
    np.testing.assert_allclose(plain.score({"ids": LISTS, "age": AGE.numpy()}), ours, rtol=1e-6, atol=1e-7)


def test_wrong_bags_are_named():
    for bags, message in [({"ids": "begins"}, "the example has no tensor .n. called 'begins'"),
                          ({"age": "offsets"}, "the example has no tensor .n. called 'age'"),
                          ({"offsets": "ids"}, "'offsets' must be the ids of embedding bags of one size")]:
        with pytest.raises(clicklens.Error, match=message):
            clicklens.from_torch(Offsets(), (FLAT, BEGINS, AGE), bags=bags)


@pytest.mark.parametrize("module, example, message", [
    ("net", (AGE,), "a torch.nn.Module wanted"),
    (Several(), {}, "the example is empty"),
    (Several(), (3.0,), "example 'age': a tensor with a row per candidate wanted, not a float"),
    (Net(), (IDS, USER[:2], AGE), "the same number of rows"),
    (Net(), (IDS, USER, AGE[:, :1]), "the module fails on its example: RuntimeError"),
    (Odd(lambda age: age.unsqueeze(-1)), AGE, "forward returns a Tensor of shape"),
    (Odd(lambda age: [age[:, 0], "text"]), AGE, "forward returns a str"),
    (Odd(lambda age: ()), AGE, "forward returns nothing"),
    (Odd(lambda age: torch.linalg.inv(age)[:, 0]), torch.eye(2).repeat(4, 1, 1), "torch.onnx cannot export Odd"),
    (Offsets(), (USER, USER, AGE), "an embedding bag with offsets: name its ids"),
])
def test_what_cannot_be_imported_is_named(module, example, message):
    with pytest.raises(clicklens.Error, match=message):
        clicklens.from_torch(module, example)


def test_wrong_outputs_are_named():
    with pytest.raises(clicklens.Error, match="outputs must be 3 names"):
        clicklens.from_torch(Several(), AGE, outputs=["click"])
    with pytest.raises(clicklens.Error, match="names of their own"):
        clicklens.from_torch(Odd(lambda age: age[:, :1]), AGE, outputs=["age"])
