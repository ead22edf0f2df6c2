"""Making the objects of the generated schema, and packing them."""

from __future__ import annotations

import struct

import flatbuffers

from . import _model_fbs as fbs
from ._library import Error, Status


def table(kind: str, /, **fields):
    """An object of schema table `kind`. A field the schema lacks is a mistake here, so it is refused."""
    made = getattr(fbs, f"{kind}T")()
    for field, value in fields.items():
        if not hasattr(made, field):
            raise AttributeError(f"schema table {kind} has no field {field}")
        setattr(made, field, value)
    return made


def union(union_name: str, member: str, /, **fields) -> tuple[int, object]:
    """(type, object) of a union's member."""
    return getattr(getattr(fbs, union_name), member), table(member, **fields)


def enum(name: str, value: str, argument: str) -> int:
    """The value of a schema enum, by its name."""
    members = {k: v for k, v in vars(getattr(fbs, name)).items() if not k.startswith("_")}
    if not isinstance(value, str) or value not in members:
        raise Error(Status.INVALID_ARGUMENT,
                    f"{argument} must be one of {', '.join(map(repr, members))}, not {value!r}")
    return members[value]


def pack(model) -> bytes:
    """The FlatBuffer; what the schema's types cannot hold is INVALID_ARGUMENT."""
    builder = flatbuffers.Builder(1 << 16)
    try:
        builder.Finish(model.Pack(builder), file_identifier=b"CLNS")
    except (TypeError, ValueError, OverflowError, struct.error) as problem:
        raise Error(Status.INVALID_ARGUMENT, f"the model does not fit its description: {problem}") from None
    return bytes(builder.Output())
