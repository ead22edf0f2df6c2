"""Models of other frameworks as `.clens` files."""

from ._feature import Feature, Hash
from ._imported import Imported
from ._onnx import from_onnx

__all__ = ["Feature", "Hash", "Imported", "from_onnx"]
