"""Networks of clicklens.zoo at sizes like those of Criteo's challenge: 26 categories and 13 numbers, of which two thirds
are taken to be the request's. One more network is one more line of NETWORKS.

zoo.py FOLDER: untrained ones as files, for `clicklens bench`, perf and the like."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

from shape import Fields, Shape

DIM, ROWS = 16, 50000
SPARSE = [Fields(False, "request", 17, 1), Fields(False, "candidate", 9, 1)]
NUMBERS = [Fields(True, "request", 9), Fields(True, "candidate", 4)]
HISTORY = [Fields(False, "request", 1, 50)]  # ids of the last candidate field before it
SINGLE_NUMBERS = [Fields(True, "request", 1)] * 9 + [Fields(True, "candidate", 1)] * 4  # a field each


@dataclass
class Network(Shape):
    """A shape whose network is the zoo's function of that name."""

    title: str = ""
    reference: str = ""  # the class in bindings/python/tests/zoo_networks.py
    constants: dict = field(default_factory=dict)  # of that class
    arguments: dict = field(default_factory=dict)  # of the zoo's function
    hidden: tuple = ()
    tasks: int = 1

    @property
    def features(self):
        """(clicklens.zoo fields, dense, histories), named as every side of bench/peers names its inputs."""
        from clicklens import zoo

        fields, dense, histories = [], [], []
        for line in self.fields:
            for _ in range(1 if line.dense else line.count):
                name = f"d{len(dense)}" if line.dense else f"f{len(fields) + len(histories)}"
                if line.dense:
                    dense.append(zoo.Dense(name, name, line.count, line.scope))
                elif line.ids > 1:
                    histories.append(zoo.History(name, name, fields[-1].name, line.ids, line.scope))
                else:
                    fields.append(zoo.Field(name, name, self.rows, line.scope))
        return fields, dense, histories

    @property
    def histories(self) -> list[int]:
        """Which lines are."""
        return [i for i, line in enumerate(self.fields) if not line.dense and line.ids > 1]

    def write(self, weights, path) -> None:
        """The .clens file of these weights, by name."""
        from clicklens import zoo

        fields, dense, histories = self.features
        getattr(zoo, self.name)([*fields, *dense, *histories], dim=self.dim, weights=weights, **self.arguments).save(path)


def _network(name, title, reference, constants=None, *, tasks=1, numbers=NUMBERS, history=(), **arguments) -> Network:
    hidden = arguments.get("hidden", arguments.get("expert", ()))
    return Network(name, DIM, ROWS, [*SPARSE, *numbers, *history], [], title, reference, constants or {}, arguments, hidden, tasks)


TOWER = (256, 128, 64)
NETWORKS = {made.name: made for made in [
    _network("deepfm", "DeepFM", "DeepFM", hidden=TOWER),
    _network("dcnv2", "DCNv2", "DCNv2", {"CROSS": 3}, cross=3, hidden=TOWER),
    _network("dlrm", "DLRM", "DLRM", {"BOTTOM": 64}, bottom=(64,), hidden=TOWER[:2]),
    _network("autoint", "AutoInt", "AutoInt", {"HEADS": 2, "SIZE": 16}, heads=2, size=16, numbers=SINGLE_NUMBERS),
    _network("mmoe", "MMoE, 2 tasks", "MMoE", {"TOWER": 64}, tasks=2, expert=(128,), tower=(64,)),
    _network("din", "DIN, 50 ids", "DIN", history=HISTORY, attention=(36,), hidden=(200, 80)),
]}


def names() -> list[str]:
    return list(NETWORKS)


def load(name: str) -> Network:
    return NETWORKS[name]


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for network in NETWORKS.values():
        network.write(1, folder / f"{network.name}.clens")
