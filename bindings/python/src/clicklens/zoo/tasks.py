"""Several tasks over the same features. Each task is an output of its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._builder import Builder, Handle
from ._net import Net


def share_bottom(fields: Sequence[Any], *, tasks: Sequence[str] = ("ctr", "cvr"), dim: int = 16,
                 hidden: Sequence[int] = (256, 128), tower: Sequence[int] = (64,), weights: Any = 0) -> Builder:
    """Several tasks over one bottom (Caruana 1997). Weights: embedding, bottom, and for each task <task>.tower and
    <task>.out."""
    net = Net("share_bottom", fields, weights)
    x, width = net.tower(*_inputs(net, dim), hidden, "bottom")
    for task in tasks:
        _head(net, task, x, width, tower)
    return net.builder


def mmoe(fields: Sequence[Any], *, tasks: Sequence[str] = ("ctr", "cvr"), dim: int = 16, experts: int = 4,
         expert: Sequence[int] = (128,), tower: Sequence[int] = (64,), weights: Any = 0) -> Builder:
    """Multi-gate mixture of experts (Ma et al. 2018).

    Weights: embedding; expert.<i>, a tower each; for each task <task>.gate [experts, inputs] without bias,
    <task>.tower and <task>.out.
    """
    net = Net("mmoe", fields, weights)
    x, inputs = _inputs(net, dim)
    made = [net.tower(x, inputs, expert, f"expert.{i}") for i in range(experts)]
    values, width = net.builder.fields([value for value, _ in made]), made[0][1]
    for task in tasks:
        _head(net, task, _mixture(net, x, inputs, values, experts, f"{task}.gate"), width, tower)
    return net.builder


def ple(fields: Sequence[Any], *, tasks: Sequence[str] = ("ctr", "cvr"), dim: int = 16, shared: int = 2, own: int = 2,
        expert: Sequence[int] = (128,), tower: Sequence[int] = (64,), weights: Any = 0) -> Builder:
    """Customized gate control, the one-level form of progressive layered extraction (Tang et al. 2020): a task mixes
    its own experts and the shared ones.

    Weights: embedding; shared.<i> and <task>.expert.<i>, a tower each; <task>.gate [own + shared, inputs] without bias,
    own experts first; <task>.tower and <task>.out.
    """
    net = Net("ple", fields, weights)
    x, inputs = _inputs(net, dim)
    common = [net.tower(x, inputs, expert, f"shared.{i}")[0] for i in range(shared)]
    for task in tasks:
        made = [net.tower(x, inputs, expert, f"{task}.expert.{i}")[0] for i in range(own)]
        values = net.builder.fields([*made, *common])
        _head(net, task, _mixture(net, x, inputs, values, own + shared, f"{task}.gate"), expert[-1], tower)
    return net.builder


def esmm(fields: Sequence[Any], *, dim: int = 16, hidden: Sequence[int] = (256, 128), activation: str = "relu",
         weights: Any = 0) -> Builder:
    """Entire-space multi-task model (Ma et al. 2018): a tower for clicks and one for conversions after a click, over
    the same embeddings. Outputs: "ctr", and "ctcvr", whose probability is the product of both, as the loss of the
    paper has it. The conversion's own logit is the layer "cvr".

    The product's logit from those of its factors, a and b: with p = 1 / ((1 + e^-a) (1 + e^-b)), log(p / (1 - p)) is
    -log(e^-a + e^-b + e^-(a + b)) = a - log(1 + e^(a - b) (1 + e^-a)), so a - softplus(a - b + softplus(-a)): no
    probability is rounded to 0 or 1 on the way.

    Weights: embedding; ctr.tower, ctr.out, cvr.tower and cvr.out.
    """
    net = Net("esmm", fields, weights)
    b, (x, inputs) = net.builder, _inputs(net, dim)
    a, c = (_logit(net, task, *net.tower(x, inputs, hidden, f"{task}.tower", activation)) for task in ("ctr", "cvr"))
    excess = b.add(b.subtract(a, c), b.softplus(b.affine(a, -1.0)))
    b.layer("cvr", c)
    b.output("ctr", a)
    b.output("ctcvr", b.subtract(a, b.softplus(excess), "ctcvr"))
    return b


def _logit(net: Net, task: str, x: Handle, width: int) -> Handle:
    return net.linear(x, width, 1, f"{task}.out")


def _inputs(net: Net, dim: int) -> tuple[Handle, int]:
    embeddings = net.embeddings(dim)
    return net.flat(embeddings), dim * len(embeddings) + net.dense_width


def _mixture(net: Net, x: Handle, inputs: int, values: Handle, count: int, name: str) -> Handle:
    """The values, fields [count, width], in the shares that a gate gives them."""
    share = net.builder.softmax(net.linear(x, inputs, count, name, bias=False), name=f"{name}.softmax")
    net.builder.layer(name, share)
    return net.builder.matmul(share, values)


def _head(net: Net, task: str, x: Handle, width: int, tower) -> None:
    h, last = net.tower(x, width, tower, f"{task}.tower")
    net.builder.output(task, _logit(net, task, h, last))
