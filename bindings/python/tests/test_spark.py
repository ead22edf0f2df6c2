"""clicklens.spark on a real local cluster of two executors' threads: one machine's bits, however rows are partitioned."""

import os
import shutil
import sys

import numpy as np
import pytest
from conftest import USERS, make_data

import clicklens

pytest.importorskip("pyspark", reason="PySpark is not installed: clicklens.spark is not tested")
if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
    pytest.skip("no Java: clicklens.spark is not tested", allow_module_level=True)
pa = pytest.importorskip("pyarrow")
from pyarrow import parquet
from pyspark.errors import PythonException
from pyspark.sql import SparkSession, functions

from clicklens import spark

pytestmark = pytest.mark.filterwarnings("ignore:distutils")
ROWS = 1500


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    made = os.environ.get("PYSPARK_PYTHON")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2", "spark.sql.adaptive.enabled": "true", "spark.driver.host": "127.0.0.1",
                "spark.driver.bindAddress": "127.0.0.1", "spark.driver.memory": "1g",
                "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
                "spark.sql.execution.arrow.maxRecordsPerBatch": "200",
                "spark.local.dir": str(tmp_path_factory.mktemp("spark"))}
    builder = SparkSession.builder.master("local[2]").appName("clicklens tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()
    if made is None:
        del os.environ["PYSPARK_PYTHON"]


@pytest.fixture(scope="module")
def table():
    draws = np.random.default_rng(8)
    data = make_data(ROWS, 8)
    data["price"] = pa.array([None if i % 11 == 0 else p for i, p in enumerate(data["price"])], pa.float64())
    data["label"] = draws.integers(0, 2, ROWS).astype(np.int32)
    data["user_id"] = draws.integers(0, 90, ROWS)
    data["country"] = draws.choice(np.array(["cz", "de", "31", ""]), ROWS)
    data["row.id"] = np.arange(ROWS)
    return pa.table(data)


@pytest.fixture(scope="module")
def frame(session, table, tmp_path_factory):
    """Three files of unequal sizes, which Spark orders as it likes."""
    folder = tmp_path_factory.mktemp("days")
    for name, (begin, count) in {"a": (0, 300), "b": (300, 1000), "c": (1300, 200)}.items():
        parquet.write_table(table.slice(begin, count), folder / f"{name}.parquet")
    return session.read.parquet(str(folder))


def in_order(table, scored, column):
    rows = sorted((r["row.id"], r[column]) for r in scored.collect())
    assert [r for r, _ in rows] == list(range(ROWS))
    return np.array([v for _, v in rows], np.float32)


@pytest.mark.parametrize("partitions", [1, 7])
def test_scores_have_equal_bits(small, model, table, frame, partitions):
    scored = spark.score(frame.repartition(partitions), small.path, output="logit", names=["z"])
    assert scored.columns == [*frame.columns, "z"] and scored.schema["z"].dataType.simpleString() == "float"
    assert in_order(table, scored, "z").tobytes() == model.score(table, output="logit").tobytes()


def test_some_columns_are_kept_and_scores_go_on_in_spark(small, model, table, frame):
    scored = spark.score(frame, small.path, keep=["row.id", "country"])
    assert scored.columns == ["row.id", "country", "ctr"]
    wanted = model.score(table)
    found = {r["country"]: r["m"] for r in scored.groupBy("country").agg(functions.max("ctr").alias("m")).collect()}
    countries = np.array(table["country"].to_pylist())
    assert found == {c: float(wanted[countries == c].max()) for c in set(countries.tolist())}


@pytest.mark.parametrize("options", [{}, {"group_by": "country", "negative_rate": 0.5, "correct_scores": True},
                                     {"streaming": True}], ids=["plain", "all", "streaming"])
def test_evaluation_is_one_machines(small, model, table, frame, options):
    columns = {name: table[name].to_numpy() for name in ("label", "user_id", "country")}
    metrics = clicklens.Metrics(**{k: v for k, v in options.items() if k != "group_by"})
    groups = columns["country"] if "group_by" in options else None
    metrics.add(model.score(table, output="logit"), columns["label"], groups, columns["user_id"])
    wanted = metrics.result()
    got = spark.evaluate(frame.repartition(5) if "group_by" in options else frame, small.path, **options)
    if "streaming" not in options:
        assert repr(got) == repr(wanted)  # every digit, and NaN is NaN
    else:
        assert (got.auc, got.auc_error_bound, got.rows) == (wanted.auc, wanted.auc_error_bound, wanted.rows)
        assert got.logloss == pytest.approx(wanted.logloss, rel=1e-14) and np.isnan(got.gauc)
    assert wanted.rows == ROWS and (wanted.gauc == wanted.gauc) == ("group_by" in options)


SECTIONS = ("scores", "features", "neurons", "saliency")


@pytest.mark.parametrize("partitions", [2, 7])
def test_a_profile_is_one_machines(small, model, table, frame, partitions):
    options = {"sections": SECTIONS, "means": model.means(table), "every": 2, "sample_rows": 64}
    whole = clicklens.Profile(model, **options)
    whole.add(table, table["label"].to_numpy(), table["user_id"].to_numpy())
    mixed = frame.orderBy(functions.hash("`row.id`")).repartition(partitions)
    got = spark.profile(mixed, small.path, label="label", cluster="user_id", row="row.id", **options)
    assert got.rows == whole.rows > 600 and got.save() == whole.save()


def test_rows_without_numbers_are_numbered_in_order(small, model, table, frame):
    order = [r["row.id"] for r in frame.select("`row.id`").collect()]
    assert order != sorted(order), "the files should come in another order than their rows"
    whole = clicklens.Profile(model, SECTIONS[:3])
    whole.add(table.take(order))
    other = clicklens.Profile(model, SECTIONS[:3])
    other.add(table)
    got = spark.profile(frame, small.path, sections=SECTIONS[:3])
    assert got.save() == whole.save() != other.save()
    assert spark.profile(frame, small.path, row="row.id", sections=SECTIONS[:3], depth=3).save() == other.save()


def test_empty_frames(small, model, frame):
    nothing = frame.where("price > 1e30")
    assert spark.score(nothing, small.path).collect() == []
    assert spark.evaluate(nothing, small.path).rows == 0
    assert spark.profile(nothing, small.path).save() == clicklens.Profile(model).save()


def test_a_frame_that_is_not_the_same_twice_is_refused(small, session, frame, tmp_path):
    seen = tmp_path / "seen"

    def changing(batches):
        drop = 1 if seen.exists() else 0
        seen.touch()
        for batch in batches:
            yield batch.slice(drop)

    plain = frame.drop("row.id").coalesce(1)
    shifting = plain.mapInArrow(changing, plain.schema)
    with pytest.raises(PythonException, match="BAD_STATE: partition 0 has 149[0-9] rows, 1500 when they were counted"):
        spark.profile(shifting, small.path)


def test_a_worker_keeps_its_model_and_its_session(small, session, frame):
    def look(batches):
        from clicklens.spark import _worker

        list(batches)
        idle = [len(s) for m in _worker._models.values() for s in m.sessions._idle.values()]  # by what they are made for
        yield pa.RecordBatch.from_arrays([pa.array([len(_worker._models)]), pa.array([max(idle, default=0)])],
                                         ["models", "sessions"])

    for _ in range(2):
        spark.score(frame.repartition(4), small.path).select(functions.sum("ctr")).collect()
    found = session.range(100).repartition(4).mapInArrow(look, "models long, sessions long").collect()
    assert any(r["models"] == 1 for r in found)
    assert all(r["models"] <= 1 and r["sessions"] <= 1 for r in found)
    files = [f for f in os.listdir(os.path.dirname(_sent_file(small))) if f.endswith(".clens")]
    assert files == [os.path.basename(_sent_file(small))]


def _sent_file(small):
    from pyspark import SparkFiles

    return SparkFiles.get(clicklens.open(small.path).info.id + ".clens")


def test_another_model_of_the_same_name(small, session, frame, table, tmp_path):
    from conftest import Small

    other = Small()
    other.arrays["b2"] = other.arrays["b2"] + np.float32(1)
    other.path = str(tmp_path / os.path.basename(small.path))
    other.build().save(other.path)
    scored = spark.score(frame, other.path)
    assert in_order(table, scored, "ctr").tobytes() == clicklens.open(other.path).score(table).tobytes()


def test_a_uri_is_fetched_by_spark(small, model, table, frame, tmp_path):
    shutil.copy(small.path, tmp_path / "by_uri.clens")
    scored = spark.score(frame, f"file://{tmp_path}/by_uri.clens")
    assert in_order(table, scored, "ctr").tobytes() == model.score(table).tobytes()


def test_uris_of_equal_base_names(small, session, model, table, frame, tmp_path):
    from conftest import Small

    other = Small()
    other.arrays["b2"] = other.arrays["b2"] + np.float32(1)
    paths = {name: tmp_path / name / "same.clens" for name in ("one", "two", "foreign")}
    for name, path in paths.items():
        path.parent.mkdir()
        other.build().save(path) if name == "two" else shutil.copy(small.path, path)
    wanted = {"one": model.score(table).tobytes(), "two": clicklens.open(paths["two"]).score(table).tobytes()}
    assert wanted["one"] != wanted["two"]
    for name in ("one", "two", "one"):
        assert in_order(table, spark.score(frame, f"file://{paths[name]}"), "ctr").tobytes() == wanted[name]
    with pytest.raises(clicklens.Error, match="absent/same.clens") as caught:
        spark.score(frame, f"file://{tmp_path}/absent/same.clens")
    assert caught.value.status == clicklens.Status.IO
    foreign = paths["foreign"].rename(tmp_path / "foreign" / "first_by_host.clens")
    session.sparkContext.addFile(f"file://{foreign}")  # by the host, not by us
    paths["two"].rename(paths["two"].with_name("first_by_host.clens"))
    scored = spark.score(frame, f"file://{tmp_path}/two/first_by_host.clens")
    assert in_order(table, scored, "ctr").tobytes() == wanted["two"]


def test_a_uri_is_its_first_file(small, session, frame, tmp_path):
    """What tasks have fetched is held to what the driver has."""
    from clicklens.spark._worker import Scorer, Sent

    shutil.copy(small.path, tmp_path / "first.clens")
    session.sparkContext.addFile(f"file://{tmp_path}/first.clens")
    scorer = Scorer(Sent("first.clens", "0" * 32), ["ad"], [], ["s0"], {})
    with pytest.raises(PythonException, match="BAD_STATE: first.clens: the file fetched here is the model"):
        frame.select("ad").mapInArrow(scorer, "s0 float").collect()


def test_bad_rows_name_partition_and_column(small, frame):
    labels = frame.withColumn("label", functions.when(functions.col("`row.id`") == 700, 2).otherwise(1))
    with pytest.raises(PythonException, match="BAD_VALUE: partition [0-9]+, rows from [0-9]+ on: column 'label': label 2"):
        spark.evaluate(labels, small.path)
    nulls = frame.withColumn("label", functions.when(functions.col("`row.id`") != 700, 1))
    with pytest.raises(PythonException, match="partition [0-9]+, rows from [0-9]+ on: column 'label': a label is null"):
        spark.profile(nulls, small.path, label="label")
    long = functions.when(functions.col("`row.id`") == 3, functions.array("price", "price"))
    with pytest.raises(PythonException, match=r"partition 0, rows from 0 on: entry 3: column 'price': 1 floats an entry "
                                              r"wanted, the Arrow list has 2"):
        prices = frame.orderBy("`row.id`").coalesce(1).withColumn("price", long.otherwise(functions.array("price")))
        spark.score(prices, small.path).collect()


@pytest.mark.parametrize("change, message", [
    (lambda f: f.drop("user"), "NOT_FOUND: the DataFrame has no column 'user', which the model requires"),
    (lambda f: f.withColumn("ad", functions.lit(0.5)), "column 'ad': integers wanted, the Arrow array holds float64"),
    (lambda f: f.select("*", functions.lit(1).alias("ad")), "column 'ad': appears twice"),
])
def test_wrong_columns_are_refused_before_a_job(small, frame, change, message):
    for run in (spark.score, spark.evaluate, spark.profile):
        with pytest.raises(clicklens.Error, match=message):
            run(change(frame), small.path)


def test_wrong_arguments(small, model, frame):
    for call, message in (
            (lambda: spark.score(frame, model), "model must be the path"),
            (lambda: spark.score(frame, "absent.clens"), "absent.clens"),
            (lambda: spark.score(frame, small.path, names=["ad"]), "two columns of the result would be named 'ad'"),
            (lambda: spark.score(frame, small.path, names=["a", "b"]), "names must be 1"),
            (lambda: spark.score(frame, small.path, keep=["absent"]), "no column 'absent'"),
            (lambda: spark.score(frame, small.path, output="odds"), "output must be one of"),
            (lambda: spark.evaluate(frame, small.path, label="absent"), "no column 'absent'"),
            (lambda: spark.evaluate(frame, small.path, task="absent"), "task 'absent'"),
            (lambda: spark.profile(frame, small.path, sections=("colours",)), "sections")):
        with pytest.raises(clicklens.Error, match=message):
            call()


def test_request_features_as_single_rows_have_the_bits_of_shared_ones(small, model, frame, table):
    """What lets every row of a DataFrame be a request of its own."""
    users = [USERS[i // 10 % 4] for i in range(ROWS)]
    alone = table.set_column(table.column_names.index("user"), "user", pa.array(users))
    tags = [[100 + i // 10 % 7, 103] for i in range(ROWS)]
    alone = alone.set_column(alone.column_names.index("tags"), "tags", pa.array(tags))
    shared = {"user": users[::10], "tags": tags[::10], "ad": alone["ad"], "price": alone["price"]}
    assert model.score(alone).tobytes() == model.score(shared, np.arange(0, ROWS + 1, 10)).tobytes()
