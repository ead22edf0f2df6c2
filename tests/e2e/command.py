"""What the tests of the command share: running it, a small model, small data. Standard library only."""

import functools
import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).parent
COMMAND = os.environ["CLICKLENS"]
HEADER = "label,request_id,user,words,tags,price,position"


def run(*arguments, isa=None):
    """The finished process of one command; text in and out."""
    environment = {key: value for key, value in os.environ.items() if key != "CLICKLENS_ISA"}
    if isa:
        environment["CLICKLENS_ISA"] = isa
    return subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, text=True, env=environment, check=False)


def no_number(name):
    raise AssertionError(f"{name} is no JSON")


def run_json(*arguments):
    done = run(*arguments, "--json")
    if done.returncode != 0:
        raise AssertionError(f"exit status {done.returncode}: {done.stderr}")
    return json.loads(done.stdout, parse_constant=no_number)


def description():
    """What model.json says, to be changed."""
    return json.loads((HERE / "model.json").read_text())


def written(model):
    """The file of a model described as model.json does it, weights made up."""
    sizes = [str(segment["size"]) for segment in model["segments"]]
    with tempfile.TemporaryDirectory() as folder:
        schema = HERE.parent.parent / "schemas" / "model.fbs"
        source, path = Path(folder) / "model.json", Path(folder) / "written.clens"
        source.write_text(json.dumps(model))
        flatc = os.environ.get("FLATC", "flatc")
        subprocess.run([flatc, "-b", "--strict-json", "-o", folder, schema, source], check=True)
        subprocess.run([os.environ["MAKE_MODEL"], Path(folder) / "model.clens", path, *sizes], check=True)
        return path.read_bytes()


@functools.lru_cache(maxsize=None)
def model_bytes():
    """A model with a feature of every kind."""
    return written(description())


def row(i):
    """Cells of data row i; three rows a request, of which the first has the fewest words."""
    request = i // 3
    words = "|".join(f"w{(i * 7 + k) % 90}" for k in range(i % 4))
    tags = "|".join(f"{(i + k) % 20}:{0.5 + k}" for k in range(i % 3))
    price = "" if i % 11 == 0 else str((i * 37 % 100) / 64)
    return [int(i * 2654435761 % 7 < 3), f"r{request}", request * 13 % 50, words, tags, price, i % 4]


def table(rows, header=HEADER, separator=","):
    lines = [header] + [",".join(map(str, cells)) for cells in rows]
    return "\n".join(lines).replace(",", separator) + "\n"


class CommandTest(unittest.TestCase):
    """A test with a folder of its own that holds the small model."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="clens-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder)

    @functools.cached_property
    def model(self):
        path = self.folder / "model.clens"
        path.write_bytes(model_bytes())
        return path

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def score(self, *arguments, isa=None):
        """The lines that `score` writes to standard output."""
        done = run("score", self.model, *arguments, isa=isa)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def fails(self, *arguments, status=1):
        """Runs what must fail with one line on standard error; returns the line."""
        done = run(*arguments)
        self.assertEqual(done.returncode, status, done.stderr)
        if status == 1:
            self.assertEqual(done.stdout, "")
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        return done.stderr.strip()
