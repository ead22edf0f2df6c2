"""clicklens through its C ABI: a batch struct made beforehand, scores into one buffer."""

from __future__ import annotations

import os

import clicklens
import numpy as np
import shape as shapes
from clicklens._library import address, check, check_session, ffi, lib, struct
from data import Staging
from zoo import Network

NAME, VERSION = "clicklens", clicklens.version()
_PRECISION = {"f32": 0, "int8": 1, "bf16": 2}


def write(shape, weights, form: str, precision: str, empty: bool, path: str) -> None:
    """The same file whatever the form and precision."""
    if empty:
        _write_empty(shape, path)
    elif isinstance(shape, Network):
        shape.write(weights.by_name(), path)
    else:
        shapes.write_clens(shape, weights, path)


def _write_empty(shape, path):
    """Reads the last sparse feature, whose ids it does not know; the others are inputs that no feature asks for."""
    b = clicklens.Builder("empty")
    name, line = [(n, line) for n, line in zip(_names(shape), _specs(shape)) if not line.dense][-1]
    feature = b.sparse(name, "f", line.scope, encoder=b.identity(1), required=False)
    b.output("click", b.sum(b.embedding(feature, np.zeros((1, 1)))))
    b.save(path)


def has_caches() -> bool:
    return hasattr(lib, "clens_cache_create")


class Unsupported(Exception):
    """Of this library: left out."""


def _specs(shape):
    for line in shape.fields:
        for _ in range(1 if line.dense else line.count):
            yield line


def _names(shape):
    counts = {"f": 0, "d": 0}
    for line in _specs(shape):
        kind = "d" if line.dense else "f"
        yield f"{kind}{counts[kind]}"
        counts[kind] += 1


# As a host that serves the model for days would open it. No other runtime here has such an option.
open_flags = lib.CLENS_OPEN_HUGE_PAGES


class Peer:
    """form: whole, or cached (every candidate prepared before)."""

    def __init__(self, shape, path: str, form: str, precision: str):
        self.shape, self.form, self.precision = shape, form, _PRECISION[precision]
        self.cache = self.staging = None
        self.model = self._open(path)
        self.inputs = self._inputs()
        options = struct("clens_session_options")
        options.precision, options.cache = self.precision, form == "cached"
        made = ffi.new("clens_session **")
        try:
            check(lib.clens_session_create(self.model, self.inputs, options, made))
        except clicklens.Error as error:
            raise Unsupported(str(error)) from None
        self.session = ffi.gc(made[0], lib.clens_session_release)

    @staticmethod
    def _open(path):
        options = struct("clens_model_options")
        options.flags = open_flags
        made = ffi.new("clens_model **")
        check(lib.clens_model_open(os.fsencode(path), options, made))
        return ffi.gc(made[0], lib.clens_model_release)

    def _inputs(self):
        names = [ffi.new("char[]", name.encode()) for name in _names(self.shape)]
        specs = ffi.new("clens_input_spec[]", len(names))
        for spec, name, line in zip(specs, names, _specs(self.shape)):
            spec.struct_size, spec.name = ffi.sizeof("clens_input_spec"), name
            spec.kind = lib.CLENS_COLUMN_FLOATS if line.dense else lib.CLENS_COLUMN_ROWS
        made = ffi.new("clens_inputs **")
        check(lib.clens_inputs_create(specs, len(names), made))
        return ffi.gc(made[0], lib.clens_inputs_release)

    def _feed(self, batch, scopes=shapes.SCOPES) -> dict:
        """Arrays of the columns of `scopes`, by number of the input."""
        made, number = {}, 0
        for index, line in enumerate(batch.shape.fields):
            array = batch.pick(index, False)
            for f in range(1 if line.dense else line.count):
                if line.scope in scopes:
                    made[number] = array if line.dense else array[:, f].astype(np.uint32)
                number += 1
        return made

    def _batch(self, rows, shared, views, keep):
        """A batch struct over the views; `keep` holds what it points into."""
        lines, numbers = list(_specs(self.shape)), [n for n in views if isinstance(n, int)]
        columns = ffi.new("clens_column[]", max(len(numbers), 1))
        for column, number in zip(columns, numbers):
            line, values = lines[number], views[number]
            column.input, column.values, column.value_count = number, address(values), values.size
            column.kind = lib.CLENS_COLUMN_FLOATS if line.dense else lib.CLENS_COLUMN_ROWS
            column.value_type = lib.CLENS_TYPE_F32 if line.dense else lib.CLENS_TYPE_U32
            if not line.dense and line.ids != 1:
                ends = np.arange(len(values) + 1, dtype=np.uint32) * line.ids
                keep.append(ends)
                column.row_offsets, column.offset_bits = address(ends), 32
        made = struct("clens_batch")
        made.column_size, made.candidates = ffi.sizeof("clens_column"), rows
        made.columns, made.column_count = columns, len(numbers)
        if shared:
            offsets = np.array([0, rows], np.int64)
            keep.append(offsets)
            made.requests, made.request_offsets = 1, address(offsets, "int64_t *")
        keep += [columns, views, made]
        return made

    def fill(self, batches):
        """A cache of every candidate of `batches`, one after another."""
        if not has_caches():
            raise Unsupported("no caches in this version")
        options = struct("clens_cache_options")
        options.rows, options.precision = sum(batch.rows for batch in batches), self.precision
        made = ffi.new("clens_cache **")
        check(lib.clens_cache_create(self.model, self.inputs, options, made))
        self.cache, self.first = ffi.gc(made[0], lib.clens_cache_release), {}
        row = 0
        for batch in batches:
            keep = []
            ads = self._batch(batch.rows, False, self._feed(batch, ("candidate",)), keep)
            rows = np.arange(row, row + batch.rows, dtype=np.int64)
            check(lib.clens_cache_fill(self.cache, ads, address(rows, "int64_t *"), ffi.NULL))
            self.first[id(batch)] = row
            row += batch.rows

    def _stage(self, feed, batch):
        self.staging, self.keep = Staging(feed), []
        self.batch = self._batch(batch.rows, batch.shared, self.staging.views, self.keep)
        if "cache_rows" in feed:
            self.batch.cache = self.cache
            self.batch.cache_rows = address(self.staging.views["cache_rows"], "int64_t *")
        self.output, self.scores = struct("clens_output"), np.zeros(batch.rows * batch.shape.tasks, np.float32)
        self.output.values, self.output.capacity = address(self.scores, "float *"), len(self.scores)

    def bind(self, batch):
        feed = self._feed(batch, ("request", "pair") if self.form == "cached" else shapes.SCOPES)
        if self.cache is not None:
            feed["cache_rows"] = np.arange(self.first[id(batch)], self.first[id(batch)] + batch.rows, dtype=np.int64)
        if self.staging is None:
            self._stage(feed, batch)
        packed, block, copy = self.staging.pack(feed), self.staging.block, np.copyto
        session, made, output, call = self.session, self.batch, self.output, lib.clens_session_run

        def run(keep=self):  # C structs keep nothing alive
            copy(block, packed)
            status = call(session, made, output)
            if status:
                check_session(session, status)

        return run, lambda: self.scores.copy()
