"""Records of a CSV or TSV file, plain or gzip, as the command line reads them."""

from __future__ import annotations

import gzip
import re
import zlib

from ._library import Error, Status


def file_text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as problem:
        raise Error(Status.IO, f"{path}: {problem.strerror}") from None
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as problem:
            raise Error(Status.IO, f"{path}: {problem}") from None
    return data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")


def records(path: str, text: str):
    """Header, rows, and the line each row begins on."""
    first = text[: text.find("\n")] if "\n" in text else text
    name = path.removesuffix(".gz")
    tabs = name.endswith((".tsv", ".tab")) or (not name.endswith(".csv") and "\t" in first)
    records = list(_tsv(text) if tabs else _csv(path, text))
    if not records:
        raise Error(Status.BAD_VALUE, f"{path}:1: no header line")
    return records[0][1], [row for _, row in records[1:]], [line for line, _ in records[1:]]


def _tsv(text: str):
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    for number, line in enumerate(lines, 1):
        yield number, line.removesuffix("\r").split("\t")


def _csv(path: str, text: str):
    """RFC 4180 with lines that end in LF or CR LF. Not the csv module: it bounds the length of a cell for
    the whole process and takes a lone CR for the end of a line."""
    at, line = 0, 1
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if text.find('"', at, end) < 0:
            yield line, text[at:end].removesuffix("\r").split(",")
            at, line = end + 1, line + 1
            continue
        cells: list[str] = []
        first = line
        while True:
            cell, at = _cell(text, at, f"{path}:{first}: ")
            line += cell.count("\n")
            cells.append(cell)
            if at >= len(text) or text[at] == "\n":
                break
            at += 1
        yield first, cells
        at, line = at + 1, line + 1


_QUOTED = re.compile(r'"([^"]*(?:""[^"]*)*)"(?!")')
_END = re.compile(r"[,\n]|\Z")


def _cell(text: str, at: int, place: str) -> tuple[str, int]:
    """The cell that begins at `at`, and where its comma, its line's end or that of the text is."""
    if not text.startswith('"', at):
        end = _END.search(text, at).start()
        cell = text[at:end]
        return (cell if text.startswith(",", end) else cell.removesuffix("\r")), end
    found = _QUOTED.match(text, at)
    if found is None:
        raise Error(Status.BAD_VALUE, f"{place}a quoted cell does not end")
    end = found.end()
    if text.startswith("\r", end) and text[end + 1 : end + 2] in ("\n", ""):
        end += 1
    if end < len(text) and text[end] not in ",\n":
        raise Error(Status.BAD_VALUE, f"{place}text after the closing quote")
    return found[1].replace('""', '"'), end
