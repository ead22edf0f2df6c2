"""Builds the wheel: pure Python plus the C library and the files derived from its header and schema."""

import shutil
import sys
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.build_py import build_py

try:
    from setuptools.command.bdist_wheel import bdist_wheel  # setuptools >= 70.1
except ImportError:
    from wheel.bdist_wheel import bdist_wheel

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from packaging_clicklens import derive, library


class BuildWithLibrary(build_py):
    def run(self):
        inside_sources = getattr(self, "editable_mode", False)
        target = (HERE / "src" if inside_sources else Path(self.build_lib)) / "clicklens"
        if not inside_sources:
            shutil.rmtree(target, ignore_errors=True)  # modules of an earlier build that are no more
        super().run()
        target.mkdir(parents=True, exist_ok=True)
        library.bundle(target)
        derive.write_ffi(target)
        derive.write_model_schema(target)


class WithLibrary(Distribution):
    """Installed where what is of one platform belongs."""

    def has_ext_modules(self):
        return True


class PlatformWheel(bdist_wheel):
    """No extension module, so any Python 3 will do; but the library inside is of one platform."""

    def get_tag(self):
        return ("py3", "none", super().get_tag()[2])


setup(version=derive.version(), distclass=WithLibrary, cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": PlatformWheel})
