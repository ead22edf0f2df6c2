"""A PyTorch module to a Builder, by way of an ONNX graph in memory."""

from __future__ import annotations

import inspect
import os
import tempfile
from collections.abc import Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from .._arguments import bad, listed, text
from .._needs import needs
from ._torch_bags import Bags
from ._torch_rewrites import refused, rewrites

if TYPE_CHECKING:
    from ._imported import Imported

_LEAST_ROWS = 3  # a trace of one row would take that for a fixed size


def from_torch(module: Any, example: Any, features: Any = None, *, name: str | None = None,
               outputs: Sequence[str] | None = None, bags: Any = None) -> Imported:
    """A trained `torch.nn.Module` as an `Imported` model; see `from_onnx` for what its network may hold.

    example:  what `forward` takes, with a row per candidate: a dict of tensors by name (given to `forward` as its
              arguments, or as one dict if it has no arguments of these names), or a tuple of tensors, or one tensor.
    features: how the inputs become features, as `from_onnx`; default: one for each input.
    name:     of the model; default: the module's class.
    outputs:  names for what `forward` returns; default: the keys of a dict, else "output", "output1", ...
    bags:     of embedding bags that take ids [n] and offsets [rows]: the name of the offsets, by that of the ids, which
              becomes the feature. Its bags hold as many ids as the largest of the example at most.

    The module is traced as in `eval()`; its flags are as before when this returns. `Imported.save` then checks the
    file against the module itself.
    """
    call = Call(module, example, outputs, bags=bags)
    return call.imported(features, text(name, "name") if name is not None else type(module).__name__)


