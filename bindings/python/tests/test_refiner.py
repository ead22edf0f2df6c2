"""Refining from Python: scores of edited models against NumPy and scikit-learn."""

import numpy as np
import pytest
from conftest import DIM, Small, make_data
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

import clicklens
from clicklens import Error, Refiner, Status
from clicklens.importers._self_test import self_test


@pytest.fixture
def rows():
    return make_data(500, 7)


def test_a_dropped_group_is_its_mean(model, small, rows):
    refiner = Refiner(model)
    means = model.means(rows)
    edit = refiner.drop_groups(["ad"], means)
    assert (edit.name, edit.text, edit.removed, edit.same_bits) == ("drop-group", "drop-group ad", 2, False)
    assert [f.name for f in refiner.model.features] == ["user", "tags"]
    x = small.inputs(rows)
    x[:, 2 * DIM :] = x[:, 2 * DIM :].mean(0)
    np.testing.assert_allclose(refiner.model.score(rows, output="logit"), small.logits(x), rtol=1e-4, atol=1e-5)
    assert refiner.edits == [edit]


def test_planted_dead_neurons_go_without_a_trace(tmp_path, rows):
    small = Small()
    small.arrays["w1"][[1, 3]], small.arrays["b1"][[1, 3]] = 0, -1e3  # bags of any length have no bound
    small.build().save(tmp_path / "dead.clens")
    model = clicklens.open(tmp_path / "dead.clens")
    refiner = Refiner(model)
    edit = refiner.prune_proven()
    assert (edit.removed, edit.same_bits, edit.text) == (2, True, "prune proven (l1: 2 dead)")
    assert next(v for v in refiner.model.values if v.name == "hidden").width == 3
    np.testing.assert_array_equal(refiner.model.score(rows), model.score(rows))
    refiner.write(tmp_path / "out.clens")
    written = clicklens.open(tmp_path / "out.clens", verify=True)
    np.testing.assert_array_equal(written.score(rows), model.score(rows))
    assert written.metadata["refined"].startswith("prune proven (l1: 2 dead), from ")
    assert written.metadata["made for"] == "tests"


