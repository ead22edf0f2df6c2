"""What the library gave against a second implementation: pooling in NumPy, networks and gradients in PyTorch, all in double
precision. Tolerances are of float32 rounding, but where a case says otherwise (8 bits, float16, random draws)."""

import sys

import numpy as np
import torch

import oracle_lenses
from batches import entries, floats_of, owners
from files import MODELS

TORCH_NAMES = {"probed": "mixed", "tested": "mixed"}  # the same network


def model_of(case):
    return MODELS[TORCH_NAMES.get(case["model"], case["model"])]


def close(case, got, wanted, tolerance=2e-5):
    got, wanted = np.asarray(got, np.float64).ravel(), np.asarray(wanted, np.float64).ravel()
    if got.shape != wanted.shape or not np.isfinite(wanted).all():
        sys.exit(f"{case['name']}: {got.size} numbers, the oracle has {wanted.size}")
    off = np.abs(got - wanted)
    if (off > tolerance * np.maximum(1, np.abs(wanted))).any():
        sys.exit(f"{case['name']}: off by {off.max():.3g} at {int(off.argmax())}: {got[off.argmax()]}, {wanted[off.argmax()]}")


def inputs(case, batches):
    return torch.tensor(model_of(case).pooled(batches[case["batch"]]), dtype=torch.float64)


def outputs(case, logits):
    return torch.sigmoid(logits) if case.get("output", "probability") == "probability" else logits


def score(case, batches):
    with torch.no_grad():
        values = model_of(case).network(inputs(case, batches))
    rough = 0.15 if case.get("precision") == "int8" else 2e-5
    close(case, floats_of(case["expect"]["scores"]), outputs(case, values["logits"]), rough)
    made, own = batches[case["batch"]], owners(batches[case["batch"]])
    for name, got in zip(case.get("captures", []), case["expect"].get("captures", [])):
        wanted = values["logit" if name == "ctr" else name].numpy()
        wanted = wanted.reshape(len(wanted), -1)
        if got["scope"] == "request":
            wanted = wanted[[own.index(r) for r in range(len(made["requests"]) - 1)]]
        close(case, floats_of(got["values"]), wanted)


def target(case, values):
    """What is explained, one number a candidate."""
    if case["target"] == "neuron":
        return values[case["value"]][:, case["column"]]
    logit = values["logits"][:, case.get("task", 0)]
    return torch.sigmoid(logit) if case["target"] == "probability" else logit


def spans(case, level):
    """Columns of each group, of each feature, or of each dimension."""
    model = model_of(case)
    if level == "dimension":
        return [(i, i + 1) for i in range(model.WIDTH)]
    return list((model.groups if level == "group" else model.features).values())


def saliency(case, batches):
    x = inputs(case, batches).requires_grad_()
    (gradient,) = torch.autograd.grad(target(case, model_of(case).network(x)).sum(), x)
    x, g = x.detach().numpy(), gradient.numpy()
    got, level, method = floats_of(case["expect"]["values"]), case["level"], case["method"]
    if level == "id":
        return _ids(case, batches, got, x * g)
    if method.startswith("gradient_l"):
        by = {"gradient_l1": lambda p: np.abs(p).sum(1), "gradient_l2": lambda p: np.sqrt((p * p).sum(1))}[method]
        wanted = g if level == "dimension" else np.stack([by(g[:, a:b]) for a, b in spans(case, level)], 1)
    else:
        centre = floats_of(case["means"]).astype(float) if method == "centred" else 0.0
        wanted = np.stack([((x - centre) * g)[:, a:b].sum(1) for a, b in spans(case, level)], 1)
    if case.get("per_request"):
        wanted = _summed(case, batches, wanted)
    close(case, got, wanted)


def _summed(case, batches, wanted):
    """Groups of request scope alone, which have their request's sum."""
    own, out = np.array(owners(batches[case["batch"]])), wanted.copy()
    for column, group in enumerate(model_of(case).groups):
        if group in ("user", "interests"):
            for r in set(own):
                out[own == r, column] = wanted[own == r, column].sum()
    return out


def _ids(case, batches, got, parts):
    """Ids of a feature add up to the feature's own: none of these entries has a row standing in for no id at all."""
    model, made = model_of(case), batches[case["batch"]]
    offsets, own, at = case["expect"]["offsets"], owners(made), 0
    for c in range(made["candidates"]):
        assert at == offsets[c]
        for name, (a, b) in model.features.items():
            column = next(col for col in made["columns"] if col["name"] == name)
            if column["kind"] == "floats":
                continue
            entry = own[c] if name in ("user", "tags") else c
            ends = column.get("row_offsets", range(len(column["values"]) + 1))
            count = ends[entry + 1] - ends[entry]
            close(case, [got[at : at + count].astype(float).sum()], [parts[c, a:b].sum()])
            at += count
    assert at == offsets[-1] == len(got)


def means(case, batches):
    x = inputs(case, batches).numpy()
    got = np.array([np.frombuffer(bytes.fromhex(s), ">f8")[0] for s in case["expect"]["sums"]])
    close(case, got, x.sum(0), 1e-5)
    assert case["expect"]["rows"] == len(x)


def coverage(case, batches):
    made, model = batches[case["batch"]], model_of(case)
    own, wanted = owners(made), np.zeros((made["candidates"], len(model.features)), int)
    for column, (name, (a, b)) in enumerate(model.features.items()):
        known = model.known[name]
        cells = entries(made, name, b - a if known is None else 0)
        for c in range(made["candidates"]):
            ids = cells[own[c] if name in ("user", "tags") else c][0]
            ids = ids[:3] if name == "tags" else ids
            wanted[c, column] = any(i is not None and (np.isfinite(i) if known is None else known(i)) for i in ids)
    close(case, case["expect"]["covered"], wanted, 0)


def cache(case, batches):
    """`same_as` and `near` say it all: the uncached case was held to the oracle."""
    assert case["expect"]["filled"] == 3 and ("same_as" in case or "near" in case)


def same(case, others):
    """Cases that must have the bits of another, or nearly."""
    for member in ("same_as", "near"):
        if member not in case:
            continue
        other = others[case[member]]["expect"]
        if member == "near":
            close(case, floats_of(case["expect"]["scores"]), floats_of(other["scores"]), 5e-3)
        elif any(case["expect"][k] != other[k] for k in ("scores", "hash") if k in other):
            sys.exit(f"{case['name']}: not the bits of {case[member]}")


def delta(case, batches):
    """As a cache."""
    assert "same_as" in case


def nothing(case, batches):
    pass


CHECKS = {"score": score, "delta": delta, "saliency": saliency, "means": means, "coverage": coverage, "cache": cache,
          "attribution": oracle_lenses.attribution, "probe": oracle_lenses.probe, "exit": oracle_lenses.exit_,
          "profile": oracle_lenses.profile, "open": nothing, "self_test": nothing, "session": nothing, "enum": nothing,
          "status_name": nothing}


def check_all(batches, cases):
    """Ends the program where a case is not what the second implementation says."""
    by_name = {case["name"]: case for case in cases}
    if len(by_name) != len(cases):
        sys.exit("two cases of one name")
    for case in cases:
        if "error" not in case:
            CHECKS[case["do"]](case, batches)
            same(case, by_name)
