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

_known: set[tuple[str, str]] = set()  # (application, name)


class Shipped:
    """A model that executors have or will fetch, and the driver's own view of it."""

    def __init__(self, df: DataFrame, path: str | os.PathLike[str]):
        if isinstance(path, Model):
            raise bad("model must be the path of its file, which executors are sent")
        for package in ("pyspark", "pyarrow", "pandas"):
            needs(package, "clicklens.spark")
        context = df.sparkSession.sparkContext
        path = path_text(path)
        if "://" in path:  # Spark fetches it from where it is
            from pyspark import SparkFiles

            context.addFile(path)
            name = path.rsplit("/", 1)[1]
            self.model = open(SparkFiles.get(name))
        else:
            self.model = open(path)
            # Named by its content: Spark takes no second file of a name, whatever is in it.
            name = f"{self.model.info.id}.clens"
            known = (str(context.applicationId), name)
            if known not in _known:
                context.addFile(_linked(path, name))
                _known.add(known)
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


def _linked(path: str, name: str) -> str:
    """The file by another name; executors fetch it from the driver as long as that lives."""
    folder = tempfile.mkdtemp(prefix="clicklens-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    linked = os.path.join(folder, name)
    try:
        os.link(Path(path).resolve(), linked)
    except OSError:  # another file system
        shutil.copyfile(path, linked)
    return linked
