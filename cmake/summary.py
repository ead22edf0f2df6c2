#!/usr/bin/env python3
"""summary.py FOLDER: counts the cases in a folder of JUnit results.

A ctest entry whose program wrote its own results (<name>.xml, GoogleTest) is counted by its cases; a
program that died before writing them counts as one failure. The last line is `N passed, N failed`.
"""
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def outcome(case):
    skip = case.find("skipped")
    if skip is not None and "Unable to find" in skip.get("message", ""):
        return "failed"  # ctest's word for a program that was not built
    if case.find("failure") is not None or case.find("error") is not None or case.get("status") == "fail":
        return "failed"
    skipped = skip is not None or case.get("result") == "skipped"
    return "skipped" if skipped or case.get("status") in ("notrun", "disabled") else "passed"


def cases(path):
    return [(case.get("classname", ""), case.get("name"), outcome(case)) for case in ElementTree.parse(path).iter("testcase")]


def collect(folder):
    found = []
    for path in sorted(folder.glob("*.junit")):
        for suite, case, result in cases(path):
            own = folder / f"{case}.xml"
            inner = cases(own) if path.name == "ctest.junit" and own.exists() else []
            found += [(f"{case}: {s}", c, r) for s, c, r in inner]
            if not inner or (result == "failed" and all(r != "failed" for _, _, r in inner)):
                found.append((suite, case, result))
    return found


def main():
    found = collect(pathlib.Path(sys.argv[1]))
    for wanted in ("skipped", "failed"):
        for suite, case, result in found:
            if result == wanted:
                print(f"{wanted}: {suite}.{case}")
    count = {r: sum(1 for case in found if case[2] == r) for r in ("passed", "failed", "skipped")}
    if not found:
        print("no test ran")
        count["failed"] = 1
    print(f"{count['passed']} passed, {count['failed']} failed")
    return 1 if count["failed"] else 0


sys.exit(main())
