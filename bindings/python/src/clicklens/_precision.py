"""What a reduced precision costs, and which linears should stay in float32."""

from __future__ import annotations

from dataclasses import dataclass

from ._arguments import bad, number, whole
from ._batch import Batch
from ._library import address, check, choice, ffi, lib, struct
from ._metrics import clicks_of
from ._model import Model
from ._session import PRECISIONS, make_inputs
from ._types import Data, Numbers, Task


@dataclass(frozen=True)
class PrecisionScores:
    """Differences are of probabilities, to float32's."""

    auc: float
    logloss: float
    largest_difference: float
    mean_difference: float


@dataclass(frozen=True)
class PrecisionLinear:
    """A linear of several outputs, reduced alone."""

    value: str  # its output
    auc_loss: float
    largest_difference: float
    mean_difference: float
    kept: bool  # stays in float32


@dataclass(frozen=True)
class PrecisionReport:
    rows: int
    clicks: int
    non_finite: int
    f32: PrecisionScores
    reduced: PrecisionScores  # all linears
    chosen: PrecisionScores   # all but the kept ones: what the bound allows
    linears: list[PrecisionLinear]

    @property
    def full_precision(self) -> list[str]:
        """What `Model.score(full_precision=...)` takes. As long as `linears`: the precision is of no use here."""
        return [linear.value for linear in self.linears if linear.kept]


def precision_report(model: Model, data: Data, labels: Numbers, precision: str = "int8", auc_loss: float = 0.0005, *,
                     requests: Numbers | None = None, task: Task = 0, strands: int = 1) -> PrecisionReport:
    """Scores the data in float32 and in "int8" or "bf16", all linears and each alone, and compares with clicks.

    auc_loss: AUC that may be lost, above 0. Where all linears reduced lose more, they go back to float32, the largest
        loser first, until the loss is within it. Same data, same choice.
    """
    batch = Batch(model.features, data, requests, chunk=2**62)  # an AUC is of all rows at once
    clicks = clicks_of(labels)
    if clicks.size != batch.candidates:
        raise bad(f"labels has {clicks.size} rows, the data {batch.candidates}")
    options, result = struct("clens_precision_options"), struct("clens_precision_result")
    options.precision = choice(PRECISIONS, precision, "precision")
    options.auc_loss = number(auc_loss, "auc_loss")
    if options.auc_loss == 0:  # C takes it for the default
        raise bad("auc_loss must be above 0")
    options.strands = whole(strands, "strands", 0, 2**32 - 1)
    options.task = model.task_index(task)
    linears = ffi.new("clens_precision_linear[]", len(model.values))
    inputs = make_inputs(batch.signature)
    for chunk in _one(batch):
        check(lib.clens_precision_report(model.handle, inputs, chunk.c_batch, address(clicks, "uint8_t *"), options,
                                         result, linears, ffi.sizeof("clens_precision_linear"), len(model.values)))
    return PrecisionReport(
        result.rows, result.clicks, result.non_finite, PrecisionScores(result.auc_f32, result.logloss_f32, 0.0, 0.0),
        PrecisionScores(result.auc, result.logloss, result.largest_difference, result.mean_difference),
        PrecisionScores(result.kept_auc, result.kept_logloss, result.kept_largest_difference,
                        result.kept_mean_difference),
        [PrecisionLinear(model.values[x.value].name, x.auc_loss, x.largest_difference, x.mean_difference, bool(x.kept))
         for x in linears[0 : result.linears]])


def _one(batch: Batch):
    if batch.candidates == 0:
        raise bad("the data have no rows")
    return batch.chunks()
