"""Everything about some checkpoints on one page: `clicklens report`, from Python.

The figures of a report are those of a dozen commands over files of days, and the page is a part of the command line. The
package runs that command instead of holding a second engine that would have to say the same: figures and page of Python
and shell are one. It is looked for as the environment variable CLICKLENS_COMMAND, then as `clicklens` on the PATH.
"""

from __future__ import annotations

import html
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from ._library import Error, Status
from ._types import FilePath, FilePaths


class Report:
    """Figures of some checkpoints over days trained on and test days. In a notebook it shows itself."""

    def __init__(self, figures: dict, page: str):
        self.figures = figures
        """What `clicklens report --json` says; bindings/cli/report/report.schema.json describes it."""
        self.html = page
        """The page: one file that needs no other and no network."""

    @property
    def checkpoints(self) -> list[str]:
        """Names of the checkpoints, in order."""
        return [checkpoint["name"] for checkpoint in self.figures["checkpoints"]]

    def save(self, path: FilePath) -> None:
        """Writes the page, complete or not at all."""
        path = Path(path)
        try:
            with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
                file.write(self.html)
            try:
                umask = os.umask(0)
                os.umask(umask)
                os.chmod(file.name, 0o666 & ~umask)
                os.replace(file.name, path)
            except OSError:
                os.unlink(file.name)
                raise
        except OSError as problem:
            raise Error(Status.IO, f"{path}: {problem.strerror or problem}") from None

    def _repr_html_(self) -> str:
        """The page in a frame of its own: nothing of it reaches the notebook."""
        return (f'<iframe title="clicklens report" sandbox="allow-scripts allow-downloads" srcdoc="{html.escape(self.html)}" '
                'style="width: 100%; height: 85vh; min-height: 500px; border: 0"></iframe>')

    def __repr__(self) -> str:
        days = [day["split"] for day in self.figures["days"]]
        return (f"<clicklens.Report of {', '.join(self.checkpoints)}: {days.count('train')} days trained on, "
                f"{days.count('test')} test days>")


def report(models: FilePaths, train: FilePaths, test: FilePaths, *, task: str | None = None, label: str | None = None,
           cluster: str | None = None, request: str | None = None, diagnosis: Any = None, draws: int = 3,
           threads: int = 1, command: Any = None) -> Report:
    """Runs `clicklens report`: metrics, scores, calibration, drift, saliency, probes, neurons and findings of
    checkpoints.

    `models`: a model file or a list of them, checkpoints in order. `train`: the files of the days they were trained on,
    `test`: later ones; CSV or TSV, as the command reads them. With two test days or more, probes are fitted on the first.
    `label`, `cluster`, `request`: names of columns, as the command's options; `diagnosis`: findings made before
    (`clicklens diagnose --json`), a file for each model, else they are made now; `draws`: of the probes' controls; `command`: the program (default: CLICKLENS_COMMAND, else `clicklens` on
    the PATH).

    Raises Error: NOT_FOUND without the program, INVALID_ARGUMENT for what it does not take, BAD_FILE with its message for
    data and models that it cannot report on.
    """
    program = command or os.environ.get("CLICKLENS_COMMAND") or shutil.which("clicklens")
    if not program:
        raise Error(Status.NOT_FOUND, "no program `clicklens`: install the command line, or name it in CLICKLENS_COMMAND")
    options = {"--task": task, "--label": label, "--cluster": cluster, "--request": request, "--draws": draws, "--threads": threads}
    with tempfile.TemporaryDirectory(prefix="clicklens-report-") as folder:
        page = Path(folder) / "report.html"
        line = [program, "report", "--json", "-o", page, "--train", *_files(train, "train"), "--test", *_files(test, "test")]
        if diagnosis is not None:
            line += ["--diagnosis", *_files(diagnosis, "diagnosis")]
        for option, value in options.items():
            if value is not None:
                line.append(f"{option}={value}")
        figures = _run([*map(os.fspath, line), "--", *_files(models, "models")])
        return Report(figures, page.read_text(encoding="utf-8"))


def _files(paths, argument: str) -> list[str]:
    if isinstance(paths, (str, os.PathLike)):
        paths = [paths]
    if not all(isinstance(path, (str, os.PathLike)) for path in paths) or not paths:
        raise Error(Status.INVALID_ARGUMENT, f"{argument} must be a path or a list of paths")
    # a name that looks like an option is no option
    return [f"./{path}" if str(path).startswith("-") else os.fspath(path) for path in paths]


def _run(line: list[str]) -> dict:
    try:
        done = subprocess.run(line, check=False, capture_output=True, stdin=subprocess.DEVNULL)
    except OSError as problem:
        raise Error(Status.NOT_FOUND, f"{line[0]}: {problem.strerror}") from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("clicklens: ")
        status = {1: Status.BAD_FILE, 2: Status.INVALID_ARGUMENT}.get(done.returncode, Status.INTERNAL)
        raise Error(status, said or f"{line[0]}: exit status {done.returncode}")
    return json.loads(done.stdout)
