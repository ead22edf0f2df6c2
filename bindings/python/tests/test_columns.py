"""What stands for a missing value, and what is no value of a column's kind."""

import numpy as np
import pytest

import clicklens

NAN = float("nan")


@pytest.fixture
def three():
    return {"user": ["anna", None, "ben"], "tags": [[100, 101], [102], []], "ad": [1, 2, 3], "price": [1.0, 2.0, 3.0]}


def objects(values):
    made = np.empty(len(values), object)
    made[:] = values
    return made


@pytest.mark.parametrize("users", [["anna", NAN, "ben"], objects(["anna", NAN, "ben"]),
                                   ["anna", np.float32("nan"), "ben"], [["anna"], NAN, ["ben"]],
                                   [["anna", NAN], [None], ["ben"]],
                                   (["anna", NAN, "ben"], [0, 1, 2, 3])],
                         ids=["list", "objects", "float32", "entries", "elements", "offsets"])
def test_nan_among_strings_is_missing(model, three, users):
    wanted, counts = model.score(three, counts=True)
    got, met = model.score({**three, "user": users}, counts=True)
    assert got.tobytes() == wanted.tobytes()
    assert met.unknown == counts.unknown == 0


@pytest.mark.parametrize("ads", [[1, NAN, 3], objects([1, NAN, 3]), [1, None, 3]])
def test_nan_among_integers_is_missing(model, three, ads):
    wanted = model.score({**three, "ad": [1, 99, 3]})  # unknown: no row either
    got, met = model.score({**three, "ad": ads}, counts=True)
    assert got.tobytes() == wanted.tobytes() and met.unknown == 0


@pytest.mark.parametrize("column, message", [
    (["anna", 0.5, "ben"], r"entry 1: column 'user': strings wanted, found 0.5"),
    (objects(["anna", "ben", np.float32(2)]), r"entry 2: column 'user': strings wanted"),
    ([["anna"], ["ben", 1.5], []], r"entry 1: column 'user': strings wanted, found 1.5"),
    ([True, False, True], "column 'user': strings wanted"),
    ([1.0, 2.0, NAN], "column 'user': strings wanted"),
])
def test_other_floats_are_no_strings(model, three, column, message):
    with pytest.raises(clicklens.Error, match=message) as caught:
        model.score({**three, "user": column})
    assert caught.value.status == clicklens.Status.BAD_BATCH


def test_integers_are_strings_in_decimal(tmp_path):
    b = clicklens.Builder("m")
    b.output("o", b.sum(b.embedding(b.sparse("f", "g", encoder=b.vocabulary(["7", "-8"])), np.array([[1.0], [2.0]]))))
    b.save(tmp_path / "m.clens")
    model = clicklens.open(tmp_path / "m.clens")
    for column in ([7, -8], np.array([7, -8], np.int8), ["7", "-8"], [[7], [-8]], ["7", -8]):
        assert model.score({"f": column}, output="logit").tolist() == [1, 2]


def test_integers_keep_64_bits(tmp_path):
    keys = [2**63, 2**64 - 1, 9007199254740993]
    b = clicklens.Builder("m")
    b.output("o", b.sum(b.embedding(b.sparse("f", "g", encoder=b.vocabulary(keys)), np.array([[1.0], [2.0], [3.0]]))))
    b.save(tmp_path / "m.clens")
    model = clicklens.open(tmp_path / "m.clens")
    for column in (keys, [2**63, -1, 9007199254740993], [*map(str, keys)], [[k] for k in keys], [NAN, *keys][1:]):
        assert model.score({"f": column}, output="logit").tolist() == [1, 2, 3]


def test_rows_of_wide_dense_features_may_be_none(tmp_path):
    b = clicklens.Builder("m")
    b.output("o", b.sum(b.input(b.dense("x", "g", width=2, missing=[10.0, 20.0]))))
    b.save(tmp_path / "m.clens")
    model = clicklens.open(tmp_path / "m.clens")
    for column in ([[1, 2], None, [3, None]], [(1, 2), None, (3.0, None)], objects([[1, 2], None, [3, None]])):
        scores, counts = model.score({"x": column}, output="logit", counts=True)
        assert scores.tolist() == [3, 30, 23] and (counts.missing, counts.bad_values) == (2, 0)
    assert model.score({"x": [None, None]}, output="logit").tolist() == [30, 30]
    with pytest.raises(clicklens.Error, match="entry 1: column 'x': 2 floats an entry"):
        model.score({"x": [[1, 2], [3], None]})


