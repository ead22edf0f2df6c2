"""The cases of tests/conformance through the package's own calls. `NotOffered`: it has no way to ask for one."""

import struct
from pathlib import Path

import numpy as np

import clicklens
from clicklens._library import lib

HERE = Path(__file__).resolve().parents[3] / "tests" / "conformance"
DTYPES = {"i8": np.int8, "i16": np.int16, "i32": np.int32, "i64": np.int64, "u8": np.uint8, "u16": np.uint16,
          "u32": np.uint32, "u64": np.uint64}


class NotOffered(Exception):
    pass


def floats_of(bits) -> np.ndarray:
    return np.array([struct.unpack(">f", bytes.fromhex(b))[0] for b in bits], np.float32)


def bits_of(values) -> list[str]:
    return np.asarray(values, np.float32).byteswap().tobytes().hex(" ", 4).split()


def double_bits(value: float) -> str:
    return struct.pack(">d", value).hex()


def column(c: dict, feature):
    """A column as a host would have it: arrays where they can say it, else lists with None. Rows are sent as keys."""
    if c["type"] == "f32":
        return _dense(c, feature)
    offsets = c.get("row_offsets")
    values = [bytes.fromhex(v) for v in c["values"]] if c["type"] == "bytes" else list(map(int, c["values"]))
    weights = floats_of(c["weights"]) if "weights" in c else None
    if "present" not in c and "value_present" not in c:
        typed = values if c["type"] == "bytes" else np.array(values, DTYPES[c["type"]])
        if offsets is None:
            return typed
        ends = np.array(offsets, np.int32 if c.get("offset_bits") == 32 else np.int64)
        return (typed, ends) if weights is None else (typed, ends, weights)
    if weights is not None:
        raise NotOffered  # weights come with arrays, which have no missing entries
    inner = c.get("value_present", [1] * len(values))
    cells = [v if there else None for v, there in zip(values, inner)]
    entries = cells if offsets is None else [cells[a:b] for a, b in zip(offsets, offsets[1:])]
    return [e if there else None for e, there in zip(entries, c.get("present", [1] * len(entries)))]


def _dense(c: dict, feature):
    values = floats_of(c["values"])
    if "present" not in c and "value_present" not in c:
        return values.reshape(-1, feature.width) if values.size % feature.width == 0 else values
    if "present" in c:
        raise NotOffered
    cells = [float(v) if there else None for v, there in zip(values, c["value_present"])]
    return np.array(cells, object).reshape(-1, feature.width)


