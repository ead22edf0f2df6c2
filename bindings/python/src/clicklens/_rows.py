"""What goes with a batch's candidates when a lens watches it: labels, keys, numbers."""

from __future__ import annotations

import numpy as np

from ._library import Error, Status, address, ffi, struct
from ._metrics import clicks_of, keys_of


class RowInfo:
    """Arrays with one entry per candidate, and the C struct over a stretch of them."""

    def __init__(self, candidates: int, labels=None, clusters=None, groups=None, controls=None, targets=None):
        self.labels = None if labels is None else clicks_of(labels)
        self.clusters = keys_of(clusters, "clusters")
        self.groups = keys_of(groups, "groups")
        self.controls = keys_of(controls, "controls")
        self.targets = None if targets is None else np.ascontiguousarray(targets, np.float32).ravel()
        for name, array in self._arrays():
            if array.size != candidates:
                raise Error(Status.INVALID_ARGUMENT, f"{name} has {array.size} rows, the data {candidates}")

    def _arrays(self):
        named = ((n, getattr(self, n)) for n in ("labels", "clusters", "groups", "controls", "targets"))
        return [(name, array) for name, array in named if array is not None]

    def part(self, begin: int, first_row: int):
        """clens_rows from candidate `begin` on; valid as long as this object."""
        rows = struct("clens_rows")
        for name, array in self._arrays():
            setattr(rows, name, address(array[begin:], ffi.typeof(getattr(rows, name)).cname))
        rows.first_row = first_row + begin
        return rows


def records(ctype: str, count: int):
    """A NumPy array of C structs and its address: fields by name, reserved ones too."""
    kinds = {"double": "f8", "uint64_t": "u8", "uint32_t": "u4", "unsigned int": "u4", "unsigned long": "u8"}
    fields = ffi.typeof(ctype).fields
    dtype = np.dtype({"names": [name for name, _ in fields],
                      "formats": [kinds[field.type.cname] for _, field in fields],
                      "offsets": [field.offset for _, field in fields], "itemsize": ffi.sizeof(ctype)})
    made = np.zeros(max(count, 1), dtype)
    return made[:count], address(made, f"{ctype} *")
