#!/usr/bin/env python3
"""throughput.py [--rows N] [--turns N]: rows a second of clicklens.spark on local[2] by number of partitions, and of one
process without Spark beside it, in the same turns.

The model is DeepFM of 16 id features (100,000 rows each) and 4 numbers, dim 16, tower 256-128-64; rows lie in a Parquet file
of equal row groups. What is timed: taking the rows, scoring and adding up the scores, so that none is left out; workers and
the model are warm, as from the second job on. Spark has the rows in its cache, cut into the partitions; the process reads
the file with score_table, on one thread. Beside the clock stands processor time, of this process and all below it (JVM,
workers): on a shared machine that is what can be compared.
"""

import argparse
import collections
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet
from pyspark.sql import SparkSession, functions

import clicklens
from clicklens import spark, zoo

PARTITIONS = 1, 2, 4


def made_model(folder):
    fields = [zoo.Field(f"f{i}", "user" if i < 8 else "ad", rows=100_000) for i in range(16)]
    fields += [zoo.Dense(f"x{i}", "ad", width=1) for i in range(4)]
    path = f"{folder}/deepfm.clens"
    zoo.deepfm(fields, dim=16, hidden=(256, 128, 64), weights=1).save(path)
    return path


def made_rows(folder, rows):
    draws = np.random.default_rng(2)
    path = f"{folder}/rows.parquet"
    columns = {f"f{i}": draws.integers(0, 100_000, rows) for i in range(16)}
    columns |= {f"x{i}": draws.random(rows, np.float32) for i in range(4)}
    parquet.write_table(pa.table(columns), path, row_group_size=max(rows // 16, 1))
    return path


def started(folder):
    os.environ["PYSPARK_PYTHON"] = sys.executable
    settings = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.local.dir": folder,
                "spark.driver.memory": "2g", "spark.sql.files.maxPartitionBytes": str(1 << 40)}
    builder = SparkSession.builder.master("local[2]").appName("throughput")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


def processor_seconds():
    """Of this process and all that live below it."""
    below, spent = collections.defaultdict(list), {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, (_, _, rest) = int(stat.parent.name), stat.read_text().rpartition(")")
        except OSError:  # gone meanwhile
            continue
        fields = rest.split()
        below[int(fields[1])].append(pid)
        spent[pid] = int(fields[11]) + int(fields[12])
    total, left = 0, [os.getpid()]
    while left:
        pid = left.pop()
        total += spent.get(pid, 0)
        left += below[pid]
    return total / os.sysconf("SC_CLK_TCK")


def contenders(session, model, rows):
    """Of each name, what it does: returns the sum of scores."""
    table = session.read.parquet(rows)
    runs = {"one process": lambda: sum(float(s.sum(dtype=np.float64)) for s in model[1].score_table(rows, rows=10_000))}
    for count in PARTITIONS:
        parts = table.repartition(count).cache()  # the same rows in memory, so that partitions alone differ
        parts.count()
        scored = spark.score(parts, model[0], keep=[])
        runs[f"Spark, {count} partition{'s' if count > 1 else ''}"] = lambda scored=scored: scored.agg(functions.sum("ctr")).first()[0]
    return runs


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("--rows", type=int, default=400_000)
    options.add_argument("--turns", type=int, default=3)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = made_model(folder)
        rows, session = made_rows(folder, chosen.rows), started(folder)
        runs = contenders(session, (path, clicklens.open(path)), rows)
        sums = {name: run() for name, run in runs.items()}
        first = sums["one process"]
        assert all(abs(s - first) <= 1e-9 * abs(first) for s in sums.values()), sums
        seconds, spent = {name: [] for name in runs}, {name: [] for name in runs}
        for _ in range(chosen.turns):
            for name, run in runs.items():
                began, before = time.perf_counter(), processor_seconds()
                run()
                seconds[name].append(time.perf_counter() - began)
                spent[name].append(processor_seconds() - before)
        session.stop()
    print(f"{chosen.rows:,} rows, {chosen.turns} turns, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors\n")
    print("| | rows a second, best | median | rows a second of processor time, median |\n| --- | --- | --- | --- |")
    for name in runs:
        figures = min(seconds[name]), statistics.median(seconds[name]), statistics.median(spent[name])
        print(f"| {name} | " + " | ".join(f"{chosen.rows / figure:,.0f}" for figure in figures) + " |")


main()
