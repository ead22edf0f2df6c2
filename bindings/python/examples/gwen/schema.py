"""What the columns of a click log are: from a schema file, or guessed from the first day."""

import json
from dataclasses import dataclass, replace

REQUEST_GROUPS = {"user", "query", "request"}
CANDIDATE_GROUPS = {"item", "ad", "candidate"}


@dataclass(frozen=True)
class Column:
    name: str
    group: str
    type: str  # categorical, multi or numeric
    scope: str  # request, candidate or pair


@dataclass(frozen=True)
class Schema:
    label: str
    columns: tuple


def scope_of(group):
    """User features belong to the request, item features to the candidate; a pair column is never wrong."""
    if group in REQUEST_GROUPS:
        return "request"
    return "candidate" if group in CANDIDATE_GROUPS else "pair"


def read(path):
    """{"label": name, "columns": [{"name", "group", "type", "scope"?, "feature"?}]}; see the example's help."""
    with open(path, encoding="utf-8") as file:
        described = json.load(file)
    kinds = {"categorical", "multi", "numeric"}
    columns = [Column(c["name"], c["group"], c["type"], c.get("scope") or scope_of(c["group"]))
               for c in described["columns"] if c["type"] in kinds and c.get("feature", True)]
    return Schema(described.get("label", "label"), tuple(columns))


def guess(table, label):
    """Every column its own group: multi where a cell has `|`, numeric where all are numbers and one has a point."""
    columns = [Column(name, name, _guess_type(cells), "pair")
               for name, cells in table.items() if name not in (label, "request_id")]
    return Schema(label, tuple(columns))


def _guess_type(cells):
    if isinstance(cells, tuple):
        return "multi"
    known = [c for c in cells if c is not None]
    if not any("." in c for c in known):
        return "categorical"
    try:
        [float(c) for c in known]
    except ValueError:
        return "categorical"
    return "numeric"


def with_scopes(schema, scopes):
    """The schema with `{column or group: scope}` applied."""
    changed = [replace(c, scope=scopes.get(c.name, scopes.get(c.group, c.scope))) for c in schema.columns]
    return replace(schema, columns=tuple(changed))
