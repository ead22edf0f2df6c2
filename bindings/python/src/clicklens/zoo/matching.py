"""Two towers, of the request and of the candidate, that meet in one number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._arguments import bad
from .._builder import Builder, Handle
from ._net import Net

_EPSILON = 1e-8  # of torch.nn.functional.cosine_similarity: no norm counts as less


def dssm(fields: Sequence[Any], *, dim: int = 16, hidden: Sequence[int] = (256, 128, 64), activation: str = "tanh",
         temperature: float = 10.0, weights: Any = 0) -> Builder:
    """Deep structured semantic model (Huang et al. 2013): a tower over what the request says and one over the
    candidate, and the cosine between both, times `temperature` (the paper's gamma), as logit.

    Fields of scope "request" go to the first tower, of scope "candidate" to the second; a pair has no place in
    either. Both towers end in a vector of length 1: the layers "user" and "item", whose dot is the cosine.
    Weights: embedding; user and item, a tower each over embeddings, then dense inputs.
    """
    net = Net("dssm", fields, weights)
    if not hidden:
        raise bad("hidden must have a layer")
    sides = [_unit(net, scope, name, dim, hidden, activation)
             for scope, name in (("request", "user"), ("candidate", "item"))]
    b = net.builder
    return net.done([b.affine(b.sum(b.multiply(*sides)), temperature, name="cosine")])


def _unit(net: Net, scope: str, name: str, dim: int, hidden, activation: str) -> Handle:
    b = net.builder
    if any(field.scope == "pair" for field in [*net.fields, *net.dense]):
        raise bad("dssm takes no field of scope 'pair': its towers see the request, or the candidate")
    parts = [net.embedding(field, dim) for field in net.fields if field.scope == scope]
    parts += [x for field, x in zip(net.dense, net.dense_inputs()) if field.scope == scope]
    if not parts:
        raise bad(f"dssm needs a field of scope {scope!r}")
    width = sum(b.shape(part)[1] for part in parts)
    x, _ = net.tower(b.concat(parts), width, hidden, name, activation)
    # the bound before the root, so that a vector of zeros has a gradient of zeros
    norm = b.sqrt(b.clip(b.sum(b.multiply(x, x)), low=_EPSILON**2))
    unit = b.divide(x, norm, name)
    b.layer(name, unit)
    return unit
