"""Packages that something here uses and clicklens does not depend on."""

from __future__ import annotations

import importlib

from ._library import Error, Status


def needs(package: str, who: str):
    """The package, or an Error that says which to install."""
    try:
        return importlib.import_module(package)
    except ImportError as problem:
        raise Error(Status.UNSUPPORTED, f"{who} needs the package '{package}': {problem}") from problem
