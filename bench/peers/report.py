#!/usr/bin/env python3
"""report.py PEERS.json [--zoo ZOO.json] [--readme FILE] [--svg FILE]: the README's tables, between the lines
`<!-- peers -->` and `<!-- /peers -->`, and a chart. Standard library only; the JSON is what run.py wrote."""

import argparse
import json
import sys
from pathlib import Path

BEGIN, END = "<!-- peers -->", "<!-- /peers -->"
MAIN = "gwen-ref"
COLUMNS = [(1, False), (8, False), (64, False), (256, False), (1024, False), (64, True), (256, True), (1024, True)]
RUNTIMES = ("ONNX Runtime", "OpenVINO", "LiteRT", "PyTorch")
FORMS = {"natural": "usual export", "best": "best graph", "split": "cut by hand"}


def _peer_name(peer: str) -> str:
    runtime, form, *precision = peer.split(", ")
    return ", ".join([f"{runtime} {precision[0]}" if precision else runtime, FORMS[form]])


def _cells(results, model, precision, cached, peer):
    """{(batch, shared): ratio} of one peer."""
    return {(r["batch"], r["shared"]): r["ratio"] for r in results
            if (r["model"], r["precision"], r["cached"], r["peer"]) == (model, precision, cached, peer)}


def _row(title, cells):
    return f"| {title} | " + " | ".join(f"{cells[c]:.2f}" if c in cells else "" for c in COLUMNS) + " |"


def _fastest(results, model, precision, cached):
    """{(batch, shared): ratio} of whichever float32 peer and form is fastest there."""
    found = {}
    for r in results:
        reduced = len(r["peer"].split(", ")) > 2
        if (r["model"], r["precision"], r["cached"], reduced) == (model, precision, cached, False):
            key = r["batch"], r["shared"]
            found[key] = min(found.get(key, r["ratio"]), r["ratio"])
    return found


def _fastest_form(results, model, runtime):
    """{(batch, shared): ratio} of one runtime's float32 form that is fastest there."""
    found = {}
    for r in results:
        if r["model"] == model and r["peer"].split(", ")[0] == runtime:
            key = r["batch"], r["shared"]
            found[key] = min(found.get(key, r["ratio"]), r["ratio"])
    return found


def zoo_table(data) -> str:
    """Markdown: of each network our time, and how many times as long each runtime takes in its fastest form."""
    results, runtimes = data["results"], [name for name in RUNTIMES if name in data["versions"]]
    lines = ["| networks of the zoo | " + " | ".join(f"request of {n}" if shared else str(n) for n, shared in COLUMNS)
             + " |", "| --- |" + " --- |" * len(COLUMNS)]
    for model, title in data["titles"].items():
        lines.append(_row(f"{title}: clicklens, us a row", _times(data["sides"], model, "clicklens, whole")))
        for runtime in runtimes:
            if cells := _fastest_form(results, model, runtime):
                lines.append(_row(runtime, cells))
    machine = data["machine"]
    notes = (f"26 categories of 50,000 ids and 13 numbers, 16 columns; {machine['processor']}, {machine['isa']}, one thread. "
             "Of each runtime the faster of two forms: a table and an input for each feature, as modules are usually "
             "exported, and one table whose rows are gathered at once. Nobody cuts these networks by hand: other runtimes "
             "compute what a request's candidates share once for each of them.")
    return "\n".join([*lines, "", "\n\n".join([notes, *_load(machine)])])


def _times(sides, model, side):
    return {(s["batch"], s["shared"]): s["us_per_row"] for s in sides if (s["model"], s["side"]) == (model, side)}


def _in_order(results):
    peers = dict.fromkeys(r["peer"] for r in results)
    return sorted(peers, key=lambda p: (RUNTIMES.index(p.split(", ")[0]), len(p.split(", ")),
                                        list(FORMS).index(p.split(", ")[1])))


def table(data) -> str:
    """Markdown: our time, how many times as long each peer takes, AUC of reduced precisions, opening."""
    results, sides = data["results"], data["sides"]
    lines = ["| time / clicklens' | " + " | ".join(f"request of {n}" if shared else str(n) for n, shared in COLUMNS) + " |",
             "| --- |" + " --- |" * len(COLUMNS), _row("clicklens, us a row", _times(sides, MAIN, "clicklens, whole"))]
    peers = _in_order(results)
    for peer in (p for p in peers if len(p.split(", ")) == 2):
        if cells := _cells(results, MAIN, "f32", False, peer):
            lines.append(_row(_peer_name(peer), cells))
    for model in dict.fromkeys(r["model"] for r in results):
        if model != MAIN:
            lines.append(_row(f"{model}: the fastest of these", _fastest(results, model, "f32", False)))
    if any(r["cached"] for r in results):
        lines.append(_row("the fastest of these / candidates cached", _fastest(results, MAIN, "f32", True)))
    for precision in ("int8", "bf16"):
        for peer in (p for p in peers if p.endswith(precision)):
            if cells := _cells(results, MAIN, precision, False, peer):
                lines.append(_row(f"{_peer_name(peer)} / clicklens {precision}", cells))
    picture = "![Time per candidate by runtime](bench/results/peers.svg)"
    return "\n".join([picture, "", *lines, "", "\n\n".join(_notes(data))])


