"""Host data to the C library's columns: Arrow's layout, copied only where the type must change."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ._library import address, lib

KINDS = {"keys": lib.CLENS_COLUMN_KEYS, "strings": lib.CLENS_COLUMN_STRINGS, "floats": lib.CLENS_COLUMN_FLOATS}
INTEGERS = {"i1": lib.CLENS_TYPE_I8, "i2": lib.CLENS_TYPE_I16, "i4": lib.CLENS_TYPE_I32, "i8": lib.CLENS_TYPE_I64,
             "u1": lib.CLENS_TYPE_U8, "u2": lib.CLENS_TYPE_U16, "u4": lib.CLENS_TYPE_U32, "u8": lib.CLENS_TYPE_U64}


@dataclass
class Column:
    """One feature's data. The arrays are those the C struct points at: they live as long as it."""

    kind: int
    entries: int
    values: np.ndarray
    value_type: int
    value_offsets: np.ndarray | None = None  # strings
    row_offsets: np.ndarray | None = None  # lists
    weights: np.ndarray | None = None
    validity: np.ndarray | None = None  # bitmap of entries
    value_validity: np.ndarray | None = None  # bitmap of list elements
    first: int = 0
    keep: list = field(default_factory=list)  # whoever owns the memory, where numpy does not

    def entry_lengths(self) -> np.ndarray:
        """Ids of each entry as the caller wrote them."""
        if self.row_offsets is None:
            lengths = np.ones(self.entries, np.int64)
        else:
            lengths = np.diff(self.row_offsets[self.first:self.first + self.entries + 1]).astype(np.int64)
        if self.validity is not None:
            bits = np.unpackbits(self.validity, bitorder="little")[self.first:self.first + self.entries]
            lengths *= bits
        return lengths

    def fill(self, c_column, index: int) -> None:
        """Sets what there is; the struct is zero before."""
        c_column.input, c_column.kind, c_column.value_type = index, self.kind, self.value_type
        c_column.first = self.first
        c_column.values, c_column.value_count = address(self.values), self.values.size
        if self.value_offsets is not None:
            c_column.value_offsets, c_column.string_count = address(self.value_offsets), self.value_offsets.size - 1
            c_column.offset_bits = self.value_offsets.itemsize * 8
        if self.row_offsets is not None:
            c_column.row_offsets, c_column.offset_bits = address(self.row_offsets), self.row_offsets.itemsize * 8
        if self.weights is not None:
            c_column.weights = address(self.weights, "float *")
        if self.validity is not None:
            c_column.validity = address(self.validity, "uint8_t *")
        if self.value_validity is not None:
            c_column.value_validity = address(self.value_validity, "uint8_t *")


def prepare(feature, data) -> Column:
    """Data for one feature of a model. BadColumn says what is wrong."""
    from . import _dense, _frames, _pandas, _sparse, _values  # they need this module's classes

    if _pandas.is_series(data):
        data = _pandas.values_of(data, feature.column)
    chunks = data if isinstance(data, _frames.Chunks) else _frames.chunks_of(data)
    if chunks is not None:
        return _frames.prepare(feature, chunks)
    data = _values.unmasked(data)
    return _dense.dense(data, feature.width) if feature.dense else _sparse.sparse(data, feature.column)
