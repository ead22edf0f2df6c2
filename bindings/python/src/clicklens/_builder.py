"""Writing a model in a few lines: features, tables and layers from arrays."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np

from . import _segments
from ._arguments import bad, listed, number, numbers, text, whole
from ._describe import enum, pack, table, union
from ._elementwise import Elementwise
from ._shaping import Shaping
from ._transforms import Transform, floats, transform, transform_list
from ._types import FilePath, Numbers

_ELEMENTS = ("f32", "f16", "bf16", "i8_row", "i4_row")  # names in the schema of _segments.ROW_TYPES
_MOST = 2**32 - 1  # of what the schema keeps in 32 bits


@dataclass(frozen=True)
class Handle:
    """Something a Builder made: an encoder, a feature, a table or a value."""

    kind: str
    index: int
    owner: Any

    def __repr__(self) -> str:
        return f"<{self.kind} {self.index}>"


class Builder(Elementwise, Shaping):
    """Composes a model and saves it as a `.clens` file.

        b = clicklens.Builder("ctr")
        user = b.sparse("user_id", "user", "request", encoder=b.vocabulary(["anna", "ben"]))
        age = b.dense("age", "user", "request", transforms=[b.standardise(38.0, 12.0)])
        x = b.concat([b.embedding(user, table), b.input(age)])
        h = b.relu(b.linear(x, w1, b1))
        b.layer("l1", h)
        b.output("ctr", b.linear(h, w2, b2))
        b.save("ctr.clens")

    Arrays are kept, not copied, until `save` streams them. Shapes, scopes of values and the order of sums
    are worked out and everything is verified by the C library when saving.
    """

    def __init__(self, name: str):
        self._model = table("Model", name=text(name, "name"), segments=[], encoders=[], features=[], tables=[],
                            constants=[], values=[], nodes=[], outputs=[], layers=[], metadata=[])
        self._segments: list = []
        self._names: set[str] = set()
        self._shapes = []
        self._numbers: dict[str, int] = {}  # last one tried, by name
        #: Free text kept in the file: training days, metrics, lineage.
        self.metadata: dict[str, str] = {}

    # -------------------------------------------------------------- encoders

    def identity(self, rows: int) -> Handle:
        """Key k is row k; keys of `rows` and more are unknown."""
        return self._encoder("IdentityEncoder", rows=whole(rows, "rows", 1))

    def hash(self, modulus: int, *, algorithm: str = "xxh3", keys: str = "string", seed: int = 0, salt: str = "",
             offset: int = 0) -> Handle:
        """Row = offset + hash % modulus. algorithm: xxh3, farmhash64, murmurhash3; keys: "string" or "u64"."""
        return self._encoder("HashEncoder", algorithm=enum("HashAlgorithm", algorithm, "algorithm"),
                             keyType=_key_type(keys), seed=whole(seed, "seed"), modulus=whole(modulus, "modulus", 1),
                             offset=whole(offset, "offset"), salt=text(salt, "salt"))

    def vocabulary(self, keys: Any, rows: Any = None) -> Handle:
        """Keys, all strings or all integers: keys[i] is row i, or rows[i] (below the number of keys).

        Any other key is unknown.
        """
        integers, size, slots, slot_bytes, text = _segments.vocabulary(keys, rows)
        return self._encoder("VocabularyEncoder", keyType=_key_type("u64" if integers else "string"), size=size,
                             slots=slots, slotSegment=self._segment(slot_bytes),
                             **({} if text is None else {"textSegment": self._segment(text)}))

    # -------------------------------------------------------------- features

    def sparse(self, name: str, group: str, scope: str = "candidate", *, encoder: Handle, pooling: str = "sum",
               weighted: bool = False, max_length: int = 0, keep_last: bool = False, missing_row: int = -1,
               unknown_row: int = -1, required: bool = True) -> Handle:
        """Ids, one or many an entry. missing_row, unknown_row: the table row that stands in, -1: none.

        scope: "request", "candidate" or "pair". pooling: sum, mean, sqrtn, max. max_length: ids kept, 0: all;
        the last ones with keep_last.
        """
        return self._feature(name, group, scope, kind="sparse", encoder=self._index(encoder, "encoder"),
                             pooling=enum("Pooling", pooling, "pooling"), weighted=bool(weighted),
                             maxLength=whole(max_length, "max_length", 0, _MOST), keepLast=bool(keep_last),
                             missingRow=whole(missing_row, "missing_row", -1, 2**63 - 1),
                             unknownRow=whole(unknown_row, "unknown_row", -1, 2**63 - 1), required=bool(required))

    def dense(self, name: str, group: str, scope: str = "candidate", *, width: int = 1, transforms: Any = (),
              missing: Any = 0.0, required: bool = True) -> Handle:
        """`width` floats an entry, transformed in order. missing: the raw value standing in for a missing one.

        When the last transform is `bucketise` the feature yields table rows: use it with `embedding`.
        """
        return self._feature(name, group, scope, kind="dense", width=whole(width, "width", 1, _MOST),
                             missingValue=floats(missing, "missing"), transforms=transform_list(transforms),
                             required=bool(required))

    def log1p(self) -> Transform:
        """sign(x) * log(1 + |x|)."""
        return transform("Log1p")

    def standardise(self, mean: Any, sd: Any) -> Transform:
        """(x - mean) / sd: one each, or one per element."""
        with np.errstate(divide="ignore"):
            inverse = 1.0 / numbers(sd, "sd", np.float64)
        return transform("Standardise", mean=floats(mean, "mean"), inverseSd=floats(inverse, "1 / sd"))

    def bucketise(self, boundaries: Numbers) -> Transform:
        """Row = number of boundaries <= x. Boundaries ascend."""
        return transform("Bucketise", boundaries=floats(boundaries, "boundaries"))

    # -------------------------------------------------------------- tables and inputs

    def table(self, array: Any, name: str = "", type: str = "f32") -> Handle:
        """A table of rows x dim. Pass it to several `embedding`s to share it.

        type: how rows are stored: "f32", "f16", "bf16", or "int8" and "int4" with a scale and bias per row.
        """
        array = numbers(array, "table")
        if array.ndim != 2:
            raise bad(f"a table has two dimensions, this array {array.ndim}")
        element = enum("ElementType", _ELEMENTS[_segments.row_type_of(type)], "type")
        rows = _segments.Floats(array) if type == "f32" or not array.size else _segments.Rows(array, type)
        stride = 4 * array.shape[1] if isinstance(rows, _segments.Floats) else rows.stride
        made = table("EmbeddingTable", name=text(name, "name") or f"table{len(self._model.tables)}",
                     rows=array.shape[0], dim=array.shape[1], type=element, rowStride=stride,
                     segment=self._segment(rows))
        return self._append("table", self._model.tables, made)

    def embedding(self, feature: Handle, rows: Any, name: str = "", type: str = "f32") -> Handle:
        """The pooled table rows of a sparse (or bucketised) feature. rows: a `table`, or an array that is
        stored as `type`."""
        return self._rows("EmbeddingBag", feature, rows, name, type)

    def _rows(self, member: str, feature: Handle, rows, name: str, type: str, **fields) -> Handle:
        own = self._model.features[self._index(feature, "feature")].name
        if not isinstance(rows, Handle):
            taken = {made.name for made in self._model.tables}
            base = text(name, "name") or own
            rows = self.table(rows, next(n for n in _numbered(base) if n not in taken), type)
        return self._node(member, [], name or own, feature=feature.index, table_=self._index(rows, "table"), **fields)

    def input(self, feature: Handle, name: str = "") -> Handle:
        """The transformed floats of a dense feature."""
        own = self._model.features[self._index(feature, "feature")].name
        return self._node("DenseInput", [], name or own, feature=feature.index)

    # -------------------------------------------------------------- layers

    def concat(self, values: Any, name: str = "") -> Handle:
        """Columns side by side."""
        return self._node("Concat", values, name)

    def fields(self, values: Any, number_of: int | None = None, name: str = "") -> Handle:
        """Columns side by side, read as fields of equal width: a field a value, or `number_of` of them."""
        values = listed(values, "values")
        made = self._node("Concat", values, name, base="fields")
        self._model.values[made.index].fields = whole(len(values) if number_of is None else number_of, "number_of", 1, _MOST)
        return made

    def bi_interaction(self, x: Handle, name: str = "") -> Handle:
        """Of fields [n, width]: half of the square of their sum less the sum of their squares, by column."""
        return self._node("BiInteraction", [x], name)

    def pairwise_dot(self, x: Handle, name: str = "") -> Handle:
        """Of fields [n, width]: the dot products (0, 1), (0, 2), .. (1, 2), .."""
        return self._node("PairwiseDot", [x], name)

    def field_linear(self, x: Handle, weight: Numbers, bias: Numbers | None = None, name: str = "") -> Handle:
        """Of fields [n, width]: x W^T + b of each, weight [out, width]."""
        return self._linear("FieldLinear", x, weight, bias, name)

    def matmul(self, a: Handle, b: Handle, transpose_b: bool = False, name: str = "") -> Handle:
        """Row by row, fields [m, k] times [k, n], or times [n, k] transposed."""
        return self._node("MatMul", [a, b], name, transposeB=bool(transpose_b))

    def softmax(self, x: Handle, mask: Handle | None = None, name: str = "") -> Handle:
        """Along the width of each field. mask, [1, width] or of x's shape: where it is 0, so is the result."""
        return self._node("Softmax", [x] if mask is None else [x, mask], name)

    def layer_norm(self, x: Handle, scale: Any = None, shift: Any = None, eps: float = 1e-5, name: str = "") -> Handle:
        """Each field less its mean, over its deviation; times scale plus shift, both [width] or absent."""
        extra = {}
        if scale is not None or shift is not None:
            scale, shift = numbers(scale, "scale"), numbers(shift, "shift")
            extra = {"scale": self._constant(scale, scale.shape), "shift": self._constant(shift, scale.shape)}
        return self._node("LayerNorm", [x], name, eps=number(eps, "eps"), **extra)

    def linear(self, x: Handle, weight: Numbers, bias: Numbers | None = None, name: str = "") -> Handle:
        """x W^T + b, weight [out, in] as PyTorch keeps it."""
        return self._linear("Linear", x, weight, bias, name)

    def _linear(self, member: str, x: Handle, weight, bias, name: str) -> Handle:
        weight = numbers(weight, "weight")
        if weight.ndim != 2:
            raise bad(f"a weight has two dimensions, this array {weight.ndim}")
        extra: dict[str, Any] = {} if bias is None else {"bias": self._constant(bias, (weight.shape[0],))}
        return self._node(member, [x], name, weight=self._constant(weight, weight.shape), **extra)

    def batch_norm(self, x: Handle, gamma: Numbers, beta: Numbers, mean: Any, variance: Numbers, eps: float = 1e-5,
                   name: str = "") -> Handle:
        """Batch norm in inference: gamma (x - mean) / sqrt(variance + eps) + beta."""
        given = {"gamma": gamma, "beta": beta, "mean": mean, "variance": variance}
        gamma, beta, mean, variance = (numbers(a, name, np.float64) for name, a in given.items())
        if not gamma.shape == beta.shape == mean.shape == variance.shape:
            raise bad("gamma, beta, mean and variance must have one shape")
        with np.errstate(invalid="ignore", divide="ignore"):
            scale = gamma / np.sqrt(variance + number(eps, "eps"))
            shift = beta - mean * scale
        return self._node("BatchNorm", [x], name, scale=self._constant(scale, scale.shape),
                          shift=self._constant(shift, scale.shape))

    def sum(self, x: Handle, name: str = "") -> Handle:
        """Fields added up, column by column; a value of one field: all its columns."""
        return self._node("Sum", [x], name)

    def calibration(self, logit: Handle, scale: float = 1.0, shift: float = 0.0, knots: Any = None,
                    name: str = "") -> Handle:
        """scale * logit + shift; or, with knots = (x, y), the line through them, level beyond its ends."""
        if knots is None:
            return self._node("Calibration", [logit], name, scale=number(scale, "scale"),
                              shift=number(shift, "shift"))
        try:
            x, y = knots
        except (TypeError, ValueError):
            raise bad(f"knots must be (x, y), not {knots!r}") from None
        return self._node("Calibration", [logit], name, knotsX=floats(x, "knots"), knotsY=floats(y, "knots"))

    # -------------------------------------------------------------- names and the file

    def layer(self, name: str, value: Handle) -> None:
        """A name for a value worth watching."""
        self._model.layers.append(table("Layer", name=text(name, "name"), value=self._index(value, "value")))

    def output(self, name: str, logit: Handle) -> None:
        """A task: its logit is a value of one column."""
        self._model.outputs.append(table("Output", name=text(name, "name"), logit=self._index(logit, "value")))

    def self_test(self, batch: bytes, logits: Numbers) -> None:
        """Rows that the file carries, for `Model.self_test`: a flat batch of all features (clens_flat_write) and the
        logits it must score, [rows, tasks]."""
        wanted = numbers(logits, "logits", np.float32)
        self._model.selfTest = table("SelfTest", batch=np.frombuffer(batch, np.uint8),
                                     logits=np.ascontiguousarray(wanted).view(np.uint32).ravel())

    def description(self) -> bytes:
        """The FlatBuffer `Model`, as `save` hands it to the C library."""
        self._model.metadata = [table("Metadata", key=text(k, "metadata"), value=text(str(v), "metadata"))
                                for k, v in self.metadata.items()]
        return pack(self._model)

    def save(self, path: FilePath) -> None:
        """Writes the file, whole or not at all."""
        _segments.write(path, self.description(), self._segments)

    # -------------------------------------------------------------- inside

    def _append(self, kind: str, items: list, item) -> Handle:
        items.append(item)
        return Handle(kind, len(items) - 1, self)

    def _index(self, handle, kind: str) -> int:
        if not isinstance(handle, Handle) or handle.kind != kind or handle.owner is not self:
            raise bad(f"a {kind} of this builder wanted, not {handle!r}")
        return handle.index

    def _segment(self, source) -> int:
        self._segments.append(source)
        self._model.segments.append(table("Segment", size=source.size))
        return len(self._segments) - 1

    def _constant(self, array, shape) -> int:
        array = numbers(array, "weights")
        if array.shape != tuple(shape):
            raise bad(f"shape {tuple(shape)} wanted, not {array.shape}")
        made = table("Constant", name=f"constant{len(self._model.constants)}", shape=[int(n) for n in shape],
                     segment=self._segment(_segments.Floats(array)))
        return self._append("constant", self._model.constants, made).index

    def _encoder(self, member: str, **fields) -> Handle:
        kind, encoding = union("Encoding", member, **fields)
        made = table("Encoder", name=f"encoder{len(self._model.encoders)}", encodingType=kind, encoding=encoding)
        return self._append("encoder", self._model.encoders, made)

    def _feature(self, name, group, scope, *, kind, **fields) -> Handle:
        made = table("Feature", name=text(name, "name"), group=text(group, "group"),
                     scope=enum("Scope", scope, "scope"), kind=enum("FeatureKind", kind, "kind"), **fields)
        return self._append("feature", self._model.features, made)

    def _node(self, member: str, inputs, name: str, *, base: str = "", **fields) -> Handle:
        indices = [self._index(value, "value") for value in listed(inputs, "values")]
        kind, op = union("Operator", member, **fields)
        name = self._unique(text(name, "name") or base or member.lower(), numbered=not name)
        value = self._append("value", self._model.values, table("Value", name=name))
        self._model.nodes.append(table("Node", name=name, opType=kind, op=op, inputs=indices, outputs=[value.index]))
        return value

    def _unique(self, name: str, numbered: bool) -> str:
        candidate = f"{name}1" if numbered else name
        while candidate in self._names:  # from where the last search for this name ended: all before are taken
            self._numbers[name] = self._numbers.get(name, 1) + 1
            candidate = f"{name}{self._numbers[name]}"
        self._names.add(candidate)
        return candidate


def _numbered(name: str):
    yield name
    yield from (f"{name}{n}" for n in count(2))


def _key_type(keys: str) -> int:
    return enum("KeyType", {"string": "string_"}.get(keys, keys), "keys")
