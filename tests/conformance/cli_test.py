#!/usr/bin/env python3
"""The cases through the command line: cli_test.py COMMAND. Standard library only.

Batches become TSV files as README.md of the repository has them. What cells cannot say - an empty string beside a missing
one, a missing element of a list - is not offered, and neither are arrays of one's own (means, baselines), captures, caches,
exits and profiles without clusters. The command prints no status code: a failure is exit status 1 and a message, reported as `named`.
"""

import json
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from results import Report, fnv, named_by, result_bytes, word

HERE = Path(__file__).resolve().parent
COMMAND = sys.argv[1]
MOST_THREADS = 64  # that --threads takes
CELLS = {"rows": "integers", "keys": "integers", "strings": "strings", "floats": "numbers"}
METHODS = {"gradient_x_input": "gradient-x-input", "gradient_l1": "gradient-l1", "gradient_l2": "gradient-l2"}


class NotOffered(Exception):
    pass


class Failed(Exception):
    """Exit status and what was said."""


def run(*arguments) -> str:
    done = subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, check=False)
    if done.returncode != 0:
        raise Failed(done.returncode, done.stderr.decode("utf-8", "replace"))
    return done.stdout.decode()


def only(case, *allowed) -> None:
    """Refuses a case with a member that would be ignored."""
    known = {"name", "do", "model", "batch", "expect", "error", *allowed}
    if set(case) - known:
        raise NotOffered


def model_path(case) -> Path:
    return HERE / "models" / f"{case['model']}.clens"


def number(bits: str) -> str:
    return repr(struct.unpack(">f", bytes.fromhex(bits))[0])


def cell(column: dict, entry: int, width: int) -> bytes:
    if not column.get("present", [1] * (entry + 1))[entry]:
        return b""
    offsets = column.get("row_offsets")
    begin, end = (offsets[entry], offsets[entry + 1]) if offsets else (entry * width, (entry + 1) * width)
    if "value_present" in column or end < begin or end > len(column["values"]):
        raise NotOffered
    parts = []
    for i in range(begin, end):
        value = column["values"][i]
        text = bytes.fromhex(value) if column["type"] == "bytes" else (number(value) if column["type"] == "f32" else value).encode()
        if not text:
            raise NotOffered
        parts.append(text + (b":" + number(column["weights"][i]).encode() if "weights" in column else b""))
    return b"|".join(parts)


