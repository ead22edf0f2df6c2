"""Batches of the models beside `mixed`."""

from batches import batch, column


def all_of() -> dict:
    return {
        "two tasks": batch(6, [
            column("user", "rows", "i64", [3, None]),
            column("ad", "rows", "u64", [0, 8, 2**63, 5, 6, 7])], [0, 4, 6]),
        "sequence": batch(5, [
            column("history", "keys", "i32", [[1, 2, 3, 4, 5, 6], [11, 50, 7], []]),
            column("ad", "keys", "i64", [0, 5, 3, 99, 2])], [0, 2, 4, 5]),
        "narrow": batch(4, [
            column("int8", "keys", "i64", [[0, 1, 2], [9], [], [4, 4]], weights=[[1.0, 0.5, -0.25], [2.0], [], [0.125, 3.0]]),
            column("int4", "keys", "u8", [[5, 6], [7]]),
            column("f16", "keys", "i64", [1, 2, 3, 99]),
            column("bf16", "keys", "i64", [9, 8, 7, 6])], [0, 1, 4]),
    }
