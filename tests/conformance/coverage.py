#!/usr/bin/env python3
"""Every value of every public enum occurs in a case, or is excused here by its name; no error is told by its status alone.

    coverage.py cases.json
"""

import json
import sys

# member of a case (or of its columns) -> enum, and what constants' names begin with
CHOICES = {"output": ("clens_output_kind", "CLENS_OUTPUT_"), "precision": ("clens_precision", "CLENS_PRECISION_"),
           "gradients": ("clens_gradients", "CLENS_GRADIENTS_"), "level": ("clens_saliency_level", "CLENS_LEVEL_"),
           "target": ("clens_saliency_target", "CLENS_TARGET_"), "storage": ("clens_cache_storage", "CLENS_CACHE_"),
           "kind": ("clens_column_kind", "CLENS_COLUMN_"), "type": ("clens_value_type", "CLENS_TYPE_")}
METHODS = {"saliency": ("clens_saliency_method", "CLENS_SALIENCY_"),
           "attribution": ("clens_attribution_method", "CLENS_ATTRIBUTION_")}

EXCUSED = {
    "another precision's scores are the machine's own": ["CLENS_PRECISION_BF16", "CLENS_PRECISION_RECOMMENDED"],
    "the environment or the system gives it": ["CLENS_E_UNSUPPORTED_ISA", "CLENS_E_OUT_OF_MEMORY"],
}
# All values of these: no `do` asks for them or gives them, so each host has its own tests beside the enum's case.
WITHOUT_VERB = {
    "files and descriptions of models": ["clens_access", "clens_graph_format", "clens_node_run", "clens_row_type",
                                         "clens_scope"],
    "evaluation and importance": ["clens_calibration_method", "clens_importance_method", "clens_faithfulness"],
    "fitting probes": ["clens_probe_control_kind", "clens_probe_target"],
    "days, drift and findings": ["clens_day_part", "clens_drift_kind", "clens_drift_verdict", "clens_finding_kind",
                                 "clens_finding_state", "clens_severity", "clens_profile_part"],
}


def occurring(given: dict) -> set[str]:
    """Names of the constants that cases use or wait for."""
    found = set()

    def chosen(enum: str, prefix: str, choice: str) -> None:
        name = prefix + choice.upper()
        if name not in given["enums"][enum]:
            sys.exit(f"coverage: {choice}: {enum} has no {name}")
        found.add(name)

    sent = {case.get("batch") for case in given["cases"]} | {case.get("ads") for case in given["cases"]}
    sent |= {part["batch"] for case in given["cases"] for part in case.get("parts", [])}
    columns = [column for name in sent - {None} for column in given["batches"][name]["columns"]]
    columns += [column for case in given["cases"] for column in case.get("inputs", [])]
    for item in [*given["cases"], *columns]:
        for member, (enum, prefix) in CHOICES.items():
            if member in item:
                chosen(enum, prefix, item[member])
        if "method" in item:
            chosen(*METHODS[item["do"]], item["method"])
        if "do" in item:
            found.add(item["error"]["name"] if "error" in item else "CLENS_OK")
            found.add("CLENS_PRECISION_F32")  # where nothing is said
    return found


def texts_of(error: dict) -> list[str]:
    return [error["contains"], *error.get("worded", {}).values()]


def problems(given: dict) -> list[str]:
    found, told = occurring(given), []
    excused = {name for names in EXCUSED.values() for name in names}
    without = {enum for enums in WITHOUT_VERB.values() for enum in enums}
    compared = {case["enum"] for case in given["cases"] if case["do"] == "enum"}
    for enum, constants in given["enums"].items():
        if enum not in compared:
            told.append(f"{enum}: no case compares its constants")
        for name in constants:
            if (name in found) == (name in excused or enum in without):
                told.append(f"{name}: " + ("excused, but occurs" if name in found else "in no case, and not excused"))
    known = {name for constants in given["enums"].values() for name in constants}
    told += [f"{name}: excused, but is in no enum" for name in sorted(excused - known)]
    told += [f"{enum}: excused, but is no enum" for enum in sorted(without - set(given["enums"]))]
    told += [f"{case['name']}: its message may say anything" for case in given["cases"]
             if "error" in case and min(map(len, texts_of(case["error"]))) < 7]
    return told


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as source:
        wrong = problems(json.load(source))
    print("\n".join(wrong) or "every enum value occurs or is excused")
    sys.exit(bool(wrong))
