"""Deltas: what makes one model of another, as a file."""

from __future__ import annotations

import os
from dataclasses import dataclass

from ._arguments import bad, number, path_text, whole
from ._info import model_id
from ._library import check, ffi, lib, struct
from ._model import Model
from ._types import FilePath


@dataclass(frozen=True)
class DeltaInfo:
    base_id: str    # of the model that it is applied to, as `Model.info.id`
    result_id: str  # of the model that comes of it
    file_size: int
    result_size: int  # bytes of the result as a file of its own
    changed_rows: int  # of tables that are not replaced as a whole
    appended_rows: int
    added_keys: int  # of vocabularies
    removed_keys: int
    moved_keys: int  # to another row
    kept_segments: int  # of the result's tables, layers and vocabularies
    overlaid_segments: int
    replaced_segments: int
    share: float  # of the bytes of these, how much the delta carries


class Delta:
    """How a model differs from its base: rows of tables, keys of vocabularies, layers. Any number of threads may use it.

        clicklens.Delta.make(clicklens.open("a.clens"), clicklens.open("b.clens"), "a-b.clensd")
        model = clicklens.Delta("a-b.clensd").apply(base)

    Made from two models, applied to the first it gives the second: the same id, the same bits. It is of one base, whatever
    was applied to that base before."""

    def __init__(self, path: FilePath):
        made = ffi.new("clens_delta **")
        check(lib.clens_delta_open(os.fsencode(path_text(path)), ffi.NULL, made))
        self.handle = ffi.gc(made[0], lib.clens_delta_release)
        raw = struct("clens_delta_info")
        check(lib.clens_delta_describe(self.handle, raw))
        self.info = _info(raw)

    def apply(self, base: Model, *, copied_below: int = 1 << 20) -> Model:
        """The model that the delta was made from, sharing `base`'s memory; Error STALE where it was made for another base.

        copied_below: tables of fewer bytes are copied whole, not looked up in two places.
        """
        options = struct("clens_apply_options")
        options.copied_below = whole(copied_below, "copied_below", 1, 2**63)
        made = ffi.new("clens_model **")
        check(lib.clens_delta_apply(self.handle, base.handle, options, made))
        return Model(made[0])

    def write(self, base: Model, path: FilePath) -> None:
        """The same as a file: byte for byte the one that the delta was made from."""
        check(lib.clens_delta_write(self.handle, base.handle, os.fsencode(path_text(path))))

    @staticmethod
    def make(base: Model, result: Model, path: FilePath, *, limit: float = 0.1) -> Delta:
        """Writes what makes `result` of `base`. limit: the share of its bytes that may be carried (above 0, to 1); past it,
        Error LIMIT_EXCEEDED: a new base serves better."""
        options = struct("clens_delta_options")
        options.most_share = number(limit, "limit")
        if not options.most_share > 0:
            raise bad(f"limit must be above 0, not {limit!r}")
        check(lib.clens_delta_make(base.handle, result.handle, os.fsencode(path_text(path)), options, ffi.NULL))
        return Delta(path)


def _info(raw) -> DeltaInfo:
    figures = {name: getattr(raw, name) for name in DeltaInfo.__dataclass_fields__ if not name.endswith("_id")}
    return DeltaInfo(model_id(raw.base_high, raw.base_low), model_id(raw.result_high, raw.result_low), **figures)
