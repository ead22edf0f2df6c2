"""What setup.py needs to build the package; not installed."""

from pathlib import Path

PYTHON = Path(__file__).resolve().parent.parent
ROOT = PYTHON.parent.parent
