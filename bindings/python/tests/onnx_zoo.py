"""The zoo's networks in PyTorch as ONNX files: ids come as tensors, one column an id."""

import contextlib

import torch
from zoo_histories import Histories
from zoo_parts import Network

LENGTHS = {"likes": 3, "tags": 2}  # ids an entry; others have one


class Exported(torch.nn.Module):
    """A network whose inputs are tensors in the order of its fields."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        self.names = [f.name for f in [*network.sparse, *network.dense, *histories(network)]]

    def forward(self, *inputs):
        logits = self.network(dict(zip(self.names, inputs)))
        return logits if logits.dim() == 2 else logits[:, None]


def histories(network):
    return getattr(network, "histories", [])


def rows_of(network, history):
    """Ids of a history: those of its field from 1 on, 0 being none."""
    return 1 + next(f.rows for f in network.sparse if f.name == history.of)


@contextlib.contextmanager
def tensors():
    """Networks read tensors of ids, not lists of lists."""
    def embed(self, tables, batch, names=None):
        made = []
        for name in names or [f.name for f in self.sparse]:
            rows = torch.nn.functional.embedding(batch[name], tables[name].weight)
            made.append(rows.mean(1) if tables[name].mode == "mean" else rows.sum(1))
        return made

    def numbers(self, batch):
        return [batch[f.name] for f in self.dense]

    def rows(self, history, batch):
        ids = batch[history.name]
        given = (ids > 0).float()
        found = torch.nn.functional.embedding(torch.clamp(ids - 1, min=0), self.embedding[history.of].weight)
        return found * given[:, :, None], given

    kept = Network.embed, Network.numbers, Histories.rows
    Network.embed, Network.numbers, Histories.rows = embed, numbers, rows
    try:
        yield
    finally:
        Network.embed, Network.numbers, Histories.rows = kept


def export(network, path, opset=13):
    """Writes `network` as ONNX, its batch open."""
    network = network.float().eval()
    inputs = [torch.randint(0, f.rows, (5, LENGTHS.get(f.name, 1))) for f in network.sparse]
    inputs += [torch.randn(5, f.width) for f in network.dense]
    inputs += [torch.randint(0, rows_of(network, h), (5, h.length)) for h in histories(network)]
    module = Exported(network)
    with tensors():
        torch.onnx.export(module, tuple(inputs), str(path), input_names=module.names, output_names=["ctr"],
                          dynamic_axes={name: {0: "batch"} for name in [*module.names, "ctr"]}, opset_version=opset)