def table(batch: dict, features: dict, more: dict) -> bytes:
    """TSV of a batch: a line a candidate. features: of the model, as `inspect --json` has them."""
    if any(c["name"] in features and features[c["name"]]["column"] != CELLS[c["kind"]] for c in batch["columns"]):
        raise NotOffered  # cells have no kind
    if batch.get("strict") or "cache_rows" in batch or batch["candidates"] == 0:
        raise NotOffered
    offsets = batch.get("requests", list(range(batch["candidates"] + 1)))
    if offsets[-1] != batch["candidates"] or sorted(offsets) != offsets:
        raise NotOffered
    owners = [r for r in range(len(offsets) - 1) for _ in range(offsets[r], offsets[r + 1])]
    columns = batch["columns"]
    widths = {c["name"]: len(c["values"]) // batch["candidates"] if c["type"] == "f32" else 1 for c in columns}
    shared = {name for name, feature in features.items() if feature["scope"] == "request"}
    try:
        rows = [[str(r).encode(), *(cell(c, r if c["name"] in shared else n, widths[c["name"]]) for c in columns),
                 *(str(values[n]).encode() for values in more.values())] for n, r in enumerate(owners)]
    except IndexError:  # fewer entries than candidates
        raise NotOffered from None
    header = ["request_id", *(c["name"] for c in columns), *more]
    return b"\n".join([("\t".join(header)).encode(), *(b"\t".join(row) for row in rows)]) + b"\n"


class Cases:
    def __init__(self, given: dict, folder: Path):
        self.given, self.folder = given, folder

    def about(self, case) -> dict:
        return json.loads(run("inspect", model_path(case), "--json"))

    def data(self, case, **more) -> Path:
        path = self.folder / "data.tsv"
        features = {f["name"]: f for f in self.about(case)["features"]}
        path.write_bytes(table(self.given["batches"][case["batch"]], features, more))
        return path

    def run(self, case) -> dict:
        verb = getattr(self, f"do_{case['do']}", None)
        if verb is None:
            raise NotOffered
        return verb(case)

    def do_score(self, case):
        only(case, "output", "precision", "strands")
        if case["output"] != "probability" or case.get("strands", 1) > MOST_THREADS:
            raise NotOffered
        options = ["--threads", case.get("strands", 1), "--precision", case.get("precision", "f32")]
        data, out = self.data(case), self.folder / "scores"
        report = json.loads(run("score", model_path(case), data, "-o", out, "--json", *options))
        scores = [struct.pack(">f", float(x)).hex() for line in out.read_text().splitlines() for x in line.split("\t")]
        return {"scores": scores, "counts": report["counts"]}

    def do_saliency(self, case):
        only(case, "method", "level", "target", "gradients", "task")
        if case["method"] not in METHODS or case["level"] not in ("group", "feature") or case["gradients"] != "full":
            raise NotOffered
        candidates, names = self.given["batches"][case["batch"]]["candidates"], self.about(case)["outputs"]
        data = self.data(case, label=[0] * candidates)
        options = ["--method", METHODS[case["method"]], "--target", case["target"]]
        task = case.get("task", 0)
        if task >= len(names):
            raise NotOffered
        values = []
        for row in range(candidates):
            told = run("saliency", model_path(case), data, *options, "--task", names[task], "--row", row + 1, "--json")
            values += [struct.pack(">f", part["value"]).hex() for part in json.loads(told)[case["level"] + "s"]]
        return {"values": values}

    def do_delta(self, case):
        only(case, "delta", "output")
        if case["output"] != "probability":
            raise NotOffered
        applied, delta = self.folder / "applied.clens", HERE / "models" / f"{case['delta']}.clensd"
        run("delta", "--apply", delta, model_path(case), "-o", applied)
        data, out = self.data(case), self.folder / "scores"
        run("score", applied, data, "-o", out)
        return {"scores": [struct.pack(">f", float(x)).hex() for line in out.read_text().splitlines() for x in line.split("\t")]}

    def do_open(self, case):
        only(case, "verify")
        told = run("inspect", model_path(case), "--json", *(["--verify"] if case.get("verify") else []))
        whole = int(json.loads(told)["id"], 16)
        return {"id": [whole % 2**64, whole >> 64]}

    def do_self_test(self, case):
        only(case)
        run("inspect", model_path(case), "--selftest")
        return {}


def judged(cases: Cases, case: dict) -> tuple[str, str, str]:
    """(status, hash, what differs)."""
    try:
        found = cases.run(case)
    except NotOffered:
        return "not offered", "", ""
    except Failed as failure:
        code, message = failure.args
        if "error" in case and code == 1 and named_by(case["error"], "cli") in message:
            return "named", "", ""
        return "different", "", f"exit status {code}: {message}"
    if "error" in case:
        return "different", "", "an error wanted"
    data = result_bytes(case["do"], found)
    same = data == result_bytes(case["do"], case["expect"]) and counts_agree(cases, case, found)
    return "equal" if same else "different", fnv(data), "" if same else f"{found} where {case['expect']} is wanted"


def counts_agree(cases: Cases, case: dict, found: dict) -> bool:
    """A request without candidates is in no file, so what is missing there is counted by others alone."""
    requests = cases.given["batches"][case["batch"]].get("requests", [0]) if "batch" in case else [0]
    hollow = any(a == b for a, b in zip(requests, requests[1:]))
    return "counts" not in found or hollow or found["counts"] == case["expect"]["counts"]


def main() -> int:
    given, report, wrong = json.loads((HERE / "cases.json").read_text()), Report("cli"), 0
    tally = {}
    with tempfile.TemporaryDirectory(prefix="clens-conformance-") as folder:
        cases = Cases(given, Path(folder))
        for case in given["cases"]:
            status, digest, text = judged(cases, case)
            report.add(case["name"], status, digest)
            tally[status] = tally.get(status, 0) + 1
            if status == "different":
                print(f"{case['name']}: {text[:600]}", file=sys.stderr)
                wrong += 1
    report.write()
    print(", ".join(f"{n} {status}" for status, n in sorted(tally.items())))
    return wrong > 0 or tally.get("equal", 0) < 10


sys.exit(main())
