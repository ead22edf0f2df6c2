"""Five networks of the zoo against Captum 0.7.0, by pooled input dimension and by feature group.

Compared: Captum's Saliency without its absolute value (the gradient), InputXGradient, and IntegratedGradients with 50
Gauss-Legendre steps - the quadrature of clicklens - from the mean of the rows and from zero. Captum computed in double
precision (tests/golden/make_zoo_captum_golden.py), clicklens in float32: a difference is relative to the largest of its
row. The largest seen, over 8 rows of every network, is printed by each test (pytest -rP) and stands here:

    of deepfm, dcnv2, autoint, mmoe, dlrm    by dimension    by group
    gradient                                 3.2e-7          2.4e-7 (L1), 1.3e-7 (L2)
    gradient x input                         5.5e-7          1.0e-6
    integrated gradients, from the mean      1.3e-7          4.6e-7
    integrated gradients, from zero          1.4e-7          3.2e-7
"""

from pathlib import Path

import numpy as np
import pytest

import clicklens

torch = pytest.importorskip("torch")
cases = pytest.importorskip("captum_cases")

GOLDEN = Path(__file__).resolve().parents[3] / "tests" / "golden" / "zoo_captum"
TOLERANCE = 1e-4


@pytest.fixture(scope="module", params=cases.NETWORKS)
def case(request, tmp_path_factory):
    """(name, opened model, rows, Captum's attributions by method)."""
    path = tmp_path_factory.mktemp("captum") / f"{request.param}.clens"
    cases.make(request.param)[1].save(path)
    model = clicklens.open(path)
    numbers = np.fromfile(GOLDEN / f"{request.param}.f32", "<f4").reshape(-1, cases.ROWS, model.info.input_width)
    return request.param, model, cases.rows(request.param), dict(zip(cases.METHODS, numbers, strict=True))


def largest_difference(got, wanted):
    assert got.shape == wanted.shape
    size = np.abs(wanted).max(1, keepdims=True)
    assert (size > 0).all()
    return (np.abs(got - wanted) / size).max()


def hold(record_property, name, differences):
    """States the differences, then demands that none is too large."""
    for what, difference in differences.items():
        print(f"{name}, {what}: {difference:.1e} of the row's largest")
        record_property(what, float(difference))
    assert max(differences.values()) <= TOLERANCE, differences


def by_group(model, columns, add=np.sum):
    of_column = np.empty(model.info.input_width, int)
    for feature in model.features:
        of_column[feature.input_begin :] = model.groups.index(feature.group)
    return np.stack([add(columns[:, of_column == g], axis=1) for g in range(len(model.groups))], 1)


def attributed(model, data, level):
    """What clicklens says, by Captum's method."""
    return {
        "gradient_x_input": model.saliency(data, "gradient_x_input", level),
        "integrated_gradients_mean": model.attribute(data, level=level, steps=cases.STEPS, baseline="mean").values,
        "integrated_gradients_zero": model.attribute(data, level=level, steps=cases.STEPS, baseline="zero").values,
    }


def test_dimensions_are_captums(case, record_property):
    name, model, data, captum = case
    got = {"gradient": model.saliency(data, "gradient_l2", "dimension"), **attributed(model, data, "dimension")}
    hold(record_property, name, {method: largest_difference(got[method], captum[method]) for method in cases.METHODS})


def test_groups_are_captums(case, record_property):
    name, model, data, captum = case
    differences = {}
    for method, got in attributed(model, data, "group").items():
        differences[method] = largest_difference(got, by_group(model, captum[method]))
    gradient = captum["gradient"]
    for method, wanted in {"gradient_l1": by_group(model, np.abs(gradient)),
                           "gradient_l2": np.sqrt(by_group(model, gradient.astype(float) ** 2))}.items():
        differences[method] = largest_difference(model.saliency(data, method, "group"), wanted)
    hold(record_property, name, differences)


def test_methods_differ_and_paths_add_up(case):
    """What Captum said tells methods apart, and is complete where completeness is promised."""
    _, model, data, captum = case
    for one in cases.METHODS:
        for other in cases.METHODS:
            assert one == other or largest_difference(captum[one], captum[other]) > 100 * TOLERANCE
    logits = model.score(data, output="logit").reshape(cases.ROWS, -1)[:, 0]
    pooled = model.pooled(data)
    for kind, baseline in (("mean", pooled.mean(0)), ("zero", np.zeros(model.info.input_width, np.float32))):
        ours = model.attribute(data, "integrated_gradients", "dimension", steps=cases.STEPS, baseline=baseline)
        theirs = captum[f"integrated_gradients_{kind}"]
        left = np.abs(theirs.sum(1) - (logits - ours.baseline))
        assert (left <= (ours.gap + TOLERANCE) * np.abs(theirs).sum(1)).all()
        assert ours.gap.max() < 0.05


@pytest.mark.parametrize("name", cases.NETWORKS)
def test_golden_numbers_are_captums(name):
    """Where Captum is installed (pip install --no-deps captum==0.7.0), it still says what was written down."""
    pytest.importorskip("captum.attr")
    wanted = cases.captums(name)
    numbers = np.fromfile(GOLDEN / f"{name}.f32", "<f4").reshape(len(cases.METHODS), cases.ROWS, -1)
    for method, golden in zip(cases.METHODS, numbers, strict=True):
        assert largest_difference(golden, wanted[method]) < 1e-6
