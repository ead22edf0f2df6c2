"""A network of FuxiCTR to a Builder: its feature map's features, with the vocabularies and scalers of its processor."""

from __future__ import annotations

import inspect
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .._arguments import bad, whole
from .._library import Error, Status
from ._columns import Roles
from ._feature import Feature
from ._fuxictr_files import Encoding, read_encoding, read_feature_map
from ._fuxictr_long import Long
from .._needs import needs
from ._torch import Call

if TYPE_CHECKING:
    from ._imported import Imported

_ROWS = 3


def from_fuxictr(model: Any, processor: Any = None, *, checkpoint: Any = None, data: Any = None, params: Any = None,
                 history: int | None = None, request: Sequence[str] = (), pair: Sequence[str] = (), groups: Any = None,
                 outputs: Sequence[str] | None = None, name: str | None = None) -> Imported:
    """A trained network of FuxiCTR as an `Imported` model, a feature for each of its feature map's.

    model:      the network; or its class, with `checkpoint`, `data` and `params`.
    processor:  the FeatureProcessor that made its data, so that raw values go in: strings (or integers) are looked up
                as FuxiCTR does, strangers being __OOV__ and empty lists padding, and numbers are scaled. Or the path of
                its feature_processor.pkl - a pickle runs what it holds: name one that you trust.
    data:       the folder that FuxiCTR wrote for the data set. Without `processor`, its feature_vocab.json gives
                vocabularies of strings; numbers then go in as the network has them, scaled.
    checkpoint: the .model file of a class's weights; params: its arguments, as FuxiCTR's configuration has them.
    history:    of FuxiCTR's networks for long histories (model_zoo.LongCTR), whose `forward` takes features, items and
                a mask: the number of places of a history. A feature `<name>_history` then joins every feature <name>
                of source "item": the same items, the newest last.
    request, pair: names of features of these scopes; all others are of the candidate.
    groups:     by feature, its group of saliency; default: its source in the feature map, else its name.
    outputs:    names of the tasks; default: the labels.

    Without processor and data, features take ids as FuxiCTR's data loader makes them.
    """
    needs("fuxictr", "from_fuxictr")
    torch = needs("torch", "from_fuxictr")
    if isinstance(model, type):
        model = _built(torch, model, checkpoint, data, params)
    elif checkpoint is not None or params is not None:
        raise bad("checkpoint and params go with a class; this is a network")
    specs = _specs(model)
    encoding = read_encoding(specs, processor, data)
    adapt = lambda tensors: ((dict(tensors),), {})  # noqa: E731
    if history is not None:
        long = Long(specs, encoding, whole(history, "history", 1))
        specs, adapt = long.specs, long.arguments
    roles = Roles(specs, request, pair, groups)
    features = [_feature(key, spec, encoding, roles) for key, spec in specs.items()]
    call = Call(model, _example(torch, specs), outputs or None, adapt=adapt)
    if outputs is None:
        call.outputs = _tasks(model, call.outputs)
    return call.imported(features, name or type(model).__name__)


def _built(torch, kind, checkpoint, data, params):
    """A network of a class with the weights of a checkpoint."""
    if checkpoint is None or data is None:
        raise bad(f"the class {kind.__name__} needs checkpoint (its weights) and data (the folder of its feature map)")
    params = dict(params or {})
    feature_map = read_feature_map(data, params)
    needed = {"gpu": -1, "verbose": 0, "model_root": os.path.dirname(os.path.abspath(checkpoint)), "metrics": ["AUC"],
              "optimizer": "adam", "loss": "binary_crossentropy", "learning_rate": 1e-3}
    arguments = {**needed, **params, "gpu": -1}
    taken = inspect.signature(kind.__init__).parameters
    if not any(p.kind is inspect.Parameter.VAR_KEYWORD for p in taken.values()):
        arguments = {key: value for key, value in arguments.items() if key in taken}
    try:
        made = kind(feature_map, **arguments)
        made.load_state_dict(torch.load(checkpoint, map_location="cpu"))
    except Exception as problem:  # of the host's class, or of a checkpoint of other sizes
        raise bad(f"{kind.__name__} cannot be made from {checkpoint}: {problem}") from problem
    return made


def _specs(model) -> dict:
    """The feature map's entries that networks read."""
    feature_map = getattr(model, "feature_map", None)
    if not isinstance(getattr(feature_map, "features", None), dict):
        raise bad(f"a network of FuxiCTR wanted, not {type(model).__name__}: it has no feature_map")
    device = str(getattr(model, "device", "cpu"))
    if device != "cpu":
        raise bad(f"move the model to the CPU: model.device = torch.device('cpu'); model.cpu() (it is on {device})")
    return {key: spec for key, spec in feature_map.features.items() if spec["type"] != "meta"}


def _feature(key: str, spec: dict, encoding: Encoding, roles: Roles) -> Feature:
    role = roles.of(key, spec.get("source") or None)
    if spec["type"] in ("numeric", "embedding"):
        return Feature(key, kind="dense", transforms=encoding.transforms.get(key, ()), **role)
    if spec["type"] not in ("categorical", "sequence"):
        raise Error(Status.UNSUPPORTED, f"feature '{key}' is of FuxiCTR's type '{spec['type']}'")
    several = spec["type"] == "sequence"
    encoder, unknown = encoding.vocabularies.get(key), encoding.unknown.get(key)
    late = encoding.padded_before.get(key, False)
    return Feature(key, kind="sparse", encoder=encoder, rows=spec["vocab_size"], unknown=unknown,
                   padding=spec.get("padding_idx", 0) if several else None, missing=None if several else unknown,
                   **({"keep_last": True, "align": "last"} if several and late else {}), **role)


def _example(torch, specs: dict) -> dict:
    """Rows such as FuxiCTR's data loader makes, by feature."""
    made = {}
    for key, spec in specs.items():
        if spec["type"] == "numeric":
            made[key] = torch.linspace(0.0, 1.0, _ROWS)
        elif spec["type"] == "embedding":
            made[key] = torch.linspace(0.0, 1.0, _ROWS * spec["pretrain_dim"]).view(_ROWS, -1)
        else:
            width = spec["max_len"] if spec["type"] == "sequence" else 1
            ids = (torch.arange(_ROWS * width) + 1) % spec["vocab_size"]
            made[key] = ids.view(_ROWS, width) if spec["type"] == "sequence" else ids
    return made


def _tasks(model, found: list[str]) -> list[str]:
    """Outputs under their labels' names: FuxiCTR's networks return y_pred, or <label>_pred of each task."""
    labels = list(model.feature_map.labels)
    if found == ["y_pred"] and len(labels) == 1:
        return labels
    return [key[: -len("_pred")] if key.endswith("_pred") else key for key in found]
