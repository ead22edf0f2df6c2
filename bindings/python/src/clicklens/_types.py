"""Types of arguments, for type checkers: what is taken is said by the docstrings, and checked when it comes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, Union

from numpy.typing import ArrayLike


class ArrowStream(Protocol):
    """Arrow's C stream interface: tables, readers, Polars and newer pandas data frames."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...


class ArrowArray(Protocol):
    """Arrow's C data interface: record batches."""

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any: ...


class Columns(Protocol):
    """What has columns by name, as pandas data frames do."""

    def keys(self) -> Any: ...

    def __getitem__(self, name: Any, /) -> Any: ...


Data = Union[Mapping[str, Any], Columns, ArrowStream, ArrowArray]
FilePath = Union[str, "os.PathLike[str]"]
FilePaths = Union[FilePath, Iterable[FilePath]]
Numbers = ArrayLike
Task = Union[str, int]
Target = Union[str, "tuple[str, int]"]
