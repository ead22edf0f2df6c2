"""Networks of FuxiCTR and DeepCTR-Torch, trained here and imported: raw strings in, the framework's scores out.

The README's table says which import and why others do not. CLICKLENS_UPDATE_TABLES=1 writes it anew.
"""

import contextlib
import functools
import io
import os
import re
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import clicklens

torch = pytest.importorskip("torch", reason="networks are PyTorch's: install python3-torch")
pytest.importorskip("onnx", reason="importers read ONNX: pip install onnx, as cmake/setup.sh does")
rows_of = pytest.importorskip("framework_rows")

UPDATE = "CLICKLENS_UPDATE_TABLES"
README = Path(__file__).resolve().parents[1] / "README.md"
BEGIN, END = "<!-- imported networks: written by tests/test_frameworks.py -->", "<!-- end of imported networks -->"
TRAIN, TEST = rows_of.raw_rows(400, 0), rows_of.raw_rows(80, 1)
NEW = {"user_id": "nobody", "item_id": "nothing", "city": "nowhere"}  # that no vocabulary has


@dataclass
class Outcome:
    """Scores by both sides, or why there are none."""

    theirs: np.ndarray = None
    ours: np.ndarray = None
    refusal: str = ""


def _refused(theirs, problem) -> Outcome:
    """What is refused is said to be; anything else is a failure."""
    if problem.status != clicklens.Status.UNSUPPORTED:
        raise problem
    return Outcome(theirs, refusal=problem.message)


def _with_strangers(rows):
    """The rows with keys that training never saw, and histories without any or with strangers."""
    made = {key: list(values) for key, values in rows.items()}
    for i, (key, value) in enumerate(NEW.items()):
        made[key][i] = value
    made["history"][3], made["history"][4] = [], ["nothing", *made["history"][4][:2]]
    return made


@functools.lru_cache(None)
def fuxictr_networks():
    import fuxictr_deep
    import fuxictr_histories
    import fuxictr_models
    return {network.__name__: network for network in [*fuxictr_models.NETWORKS, *fuxictr_deep.NETWORKS,
                                                      *fuxictr_histories.BEHAVIOUR, fuxictr_histories.MMoE]}


@functools.lru_cache(None)
def processor(pooled=True, tasks=1, padding="post"):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # polars deprecates what FuxiCTR calls
        return rows_of.fuxictr_processor(tempfile.mkdtemp(), TRAIN, pooled=pooled, labels=("click", "buy")[:tasks],
                                         padding=padding)


@functools.lru_cache(None)
def trained_fuxictr(name):
    """A trained network and its processor."""
    import fuxictr_histories
    network = fuxictr_networks()[name]
    pipeline = processor(network not in fuxictr_histories.BEHAVIOUR, 2 if name == "MMoE" else 1)
    torch.manual_seed(len(name))
    model = network(pipeline.feature_map)
    return rows_of.train_fuxictr(model, rows_of.fuxictr_tensors(pipeline, TRAIN)), pipeline


def saved(imported):
    """The file of an import, opened; saving checks it against the framework."""
    path = Path(tempfile.mkdtemp()) / "network.clens"
    imported.save(path)
    return clicklens.open(path)


def raw(rows, names):
    """The columns that a model wants, as a host has them."""
    return {name: rows[name] for name in names}


def scored(model, rows):
    scores = model.score(raw(rows, [f.name for f in model.features]))
    return scores.reshape(len(rows["age"]), -1)


@functools.lru_cache(None)
def fuxictr(name) -> Outcome:
    model, pipeline = trained_fuxictr(name)
    rows = _with_strangers(TEST)
    with torch.no_grad():
        theirs = torch.cat(list(model(rows_of.fuxictr_tensors(pipeline, rows)).values()), dim=1).numpy()
    try:
        imported = clicklens.from_fuxictr(model, pipeline, request=["user_id", "age", "history"])
        return Outcome(theirs, scored(saved(imported), rows))
    except clicklens.Error as problem:
        return _refused(theirs, problem)


