"""Scoring tables that need not fit into memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ._arguments import listed, text, whole
from ._batch import CHUNK
from ._library import Error, Status, choice
from ._session import OUTPUTS
from ._table_scores import TableScores


class TableScoring:
    """The part of `Model` that scores tables; outputs, score and precision_of are the model's."""

    def score_table(self, table: Any, *, output: str = "probability", rows: int = CHUNK, keep: Sequence[str] = (),
                    names: Sequence[str] | None = None, progress: bool = False, strands: int = 1,
                    precision: str = "f32", full_precision: Sequence[str] = ()) -> TableScores:
        """Scores a table of any size in bounded memory, every row as its own request; see `TableScores`.

        table: a data frame (pandas, Polars), an Arrow table, record batch, reader or any object with the C stream
            interface, a path (.csv or .tsv, plain or gzip; .parquet, .arrow and .feather by pyarrow), or an iterable of
            any of these and of mappings of columns. An iterable, a reader or a file is read as it is scored.
        rows:     of a part at most: memory is that of one part. A mapping is one part.
        keep:     columns of the table that come along with the scores (by pyarrow).
        names:    of the score columns (default: the model's outputs).
        progress: a bar on stderr, tqdm's where that is installed.
        output, strands, precision, full_precision: as `score`.
        """
        named = [o.name for o in self.outputs] if names is None else listed(names, "names")
        kept = listed(keep, "keep")
        if len(named) != len(self.outputs):
            raise Error(Status.INVALID_ARGUMENT, f"names must be {len(self.outputs)}, one for each output")
        for name in kept + named:
            if (kept + named).count(text(name, "a column's name")) > 1:
                raise Error(Status.INVALID_ARGUMENT, f"keep and names: two columns would be named '{name}'")
        choice(OUTPUTS, output, "output")
        options = {"output": output, "strands": whole(strands, "strands", 0, 2**32 - 1), "precision": precision,
                   "full_precision": full_precision}
        self.precision_of(precision, full_precision)
        return TableScores(self, table, whole(rows, "rows", 1), kept, named, bool(progress), options)
