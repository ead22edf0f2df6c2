#!/usr/bin/env python3
"""cases_header.py CASES.json OUT.h ENUMS.h: the cases as tables of C, for the runner that has no JSON reader, and the
library's constants by their names, for C++."""

import json
import sys
from pathlib import Path

from results import expected_bytes, fnv

KINDS = ["rows", "keys", "strings", "floats"]
TYPES = ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "bytes"]
C_TYPES = {"i8": "int8_t", "i16": "int16_t", "i32": "int32_t", "i64": "int64_t", "u8": "uint8_t", "u16": "uint16_t",
           "u32": "uint32_t", "u64": "uint64_t"}
CHOICES = {
    "output": ["probability", "logit"], "precision": ["f32", "int8"], "gradients": ["none", "full", "groups"],
    "level": ["group", "feature", "id", "dimension"], "target": ["logit", "probability", "neuron"],
    "storage": ["f32", "f16"]}
METHODS = {"saliency": ["centred", "gradient_x_input", "gradient_l1", "gradient_l2"],
           "attribution": ["integrated_gradients", "expected_gradients", "smoothgrad", "deeplift", "ablation", "additive",
                           "conductance", "neuron_gradients"]}
SECTIONS = ["scores", "neurons", "saliency", "features"]


class Writer:
    """Static tables, each under a name of its own."""

    def __init__(self):
        self.lines = ["// Written by cases_header.py.", '#include "case.h"', ""]
        self.batches, self._count = {}, 0

    def array(self, ctype: str, cells) -> str:
        cells = list(cells)
        self._count += 1
        name = f"t{self._count}"
        self.lines.append(f"static const {ctype} {name}[] = {{{', '.join(cells) or '0'}}};")
        return name

    def floats(self, bits) -> str:
        """Floats by their bits: NaNs and infinities among them."""
        return "(const float *)(const void *)" + self.array("uint32_t", (f"0x{b}u" for b in bits))

    def integers(self, kind: str, values) -> str:
        suffix = {"i64": "ll", "u64": "ull", "u32": "u"}.get(kind, "")
        return self.array(C_TYPES[kind], (_literal(int(v), suffix) for v in values))

    def strings(self, values) -> str:
        return self.array("char *const", (text(v) for v in values))

    def specs(self, columns) -> str:
        return self.array("clens_input_spec", (f"{{sizeof(clens_input_spec), {text(c['name'])}, {KINDS.index(c['kind'])}}}"
                                               for c in columns))


def _literal(value: int, suffix: str) -> str:
    return "INT64_MIN" if value == -(2**63) else f"{value}{suffix}"


def text(value: str) -> str:
    """A C literal; what is not ASCII in octal, which ends where it should."""
    return '"' + "".join(chr(b) if 32 <= b < 127 and chr(b) not in '"\\?' else f"\\{b:03o}" for b in value.encode()) + '"'


def bitmap(flags) -> list[str]:
    return [str(sum(bit << i for i, bit in enumerate(flags[at : at + 8]))) for at in range(0, len(flags), 8)]


def column(out: Writer, index: int, c: dict) -> str:
    fields = {"input": index, "kind": KINDS.index(c["kind"]), "value_type": TYPES.index(c["type"])}
    offsets = f"i{c.get('offset_bits', 64)}"
    if c["type"] == "bytes":
        cells = [bytes.fromhex(v) for v in c["values"]]
        joined, ends = b"".join(cells), [0]
        for cell in cells:
            ends.append(ends[-1] + len(cell))
        fields |= {"values": out.array("uint8_t", map(str, joined)), "value_count": len(joined),
                   "value_offsets": out.integers(offsets, ends), "string_count": len(cells)}
    elif c["type"] == "f32":
        fields |= {"values": out.floats(c["values"]), "value_count": len(c["values"])}
    else:
        fields |= {"values": out.integers(c["type"], c["values"]), "value_count": len(c["values"])}
    if "row_offsets" in c:
        fields["row_offsets"] = out.integers(offsets, c["row_offsets"])
    if "row_offsets" in c or c["type"] == "bytes":
        fields["offset_bits"] = c.get("offset_bits", 64)
    if "weights" in c:
        fields["weights"] = out.floats(c["weights"])
    for name, member in (("present", "validity"), ("value_present", "value_validity")):
        if name in c:
            fields[member] = out.array("uint8_t", bitmap(c[name]))
    return designated(fields)


def designated(fields: dict) -> str:
    return "{" + ", ".join(f".{k} = {v}" for k, v in fields.items()) + "}"


def batch(out: Writer, name: str, b: dict) -> None:
    columns = out.array("clens_column", [column(out, i, c) for i, c in enumerate(b["columns"])])
    fields = {"struct_size": "sizeof(clens_batch)", "column_size": "sizeof(clens_column)", "columns": columns,
              "column_count": len(b["columns"]), "candidates": b["candidates"],
              "flags": "CLENS_BATCH_STRICT" if b.get("strict") else 0}
    if "requests" in b:
        fields |= {"requests": len(b["requests"]) - 1, "request_offsets": out.integers("i64", b["requests"])}
    if "cache_rows" in b:
        fields["cache_rows"] = out.integers("i64", b["cache_rows"])
    made = out.array("conf_batch", [designated({"batch": designated(fields), "inputs": out.specs(b["columns"])})])
    out.batches[name] = made