@functools.lru_cache(None)
def long_processor():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return rows_of.fuxictr_long_processor(tempfile.mkdtemp(), TRAIN)


@functools.lru_cache(None)
def fuxictr_long(name) -> Outcome:
    """A network of the package for long histories: items by id and brand."""
    import fuxictr_histories
    torch.manual_seed(1)
    model = fuxictr_histories.long_network(name, long_processor().feature_map)
    model._batch_index = 0
    rows_of.train_fuxictr(model, rows_of.fuxictr_long_batch(long_processor(), TRAIN))
    with torch.no_grad():
        theirs = model(rows_of.fuxictr_long_batch(long_processor(), TEST))["y_pred"].numpy()
    rows = {**TEST, "item_id_history": TEST["history"],
            "brand_history": [[rows_of.brand(item) for item in history] for history in TEST["history"]]}
    try:
        imported = clicklens.from_fuxictr(model, long_processor(), history=rows_of.HISTORY, request=["user_id", "age"])
        return Outcome(theirs, scored(saved(imported), rows))
    except clicklens.Error as problem:
        return _refused(theirs, problem)


def long_names():
    import fuxictr_histories
    return list(fuxictr_histories.LONG)


@functools.lru_cache(None)
def deepctr(name) -> Outcome:
    with contextlib.redirect_stdout(io.StringIO()):
        model, columns = rows_of.deepctr_network(name)
        rows_of.train_deepctr(model, rows_of.deepctr_inputs(TRAIN, columns), TRAIN)
    arrays = rows_of.deepctr_inputs(TEST, columns)
    theirs = np.asarray(model.predict(arrays, 256)).reshape(len(TEST["age"]), -1)
    history = "hist_item_id" if "hist_item_id" in arrays else "history"
    keys = {**rows_of.VOCABULARIES, history: rows_of.VOCABULARIES["item_id"]}
    rows = {**TEST, history: TEST["history"]}  # the first ones are kept by both
    try:
        imported = clicklens.from_deepctr_torch(model, keys, request=["user_id", history],
                                                transforms=rows_of.deepctr_transforms())
        return Outcome(theirs, scored(saved(imported), rows))
    except clicklens.Error as problem:
        return _refused(theirs, problem)


#: By library: what trains and imports a network by its name, and the names.
LIBRARIES = {
    "FuxiCTR": (fuxictr, lambda: list(fuxictr_networks())),
    "FuxiCTR, long histories": (fuxictr_long, long_names),
    "DeepCTR-Torch": (deepctr, lambda: rows_of.DEEPCTR),
}


def _present(library):
    try:
        fuxictr_networks() if library.startswith("FuxiCTR") else rows_of.deepctr()
        return ""
    except ImportError as problem:
        return f"{library} is not here: {problem}; cmake/setup.sh installs it"


def _cases():
    for library, (_, names) in LIBRARIES.items():
        absent = _present(library)
        if absent:
            yield pytest.param(library, None, id=library, marks=pytest.mark.skip(reason=absent))
            continue
        for name in names():
            yield pytest.param(library, name, id=f"{library}-{name}")


@pytest.mark.parametrize("library, name", list(_cases()))
def test_scores_are_the_frameworks(library, name):
    made = LIBRARIES[library][0](name)
    assert made.theirs.std() > 1e-3, "a network that says the same of all rows shows nothing"
    if made.refusal:
        assert os.environ.get(UPDATE) or name in _table_says(library), "a network that does not import, and the README's table does not say so"
        return
    assert made.ours.shape == made.theirs.shape
    np.testing.assert_allclose(made.ours, made.theirs, rtol=1e-5, atol=1e-5)


