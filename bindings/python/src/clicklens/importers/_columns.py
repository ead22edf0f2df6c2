"""What the importers of libraries share: groups, scopes and made-up rows."""

from __future__ import annotations

from .._arguments import bad, listed, text


class Roles:
    """Scope and group of every feature, by its name."""

    def __init__(self, names, request=(), pair=(), groups=None):
        self.names = list(names)
        self.scopes = {}
        for scope, given in (("request", request), ("pair", pair)):
            for name in listed(given, scope):
                self._known(name, scope)
                if name in self.scopes:
                    raise bad(f"'{name}' is of scope request and of scope pair")
                self.scopes[name] = scope
        self.groups = {self._known(name, "groups"): text(group, "a group")
                       for name, group in dict(groups or {}).items()}

    def of(self, name: str, group: str | None = None) -> dict:
        """scope and group as arguments of a Feature; `group` where the caller named none."""
        return {"scope": self.scopes.get(name, "candidate"), "group": self.groups.get(name, group or name)}

    def _known(self, name, where: str):
        if name not in self.names:
            raise bad(f"{where}: the model has no feature {name!r}; it has {', '.join(self.names)}")
        return name


def filler(row: int, text: bool):
    """The key of a row that has none; no host has it."""
    return f"\x01 row {row}" if text else 2**64 - 1 - row


def complete(keys: dict, rows: int) -> dict:
    """The keys, and fillers of the rows without: a vocabulary leaves no row out."""
    taken, text = set(keys.values()), all(isinstance(key, str) for key in keys)
    return {**keys, **{filler(row, text): row for row in range(rows) if row not in taken}}
