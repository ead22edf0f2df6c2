"""The GwEN network against PyTorch's numbers (tests/golden/make_gwen_golden.py), through Python.

Tolerances as in tests/golden/gwen_test.cpp: relative to the row's largest magnitude.
"""

from pathlib import Path

import numpy as np
import pytest

import clicklens

GOLDEN = Path(__file__).resolve().parents[3] / "tests" / "golden" / "gwen"


def array(name, kind):
    return np.fromfile(GOLDEN / f"{name}.{kind}", {"f32": "<f4", "i64": "<i8"}[kind])


@pytest.fixture(scope="module")
def golden():
    data, layers, numbers = {}, {}, {}
    for line in (GOLDEN / "manifest.txt").read_text(encoding="utf-8").splitlines():
        word, *rest = line.split()
        if word == "keys":
            weights = (array(f"{rest[0]}.weights", "f32"),) if rest[1] == "weighted" else ()
            data[rest[0]] = (array(f"{rest[0]}.values", "i64"), array(f"{rest[0]}.offsets", "i64"), *weights)
        elif word == "floats":
            data[rest[0]] = array(rest[0], "f32").reshape(-1, int(rest[1]))
        elif word == "layer":
            layers[rest[0]] = array(f"layer.{rest[0]}", "f32").reshape(-1, int(rest[1]))
        elif rest:
            numbers[word] = int(rest[0])
    return clicklens.open(GOLDEN / "model.clens", verify=True), data, array("request_offsets", "i64"), layers, numbers


def close(got, wanted, tolerance):
    assert got.shape == wanted.shape
    largest = np.abs(wanted).max(axis=-1, keepdims=True)
    assert (np.abs(got - wanted) <= tolerance * largest).all(), np.abs((got - wanted) / largest).max()


def test_logits_and_layers(golden):
    model, data, offsets, layers, numbers = golden
    logits = model.score(data, offsets, "logit")
    assert len(logits) == numbers["candidates"] and len(offsets) == numbers["requests"] + 1
    close(logits, array("logits", "f32"), 1e-5)
    found = model.activations(data, list(layers), offsets)
    for name, wanted in layers.items():
        close(found[name], wanted, 1e-5)


def test_gradient(golden):
    model, data, offsets, _, numbers = golden
    got = model.saliency(data, "gradient_l2", "dimension", requests=offsets)
    close(got, array("gradient", "f32").reshape(-1, numbers["gradient"]), 1e-4)
