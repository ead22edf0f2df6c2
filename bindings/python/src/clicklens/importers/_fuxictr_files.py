"""What FuxiCTR knows of raw values: a FeatureProcessor, or the files beside a feature map."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field

import numpy as np

from .._arguments import bad, path_text
from .._library import Error, Status
from .._transforms import Transform, floats, transform
from ._columns import complete
from .._needs import needs

_PADDING, _STRANGER = "__PAD__", "__OOV__"


@dataclass
class Encoding:
    """By feature: how raw values become what a network reads."""

    vocabularies: dict = field(default_factory=dict)  # key -> row
    unknown: dict = field(default_factory=dict)  # the row of strangers
    transforms: dict = field(default_factory=dict)
    padded_before: dict = field(default_factory=dict)  # sequences whose ids end at the last place


def read_encoding(specs: dict, processor, data) -> Encoding:
    """Of a processor, of its pickle, of a data folder's feature_vocab.json, or none."""
    if processor is None:
        return _of_folder(specs, data) if data is not None else Encoding()
    if isinstance(processor, (str, bytes, os.PathLike)):
        processor = _unpickled(path_text(processor))
    made, parts = Encoding(), getattr(processor, "processor_dict", None)
    if not isinstance(parts, dict):
        raise bad(f"a FeatureProcessor of FuxiCTR wanted, not {type(processor).__name__}")
    for key, spec in specs.items():
        tokenizer, normalizer = parts.get(f"{key}::tokenizer"), parts.get(f"{key}::normalizer")
        if spec["type"] == "numeric" and normalizer is not None:
            made.transforms[key] = (_scaled(key, normalizer),)
        if spec["type"] in ("categorical", "sequence"):
            if tokenizer is None:
                raise _unsupported(f"feature '{key}': FuxiCTR's {spec.get('category_processor')} has no keys")
            _take(made, key, spec, tokenizer.vocab)
            made.padded_before[key] = spec["type"] == "sequence" and tokenizer.padding == "pre"
    return made


def read_feature_map(data, params: dict):
    """The FeatureMap of a data folder."""
    features = needs("fuxictr.features", "from_fuxictr")
    folder = path_text(data)
    made = features.FeatureMap(os.path.basename(os.path.normpath(folder)), folder)
    path = os.path.join(folder, "feature_map.json")
    try:
        made.load(path, params)
    except Exception as problem:  # of FuxiCTR's reader, which trusts the file
        raise bad(f"{path} is no feature map: {type(problem).__name__}: {problem}") from problem
    return made


def _of_folder(specs: dict, data) -> Encoding:
    path = os.path.join(path_text(data), "feature_vocab.json")
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError) as problem:
        raise bad(f"{path} holds no vocabularies: {problem}") from problem
    made = Encoding()
    for key, spec in specs.items():
        if spec["type"] in ("categorical", "sequence"):
            if not isinstance(found, dict) or not isinstance(found.get(key), dict):
                raise bad(f"{path} has no vocabulary of '{key}'")
            _take(made, key, spec, found[key])
    return made


def _unpickled(path: str):
    import pickle
    needs("fuxictr.preprocess", "from_fuxictr")
    try:
        with open(path, "rb") as file:
            return pickle.load(file)
    except Exception as problem:  # unpickling raises what it likes
        raise bad(f"{path} is no feature processor: {type(problem).__name__}: {problem}") from problem


def _take(made: Encoding, key: str, spec: dict, vocabulary: dict) -> None:
    rows = {word: row for word, row in vocabulary.items() if word not in (_PADDING, _STRANGER)}
    integers = [word for word in rows if isinstance(word, (int, np.integer))]
    if integers and len(integers) < len(rows):
        raise bad(f"feature '{key}': its vocabulary has both integers and strings")
    wrong = next((word for word, row in rows.items() if not _row(row, spec["vocab_size"])), None)
    if wrong is not None:
        raise bad(f"feature '{key}': {wrong!r} has the row {rows[wrong]!r}, the table {spec['vocab_size']}")
    if any(word < 0 for word in integers):
        raise _unsupported(f"feature '{key}': negative integers as keys; make them strings for FuxiCTR")
    made.vocabularies[key] = complete(rows, spec["vocab_size"])
    made.unknown[key] = vocabulary.get(_STRANGER)


def _unsupported(message: str) -> Error:
    return Error(Status.UNSUPPORTED, message)


def _row(row, rows: int) -> bool:
    return isinstance(row, (int, np.integer)) and not isinstance(row, bool) and 0 <= row < rows


def _scaled(key: str, normalizer) -> Transform:
    """A Normalizer as a standardisation: scikit-learn's scalers are affine."""
    scaler = normalizer.normalizer
    scaler = getattr(scaler, "__self__", scaler)  # FuxiCTR 2.3.10 keeps the bound method
    kind = type(scaler).__name__
    if kind == "StandardScaler":
        mean = 0.0 if scaler.mean_ is None else scaler.mean_
        scale = 1.0 if scaler.scale_ is None else scaler.scale_
    elif kind == "MinMaxScaler":
        mean, scale = -scaler.min_ / scaler.scale_, 1 / scaler.scale_
    else:
        raise _unsupported(f"feature '{key}': its normalizer {kind} is neither StandardScaler nor MinMaxScaler")
    return transform("Standardise", mean=floats(mean, "mean"), inverseSd=floats(1.0 / np.asarray(scale), "1 / sd"))
