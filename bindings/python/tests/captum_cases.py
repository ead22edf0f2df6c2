"""Five networks of the zoo with weights and rows that any machine draws alike, and what Captum says of them.

Used by test_captum.py, which holds clicklens to it, and by tests/golden/make_zoo_captum_golden.py, which writes it down.
"""

import numpy as np
import torch
from test_zoo import DENSE, FIELDS, MODELS
from torch import nn

from clicklens import zoo

NETWORKS = ("deepfm", "dcnv2", "autoint", "mmoe", "dlrm")
METHODS = ("gradient", "gradient_x_input", "integrated_gradients_mean", "integrated_gradients_zero")
ROWS, STEPS = 8, 50


def draws(name):
    """Numbers that no version of NumPy changes."""
    return np.random.RandomState(sum(name.encode()))  # noqa: NPY002


def make(name):
    """(the network in double precision, on weights a file can hold; the zoo's builder of the same)."""
    arguments, build = MODELS[name]
    network, random = build().double(), draws(name)
    with torch.no_grad():
        for key, parameter in sorted(network.state_dict().items()):
            scale = 0.7 if "embedding" in key or parameter.dim() < 2 else parameter.shape[-1] ** -0.5
            drawn = scale * random.standard_normal(tuple(parameter.shape))
            parameter.copy_(torch.from_numpy(drawn.astype(np.float32).astype(np.float64)))
    return network, getattr(zoo, name)([*FIELDS, *DENSE], weights=network.state_dict(), **arguments)


def rows(name):
    """Values by feature, each row its own request: bags of one to three ids, some numbers."""
    random, made = draws(name), {}
    for f in FIELDS:
        made[f.name] = [random.randint(0, f.rows, random.randint(1, 4)).tolist() for _ in range(ROWS)]
    for f in DENSE:
        made[f.name] = random.standard_normal((ROWS, f.width)).astype(np.float32)
    return made


class OfPooled(nn.Module):
    """The network as a function of its pooled inputs [rows, width], which are what attributions are of."""

    def __init__(self, network, data):
        super().__init__()
        self.network, self.data = network, data
        network.run(data)
        kept = network.pooled
        inputs, at = {}, 0
        for call in sorted(range(len(kept)), key=lambda call: kept[call][0]):
            inputs[call] = slice(at, at := at + kept[call][1].shape[1])
        self.columns = [inputs[call] for call in range(len(kept))]
        parts = sorted(kept, key=lambda part: part[0])
        self.inputs = torch.cat([x.detach() for _, x in parts], 1)

    def forward(self, x):
        """The first task's logit."""
        calls = iter(self.columns)
        self.network.__dict__.pop("_numbers", None)
        self.network.keep = lambda name, pooled: x[:, next(calls)]
        try:
            logits = self.network(self.data)
        finally:
            del self.network.keep
            self.network.__dict__.pop("_numbers", None)
        return logits[:, 0] if logits.dim() == 2 else logits


def captums(name):
    """By method: float64 [rows, width]."""
    from captum.attr import InputXGradient, IntegratedGradients, Saliency

    network, _ = make(name)
    function = OfPooled(network, rows(name))
    x = function.inputs
    integrated = IntegratedGradients(function)
    path = {"n_steps": STEPS, "method": "gausslegendre"}
    baselines = {"mean": x.mean(0, keepdim=True), "zero": torch.zeros_like(x[:1])}
    found = {"gradient": Saliency(function).attribute(x.clone().requires_grad_(), abs=False),
             "gradient_x_input": InputXGradient(function).attribute(x.clone().requires_grad_())}
    for baseline, values in baselines.items():
        found[f"integrated_gradients_{baseline}"] = integrated.attribute(x.clone(), values, **path)
    return {method: found[method].detach().numpy() for method in METHODS}
