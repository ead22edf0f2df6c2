"""Click logs as tensors: vocabularies and statistics of the training rows, ids of any rows."""

from dataclasses import dataclass

import numpy as np
import torch


@dataclass
class Rows:
    """Encoded rows. Id 0 means nothing: missing, unknown or padding."""

    single: torch.Tensor  # [n, categorical columns]
    multi: list  # of [n, longest] per multi column
    dense: torch.Tensor  # [n, numeric columns], raw
    labels: torch.Tensor

    def __len__(self):
        return len(self.labels)

    def take(self, index):
        return Rows(self.single[index], [m[index] for m in self.multi], self.dense[index], self.labels[index])


def stack(parts):
    """Rows of several days as one."""
    widths = [max(p.multi[j].shape[1] for p in parts) for j in range(len(parts[0].multi))]
    multi = [torch.cat([torch.nn.functional.pad(p.multi[j], (0, w - p.multi[j].shape[1])) for p in parts])
             for j, w in enumerate(widths)]
    return Rows(torch.cat([p.single for p in parts]), multi, torch.cat([p.dense for p in parts]),
                torch.cat([p.labels for p in parts]))


class Encoding:
    """What was learnt of the training rows: ids per column, mean and sd per numeric column."""

    def __init__(self, schema):
        self.label = schema.label
        self.categorical = [c for c in schema.columns if c.type == "categorical"]
        self.multi = [c for c in schema.columns if c.type == "multi"]
        self.numeric = [c for c in schema.columns if c.type == "numeric"]
        self.vocabularies = {}
        self.mean = self.sd = self.missing = None

    def fit(self, tables, keeps):
        """keeps: for every table, which of its rows are training rows."""
        for column in self.categorical + self.multi:
            seen = {}
            for table, keep in zip(tables, keeps):
                for cell in _ids(table[column.name], keep):
                    if cell is not None and cell not in seen:
                        seen[cell] = len(seen) + 1
            self.vocabularies[column.name] = seen
        if self.numeric:
            raw = np.concatenate([self._raw(t)[k] for t, k in zip(tables, keeps)]).astype(np.float64)
            logs = np.sign(raw) * np.log1p(np.abs(raw))
            mean, sd = np.nanmean(logs, axis=0), np.maximum(np.nanstd(logs, axis=0), 1e-6)
            # Rounded once, so that the network trained and the file written hold the same numbers.
            self.mean, self.sd = mean.astype(np.float32), sd.astype(np.float32)
            self.missing = (np.sign(mean) * np.expm1(np.abs(mean))).astype(np.float32)

    def encode(self, table):
        single = np.zeros((table.rows, len(self.categorical)), np.int64)
        for j, column in enumerate(self.categorical):
            vocabulary = self.vocabularies[column.name]
            single[:, j] = [vocabulary.get(cell, 0) for cell in table[column.name]]
        dense = self._raw(table)
        if self.numeric:
            dense = np.where(np.isfinite(dense), dense, self.missing)
        labels = np.array(table[self.label], np.float32)
        multi = [_padded(self.vocabularies[c.name], table[c.name]) for c in self.multi]
        return Rows(torch.from_numpy(single), multi, torch.from_numpy(dense), torch.from_numpy(labels))

    def _raw(self, table):
        columns = [np.array([np.nan if v is None else float(v) for v in table[c.name]], np.float32)
                   for c in self.numeric]
        return np.stack(columns, axis=1) if columns else np.zeros((table.rows, 0), np.float32)


def _ids(column, keep):
    if not isinstance(column, tuple):
        return column[keep]
    values, offsets = column
    return values[np.repeat(keep, np.diff(offsets))]


def _padded(vocabulary, column):
    values, offsets = column if isinstance(column, tuple) else (column, np.arange(len(column) + 1))
    ids = np.array([vocabulary.get(v, 0) for v in values], np.int64)
    lengths = np.diff(offsets)
    padded = np.zeros((len(lengths), max(int(lengths.max(initial=0)), 1)), np.int64)
    row = np.repeat(np.arange(len(lengths)), lengths)
    padded[row, np.arange(len(ids)) - np.repeat(offsets[:-1], lengths)] = ids
    return torch.from_numpy(padded)
