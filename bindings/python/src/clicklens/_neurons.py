"""What every neuron does over a data set: exact, mergeable, by the C library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from ._arguments import whole
from ._batch import Batch
from ._library import Error, Status, address, check, ffi, lib, struct, text
from ._rows import RowInfo, records
from ._session import Wants
from ._turns import Turns
from ._types import Data, Numbers, Task

if TYPE_CHECKING:
    from ._model import Model

FINDINGS = {"dead": 1, "provably_dead": 2, "always_on": 4, "saturated": 8, "duplicate": 16}


@dataclass(frozen=True)
class NeuronLayer:
    """One watched value. Counts of neurons by finding; effective_rank is exp(entropy) of the eigenvalues."""

    name: str
    value: int
    width: int
    rows: int
    clicks: int
    labelled: int
    counted: int
    sampled: int
    effective_rank: float
    component_share: tuple[float, float]
    dead: int
    provably_dead: int
    always_on: int
    saturated: int
    duplicates: int
    redundant: bool


@dataclass(frozen=True)
class LayerChange:
    """A layer over other rows than the reference's."""

    spread_ratio: float
    covariance_distance: float
    covariance_null: float
    angles: tuple[float, float]


class Neurons(Turns):
    """Statistics of every neuron of some layers, one pass over any number of batches.

    values:      names of layers or values (default: every layer of the model).
    scores:      also the correlation with the logit of `task`.
    clustered:   keep sums by cluster, for standard errors; every add then needs clusters.
    prove:       which neurons the weights keep from firing, whatever the ids (reads whole tables).
    count_every: quantiles and AUC from one row in so many; sample_rows: rows kept whole.
    """

    def __init__(self, model: Model, values: Sequence[str] | None = None, *, task: Task = 0, scores: bool = True,
                 clustered: bool = False, prove: bool = False, count_every: int = 4, sample_rows: int = 4096,
                 buckets: int = 64):
        self._model, self._rows = model, 0
        names = [layer.name for layer in model.layers] if values is None else list(values)
        self._values = tuple(model.find_value(name) for name in names)
        options = struct("clens_neurons_options")
        indices = ffi.new("size_t[]", list(self._values) or [0])
        options.values, options.value_count = indices, len(self._values)
        options.task, options.count_every = model.task_index(task), count_every
        options.sample_rows, options.buckets = sample_rows, buckets
        options.flags = ((lib.CLENS_NEURONS_SCORES if scores else 0) | (lib.CLENS_NEURONS_PROVE if prove else 0)
                         | (lib.CLENS_NEURONS_CLUSTERED if clustered else 0))
        made = ffi.new("clens_neurons **")
        check(lib.clens_neurons_create(model.handle, options, made))
        self._own(made[0])

    def _own(self, handle) -> None:
        self._handle = ffi.gc(handle, lib.clens_neurons_release)

    @classmethod
    def load(cls, model: Model, data: bytes) -> Neurons:
        """What `save` gave, for more rows, merging or reading."""
        self = cls.__new__(cls)
        self._model, self._rows = model, 0
        made = ffi.new("clens_neurons **")
        check(lib.clens_neurons_load(model.handle, ffi.from_buffer(data), len(data), made))
        self._own(made[0])
        self._values = tuple(layer.value for layer in self.layers)
        return self

    def add(self, data: Data, labels: Numbers | None = None, clusters: Numbers | None = None,
            requests: Numbers | None = None, first_row: int | None = None) -> None:
        """Runs the model on the data and adds its rows. first_row: number of the first among all rows (default:
        behind those added before)."""
        batch = Batch(self._model.features, data, requests)
        info = RowInfo(batch.candidates, labels, clusters)
        start = self._rows if first_row is None else first_row
        with self._model.sessions.borrow(batch, Wants(observed=self._values)) as session:
            for chunk in batch.chunks():
                check(lib.clens_neurons_add(self._handle, session, chunk.c_batch, info.part(chunk.begin, start)))
        self._rows = start + batch.candidates

    def merge(self, other: Neurons) -> None:
        """Adds all rows of `other`: same model, values and options."""
        check(lib.clens_neurons_merge(self._handle, other._handle))

    def save(self) -> bytes:
        """Everything, as bytes; equal statistics give equal bytes."""
        size = ffi.new("size_t *")
        check(lib.clens_neurons_size(self._handle, size))
        buffer = ffi.new("char[]", size[0])
        check(lib.clens_neurons_save(self._handle, buffer, size[0]))
        return bytes(ffi.buffer(buffer))

    @property
    def layers(self) -> list[NeuronLayer]:
        """The watched values, in order."""
        return [self._layer(i) for i in range(lib.clens_neurons_layers(self._handle))]

    def _layer(self, index: int) -> NeuronLayer:
        raw = struct("clens_neuron_layer")
        check(lib.clens_neurons_layer(self._handle, index, raw))
        found = {f.name: getattr(raw, f.name) for f in fields(NeuronLayer)}
        return NeuronLayer(**{**found, "name": text(raw.name), "redundant": bool(raw.redundant),
                              "component_share": tuple(raw.component_share)})

    def op(self, index: int) -> str:
        """Operator that makes the values of a layer: "linear", "relu", ..."""
        return self._model.values[self._values[index]].op

    def _index(self, layer) -> int:
        names = [each.name for each in self.layers]
        if isinstance(layer, str) and layer in names:
            return names.index(layer)
        if not isinstance(layer, str) and 0 <= whole(layer, "layer") < len(names):
            return int(layer)
        raise Error(Status.NOT_FOUND, f"layer {layer!r}: those watched are {', '.join(names)}")

    def read(self, layer: Task) -> np.ndarray:
        """One record per neuron of a layer (name or index): mean, sd, auc, ... as clens_neuron has them.
        NaN: not defined or not kept. `findings` holds bits of `FINDINGS`."""
        index = self._index(layer)
        width = self._layer(index).width
        found, pointer = records("clens_neuron", width)
        check(lib.clens_neurons_read(self._handle, index, pointer, found.dtype.itemsize, width))
        return found

    def quantiles(self, layer: Task, probabilities: Numbers) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(value, low, high), each [width, probabilities]: the middle and the ends of the quantile's bin."""
        index, wanted = self._index(layer), np.ascontiguousarray(probabilities, np.float64).ravel()
        found = [np.empty((self._layer(index).width, wanted.size)) for _ in range(3)]
        check(lib.clens_neurons_quantiles(self._handle, index, address(wanted, "double *"), wanted.size,
                                          *(address(a, "double *") for a in found), found[0].size))
        return tuple(found)

    def sample(self, layer: Task) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """The rows kept whole: values [rows, width], hashes, logits, labels (255: none)."""
        index = self._index(layer)
        about = self._layer(index)
        values = np.empty((about.sampled, about.width), np.float32)
        hashes, logits = np.empty(about.sampled, np.uint64), np.full(about.sampled, np.nan, np.float32)
        labels = np.full(about.sampled, 255, np.uint8)
        check(lib.clens_neurons_sample(self._handle, index, address(values, "float *"), address(hashes, "uint64_t *"),
                                       address(logits, "float *"), address(labels, "uint8_t *"), about.sampled))
        return values, hashes, logits, labels

    def components(self, layer: Task) -> np.ndarray:
        """Two principal components of the sampled rows, [2, width], unit vectors."""
        index = self._index(layer)
        found = np.empty((2, self._layer(index).width))
        check(lib.clens_neurons_components(self._handle, index, address(found, "double *"), found.size))
        return found

    def cka(self, layer: Task, other: Neurons | None = None, other_layer: Task | None = None) -> float:
        """Linear CKA of a layer with another one, of this or of another model fed the same rows."""
        other = other or self
        cka = ffi.new("double *")
        check(lib.clens_neurons_cka(self._handle, self._index(layer), other._handle,
                                    other._index(layer if other_layer is None else other_layer), cka, ffi.NULL))
        return cka[0]

    def compare(self, other: Neurons, layer: Task) -> LayerChange:
        """`other` against this reference."""
        raw = struct("clens_layer_change")
        check(lib.clens_neurons_compare(self._handle, other._handle, self._index(layer), raw))
        return LayerChange(raw.spread_ratio, raw.covariance_distance, raw.covariance_null, tuple(raw.angles))
