"""Batches of the model `mixed`."""

import copy

from batches import batch, column

BIG = 2**64 - 1
NAN, INF = float("nan"), float("inf")


def ordinary() -> dict:
    """Two requests of three and two candidates: unknown and cut ids, weights, huge keys."""
    return batch(5, [
        column("user", "strings", "bytes", ["anna", "zoë"]),
        column("tags", "keys", "i64", [[100, 103, 105, 101], [999, 104]], weights=[[0.5, 2.0, -1.0, 9.0], [3.0, 0.75]]),
        column("ad", "keys", "u64", [7, 2**63, BIG, 12345678901234567890, 0]),
        column("word", "strings", "bytes", [["a", "ccc"], ["éé"], ["dddd", "bb", "unheard"], ["a", "a", "a"], ["bb"]]),
        column("price", "floats", "f32", [[0.0, 1.0], [3.5, -2.0], [1e6, 0.25], [-0.5, 7.0], [12.0, 1e-3]], width=2),
        column("position", "rows", "i32", [0, 1, 2, 3, 0])], [0, 3, 5])


def alone(made: dict) -> dict:
    """The same candidates, each a request of its own."""
    out, offsets = copy.deepcopy(made), made["requests"]
    del out["requests"]
    owners = [r for r in range(len(offsets) - 1) for _ in range(offsets[r], offsets[r + 1])]
    for c in out["columns"]:
        if c["name"] == "user":
            c["values"] = [c["values"][r] for r in owners]
        if c["name"] == "tags":
            old, cells = c["row_offsets"], []
            ends = [0]
            for r in owners:
                cells += range(old[r], old[r + 1])
                ends.append(len(cells))
            c.update(values=[c["values"][i] for i in cells], weights=[c["weights"][i] for i in cells], row_offsets=ends)
    return out


def missing() -> dict:
    """Entries and values that are missing, unknown, out of range or not finite."""
    return batch(6, [
        column("user", "strings", "bytes", [None, "ben", ""]),
        column("tags", "keys", "i32", [None, [100, None, 102], []], weights=[None, [1.0, 1.0, 0.5], []], offset_bits=32),
        column("ad", "keys", "i64", [-1, None, 3, 4, 5, 6]),
        column("word", "strings", "bytes", [None, [], ["bb", None], [b"\xff\xfe", "a"], ["nothing known"], ["ccc"]],
               offset_bits=32),
        column("price", "floats", "f32", [[NAN, 1.0], [None, 2.0], None, [INF, -1.0], [2.0, -INF], [0.0, 0.0]], width=2),
        column("position", "rows", "i16", [-1, 9, None, 3, 2, 1])], [0, 2, 5, 6])


def bare() -> dict:
    """Required columns alone; narrow integer types; keys where rows may stand, too."""
    return batch(3, [
        column("position", "keys", "u8", [3, 200, 0]),
        column("ad", "keys", "i8", [-128, 127, 1]),
        column("user", "strings", "bytes", ["čeněk"])], [0, 3])


def many(n=40) -> dict:
    """Requests of 0 to 13 candidates, enough for several tiles and strands."""
    sizes = [13, 0, 1, 9, 2, 0, 11, 4]
    assert sum(sizes) == n
    offsets = [sum(sizes[:i]) for i in range(len(sizes) + 1)]
    users = ["anna", "ben", "čeněk", "nobody"]
    words = ["a", "bb", "ccc", "dddd", "éé"]
    return batch(n, [
        column("ad", "keys", "u32", [(i * 2654435761) % 2**32 for i in range(n)]),
        column("position", "rows", "u16", [i % 5 for i in range(n)]),
        column("price", "floats", "f32", [[(i * 37 % 100) / 64, -(i % 7) / 8] for i in range(n)], width=2),
        column("word", "strings", "bytes", [[words[(i + k) % 5] for k in range(i % 4)] for i in range(n)]),
        column("tags", "keys", "i16", [[100 + (r + k) % 8 for k in range(r % 5)] for r in range(len(sizes))],
               weights=[[0.25 * (k + 1) for k in range(r % 5)] for r in range(len(sizes))]),
        column("user", "strings", "bytes", [users[r % 4] for r in range(len(sizes))])], offsets)


def changed(made: dict, name: str = "", drop: bool = False, **members) -> dict:
    """A copy with members of one column, or of the batch, replaced; or without the column."""
    out = copy.deepcopy(made)
    if drop:
        out["columns"] = [c for c in out["columns"] if c["name"] != name]
        return out
    target = next(c for c in out["columns"] if c["name"] == name) if name else out
    target.update(members)
    return out


def cached(ads_of: dict) -> tuple[dict, dict]:
    """Three of the ordinary batch's five ads for a cache, and the batch that names their rows."""
    fresh, kept = [1, 4], [0, 2, 3]
    names = ("ad", "word", "price")
    ads = batch(3, [_picked(c, kept) for c in ads_of["columns"] if c["name"] in names])
    rows = [0, -1, 1, 2, -1]
    columns = [_picked(c, fresh) if c["name"] in names else copy.deepcopy(c) for c in ads_of["columns"]]
    return ads, batch(5, columns, ads_of["requests"], cache_rows=rows)


def _picked(c: dict, entries: list[int]) -> dict:
    out = copy.deepcopy(c)
    if "row_offsets" in c:
        old, cells, ends = c["row_offsets"], [], [0]
        for e in entries:
            cells += range(old[e], old[e + 1])
            ends.append(len(cells))
        out["row_offsets"] = ends
    else:
        width = 2 if c["name"] == "price" else 1
        cells = [e * width + k for e in entries for k in range(width)]
    out["values"] = [c["values"][i] for i in cells]
    return out


def all_of() -> dict:
    made = ordinary()
    ads, with_cache = cached(made)
    return {"mixed": made, "mixed alone": alone(made), "mixed missing": missing(), "mixed bare": bare(),
            "mixed many": many(), "mixed none": batch(0, _empty(made), [0]), "mixed ads": ads, "mixed cached": with_cache,
            "mixed keys": changed(made, "position", kind="keys"), "mixed many keys": changed(many(), "position", kind="keys")}


def _empty(made: dict) -> list[dict]:
    out = copy.deepcopy(made["columns"])
    for c in out:
        c["values"] = []
        if "row_offsets" in c:
            c["row_offsets"] = [0]
        if "weights" in c:
            c["weights"] = []
    return out
