"""Batches of cases.json from plain Python values, and back to entries for the oracles."""

import struct

import numpy as np


def bits(value) -> str:
    """A float32's bits; one NaN."""
    value = np.float32(value)
    return "7fc00000" if value != value else struct.pack(">f", value).hex()


def double_bits(value) -> str:
    return struct.pack(">d", value).hex()


def all_bits(values) -> list[str]:
    return [bits(v) for v in np.asarray(values, np.float32).ravel()]


def floats_of(texts) -> np.ndarray:
    return np.array([struct.unpack(">f", bytes.fromhex(t))[0] for t in texts], np.float32)


def column(name, kind, type_, entries, *, weights=None, offset_bits=64, width=0) -> dict:
    """A column of `entries`: values, lists of values, None for a missing entry or value. weights: shaped likewise.

    width: of a dense feature, whose entries are lists of so many floats.
    """
    lists = any(isinstance(e, (list, tuple)) for e in entries) and not width
    flat, given, offsets, present = [], [], [0], []
    for number, entry in enumerate(entries):
        present.append(0 if entry is None else 1)
        cells = list(entry or []) if lists else [0.0] * width if width and entry is None else list(entry) if width else [entry]
        flat += cells
        if weights is not None:
            given += list(weights[number] or []) if lists else [weights[number]]
        offsets.append(len(flat))
    made = {"name": name, "kind": kind, "type": type_, "values": [_cell(v, type_) for v in flat]}
    if lists:
        made["row_offsets"] = offsets
    if (lists or type_ == "bytes") and offset_bits != 64:
        made["offset_bits"] = offset_bits
    if weights is not None:
        made["weights"] = [bits(w) for w in given]
    if not all(present):
        made["present"] = present
    inner = [0 if v is None else 1 for v in flat]
    if not all(inner) and (lists or width):
        made["value_present"] = inner
    return made


def _cell(value, type_) -> str:
    if type_ == "f32":
        return bits(0.0 if value is None else value)
    if type_ == "bytes":
        value = b"" if value is None else value
        return (value.encode() if isinstance(value, str) else value).hex()
    return str(0 if value is None else int(value))


def batch(candidates, columns, requests=None, **more) -> dict:
    made = {"candidates": candidates}
    if requests is not None:
        made["requests"] = requests
    return {**made, **more, "columns": columns}


def entries(made: dict, name: str, width: int = 0):
    """[(values, weights)] of a column, one an entry, without missing ones; None: no such column."""
    found = [c for c in made["columns"] if c["name"] == name]
    if not found:
        return None
    c = found[0]
    values = [_value(v, c["type"]) for v in c["values"]]
    weights = floats_of(c["weights"]).astype(float) if "weights" in c else np.ones(len(values))
    inner = c.get("value_present", [1] * len(values))
    step = width or 1
    offsets = c.get("row_offsets", list(range(0, len(values) + 1, step)))
    present = c.get("present", [1] * (len(offsets) - 1))
    out = []
    for e, there in enumerate(present):
        cells = range(offsets[e], offsets[e + 1]) if there else ()
        if width:  # a missing element keeps its place
            out.append(([values[i] if there and inner[i] else None for i in range(offsets[e], offsets[e + 1])], None))
        else:
            out.append(([values[i] for i in cells if inner[i]], [weights[i] for i in cells if inner[i]]))
    return out


def _value(text, type_):
    if type_ == "f32":
        return float(floats_of([text])[0])
    return bytes.fromhex(text) if type_ == "bytes" else int(text)


def owners(made: dict) -> list[int]:
    """The request of each candidate."""
    offsets = made.get("requests", list(range(made["candidates"] + 1)))
    return [r for r in range(len(offsets) - 1) for _ in range(offsets[r], offsets[r + 1])]
