import inspect
import re
from pathlib import Path

import pytest

import clicklens

HEADER = Path(__file__).resolve().parents[3] / "capi" / "include" / "clicklens" / "clicklens.h"


def test_version_is_the_headers():
    text = HEADER.read_text(encoding="utf-8")
    wanted = ".".join(re.search(rf"CLENS_VERSION_{p} (\d+)", text).group(1) for p in ("MAJOR", "MINOR", "PATCH"))
    assert clicklens.version() == clicklens.__version__ == wanted


def test_is_typed_and_bundles_the_library():
    folder = Path(clicklens.__file__).parent
    assert (folder / "py.typed").is_file()
    assert (folder / "libclicklens.so").is_file()


@pytest.mark.parametrize("name", clicklens.__all__)
def test_public_names_have_docstrings(name):
    thing = getattr(clicklens, name)
    assert inspect.getdoc(thing)
    if inspect.isclass(thing) and not issubclass(thing, (Exception, int, tuple)):
        for method, function in inspect.getmembers(thing, inspect.isfunction):
            assert method.startswith("_") or inspect.getdoc(function), f"{name}.{method}"


def test_isa_is_one_of_the_machines():
    assert clicklens.isa() in clicklens.supported_isas()


def test_statuses_are_the_headers():
    text = HEADER.read_text(encoding="utf-8")
    pinned = {name: int(value) for name, value in re.findall(r"CLENS_E_(\w+) = (\d+)", text)}
    assert pinned and pinned == {s.name: int(s) for s in clicklens.Status if s}


def test_errors_keep_status_and_message(tmp_path):
    with pytest.raises(clicklens.Error) as caught:
        clicklens.open(tmp_path / "absent.clens")
    assert caught.value.status == clicklens.Status.IO
    assert "absent.clens" in caught.value.message
    bad = tmp_path / "bad.clens"
    bad.write_bytes(b"not a model" * 20)
    with pytest.raises(clicklens.Error) as caught:
        clicklens.open(bad)
    assert caught.value.status == clicklens.Status.BAD_FILE
