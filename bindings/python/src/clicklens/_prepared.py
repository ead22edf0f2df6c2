"""One request, bound once and run many times: what is left of a call is the call."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from ._arguments import bad
from ._batch import Batch
from ._counts import Counts, add_counts
from ._library import Error, Status, address, check_session, lib, struct
from ._session import make_session

_run = lib.clens_session_run


class Prepared:
    """A session, a batch and room for its scores; made by `Model.prepare`. One thread at a time:
    BAD_STATE for another that runs it meanwhile.

    Arrays of integers and float32 that were taken as they are (see `Model`) may be written to between runs: the next run
    reads what they hold then. Their lengths, and the offsets, stay.
    """

    def __init__(self, model: Any, batch: Batch, kind: int, wants: Any) -> None:
        self._model, self._batch = model, batch  # the C structs point into both
        self._turn = threading.Lock()  # the C session has none
        self._chunks = batch.chunks()  # suspended, it keeps what the C batch points to
        chunk = next(self._chunks, None)
        if chunk is None:
            raise bad("data: no candidates to prepare")
        self._session = make_session(model.handle, batch.signature, wants)
        self._scores = np.zeros((batch.candidates, len(model.outputs)), np.float32)
        self._c_batch = chunk.c_batch
        self._out = struct("clens_output")
        self._out.kind = kind
        self._out.values, self._out.capacity = address(self._scores, "float *"), self._scores.size
        #: What `run` fills: float32 [n], or [n, tasks].
        self.scores = self._scores[:, 0] if len(model.outputs) == 1 else self._scores

    def run(self) -> np.ndarray:
        """Scores what the arrays hold now. Returns `scores`, which the next run overwrites."""
        if not self._turn.acquire(False):
            raise Error(Status.BAD_STATE, "another thread runs this request: each thread prepares its own")
        try:
            status = _run(self._session, self._c_batch, self._out)
            if status:
                check_session(self._session, status)
        finally:
            self._turn.release()
        return self.scores

    @property
    def counts(self) -> Counts:
        """What the last run met."""
        return add_counts(Counts(), self._out.counts)

    def __repr__(self) -> str:
        return f"<clicklens.Prepared: {self._batch.candidates} candidates of {self._batch.requests} requests>"
