"""Models of other frameworks as `.clens` files."""

from ._deepctr import from_deepctr_torch
from ._feature import Feature, Hash
from ._fuxictr import from_fuxictr
from ._imported import Imported
from ._onnx import from_onnx
from ._torch import from_torch

__all__ = ["Feature", "Hash", "Imported", "from_deepctr_torch", "from_fuxictr", "from_onnx", "from_torch"]
