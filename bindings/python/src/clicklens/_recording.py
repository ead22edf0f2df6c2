"""Recording what was scored, and running it again."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from os import fspath
from typing import TYPE_CHECKING, Any

import numpy as np

from ._arguments import bad, whole
from ._batch import Batch, request_keys
from ._library import Status, address, check, check_session, choice, ffi, lib, struct
from ._session import OUTPUTS, Wants, make_inputs
from ._types import Data, FilePath, FilePaths, Numbers

if TYPE_CHECKING:
    from ._model import Model


@dataclass(frozen=True)
class RecorderStats:
    offered: int        # requests given
    sampled: int        # of those, picked by the sample rate
    dropped: int        # of the picked: no room in the ring
    dropped_large: int  # larger than the ring takes
    records: int        # written
    bytes: int
    lost: int           # records that could not be written
    files_created: int
    files_removed: int


class Recorder:
    """Scores and keeps a sample of the requests in files PREFIX-00000001.clrec and so on.

        with clicklens.Recorder(model, "/var/log/ctr", sample_rate=0.01) as recorder:
            p = recorder.score({...}, keys, requests)

    sample_rate: share of requests, by a hash of their key. file_bytes, files: size from which the next file follows,
    and how many are kept. One data layout (columns and their kinds) per recorder. A thread of the library writes.
    """

    def __init__(self, model: Model, prefix: FilePath, *, sample_rate: float = 1.0, file_bytes: int = 0, files: int = 0,
                 ring_bytes: int = 0):
        self._model, self._prefix = model, fspath(prefix)
        options = struct("clens_recorder_options")
        options.sample_rate = float(sample_rate)
        options.file_bytes = whole(file_bytes, "file_bytes", 0, 2**63)
        options.files = whole(files, "files", 0, 2**32 - 1)
        options.ring_bytes = whole(ring_bytes, "ring_bytes", 0, 2**30)
        options.flags = lib.CLENS_RECORDER_THREAD
        if not 0 < options.sample_rate <= 1:
            raise bad("sample_rate must be in (0, 1]")
        self._options, self._signature, self._handle = options, None, None
        self._lock = threading.Lock()

    def _open(self, signature):
        with self._lock:
            if self._handle is None:
                made = ffi.new("clens_recorder **")
                check(lib.clens_recorder_create(self._model.handle, make_inputs(signature), self._prefix.encode("utf-8"),
                                                self._options, made))
                self._handle, self._signature = ffi.gc(made[0], lib.clens_recorder_release), signature
            if signature != self._signature:
                raise bad("data: other columns than were recorded first, or of other kinds")
            return self._handle

    def score(self, data: Data, keys: Numbers, requests: Numbers | None = None,
              output: str = "probability") -> np.ndarray:
        """As Model.score, and records. keys: one whole number for each request, by which labels are joined later."""
        batch = Batch(self._model.features, data, requests)
        keys = request_keys(keys, batch.requests)
        recorder = self._open(batch.signature)
        scores = np.empty((batch.candidates, len(self._model.outputs)), np.float32)
        out = struct("clens_output")
        out.kind = choice(OUTPUTS, output, "output")
        out.capture_size = ffi.sizeof("clens_capture")
        with self._model.sessions.borrow(batch, Wants()) as session:
            for chunk in batch.chunks():
                part = scores[chunk.begin : chunk.end]
                out.values, out.capacity = address(part, "float *"), part.size
                chunk.c_batch.request_keys = address(keys[chunk.first : chunk.last], "uint64_t *")
                check_session(session, lib.clens_session_run(session, chunk.c_batch, out))
                check_session(session, lib.clens_recorder_record(recorder, session, chunk.c_batch, out))
        return scores[:, 0] if len(self._model.outputs) == 1 else scores

    def flush(self) -> None:
        """What was recorded is in the file afterwards."""
        if self._handle is not None:
            check(lib.clens_recorder_flush(self._handle))

    @property
    def stats(self) -> RecorderStats:
        raw = struct("clens_recorder_stats")
        if self._handle is not None:
            check(lib.clens_recorder_describe(self._handle, raw))
        return RecorderStats(*(int(getattr(raw, name)) for name in RecorderStats.__dataclass_fields__))

    def close(self) -> None:
        """Writes what waits, syncs and closes the file; again: nothing."""
        with self._lock:
            if self._handle is not None:
                ffi.release(self._handle)
                self._handle, self._signature = None, None

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


@dataclass(frozen=True)
class Replay:
    """Recordings run again, one entry per candidate. Join labels by keys and candidates."""

    keys: np.ndarray        # of the request; 0 where none was recorded
    candidates: np.ndarray  # position in the request
    scores: np.ndarray      # now: float32 [n], or [n, tasks]
    recorded: np.ndarray    # then, NaN where no scores of this kind were kept
    same_model: bool        # whether all was scored by the model given
    corrupted: int          # damaged stretches that were left out
    torn_bytes: int         # of unfinished records at the ends of files


def replay(model: Model, paths: FilePaths, output: str = "logit") -> Replay:
    """Runs recordings (a path, or several) under a model, which need not be the one that scored them."""
    kind = choice(OUTPUTS, output, "output")
    paths = [paths] if isinstance(paths, str) or hasattr(paths, "__fspath__") else list(paths)
    parts, same, corrupted, torn = [], True, 0, 0
    for path in paths:
        made = ffi.new("clens_recording **")
        check(lib.clens_recording_open(fspath(path).encode("utf-8"), made))
        recording = ffi.gc(made[0], lib.clens_recording_release)
        parts += list(_run(model, recording, kind))
        info = struct("clens_recording_info")
        check(lib.clens_recording_describe(recording, info))
        mine = struct("clens_model_info")
        check(lib.clens_model_describe(model.handle, mine))
        same = same and (info.model_low, info.model_high) == (mine.id_low, mine.id_high)
        corrupted, torn = corrupted + info.corrupted, torn + info.torn_bytes
    tasks = len(model.outputs)
    empty = (np.zeros(0, np.uint64), np.zeros(0, np.int64), np.zeros((0, tasks), np.float32), np.zeros((0, tasks), np.float32))
    keys, candidates, scores, recorded = (np.concatenate(column) for column in zip(empty, *parts))
    flat = (lambda a: a[:, 0]) if tasks == 1 else (lambda a: a)
    return Replay(keys, candidates, flat(scores), flat(recorded), same, corrupted, torn)


def _run(model, recording, kind: int):
    made = ffi.new("clens_inputs **")
    check(lib.clens_recording_inputs(recording, made))
    inputs = ffi.gc(made[0], lib.clens_inputs_release)
    session_out = ffi.new("clens_session **")
    check(lib.clens_session_create(model.handle, inputs, ffi.NULL, session_out))
    session = ffi.gc(session_out[0], lib.clens_session_release)
    info = struct("clens_recording_info")
    check(lib.clens_recording_describe(recording, info))
    columns = ffi.new("clens_column[]", max(info.inputs, 1))
    record, tasks = struct("clens_record"), len(model.outputs)
    while True:
        status = lib.clens_recording_next(recording, record)
        if status == Status.NOT_FOUND:
            return
        check(status)
        view = struct("clens_batch")
        view.column_size = ffi.sizeof("clens_column")
        check_session(session, lib.clens_flat_read(session, record.flat, record.flat_size, view, columns, info.inputs))
        n = view.candidates
        scores = np.empty((n, tasks), np.float32)
        check_session(session, lib.clens_session_run_flat(session, record.flat, record.flat_size, kind,
                                                          address(scores, "float *"), scores.size))
        kept = record.scores != ffi.NULL and record.score_kind == kind and record.score_count == n * tasks
        recorded = np.frombuffer(ffi.buffer(record.scores, 4 * n * tasks), np.float32).reshape(n, tasks).copy() if kept \
            else np.full((n, tasks), np.nan, np.float32)
        offsets = np.arange(n + 1, dtype=np.int64) if view.requests == 0 else \
            np.frombuffer(ffi.buffer(view.request_offsets, 8 * (view.requests + 1)), np.int64)
        sizes = np.diff(offsets)
        keys = np.zeros(len(sizes), np.uint64) if view.request_keys == ffi.NULL else \
            np.frombuffer(ffi.buffer(view.request_keys, 8 * len(sizes)), np.uint64)
        yield np.repeat(keys, sizes), np.arange(n) - np.repeat(offsets[:-1], sizes), scores, recorded
