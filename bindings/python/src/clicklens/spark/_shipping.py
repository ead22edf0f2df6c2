"""A model's file on its way to the executors, and what a DataFrame must have for it. Driver side."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._arguments import bad, path_text
from .._library import Error, Status
from .._model import Model, open
from .._needs import needs
from ._worker import Sent

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_known: dict[tuple[str, str], str] = {}  # (application, name of a file) -> where it came from


class Shipped:
    """A model that executors have or will fetch, and the driver's own view of it."""

    def __init__(self, df: DataFrame, path: str | os.PathLike[str]):
        if isinstance(path, Model):
            raise bad("model must be the path of its file, which executors are sent")
        for package in ("pyspark", "pyarrow", "pandas"):
            needs(package, "clicklens.spark")
        context = df.sparkSession.sparkContext
        path = path_text(path)
        name = path.rsplit("/", 1)[1] if "://" in path else ""
        known = (str(context.applicationId), name)
        # Spark takes no second file of a name, whatever is in it, and after one no task runs.
        if name and (_known.get(known) == path or name not in {f.rsplit("/", 1)[1] for f in context.listFiles}):
            from pyspark import SparkFiles

            context.addFile(path)  # Spark fetches it from where it is
            _known[known] = path
            self.model = open(SparkFiles.get(name))
        else:
            if name:
                path = _fetched(context, path)
            self.model = open(path)
            name = f"{self.model.info.id}.clens"  # by its content
            known = (str(context.applicationId), name)
            if known not in _known:
                context.addFile(_linked(path, name))
                _known[known] = path
        self.sent = Sent(name, self.model.info.id)

    def columns(self, df: DataFrame, others: Iterable[str] = ()) -> list[str]:
        """The model's features that the DataFrame has, and other columns that are wanted of it. Types that cannot be scored
        are refused here, not in a task."""
        found = [name for name in df.columns if name in {f.name for f in self.model.features}]
        for name in others:
            if name not in df.columns:
                raise Error(Status.NOT_FOUND, f"the DataFrame has no column '{name}'")
        wanted = list(dict.fromkeys([*found, *others]))
        for name in wanted:
            if df.columns.count(name) > 1:
                raise Error(Status.INVALID_ARGUMENT, f"column '{name}': appears twice in the DataFrame")
        for feature in self.model.features:
            if feature.required and feature.name not in found:
                raise Error(Status.NOT_FOUND, f"the DataFrame has no column '{feature.name}', which the model requires")
        self.model.score(_nothing_of(df.select(*map(quoted, found))))
        return wanted


def plain(df: DataFrame, columns: list[str]) -> DataFrame:
    """These columns by the names c0, c1, ...: mapInArrow takes no dots in them."""
    from pyspark.sql.functions import col

    return df.select(*(col(quoted(name)).alias(f"c{i}") for i, name in enumerate(columns)))


def quoted(name: str) -> str:
    """A column's name as `select` takes it: without quotes a dot is a field of a struct."""
    return "`" + name.replace("`", "``") + "`"


def _nothing_of(df: DataFrame) -> Any:
    """A table of the DataFrame's types without rows."""
    from pyspark.sql.pandas.types import to_arrow_schema

    return to_arrow_schema(df.schema).empty_table()


def _folder() -> str:
    """For as long as the driver lives."""
    folder = tempfile.mkdtemp(prefix="clicklens-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _fetched(context: Any, uri: str) -> str:
    """A copy here of what a URI names, by Hadoop's file systems, as Spark fetches it."""
    local = os.path.join(_folder(), "model.clens")
    path = context._jvm.org.apache.hadoop.fs.Path
    try:
        path(uri).getFileSystem(context._jsc.hadoopConfiguration()).copyToLocalFile(False, path(uri), path(f"file://{local}"), True)
    except Exception as problem:
        raise Error(Status.IO, f"{uri}: {problem}") from None
    return local


def _linked(path: str, name: str) -> str:
    """The file by another name; executors fetch it from the driver as long as that lives."""
    linked = os.path.join(_folder(), name)
    try:
        os.link(Path(path).resolve(), linked)
    except OSError:  # another file system
        shutil.copyfile(path, linked)
    return linked
