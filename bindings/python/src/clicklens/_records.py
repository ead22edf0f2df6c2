"""Records of a CSV or TSV file, plain or gzip, as the command line reads them."""

from __future__ import annotations

import gzip
import re
import zlib
from itertools import islice

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
    found = _split(path, text, has_tabs(path, text.partition("\n")[0]), 1)
    if not found:
        raise Error(Status.BAD_VALUE, f"{path}:1: no header line")
    return found[0][1], [row for _, row in found[1:]], [line for line, _ in found[1:]]


def has_tabs(path: str, first_line: str) -> bool:
    """Whether cells are separated by tabs and never quoted."""
    name = path.removesuffix(".gz")
    return name.endswith((".tsv", ".tab")) or (not name.endswith(".csv") and "\t" in first_line)


def blocks(path: str, rows: int):
    """(header, rows, lines) as `records` gives them, about so many rows at a time."""
    try:
        with _opened(path) as file:
            first = file.readline().removeprefix("\ufeff")
            tabs = has_tabs(path, first.removesuffix("\n"))
            found, line = _whole_records(path, file, first, tabs, 1)
            if not found:
                raise Error(Status.BAD_VALUE, f"{path}:1: no header line")
            header = found[0][1]
            while text := "".join(islice(file, rows)):
                found, line = _whole_records(path, file, text, tabs, line)
                yield header, [row for _, row in found], [at for at, _ in found]
    except (OSError, EOFError, zlib.error) as problem:
        raise Error(Status.IO, f"{path}: {getattr(problem, 'strerror', None) or problem}") from None


def _opened(path: str):
    with open(path, "rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    opened = gzip.open if zipped else open
    return opened(path, "rt", encoding="utf-8", errors="surrogateescape", newline="\n")


def _whole_records(path: str, file, text: str, tabs: bool, line: int):
    """(records, the line behind them) of a text and as many more lines as its last cell needs."""
    more = 1
    while True:
        try:
            return _split(path, text, tabs, line), line + text.count("\n")
        except _Unended:
            rest = "".join(islice(file, more))
            if not rest:
                raise
            text, more = text + rest, more * 4


class _Unended(Error):
    """A quoted cell does not end in the text at hand."""


def _split(path: str, text: str, tabs: bool, line: int) -> list:
    return list(_tsv(text, line) if tabs else _csv(path, text, line))


def _tsv(text: str, first: int):
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    for number, line in enumerate(lines, first):
        yield number, line.removesuffix("\r").split("\t")


def _csv(path: str, text: str, line: int):
    """RFC 4180 with lines that end in LF or CR LF. Not the csv module: it bounds the length of a cell for
    the whole process and takes a lone CR for the end of a line."""
    at = 0
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
        raise _Unended(Status.BAD_VALUE, f"{place}a quoted cell does not end")
    end = found.end()
    if text.startswith("\r", end) and text[end + 1 : end + 2] in ("\n", ""):
        end += 1
    if end < len(text) and text[end] not in ",\n":
        raise Error(Status.BAD_VALUE, f"{place}text after the closing quote")
    return found[1].replace('""', '"'), end
