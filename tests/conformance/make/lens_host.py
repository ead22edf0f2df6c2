"""Cases of lenses, caches, files and enums by the C functions; `run` is the way in to all of host.py and this."""

import numpy as np

import host
from batches import all_bits, double_bits, floats_of
from host import Batch, Run, find, info_of, made, make_inputs, make_session, open_model
from clicklens._library import address, check, check_session, ffi, lib, struct, text

ATTRIBUTIONS = ("integrated_gradients", "expected_gradients", "smoothgrad", "deeplift", "ablation", "additive",
                "conductance", "neuron_gradients")
SECTIONS = ("scores", "neurons", "saliency", "features")


def fnv(data: bytes) -> str:
    h = 0xCBF29CE484222325
    for byte in data:
        h = ((h ^ byte) * 0x100000001B3) % 2**64
    return f"{h:016x}"


def attribution(batches, case):
    r = Run(batches, case)
    spec, layers = struct("clens_attribution_spec"), []
    for field in ("layer", "value"):
        if field in case:
            setattr(spec, field, find(r.model, case[field]))
            layers.append(getattr(spec, field))
    spec.method, spec.level = ATTRIBUTIONS.index(case["method"]), host.LEVELS.index(case["level"])
    spec.target, spec.task, spec.column = host.TARGETS.index(case["target"]), case.get("task", 0), case.get("column", 0)
    baselines, spreads = floats_of(case.get("baselines", [])), floats_of(case.get("spreads", []))
    if baselines.size:
        spec.baselines, spec.baseline_rows = address(baselines, "float *"), case["baseline_rows"]
    if spreads.size:
        spec.spreads, spec.spread_count = address(spreads, "float *"), spreads.size
    spec.steps, spec.draws, spec.seed = case.get("steps", 0), case.get("draws", 0), int(case.get("seed", "0"))
    options, kept = struct("clens_explainer_options"), ffi.new("size_t[]", layers or [0])
    options.layers, options.layer_count = kept, len(layers)
    inputs = make_inputs(r.given["columns"])
    explainer = made("clens_explainer", lambda out: lib.clens_explainer_create(r.model, inputs, options, out),
                     lib.clens_explainer_release)
    batch, size, out = Batch(r.given), ffi.new("size_t *"), struct("clens_attribution")
    check(lib.clens_explainer_size(explainer, spec, batch.candidates, size))
    values = np.zeros(max(size[0], 1), np.float32)
    out.values, out.capacity, out.info_size = address(values, "float *"), size[0], ffi.sizeof("clens_attribution_info")
    check(lib.clens_explainer_run(explainer, batch.c, spec, out))
    return {"values": all_bits(values[: size[0]])}


def _probe_of(model):
    return made("clens_probe", lambda out: lib.clens_model_probe(model, out), lib.clens_probe_release)


def _probe_infos(probe):
    infos = []
    for i in range(lib.clens_probe_count(probe)):
        info = struct("clens_probe_info")
        check(lib.clens_probe_describe(probe, i, info))
        infos.append(info)
    return infos


def rows_of(model, given, values, labels):
    """clens_probe_rows of the batch's activations."""
    options, kept = struct("clens_probe_rows_options"), ffi.new("size_t[]", values)
    options.values, options.value_count = kept, len(values)
    rows = made("clens_probe_rows", lambda out: lib.clens_probe_rows_create(model, options, out), lib.clens_probe_rows_release)
    session = make_session(model, make_inputs(given["columns"]), observed=list(dict.fromkeys(values)))
    batch, info, clicks = Batch(given), struct("clens_rows"), np.array(labels, np.uint8)
    info.labels = address(clicks, "uint8_t *")
    check(lib.clens_probe_rows_add(rows, session, batch.c, info, ffi.NULL))
    return rows


def probe(batches, case):
    r = Run(batches, case)
    held = _probe_of(r.model)
    infos = _probe_infos(held)
    batch, session = Batch(r.given), r.session(probe=held)
    out, _ = r.output(batch)
    logits = np.zeros(max(batch.candidates * len(infos), 1), np.float32)
    out.probe_logits, out.probe_capacity = address(logits, "float *"), logits.size
    check_session(session, lib.clens_session_run(session, batch.c, out))
    rows, aucs = rows_of(r.model, r.given, [i.value for i in infos], case["labels"]), []
    for i in range(len(infos)):
        result, r2 = struct("clens_metrics_result"), ffi.new("double *")
        check(lib.clens_probe_evaluate(held, i, rows, ffi.NULL, result, r2))
        aucs.append(double_bits(result.auc))
    return {"probes": [{"name": text(i.name), "width": i.width} for i in infos],
            "logits": all_bits(logits[: batch.candidates * len(infos)]), "auc": aucs}


