"""The part of Builder that sees values as fields, matrices and sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ._arguments import bad, numbers, whole
from ._describe import enum
from ._shapes import Shape, shape_of
from ._types import Numbers

if TYPE_CHECKING:
    from ._builder import Handle

_MOST = 2**32 - 1  # of what the schema keeps in 32 bits


class Shaping:
    """What Builder inherits; it makes the nodes."""

    _model: Any
    _shapes: list[Shape]  # of the first values
    _node: Any
    _rows: Any
    _index: Any
    _linear: Any
    _constant: Any
    fields: Any

    def shape(self, x: Handle) -> tuple[int, int]:
        """(fields, width) of a value."""
        last = self._index(x, "value")
        for node in self._model.nodes[len(self._shapes):last + 1]:
            self._shapes.append(shape_of(self._model, node, self._shapes))
        return self._shapes[last]

    def sequence(self, feature: Handle, rows: Any, align: str = "first", name: str = "", type: str = "f32") -> Handle:
        """The table rows of a sparse feature's ids, kept apart: [max_length, dim], zeros where there is no row.

        align: "first": ids begin at the first place; "last": they end at the last. An id that names no row leaves
        its place empty, unless unknown_row stands in; missing_row takes the first place (or the last). Weights
        multiply rows. rows: as of `embedding`.
        """
        return self._rows("Sequence", feature, rows, name, type, align=enum("Align", align, "align"))

    def mask(self, feature: Handle, align: str = "first", name: str = "") -> Handle:
        """[1, max_length]: 1 where `sequence` has a row, else 0."""
        own = self._model.features[self._index(feature, "feature")].name
        return self._node("SequenceMask", [], name or f"{own} mask", feature=feature.index,
                          align=enum("Align", align, "align"))

    def select(self, x: Handle, columns: Any, fields: int = 1, name: str = "") -> Handle:
        """Column i of the result is x's column columns[i], a value of several fields counted field by field: slices,
        gathers, repeats. The result has `fields` fields."""
        array = numbers(columns, "columns")
        if array.ndim != 1 or not array.size or array.dtype.kind not in "iu" or array.min() < 0 or array.max() > _MOST:
            raise bad("columns must be a list of whole numbers, one at least")
        made = self._node("Select", [x], name, columns=[int(column) for column in array])
        self._model.values[made.index].fields = whole(fields, "fields", 1, _MOST)
        return made

    def reshape(self, x: Handle, fields: int, name: str = "") -> Handle:
        """The same columns read as `fields` fields of equal width."""
        return self.fields([x], fields, name)

    def transpose(self, x: Handle, name: str = "") -> Handle:
        """[m, n] to [n, m]."""
        fields, width = self.shape(x)
        return self.select(x, np.arange(fields * width).reshape(fields, width).T.ravel(), width, name)

    def field_mix(self, x: Handle, weight: Numbers, bias: Numbers | None = None, name: str = "") -> Handle:
        """Sums of fields: weight [out, fields], result[o] = sum of weight[o, f] x[f], plus bias[o]."""
        return self._linear("FieldMix", x, weight, bias, name)

    def field_max(self, x: Handle, name: str = "") -> Handle:
        """The largest of the fields, column by column."""
        return self._node("FieldMax", [x], name)

    def gru(self, x: Handle, weight_ih: Numbers, weight_hh: Numbers, bias_ih: Numbers | None = None,
            bias_hh: Numbers | None = None, *, mask: Handle | None = None, attention: Handle | None = None,
            kind: str = "gru", name: str = "") -> Handle:
        """The states [n, size] of a gated recurrent unit over the fields of x, from zeros; weights as torch.nn.GRU's.

        kind: "gru"; "agru": attention [1, n] stands in for the update gate z; "augru": it multiplies z. Of both, h' =
        (1 - z) h + z n (DIEN). mask [1, n]: where it is 0, the state stays as it was: with a mask aligned "first" the
        last field is the last state.
        """
        given = enum("GruKind", kind, "kind")
        if (attention is None) != (kind == "gru"):
            raise bad(f"kind {kind!r} takes {'no ' if kind == 'gru' else ''}attention")
        weight_ih, weight_hh = numbers(weight_ih, "weight_ih"), numbers(weight_hh, "weight_hh")
        if weight_ih.ndim != 2 or weight_hh.ndim != 2:
            raise bad("weight_ih and weight_hh have two dimensions")
        extra = {field: self._constant(bias, (weight_hh.shape[0],))
                 for field, bias in (("biasIh", bias_ih), ("biasHh", bias_hh)) if bias is not None}
        inputs = [value for value in (x, attention, mask) if value is not None]
        return self._node("Gru", inputs, name, kind=given, weightIh=self._constant(weight_ih, weight_ih.shape),
                          weightHh=self._constant(weight_hh, weight_hh.shape), **extra)
