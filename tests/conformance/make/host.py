"""Runs a case by the C functions, field by field as the README has it, for the maker: what it gets becomes `expect`."""

from pathlib import Path

import numpy as np

from batches import all_bits, double_bits, floats_of
from clicklens._library import Error, address, check, check_session, ffi, lib, struct, text
from clicklens._neurons import Neurons  # noqa: F401  (loads the library's own modules)

MODELS = Path(__file__).parent.parent / "models"
KINDS = {"rows": 0, "keys": 1, "strings": 2, "floats": 3}
TYPES = ("i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "bytes")
NUMPY = dict(zip(TYPES, ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4")))
OUTPUTS = {"probability": 0, "logit": 1}
GRADIENTS = {"none": 0, "full": 1, "groups": 2}
PRECISIONS = {"f32": 0, "int8": 1}


def made(ctype, call, release):
    """The handle that a call puts out, released when it goes."""
    out = ffi.new(f"{ctype} **")
    check(call(out))
    return ffi.gc(out[0], release)


def open_model(name, verify=False, limits=None):
    options, c_limits = struct("clens_model_options"), struct("clens_limits")
    options.flags = lib.CLENS_OPEN_VERIFY_SEGMENTS if verify else 0
    for field, value in (limits or {}).items():
        setattr(c_limits, field, value)
    options.limits = c_limits
    path = str(MODELS / f"{name}.clens").encode()
    return made("clens_model", lambda out: lib.clens_model_open(path, options, out), lib.clens_model_release)


def apply_delta(name, base):
    """Of tables of any size: rows that changed lie apart."""
    path, options = str(MODELS / f"{name}.clensd").encode(), struct("clens_apply_options")
    options.copied_below = 1
    delta = made("clens_delta", lambda out: lib.clens_delta_open(path, ffi.NULL, out), lib.clens_delta_release)
    return made("clens_model", lambda out: lib.clens_delta_apply(delta, base, options, out), lib.clens_model_release)


def find(model, name) -> int:
    index = ffi.new("size_t *")
    check(lib.clens_model_find_value(model, name.encode(), index))
    return index[0]


def info_of(model):
    info = struct("clens_model_info")
    check(lib.clens_model_describe(model, info))
    return info


def make_inputs(columns):
    names = [ffi.new("char[]", c["name"].encode()) for c in columns]
    specs = ffi.new("clens_input_spec[]", max(len(columns), 1))
    for spec, name, c in zip(specs, names, columns):
        spec.struct_size, spec.name, spec.kind = ffi.sizeof("clens_input_spec"), name, KINDS[c["kind"]]
    return made("clens_inputs", lambda out: lib.clens_inputs_create(specs, len(columns), out), lib.clens_inputs_release)


def make_session(model, inputs, *, gradients="none", captures=(), observed=(), probe=None, exit_probe=0, bound=0.0,
                 precision="f32", cache=False, strands=0, tile_rows=0):
    o, keep = struct("clens_session_options"), []
    for field, values in (("captures", captures), ("observed", observed)):
        keep.append(ffi.new("size_t[]", list(values) or [0]))
        setattr(o, field, keep[-1])
    o.capture_count, o.observed_count, o.gradients, o.strands = len(captures), len(observed), GRADIENTS[gradients], strands
    o.tile_rows, o.precision, o.cache, o.exit_probe, o.exit_bound = tile_rows, PRECISIONS[precision], cache, exit_probe, bound
    if probe is not None:
        o.probe = probe
    return made("clens_session", lambda out: lib.clens_session_create(model, inputs, o, out), lib.clens_session_release)


class Batch:
    """A clens_batch over arrays that live as long as it."""

    def __init__(self, given, cache=None):
        self.given = given
        self.candidates = given["candidates"]
        self.c, columns = struct("clens_batch"), ffi.new("clens_column[]", max(len(given["columns"]), 1))
        self.keep = [columns]
        self.c.column_size, self.c.columns = ffi.sizeof("clens_column"), columns
        self.c.column_count, self.c.candidates = len(given["columns"]), self.candidates
        self.c.flags = lib.CLENS_BATCH_STRICT if given.get("strict") else 0
        if "requests" in given:
            self.c.requests, self.c.request_offsets = len(given["requests"]) - 1, self._array(given["requests"], "i8", "int64_t *")
        if cache is not None:
            self.c.cache, self.c.cache_rows = cache, self._array(given["cache_rows"], "i8", "int64_t *")
        for index, (c, column) in enumerate(zip(columns, given["columns"])):
            self._fill(c, column, index)

    def _array(self, values, dtype, ctype="void *"):
        self.keep.append(np.array(list(values) or [0], dtype))
        return address(self.keep[-1], ctype)

    def _bitmap(self, flags):
        self.keep.append(np.packbits(np.array(flags, bool), bitorder="little"))
        return address(self.keep[-1], "uint8_t *")

    def _fill(self, c, column, index):
        kind, offsets = column["type"], f"i{column.get('offset_bits', 64) // 8}"
        c.input, c.kind, c.value_type = index, KINDS[column["kind"]], TYPES.index(kind)
        if kind == "bytes":
            cells = [bytes.fromhex(v) for v in column["values"]]
            self.keep.append(np.frombuffer(b"".join(cells) + b"\0", np.uint8))
            c.values, c.value_count, c.string_count = address(self.keep[-1]), sum(map(len, cells)), len(cells)
            c.value_offsets = self._array(np.append(0, np.cumsum([len(x) for x in cells])).astype(int), offsets)
        else:
            values = floats_of(column["values"]) if kind == "f32" else list(map(int, column["values"]))
            c.values, c.value_count = self._array(values, NUMPY[kind]), len(values)
        if "row_offsets" in column:
            c.row_offsets = self._array(column["row_offsets"], offsets)
        if kind == "bytes" or "row_offsets" in column:
            c.offset_bits = column.get("offset_bits", 64)
        if "weights" in column:
            c.weights = self._array(floats_of(column["weights"]), "f4", "float *")
        if "present" in column:
            c.validity = self._bitmap(column["present"])
        if "value_present" in column:
            c.value_validity = self._bitmap(column["value_present"])


class Run:
    """What calls on one model and batch share."""

    def __init__(self, batches, case):
        self.case, self.model = case, open_model(case["model"])
        if "delta" in case:
            self.model = apply_delta(case["delta"], self.model)
        self.given = batches[case["batch"]]
        self.info = info_of(self.model)

    def session(self, **options):
        return make_session(self.model, make_inputs(self.given["columns"]), strands=self.case.get("strands", 0),
                            precision=self.case.get("precision", "f32"), **options)

    def output(self, batch):
        """A clens_output with room for the scores, and that room."""
        out = struct("clens_output")
        out.kind, room = OUTPUTS[self.case.get("output", "probability")], batch.candidates * self.info.outputs
        scores = np.zeros(max(room, 1), np.float32)
        out.values, out.capacity = address(scores, "float *"), self.case.get("capacity", room)
        return out, scores[:room]


def score(batches, case):
    r = Run(batches, case)
    names = case.get("captures", [])
    values = [find(r.model, n) for n in names]
    session, batch = r.session(captures=values), Batch(r.given)
    out, scores = r.output(batch)
    captures, rooms, widths = ffi.new("clens_capture[]", max(len(names), 1)), [], []
    for c, value in zip(captures, values):
        about = struct("clens_value_info")
        check(lib.clens_model_value(r.model, value, about))
        widths.append(about.width)
        rooms.append(np.zeros(max(batch.candidates, 1) * about.width, np.float32))
        c.value, c.data, c.capacity = value, address(rooms[-1], "float *"), rooms[-1].size
    out.captures, out.capture_count, out.capture_size = captures, len(names), ffi.sizeof("clens_capture")
    check_session(session, lib.clens_session_run(session, batch.c, out))
    found = {"scores": all_bits(scores), "counts": counts(out.counts)}
    if names:
        found["captures"] = [
            {"width": w, "rows": c.rows, "scope": "request" if c.scope == 0 else "candidate",
             "values": all_bits(room[: c.rows * w])} for c, w, room in zip(captures, widths, rooms)]
    return found


def counts(c):
    return {n: getattr(c, n) for n in ("missing", "unknown", "cut", "bad_values", "non_finite")}


METHODS = ("centred", "gradient_x_input", "gradient_l1", "gradient_l2")
LEVELS = ("group", "feature", "id", "dimension")
TARGETS = ("logit", "probability", "neuron")


def saliency(batches, case):
    r = Run(batches, case)
    spec, means = struct("clens_saliency_spec"), floats_of(case.get("means", []))
    spec.method, spec.level = METHODS.index(case["method"]), LEVELS.index(case["level"])
    spec.target, spec.task = TARGETS.index(case["target"]), case.get("task", 0)
    spec.flags, spec.column = lib.CLENS_SALIENCY_PER_REQUEST if case.get("per_request") else 0, case.get("column", 0)
    if "value" in case:
        spec.value = find(r.model, case["value"])
    spec.means, spec.mean_count = address(means, "float *") if means.size else ffi.NULL, means.size
    session = r.session(gradients=case.get("gradients", "none"), captures=[spec.value] if "value" in case else [])
    batch, size = Batch(r.given), ffi.new("size_t *")
    offsets = np.zeros(batch.candidates + 1, np.uint64)
    check_session(session, lib.clens_saliency_size(session, batch.c, spec, size, address(offsets, "uint64_t *"), offsets.size))
    values = np.zeros(max(size[0], 1), np.float32)
    check_session(session, lib.clens_saliency_run(session, batch.c, spec, address(values, "float *"), size[0], ffi.NULL))
    found = {"values": all_bits(values[: size[0]])}
    return {**found, "offsets": [int(o) for o in offsets]} if case["level"] == "id" else found


def means(batches, case):
    r = Run(batches, case)
    session, batch, rows = r.session(gradients="full"), Batch(r.given), ffi.new("uint64_t *")
    sums = np.zeros(r.info.input_width)
    check_session(session, lib.clens_saliency_means(session, batch.c, address(sums, "double *"), sums.size, rows))
    return {"rows": rows[0], "sums": [double_bits(s) for s in sums]}


def coverage(batches, case):
    r = Run(batches, case)
    session, batch = r.session(), Batch(r.given)
    covered = np.zeros(batch.candidates * r.info.features, np.uint8)
    check_session(session, lib.clens_saliency_coverage(session, batch.c, address(covered, "uint8_t *"), covered.size))
    return {"covered": covered.tolist()}
