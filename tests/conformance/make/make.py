#!/usr/bin/env python3
"""Makes ../models and ../cases.json, with the scalar instruction set; what the oracles doubt is not written.

    CLICKLENS_ISA=scalar build/venv/bin/python tests/conformance/make/make.py

The package must be installed, PyTorch and NumPy be there. The same files come out wherever it runs. With --check nothing is
written: the exit status says whether the committed files are what would be.
"""

import json
import os
import re
import sys
import tempfile
from pathlib import Path

os.environ["CLICKLENS_ISA"] = "scalar"
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import clicklens  # noqa: E402

import cases_errors  # noqa: E402
import cases_lenses  # noqa: E402
import cases_plain  # noqa: E402
import coverage  # noqa: E402
import files  # noqa: E402
import host  # noqa: E402
import lens_host  # noqa: E402
import mixed_batches  # noqa: E402
import oracle  # noqa: E402
import other_batches  # noqa: E402

HEADER = HERE.parents[2] / "capi" / "include" / "clicklens" / "clicklens.h"
MAKERS_OWN = ("same_as", "near")  # members that only the maker reads


def enums() -> dict:
    """Every enum of the header, by name, with its constants in the order of the header."""
    text = re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.S)
    found = {}
    for name, body in re.findall(r"typedef enum (\w+) \{(.*?)\}", text, re.S):
        found[name] = {m[0]: int(m[1]) for m in re.findall(r"(\w+) = (\d+)", body)}
        if len(found[name]) != len([m for m in body.split(",") if m.strip()]):
            sys.exit(f"{name}: a constant without a value")
    return dict(sorted(found.items()))


def all_batches() -> dict:
    batches = {**mixed_batches.all_of(), **other_batches.all_of(), **cases_errors.batches()}
    batches["cached row out of range"] = mixed_batches.changed(batches["mixed cached"], cache_rows=[0, -1, 99, 2, -1])
    return batches


def all_cases() -> list[dict]:
    width = files.MODELS["mixed"].WIDTH
    cases = [*cases_plain.scores(), *cases_plain.saliencies(width), *cases_plain.caches(), *cases_lenses.attributions(width),
             *cases_lenses.probes(), *cases_lenses.profiles(width), *cases_plain.files(), *cases_plain.sessions(),
             *cases_errors.of_batches(), *cases_errors.of_lenses(width), *cases_errors.of_files(),
             *cases_errors.of_sessions()]
    cases += [{"name": f"enum/{name}", "do": "enum", "enum": name} for name in enums()]
    cases.append({"name": "status names", "do": "status_name", "statuses": [*enums()["clens_status"].values(), 7, 999]})
    cases += cases_lenses.profiles_of_keys()  # from here on: appended later
    cases += cases_plain.deltas()
    cases += cases_errors.of_deltas()
    return cases


def expected(batches, case) -> dict:
    """The case with what the library gives, once the oracles agree."""
    if "error" in case:
        try:
            lens_host.run(batches, case)
        except clicklens.Error as problem:
            wanted = case["error"]
            if int(problem.status) != wanted["status"] or wanted["contains"] not in problem.message:
                sys.exit(f"{case['name']}: {wanted} wanted, found {problem}")
            return case
        sys.exit(f"{case['name']}: an error wanted")
    return {**case, "expect": lens_host.run(batches, case)}


def text_of(batches, cases) -> str:
    """JSON of one line a batch and a case, so that changes are read line by line."""
    def lines(items):
        return ",\n".join(items)

    def one(value):
        return json.dumps(value, ensure_ascii=True)

    return ('{"format": 1,\n"enums": {\n' + lines(f"{one(k)}: {one(v)}" for k, v in enums().items()) + '},\n"batches": {\n'
            + lines(f"{one(k)}: {one(v)}" for k, v in batches.items()) + '},\n"cases": [\n'
            + lines(one({k: v for k, v in c.items() if k not in MAKERS_OWN}) for c in cases) + "]}\n")


def main() -> int:
    target = HERE.parent
    with tempfile.TemporaryDirectory() as folder:
        host.MODELS = Path(folder) / "models"
        files.write_all(host.MODELS)
        batches = all_batches()
        cases = [expected(batches, case) for case in all_cases()]
        oracle.check_all(batches, cases)
        if wrong := coverage.problems({"enums": enums(), "batches": batches, "cases": cases}):
            sys.exit("\n".join(wrong))
        made = {f"models/{p.name}": p.read_bytes() for p in sorted(host.MODELS.iterdir())}
        made["cases.json"] = text_of(batches, cases).encode()
        if "--check" in sys.argv:
            there = [f"models/{p.name}" for p in (target / "models").iterdir()]
            changed = [n for n in {*made, *there} if n not in made or not (target / n).is_file() or (target / n).read_bytes() != made[n]]
            print("\n".join(f"not what is made: {n}" for n in changed) or f"{len(cases)} cases are as made")
            return bool(changed)
        for old in (target / "models").glob("*.clens*"):
            old.unlink()
        for name, data in made.items():
            (target / name).write_bytes(data)
        print(f"{len(cases)} cases, {sum(map(len, made.values())):,} bytes")
        return 0


sys.exit(main())
