"""Cases that fail: status, and what the message must name."""

from mixed_batches import NAN, changed, ordinary
from batches import bits

STATUS = {"INVALID_ARGUMENT": 100, "BAD_STATE": 101, "BUFFER_TOO_SMALL": 102, "NOT_FOUND": 103, "STALE": 104,
          "BAD_FILE": 200, "CHECKSUM_MISMATCH": 201, "UNKNOWN_REQUIREMENT": 202, "LIMIT_EXCEEDED": 203, "BAD_BATCH": 300,
          "BAD_VALUE": 301, "IO": 401, "UNSUPPORTED": 500, "INTERNAL": 900}


# What hosts say that find a case before the library does, by what the library says.
WORDED = {
    "'ad': value_count is below": {"python": "column 'ad' has 3 entries, 5 wanted"},
    "'price': value_count is below": {"python": "column 'price': 2 floats an entry wanted", "cli": "'price'"},
    "request_offsets ends at 6, there are 5 candidates": {"python": "has 5 entries, 6 wanted: one per candidate"},
    "request_offsets falls at 1": {"python": "requests must be offsets"},
    "ads: 3 candidates, the cache has 2 rows": {"python": "rows[2]: 2, the cache has 2 rows"},
    "task 7 of 1": {"python": "task 7: the model's outputs are ctr"},
    "3 means for 18 input columns": {"python": "means must have 18 elements"},
    "exit_probe: 10": {"python": "index must be in [0, 2], not 9"},
    "labels[2] is 2": {"python": "label 2 of row 2"},
    "'ad' is required": {"cli": "no column 'ad', which the model requires"},
}


def error(status: str, contains: str) -> dict:
    made = {"status": STATUS[status], "name": f"CLENS_E_{status}", "contains": contains}
    return {**made, "worded": WORDED[contains]} if contains in WORDED else made


def batches() -> dict:
    made = ordinary()
    return {
        "offsets that fall": changed(made, "tags", row_offsets=[0, 4, 3]),
        "offsets past the values": changed(made, "tags", row_offsets=[0, 4, 9]),
        "too few entries": changed(made, "ad", values=["7", "8", "9"]),
        "too few floats": changed(made, "price", values=[bits(1.0)] * 9),
        "requests past the candidates": changed(made, requests=[0, 3, 6]),
        "requests that fall": changed(made, requests=[0, 6, 5]),
        "strict and good": changed(made, strict=True),
        "strict and not a number": changed(changed(made, "price", values=[bits(NAN)] * 10), strict=True),
        "strict and no UTF-8": changed(changed(made, "word", values=["ff"] * 10), strict=True),
        "without an ad": changed(made, "ad", drop=True),
        "ids for a feature of strings": changed(made, "user", kind="keys", type="i64", values=["1", "2"]),
        "cached row out of range": {},  # made from "mixed cached"
    }


