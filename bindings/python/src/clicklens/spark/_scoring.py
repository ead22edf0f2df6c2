"""A DataFrame with scores."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .._arguments import bad, listed, text
from .._library import choice
from .._session import OUTPUTS
from ._shipping import Shipped, plain
from ._worker import Scorer

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def score(df: DataFrame, model: str | os.PathLike[str], *, output: str = "probability",
          keep: Sequence[str] | None = None, names: Sequence[str] | None = None, strands: int = 1,
          precision: str = "f32", full_precision: Sequence[str] = ()) -> DataFrame:
    """The DataFrame with a float column of scores for each of the model's tasks, with the bits of `Model.score`.

    model:  path of the model's file here, or a URI that Spark's addFile takes: of such a URI the application has the
            first file, whatever is put there later. A second URI of the same base name is fetched by the driver.
    keep:   columns to keep (default: all); names: of the score columns (default: the model's outputs).
    output, strands, precision, full_precision: as `Model.score`.

    Lazy: what is wrong with a row raises where the result is used, as PySpark's exception with the clicklens.Error in its
    text, which names partition and column.
    """
    from pyspark.sql.types import FloatType, StructField, StructType

    shipped = Shipped(df, model)
    kept = list(df.columns) if keep is None else listed(keep, "keep")
    columns = shipped.columns(df, kept)
    tasks = [o.name for o in shipped.model.outputs]
    named = tasks if names is None else [text(name, "a column's name") for name in listed(names, "names")]
    if len(named) != len(tasks):
        raise bad(f"names must be {len(tasks)}, one for each output")
    for name in kept + named:
        if (kept + named).count(name) > 1:
            raise bad(f"two columns of the result would be named '{name}'")
    choice(OUTPUTS, output, "output")
    shipped.model.precision_of(precision, full_precision)
    options = {"output": output, "strands": strands, "precision": precision, "full_precision": full_precision}
    rows = plain(df, columns)
    fields = [rows.schema[columns.index(name)] for name in kept] + [StructField(f"s{i}", FloatType()) for i in range(len(named))]
    scorer = Scorer(shipped.sent, columns, kept, [field.name for field in fields], options)
    return rows.mapInArrow(scorer, StructType(fields)).toDF(*kept, *named)
