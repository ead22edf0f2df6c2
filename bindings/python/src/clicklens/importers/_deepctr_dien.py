"""DIEN of DeepCTR-Torch without packed sequences, which torch.onnx cannot write.

The same numbers from padded sequences: what a recurrence does behind a history's end is masked, and rows without a
history get zeros.
"""

from __future__ import annotations

from contextlib import contextmanager


@contextmanager
def padded(model):
    """`model` with the two layers of DIEN computing on padded sequences, when it has them."""
    changed = []
    try:
        for part in model.modules():
            stand_in = _STAND_INS.get(type(part).__name__)
            if stand_in is not None and type(part).__module__.startswith("deepctr_torch."):
                part.forward = stand_in.__get__(part)
                changed.append(part)
        yield
    finally:
        for part in changed:
            del part.forward


def _mask(keys, lengths):
    """[rows, time], 1 where a key is."""
    import torch
    return (torch.arange(keys.shape[1]) < lengths.reshape(-1, 1)).to(keys.dtype)


def _extract(self, keys, keys_length, neg_keys=None):
    """InterestExtractor: (interests [rows, time, width], no auxiliary loss)."""
    import torch
    return self.gru(keys)[0] * _mask(keys, keys_length).unsqueeze(-1), torch.zeros((1,))


def _evolve(self, query, keys, keys_length, mask=None):
    """InterestEvolving: the last interest of each row [rows, width]."""
    import torch
    given = _mask(keys, keys_length)
    some, query, lengths = given[:, :1], query.unsqueeze(1), keys_length.reshape(-1, 1)
    if self.gru_type == "GRU":
        interests = self.interest_evolution(keys)[0] * given.unsqueeze(-1)
        return self.attention(query, interests, lengths).squeeze(1) * some
    scores = self.attention(query, keys, lengths)  # [rows, 1, time]
    if self.gru_type == "AIGRU":
        states = self.interest_evolution(keys * scores.transpose(1, 2))[0]
    else:
        state, made = torch.zeros_like(keys[:, 0]), []
        for step in range(keys.shape[1]):
            state = self.interest_evolution.rnn(keys[:, step], state, scores[:, 0, step])
            made.append(state)
        states = torch.stack(made, dim=1)
    last = given - torch.cat([given[:, 1:], torch.zeros_like(some)], dim=1)
    return (states * last.unsqueeze(-1)).sum(dim=1)


_STAND_INS = {"InterestExtractor": _extract, "InterestEvolving": _evolve}
