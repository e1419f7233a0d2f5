"""A deed is whole or absent, and tells nobody before it is there: proven within tests that call the deed anyway.

    @pytest.mark.whole("camdesk.people.agents.change")
    @pytest.mark.tells("camdesk.people.agents.change", "agent.renew")
    def test_…

`whole`: the first time the test calls this function, its last write is made to fail, and nothing may remain of those
before it; then the test goes on. `at`: fail the last write to this table instead, where the function writes other
things after its transaction. `tells`: what the function has registered for after the commit is heard then, and nothing
earlier: the kind of the channel and what the hint is about ("desk.ticket"), "worker" for a wake-up, else the name of
what is called. Either takes `of=`: the functions that hold the transaction or the hint, where it is not the one that is
called (a context manager, a helper).

A house test (tests/house/test_transactions.py) reads every transaction and every hint in the source, and wants one of
these marks, or a reason, for each.
"""

import copy
import importlib
import inspect
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import FunctionType
from typing import Any, ClassVar
from unittest.mock import patch

import pytest
from django.db import connection, transaction

from camdesk.lib import bus, wake

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class Failed(Exception):
    """What a deed dies of here."""


@dataclass
class _Statements:
    """Counts the writes, and fails the one that is the `failing`-th."""

    at: str = ""
    failing: int = 0
    seen: int = 0
    halfway: dict[str, Counter[str]] | None = None  # what was there when it failed

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(_WRITES) and self.at in sql:
            self.seen += 1
            if self.seen == self.failing:
                self.halfway = contents()
                raise Failed
        return execute(sql, params, many, context)


@dataclass
class Proof:
    """One function, watched in one test until it was called in a state in which there is something to prove."""

    name: str
    whole: bool = False
    at: str = ""
    tells: set[str] | None = None
    done: bool = False
    fault: AssertionError | None = None

    rehearsing: ClassVar[bool] = False  # what another deed calls in its rehearsal is the other's matter

    def call(self, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if not self.done and not Proof.rehearsing:
            Proof.rehearsing = True
            try:
                with _not_heard(self.name):
                    self._prove(original, args, kwargs)
            except AssertionError as fault:  # told at the end of the test: whoever calls may go on over faults
                self.fault, self.done = fault, True
            finally:
                Proof.rehearsing = False
        return original(*args, **kwargs)

    def _prove(self, original: Callable[..., Any], args: Any, kwargs: Any) -> None:
        statements = _Statements(self.at)
        with transaction.atomic():
            registered = len(connection.run_on_commit)
            with connection.execute_wrapper(statements):
                original(*_own(args), **_own(kwargs))
            told = _heard([after for _sids, after, _robust in connection.run_on_commit[registered:]])
            transaction.set_rollback(True)
        least = (1 if self.at else 2) if self.whole else 0
        if statements.seen < least or (self.tells and not told):
            return  # nothing could remain of this call, or nothing was to be told: another one will come
        self.done = True
        if self.tells is not None:
            assert told == self.tells, f"{self.name} tells {sorted(told)} after the commit"
        if self.whole:
            self.done = self._fail(original, args, kwargs, statements.seen)

    def _fail(self, original: Callable[..., Any], args: Any, kwargs: Any, writes: int) -> bool:
        """False when the writes before the last one changed nothing: another call will come."""
        before, statements = contents(), _Statements(self.at, failing=writes)
        with connection.execute_wrapper(statements), pytest.raises(Failed):
            original(*_own(args), **_own(kwargs))
        if connection.in_atomic_block:  # what saves a row marks the transaction around it, here the test's own
            transaction.set_rollback(False)
        now = contents()
        remains = {name: (now[name] - rows) + (rows - now[name]) for name, rows in before.items() if now[name] != rows}
        assert not remains, f"{self.name} failed at its last write, and this remains: {remains}"
        return statements.halfway != before


def contents() -> dict[str, Counter[str]]:
    """Every row of every table, by its table."""
    with connection.cursor() as cursor:
        found = {}
        for name in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")  # noqa: S608
            found[name] = Counter(map(repr, cursor.fetchall()))
    return found


def _own(values: Any) -> Any:
    """A rehearsal must not leave its marks on the test's own objects."""
    try:
        return copy.deepcopy(values)
    except Exception:
        return values


def _heard(callbacks: list[Any]) -> set[str]:
    words: set[str] = set()

    def publish(channels: Any, hint: Any) -> None:
        words.update(f"{channel.partition(':')[0]}.{next(iter(hint))}" for channel in channels)

    with patch.object(bus, "publish", publish):
        for after in callbacks:
            names = after.__code__.co_names if after.__name__ == "<lambda>" else (after.__name__,)
            if any(name.startswith("publish") for name in names):
                after()
            else:
                words.add(names[0])
    return words


@contextmanager
def _not_heard(name: str) -> Iterator[None]:
    early: list[Any] = []

    def worker(about: str = wake.ANYTHING) -> None:
        early.append("worker")

    with ExitStack() as patched:
        patched.enter_context(patch.object(bus, "publish", lambda channels, hint: early.append((channels, hint))))
        patched.enter_context(patch.object(wake, "worker", worker))
        yield
    assert not early, f"{name} tells before it is there: {early}"


@contextmanager
def proven(marks: list[pytest.Mark]) -> Iterator[None]:
    """What the marks of a test want is looked at while it runs. Raises AssertionError, also for what was not called."""
    proofs: dict[str, Proof] = {}
    for mark in marks:
        name = mark.args[0]
        proof = proofs.setdefault(name, Proof(name))
        if mark.name == "whole":
            proof.whole, proof.at = True, mark.kwargs.get("at", "")
        else:
            proof.tells = set(mark.args[1:])
    try:
        with ExitStack() as watched:
            for proof in proofs.values():
                watched.enter_context(_watching(proof))
            yield
    finally:
        for proof in proofs.values():
            if proof.fault is not None:
                raise proof.fault
    for proof in proofs.values():
        assert proof.done, f"this test never calls {proof.name} so that it writes twice, or tells anything"


@contextmanager
def _watching(proof: Proof) -> Iterator[None]:
    """Whoever holds the function, under whatever name, calls the proof: not its name is changed, but its code."""
    function = found(proof.name)
    code, key = function.__code__, f"__proof_of_{function.__name__}"
    original = FunctionType(code, function.__globals__, function.__name__, function.__defaults__, function.__closure__)
    original.__kwdefaults__ = function.__kwdefaults__
    assert not code.co_freevars, f"{proof.name} is made within another function"
    made: dict[str, Any] = {}
    exec(f"def shim(*args, **kwargs): return globals()[{key!r}](*args, **kwargs)", made)  # noqa: S102  our own words
    function.__globals__[key] = lambda *args, **kwargs: proof.call(original, *args, **kwargs)
    function.__code__ = made["shim"].__code__
    try:
        yield
    finally:
        function.__code__ = code
        del function.__globals__[key]


def found(name: str) -> FunctionType:
    """The function of a dotted name, without what decorates it. Raises ImportError, AttributeError."""
    module, _, rest = name.rpartition(".")
    try:
        holder: Any = importlib.import_module(module)
    except ModuleNotFoundError:
        outer, _, of_class = module.rpartition(".")
        holder = getattr(importlib.import_module(outer), of_class)
    function = inspect.unwrap(getattr(holder, rest))
    assert isinstance(function, FunctionType), f"{name} is no function"
    return function
