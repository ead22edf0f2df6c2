"""The oracle of attributions, probes and profiles: methods once more from their papers, over the PyTorch networks."""

import sys

import numpy as np
import torch

import clicklens
import oracle
import lens_host
from batches import floats_of


class Rescale(torch.autograd.Function):
    """relu whose slope is that of the chord between a row and its reference, which is as many rows further on
    (Shrikumar, Greenside, Kundaje 2017)."""

    @staticmethod
    def forward(ctx, z):
        n, y = len(z) // 2, z.clamp(min=0)
        dz = z[:n] - z[n:]
        slope = torch.where(dz.abs() < 1e-9, (z[:n] > 0).double(), (y[:n] - y[n:]) / torch.where(dz == 0, torch.ones_like(dz), dz))
        ctx.save_for_backward(torch.cat([slope, slope]))
        return y

    @staticmethod
    def backward(ctx, g):
        return g * ctx.saved_tensors[0]


def _gradient(case, x, of=None):
    """dF/dx of rows, or of another number of each row."""
    x = x.clone().requires_grad_()
    values = oracle.model_of(case).network(x)
    (g,) = torch.autograd.grad((oracle.target(case, values) if of is None else of(values)).sum(), x)
    return g.detach()


def _integrated(case, x, base, steps):
    """Gauss-Legendre."""
    places, weights = np.polynomial.legendre.leggauss(steps)
    total = torch.zeros_like(x)
    for place, weight in zip((places + 1) / 2, weights / 2):
        total += weight * _gradient(case, base + place * (x - base))
    return (x - base) * total


def _deeplift(case, x, base):
    plain, torch.relu = torch.relu, Rescale.apply
    try:
        g = _gradient(case, torch.cat([x, base]))[: len(x)]
    finally:
        torch.relu = plain
    return (x - base) * g


def _ablation(case, x, base):
    columns = []
    with torch.no_grad():
        whole = oracle.target(case, oracle.model_of(case).network(x))
        for a, b in oracle.spans(case, case["level"]):
            without = x.clone()
            without[:, a:b] = base[:, a:b]
            columns.append(whole - oracle.target(case, oracle.model_of(case).network(without)))
    return torch.stack(columns, 1)


def _conductance(case, x, base, steps):
    total, before = 0, None
    for k in range(steps + 1):
        at = base + k / steps * (x - base)
        values = oracle.model_of(case).network(at.clone().requires_grad_())
        y = values[{"l1": "h1", "l2": "h2"}[case["layer"]]]
        (g,) = torch.autograd.grad(oracle.target(case, values).sum(), y)
        if before is not None:
            total = total + before[1] * (y.detach() - before[0])
        before = (y.detach(), g)
    return total


def attribution(case, batches):
    x = oracle.inputs(case, batches)
    width, method = x.shape[1], case["method"]
    rows = floats_of(case["baselines"]).astype(float).reshape(-1, width) if "baselines" in case else np.zeros((1, width))
    base, tolerance = torch.tensor(rows[:1]).expand_as(x), 5e-5
    if method == "integrated_gradients":
        parts = _integrated(case, x, base, case["steps"])
    elif method == "deeplift":
        parts = _deeplift(case, x, base)
    elif method == "additive":
        parts = x * _gradient(case, x)
    elif method == "neuron_gradients":
        neurons = range(oracle.model_of(case).network(x)[case["layer"]].shape[1])
        wanted = [_levelled(case, (x - base) * _gradient(case, x, lambda v, n=n: v[case["layer"]][:, n])) for n in neurons]
        return oracle.close(case, floats_of(case["expect"]["values"]), torch.stack(wanted, 1), tolerance)
    elif method == "expected_gradients":  # a mean of draws, about the integral
        parts = sum(_integrated(case, x, torch.tensor(row).expand_as(x), 50) for row in rows) / len(rows)
        tolerance = 0.5
    elif method == "smoothgrad":  # noise of a hundredth
        parts, tolerance = (x - base) * _gradient(case, x), 5e-3
    else:
        wanted = _ablation(case, x, base) if method == "ablation" else _conductance(case, x, base, case["steps"])
        return oracle.close(case, floats_of(case["expect"]["values"]), wanted.detach(), tolerance)
    oracle.close(case, floats_of(case["expect"]["values"]), _levelled(case, parts), tolerance)


def _levelled(case, parts):
    return torch.stack([parts[:, a:b].sum(1) for a, b in oracle.spans(case, case["level"])], 1)


def _probe_logits(case, batches):
    """From the coefficients that the file holds, on the oracle's own values."""
    probe = clicklens.open(str(lens_host.host.MODELS / f"{case['model']}.clens")).probe()
    with torch.no_grad():
        values = oracle.model_of(case).network(oracle.inputs(case, batches))
    logits = []
    for i in range(len(probe)):
        mean, sd, weights = probe.coefficients(i)
        x = values["logit" if probe.info(i).name == "ctr" else probe.info(i).name].numpy()
        logits.append(((x - mean) / np.where(weights == 0, 1, sd)) @ weights + probe.info(i).intercept)
    return np.stack(logits, 1), values


def probe(case, batches):
    wanted, _ = _probe_logits(case, batches)
    oracle.close(case, floats_of(case["expect"]["logits"]), wanted)
    clicks, got = np.array(case["labels"], bool), floats_of(case["expect"]["logits"]).reshape(wanted.shape)
    for i, bits in enumerate(case["expect"]["auc"]):
        pairs = got[clicks, i][:, None] - got[~clicks, i][None, :]
        auc = ((pairs > 0) + 0.5 * (pairs == 0)).mean()
        if np.frombuffer(bytes.fromhex(bits), ">f8")[0] != auc:
            sys.exit(f"{case['name']}: AUC {i} is not {auc}")


def exit_(case, batches):
    logits, values = _probe_logits(case, batches)
    early = logits[:, case["probe"]] < float(floats_of([case["bound"]])[0])
    wanted = np.where(early, logits[:, case["probe"]], values["logits"][:, 0].numpy())
    oracle.close(case, floats_of(case["expect"]["scores"]), wanted)
    if case["expect"]["exited"] != early.sum():
        sys.exit(f"{case['name']}: {early.sum()} should stop early")


def profile(case, batches):
    """The bytes themselves have no second source: figures read from them do."""
    logits = []
    for part in case["parts"]:
        with torch.no_grad():
            x = torch.tensor(oracle.model_of(case).pooled(batches[part["batch"]]))
            logits.append(oracle.model_of(case).network(x)["logits"][:, 0].numpy())
    logits = np.concatenate(logits)
    saved = clicklens.Profile.load(lens_host.saved_profile(batches, case))
    scores = saved.columns("scores")[0]
    oracle.close(case, [scores["mean"], scores["sd"], scores["minimum"], scores["maximum"]],
                 [logits.mean(), logits.std(ddof=1), logits.min(), logits.max()])
    if not saved.rows == case["expect"]["rows"] == len(logits):
        sys.exit(f"{case['name']}: {len(logits)} rows wanted")
