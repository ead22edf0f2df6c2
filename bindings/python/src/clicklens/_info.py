"""What a model is made of, as plain Python values."""

from __future__ import annotations

from dataclasses import dataclass

from ._library import check, ffi, lib, struct, text

_SCOPES = {0: "request", 1: "candidate", 2: "pair"}
_COLUMNS = {0: "rows", 1: "keys", 2: "strings", 3: "floats"}


@dataclass(frozen=True)
class ModelInfo:
    name: str
    id: str  # xxh3-128 of the description, which holds the hashes of all weights
    arithmetic_version: int
    file_size: int
    parameters: int
    input_width: int  # columns of dimension-level saliency


@dataclass(frozen=True)
class FeatureInfo:
    name: str
    group: str
    dense: bool
    scope: str  # "request", "candidate" or "pair"
    required: bool
    column: str  # what its raw values are: "keys" (integers), "strings" or "floats"
    weighted: bool
    max_length: int
    width: int  # dense: floats an entry; sparse: pooled width
    rows: int
    input_begin: int  # first column in dimension-level saliency; the next feature's is its end


@dataclass(frozen=True)
class Value:
    name: str
    op: str
    scope: str
    width: int


@dataclass(frozen=True)
class Table:
    name: str
    type: str
    rows: int
    dim: int
    bytes: int


@dataclass(frozen=True)
class Named:
    """A layer, or a task's logit: a name for a value."""

    name: str
    value: str


def describe(model):
    """The raw clens_model_info."""
    info = struct("clens_model_info")
    check(lib.clens_model_describe(model, info))
    return info


def model_id(high: int, low: int) -> str:
    return f"{high:016x}{low:016x}"


def model_info(raw) -> ModelInfo:
    return ModelInfo(text(raw.name), model_id(raw.id_high, raw.id_low), raw.arithmetic_version, raw.file_size,
                     raw.parameters, raw.input_width)


def _each(model, count, name, call):
    for index in range(count):
        item = struct(name)
        check(call(model, index, item))
        yield item


def features(model, count) -> list[FeatureInfo]:
    return [FeatureInfo(text(f.name), text(f.group), bool(f.dense), _SCOPES[f.scope], bool(f.required),
                    _COLUMNS[f.column], bool(f.weighted), f.max_length, f.width, f.rows, f.input_begin)
            for f in _each(model, count, "clens_feature_info", lib.clens_model_feature)]


def values(model, count) -> list[Value]:
    return [Value(text(v.name), text(v.op), _SCOPES[v.scope], v.width)
            for v in _each(model, count, "clens_value_info", lib.clens_model_value)]


def shaped_values(model, count) -> list[dict]:
    """Name, shape, scope and columns by scope of every value."""
    return [{"name": text(v.name), "shape": [v.fields, v.width // v.fields], "scope": _SCOPES[v.scope],
             "columns": {"request": v.request_columns, "candidate": v.candidate_columns, "pair": v.pair_columns}}
            for v in _each(model, count, "clens_value_info", lib.clens_model_value)]


def nodes(model) -> list[dict]:
    """Indices of features, tables and values; None: reads none."""
    def or_none(index):
        return index if index < 2**32 else None

    made = []
    for index, n in enumerate(_each(model, describe(model).nodes, "clens_node_info", lib.clens_model_node)):
        inputs = ffi.new("size_t[]", max(n.inputs, 1))
        check(lib.clens_model_node_inputs(model, index, inputs, n.inputs))
        made.append({"name": text(n.name), "op": text(n.op), "output": n.output, "inputs": list(inputs[0 : n.inputs]),
                     "feature": or_none(n.feature), "table": or_none(n.table), "parameters": n.parameters,
                     "parameter_bytes": n.parameter_bytes})
    return made


def tables(model, count) -> list[Table]:
    return [Table(text(t.name), text(t.type), t.rows, t.dim, t.bytes)
            for t in _each(model, count, "clens_table_info", lib.clens_model_table)]


def named(model, count, call, value_list) -> list[Named]:
    return [Named(text(n.name), value_list[n.value].name) for n in _each(model, count, "clens_named_value", call)]


def groups(model, count) -> list[str]:
    names = []
    for index in range(count):
        name = ffi.new("const char **")
        check(lib.clens_model_group(model, index, name))
        names.append(text(name[0]))
    return names


def metadata(model, count) -> dict[str, str]:
    found = {}
    for index in range(count):
        key, value = ffi.new("const char **"), ffi.new("const char **")
        check(lib.clens_model_metadata(model, index, key, value))
        found[text(key[0])] = text(value[0])
    return found