class Call:
    """A module, and how it is called with named arrays."""

    def __init__(self, module, example, outputs=None, *, bags=None, adapt=None):
        """adapt: makes the arguments of `forward`, (args, kwargs), of a dict of tensors."""
        self.torch = needs("torch", "from_torch")
        if not isinstance(module, self.torch.nn.Module):
            raise bad(f"a torch.nn.Module wanted, not {module!r}")
        self.module = module
        given, self._adapt = self._named(example)
        self._adapt = adapt or self._adapt
        self.bags = Bags(self.torch, bags or {}, given)
        if self.bags:
            self.bags.measure(self._returned, given)
        self.example = self._rows(self.bags.joined(given))
        self.outputs = self._output_names(outputs)

    def __call__(self, arrays: dict) -> dict:
        """Outputs by name, for arrays by the name of the input."""
        given = {key: self.torch.as_tensor(np.ascontiguousarray(arrays[key])).to(like.dtype)
                 for key, like in self.example.items()}
        with evaluating(self.module), self.torch.no_grad():
            return {key: value.numpy() for key, value in zip(self.outputs, self._flat(self.bags.plain(given)))}

    def imported(self, features, name: str):
        """What `from_onnx` makes of the module; it is held to the module from then on."""
        from ._onnx import from_onnx
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "module.onnx")
            self._export(path)
            return from_onnx(path, self.bags.features(features, list(self.example)), name=name, reference=self)

    # -------------------------------------------------------------- arguments

    def _named(self, example):
        """The example as a dict of tensors, and how `forward` takes such a dict."""
        parameters = _parameters(self.module)
        if isinstance(example, self.torch.Tensor):
            example = (example,)
        if isinstance(example, dict):
            given = dict(example)
            if all(key in parameters for key in given):
                adapt = lambda tensors: ((), tensors)  # noqa: E731
            else:
                adapt = lambda tensors: ((tensors,), {})  # noqa: E731
        else:
            given = listed(example, "example")
            names = [*parameters[: len(given)], *(f"input{i}" for i in range(len(parameters), len(given)))]
            given = dict(zip(names, given))
            adapt = lambda tensors: (tuple(tensors.values()), {})  # noqa: E731
        if not given:
            raise bad("the example is empty")
        for key, value in given.items():
            text(key, "an input's name")
            if not isinstance(value, self.torch.Tensor) or value.dim() == 0:
                raise bad(f"example '{key}': a tensor with a row per candidate wanted, not {_told(value)}")
        return {key: value.detach().cpu() for key, value in given.items()}, adapt

    def _rows(self, given: dict) -> dict:
        """The example with _LEAST_ROWS at least."""
        rows = {key: value.shape[0] for key, value in given.items()}
        if len(set(rows.values())) != 1 or 0 in rows.values():
            raise bad(f"the example's inputs must have the same number of rows, at least one, not {rows}")
        return {key: self._repeated(value) for key, value in given.items()}

    def _repeated(self, value):
        if value.shape[0] >= _LEAST_ROWS:
            return value
        times = -(-_LEAST_ROWS // value.shape[0])
        return self.torch.cat([value] * times)[:_LEAST_ROWS]

    # -------------------------------------------------------------- outputs

    def _flat(self, tensors: dict) -> list:
        """The outputs as tensors [rows, 1], in order."""
        args, kwargs = self._adapt(tensors)
        return [column for _, value in _leaves(self.module(*args, **kwargs)) for column in self._columns(value)]

    def _returned(self, tensors: dict) -> list:
        """(name, tensor) of what `forward` makes of the example."""
        args, kwargs = self._adapt(dict(tensors))
        try:
            with evaluating(self.module), self.torch.no_grad():
                return _leaves(self.module(*args, **kwargs))
        except Exception as problem:  # whatever a host's forward raises
            raise bad(f"the module fails on its example: {type(problem).__name__}: {problem}") from problem

    def _columns(self, value):
        if not isinstance(value, self.torch.Tensor) or value.dim() not in (1, 2):
            raise refused(f"forward returns {_told(value)}; a tensor [rows], [rows, 1] or [rows, tasks] is wanted")
        if value.dim() == 1:
            return [value.unsqueeze(-1)]
        return [value] if value.shape[1] == 1 else [value[:, i : i + 1] for i in range(value.shape[1])]

    def _output_names(self, wanted) -> list[str]:
        found = []
        for key, value in self._returned(self.bags.plain(self.example)):
            columns = self._columns(value)
            found += [key] if len(columns) == 1 else [f"{key}{i}" for i in range(len(columns))]
        if not found:
            raise refused("forward returns nothing")
        if wanted is None:
            return found
        wanted = [text(key, "an output's name") for key in listed(wanted, "outputs")]
        if len(wanted) != len(found) or len(set(wanted)) != len(wanted):
            raise bad(f"outputs must be {len(found)} names, for {', '.join(found)}, not {wanted}")
        return wanted

    # -------------------------------------------------------------- the graph

    def _export(self, path: str) -> None:
        torch, call = self.torch, self

        class Wrapped(torch.nn.Module):
            """Positional arguments and a tuple of columns, which is what torch.onnx names."""

            def __init__(self):
                super().__init__()
                self.net = call.module

            def forward(self, *tensors):
                return tuple(call._flat(call.bags.even(dict(zip(call.example, tensors)))))

        named = [*self.example, *self.outputs]
        if len(set(named)) != len(named):
            raise bad(f"inputs and outputs must have names of their own, not {named}")
        try:
            with evaluating(self.module), torch.no_grad(), rewrites(bool(self.bags)), _quiet():
                wrapped = Wrapped()
                wrapped.train(False)
                torch.onnx.export(wrapped, tuple(self.example.values()), path, opset_version=_opset(),
                                  input_names=list(self.example), output_names=list(self.outputs),
                                  dynamic_axes={key: {0: "rows"} for key in named}, **_old_exporter(torch))
        except Exception as problem:  # of many classes: what torch.onnx says is what a host needs to read
            if isinstance(problem, type(refused(""))):
                raise
            first = str(problem).strip().splitlines() or [""]
            raise refused(f"torch.onnx cannot export {type(self.module).__name__}: {first[0]}") from problem


@contextmanager
def evaluating(module):
    """`module` in evaluation; the training flag of each of its parts is put back."""
    flags = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for part, flag in flags:
            part.training = flag


@contextmanager
def _quiet():
    """Without the tracer's warnings: what it takes for constant is checked on other rows when saving."""
    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _leaves(returned) -> list[tuple[str, Any]]:
    """(name, tensor) of what `forward` returned."""
    if isinstance(returned, dict):
        return list(returned.items())
    if isinstance(returned, (tuple, list)):
        return [("output" if i == 0 else f"output{i}", value) for i, value in enumerate(returned)]
    return [("output", returned)]


def _parameters(module) -> list[str]:
    """Names of forward's arguments."""
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.KEYWORD_ONLY)
    return [key for key, p in inspect.signature(module.forward).parameters.items() if p.kind in kinds]


def _told(value) -> str:
    shape = getattr(value, "shape", None)
    return f"a {type(value).__name__}" + (f" of shape {tuple(shape)}" if shape is not None else "")


def _opset() -> int:
    return 17  # the first with LayerNormalization, the last that torch 1.13 writes


def _old_exporter(torch) -> dict:
    """Later versions trace with TorchDynamo unless told not to."""
    return {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
