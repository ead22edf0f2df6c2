"""A progress bar on stderr: tqdm's where it is installed, else one line that is written over."""

from __future__ import annotations

import sys
from time import monotonic


class _Line:
    def __init__(self, total: int | None):
        self._total, self._rows, self._began, self._shown = total, 0, monotonic(), 0.0

    def update(self, rows: int) -> None:
        self._rows += rows
        if monotonic() - self._shown > 0.5:
            self._show()

    def _show(self, end: str = "") -> None:
        self._shown = monotonic()
        of = "" if self._total is None else f" of {self._total:,}"
        rate = self._rows / max(self._shown - self._began, 1e-9)
        print(f"\r{self._rows:,}{of} rows, {rate:,.0f} a second", end=end, file=sys.stderr, flush=True)

    def close(self) -> None:
        self._show("\n")


class _Nothing:
    def update(self, rows: int) -> None:
        pass

    def close(self) -> None:
        pass


def progress_bar(shown: bool, total: int | None):
    """Something with update(rows) and close(). total: rows in all, where that is known."""
    if not shown:
        return _Nothing()
    try:
        from tqdm import tqdm
    except ImportError:
        return _Line(total)
    return tqdm(total=total, unit=" rows", unit_scale=True)