def _load(machine):
    load = max(machine.get("load_before", 0), machine.get("load_after", 0) - 1)  # it is itself a load of 1
    if load > 0.5 * machine.get("processors", 1):
        yield f"Measured under a load of {load:.1f} on {machine['processors']} processors: times are long, ratios noisy."


def _notes(data):
    areas = {s["side"]: s["auc"] for s in data["sides"]
             if s["model"] == MAIN and "auc" in s and not s["shared"] and s["batch"] == 1024}
    base = areas.pop("clicklens, whole", None)
    machine, versions = data["machine"], data["versions"]
    runtimes = ", ".join(f"{name} {version}" for name, version in versions.items())
    yield (f"One thread, {machine['processor']}, {machine['isa']}; {runtimes}. {MAIN}: 24 groups of 3 ids of 16 columns, "
           "tower 384-512-256-128-64-1, float32; 1 to 1024 rows with ids of their own, or one request's candidates that "
           f"share 16 groups. Medians of {data['protocol']['rounds']} rounds in turns; `make bench-peers` measures again.")
    yield from _load(machine)
    if base is not None and areas:
        yield (f"AUC on labels drawn from float32 probabilities: float32 {base:.4f}; "
               + "; ".join(f"{side} {auc:.4f}" for side, auc in areas.items()) + ".")
    opened = [load for load in data["loads"] if load["model"] == MAIN]
    if opened:
        yield ("To open it and score once, and memory of its own per session: "
               + "; ".join(f"{load['side']} {load['second_ms']:.0f} ms, {max(load['second_mib'], 0):.0f} MiB"
                           for load in opened) + ".")


def put(text: str, made: str) -> str:
    """`text` with what stands between the marks replaced."""
    before, mark, rest = text.partition(BEGIN + "\n")
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise ValueError(f"no lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{made}\n{END}{after}"


STYLE = ("<style>text{font:12px sans-serif;fill:#333}.t{font-weight:bold}.o{fill:#2b6cb0}.p{fill:#a0aec0}"
         "@media(prefers-color-scheme:dark){text{fill:#ddd}.o{fill:#63a4ef}.p{fill:#667085}}</style>")


def chart(data, batch: int = 256) -> str:
    """Microseconds a row of every side at one request's candidates, as bars."""
    found = [s for s in data["sides"] if (s["model"], s["batch"], s["shared"]) == (MAIN, batch, True)]
    found.sort(key=lambda s: s["us_per_row"])
    longest, step, left, width = max(s["us_per_row"] for s in found), 20, 220, 380
    height = 44 + step * len(found)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 {height}" width="680" height="{height}">', STYLE,
             f'<text class="t" x="8" y="20">Microseconds per candidate, one request of {batch}, one thread</text>']
    for i, side in enumerate(found):
        y, mine = 34 + i * step, side["side"].startswith("clicklens")
        words = side["side"].replace(", whole", "").replace(", cached", ", candidates cached")
        for form, name in FORMS.items():
            words = words.replace(f", {form}", f", {name}")
        bar = width * side["us_per_row"] / longest
        parts += [f'<text x="{left - 8}" y="{y + 12}" text-anchor="end">{words}</text>',
                  f'<rect class="{"o" if mine else "p"}" x="{left}" y="{y}" width="{bar:.1f}" height="14"/>',
                  f'<text x="{left + bar + 6:.1f}" y="{y + 12}">{side["us_per_row"]:.2f}</text>']
    return "\n".join([*parts, "</svg>"]) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("json", type=Path)
    parser.add_argument("--zoo", type=Path)
    parser.add_argument("--readme", type=Path)
    parser.add_argument("--svg", type=Path)
    options = parser.parse_args()
    data = json.loads(options.json.read_text(encoding="utf-8"))
    made = table(data)
    if options.zoo:
        made += "\n\n" + zoo_table(json.loads(options.zoo.read_text(encoding="utf-8")))
    print(made)
    if options.readme:
        options.readme.write_text(put(options.readme.read_text(encoding="utf-8"), made), encoding="utf-8")
    if options.svg:
        options.svg.write_text(chart(data), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
