"""Files that somebody changed: bytes of them, and what they say. An Error that tells, or a network; never another
exception, and nothing that takes long or much memory. The seed is fixed: what fails, fails again."""

import random
import resource
import signal
from contextlib import contextmanager

import pytest

onnx = pytest.importorskip("onnx", reason="the package onnx is not installed: no import is tested")

import clicklens  # noqa: E402
import onnx_layers  # noqa: E402, F401  adds to CASES
from onnx_graphs import CASES  # noqa: E402
from onnx_patterns import PATTERNS  # noqa: E402

SECONDS, GIBIBYTES, ROUNDS = 20, 8, 4
WILD = [0, -1, 1, 2, 7, 2**31 - 1, 2**31, 2**32, 2**62, -2**31, -2**63]


def models():
    made = {f"case {name}": make for name, make in CASES.items()}
    made |= {f"pattern {name}": entry[0] for name, entry in PATTERNS.items()}
    return made


MODELS = models()


@contextmanager
def bounds():
    """An endless loop or a huge array ends the test, not the machine."""

    def late(*_):
        raise TimeoutError(f"{SECONDS} s")

    before = signal.signal(signal.SIGALRM, late)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm", encoding="ascii") as statm:
        now = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + GIBIBYTES * 2**30, hard))
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        signal.signal(signal.SIGALRM, before)


def takes_or_tells(source, path):
    """Whether it became a model's file."""
    with bounds():
        try:
            clicklens.from_onnx(source).save(path, check=False)
        except clicklens.Error as problem:
            assert problem.message
            return False
    return True


def change_bytes(draw, data):
    data = bytearray(data)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(data))
        kind = draw.randrange(4)
        if kind == 0:
            data[at] = draw.randrange(256)
        elif kind == 1:
            data[at] ^= 1 << draw.randrange(8)
        elif kind == 2:
            del data[at:at + draw.randint(1, 8)]
        else:
            data[at:at] = draw.randbytes(draw.randint(1, 8))
        if not data:
            break
    return bytes(data[:draw.randrange(len(data))] if data and draw.randrange(8) == 0 else data)


def change_meaning(draw, model):
    """One thing that the graph says is another: well-formed, and wrong."""
    graph = model.graph
    nodes = [node for node in graph.node]
    node = draw.choice(nodes)
    kind = draw.randrange(9)
    if kind == 0 and node.input:
        names = [n for other in nodes for n in other.output] + [i.name for i in graph.initializer] + [""]
        node.input[draw.randrange(len(node.input))] = draw.choice(names)
    elif kind == 1:
        node.op_type = draw.choice(nodes).op_type
    elif kind == 2 and node.input:
        del node.input[draw.randrange(len(node.input))]
    elif kind == 3 and node.attribute:
        attribute = draw.choice(list(node.attribute))
        attribute.i = draw.choice(WILD)
        for at in range(len(attribute.ints)):
            attribute.ints[at] = draw.choice(WILD)
        attribute.f = draw.choice([float("nan"), float("inf"), -1.0, 1e38, 0.0])
    elif kind == 4 and graph.initializer:
        tensor = draw.choice(list(graph.initializer))
        if tensor.dims:
            tensor.dims[draw.randrange(len(tensor.dims))] = draw.choice(WILD)
    elif kind == 5 and graph.initializer:
        tensor = draw.choice(list(graph.initializer))
        tensor.raw_data = draw.randbytes(len(tensor.raw_data) or 4)
    elif kind == 6 and graph.initializer:
        draw.choice(list(graph.initializer)).data_type = draw.randrange(24)
    elif kind == 7 and graph.input:
        shape = draw.choice(list(graph.input)).type.tensor_type.shape
        if shape.dim:
            shape.dim[draw.randrange(len(shape.dim))].dim_value = draw.choice(WILD)
    elif graph.node:
        del graph.node[draw.randrange(len(graph.node))]
    return model


@pytest.mark.parametrize("name", sorted(MODELS))
def test_changed_files(name, tmp_path):
    draw = random.Random(name)
    path, out = tmp_path / "m.onnx", tmp_path / "m.clens"
    data = MODELS[name]().SerializeToString()
    for _ in range(ROUNDS):
        path.write_bytes(change_bytes(draw, data))
        takes_or_tells(path, out)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_changed_graphs(name, tmp_path):
    draw = random.Random(name)
    data = MODELS[name]().SerializeToString()
    for _ in range(ROUNDS):
        model = onnx.ModelProto.FromString(data)
        for _ in range(draw.randint(1, 2)):
            if model.graph.node:
                model = change_meaning(draw, model)
        takes_or_tells(model, tmp_path / "m.clens")


def test_something_is_still_taken(tmp_path):
    """Else nothing behind the first check would be reached."""
    draw = random.Random(1)
    taken = 0
    for make in list(MODELS.values())[:40]:
        model = onnx.ModelProto.FromString(make().SerializeToString())
        taken += takes_or_tells(change_meaning(draw, model), tmp_path / "m.clens")
    assert taken > 5
