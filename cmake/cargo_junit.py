#!/usr/bin/env python3
"""cargo_junit.py LOG OUT [[SUITE.]NAME=STATUS...]: a JUnit file of what `cargo test` printed to LOG, and of steps (of the
suite "rust") by the exit status of each (0: passed, 77: skipped)."""
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree


def cases(log):
    """(suite, test, outcome) of each line that tells one; a suite is a program, or a crate's documentation."""
    suite = "cargo"
    for line in log.splitlines():
        begun = re.match(r"\s*Running (?:unittests )?(\S+)|\s*Doc-tests (\S+)", line)
        suite = (begun[1] or f"doc {begun[2]}") if begun else suite
        found = re.match(r"test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)", line)
        if found:
            yield suite, found[1], {"ok": None, "FAILED": "failure", "ignored": "skipped"}[found[2]]


def main():
    log, out, *steps = sys.argv[1:]
    path = pathlib.Path(log)
    found = list(cases(path.read_text(errors="replace"))) if path.exists() else []
    for name, status in (step.rsplit("=", 1) for step in steps):
        suite, _, step = name.rpartition(".")
        found.append((suite or "rust", step, {"0": None, "77": "skipped"}.get(status, "failure")))
    suite = ElementTree.Element("testsuite", name="rust", tests=str(len(found)))
    for classname, name, outcome in found:
        case = ElementTree.SubElement(suite, "testcase", classname=classname, name=name)
        if outcome:
            ElementTree.SubElement(case, outcome, message="")
    ElementTree.ElementTree(suite).write(out, encoding="utf-8", xml_declaration=True)


main()
