"""What Elementwise makes, against PyTorch in double: values, gradients and broadcasting; edges and refusals."""

import numpy as np
import pytest

import clicklens

torch = pytest.importorskip("torch")
functional = torch.nn.functional

ROWS = 200
A, B = 4, 4  # columns of the inputs


def b_of(value):
    """Away from 0, where quotients and logarithms live."""
    return value.abs() + 0.25


UNARY = {  # name: with a Builder, with PyTorch, of a positive number?
    "gelu": (lambda b, x: b.gelu(x), functional.gelu, False),
    "gelu_tanh": (lambda b, x: b.gelu(x, "tanh"),
                  lambda x: x / 2 * (1 + torch.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))), False),
    "silu": (lambda b, x: b.silu(x), functional.silu, False),
    "softplus": (lambda b, x: b.softplus(x), functional.softplus, False),
    "elu": (lambda b, x: b.elu(x), functional.elu, False),
    "elu_alpha": (lambda b, x: b.elu(x, 0.3), lambda x: functional.elu(x, 0.3), False),
    "clip": (lambda b, x: b.clip(x, -0.5, 1.25), lambda x: x.clamp(-0.5, 1.25), False),
    "clip_low": (lambda b, x: b.clip(x, 0.125), lambda x: x.clamp(min=0.125), False),
    "clip_high": (lambda b, x: b.clip(x, high=0.125), lambda x: x.clamp(max=0.125), False),
    "exp": (lambda b, x: b.exp(x), torch.exp, False),
    "log": (lambda b, x: b.log(x), torch.log, True),
    "sqrt": (lambda b, x: b.sqrt(x), torch.sqrt, True),
    "abs": (lambda b, x: b.abs(x), torch.abs, False),
    "erf": (lambda b, x: b.erf(x), torch.erf, False),
    "reciprocal": (lambda b, x: b.reciprocal(x), torch.reciprocal, True),
    "affine": (lambda b, x: b.affine(x, 0.75, -2.0), lambda x: x * 0.75 - 2, False),
    "affine_columns": (lambda b, x: b.affine(x, [1, 2, 3, 4], 0.5),
                       lambda x: x * torch.arange(1.0, 5).double() + 0.5, False),
}
BINARY = {"add": torch.add, "subtract": torch.subtract, "multiply": torch.multiply, "divide": torch.divide,
          "maximum": torch.maximum, "minimum": torch.minimum}


def opened(tmp_path, make, positive=False, fused=False):
    """y = make(b, x[, z]) over inputs a and b, weighed and summed; `fused`: behind a linear."""
    b = clicklens.Builder("elementwise")
    x, z = b.input(b.dense("a", "g", width=A)), b.input(b.dense("b", "g", "request", width=B))
    if fused:
        x = b.linear(x, np.eye(A))
    if positive:
        x = b.affine(b.abs(x), shift=0.25)
    y = make(b, x, z)
    b.layer("y", y)
    b.output("o", b.sum(b.concat([y])))
    b.save(tmp_path / "m.clens")
    return clicklens.open(tmp_path / "m.clens")


def data(seed=1):
    draws = np.random.default_rng(seed)
    a, b = (draws.normal(size=(ROWS, width), scale=2).astype(np.float32) for width in (A, B))
    a[:20] = np.float32(2) ** draws.integers(-20, 6, (20, A)) * np.sign(a[:20])
    a[20:40] = np.round(a[20:40])  # kinks and ties
    b[20:40] = np.round(b[20:40])
    return {"a": a, "b": b}


def compare(model, batch, function):
    tensors = [torch.tensor(batch[name]).double().requires_grad_() for name in ("a", "b")]
    wanted = function(*tensors)
    wanted.sum().backward()
    got = model.activations(batch)["y"]
    np.testing.assert_allclose(got, wanted.detach().numpy().reshape(got.shape), rtol=3e-6, atol=1e-6)
    gradients = [np.zeros_like(t.detach()) if t.grad is None else t.grad.numpy() for t in tensors]
    np.testing.assert_allclose(model.saliency(batch, "gradient_l2", "dimension"), np.concatenate(gradients, 1),
                               rtol=1e-5, atol=2e-6)


