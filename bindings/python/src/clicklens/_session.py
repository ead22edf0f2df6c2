"""Sessions of a model, made on demand and kept: one thread uses one at a time."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass

from ._batch import Batch
from ._library import check, ffi, lib, struct

OUTPUTS = {"probability": lib.CLENS_OUTPUT_PROBABILITY, "logit": lib.CLENS_OUTPUT_LOGIT}
PRECISIONS = {"f32": lib.CLENS_PRECISION_F32, "int8": lib.CLENS_PRECISION_INT8, "bf16": lib.CLENS_PRECISION_BF16,
              "recommended": lib.CLENS_PRECISION_RECOMMENDED}


@dataclass(frozen=True)
class Wants:
    """All that a session may be asked for: the C library refuses more at run time."""

    strands: int = 1
    gradients: int = 0    # a clens_gradients
    captures: tuple[int, ...] = ()
    observed: tuple[int, ...] = ()
    probe: object = None  # a clens_probe
    exit_probe: int = 0   # its number plus 1
    exit_bound: float = 0.0
    cache: bool = False
    precision: int = 0    # a clens_precision
    full_precision: tuple[int, ...] = ()


def make_inputs(signature):
    names = [ffi.new("char[]", name.encode("utf-8")) for name, _ in signature]
    specs = ffi.new("clens_input_spec[]", max(len(signature), 1))
    for spec, name, (_, kind) in zip(specs, names, signature):
        spec.struct_size, spec.name, spec.kind = ffi.sizeof("clens_input_spec"), name, kind
    made = ffi.new("clens_inputs **")
    check(lib.clens_inputs_create(specs, len(signature), made))
    return ffi.gc(made[0], lib.clens_inputs_release)


def make_session(model, signature, wants: Wants):
    inputs = make_inputs(signature)
    captures = ffi.new("size_t[]", list(wants.captures)) if wants.captures else ffi.NULL
    options = struct("clens_session_options")
    options.strands, options.gradients = wants.strands, wants.gradients
    options.captures, options.capture_count = captures, len(wants.captures)
    observed = ffi.new("size_t[]", list(wants.observed)) if wants.observed else ffi.NULL
    options.observed, options.observed_count = observed, len(wants.observed)
    if wants.probe is not None:
        options.probe, options.exit_probe, options.exit_bound = wants.probe, wants.exit_probe, wants.exit_bound
    options.cache = wants.cache
    kept = ffi.new("size_t[]", list(wants.full_precision)) if wants.full_precision else ffi.NULL
    options.precision = wants.precision
    options.full_precision, options.full_precision_count = kept, len(wants.full_precision)
    made = ffi.new("clens_session **")
    check(lib.clens_session_create(model, inputs, options, made))
    return ffi.gc(made[0], lib.clens_session_release)


class SessionPool:
    """Idle sessions by what they were made for. Any thread may borrow."""

    def __init__(self, model, keep: int = 8):
        self._model, self._keep = model, keep
        self._lock = threading.Lock()
        self._idle: dict[tuple, list] = {}

    @contextmanager
    def borrow(self, batch: Batch, wants: Wants):
        key = (batch.signature, wants)
        with self._lock:
            waiting = self._idle.get(key)
            session = waiting.pop() if waiting else None
        session = session or make_session(self._model, *key)
        yield session  # after an error the session is let go: its state is of no further use
        with self._lock:
            if sum(map(len, self._idle.values())) >= self._keep:
                self._idle.clear()
            self._idle.setdefault(key, []).append(session)
