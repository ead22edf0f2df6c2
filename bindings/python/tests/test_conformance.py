"""tests/conformance/cases.json: equal bits, equal statuses. CLICKLENS_CONFORMANCE_OUT gets a line a case."""

import json
import subprocess
import sys

import pytest

import clicklens
from conformance_host import HERE, Cases, NotOffered

sys.path.insert(0, str(HERE))
import results  # noqa: E402
import table  # noqa: E402

GIVEN = json.loads((HERE / "cases.json").read_text())


@pytest.fixture(scope="module")
def report():
    made = results.Report("python")
    yield made
    made.write()


def hashed(case, found) -> bytes:
    if case["do"] == "enum":
        return b"".join(map(results.word, found["values"]))
    return found["bytes"] if case["do"] == "profile" else results.result_bytes(case["do"], found)


def differences(case, found) -> str:
    """What is not as expected; members that the package does not give are left out."""
    if case["do"] == "enum":
        return "" if found["values"] == list(GIVEN["enums"][case["enum"]].values()) else f"constants: {found['values']}"
    wanted = dict(case["expect"])
    if case["do"] == "profile":
        found = {**found, "hash": results.fnv(found["bytes"])}
    return "; ".join(f"{name}: {found[name]} where {wanted[name]} is wanted" for name in wanted
                     if name in found and found[name] != wanted[name])


@pytest.mark.parametrize("case", GIVEN["cases"], ids=[c["name"] for c in GIVEN["cases"]])
def test_case(case, report):
    name = case["name"]
    try:
        found = Cases(GIVEN).run(case)
    except NotOffered:
        report.add(name, "not offered")
        pytest.skip("not offered")
    except clicklens.Error as error:
        wanted = case.get("error", {"status": 0, "contains": ""})
        same = int(error.status) == wanted["status"] and results.named_by(wanted, "python") in error.message
        report.add(name, "equal" if same else "different", results.fnv(results.word(error.status)))
        assert same, f"{wanted} wanted, found {error}"
        return
    wrong = "an error wanted" if "error" in case else differences(case, found)
    report.add(name, "different" if wrong else "equal", results.fnv(hashed(case, found)))
    assert not wrong, wrong


def test_the_table_stands(report):
    found = {"python": {line["case"]: line for line in report.lines}}
    if len(found["python"]) < len(GIVEN["cases"]):
        pytest.skip("not all cases were run")
    assert not table.problems(found, [case["name"] for case in GIVEN["cases"]])
    now = table.columns(table.tables(found, GIVEN["cases"]))["python"]
    assert table.columns(table.standing())["python"] == now, "table.py --write"


def test_files_are_as_made():
    """The maker holds every case to its oracles again, and finds the files that are there."""
    pytest.importorskip("torch")
    done = subprocess.run([sys.executable, "-B", str(HERE / "make" / "make.py"), "--check"], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stdout + done.stderr
