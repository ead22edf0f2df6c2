"""Neuron statistics: against NumPy over captured activations, planted faults, and the command line's figures."""

import math

import numpy as np
import pytest
from conftest import make_data
from sklearn.metrics import roc_auc_score

import clicklens


def labelled(n, seed=0):
    draws = np.random.default_rng(seed)
    return make_data(n, seed), draws.integers(0, 2, n), draws.integers(0, 40, n)


@pytest.fixture(scope="module")
def seen(model):
    data, labels, users = labelled(3000)
    neurons = clicklens.Neurons(model, clustered=True, count_every=1, sample_rows=4096)
    neurons.add(data, labels, users)
    return neurons, model.activations(data, ["emb", "l1"]), labels, model.score(data, output="logit")


def test_moments_are_those_of_exact_sums(seen):
    neurons, activations, labels, logits = seen
    for index, values in enumerate(activations.values()):
        figures = neurons.read(index)
        for j, column in enumerate(values.astype(np.float64).T):
            one, n = figures[j], len(column)
            total, squares = math.fsum(column), math.fsum(column * column)
            assert one["mean"] == pytest.approx(total / n, rel=1e-15, abs=1e-300)
            sd = math.sqrt(max((squares - total * total / n) / (n - 1), 0))
            assert one["sd"] == pytest.approx(sd, rel=1e-9, abs=1e-9)
            assert (one["minimum"], one["maximum"], one["active"]) == (column.min(), column.max(), (column > 0).sum())
            assert one["click_mean"] == pytest.approx(math.fsum(column[labels == 1]) / labels.sum(), rel=1e-15, abs=1e-300)
            if column.std() > 0:
                assert one["label_correlation"] == pytest.approx(np.corrcoef(column, labels)[0, 1], abs=1e-9)
                assert one["score_correlation"] == pytest.approx(np.corrcoef(column, logits)[0, 1], abs=1e-9)


def test_auc_and_quantiles_are_within_their_bounds(seen):
    neurons, activations, labels, _ = seen
    values = activations["l1"]
    figures, (middle, low, high) = neurons.read("l1"), neurons.quantiles("l1", [0.1, 0.5, 0.9])
    for j in range(values.shape[1]):
        assert abs(figures[j]["auc"] - roc_auc_score(labels, values[:, j])) <= figures[j]["auc_error_bound"] + 1e-12
        exact = np.quantile(values[:, j], [0.1, 0.5, 0.9], method="inverted_cdf")
        assert (low[j] <= exact + 1e-12).all() and (exact <= high[j] + 1e-12).all()
        assert (low[j] <= middle[j]).all() and (middle[j] <= high[j]).all()


def test_sample_rank_components_and_cka(seen):
    neurons, activations, _, _ = seen
    values, hashes, _, _ = neurons.sample("l1")
    assert len(values) == 3000 and (np.diff(hashes.astype(object)) >= 0).all()
    assert sorted(map(bytes, values)) == sorted(map(bytes, activations["l1"]))
    eigenvalues = np.linalg.eigvalsh(np.cov(activations["l1"].astype(float).T))
    share = eigenvalues / eigenvalues.sum()
    share = share[share > 0]
    layer = neurons.layers[1]
    assert layer.effective_rank == pytest.approx(math.exp(-(share * np.log(share)).sum()), rel=1e-8)
    assert layer.component_share == pytest.approx(tuple(sorted(share)[-2:][::-1]), rel=1e-8)
    top = np.linalg.eigh(np.cov(activations["l1"].astype(float).T))[1][:, ::-1][:, :2].T
    assert np.abs((neurons.components("l1") * top).sum(1)) == pytest.approx([1, 1], abs=1e-6)
    x, y = (a.astype(float) - a.astype(float).mean(0) for a in activations.values())
    cka = np.linalg.norm(x.T @ y) ** 2 / (np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y))
    assert neurons.cka("emb", other_layer="l1") == pytest.approx(cka, rel=1e-9)
    assert neurons.cka("l1") == pytest.approx(1, abs=1e-12)


def test_shards_merge_to_the_same_bytes(model):
    data, labels, users = labelled(500, 1)
    offsets = np.arange(501)

    def shard(begin, end):
        part = {name: column[begin:end] for name, column in data.items()}
        neurons = clicklens.Neurons(model, clustered=True, sample_rows=64)
        neurons.add(part, labels[begin:end], users[begin:end], first_row=begin)
        return neurons

    whole = shard(0, 500).save()
    for count in (2, 7):
        ends = offsets[:: 500 // count][:count].tolist() + [500]
        parts = list(zip(ends, ends[1:]))
        for order in (parts, parts[::-1], parts[1:] + parts[:1]):
            merged = shard(*order[0])
            for begin, end in order[1:]:
                merged.merge(shard(begin, end))
            assert merged.save() == whole
    assert clicklens.Neurons.load(model, whole).save() == whole


def planted(seed, path):
    """A healthy random network into which dead and duplicate neurons are written."""
    draws = np.random.default_rng(seed)
    width, dead, copied = 24, sorted(draws.choice(24, 3, replace=False).tolist()), None
    w, b = draws.normal(size=(width, 16)), draws.normal(0, 0.1, size=width)
    b[dead] = -1e3
    healthy = [j for j in range(width) if j not in dead]
    source, copy = sorted(draws.choice(healthy, 2, replace=False).tolist())
    scale = 2.0 ** draws.integers(-6, 1)  # a large copy would make the layer redundant
    w[copy], b[copy] = w[source] * scale, b[source] * scale
    copied = (copy, source)
    builder = clicklens.Builder("planted")
    bags = [builder.embedding(builder.sparse(f"f{i}", f"g{i}", encoder=builder.identity(50), max_length=1),
                              draws.normal(size=(50, 8))) for i in range(2)]
    hidden = builder.relu(builder.linear(builder.concat(bags), w, b))
    builder.layer("l1", hidden)
    builder.output("ctr", builder.linear(hidden, draws.normal(size=(1, width))))
    builder.save(path)
    return dead, copied


@pytest.mark.parametrize("seed", range(20))
def test_planted_neurons_are_named_and_no_others(seed, tmp_path):
    dead, (copy, source) = planted(seed, tmp_path / "m.clens")
    model = clicklens.open(tmp_path / "m.clens")
    draws = np.random.default_rng(seed + 1000)
    neurons = clicklens.Neurons(model, prove=True)
    neurons.add({f"f{i}": draws.integers(0, 50, 12000) for i in range(2)})
    figures = neurons.read("l1")
    bits = {name: sorted(np.flatnonzero(figures["findings"] & bit).tolist()) for name, bit in
            (("dead", 1), ("proven", 2), ("saturated", 8), ("duplicate", 16))}
    assert bits == {"dead": dead, "proven": dead, "saturated": [], "duplicate": [copy]}
    assert figures["duplicate_of"][copy] == source
    layer = neurons.layers[0]
    assert (layer.dead, layer.provably_dead, layer.duplicates, layer.redundant) == (3, 3, 1, False)


def test_errors_name_what_is_wrong(model, data):
    with pytest.raises(clicklens.Error, match="buckets"):
        clicklens.Neurons(model, buckets=3)
    neurons = clicklens.Neurons(model, clustered=True)
    with pytest.raises(clicklens.Error, match="clusters"):
        neurons.add(data, np.zeros(50))
    with pytest.raises(clicklens.Error):
        clicklens.Neurons.load(model, b"not a profile")