def trained_with_few_neurons():
    """What training under a group lasso leaves of 24 neurons: proximal steps put the weights and bias of most to 0."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(3)
    ids = torch.randint(0, 30, (3000, 3))
    effects = torch.randn(3, 30)
    clicks = torch.bernoulli(torch.sigmoid(sum(effects[g, ids[:, g]] for g in range(3)) - 1))
    tables = torch.nn.ModuleList(torch.nn.Embedding(30, 4) for _ in range(3))
    first, last = torch.nn.Linear(12, 24), torch.nn.Linear(24, 1)
    optimiser = torch.optim.Adam([*tables.parameters(), *first.parameters(), *last.parameters()], lr=0.02)
    for _ in range(60):
        optimiser.zero_grad()
        hidden = torch.relu(first(torch.cat([table(ids[:, g]) for g, table in enumerate(tables)], 1)))
        torch.nn.functional.binary_cross_entropy_with_logits(last(hidden)[:, 0], clicks).backward()
        optimiser.step()
        with torch.no_grad():
            norms = torch.cat([first.weight, first.bias[:, None]], 1).norm(dim=1).clamp(min=1e-12)
            shrink = (1 - 0.045 / norms).clamp(min=0)
            first.weight *= shrink[:, None]
            first.bias *= shrink
    return [part.detach().numpy() for part in (*(table.weight for table in tables), first.weight, first.bias, last.weight,
                                               last.bias)]


def test_neurons_that_training_silenced_go_without_a_trace(tmp_path):
    *tables, w1, b1, w2, b2 = trained_with_few_neurons()
    b = clicklens.Builder("lasso")
    bags = [b.embedding(b.sparse(f"f{g}", f"f{g}", encoder=b.identity(30), max_length=1), table)
            for g, table in enumerate(tables)]
    hidden = b.relu(b.linear(b.concat(bags), w1, b1))
    b.layer("l1", hidden)
    b.output("click", b.linear(hidden, w2, b2))
    b.save(tmp_path / "trained.clens")
    model = clicklens.open(tmp_path / "trained.clens")
    refiner = Refiner(model)
    edit = refiner.prune_proven()
    # the largest that each neuron can be, ids chosen freely; no rows where a zero vector stands for no id
    best = b1 + sum(np.maximum((w1[:, 4 * g : 4 * g + 4] @ table.T).max(1), 0) for g, table in enumerate(tables))
    assert edit.removed == (best <= 0).sum()
    assert 3 <= edit.removed <= 21, "some are gone, some are not"
    ids = np.random.default_rng(4).integers(0, 30, (10_000, 3))
    data = {f"f{g}": ids[:, g] for g in range(3)}
    before, after = model.score(data, output="logit"), refiner.model.score(data, output="logit")
    assert len(np.unique(before)) > 1000
    assert before.tobytes() == after.tobytes()


def test_a_recommended_precision_is_taken(tmp_path, model, rows):
    refiner = Refiner(model)
    assert model.recommended_precision == ("f32", [])
    edit = refiner.recommend_precision("int8")
    assert (edit.name, edit.text, edit.same_bits) == ("precision", "precision int8", True)
    refiner.write(tmp_path / "int8.clens")
    written = clicklens.open(tmp_path / "int8.clens")
    assert written.recommended_precision == ("int8", [])
    assert written.metadata["recommended_precision"] == "int8"
    int8 = model.score(rows, precision="int8")
    assert written.score(rows, precision="recommended").tobytes() == int8.tobytes() != model.score(rows).tobytes()
    assert written.score(rows).tobytes() == model.score(rows).tobytes()
    (linear,) = clicklens.precision_report(model, rows, np.arange(500) % 2).linears
    refiner.recommend_precision("int8", [linear.value])
    assert refiner.model.recommended_precision == ("int8", [linear.value])
    assert refiner.model.score(rows, precision="recommended").tobytes() == model.score(rows).tobytes()
    refiner.set_tables("f16")
    assert refiner.model.recommended_precision == ("f32", []), "of another network"
    for wrong in (lambda: refiner.recommend_precision("recommended"), lambda: refiner.recommend_precision("int8", ["emb"])):
        with pytest.raises(Error) as refused:
            wrong()
        assert refused.value.status == Status.INVALID_ARGUMENT


def test_a_copy_goes_to_its_twin(tmp_path):
    small, rows = Small(), make_data(4000, 5)
    small.arrays["w1"][4], small.arrays["b1"][4] = 4 * small.arrays["w1"][0], 4 * small.arrays["b1"][0]
    small.build().save(tmp_path / "copy.clens")
    refiner = Refiner(clicklens.open(tmp_path / "copy.clens"))
    assert refiner.prunable() == ["hidden"]
    neurons = clicklens.Neurons(refiner.model, refiner.prunable())
    neurons.add(rows)
    assert refiner.prune(neurons).removed == 1
    x = small.inputs(rows)
    np.testing.assert_allclose(refiner.model.score(rows, output="logit"), small.logits(x), rtol=1e-4, atol=1e-5)
    with pytest.raises(Error) as refused:
        refiner.prune(neurons)
    assert refused.value.status == Status.BAD_STATE


def test_a_cut_scores_by_the_probe(model, small, rows):
    labels = (small.logits(small.inputs(rows)) > 0).astype(int) ^ (np.arange(500) % 9 == 0)
    fit = clicklens.ProbeRows(model, ["l1"])
    fit.add(rows, labels)
    probe = clicklens.Probe.fit(fit)
    refiner = Refiner(model)
    assert refiner.cut(probe).name == "cut"
    np.testing.assert_allclose(refiner.model.score(rows, output="logit"), model.probe_logits(rows, probe)[:, 0],
                               rtol=1e-6, atol=1e-6)


def test_calibrations_are_those_of_scikit_learn(model, small, rows):
    draws = np.random.default_rng(1)
    z = small.logits(small.inputs(rows))
    labels = (draws.random(500) < 1 / (1 + np.exp(-(0.5 * z - 0.7)))).astype(int)
    logits = model.score(rows, output="logit")
    refiner = Refiner(model)
    fit = refiner.calibrate(logits, labels)
    oracle = LogisticRegression(C=1e12, tol=1e-10, max_iter=10000)
    oracle.fit(logits[:, None].astype(float), labels)
    assert fit.scale == pytest.approx(oracle.coef_[0, 0], rel=1e-3)
    assert fit.shift == pytest.approx(oracle.intercept_[0], abs=1e-3)
    assert fit.logloss_after < fit.logloss_before
    np.testing.assert_allclose(refiner.model.score(rows, output="logit"), logits * fit.scale + fit.shift, rtol=1e-5,
                               atol=1e-5)

    pieces = Refiner(model)
    assert pieces.calibrate(logits, labels, "isotonic").knots > 2
    rates = IsotonicRegression().fit(logits, labels).predict(logits)
    inside = (rates > 0) & (rates < 1)
    assert inside.sum() > 100
    np.testing.assert_allclose(pieces.model.score(rows)[inside], rates[inside], atol=1e-5)


def test_batch_norms_fold(tmp_path, rows):
    draws, b = np.random.default_rng(2), clicklens.Builder("norm")
    ad = b.sparse("ad", "ad", encoder=b.identity(20))
    table, w1, w2 = (draws.normal(size=s).astype(np.float32) for s in ((20, 4), (6, 4), (1, 6)))
    gamma, beta, mean = (draws.normal(size=6) for _ in range(3))
    x = b.batch_norm(b.linear(b.embedding(ad, table), w1), gamma, beta, mean, np.full(6, 0.5))
    b.output("ctr", b.linear(b.relu(x), w2))
    b.save(tmp_path / "norm.clens")
    model = clicklens.open(tmp_path / "norm.clens")
    refiner = Refiner(model)
    edit = refiner.fold_batch_norms()
    assert (edit.removed, edit.same_bits) == (1, False)
    data = {"ad": np.arange(20)}
    expected = (np.maximum((table @ w1.T - mean) * gamma / np.sqrt(0.5 + 1e-5) + beta, 0) @ w2.T)[:, 0]
    np.testing.assert_allclose(refiner.model.score(data, output="logit"), expected, rtol=1e-4, atol=1e-5)


def test_tables_narrow_and_widen(model, rows, tmp_path):
    refiner = Refiner(model)
    changes = refiner.set_tables("f16", [model.tables[0].name])
    assert [(c.before, c.after) for c in changes] == [("f32", "f16")]
    assert 0 < changes[0].largest_error < 0.01
    narrow = refiner.model.score(rows)
    assert {c.largest_error for c in refiner.set_tables("f32")} == {0}
    np.testing.assert_array_equal(refiner.model.score(rows), narrow)
    refiner.write(tmp_path / "out.clens")
    np.testing.assert_array_equal(clicklens.open(tmp_path / "out.clens").score(rows), narrow)


def test_self_test_rows_get_the_new_scores(tmp_path, small, model, rows):
    builder = small.build()
    builder.self_test(*self_test(model, rows))
    builder.save(tmp_path / "tested.clens")
    tested = clicklens.open(tmp_path / "tested.clens")
    tested.self_test()
    refiner = Refiner(tested)
    refiner.drop_groups(["user"], tested.means(rows))
    refiner.set_tables("int8")
    refiner.write(tmp_path / "out.clens")
    written = clicklens.open(tmp_path / "out.clens")
    written.self_test()
    assert [f.name for f in written.features] == ["ad", "price"]


def test_what_cannot_be_is_refused(model, rows, tmp_path):
    refiner, means = Refiner(model), model.means(rows)
    for call, status in ((lambda: refiner.drop_groups(["ads"], means), Status.NOT_FOUND),
                         (lambda: refiner.drop_groups(model.groups, means), Status.INVALID_ARGUMENT),
                         (lambda: refiner.drop_groups(["ad"], means[1:]), Status.INVALID_ARGUMENT),
                         (lambda: refiner.drop_groups([], means), Status.INVALID_ARGUMENT),
                         (lambda: refiner.set_tables("f8"), Status.INVALID_ARGUMENT),
                         (lambda: refiner.set_tables("f16", ["nothing"]), Status.NOT_FOUND),
                         (lambda: refiner.calibrate([0.5, 1], [1, 1]), Status.BAD_VALUE),
                         (lambda: refiner.calibrate([0.5, 1], [0, 1], "beta"), Status.INVALID_ARGUMENT),
                         (lambda: refiner.calibrate([0.5, 1], [0, 1], task="cvr"), Status.NOT_FOUND),
                         (lambda: refiner.prune(clicklens.Neurons(model, ["l1"]), []), Status.INVALID_ARGUMENT),
                         (lambda: refiner.prune(clicklens.Neurons(model, ["l1"])), Status.BAD_STATE),
                         (lambda: refiner.write(tmp_path / "no" / "out.clens"), Status.IO)):
        with pytest.raises(Error) as refused:
            call()
        assert refused.value.status == status, refused.value
    assert refiner.edits == []
    np.testing.assert_array_equal(refiner.model.score(rows), model.score(rows))
    assert list(tmp_path.iterdir()) == []
