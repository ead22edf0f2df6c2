"""Checkpoints of the paper's network after half an epoch, one, two and four."""

import copy
from dataclasses import dataclass
from pathlib import Path

import torch
from gwen import export, training
from gwen.data import Encoding, stack
from gwen.network import Gwen

import clicklens

STAGES = ("half", "one", "two", "four")


@dataclass(frozen=True)
class Checkpoint:
    stage: str
    path: Path
    progressive: float  # AUC of the rows since the stage before, each batch scored before its own update


def train(days, folder, seed=1):
    """Trains on the rows kept and saves a file for every stage; the same seed, days and PyTorch give the same files.

    The first epoch's rows come in two halves, so that the second checkpoint has seen each row once. Dense Adam: every row
    of every table moves at every step. The output bias of what is saved is refitted on the rows trained on."""
    torch.manual_seed(seed)
    tables = [table for _, table in clicklens.read_days([str(path) for path in days.train])]
    encoding = Encoding(days.schema)
    encoding.fit(tables, [[True] * table.rows for table in tables])
    rows = stack([encoding.encode(table) for table in tables])
    net = Gwen(encoding, days.dim, days.tower, within_group="sum")
    training.start_at_click_rate(net, rows)
    optimiser = torch.optim.Adam(net.parameters(), lr=days.rate)
    shuffle = torch.Generator().manual_seed(seed)

    def run(part):
        return training.epoch(net, optimiser, part, days.batch, shuffle)

    halves = torch.randperm(len(rows), generator=shuffle).chunk(2)
    saved = [_save(net, rows, days, folder, "half", run(rows.take(halves[0])))]
    saved.append(_save(net, rows, days, folder, "one", run(rows.take(halves[1]))))
    saved.append(_save(net, rows, days, folder, "two", run(rows)))
    run(rows)
    saved.append(_save(net, rows, days, folder, "four", run(rows)))
    return saved, sum(p.numel() for p in net.parameters())


def _save(net, rows, days, folder, stage, progressive):
    net = copy.deepcopy(net)
    training.refit_bias(net, rows)
    builder = export.build(net, "paper", integer_ids=days.integer_ids)
    builder.metadata = {"framework": f"PyTorch {torch.__version__}", "epochs": stage, "progressive_auc": progressive,
                        "optimiser": f"dense Adam, lr {days.rate}, batch {days.batch}",
                        "training_days": " ".join(path.name for path in days.train)}
    path = folder / f"epoch_{stage}.clens"
    builder.save(path)
    return Checkpoint(stage, path, progressive)
