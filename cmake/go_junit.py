#!/usr/bin/env python3
"""go_junit.py FILE [SUITE]: reads the events of `go test -json` and writes them as JUnit; failures also to stderr.

A package that fails without a test that did (it does not build, it dies) counts as a case of its own.
"""
import json
import sys
import xml.etree.ElementTree as ElementTree


def read(lines):
    """(package, test) -> [outcome, seconds, output], in order."""
    cases = {}
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            sys.stderr.write(line)  # of the build, in older versions
            continue
        case = cases.setdefault((event.get("Package", event.get("ImportPath", "")), event.get("Test", "")), ["", 0.0, []])
        if event["Action"] in ("output", "build-output"):
            case[2].append(event["Output"])
        elif event["Action"] in ("pass", "fail", "skip", "build-fail"):
            case[0], case[1] = event["Action"].replace("build-", ""), event.get("Elapsed", 0.0)
    return cases


def suite(cases, name):
    root = ElementTree.Element("testsuite", name=name)
    failed = {package for (package, test), case in cases.items() if test and case[0] != "pass" and case[0] != "skip"}
    for (package, test), (outcome, seconds, output) in cases.items():
        if not test and (outcome != "fail" or package in failed):
            continue
        element = ElementTree.SubElement(root, "testcase", classname=name, name=test or package, time=f"{seconds:.3f}")
        text = "".join(output)
        if outcome == "skip":
            ElementTree.SubElement(element, "skipped", message=text.strip())
        elif outcome != "pass":  # "": it never ended
            ElementTree.SubElement(element, "failure").text = text
            sys.stderr.write(text)
    return root


def main():
    path, name = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "go"
    root = suite(read(sys.stdin), name)
    ElementTree.ElementTree(root).write(path)
    bad = root.findall("./testcase/failure")
    print(f"{name}: {len(root)} cases, {len(bad)} failed, {len(root.findall('./testcase/skipped'))} skipped")
    return 1 if bad or len(root) == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
