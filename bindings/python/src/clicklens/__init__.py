"""clicklens: a see-through runtime for click-through-rate models.

    model = clicklens.open("ctr.clens")
    p = model.score({"user_id": users, "ad_id": ads})              # probabilities
    h = model.activations({...}, ["l1"])["l1"]                     # what happened inside
    s = model.saliency({...})                                      # why: one column per feature group

`report` puts everything about some checkpoints on one page, `plot` draws its figures.
`neurons` tells what every neuron does, `probe` what every layer knows, `drift` what changed between profiles, `diagnose`
what is wrong with a model.
`Delta` makes one version of a model of another.
`Refiner` edits a model into a new file: drop groups, prune, cut, calibrate, fold, narrow tables.
`Builder` writes model files from arrays; `from_torch`, `from_onnx`, `from_fuxictr` and `from_deepctr_torch` take trained
networks; `read_table` reads the command line's CSV and TSV days.
`clicklens.spark`, imported by itself, scores, evaluates and profiles DataFrames on a Spark cluster.
Every failure is a `clicklens.Error` with `.status` and `.message`.
"""

from . import plot
from ._attribution import Attribution
from ._batch import request_offsets
from ._builder import Builder
from ._cache import Cache, CacheInfo
from ._delta import Delta, DeltaInfo
from ._diagnose import Diagnosis, diagnose
from ._drift import drift
from ._evaluate import evaluate
from ._importance import (
    GroupImportance,
    GroupSaliency,
    Importance,
    ImportanceDifference,
    SaliencySums,
    ShareContrast,
)
from ._influence import saliency
from ._info import FeatureInfo, ModelInfo, Named, Table, Value
from ._library import Error, Status, isa, supported_isas, version
from ._metrics import Evaluation, Metrics
from ._inside import neurons
from ._model import Counts, Model, open
from ._prepared import Prepared
from ._neurons import LayerChange, NeuronLayer, Neurons
from ._precision import PrecisionLinear, PrecisionReport, PrecisionScores, precision_report
from ._probe import AucDifference, Control, Probe, ProbeInfo, ProbeRows, compare_auc
from ._probing import probe
from ._profile import FeatureTraffic, Profile
from ._recording import Recorder, RecorderStats, Replay, replay
from ._refiner import CalibrationFit, Edit, Refiner, TableChange
from ._report import Report, report
from ._table_scores import TableScores
from ._tables import read_days, read_table
from .importers import Feature, Hash, Imported, from_deepctr_torch, from_fuxictr, from_onnx, from_torch

__version__ = version()

__all__ = [
    "Attribution", "AucDifference", "Builder", "Cache", "CacheInfo", "CalibrationFit", "Control", "Counts",
    "Delta", "DeltaInfo", "Diagnosis", "Edit", "Error", "Evaluation", "Feature", "FeatureInfo", "FeatureTraffic", "GroupImportance",
    "GroupSaliency", "Hash", "Importance", "ImportanceDifference", "Imported", "LayerChange", "Metrics", "Model",
    "ModelInfo", "Named", "NeuronLayer", "Neurons", "PrecisionLinear", "PrecisionReport", "PrecisionScores", "Prepared",
    "Probe", "ProbeInfo", "ProbeRows", "Profile", "Recorder", "RecorderStats", "Refiner", "Replay", "Report", "SaliencySums",
    "ShareContrast", "Status", "Table", "TableChange", "TableScores", "Value", "compare_auc", "diagnose", "drift", "evaluate",
    "from_deepctr_torch", "from_fuxictr", "from_onnx", "from_torch", "isa", "neurons", "open", "plot",
    "precision_report", "probe", "read_days", "read_table", "replay", "report", "request_offsets", "saliency",
    "supported_isas", "version",
]