@pytest.mark.parametrize("fused", [False, True])
@pytest.mark.parametrize("name", UNARY)
def test_functions_of_one_value(tmp_path, name, fused):
    ours, theirs, positive = UNARY[name]
    model = opened(tmp_path, lambda b, x, z: ours(b, x), positive, fused)
    compare(model, data(), lambda a, b: theirs(b_of(a) if positive else a))


@pytest.mark.parametrize("shape", ["same", "width", "fields", "number"])
@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("name", BINARY)
def test_functions_of_two_values(tmp_path, name, swapped, shape):
    take = {"same": np.eye(4), "width": np.eye(4)[:2], "fields": np.eye(4)[:2], "number": np.eye(4)[:1]}[shape]
    form = {"same": (2, 2), "width": (2, 1), "fields": (1, 2), "number": (1, 1)}[shape]

    def ours(b, x, z):
        x = b.fields([x], 2)
        z = b.fields([b.linear(z, take)], form[0])
        if name == "divide":
            x, z = (b.affine(b.abs(v), shift=0.25) for v in (x, z))
        return getattr(b, name)(*((z, x) if swapped else (x, z)))

    def theirs(a, b):
        a, b = a.reshape(-1, 2, 2), (b @ torch.tensor(take).T).reshape(-1, *form)
        if name == "divide":
            a, b = b_of(a), b_of(b)
        return BINARY[name](*((b, a) if swapped else (a, b)))

    compare(opened(tmp_path, ours), data(), theirs)


def test_edges(tmp_path):
    batch = {"a": np.array([[0, -80, 80, -1e30], [1e30, -3.4e38, 3.4e38, 1e-40]], np.float32), "b": np.zeros((2, B))}
    for name in ("gelu", "gelu_tanh", "silu", "softplus", "elu", "clip", "erf", "abs"):
        ours, theirs, _ = UNARY[name]
        compare(opened(tmp_path, lambda b, x, z: ours(b, x)), batch, lambda a, b: theirs(a))


def test_a_logarithm_of_nothing_is_no_crash(tmp_path):
    batch = {"a": np.array([[0, -1, 4, 1]], np.float32), "b": np.zeros((1, B))}
    got = {name: opened(tmp_path, lambda b, x, z: UNARY[name][0](b, x)).activations(batch)["y"][0]
           for name in ("log", "sqrt", "reciprocal")}
    with np.errstate(divide="ignore", invalid="ignore"):
        wanted = {"log": np.log(batch["a"][0]), "sqrt": np.sqrt(batch["a"][0]), "reciprocal": 1 / batch["a"][0]}
    for name, values in wanted.items():
        np.testing.assert_allclose(got[name], values, rtol=1e-6)


def test_mistakes_are_refused(tmp_path):
    b = clicklens.Builder("m")
    x = b.input(b.dense("a", "g", width=3))
    for call, what in [(lambda: b.gelu(x, "erf"), "approximate"), (lambda: b.clip(x, 2, 1), "low"),
                       (lambda: b.clip(x, float("nan")), "low"), (lambda: b.elu(x, "a"), "alpha"),
                       (lambda: b.affine(x, [1, 2], [1, 2, 3]), "one shape"), (lambda: b.affine(x, [[1]]), "dimension")]:
        with pytest.raises(clicklens.Error, match=what) as caught:
            call()
        assert caught.value.status == clicklens.Status.INVALID_ARGUMENT
    b.output("o", b.sum(b.affine(x, [1, 2])))
    with pytest.raises(clicklens.Error, match="2 scales for 3 columns"):
        b.save(tmp_path / "m.clens")