def _torchs_reasons(model, batch):
    """Gradient times input by feature: of the logit, by what every embedding layer made of the feature."""
    from fuxictr.pytorch.layers import FeatureEmbeddingDict
    made = []

    def apart(_, __, embedded):
        for name in embedded:
            embedded[name] = embedded[name].detach().requires_grad_(True)
            made.append((name, embedded[name]))
        return embedded

    hooks = [part.register_forward_hook(apart) for part in model.modules() if isinstance(part, FeatureEmbeddingDict)]
    torch.logit(model(batch)["y_pred"].double()).sum().backward()
    for hook in hooks:
        hook.remove()
    reasons = {}
    for name, rows in made:
        if rows.grad is not None:
            reasons[name] = reasons.get(name, 0) + (rows.grad * rows).flatten(start_dim=1).sum(dim=1).detach().numpy()
    return reasons


@pytest.mark.parametrize("encoded", [True, False], ids=["raw", "ids"])
@pytest.mark.parametrize("name", ["DNN", "DeepFM", "DCNv2", "AutoInt", "FiBiNET"])
def test_reasons_are_the_frameworks(name, encoded):
    """A history is averaged in one layer and added up in another: its reason is that of its rows, not of their number."""
    if _present("FuxiCTR"):
        pytest.skip(_present("FuxiCTR"))
    model, pipeline = trained_fuxictr(name)
    batch = rows_of.fuxictr_tensors(pipeline, TEST)
    data = TEST if encoded else {key: v.numpy().astype(np.float32 if key in ("age", "price") else np.int64)
                                 for key, v in batch.items()}
    imported = clicklens.from_fuxictr(model, pipeline if encoded else None)
    made = saved(imported)
    reasons = made.saliency(raw(data, [f.name for f in made.features]), "gradient_x_input")
    wanted = _torchs_reasons(model, batch)
    wanted = np.stack([wanted[group] for group in made.groups], axis=1)
    assert np.abs(wanted[:, made.groups.index("history")]).max() > 1e-4
    np.testing.assert_allclose(reasons, wanted, rtol=1e-3, atol=1e-5 * np.abs(wanted).max())


def _short(refusal):
    """The operator and what is wrong with it, without the names and shapes of its node."""
    refusal = re.sub(r", which makes '[^']*'(, '[^']*')*", "", refusal.replace("|", "/"))
    refusal = re.sub(r"^node '[^']*' (\w+)\s?\(.*?\): ", r"\1: ", refusal)
    return re.sub(r"\s+", " ", refusal).strip()


def _table():
    """Two tables: what imports, and what does not and why."""
    made = {library: {name: run(name).refusal for name in names()} for library, (run, names) in LIBRARIES.items()}
    lines = ["| library | networks that import |", "| --- | --- |"]
    for library, found in made.items():
        lines.append(f"| {library} | {', '.join(name for name, refusal in found.items() if not refusal)} |")
    lines += ["", "| library | network that does not | why |", "| --- | --- | --- |"]
    for library, found in made.items():
        lines += [f"| {library} | {name} | {_short(refusal)} |" for name, refusal in found.items() if refusal]
    return "\n".join(lines)


def _committed():
    found = re.search(f"{re.escape(BEGIN)}\n(.*?)\n{re.escape(END)}", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found, "the README has no table of imported networks"
    return found.group(1)


def _table_says(library):
    """Networks that the README says do not import."""
    return re.findall(rf"^\| {re.escape(library)} \| (\S+) \| .* \|$", _committed(), re.MULTILINE)


def _all_here():
    for library in LIBRARIES:
        if _present(library):
            pytest.skip(_present(library))


def test_the_readme_says_what_imports():
    _all_here()
    table = _table()
    if os.environ.get(UPDATE):
        text = README.read_text(encoding="utf-8")
        README.write_text(text.replace(_committed(), table), encoding="utf-8")
    assert _committed() == table, f"stale: {UPDATE}=1 pytest bindings/python/tests/test_frameworks.py"


@pytest.mark.parametrize("library", ["FuxiCTR", "DeepCTR-Torch"])
def test_twelve_of_each_library_import(library):
    if _present(library):
        pytest.skip(_present(library))
    made = [name for name in LIBRARIES[library][1]() if not LIBRARIES[library][0](name).refusal]
    assert len(made) >= 12, made
