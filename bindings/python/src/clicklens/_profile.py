"""What traffic looked like to a model: exact, mergeable, by the C library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ._batch import Batch
from ._library import Error, Status, address, check, ffi, lib, struct, text
from ._neurons import Neurons
from ._rows import RowInfo, records
from ._session import Wants
from ._turns import Turns
from ._types import Data, FilePath, Numbers, Task

if TYPE_CHECKING:
    from ._model import Model

SECTIONS = {"scores": lib.CLENS_PROFILE_SCORES, "neurons": lib.CLENS_PROFILE_NEURONS,
            "saliency": lib.CLENS_PROFILE_SALIENCY, "features": lib.CLENS_PROFILE_FEATURES}
PARTS = {"scores": lib.CLENS_PROFILE_PART_SCORES, "pooled": lib.CLENS_PROFILE_PART_POOLED,
         "raw": lib.CLENS_PROFILE_PART_RAW, "saliency": lib.CLENS_PROFILE_PART_SALIENCY,
         "sizes": lib.CLENS_PROFILE_PART_SIZES}


@dataclass(frozen=True)
class FeatureTraffic:
    """One feature as it came. An entry of a request counts once for each of its profiled candidates."""

    name: str
    group: str
    dense: bool
    hashed: bool
    table_rows: int
    inputs: slice           # its columns of `columns("pooled")`
    elements: slice         # dense: its columns of `columns("raw")`
    rows: int
    missing: int
    bad: int
    ids: int
    unknown: int
    cut: int
    distinct: float         # standard error 1.6 %
    collisions: float       # expected share of distinct ids that share a hashed row
    lengths: np.ndarray     # entries of 0 to 15 ids, then of [2^k, 2^(k + 1)), the last one open
    histogram: np.ndarray   # ids by the highest bits of their hash
    id_kinds: tuple[str, ...]


class Profile(Turns):
    """Scores, features, neurons and saliency of traffic, one pass over any number of batches.

    sections:    of "scores", "features", "neurons", "saliency".
    values:      neurons of these layers or values (default: every layer).
    means:       saliency is centred on these, one per input column (`Model.saliency` says what they are).
    every:       one row in so many, picked by a hash of its number.
    """

    def __init__(self, model: Model, sections: Sequence[str] = ("scores", "features"), *,
                 values: Sequence[str] | None = None, task: Task = 0, means: Numbers | None = None, every: int = 1,
                 count_every: int = 4, sample_rows: int = 1024, buckets: int = 64):
        self._model, self._rows = model, 0
        options = struct("clens_profile_options")
        for name in sections:
            if name not in SECTIONS:
                raise Error(Status.INVALID_ARGUMENT, f"sections: {name!r}; there are {', '.join(SECTIONS)}")
            options.sections |= SECTIONS[name]
        named = [] if values is None else [model.find_value(name) for name in values]
        indices = ffi.new("size_t[]", named or [0])
        if values is not None:
            options.values, options.value_count = indices, len(named)
        if means is not None:
            kept = np.ascontiguousarray(means, np.float32).ravel()
            options.means, options.mean_count = address(kept, "float *"), kept.size
        options.task, options.every, options.count_every = model.task_index(task), every, count_every
        options.sample_rows, options.buckets = sample_rows, buckets
        count = ffi.new("size_t *")
        status = lib.clens_profile_values(model.handle, options, ffi.NULL, 0, count)
        if status != Status.BUFFER_TOO_SMALL:
            check(status)
        wanted = ffi.new("size_t[]", max(count[0], 1))
        check(lib.clens_profile_values(model.handle, options, wanted, count[0], count))
        gradients = lib.CLENS_GRADIENTS_FULL if "saliency" in sections else lib.CLENS_GRADIENTS_NONE
        self._wants = Wants(observed=tuple(wanted[i] for i in range(count[0])), gradients=gradients)
        made = ffi.new("clens_profile **")
        check(lib.clens_profile_create(model.handle, options, made))
        self._own(made[0])

    def _own(self, handle) -> None:
        self._handle = ffi.gc(handle, lib.clens_profile_release)

    @classmethod
    def _of(cls, handle) -> Profile:
        self = cls.__new__(cls)
        self._model, self._rows, self._wants = None, 0, None
        self._own(handle)
        return self

    @classmethod
    def load(cls, data: bytes) -> Profile:
        """What `save` or the command line gave, to be read and merged."""
        made = ffi.new("clens_profile **")
        check(lib.clens_profile_load(ffi.NULL, ffi.from_buffer(data), len(data), made))
        return cls._of(made[0])

    @classmethod
    def of(cls, model: Model) -> Profile:
        """The reference profile that a model file carries."""
        made = ffi.new("clens_profile **")
        check(lib.clens_model_profile(model.handle, made))
        return cls._of(made[0])

    def add(self, data: Data, labels: Numbers | None = None, clusters: Numbers | None = None,
            requests: Numbers | None = None, first_row: int | None = None, *, keys: Numbers | None = None) -> None:
        """Runs the model on the data and adds its rows. first_row: number of the first among all rows (default:
        behind those added before). keys: a whole number for each request, in place of the rows' numbers; rows that are
        requests of their own and have their number for a key are profiled alike in any order."""
        if self._model is None:
            raise Error(Status.BAD_STATE, "profile: loaded without its model; only merging adds to it")
        batch = Batch(self._model.features, data, requests, keys=keys)
        info = RowInfo(batch.candidates, labels, clusters)
        start = self._rows if first_row is None else first_row
        with self._model.sessions.borrow(batch, self._wants) as session:
            for chunk in batch.chunks():
                check(lib.clens_profile_add(self._handle, session, chunk.c_batch, info.part(chunk.begin, start)))
        self._rows = start + batch.candidates

    def merge(self, other: Profile) -> None:
        """Adds all of `other`: same model and options."""
        check(lib.clens_profile_merge(self._handle, other._handle))

    def save(self) -> bytes:
        """Everything, as bytes; equal statistics give equal bytes."""
        size = ffi.new("size_t *")
        check(lib.clens_profile_size(self._handle, size))
        buffer = ffi.new("char[]", size[0])
        check(lib.clens_profile_save(self._handle, buffer, size[0]))
        return bytes(ffi.buffer(buffer))

    def __reduce__(self):
        return _loaded, (self.save(),)

    def attach(self, model_path: FilePath, out_path: FilePath) -> None:
        """Writes the model with this profile inside, as its reference."""
        check(lib.clens_profile_attach(self._handle, str(model_path).encode(), str(out_path).encode()))

    def _info(self):
        info = struct("clens_profile_info")
        check(lib.clens_profile_describe(self._handle, info))
        return info

    @property
    def rows(self) -> int:
        """Rows profiled."""
        return self._info().rows

    @property
    def seen(self) -> int:
        """Rows of all runs, profiled or not."""
        return self._info().seen

    @property
    def tasks(self) -> list[str]:
        return [text(lib.clens_profile_task(self._handle, i)) for i in range(self._info().tasks)]

    @property
    def groups(self) -> list[str]:
        return [text(lib.clens_profile_group(self._handle, i)) for i in range(self._info().groups)]

    @property
    def features(self) -> list[FeatureTraffic]:
        return [self._feature(i) for i in range(self._info().features)]

    def _feature(self, index: int) -> FeatureTraffic:
        raw = struct("clens_profile_feature")
        check(lib.clens_profile_read_feature(self._handle, index, raw))
        kinds = {"rows": lib.CLENS_IDS_ROWS, "keys": lib.CLENS_IDS_KEYS, "strings": lib.CLENS_IDS_STRINGS}
        return FeatureTraffic(
            text(raw.name), text(raw.group), bool(raw.dense), bool(raw.hashed), raw.table_rows,
            slice(raw.first_input, raw.first_input + raw.inputs), slice(raw.first_raw, raw.first_raw + raw.width),
            raw.rows, raw.missing, raw.bad, raw.ids, raw.unknown, raw.cut, raw.distinct, raw.collisions,
            np.array(list(raw.lengths), np.uint64), np.array(list(raw.histogram), np.uint64),
            tuple(name for name, bit in kinds.items() if raw.id_kinds & bit))

    def columns(self, part: str) -> np.ndarray:
        """One record per column of "scores", "pooled", "raw", "saliency" or "sizes": mean, sd, ... as clens_neuron has
        them."""
        info = self._info()
        widths = {"scores": info.tasks, "pooled": info.inputs, "raw": info.raw, "saliency": info.groups,
                  "sizes": info.groups}
        if part not in PARTS:
            raise Error(Status.INVALID_ARGUMENT, f"part {part!r}: there are {', '.join(PARTS)}")
        found, pointer = records("clens_neuron", widths[part])
        check(lib.clens_profile_columns(self._handle, PARTS[part], pointer, ffi.sizeof("clens_neuron"), len(found)))
        return found

    def share(self, group: Task) -> tuple[float, float]:
        """A group's share of the saliency and its standard error."""
        index = self.groups.index(group) if isinstance(group, str) else group
        share, error = ffi.new("double *"), ffi.new("double *")
        check(lib.clens_profile_share(self._handle, index, share, error))
        return share[0], error[0]

    def neurons(self) -> Neurons:
        """The neurons, to be read."""
        made = ffi.new("clens_neurons **")
        check(lib.clens_profile_neurons(self._handle, made))
        found = Neurons.__new__(Neurons)
        found._model, found._rows = self._model, 0
        found._own(made[0])
        found._values = tuple(layer.value for layer in found.layers)
        return found


def _loaded(data: bytes) -> Profile:
    # For pickle; not the class method, which cloudpickle would take by value, its module's globals with it.
    return Profile.load(data)