def of_batches():
    def case(name, status, contains, **more):
        return {"name": f"error/{name}", "do": "score", "model": "mixed", "batch": name, "output": "probability", **more,
                "error": error(status, contains)}

    for name, contains in (("offsets that fall", "'tags': row_offsets[2] is below"),
                           ("offsets past the values", "'tags': row_offsets[2] is outside"),
                           ("too few entries", "'ad': value_count is below"),
                           ("too few floats", "'price': value_count is below"),
                           ("requests past the candidates", "request_offsets ends at 6, there are 5 candidates"),
                           ("requests that fall", "request_offsets falls at 1")):
        yield case(name, "BAD_BATCH", contains)
    yield case("strict and not a number", "BAD_VALUE", "'price', entry 0, element 0")
    yield case("strict and no UTF-8", "BAD_VALUE", "'word', entry 0, id 0")
    yield case("without an ad", "NOT_FOUND", "'ad' is required")
    yield case("ids for a feature of strings", "INVALID_ARGUMENT", "'user' cannot take an input")
    ordinary_run = {"do": "score", "model": "mixed", "batch": "mixed", "output": "probability"}
    yield {**ordinary_run, "name": "error/room for one score", "capacity": 1,
           "error": error("BUFFER_TOO_SMALL", "output: 5 candidates x 1 tasks, capacity 1")}
    yield {**ordinary_run, "name": "error/capture of no value", "captures": ["l9"],
           "error": error("NOT_FOUND", "no layer, value or output 'l9'")}
    yield {**ordinary_run, "name": "error/a capture twice", "captures": ["l1", "l1"],
           "error": error("INVALID_ARGUMENT", "captures value 9 twice")}
    yield {**ordinary_run, "name": "error/strands out of bounds", "strands": 300,
           "error": error("INVALID_ARGUMENT", "300 strands, allowed 256")}
    cache = {"do": "cache", "model": "mixed", "batch": "mixed cached", "ads": "mixed ads", "rows": 4, "storage": "f32",
             "output": "probability"}
    yield {**cache, "name": "error/cache of another model", "cache_model": "probed",
           "error": error("STALE", "batch.cache: its rows are of another model")}
    yield {**cache, "name": "error/cached row out of range", "batch": "cached row out of range",
           "error": error("BAD_BATCH", "cache_rows[2]: 99")}
    yield {**cache, "name": "error/room for two ads", "rows": 2,
           "error": error("INVALID_ARGUMENT", "ads: 3 candidates, the cache has 2 rows")}


def of_lenses(width: int):
    def saliency(name, status, contains, **more):
        return {"name": f"error/{name}", "do": "saliency", "model": "mixed", "batch": "mixed",
                "method": "gradient_x_input", "level": "group", "target": "logit", "gradients": "full", **more,
                "error": error(status, contains)}

    yield saliency("saliency without gradients", "BAD_STATE", "created without gradients", gradients="none")
    yield saliency("centred saliency of ids", "UNSUPPORTED", "ids have no mean", method="centred", level="id",
                   means=[bits(0)] * width)
    yield saliency("saliency of a task the model has not", "INVALID_ARGUMENT", "task 7 of 1", task=7)
    yield saliency("too few means", "INVALID_ARGUMENT", "3 means for 18 input columns", method="centred",
                   means=[bits(0)] * 3)
    yield saliency("dimensions by group gradients", "UNSUPPORTED", "options.gradients GROUPS", gradients="groups",
                   level="dimension")
    yield saliency("L1 summed over requests", "UNSUPPORTED", "per_request adds signed scores", method="gradient_l1",
                   per_request=True)
    yield saliency("a column the value has not", "INVALID_ARGUMENT", "column 99", target="neuron", value="l1", column=99)
    yield saliency("gradients in 8 bits", "UNSUPPORTED", "gradients in reduced precision", precision="int8")

    def attribution(name, status, contains, **more):
        return {"name": f"error/{name}", "do": "attribution", "model": "mixed", "batch": "mixed", "method": "deeplift",
                "level": "group", "target": "logit", **more, "error": error(status, contains)}

    yield attribution("deeplift of products", "UNSUPPORTED", "operator matmul (node 'matmul1')", model="sequence",
                      batch="sequence")
    yield attribution("additive parts of a probability", "UNSUPPORTED", "target: a probability", method="additive",
                      target="probability")
    yield attribution("too many steps", "INVALID_ARGUMENT", "steps: 5000", method="integrated_gradients", steps=5000)
    yield {"name": "error/no probe in the file", "do": "probe", "model": "mixed", "batch": "mixed",
           "labels": [1, 0, 0, 1, 0],
           "error": error("NOT_FOUND", "mixed.clens: carries no probes")}
    yield {"name": "error/exit at a probe that is not there", "do": "exit", "model": "probed", "batch": "mixed", "probe": 9,
           "bound": bits(0), "output": "logit", "error": error("INVALID_ARGUMENT", "exit_probe: 10")}
    part = {"batch": "mixed", "first_row": 0}
    profile = {"do": "profile", "model": "mixed", "sections": ["scores"]}
    yield {**profile, "name": "error/rows with and without labels",
           "error": error("BAD_STATE", "rows with and without labels"),
           "parts": [{**part, "labels": [1, 0, 0, 1, 0]}, {**part, "first_row": 5}]}
    yield {**profile, "name": "error/a label of 2", "parts": [{**part, "labels": [1, 0, 2, 1, 0]}],
           "error": error("BAD_VALUE", "labels[2] is 2")}
    yield {**profile, "name": "error/saliency profiled without means", "sections": ["saliency"], "parts": [part],
           "error": error("INVALID_ARGUMENT", "means: 0 for 18 input columns")}


