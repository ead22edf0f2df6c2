"""Cases of scores, captures, gradients, coverage, caches and files. `same_as`: a case that must have the same bits."""

import numpy as np

from batches import all_bits


def scores():
    def case(name, model, batch, output="probability", **more):
        return {"name": name, "do": "score", "model": model, "batch": batch, "output": output, **more}

    yield case("mixed/scores", "mixed", "mixed")
    yield case("mixed/logits", "mixed", "mixed", "logit")
    yield case("mixed/every candidate its own request", "mixed", "mixed alone", same_as="mixed/scores")
    yield case("mixed/missing entries", "mixed", "mixed missing")
    yield case("mixed/optional columns absent", "mixed", "mixed bare")
    yield case("mixed/many", "mixed", "mixed many")
    yield case("mixed/strands", "mixed", "mixed many", strands=3, same_as="mixed/many")
    yield case("mixed/no candidates", "mixed", "mixed none")
    yield case("mixed/captures", "mixed", "mixed", "logit", captures=["l1", "emb", "pre", "l2", "ctr"])
    yield case("mixed/captures of missing entries", "mixed", "mixed missing", "logit", captures=["emb", "l2"])
    yield case("mixed/int8", "mixed", "mixed", "logit", precision="int8")
    yield case("mixed/int8 many", "mixed", "mixed many", precision="int8")
    yield case("two tasks/scores", "two_tasks", "two tasks")
    yield case("two tasks/captures", "two_tasks", "two tasks", "logit", captures=["shared", "bought"])
    yield case("sequence/scores", "sequence", "sequence")
    yield case("sequence/captures", "sequence", "sequence", "logit", captures=["attention", "hidden"])
    yield case("narrow/scores", "narrow", "narrow")
    yield case("narrow/captures", "narrow", "narrow", "logit", captures=["emb", "l1"])
    yield case("narrow/int8 layers", "narrow", "narrow", "logit", precision="int8")
    yield case("probed/scores", "probed", "mixed", same_as="mixed/scores")


def saliencies(width: int):
    means = all_bits(np.arange(width) / 16 - 0.5)

    def case(name, model="mixed", batch="mixed", method="gradient_x_input", level="group", target="logit", gradients="full",
             **more):
        return {"name": f"saliency/{name}", "do": "saliency", "model": model, "batch": batch, "method": method,
                "level": level, "target": target, "gradients": gradients, **more}

    yield case("centred by group", method="centred", means=means)
    yield case("centred by feature", method="centred", level="feature", means=means)
    yield case("centred by dimension", method="centred", level="dimension", means=means)
    yield case("gradient x input by group")
    yield case("gradient x input by dimension", level="dimension", batch="mixed missing")
    yield case("gradient x input by id", level="id")
    yield case("gradient L1", method="gradient_l1")
    yield case("gradient L2 by feature", method="gradient_l2", level="feature")
    yield case("signed gradient", method="gradient_l1", level="dimension")
    yield case("of the probability", target="probability", batch="mixed many")
    yield case("of a neuron", target="neuron", value="l1", column=3)
    yield case("summed over requests", per_request=True)
    yield case("group gradients", gradients="groups", method="centred", means=means, batch="mixed many")
    yield case("second task", "two_tasks", "two tasks", task=1)
    yield case("sequence", "sequence", "sequence")
    yield case("narrow tables", "narrow", "narrow", level="dimension")
    yield {"name": "means/mixed", "do": "means", "model": "mixed", "batch": "mixed many"}
    yield {"name": "coverage/mixed", "do": "coverage", "model": "mixed", "batch": "mixed missing"}
    yield {"name": "coverage/two tasks", "do": "coverage", "model": "two_tasks", "batch": "two tasks"}


def caches():
    made = {"do": "cache", "model": "mixed", "batch": "mixed cached", "ads": "mixed ads", "rows": 4, "output": "probability"}
    yield {**made, "name": "cache/float32", "storage": "f32", "same_as": "mixed/scores"}
    yield {**made, "name": "cache/float16", "storage": "f16", "output": "logit", "near": "mixed/logits"}
    yield {**made, "name": "cache/int8", "storage": "f32", "precision": "int8", "output": "logit", "same_as": "mixed/int8"}


def files():
    for model in ("mixed", "two_tasks", "sequence", "narrow", "probed", "tested"):
        yield {"name": f"open/{model}", "do": "open", "model": model, "verify": True}
    yield {"name": "open/damaged segment unseen", "do": "open", "model": "damaged_segment"}
    yield {"name": "self test/passes", "do": "self_test", "model": "tested"}


def sessions():
    inputs = [{"name": n, "kind": k} for n, k in (("user", "strings"), ("ad", "keys"), ("position", "rows"),
                                                  ("elsewhere", "floats"))]
    yield {"name": "session/an input that no feature asks for", "do": "session", "model": "mixed", "inputs": inputs}


def deltas():
    """A model, and what a delta makes of another: the same bits."""
    for name, batch, output in (("scores", "mixed", "probability"), ("logits of many", "mixed many", "logit")):
        asked = {"batch": batch, "output": output}
        yield {"name": f"revised/{name}", "do": "score", "model": "revised", **asked}
        yield {"name": f"delta/{name}", "do": "delta", "model": "mixed", "delta": "mixed-revised", **asked,
               "same_as": f"revised/{name}"}
