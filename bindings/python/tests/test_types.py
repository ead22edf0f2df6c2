"""The package says its types: every public signature is whole, and a strict checker follows a user's program."""

import inspect
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import clicklens
from clicklens import plot, spark, zoo

PROGRAM = Path(__file__).with_name("typed_program.py")
OWN = ("__init__", "__len__", "__iter__", "__enter__", "__exit__")


def public_functions():
    for module in (clicklens, plot, spark, zoo):
        for name in getattr(module, "__all__", None) or [n for n in vars(module) if not n.startswith("_")]:
            thing = getattr(module, name)
            if inspect.isfunction(thing):
                yield name, thing
            for cls in thing.__mro__ if inspect.isclass(thing) else ():
                for method, found in vars(cls).items() if cls.__module__.startswith("clicklens") else ():
                    found = getattr(found, "__func__", getattr(found, "fget", found))
                    if inspect.isfunction(found) and (method in OWN or not method.startswith("_")):
                        yield f"{name}.{method}", inspect.unwrap(found)


def test_every_public_signature_is_whole():
    bare, seen = [], set()
    for name, function in public_functions():
        signature = inspect.signature(function)
        seen.add(name)
        bare += [f"{name}({p.name})" for p in signature.parameters.values()
                 if p.annotation is p.empty and p.name not in ("self", "cls")]
        if signature.return_annotation is signature.empty and not name.endswith("__init__"):
            bare.append(f"{name}() ->")
    assert bare == [] and {"Model.score", "deepfm", "score", "Profile.of", "Profile.rows", "metrics"} <= seen


LARGE = ("torch", "matplotlib", "pyspark", "onnx", "onnxruntime", "pandas", "polars", "pyarrow", "fuxictr", "h5py")


def checked(path):
    """Everything of ours and of NumPy is followed; packages that the program does not use need not be read."""
    config = path.with_name("mypy.ini")
    sections = (f"[mypy-{name}.*]\nfollow_imports = skip\nignore_missing_imports = True\n" for name in LARGE)
    config.write_text("[mypy]\nstrict = True\n" + "".join(sections))
    command = [sys.executable, "-m", "mypy", "--config-file", str(config), "--cache-dir", str(path.parent / "cache"), str(path)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=path.parent)
    return run.returncode, run.stdout + run.stderr


@pytest.mark.skipif(find_spec("mypy") is None, reason="mypy is not installed: types are not checked")
def test_a_strict_checker_follows_a_program(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.read_text(encoding="utf-8"), encoding="utf-8")
    status, said = checked(program)
    assert status == 0, said
    wrong = ('import clicklens\nm = clicklens.open(5)\nn: str = m.features[0].width\nm.score(data=7)\nm.scores()\n'
             'x: int = m.score({}, counts=True)\nclicklens.Profile(m, sections="scores", evry=2)\n')
    program.write_text(wrong, encoding="utf-8")
    status, said = checked(program)
    assert status == 1 and [line for line in range(2, 8) if f"program.py:{line}: error" not in said] == [], said