def of_files():
    def case(name, do, model, status, contains, **more):
        return {"name": f"error/{name}", "do": do, "model": model, **more, "error": error(status, contains)}

    yield case("no such file", "open", "absent", "IO", "absent.clens: cannot open")
    yield case("a text", "open", "text", "BAD_FILE", "text.clens: header: not a clicklens model")
    yield case("an empty file", "open", "empty", "BAD_FILE", "empty.clens: header: 0 bytes")
    yield case("a file cut short", "open", "cut", "BAD_FILE", "cut.clens: header: says 6992 bytes")
    yield case("a damaged description", "open", "damaged", "CHECKSUM_MISMATCH", "damaged.clens: header: its checksum")
    yield case("a damaged segment", "open", "damaged_segment", "CHECKSUM_MISMATCH", "damaged_segment.clens: segments[17]",
               verify=True)
    yield case("a newer container", "open", "newer", "UNKNOWN_REQUIREMENT", "newer.clens: header: container version 2")
    yield case("a sequence too long", "open", "long", "LIMIT_EXCEEDED", "long.clens: feature 'history': max_length: 70000")
    yield case("more nodes than allowed", "open", "mixed", "LIMIT_EXCEEDED", "mixed.clens: nodes: 13", limits={"nodes": 2})
    yield case("more features than allowed", "open", "mixed", "LIMIT_EXCEEDED", "mixed.clens: features: 6",
               limits={"features": 1})
    yield case("no rows to test", "self_test", "mixed", "NOT_FOUND", "no self-test")
    yield case("a score that is not the file's", "self_test", "mistaken", "INTERNAL", "candidate 0, task 'ctr'")


def of_sessions():
    inputs = [{"name": n, "kind": k} for n, k in (("user", "strings"), ("ad", "keys"), ("position", "rows"))]

    def case(name, status, contains, **more):
        return {"name": f"error/{name}", "do": "session", "model": "mixed", "inputs": inputs, **more,
                "error": error(status, contains)}

    yield case("a required input is absent", "NOT_FOUND", "'position' is required", inputs=inputs[:2])
    yield case("floats for ids", "INVALID_ARGUMENT", "'ad' cannot take an input",
               inputs=[inputs[0], {"name": "ad", "kind": "floats"}, inputs[2]])
    yield case("an input twice", "INVALID_ARGUMENT", "'user' is named twice", inputs=[*inputs, inputs[0]])
    yield case("tiles out of bounds", "INVALID_ARGUMENT", "tile_rows 5000", tile_rows=5000)
    yield case("a session of gradients in 8 bits", "UNSUPPORTED", "gradients in reduced precision", gradients="full",
               precision="int8")


def of_deltas():
    def case(name, status, contains, model="mixed", delta="mixed-revised"):
        return {"name": f"error/{name}", "do": "delta", "model": model, "delta": delta, "batch": "mixed",
                "output": "probability", "error": error(status, contains)}

    yield case("delta of another base", "STALE", "mixed-revised.clensd: made for a base of model id", model="probed")
    yield case("a damaged delta", "CHECKSUM_MISMATCH", "damaged.clensd: segments[16]", delta="damaged")
    yield case("no such delta", "IO", "absent.clensd: cannot open", delta="absent")
