"""Writes models/: the models, what is made of them, and damaged files."""

import os
from pathlib import Path

import numpy as np

import clicklens
from clicklens._library import address, check, ffi, lib, struct

import host
import mixed_batches
from cases_lenses import LABELS
from lens_host import rows_of
from models import Mixed, Revised, TwoTasks
from more_models import Narrow, Sequence

MODELS = {m.name: m for m in (Mixed(), Revised(), TwoTasks(), Sequence(), Narrow())}


def write_all(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.clens*"):
        old.unlink()
    for name, made in MODELS.items():
        made.build().save(folder / f"{name}.clens")
    _probed(folder)
    _tested(folder)
    _damaged(folder)
    _long(folder / "long.clens")
    _delta(folder)


def _probed(folder: Path) -> None:
    """`mixed` with probes of two layers and the logit, fitted to 40 made-up rows."""
    model = host.open_model("mixed")
    values = [host.find(model, n) for n in ("l1", "l2", "ctr")]
    rows = rows_of(model, mixed_batches.many(), values, LABELS)
    options = struct("clens_probe_options")
    setattr(options, "lambda", 0.05)
    probe = host.made("clens_probe", lambda out: lib.clens_probe_fit(rows, ffi.NULL, options, out), lib.clens_probe_release)
    check(lib.clens_probe_attach(probe, os.fsencode(folder / "mixed.clens"), os.fsencode(folder / "probed.clens")))


def _tested(folder: Path) -> None:
    """`mixed` with two of its own rows and their logits, and with a logit that is not theirs."""
    # A self test's batch has a column of raw values for each feature, in the model's order.
    model, given = host.open_model("mixed"), mixed_batches.changed(mixed_batches.ordinary(), "position", kind="keys")
    session = host.make_session(model, host.make_inputs(given["columns"]))
    batch, size = host.Batch(given), ffi.new("size_t *")
    check(lib.clens_flat_size(session, batch.c, size))
    flat = ffi.new("char[]", size[0])
    check(lib.clens_flat_write(session, batch.c, flat, size[0]))
    out, logits = struct("clens_output"), np.zeros(given["candidates"], np.float32)
    out.kind, out.values, out.capacity = 1, address(logits, "float *"), logits.size
    check(lib.clens_session_run(session, batch.c, out))
    for name, off in (("tested", 0.0), ("mistaken", 1.0)):
        builder = MODELS["mixed"].build()
        builder.self_test(bytes(ffi.buffer(flat)), logits[:, None] + np.float32(off))
        builder.save(folder / f"{name}.clens")


def _damaged(folder: Path) -> None:
    whole = (folder / "mixed.clens").read_bytes()
    (folder / "text.clens").write_bytes(b"user,ad\n" * 40)
    (folder / "empty.clens").write_bytes(b"")
    (folder / "cut.clens").write_bytes(whole[:-32])
    description = bytearray(whole)
    description[64 + 100] ^= 1
    (folder / "damaged.clens").write_bytes(description)
    segment = bytearray(whole)
    segment[-1] ^= 1
    (folder / "damaged_segment.clens").write_bytes(segment)
    container = bytearray(whole)
    container[8] = 2
    (folder / "newer.clens").write_bytes(container)


def _long(path: Path) -> None:
    """A sequence longer than readers take unless told; so is the writer told."""
    b = clicklens.Builder("long")
    history = b.sparse("history", "history", encoder=b.identity(2), max_length=70_000)
    b.output("ctr", b.select(b.sequence(history, np.ones((2, 1), np.float32)), [0]))
    description, made, limits = b.description(), ffi.new("clens_writer **"), struct("clens_limits")
    limits.sequence_length = 100_000
    check(lib.clens_writer_begin(os.fsencode(path), description, len(description), limits, made))
    writer = ffi.gc(made[0], lib.clens_writer_release)
    for index, segment in enumerate(b._segments):
        check(lib.clens_writer_segment(writer, index))
        for piece in segment.pieces():
            check(lib.clens_writer_append(writer, address(piece), piece.nbytes))
    check(lib.clens_writer_finish(writer))


def _delta(folder: Path) -> None:
    """What makes `revised` of `mixed`, and the same with a byte of its last stretch changed."""
    options = struct("clens_delta_options")
    options.most_share = 1.0
    base, result = host.open_model("mixed"), host.open_model("revised")
    path = folder / "mixed-revised.clensd"
    check(lib.clens_delta_make(base, result, os.fsencode(path), options, ffi.NULL))
    damaged = bytearray(path.read_bytes())
    damaged[-1] ^= 1
    (folder / "damaged.clensd").write_bytes(damaged)