@pytest.mark.parametrize("none", [np.zeros((0, 2), np.float32), np.zeros((0, 2), object), [], np.zeros(0)])
def test_no_rows_of_a_wide_feature(tmp_path, none):
    b = clicklens.Builder("m")
    b.output("o", b.sum(b.input(b.dense("price", "ad", width=2))))
    b.save(tmp_path / "m.clens")
    model = clicklens.open(tmp_path / "m.clens")
    assert model.score({"price": none}).shape == (0,)
    with pytest.raises(clicklens.Error, match="2 floats"):
        model.score({"price": np.zeros((1, 3), np.float32)})


def test_tasks_that_are_not_there(model, three):
    for task, status in ((1, clicklens.Status.INVALID_ARGUMENT), (-1, clicklens.Status.INVALID_ARGUMENT),
                         ("cvr", clicklens.Status.NOT_FOUND)):
        with pytest.raises(clicklens.Error, match="outputs are ctr") as caught:
            model.saliency(three, task=task)
        assert caught.value.status == status


def test_half_floats_among_objects_are_themselves(model, three):
    """Their shortest text is another number: 0.2399 for 0.2398681640625."""
    halves = np.array([0.2399, 0.0331, 7.43], np.float16)
    assert model.score({**three, "price": [*halves[:2], None]}).tobytes() == \
        model.score({**three, "price": [*map(float, halves[:2]), None]}).tobytes()
    assert model.score({**three, "price": list(halves)}).tobytes() == model.score({**three, "price": halves}).tobytes()


MASKED = {
    "ad": (np.ma.array([1, 5, 3], mask=[0, 1, 0]), [1, None, 3]),
    "user": (np.ma.array(["anna", "ben", "ben"], mask=[0, 1, 0]), ["anna", None, "ben"]),
    "tags": (np.ma.array([[100, 101], [102, 103], [104, 100]], mask=[[0, 1], [0, 0], [1, 1]]), [[100], [102, 103], []]),
    "price": (np.ma.array([1.0, 2.0, np.nan], mask=[0, 1, 0]), [1.0, None, NAN]),
}


@pytest.mark.parametrize("name", MASKED)
def test_what_a_mask_hides_is_missing(model, three, name):
    masked, plain = MASKED[name]
    wanted = model.score({**three, name: plain}, counts=True)
    shown = model.score({**three, name: masked.data}, counts=True)
    for given in (masked, list(masked), masked[::-1][::-1]):
        got, met = model.score({**three, name: given}, counts=True)
        assert got.tobytes() == wanted[0].tobytes() != shown[0].tobytes()
        assert met.bad_values == wanted[1].bad_values and met.unknown == wanted[1].unknown
    nothing = np.ma.array(masked.data, mask=False)
    assert model.score({**three, name: nothing}).tobytes() == shown[0].tobytes()


def test_masks_of_lists_and_their_offsets(model, three):
    values, offsets = np.ma.array([100, 101, 102], mask=[0, 1, 0]), np.array([0, 2, 3, 3])
    wanted = model.score({**three, "tags": [[100], [102], []]}).tobytes()
    assert model.score({**three, "tags": (values, offsets)}).tobytes() == wanted
    assert model.score({**three, "tags": [values[:2], values[2:], []]}).tobytes() == wanted
    with pytest.raises(clicklens.Error, match="column 'tags': offsets are masked"):
        model.score({**three, "tags": (values, np.ma.array(offsets, mask=[0, 1, 0, 0]))})
    with pytest.raises(clicklens.Error, match="column 'tags': weights are masked"):
        model.score({**three, "tags": (values, offsets, np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0]))})


def test_masks_are_refused_where_nothing_may_be_missing(model, three):
    hidden = np.ma.array([0, 1, 1], mask=[0, 0, 1])
    calls = {"requests": lambda: model.score(three, np.ma.array([0, 1, 2, 3], mask=[0, 1, 0, 0])),
             "labels": lambda: clicklens.Metrics().add([0.5, 0.25, 0.0], hidden),
             "logits": lambda: clicklens.Metrics().add(hidden.astype(np.float32), [0, 1, 1]),
             "clusters": lambda: clicklens.Metrics().add([0.5, 0.25, 0.0], [0, 1, 1], clusters=hidden),
             "keys": lambda: clicklens.request_offsets(hidden)}
    for name, call in calls.items():
        with pytest.raises(clicklens.Error, match=f"{name} are masked") as caught:
            call()
        assert caught.value.status == clicklens.Status.INVALID_ARGUMENT
