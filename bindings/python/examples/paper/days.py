"""The days of an experiment: synthetic ones, made by `clicklens synth`, or a folder of click logs with its schema."""

import gzip
import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from command import clicklens_json

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from gwen import schema as schemas  # noqa: E402
from train_demo import COLUMNS  # noqa: E402

HELD = 0.2  # share of the training rows that no checkpoint sees: over-fitting is judged on them
# What the paper calls a feature group is narrower than "user" and "item". Columns that are not named here keep the group
# of the schema; columns that a folder does not have are not missed.
GROUPS = {
    "user_id": "user_id", "hist_long_view": "history", "hist_tag": "history", "video_id": "video_ids", "author_id": "video_ids",
    "music_id": "video_ids", "tab": "tab", "hour": "hour",
    **dict.fromkeys(("follow_user_num", "fans_user_num", "friend_user_num", "register_days"), "user_counts"),
    **dict.fromkeys(("video_duration", "server_width", "server_height"), "video_numbers")}


@dataclass(frozen=True)
class Days:
    name: str
    schema: schemas.Schema
    train: list  # files of the rows trained on, one a day
    hold: list   # files of the rows held out of those days
    test: list   # files of later days
    dim: int
    tower: tuple
    rate: float  # of Adam
    batch: int
    integer_ids: bool
    about: str


def synthetic(folder, quick, seed=1):
    """One day to train on, later ones to test on; from the fifth on (quick: the fourth) the topics mean something else."""
    days, rows, drift = (4, 6000, 4) if quick else (7, 40000, 5)
    clicklens_json("synth", "--days", days, "--rows", rows, "--seed", seed, "--drift-day", drift, "--noise", 1, "--memo", 1, "--out", folder)
    first, *test = [folder / f"day={n:02}.tsv" for n in range(1, days + 1)]
    kept, held = split(first, folder, np.random.default_rng(seed))
    return Days("synthetic", schemas.Schema("label", COLUMNS), [kept], [held], test, 8, (64, 48, 32, 16), 5e-3, 128, True,
                f"`clicklens synth --days {days} --rows {rows} --seed {seed} --drift-day {drift} --noise 1 --memo 1`")


def logs(source, folder, quick, seed=1):
    """Three days to train on, all later ones to test on; quick: one and two, 1,500 rows of each."""
    found = sorted(path for path in source.iterdir() if path.name.endswith((".tsv", ".tsv.gz")))
    schema = source / "schema.json"
    if not schema.exists() or len(found) < 5:
        sys.exit(f"{source}: a schema.json and five day files (.tsv, plain or gzip) are wanted, {len(found)} are there")
    trained = 3
    if quick:
        found, trained = [head(path, folder, 1500) for path in found[:3]], 1
    draws = np.random.default_rng(seed)
    parts = [split(path, folder, draws) for path in found[:trained]]
    columns = schemas.read(schema)
    columns = replace(columns, columns=tuple(replace(c, group=GROUPS.get(c.name, c.group)) for c in columns.columns))
    name = json.loads(schema.read_text(encoding="utf-8")).get("name", "real")
    return Days(name, columns, [kept for kept, _ in parts], [held for _, held in parts], found[trained:], 16, (128, 64, 32, 16),
                1e-3, 256, False, f"{trained} days of `{name}` to train on, {len(found) - trained} later ones to test on")


def lines_of(path):
    """Header and rows of a day, as text."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        header, *rows = file.readlines()
    return header, rows


def head(path, folder, rows):
    to = folder / path.name.removesuffix(".gz")
    header, all_rows = lines_of(path)
    to.write_text(header + "".join(all_rows[:rows]), encoding="utf-8", newline="")
    return to


def split(path, folder, draws):
    """(file of the rows kept, file of the rows held out): a share of HELD, drawn row by row."""
    header, rows = lines_of(path)
    held = draws.random(len(rows)) < HELD
    name = path.name.removesuffix(".gz")
    made = folder / f"kept.{name}", folder / f"held.{name}"
    for to, wanted in zip(made, (False, True)):
        to.write_text(header + "".join(row for row, out in zip(rows, held) if out == wanted), encoding="utf-8", newline="")
    return made


def by_label(path, folder, label, column):
    """The day's clicks (label 1), or its other rows (0), in a file of their own."""
    header, rows = lines_of(path)
    at = header.rstrip("\r\n").split("\t").index(column)
    to = folder / f"{'clicks' if label else 'others'}.{path.name.removesuffix('.gz')}"
    kept = [row for row in rows if row.rstrip("\r\n").split("\t")[at] == str(label)]
    to.write_text(header + "".join(kept), encoding="utf-8", newline="")
    return to