def case(out: Writer, enums: dict, c: dict) -> str:
    fields = {"name": text(c["name"]), "verb": text(c["do"])}
    fields |= {k: text(c[k]) for k in ("model", "value", "layer", "cache_model", "delta") if k in c}
    fields |= {k: out.batches[c[k]] for k in ("batch", "ads") if k in c}
    fields |= {k: choices.index(c[k]) for k, choices in CHOICES.items() if k in c}
    fields |= {k: int(c[k]) for k in ("strands", "tile_rows", "per_request", "task", "column", "baseline_rows", "steps", "draws",
                                      "probe", "merge", "verify") if k in c}
    if "method" in c:
        fields["method"] = METHODS[c["do"]].index(c["method"])
    if "capacity" in c:
        fields["capacity"] = c["capacity"] + 1
    if "seed" in c:
        fields["seed"] = c["seed"] + "ull"
    if "rows" in c:
        fields["cache_rows"] = c["rows"]
    if "captures" in c:
        fields |= {"captures": out.strings(c["captures"]), "capture_count": len(c["captures"])}
    for name, count in (("means", "mean_count"), ("baselines", ""), ("spreads", "spread_count")):
        if name in c:
            fields |= {name: out.floats(c[name]), **({count: len(c[name])} if count else {})}
    if "bound" in c:
        fields["bound"] = float_literal(c["bound"])
    if "labels" in c:
        fields["labels"] = out.integers("u8", c["labels"])
    if "sections" in c:
        parts = [designated({"batch": out.batches[p["batch"]], "first_row": p["first_row"],
                             **({"labels": out.integers("u8", p["labels"])} if "labels" in p else {})}) for p in c["parts"]]
        fields |= {"sections": sum(1 << SECTIONS.index(s) for s in c["sections"]), "part_count": len(parts),
                   "parts": out.array("conf_part", parts)}
    if "limits" in c:
        fields["limits"] = designated({"struct_size": "sizeof(clens_limits)", **c["limits"]})
    if "inputs" in c:
        fields |= {"inputs": out.specs(c["inputs"]), "input_count": len(c["inputs"])}
    if "enum" in c:
        constants = [f"{{{text(k)}, {v}, (int64_t){k}}}" for k, v in enums[c["enum"]].items()]
        fields |= {"constants": out.array("conf_constant", constants), "constant_count": len(constants)}
    if "statuses" in c:
        pairs = [f"{{{s}, {text(n)}}}" for s, n in zip(c["statuses"], c["expect"]["names"])]
        fields |= {"names": out.array("conf_names", pairs), "name_count": len(pairs)}
    return designated(fields | (failure(c["error"]) if "error" in c else expectation(out, enums, c)))


def float_literal(bits: str) -> str:
    import struct
    return f"{struct.unpack('>f', bytes.fromhex(bits))[0].hex()}f"


def failure(error: dict) -> dict:
    return {"status": error["name"], "contains": text(error["contains"])}


def expectation(out: Writer, enums: dict, c: dict) -> dict:
    e, data = c["expect"], expected_bytes(c, enums)
    fields = {"hash": "0x" + (e["hash"] if data is None else fnv(data)) + "ull", "size": e["size"] if data is None else len(data)}
    if data is not None:
        fields["bytes"] = out.array("uint8_t", map(str, data))
    if "counts" in e:
        fields["counts"] = designated(e["counts"])
    if "captures" in e:
        cells = [f"{{{x['width']}, {x['rows']}, {int(x['scope'] == 'request')}}}" for x in e["captures"]]
        fields["captured"] = out.array("conf_capture", cells)
    if "offsets" in e:
        fields["offsets"] = out.integers("u64", e["offsets"])
    if "probes" in e:
        fields |= {"probe_names": out.strings([p["name"] for p in e["probes"]]), "probe_count": len(e["probes"]),
                   "probe_widths": out.integers("u64", [p["width"] for p in e["probes"]]),
                   "auc": out.array("uint64_t", (f"0x{a}ull" for a in e["auc"]))}
    fields |= {k: e[k] for k in ("rows", "exited", "filled") if k in e}
    if "id" in e:
        members = ("features", "groups", "tables", "nodes", "outputs", "layers")
        fields |= {"model_name": text(e["name"]), "counted": "{" + ", ".join(str(e[m]) for m in members) + "}"}
    return fields


def constants_header(enums: dict) -> str:
    rows = "\n".join(f'      {{"{name}", {name}}},' for members in enums.values() for name in members)
    return f"""// Written by cases_header.py.
#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>

inline std::int64_t enum_constant(const std::string& name) {{
  static const struct {{
    const char* name;
    std::int64_t value;
  }} constants[] = {{
{rows}
  }};
  for (const auto& constant : constants)
    if (name == constant.name) return constant.value;
  throw std::runtime_error("no constant " + name);
}}
"""


def main() -> None:
    given, out = json.loads(Path(sys.argv[1]).read_text()), Writer()
    for name, made in given["batches"].items():
        batch(out, name, made)
    name = out.array("conf_case", [case(out, given["enums"], c) for c in given["cases"]])
    out.lines += [f"#define CONF_CASES {name}", f"#define CONF_CASE_COUNT {len(given['cases'])}", ""]
    Path(sys.argv[2]).write_text("\n".join(out.lines))
    Path(sys.argv[3]).write_text(constants_header(given["enums"]))


main()
