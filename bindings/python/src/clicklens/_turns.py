"""Objects of which the C library wants one thread at a time, in a host whose calls let other threads run."""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any


class Turns:
    """Its methods take turns, with those of each other such object that they are given (`merge`)."""

    _turn: Any

    def __new__(cls, *_: Any, **__: Any) -> Any:
        made = super().__new__(cls)
        made._turn = threading.RLock()  # a method may call another
        return made

    def __init_subclass__(cls) -> None:
        for name, found in list(vars(cls).items()):
            if isinstance(found, property) and found.fget is not None:
                setattr(cls, name, property(_in_turn(found.fget), doc=found.__doc__))
            elif isinstance(found, classmethod):
                setattr(cls, name, classmethod(_in_turn(found.__func__)))
            elif inspect.isfunction(found) and (name == "__len__" or not name.startswith("_")):
                setattr(cls, name, _in_turn(found))


def _in_turn(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def run(*args: Any, **kwargs: Any) -> Any:
        owners = {id(each): each for each in (*args, *kwargs.values()) if isinstance(each, Turns)}
        with ExitStack() as held:
            for _, owner in sorted(owners.items()):  # in one order, whoever merges with whom
                held.enter_context(owner._turn)
            return method(*args, **kwargs)

    return run
