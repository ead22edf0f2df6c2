"""A diagnosis of made-up days whose clicks the small model's own logits draw: sound, or not."""

from pathlib import Path

import numpy as np
import pytest
from conftest import make_data
from test_files import COMMAND, command

import clicklens

ROWS = 6000
DEMO = Path(__file__).resolve().parents[3] / "bindings" / "cli" / "demo" / "demo.clens"


def day(small, seed, shift=0.0):
    """Data, clicks drawn at the model's probabilities moved by `shift`, users."""
    draws = np.random.default_rng(seed)
    data = make_data(ROWS, seed)
    logits = small.logits(small.inputs(data)) + shift
    return data, (draws.random(ROWS) < 1 / (1 + np.exp(-logits))).astype(int), draws.integers(0, 500, ROWS)


def diagnosed(model, small, test_shift=0.0):
    diagnosis = clicklens.Diagnosis(model)
    for part, name, seed, shift in (("train", "one", 1, 0.0), ("test", "two", 2, test_shift), ("test", "three", 3, test_shift)):
        data, clicks, users = day(small, seed, shift)
        groups = ["even" if user % 2 == 0 else "odd" for user in users]
        diagnosis.add(part, name, data, clicks, users, groups=groups, group_names={"even": "parity=even"})
    return diagnosis


def test_a_model_that_made_the_clicks_is_sound(model, small):
    diagnosis = diagnosed(model, small)
    checks = {(c["kind"], c["subject"]): c for c in diagnosis.checks()}
    over = checks["overfit", "scores"]
    assert over["state"] == "none" and over["low"] < 1 < over["high"]
    assert "confounded with drift" in over["caveat"]
    assert checks["calibration", "ctr"]["state"] == "none"
    assert checks["calibration_group", "parity=even"]["rows"] + sum(
        c["rows"] for (kind, name), c in checks.items() if kind == "calibration_group" and name != "parity=even"
    ) == 2 * ROWS
    assert checks["dead", "l1"]["state"] == "not_enough"  # 10,000 rows are needed
    assert {c["state"] for c in checks.values()} <= {"none", "found", "not_enough"}
    assert not [f for f in diagnosis.findings() if f["kind"] in ("overfit", "calibration", "memorising_group", "drift_auc")]


def test_scores_off_by_log_2_are_found_once(model, small):
    findings = diagnosed(model, small, -np.log(2)).findings()
    found = [f for f in findings if f["kind"].startswith("calibration")]
    assert [f["kind"] for f in found] == ["calibration"]
    (finding,) = found
    assert finding["value"] > 1.25 and finding["low"] < finding["value"] < finding["high"]
    assert finding["severity"] == "fault"
    assert finding["command"] == "clicklens refine MODEL -o OUT --calibrate platt --learn two three"


def test_few_rows_are_not_enough(model, small):
    diagnosis = clicklens.Diagnosis(model)
    for part, name in (("train", "one"), ("test", "two")):
        data, clicks, users = day(small, 1)
        few = {key: values[:100] for key, values in data.items()}
        diagnosis.add(part, name, few, clicks[:100], users[:100])
    for check in diagnosis.checks():
        assert check["state"] == "not_enough" or check["kind"] in ("provably_dead", "duplicate", "redundant_layer"), check


def test_refusals(model, small):
    data, clicks, users = day(small, 1)
    diagnosis = clicklens.Diagnosis(model)
    for wrong in (dict(part="later", labels=clicks), dict(part="test", labels=None), dict(part="test", labels=clicks[:-1]),
                  dict(part="test", labels=clicks + 1)):
        with pytest.raises(clicklens.Error):
            diagnosis.add(wrong["part"], "day", data, wrong["labels"], users)
    with pytest.raises(clicklens.Error) as refused:
        clicklens.Diagnosis(model, probe_rows=999)
    assert refused.value.status == clicklens.Status.INVALID_ARGUMENT


@pytest.mark.skipif(not COMMAND, reason="no command line to compare with: CLICKLENS_COMMAND names it, cmake/test.sh does")
def test_files_give_what_the_command_gives(tmp_path):
    command("synth", "--days", 3, "--rows", 12000, "--seed", 4, "--drift-day", 3, "--out", tmp_path)
    days = [str(tmp_path / f"day={n:02}.tsv") for n in (1, 2, 3)]
    said = command("diagnose", DEMO, "--train", days[0], "--test", *days[1:], "--group-by", "segment")
    found = clicklens.diagnose(clicklens.open(DEMO), days[0], days[1:], group_by="segment")
    assert [found[k] for k in ("found", "not_enough", "checked")] == [said[k] for k in ("found", "not_enough", "checked")]
    for here, there in zip(found["checks"], said["checks"]):
        here = {k: None if isinstance(v, float) and np.isinf(v) else v for k, v in here.items()}  # JSON has no infinity
        here["evidence"] = [{k: None if v in (np.inf, -np.inf) else v for k, v in e.items()} for e in here["evidence"]]
        assert {**here, "command": here["command"].replace(" MODEL", f" {DEMO}")} == there
