"""Cases of attributions, probes and profiles."""

import numpy as np

from batches import all_bits

LABELS = [1 if i * 7 % 5 < 2 else 0 for i in range(40)]


def attributions(width: int):
    base = {"baselines": all_bits((np.arange(width) % 5 - 2) / 8), "baseline_rows": 1}

    def case(method, name="", model="mixed", batch="mixed", level="group", target="logit", **more):
        return {"name": f"attribution/{name or method.replace('_', ' ')}", "do": "attribution", "model": model,
                "batch": batch, "method": method, "level": level, "target": target, **more}

    yield case("integrated_gradients", steps=20, **base)
    yield case("integrated_gradients", "integrated gradients from zero", level="dimension", steps=8)
    yield case("integrated_gradients", "integrated gradients of a neuron", target="neuron", value="l2", column=2, steps=8)
    yield case("deeplift", **base)
    yield case("deeplift", "deeplift by dimension", level="dimension", batch="mixed missing", **base)
    yield case("ablation", **base)
    yield case("ablation", "ablation of the probability", level="feature", target="probability", **base)
    yield case("additive")
    yield case("conductance", layer="l1", steps=10, **base)
    yield case("neuron_gradients", layer="l2", **base)
    yield case("expected_gradients", draws=32, seed="12345678901234567890", baseline_rows=2,
               baselines=all_bits(np.concatenate([np.zeros(width), (np.arange(width) % 3 - 1) / 4])))
    yield case("smoothgrad", draws=16, seed="7", spreads=all_bits(np.full(width, 0.125)), **base)
    yield case("integrated_gradients", "integrated gradients of a sequence", "sequence", "sequence", steps=10)
    yield case("ablation", "ablation of the second task", "two_tasks", "two tasks", task=1)


def probes():
    yield {"name": "probe/logits and AUC", "do": "probe", "model": "probed", "batch": "mixed many", "labels": LABELS}
    yield {"name": "probe/one request alone", "do": "probe", "model": "probed", "batch": "mixed", "labels": [1, 0, 0, 1, 0]}
    for bound, name in (("bf400000", "some"), ("ff7fffff", "none"), ("7f7fffff", "all")):
        yield {"name": f"exit/{name}", "do": "exit", "model": "probed", "batch": "mixed many", "probe": 0, "bound": bound,
               "output": "logit"}


def profiles(width: int):
    plain = [{"batch": "mixed", "first_row": 0}, {"batch": "mixed missing", "first_row": 5},
             {"batch": "mixed many", "first_row": 11}]
    clicks = [1, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, *LABELS]
    labelled = [{**part, "labels": clicks[part["first_row"] :][:n]} for part, n in zip(plain, (5, 6, 40))]
    means = all_bits(np.arange(width) / 16 - 0.5)

    def case(name, sections, parts, **more):
        return {"name": f"profile/{name}", "do": "profile", "model": "mixed", "sections": sections, "parts": parts, **more}

    yield case("scores and features", ["scores", "features"], plain)
    yield case("scores and features merged", ["scores", "features"], plain, merge=True, same_as="profile/scores and features")
    yield case("everything", ["scores", "neurons", "saliency", "features"], labelled, means=means)
    yield case("everything merged", ["scores", "neurons", "saliency", "features"], labelled, means=means, merge=True,
               same_as="profile/everything")


def profiles_of_keys():
    """For hosts that send ids as keys alone: profiles tell how ids came."""
    parts = [{"batch": "mixed keys", "first_row": 0, "labels": LABELS[:5]},
             {"batch": "mixed many keys", "first_row": 5, "labels": LABELS},
             {"batch": "mixed bare", "first_row": 45, "labels": LABELS[5:8]}]
    made = {"do": "profile", "model": "mixed", "sections": ["scores", "neurons", "features"], "parts": parts}
    yield {**made, "name": "profile/keys"}
    yield {**made, "name": "profile/keys merged", "merge": True, "same_as": "profile/keys"}
