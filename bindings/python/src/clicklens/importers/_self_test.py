"""Rows that a file carries, with the bits they must score."""

from __future__ import annotations

import numpy as np

from .._batch import Batch
from .._library import address, check_session, ffi, lib
from .._session import Wants


def self_test(model, data) -> tuple[bytes, np.ndarray]:
    """(the flat batch of these rows, their logits [rows, tasks]): what `Builder.self_test` takes."""
    batch = Batch(model.features, data)
    size = ffi.new("size_t *")
    with model.sessions.borrow(batch, Wants()) as session:
        chunks = batch.chunks()  # kept: the C structs are the generator's
        chunk = next(chunks)
        check_session(session, lib.clens_flat_size(session, chunk.c_batch, size))
        flat = np.zeros(-(-int(size[0]) // 8), np.uint64)
        check_session(session, lib.clens_flat_write(session, chunk.c_batch, address(flat), flat.nbytes))
    logits = np.asarray(model.score(data, output="logit"), np.float32).reshape(batch.candidates, -1)
    return flat.tobytes()[: int(size[0])], logits
