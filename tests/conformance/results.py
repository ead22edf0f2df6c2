"""What README.md calls hashed: the bytes of a result, their FNV-1a, and the lines that a runner reports. Standard library only."""

import json
import os

SECONDARY = ("self_test", "session", "status_name")  # nothing of their own to hash


def fnv(data: bytes) -> str:
    h = 0xCBF29CE484222325
    for byte in data:
        h = ((h ^ byte) * 0x100000001B3) % 2**64
    return f"{h:016x}"


def little(hexadecimal) -> bytes:
    """Floats or doubles, written most significant first, in memory's order."""
    return b"".join(bytes.fromhex(x)[::-1] for x in hexadecimal)


def word(value) -> bytes:
    return (int(value) % 2**64).to_bytes(8, "little")


def result_bytes(do: str, found: dict) -> bytes:
    """Of what a host found, in the form of `expect`."""
    if do in SECONDARY:
        return word(0)
    if do == "score":
        return little(found["scores"]) + b"".join(little(c["values"]) for c in found.get("captures", []))
    if do == "open":
        return b"".join(map(word, found["id"]))
    if do == "coverage":
        return bytes(found["covered"])
    name = {"means": "sums", "probe": "logits", "exit": "scores", "cache": "scores", "delta": "scores"}.get(do, "values")
    return little(found[name])


def expected_bytes(case: dict, enums: dict):
    """None: only the hash is known."""
    if case["do"] == "enum":
        return b"".join(map(word, enums[case["enum"]].values()))
    return None if case["do"] == "profile" else result_bytes(case["do"], case["expect"])


class Report:
    """What CLICKLENS_CONFORMANCE_OUT is told."""

    def __init__(self, host: str):
        self._host, self.lines = host, []

    def add(self, case: str, status: str, digest: str = "") -> None:
        self.lines.append({"host": self._host, "case": case, "status": status, "hash": digest})

    def write(self) -> None:
        path = os.environ.get("CLICKLENS_CONFORMANCE_OUT")
        if path:
            with open(path, "w", encoding="utf-8") as file:
                file.writelines(json.dumps(line) + "\n" for line in self.lines)


def named_by(error: dict, host: str) -> str:
    """What a host's message must contain."""
    return error.get("worded", {}).get(host, error["contains"])