def exit_(batches, case):
    r = Run(batches, case)
    session = r.session(probe=_probe_of(r.model), exit_probe=case["probe"] + 1, bound=float(floats_of([case["bound"]])[0]))
    batch = Batch(r.given)
    out, scores = r.output(batch)
    check_session(session, lib.clens_session_run(session, batch.c, out))
    return {"scores": all_bits(scores), "exited": out.exited}


def _profiled(batches, case):
    """The profile of all parts."""
    model, parts = open_model(case["model"]), case["parts"]
    options, centre = struct("clens_profile_options"), floats_of(case.get("means", []))
    for name in case["sections"]:
        options.sections |= 1 << SECTIONS.index(name)
    if centre.size:
        options.means, options.mean_count = address(centre, "float *"), centre.size
    values, count = ffi.new("size_t[]", 64), ffi.new("size_t *")
    check(lib.clens_profile_values(model, options, values, 64, count))
    profiles = [made("clens_profile", lambda out: lib.clens_profile_create(model, options, out), lib.clens_profile_release)
                for _ in (parts if case.get("merge") else parts[:1])]
    for i, part in enumerate(parts):
        given = batches[part["batch"]]
        session = make_session(model, make_inputs(given["columns"]), observed=list(values[0 : count[0]]),
                               gradients="full" if "saliency" in case["sections"] else "none")
        batch, rows, clicks = Batch(given), struct("clens_rows"), np.array(part.get("labels", [0]), np.uint8)
        rows.first_row, rows.labels = part["first_row"], address(clicks, "uint8_t *") if "labels" in part else ffi.NULL
        check(lib.clens_profile_add(profiles[i if case.get("merge") else 0], session, batch.c, rows))
    for other in profiles[-2::-1]:
        check(lib.clens_profile_merge(profiles[-1], other))
    return profiles[-1]


def _saved(profile) -> bytes:
    size = ffi.new("size_t *")
    check(lib.clens_profile_size(profile, size))
    saved = ffi.new("char[]", size[0])
    check(lib.clens_profile_save(profile, saved, size[0]))
    return bytes(ffi.buffer(saved))


def saved_profile(batches, case) -> bytes:
    return _saved(_profiled(batches, case))


def profile(batches, case):
    made, about = _profiled(batches, case), struct("clens_profile_info")
    saved = _saved(made)
    check(lib.clens_profile_describe(made, about))
    return {"rows": about.rows, "size": len(saved), "hash": fnv(saved)}


def cache(batches, case):
    r, ads = Run(batches, case), batches[case["ads"]]
    options, about = struct("clens_cache_options"), struct("clens_cache_info")
    options.rows, options.storage = case["rows"], ("f32", "f16").index(case.get("storage", "f32"))
    options.precision = host.PRECISIONS[case.get("precision", "f32")]
    owner = open_model(case["cache_model"]) if "cache_model" in case else r.model
    inputs = make_inputs(ads["columns"])
    held = made("clens_cache", lambda out: lib.clens_cache_create(owner, inputs, options, out), lib.clens_cache_release)
    filling = Batch(ads)
    check(lib.clens_cache_fill(held, filling.c, ffi.NULL, ffi.NULL))
    check(lib.clens_cache_describe(held, about))
    batch, session = Batch(r.given, held), r.session(cache=True)
    out, scores = r.output(batch)
    check_session(session, lib.clens_session_run(session, batch.c, out))
    return {"filled": about.filled, "scores": all_bits(scores)}


def open_(batches, case):
    info = info_of(open_model(case["model"], case.get("verify"), case.get("limits")))
    return {"name": text(info.name), **{n: getattr(info, n) for n in ("features", "groups", "tables", "nodes", "outputs",
                                                                      "layers")},
            "id": [str(info.id_low), str(info.id_high)]}


def self_test(batches, case):
    check(lib.clens_model_self_test(open_model(case["model"])))
    return {}


def session(batches, case):
    model = open_model(case["model"])
    make_session(model, make_inputs(case["inputs"]), captures=[find(model, n) for n in case.get("captures", [])],
                 **{n: case[n] for n in ("gradients", "precision", "strands", "tile_rows") if n in case})
    return {}


def enum(batches, case):
    return {}


def status_name(batches, case):
    return {"names": [text(lib.clens_status_name(s)) for s in case["statuses"]]}


def delta(batches, case):
    return {"scores": host.score(batches, case)["scores"]}


DO = {"score": host.score, "delta": delta, "saliency": host.saliency, "means": host.means, "coverage": host.coverage,
      "attribution": attribution, "probe": probe, "exit": exit_, "profile": profile, "cache": cache, "open": open_,
      "self_test": self_test, "session": session, "enum": enum, "status_name": status_name}


def run(batches, case) -> dict:
    """What the case's `expect` should be; Error."""
    return DO[case["do"]](batches, case)
