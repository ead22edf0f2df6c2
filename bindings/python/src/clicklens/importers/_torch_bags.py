"""Embedding bags of ids and offsets: a feature of many ids, which its module takes as two tensors."""

from __future__ import annotations

from dataclasses import replace

from .._arguments import bad
from ._feature import Feature


class Bags:
    """Pairs (ids, offsets) of an example, as one input each: ids [rows, length], what is left over being `padding`.

    While a module is traced it gets these ids in a row with even offsets, and its embedding bags (`_torch_rewrites`)
    leave the padding out: an id past the last row of their table. Otherwise it gets ids and offsets as they are.
    """

    def __init__(self, torch, given: dict, example: dict):
        self._torch, self.offsets, self._order = torch, dict(given), list(example)
        self.padding: dict[str, int] = {}  # by ids: the rows of their tables
        self.length: dict[str, int] = {}
        for ids, offsets in self.offsets.items():
            for name in (ids, offsets):
                if not isinstance(example.get(name), torch.Tensor) or example[name].dim() != 1:
                    raise bad(f"bags: the example has no tensor [n] called {name!r}")

    def __bool__(self) -> bool:
        return bool(self.offsets)

    def measure(self, run, example: dict) -> None:
        """Finds the rows of the tables that bags look ids up in, by a run on the example."""
        from torch.overrides import TorchFunctionMode
        bags, found = self._torch.nn.functional.embedding_bag, []

        class Seen(TorchFunctionMode):
            def __torch_function__(self, function, types, args=(), kwargs=None):
                if function is bags:
                    found.append((args[0].data_ptr(), args[1].shape[0]))
                return function(*args, **(kwargs or {}))

        with Seen():
            run(example)
        for name in self.offsets:
            rows = {rows for at, rows in found if at == example[name].data_ptr()}
            if len(rows) != 1:
                raise bad(f"bags: {name!r} must be the ids of embedding bags of one size, as they are given; it is of "
                          f"{len(rows) or 'none'}")
            self.padding[name] = rows.pop()

    def joined(self, example: dict) -> dict:
        """The example with ids [rows, length] in place of each pair."""
        torch, made = self._torch, {}
        for name, value in example.items():
            if name in self.offsets:
                rows = list(torch.tensor_split(value, example[self.offsets[name]][1:].tolist()))
                self.length[name] = max(1, *map(len, rows))
                made[name] = torch.stack([self._filled(name, row) for row in rows])
            elif name not in self.offsets.values():
                made[name] = value
        return made

    def _filled(self, name: str, row):
        left = self._torch.full((self.length[name] - len(row),), self.padding[name], dtype=row.dtype)
        return self._torch.cat([row, left])

    def even(self, tensors: dict) -> dict:
        """For a trace: all ids in a row, and offsets with the same distance."""
        made = dict(tensors)
        for name, offsets in self.offsets.items():
            made[name] = tensors[name].reshape(-1)
            made[offsets] = self._torch.arange(0, tensors[name].numel(), self.length[name])
        return self._ordered(made)

    def plain(self, tensors: dict) -> dict:
        """For a run: ids without padding, and their offsets."""
        made = dict(tensors)
        for name, offsets in self.offsets.items():
            given = tensors[name] != self.padding[name]
            made[name] = tensors[name][given]
            ends = given.sum(dim=1).cumsum(0)
            made[offsets] = self._torch.cat([ends.new_zeros(1), ends[:-1]])
        return self._ordered(made)

    def _ordered(self, tensors: dict) -> dict:
        """In the order of forward's arguments."""
        return {name: tensors[name] for name in self._order}

    def features(self, given, names: list[str]) -> list[Feature] | None:
        """The features, those of bags with their padding."""
        if not self:
            return given
        given = [Feature(name) for name in names] if given is None else list(given)
        return [replace(one, padding=self.padding[one.source], rows=self.padding[one.source] + 1)
                if isinstance(one, Feature) and one.source in self.padding else one for one in given]
