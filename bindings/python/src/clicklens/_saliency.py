"""Saliency runs: the C spec, and the shapes its floats come back in."""

from __future__ import annotations

import numpy as np

from ._arguments import bad, numbers, whole
from ._library import Error, Status, address, check_session, choice, ffi, lib, struct

METHODS = {"centred": lib.CLENS_SALIENCY_CENTRED, "gradient_x_input": lib.CLENS_SALIENCY_GRADIENT_X_INPUT,
           "gradient_l1": lib.CLENS_SALIENCY_GRADIENT_L1, "gradient_l2": lib.CLENS_SALIENCY_GRADIENT_L2}
LEVELS = {"group": lib.CLENS_LEVEL_GROUP, "feature": lib.CLENS_LEVEL_FEATURE, "id": lib.CLENS_LEVEL_ID,
          "dimension": lib.CLENS_LEVEL_DIMENSION}
GRADIENTS = {"full": lib.CLENS_GRADIENTS_FULL, "groups": lib.CLENS_GRADIENTS_GROUPS}
TARGETS = {"logit": lib.CLENS_TARGET_LOGIT, "probability": lib.CLENS_TARGET_PROBABILITY}


class Spec:
    """A clens_saliency_spec, what it points at, and the captures its session must allow."""

    def __init__(self, c_spec, captures=()):
        self.c, self.captures, self._means = c_spec, captures, None

    @classmethod
    def of(cls, model, method, level, target, task, per_request) -> Spec:
        c = struct("clens_saliency_spec")
        c.method = choice(METHODS, method, "method")
        c.level = choice(LEVELS, level, "level")
        c.flags = lib.CLENS_SALIENCY_PER_REQUEST if per_request else 0
        if isinstance(target, tuple):
            c.target = lib.CLENS_TARGET_NEURON
            if len(target) != 2:
                raise bad(f"a neuron is (value name, column), not {target!r}")
            c.value, c.column = model.find_value(target[0]), whole(target[1], "target's column")
            return cls(c, (c.value,))
        c.target, c.task = choice(TARGETS, target, "target"), model.task_index(task)
        return cls(c)

    @property
    def centred(self) -> bool:
        return self.c.method == lib.CLENS_SALIENCY_CENTRED

    def set_means(self, means, width: int) -> None:
        with np.errstate(over="ignore"):
            self._means = np.ascontiguousarray(numbers(means, "means", np.float32))
        if self._means.shape != (width,):
            raise bad(f"means must have {width} elements, shape is {self._means.shape}")
        self.c.means, self.c.mean_count = address(self._means, "float *"), width


def run(model, session, batch, spec: Spec):
    """The values of every candidate, in the level's own shape, and the clens_output of each run."""
    parts, met = [np.zeros(0, np.float32)], []
    for chunk in batch.chunks():
        count, out = ffi.new("size_t *"), struct("clens_output")
        check_session(session, lib.clens_saliency_size(session, chunk.c_batch, spec.c, count, ffi.NULL, 0))
        part = np.empty(count[0], np.float32)
        # Scores are asked for because only their run counts those that are not finite.
        scores = np.empty((chunk.end - chunk.begin) * len(model.outputs), np.float32)
        out.values, out.capacity = address(scores, "float *"), scores.size
        check_session(session, lib.clens_saliency_run(session, chunk.c_batch, spec.c, address(part, "float *"),
                                                      part.size, out))
        parts.append(part)
        met.append(out)
    flat = np.concatenate(parts)
    if spec.c.level == lib.CLENS_LEVEL_ID:
        return _by_feature(model, batch, flat), met
    columns = {lib.CLENS_LEVEL_GROUP: len(model.groups), lib.CLENS_LEVEL_FEATURE: len(model.features),
               lib.CLENS_LEVEL_DIMENSION: model.info.input_width}
    return flat.reshape(batch.candidates, columns[spec.c.level]), met


def _by_feature(model, batch, flat: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    lengths = id_lengths(model, batch)
    if lengths.sum() != flat.size:
        raise Error(Status.INTERNAL, f"saliency has {flat.size} ids, the data {lengths.sum()}")
    return split_ids(model, lengths, flat)


def id_lengths(model, batch) -> np.ndarray:
    """Ids of each candidate by sparse feature, [n, sparse features]."""
    sent = {f.name: c for f, c in zip(batch.features, batch.columns)}
    sparse = [f for f in model.features if not f.dense]
    lengths = np.zeros((batch.candidates, len(sparse)), np.int64)
    for j, feature in enumerate(sparse):
        if feature.name in sent:
            own = sent[feature.name].entry_lengths()
            shared = feature.scope == "request" and batch.offsets is not None
            lengths[:, j] = np.repeat(own, np.diff(batch.offsets)) if shared else own
    return lengths


def split_ids(model, lengths: np.ndarray, values: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Values [..., ids], candidate-major and features within a candidate, to one ragged array per feature."""
    sparse = [f for f in model.features if not f.dense]
    owner = np.repeat(np.tile(np.arange(len(sparse)), len(lengths)), lengths.ravel())
    ends = np.cumsum(lengths, axis=0)
    return {f.name: (values[..., owner == j], np.append(0, ends[:, j]).astype(np.int64)) for j, f in enumerate(sparse)}