class Cases:
    """All verbs; each gives what `expect` should be, or raises clicklens.Error."""

    def __init__(self, given: dict):
        self.given = given

    def run(self, case: dict) -> dict:
        return getattr(self, f"do_{case['do']}")(case)

    def model(self, case, name="model"):
        if set(case) & {"limits", "tile_rows"}:
            raise NotOffered
        return clicklens.open(HERE / "models" / f"{case[name]}.clens", verify=case.get("verify", False))

    def data(self, model, batch: str, **more) -> dict:
        """Arguments that every call on a batch takes."""
        made = self.given["batches"][batch]
        features = {f.name: f for f in model.features}
        if any(c["kind"] == "keys" and features[c["name"]].column == "strings" for c in made["columns"]):
            raise NotOffered  # integers are taken as their decimal text
        data = {c["name"]: column(c, features[c["name"]]) for c in made["columns"]}
        requests = made.get("requests")
        strict = {"strict": True} if made.get("strict") else {}
        return {"data": data, "requests": None if requests is None else np.array(requests, np.int64), **strict, **more}

    def do_score(self, case):
        model = self.model(case)
        if "capacity" in case:
            raise NotOffered  # the package makes room
        options = self.data(model, case["batch"], strands=case.get("strands", 1), precision=case.get("precision", "f32"))
        names = case.get("captures", [])
        if len(set(names)) < len(names):
            raise NotOffered  # a name asked for twice is captured once
        captured = []
        if names:
            found = model.activations(options["data"], names, options["requests"])
            for name in names:
                value = model.values[model.find_value(name)]
                captured.append({"width": value.width, "rows": len(found[name]), "values": bits_of(found[name]),
                                 "scope": "request" if value.scope == "request" else "candidate"})
        scores, counts = model.score(**options, output=case["output"], counts=True)
        return {"scores": bits_of(scores), "counts": counts._asdict(), **({"captures": captured} if names else {})}

    def do_saliency(self, case):
        model = self.model(case)
        if case["gradients"] == "none" or "precision" in case:
            raise NotOffered
        target = (case["value"], case["column"]) if case["target"] == "neuron" else case["target"]
        found = model.saliency(**self.data(model, case["batch"]), method=case["method"], level=case["level"], target=target,
                               task=case.get("task", 0), gradients=case["gradients"], per_request=case.get("per_request", False),
                               means=floats_of(case["means"]) if "means" in case else None)
        if case["level"] != "id":
            return {"values": bits_of(found)}
        ends = np.stack([offsets for _, offsets in found.values()])
        parts = [values[offsets[c] : offsets[c + 1]] for c in range(ends.shape[1] - 1) for values, offsets in found.values()]
        return {"values": bits_of(np.concatenate(parts)), "offsets": ends.sum(0).tolist()}

    def do_means(self, case):
        raise NotOffered  # means are divided already

    def do_coverage(self, case):
        model = self.model(case)
        covered = model.coverage(**self.data(model, case["batch"]))
        return {"covered": covered.astype(int).ravel().tolist()}

    def do_attribution(self, case):
        model = self.model(case)
        if "spreads" in case:
            raise NotOffered  # taken from reference rows
        target = (case["value"], case["column"]) if case["target"] == "neuron" else case["target"]
        width, baseline = model.info.input_width, "zero"
        if "baselines" in case:
            baseline = floats_of(case["baselines"]).reshape(case["baseline_rows"], width)
        found = model.attribute(**self.data(model, case["batch"]), method=case["method"], level=case["level"], target=target,
                                task=case.get("task", 0), baseline=baseline, layer=case.get("layer"),
                                steps=case.get("steps", 0), draws=case.get("draws", 0), seed=int(case.get("seed", "0")))
        return {"values": bits_of(found.values)}

    def do_probe(self, case):
        model = self.model(case)
        probe, batch = model.probe(), self.data(model, case["batch"])
        infos = [probe.info(i) for i in range(len(probe))]
        rows = clicklens.ProbeRows(model, [info.name for info in infos])
        rows.add(**batch, labels=case["labels"])
        return {"probes": [{"name": info.name, "width": info.width} for info in infos],
                "logits": bits_of(model.probe_logits(batch["data"], probe, batch["requests"])),
                "auc": [double_bits(probe.evaluate(i, rows)[0].auc) for i in range(len(probe))]}

    def do_delta(self, case):
        delta = clicklens.Delta(HERE / "models" / f"{case['delta']}.clensd")
        model = delta.apply(self.model(case), copied_below=1)
        return {"scores": bits_of(model.score(**self.data(model, case["batch"]), output=case["output"]))}

    def do_exit(self, case):
        model = self.model(case)
        batch = self.data(model, case["batch"])
        scores, exited = model.score_early(batch["data"], model.probe(), case["probe"], float(floats_of([case["bound"]])[0]),
                                           batch["requests"], case["output"])
        return {"scores": bits_of(scores), "exited": exited}

    def do_profile(self, case):
        model, made = self.model(case), []
        rows = any(c["kind"] == "rows" for part in case["parts"] for c in self.given["batches"][part["batch"]]["columns"])
        if rows and "error" not in case:
            raise NotOffered  # a profile tells keys from rows
        for part in case["parts"]:
            if case.get("merge") or not made:
                means = floats_of(case["means"]) if "means" in case else None
                made.append(clicklens.Profile(model, case["sections"], means=means))
            made[-1].add(**self.data(model, part["batch"]), labels=part.get("labels"), first_row=part["first_row"])
        for other in made[-2::-1]:
            made[-1].merge(other)
        saved = made[-1].save()
        return {"rows": made[-1].rows, "size": len(saved), "bytes": saved}

    def do_cache(self, case):
        model = self.model(case)
        owner = self.model(case, "cache_model") if "cache_model" in case else model
        ads = self.data(owner, case["ads"])["data"]
        cache = owner.cache(ads, case["rows"], precision=case.get("precision", "f32"), storage=case["storage"])
        scores = model.score(**self.data(model, case["batch"]), output=case["output"], precision=case.get("precision", "f32"),
                             cache=cache, cache_rows=self.given["batches"][case["batch"]]["cache_rows"])
        return {"filled": cache.info.filled, "scores": bits_of(scores)}

    def do_open(self, case):
        model = self.model(case)
        whole, counted = int(model.info.id, 16), ("features", "groups", "tables", "outputs", "layers")
        return {"name": model.info.name, **{name: len(getattr(model, name)) for name in counted},
                "nodes": len(model.describe()["operators"]), "id": [str(whole % 2**64), str(whole >> 64)]}

    def do_self_test(self, case):
        self.model(case).self_test()
        return {}

    def do_session(self, case):
        raise NotOffered  # sessions are made as they are needed

    def do_enum(self, case):
        names = self.given["enums"][case["enum"]]
        if case["enum"] == "clens_status":
            return {"values": [int(clicklens.Status[n.removeprefix("CLENS_E_").removeprefix("CLENS_")]) for n in names]}
        return {"values": [getattr(lib, name) for name in names]}

    def do_status_name(self, case):
        known = {int(s): s.name for s in clicklens.Status}
        return {"names": [("CLENS_" if s == 0 else "CLENS_E_") + known.get(s, "?") for s in case["statuses"]]}
