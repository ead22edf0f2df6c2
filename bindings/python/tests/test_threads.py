"""Runs let other threads run: the interpreter's lock is not held meanwhile.

Judged without a clock. The interpreter is told to take the lock from no thread, so that another one runs only where the
lock is given up, and what other threads do is looked at right before and right after the C call.
"""

import ctypes
import sys
import threading
import time

import numpy as np
import pytest

import clicklens
from clicklens import _model

ROWS, TRIES = 60_000, 200


class Watched:
    """The C library, with something done around each run."""

    def __init__(self, lib, around):
        self._lib, self._around = lib, around

    def __getattr__(self, name):
        return getattr(self._lib, name)

    def clens_session_run(self, *arguments):
        return self._around(lambda: self._lib.clens_session_run(*arguments))


@pytest.fixture(scope="module")
def heavy(tmp_path_factory):
    """Some milliseconds a run."""
    path, draws = tmp_path_factory.mktemp("heavy") / "heavy.clens", np.random.default_rng(1)
    b = clicklens.Builder("heavy")
    x = b.input(b.dense("x", "ad", width=8))
    x = b.relu(b.linear(x, draws.normal(size=(64, 8)), np.zeros(64)))
    b.output("ctr", b.linear(x, draws.normal(size=(1, 64))))
    b.save(path)
    return clicklens.open(path), {"x": draws.random((ROWS, 8), np.float32)}


@pytest.fixture
def no_switching():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    yield
    sys.setswitchinterval(before)


def test_a_counter_advances_during_a_run(heavy, monkeypatch, no_switching):
    model, data = heavy
    counter, stop, advanced = [0], [], []

    def count():
        while not stop:
            counter[0] += 1
            time.sleep(0)  # gives the lock up

    def around(run):
        before = counter[0]
        status = run()
        advanced.append(counter[0] - before)
        return status

    monkeypatch.setattr(_model, "lib", Watched(_model.lib, around))
    thread = threading.Thread(target=count)
    thread.start()
    try:
        for _ in range(TRIES):
            model.score(data)
            if advanced[-1] > 0:
                break
        held = len(advanced)
        for _ in range(3):  # a call that holds the lock is seen to
            around(lambda: ctypes.PyDLL(None).usleep(5000))
    finally:
        stop.append(True)
        thread.join()
    assert max(advanced[:held]) > 0, f"not once in {held} runs"
    assert advanced[held:] == [0, 0, 0]


def test_runs_of_two_threads_overlap(heavy, monkeypatch, no_switching):
    model, data = heavy
    wanted, inside, most, wrong = model.score(data).tobytes(), [0], [0], []

    def around(run):
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        status = run()
        inside[0] -= 1
        return status

    def score():
        for _ in range(TRIES):
            if model.score(data).tobytes() != wanted:
                wrong.append(True)
            if most[0] > 1:
                return

    monkeypatch.setattr(_model, "lib", Watched(_model.lib, around))
    threads = [threading.Thread(target=score) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 2 and not wrong


class Entered:
    """The C library, with the threads counted that are in one of its functions at a time."""

    def __init__(self, lib, watched):
        self._lib, self._watched, self.now, self.most = lib, watched, 0, 0

    def __getattr__(self, name):
        function = getattr(self._lib, name)
        return self._counted(function) if name == self._watched else function

    def _counted(self, function):
        def call(*arguments):
            self.now += 1
            self.most = max(self.most, self.now)
            time.sleep(0.001)  # others run here, and would come in
            try:
                return function(*arguments)
            finally:
                self.now -= 1

        return call


@pytest.mark.parametrize("name", ["metrics", "profile", "probe_rows", "merge"])
def test_what_is_added_to_takes_turns(heavy, monkeypatch, name):
    """The C library wants one thread at a time there."""
    from clicklens import _metrics, _probe, _profile

    model, data = heavy
    part, labels = {"x": data["x"][:50]}, np.arange(50) % 2
    logits = model.score(part, output="logit")
    module, made = {"metrics": (_metrics, clicklens.Metrics()), "merge": (_metrics, clicklens.Metrics()),
                    "profile": (_profile, clicklens.Profile(model)), "probe_rows": (_probe, clicklens.ProbeRows(model))}[name]
    other = clicklens.Metrics()
    other.add(logits, labels)
    add = {"metrics": lambda: made.add(logits, labels), "profile": lambda: made.add(part, labels),
           "probe_rows": lambda: made.add(part, labels), "merge": lambda: made.merge(other)}[name]
    entered = Entered(module.lib, f"clens_{name}_add" if name != "merge" else "clens_metrics_merge")
    monkeypatch.setattr(module, "lib", entered)
    threads = [threading.Thread(target=lambda: [add() for _ in range(10)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert entered.most == 1
    assert {"profile": lambda: made.rows, "probe_rows": lambda: len(made)}.get(name, lambda: made.result().rows)() == 40 * 50


def test_two_that_merge_with_each_other_end(heavy):
    model, data = heavy
    pair = [clicklens.Metrics(), clicklens.Metrics()]
    threads = [threading.Thread(target=lambda a=a, b=b: [a.merge(b) for _ in range(50)]) for a, b in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    pair[0].merge(pair[0])
