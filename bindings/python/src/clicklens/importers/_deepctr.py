"""A network of DeepCTR-Torch to a Builder: its feature columns are features by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .._arguments import bad, listed, whole
from ._columns import Roles, complete
from ._deepctr_dien import padded
from ._feature import Feature, Hash
from .._needs import needs
from ._torch import Call

if TYPE_CHECKING:
    from ._imported import Imported

PADDING = 0  # as DeepCTR-Torch's documentation has it, of every VarLenSparseFeat
_ROWS = 3


def from_deepctr_torch(model: Any, vocabularies: Any = None, *, request: Sequence[str] = (), pair: Sequence[str] = (),
                       groups: Any = None, unknown: Any = None, transforms: Any = None,
                       outputs: Sequence[str] | None = None, name: str | None = None) -> Imported:
    """A trained network of DeepCTR-Torch as an `Imported` model, a feature for each of its feature columns.

    vocabularies: by feature: a list of keys (key i has id i), a dict from key to id (the classes_ of a LabelEncoder
                  are such a list) or a `Hash`, so that raw values go in; a feature without one takes ids. The id 0 of a
                  VarLenSparseFeat is padding, behind the other ids, as DeepCTR-Torch's documentation has it: its list
                  begins with an empty key. Lengths are counted, not given.
    request, pair: names of features of these scopes; all others are of the candidate.
    groups:       by feature, its group of saliency; default: the feature's name.
    unknown:      by feature, the id that a key outside its vocabulary has; default: such a key adds nothing.
    transforms:   by DenseFeat, what is done to raw numbers before the network (see `Builder.dense`).
    outputs:      names of the tasks; default: the network's own.
    """
    inputs = needs("deepctr_torch.inputs", "from_deepctr_torch")
    torch = needs("torch", "from_deepctr_torch")
    columns = Columns(inputs, model)
    roles = Roles(columns.by_name, request, pair, groups)
    given = {what: dict(values or {}) for what, values in (("vocabularies", vocabularies), ("unknown", unknown),
                                                           ("transforms", transforms))}
    for what, values in given.items():
        for key in values:
            if key not in columns.by_name:
                raise bad(f"{what}: the model has no feature {key!r}; it has {', '.join(columns.by_name)}")
    features = [columns.feature(key, roles, given) for key in columns.by_name]
    if outputs is None:
        outputs = list(getattr(model, "task_names", ())) or None
    _needs_the_cpu(model)
    with padded(model):
        call = Call(model, columns.example(torch), outputs,
                    adapt=lambda tensors: ((columns.matrix(torch, tensors),), {}))
        return call.imported(features, name or type(model).__name__)


class Columns:
    """The feature columns of a network, and the matrix that it reads them from."""

    def __init__(self, inputs, model):
        self.index = getattr(model, "feature_index", None)
        if not isinstance(self.index, dict):
            raise bad(f"a network of DeepCTR-Torch wanted, not {type(model).__name__}")
        self._inputs = inputs
        found = {}
        linear = getattr(model, "linear_model", None)
        places = [(model, ("dnn_feature_columns", "region_feature_columns", "base_feature_columns",
                           "bias_feature_columns")),
                  (linear, ("sparse_feature_columns", "dense_feature_columns", "varlen_sparse_feature_columns"))]
        for owner, attributes in places:
            for attribute in attributes:
                found.update((column.name, column) for column in getattr(owner, attribute, None) or ())
        self.lengths: dict = {}  # by length column: the sequences that it is of
        for column in found.values():
            if getattr(column, "length_name", None) is not None:
                self.lengths.setdefault(column.length_name, []).append(column.name)
        self.by_name = {key: found[key] for key in self.index if key in found}
        strange = [key for key in self.index if key not in found and key not in self.lengths]
        if strange:
            raise bad(f"no feature column of the model is called {', '.join(strange)}")

    def feature(self, name: str, roles: Roles, given: dict) -> Feature:
        """The Feature that stands for a column."""
        column, role = self.by_name[name], roles.of(name)
        if isinstance(column, self._inputs.DenseFeat):
            if name in given["vocabularies"] or name in given["unknown"]:
                raise bad(f"'{name}' is a DenseFeat: it has no vocabulary")
            return Feature(name, kind="dense", transforms=tuple(given["transforms"].get(name, ())), **role)
        if name in given["transforms"]:
            raise bad(f"'{name}' has ids, not numbers to transform")
        several = isinstance(column, self._inputs.VarLenSparseFeat)
        encoder = given["vocabularies"].get(name)
        if isinstance(encoder, dict):
            _check_keys(name, encoder, column.vocabulary_size, several)
            encoder = complete(encoder, column.vocabulary_size)
        elif several and encoder is not None and not isinstance(encoder, Hash):
            encoder = _without_padding(name, encoder, column.vocabulary_size)
        return Feature(name, kind="sparse", encoder=encoder, unknown=given["unknown"].get(name),
                       rows=column.vocabulary_size, padding=PADDING if several else None, **role)

    def example(self, torch) -> dict:
        """Rows of every feature, by name."""
        made = {}
        for name, column in self.by_name.items():
            begin, end = self.index[name]
            if isinstance(column, self._inputs.DenseFeat):
                made[name] = torch.linspace(0.0, 1.0, _ROWS * (end - begin)).view(_ROWS, -1)
            else:
                made[name] = (torch.arange(_ROWS * (end - begin)).view(_ROWS, -1) + 1) % column.vocabulary_size
        return made

    def matrix(self, torch, tensors: dict):
        """[rows, columns], as `predict` makes it of the arrays by name."""
        rows = next(iter(tensors.values())).shape[0]
        parts = []
        for name, (begin, end) in self.index.items():
            if name in tensors:
                parts.append(tensors[name].reshape(rows, end - begin).float())
            else:
                first = self.lengths[name][0]
                parts.append((tensors[first] != PADDING).float().sum(dim=1, keepdim=True))
        return torch.cat(parts, dim=1)


def _check_keys(name: str, keys: dict, rows: int, several: bool) -> None:
    for key, row in keys.items():
        whole(row, f"'{name}': the id of {key!r}", 0, rows - 1)
        if several and row == PADDING:
            raise bad(f"'{name}': {key!r} has the id {PADDING}, which is the padding of a VarLenSparseFeat")


def _without_padding(name: str, keys, rows: int) -> dict:
    """Keys in the order of ids as a dict; the first is a name for the padding."""
    keys = listed(keys, f"the vocabulary of '{name}'")
    if keys and keys[0] not in ("", 0, None):
        raise bad(f"'{name}': the key {keys[0]!r} would have the id {PADDING}, the padding of a VarLenSparseFeat; let "
                  "the list begin with an empty one, or give a dict")
    return complete({key: row for row, key in enumerate(keys) if row}, rows)


def _needs_the_cpu(model) -> None:
    """The network keeps its device as text and makes tensors there."""
    if str(getattr(model, "device", "cpu")) not in ("cpu", "None"):
        raise bad(f"move the model to the CPU: model.to('cpu'); model.device = 'cpu' (it is on {model.device})")
