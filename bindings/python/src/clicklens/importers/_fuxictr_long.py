"""FuxiCTR's networks for long histories: items come with the histories of them, in a dict of their own."""

from __future__ import annotations

from .._arguments import bad


class Long:
    """The features of such a network, and the arguments of its `forward`."""

    def __init__(self, specs: dict, encoding, places: int):
        self.items = [key for key, spec in specs.items() if spec.get("source") == "item"]
        if not self.items:
            raise bad('history: no feature of the feature map is of source "item"')
        wrong = next((key for key in self.items if specs[key]["type"] != "categorical"), None)
        if wrong is not None:
            raise bad(f"history: item feature '{wrong}' is {specs[wrong]['type']}, only categorical ones are taken")
        self.specs = dict(specs)
        for key in self.items:
            name = _history(key)
            self.specs[name] = {**specs[key], "type": "sequence", "max_len": places, "source": "history"}
            encoding.padded_before[name] = True
            for by_name in (encoding.vocabularies, encoding.unknown):
                if key in by_name:
                    by_name[name] = by_name[key]

    def arguments(self, tensors: dict):
        """(features, items, mask): each item feature is its history, then the target."""
        import torch
        items = {key: torch.cat([tensors[_history(key)], tensors[key].reshape(-1, 1)], dim=1) for key in self.items}
        mask = (tensors[_history(self.items[0])] > 0).float()
        names = {*self.items, *map(_history, self.items)}
        return (({key: value for key, value in tensors.items() if key not in names}, items, mask),), {}


def _history(key: str) -> str:
    return f"{key}_history"
