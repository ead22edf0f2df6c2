"""Who takes part in a cell, and their files."""

from __future__ import annotations

import os
from dataclasses import dataclass

import litert_peer
import onnx_runtime
import openvino_peer
import ours
import torch_peer
from zoo import Network

MODULES = {"ours": ours, "ort": onnx_runtime, "ov": openvino_peer, "litert": litert_peer, "torch": torch_peer}


@dataclass(frozen=True)
class Side:
    module: str
    form: str
    precision: str = "f32"

    @property
    def name(self) -> str:
        return f"{MODULES[self.module].NAME}, {self.form}" + ("" if self.precision == "f32" else f", {self.precision}")

    @property
    def ours(self) -> bool:
        return self.module == "ours"

    def file(self, folder, shape, empty: bool = False) -> str:
        # Of ours, one file serves all forms and precisions, and of PyTorch's and OpenVINO's empties, too.
        form, precision = ("whole", "f32") if self.ours else (self.form, "f32" if empty else self.precision)
        ending = {"ours": "clens", "ort": "onnx", "ov": "onnx", "litert": "tflite", "torch": "pt"}[self.module]
        kind = ".empty" if empty else ""
        return os.path.join(folder, f"{shape.name}.{self.module}.{form}.{precision}{kind}.{ending}")

    def write(self, folder, shape, weights, empty: bool = False) -> str:
        path = self.file(folder, shape, empty)
        if not os.path.exists(path):
            MODULES[self.module].write(shape, weights, self.form, self.precision, empty, path)
        return path

    def open(self, shape, path: str):
        return MODULES[self.module].Peer(shape, path, self.form, self.precision)


OURS = Side("ours", "whole")
UNSHARED = [
    OURS, Side("ours", "whole", "int8"), Side("ours", "whole", "bf16"),
    Side("ort", "natural"), Side("ort", "best"), Side("ort", "best", "int8"),
    Side("ov", "natural"), Side("ov", "best"), Side("ov", "best", "bf16"),
    Side("litert", "best"), Side("litert", "best", "int8"), Side("torch", "best"),
]
SHARED = UNSHARED + [
    Side("ours", "cached"), Side("ours", "cached", "int8"), Side("ours", "cached", "bf16"),
    Side("ort", "split"), Side("ort", "split", "int8"), Side("ov", "split"), Side("ov", "split", "bf16"),
    Side("litert", "split"), Side("litert", "split", "int8"), Side("torch", "split"),
]


# Of the zoo's networks, which nobody cuts by hand.
ZOO = [OURS, Side("ort", "natural"), Side("ort", "best"), Side("ov", "best"), Side("torch", "best")]


def of_cell(shape, shared: bool) -> list[Side]:
    if isinstance(shape, Network):
        return ZOO
    return SHARED if shared else UNSHARED
