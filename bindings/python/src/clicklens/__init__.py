"""clicklens: a see-through runtime for click-through-rate models.

    model = clicklens.open("ctr.clens")
    p = model.score({"user_id": users, "ad_id": ads})              # probabilities
    h = model.activations({...}, ["l1"])["l1"]                     # what happened inside
    s = model.saliency({...})                                      # why: one column per feature group

`Builder` writes model files from arrays; `read_table` reads the command line's CSV and TSV days.
Every failure is a `clicklens.Error` with `.status` and `.message`.
"""

from ._batch import request_offsets
from ._builder import Builder
from ._evaluate import evaluate
from ._influence import saliency
from ._info import Feature, ModelInfo, Named, Table, Value
from ._library import Error, Status, isa, supported_isas, version
from ._metrics import Evaluation, Metrics
from ._model import Counts, Model, open
from ._tables import read_days, read_table

__version__ = version()

__all__ = [
    "Builder", "Counts", "Error", "Evaluation", "Feature", "Metrics", "Model", "ModelInfo", "Named", "Status",
    "Table", "Value", "evaluate", "isa", "open", "read_days", "read_table", "request_offsets", "saliency",
    "supported_isas", "version",
]
