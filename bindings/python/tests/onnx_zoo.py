"""The zoo's networks in PyTorch as ONNX files: ids come as tensors, one column an id."""

import contextlib

import torch
from zoo_parts import Network

LENGTHS = {"likes": 3, "tags": 2}  # ids an entry; others have one


class Exported(torch.nn.Module):
    """A network whose inputs are tensors in the order of its fields."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        self.names = [f.name for f in [*network.sparse, *network.dense]]

    def forward(self, *inputs):
        logits = self.network(dict(zip(self.names, inputs)))
        return logits if logits.dim() == 2 else logits[:, None]


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

    kept = Network.embed, Network.numbers
    Network.embed, Network.numbers = embed, numbers
    try:
        yield
    finally:
        Network.embed, Network.numbers = kept


def export(network, path, opset=13):
    """Writes `network` as ONNX, its batch open."""
    network = network.float().eval()
    inputs = [torch.randint(0, f.rows, (5, LENGTHS.get(f.name, 1))) for f in network.sparse]
    inputs += [torch.randn(5, f.width) for f in network.dense]
    module = Exported(network)
    with tensors():
        torch.onnx.export(module, tuple(inputs), str(path), input_names=module.names, output_names=["ctr"],
                          dynamic_axes={name: {0: "batch"} for name in [*module.names, "ctr"]}, opset_version=opset)
