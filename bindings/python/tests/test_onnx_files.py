"""Files: weights outside the model, tables larger than memory allows, saving whole or not at all."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="the package onnx is not installed: no import is tested")
pytest.importorskip("onnxruntime", reason="the package onnxruntime is not installed: no import is tested")

import clicklens  # noqa: E402
from onnx_checks import assert_agree, imported  # noqa: E402
import onnx_layers  # noqa: E402, F401  adds to CASES
from onnx_graphs import CASES, Graph  # noqa: E402
from onnx_patterns import PATTERNS  # noqa: E402


def write_outside(model, path, **options):
    onnx.save_model(model, str(path), save_as_external_data=True, location="weights.bin", size_threshold=60, **options)


def test_weights_in_another_file(tmp_path):
    write_outside(PATTERNS["attention_under_a_mask"][0](), tmp_path / "m.onnx")
    assert (tmp_path / "weights.bin").stat().st_size > 0
    made, model = imported(tmp_path / "m.onnx", tmp_path)
    assert_agree(made, model)


def test_weights_that_are_not_there(tmp_path):
    write_outside(CASES["gemm"](), tmp_path / "m.onnx")
    (tmp_path / "weights.bin").write_bytes(b"\0" * 8)
    with pytest.raises(clicklens.Error, match="does not hold"):
        clicklens.from_onnx(tmp_path / "m.onnx")
    (tmp_path / "weights.bin").unlink()
    with pytest.raises(clicklens.Error, match="weights.bin"):
        clicklens.from_onnx(tmp_path / "m.onnx")


def test_weights_outside_the_folder_are_refused(tmp_path):
    write_outside(CASES["gemm"](), tmp_path / "m.onnx")
    model = onnx.load(tmp_path / "m.onnx", load_external_data=False)
    for entry in model.graph.initializer[0].external_data:
        if entry.key == "location":
            entry.value = "../../etc/passwd"
    (tmp_path / "m.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(clicklens.Error, match="outside the model's folder"):
        clicklens.from_onnx(tmp_path / "m.onnx")


def test_files_that_are_no_models(tmp_path):
    with pytest.raises(clicklens.Error, match="no such file"):
        clicklens.from_onnx(tmp_path / "none.onnx")
    (tmp_path / "bad.onnx").write_bytes(b"\x0a\xff\xff\xff\xff\xff")
    with pytest.raises(clicklens.Error, match="bad.onnx"):
        clicklens.from_onnx(tmp_path / "bad.onnx")


ROWS, DIM = 1_500_000, 64  # 384 MB of table

LIMITED = """
    import resource, sys
    import clicklens

    def held():
        return int(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmData"))) * 1024

    import onnx, numpy
    limit = held() + (150 << 20)  # far below the table
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    try:
        bytearray(200 << 20)
        sys.exit("the limit does not hold")
    except MemoryError:
        pass
    clicklens.from_onnx(sys.argv[1]).save(sys.argv[2], check=False)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")
def test_a_table_larger_than_memory_streams(tmp_path):
    """A sparse file of 384 MB of rows, in a process that may hold 150 MB more than it does."""
    g = Graph()
    g.score(g.op("Gather", g.normal(1, DIM), g.ids("user")), DIM)
    model = g.model()
    table = next(w for w in model.graph.initializer if list(w.dims) == [1, DIM])
    table.ClearField("raw_data")
    table.dims[0] = ROWS
    table.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", "table.bin"), ("offset", "0"), ("length", str(4 * ROWS * DIM))):
        table.external_data.add(key=key, value=value)
    (tmp_path / "m.onnx").write_bytes(model.SerializeToString())
    last = np.random.default_rng(0).normal(size=DIM).astype(np.float32)
    with open(tmp_path / "table.bin", "wb") as file:
        file.truncate(4 * ROWS * DIM)
        file.seek(4 * (ROWS - 1) * DIM)
        file.write(last.tobytes())
    script = tmp_path / "limited.py"
    script.write_text(textwrap.dedent(LIMITED))
    run = subprocess.run([sys.executable, script, tmp_path / "m.onnx", tmp_path / "m.clens"], capture_output=True,
                         text=True, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"})
    assert run.returncode == 0, run.stderr
    opened = clicklens.open(tmp_path / "m.clens")
    weight = onnx.numpy_helper.to_array(next(w for w in model.graph.initializer if list(w.dims) == [DIM, 1]))
    assert opened.score({"user": [0, ROWS - 1]}, output="logit") == pytest.approx([0, float(last @ weight[:, 0])], rel=1e-5)


# -------------------------------------------------------------- saving


def spoiled(source):
    """An import whose file will not be the source's: a weight is changed after it was read."""
    made = clicklens.from_onnx(source)
    made.builder._segments[-1].array = made.builder._segments[-1].array + 0.01
    return made


def test_a_failed_check_leaves_no_file(tmp_path):
    made = spoiled(CASES["gemm"]())
    with pytest.raises(clicklens.Error, match="instead of") as problem:
        made.save(tmp_path / "m.clens")
    assert problem.value.status == clicklens.Status.INTERNAL and made.tasks[0].name in problem.value.message
    assert list(tmp_path.iterdir()) == []


def test_a_failed_check_keeps_the_old_file(tmp_path):
    clicklens.from_onnx(CASES["gemm"]()).save(tmp_path / "m.clens")
    kept = (tmp_path / "m.clens").read_bytes()
    with pytest.raises(clicklens.Error):
        spoiled(CASES["gemm"]()).save(tmp_path / "m.clens")
    assert (tmp_path / "m.clens").read_bytes() == kept
    assert [p.name for p in tmp_path.iterdir()] == ["m.clens"]


def test_the_self_test_is_of_the_checked_rows(tmp_path):
    made, model = imported(CASES["gemm"](), tmp_path)
    model.self_test()
    made.save(tmp_path / "plain.clens", check=False)
    with pytest.raises(clicklens.Error, match="no self-test"):
        clicklens.open(tmp_path / "plain.clens").self_test()


def test_a_changed_weight_fails_the_self_test(tmp_path):
    """The rows in the file are held to bits: what is written over one weight shows."""
    made = clicklens.from_onnx(CASES["gemm"]())
    made.save(tmp_path / "m.clens")
    made.builder._segments[-1].array = made.builder._segments[-1].array + 0.001
    made.builder.save(tmp_path / "m.clens")
    with pytest.raises(clicklens.Error, match="self-test"):
        clicklens.open(tmp_path / "m.clens").self_test()


def test_a_checked_file_is_as_readable_as_another(tmp_path):
    made = clicklens.from_onnx(CASES["gemm"]())
    made.save(tmp_path / "plain.clens", check=False)
    made.save(tmp_path / "checked.clens")
    assert (tmp_path / "checked.clens").stat().st_mode == (tmp_path / "plain.clens").stat().st_mode


def test_infinite_outputs_are_compared(tmp_path):
    """1 / 0, of a row of zeros, is infinite on both sides; another row's error is still one, and is the one that is told."""
    g = Graph()
    g.score(g.op("Reciprocal", g.floats("x", 1)), 1)
    clicklens.from_onnx(g.model()).save(tmp_path / "m.clens")
    run = onnx.reference.ReferenceEvaluator(g.model())

    def moved(arrays):
        found = run.run(None, arrays)[0]
        found[3] *= 1.01
        return {g.outputs[0].name: found}

    with pytest.raises(clicklens.Error, match="a difference of (?!0|nan)|a difference of 0.0*[1-9]"):
        clicklens.from_onnx(g.model(), reference=moved).save(tmp_path / "n.clens")


def test_a_source_that_fails_is_an_error(tmp_path):
    """A reshape to a fixed number of rows: the graph itself takes no others."""
    g = Graph()
    g.output(g.op("ReduceSum", g.op("Reshape", g.floats("x", 6), g.integers(2, 3)), g.integers(1), keepdims=0))
    with pytest.raises(clicklens.Error, match="fails on made-up rows"):
        clicklens.from_onnx(g.model()).save(tmp_path / "m.clens")


def test_functions_of_the_graph(tmp_path):
    node = onnx.helper.make_node
    opsets = [onnx.helper.make_opsetid("", 17), onnx.helper.make_opsetid("mine", 1)]
    inner = onnx.helper.make_function("mine", "inner", ["x"], ["y"], [node("Mul", ["x", "x"], ["y"])], opsets[:1])
    outer = onnx.helper.make_function("mine", "outer", ["x"], ["y"], [node("inner", ["x"], ["t"], domain="mine"),
                                                                     node("Add", ["x", "t"], ["y"])], opsets)
    g = Graph()
    g.score(g.op("outer", g.floats("x", 3), domain="mine"), 3)
    source = g.model()
    source.functions.extend([inner, outer])
    source.opset_import.append(opsets[1])
    made, model = imported(source, tmp_path)
    assert_agree(made, model)


def test_a_file_that_cannot_be_written(tmp_path):
    for check in (True, False):
        with pytest.raises(clicklens.Error, match="/no") as problem:
            clicklens.from_onnx(CASES["gemm"]()).save(tmp_path / "no" / "m.clens", check=check)
        assert problem.value.status == clicklens.Status.IO
    (tmp_path / "m.clens").mkdir()
    with pytest.raises(clicklens.Error, match="m.clens") as problem:
        clicklens.from_onnx(CASES["gemm"]()).save(tmp_path / "m.clens")
    assert problem.value.status == clicklens.Status.IO and [p.name for p in tmp_path.iterdir()] == ["m.clens"]


def test_a_source_that_its_runtime_does_not_take(tmp_path):
    source = CASES["gemm"]()
    source.ir_version = 99
    with pytest.raises(clicklens.Error, match="ONNX Runtime does not take the source"):
        clicklens.from_onnx(source).save(tmp_path / "m.clens")
    assert list(tmp_path.iterdir()) == []


def test_a_function_as_reference(tmp_path):
    """What the file is held to may be the framework itself."""
    source = CASES["gemm"]()
    run = onnx.reference.ReferenceEvaluator(source)
    name = source.graph.output[0].name
    clicklens.from_onnx(source, reference=lambda arrays: {name: run.run(None, arrays)[0]}).save(tmp_path / "m.clens")
    with pytest.raises(clicklens.Error, match="instead of"):
        clicklens.from_onnx(source, reference=lambda arrays: {name: run.run(None, arrays)[0] + 1}).save(
            tmp_path / "n.clens")


def test_without_onnx_runtime_the_reference_evaluator_checks(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    made, _ = imported(CASES["gemm"](), tmp_path)
    assert made._source.name == "onnx's reference evaluator"


def test_without_onnx_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(clicklens.Error, match="pip install onnx"):
        clicklens.from_onnx("m.onnx")


def test_a_batch_of_a_fixed_size(tmp_path):
    """Exported for 16 rows: the file takes any number."""
    g = Graph()
    x = g.floats("x", 2, 3, batch=16)
    g.score(g.op("Relu", g.op("Reshape", x, g.integers(16, 6))), 6)
    made, model = imported(g.model(), tmp_path)
    assert_agree(made, model, rows=50)


def test_paths_may_be_objects(tmp_path):
    onnx.save(CASES["gemm"](), str(tmp_path / "m.onnx"))
    clicklens.from_onnx(Path(tmp_path / "m.onnx"), name="mine").save(tmp_path / "m.clens")
    assert clicklens.open(tmp_path / "m.clens").info.name == "mine"
