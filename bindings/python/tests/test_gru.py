"""Gated recurrent units against PyTorch: its GRU, and DIEN's kinds in a plain loop; gradients of x and attention."""

import numpy as np
import pytest

import clicklens

torch = pytest.importorskip("torch")

ROWS, FIELDS, WIDTH, SIZE = 11, 5, 4, 6


def states(gru, x, kind, attention, mask):
    """[rows, fields, size], as DIEN states it (Zhou et al. 2019, equations 3 to 8)."""
    h, made = torch.zeros(len(x), SIZE, dtype=torch.double), []
    for t in range(FIELDS):
        i = x[:, t] @ gru.weight_ih_l0.T + (gru.bias_ih_l0 if gru.bias else 0)
        u = h @ gru.weight_hh_l0.T + (gru.bias_hh_l0 if gru.bias else 0)
        r = torch.sigmoid(i[:, :SIZE] + u[:, :SIZE])
        z = torch.sigmoid(i[:, SIZE:2 * SIZE] + u[:, SIZE:2 * SIZE])
        n = torch.tanh(i[:, 2 * SIZE:] + r * u[:, 2 * SIZE:])
        a = attention[:, t:t + 1]
        share = {"gru": 1 - z, "agru": a.expand_as(z), "augru": a * z}[kind]
        h = torch.where(mask[:, t:t + 1] != 0, (1 - share) * h + share * n, h)
        made.append(h)
    return torch.stack(made, 1)


@pytest.mark.parametrize("kind", ["gru", "agru", "augru"])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("masked", [False, True])
def test_states_and_gradients_are_pytorchs(tmp_path, kind, bias, masked):
    torch.manual_seed(4)
    gru = torch.nn.GRU(WIDTH, SIZE, batch_first=True, bias=bias).double()
    with torch.no_grad():
        for parameter in gru.parameters():
            parameter.copy_(parameter.float().double())
    random = np.random.default_rng(5)
    data = {"x": random.normal(size=(ROWS, FIELDS * WIDTH)).astype(np.float32),
            "a": random.uniform(0, 1, (ROWS, FIELDS)).astype(np.float32),
            "m": (random.random((ROWS, FIELDS)) < 0.6).astype(np.float32)}
    out = random.normal(size=(1, FIELDS * SIZE)).astype(np.float32)

    b = clicklens.Builder("gru")
    x, a, m = (b.input(b.dense(name, name, width=data[name].shape[1])) for name in data)
    weights = {name: p.detach().numpy() for name, p in gru.named_parameters()}
    made = b.gru(b.reshape(x, FIELDS), weights["weight_ih_l0"], weights["weight_hh_l0"], weights.get("bias_ih_l0"),
                 weights.get("bias_hh_l0"), mask=m if masked else None, attention=None if kind == "gru" else a,
                 kind=kind)
    assert b.shape(made) == (FIELDS, SIZE)
    logit = b.linear(made, out)
    unused = b.linear(b.concat([a, m]), np.zeros((1, 2 * FIELDS), np.float32))
    b.output("y", b.add(logit, unused))
    b.save(tmp_path / "m.clens")
    model = clicklens.open(tmp_path / "m.clens")

    given = {name: torch.tensor(v).double().requires_grad_() for name, v in data.items()}
    mask = given["m"] if masked else torch.ones(ROWS, FIELDS, dtype=torch.double)
    wanted = states(gru, given["x"].reshape(ROWS, FIELDS, WIDTH), kind, given["a"], mask)
    if kind == "gru" and not masked:
        torch.testing.assert_close(wanted, gru(given["x"].reshape(ROWS, FIELDS, WIDTH))[0])
    logits = wanted.reshape(ROWS, -1) @ torch.tensor(out[0]).double()
    logits.sum().backward()
    got = model.score(data, output="logit").reshape(-1)
    np.testing.assert_allclose(got, logits.detach().numpy(), rtol=2e-5, atol=2e-6)
    gradients = [given[name].grad if given[name].grad is not None else torch.zeros_like(given[name]) for name in data]
    wanted = torch.cat(gradients, 1).numpy()
    found = model.saliency(data, "gradient_l2", "dimension")
    assert (np.abs(found - wanted) <= 2e-5 * np.abs(wanted).max(1, keepdims=True)).all()


def test_kinds_and_attention_go_together():
    b = clicklens.Builder("gru")
    x = b.input(b.dense("x", "g", width=2))
    w = np.zeros((3, 2)), np.zeros((3, 1))
    for bad in (dict(kind="agru"), dict(attention=x), dict(kind="lstm")):
        with pytest.raises(clicklens.Error):
            b.gru(x, *w, **bad)
    with pytest.raises(clicklens.Error, match="dimensions"):
        b.gru(x, np.zeros(3), w[1])
