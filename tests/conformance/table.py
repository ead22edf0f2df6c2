#!/usr/bin/env python3
"""The table "every host, every case": table.py [--write | --check] FOLDER...

Reads the lines that runners wrote (CLICKLENS_CONFORMANCE_OUT=FOLDER/<host>.jsonl), holds each host's hashes to those of C, and
makes the tables of README.md: --write puts them there, --check says whether those that stand there are still so, as far as
hosts are present (exit status 77: none is).
"""

import json
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
README = HERE / "README.md"
BEGIN, END = "<!-- table: written by table.py -->\n", "<!-- end of table -->\n"
HOSTS = ("c", "cpp", "python", "go", "rust", "cli")
TITLES = {"c": "C", "cpp": "C++", "python": "Python", "go": "Go", "rust": "Rust", "cli": "command line"}
MARKS = {"equal": "=", "named": "n", "not offered": "-", "different": "**!**"}


def read(folders) -> dict:
    """{host: {case: line}} of all that ran."""
    found = {}
    for path in sorted(p for folder in folders for p in Path(folder).glob("*.jsonl")):
        for line in map(json.loads, path.read_text().splitlines()):
            found.setdefault(line["host"], {})[line["case"]] = line
    return found


def problems(found: dict, cases: list[str]) -> list[str]:
    """What differs, and what a host left out."""
    wrong = []
    for host, lines in found.items():
        wrong += [f"{host}: no line for case '{case}'" for case in cases if case not in lines]
        wrong += [f"{host}: '{case}' is no case" for case in lines if case not in cases]
        for case, line in lines.items():
            own, reference = line["hash"], found.get("c", {}).get(case, {}).get("hash", "")
            if line["status"] == "different" or line["status"] not in MARKS:
                wrong.append(f"{host}: '{case}' is {line['status']}")
            elif line["status"] == "equal" and reference and own != reference:
                wrong.append(f"{host}: '{case}' has the hash {own}, C {reference}")
    return wrong


def kind_of(case: dict) -> str:
    return f"{case['do']}, failing" if "error" in case else case["do"]


def rows_of(found: dict, cases: list[dict]) -> dict:
    """{host: {kind: marks counted}}, in the order of kinds."""
    return {host: {kind: Counter(found[host][c["name"]]["status"] for c in cases if kind_of(c) == kind)
                   for kind in dict.fromkeys(map(kind_of, cases))} for host in found}


def cell(counts: Counter) -> str:
    total = sum(counts.values())
    same = counts["equal"] + counts["named"]
    if counts["different"]:
        return f"{counts['different']} of {total} differ"
    text = "all" if same == total else f"{same} of {total}" if same else "not offered"
    return text + (" (named)" if counts["named"] else "")


def tables(found: dict, cases: list[dict]) -> str:
    """How many of each kind of case are equal, and every case."""
    hosts = [h for h in HOSTS if h in found]
    by_host, kinds = rows_of(found, cases), Counter(map(kind_of, cases))
    lines = ["| cases | number | " + " | ".join(TITLES[h] for h in hosts) + " |", "| --- | --- |" + " --- |" * len(hosts)]
    lines += [f"| {kind} | {n} | " + " | ".join(cell(by_host[h][kind]) for h in hosts) + " |" for kind, n in kinds.items()]
    totals = [sum(by_host[h].values(), Counter()) for h in hosts]
    lines += [f"| all | {len(cases)} | " + " | ".join(cell(t) for t in totals) + " |", "",
              "<details><summary>Every host, every case</summary>", "",
              "`=` equal bits, or the equal status code; `n` exit status 1 and a message that names it; `-` not offered.", "",
              "| case | " + " | ".join(TITLES[h] for h in hosts) + " |", "| --- |" + " --- |" * len(hosts)]
    lines += [f"| {c['name']} | " + " | ".join(MARKS[found[h][c["name"]]["status"]] for h in hosts) + " |" for c in cases]
    return "\n".join([*lines, "", "</details>", ""])


def standing() -> str:
    text = README.read_text()
    return text[text.index(BEGIN) + len(BEGIN) : text.index(END)]


def columns(text: str) -> dict:
    """{host: cells} of a text of tables."""
    found, titles = {}, {title: host for host, title in TITLES.items()}
    header = []
    for line in text.splitlines():
        cells = [c.strip() for c in line.strip("|").split(" | ")] if line.startswith("|") else []
        if not cells:
            continue
        if any(c in titles for c in cells):
            header = cells
        for name, value in zip(header, cells):
            if name in titles:
                found.setdefault(titles[name], []).append((cells[0], value))
    return found


def main() -> int:
    mode = sys.argv[1] if sys.argv[1:] and sys.argv[1].startswith("--") else ""
    cases = json.loads((HERE / "cases.json").read_text())["cases"]
    found = read(sys.argv[2 if mode else 1 :])
    if not found:
        print("no host has run")
        return 77
    wrong = problems(found, [c["name"] for c in cases])
    print("\n".join(wrong) or f"{', '.join(TITLES[h] for h in found)}: {len(cases)} cases, nothing different")
    if wrong:
        return 1
    made = tables(found, cases)
    if mode == "--write":
        before, after = README.read_text().split(BEGIN)[0], README.read_text().split(END)[1]
        README.write_text(before + BEGIN + made + END + after)
    elif mode == "--check":
        there, now = columns(standing()), columns(made)
        stale = [TITLES[h] for h in now if there.get(h) != now[h]]
        print(f"README.md is stale: {', '.join(stale)}; table.py --write" if stale else "README.md stands")
        return bool(stale)
    else:
        print(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
