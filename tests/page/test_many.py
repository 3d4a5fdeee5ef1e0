import threading
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context

import pytest

from graphgen import GraphgenError, Options, parse, render_many, svg
from graphgen.page.many import mapped

SOURCES = [f"x = {n}\ny = x * x + {n}" for n in range(30)]


class Immediate:
    """An executor that does each task when it is handed over, and counts them."""

    def __init__(self):
        self.handed_over = 0

    def submit(self, function, /, *arguments):
        self.handed_over += 1
        future = Future()
        future.set_result(function(*arguments))
        return future


def processes():
    return ProcessPoolExecutor(2, get_context("spawn"))


@pytest.mark.parametrize(
    "executor", [partial(ThreadPoolExecutor, 8), processes], ids=["threads", "processes"]
)
def test_every_executor_gives_the_same_pictures(executor):
    expected = [svg(parse(source)) for source in SOURCES]
    assert list(render_many(SOURCES)) == expected
    with executor() as pool:
        assert list(render_many(SOURCES, executor=pool)) == expected


def test_a_cluster_gives_the_same_pictures():
    distributed = pytest.importorskip("distributed", reason="Dask is not installed: run_tests.py --all")
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    )
    with cluster, distributed.Client(cluster) as client:
        drawn = list(render_many([*SOURCES, "x = y.z"], executor=client.get_executor()))
    assert drawn[:-1] == [svg(parse(source)) for source in SOURCES]
    assert str(drawn[-1]).startswith("1:5: 'y.z' looks inside a value")


def test_a_fault_stands_in_the_place_of_its_picture():
    with processes() as pool:
        for given in (None, pool):
            first, fault, last = render_many(["x = 1", "x = y.z", "x = 2"], executor=given)
            assert first.startswith("<?xml")
            assert last.startswith("<?xml")
            assert isinstance(fault, GraphgenError)
            assert str(fault).startswith("1:5: 'y.z' looks inside a value")
            assert (fault.place.line, fault.place.column) == (1, 5)


def test_what_an_engine_raises_stands_in_the_place_of_its_picture(monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("graphgen.page.element.require_drawable", broken)
    (fault,) = render_many(["x = 1"])
    assert isinstance(fault, GraphgenError)
    assert str(fault) == (
        "graphgen failed on this source: ZeroDivisionError: oh; please report it with the source"
    )


def test_options_are_those_of_every_picture():
    options = Options(show="forward")
    assert list(render_many(SOURCES[:2], options)) == [svg(parse(source), options) for source in SOURCES[:2]]


def test_sources_are_asked_for_only_some_way_ahead():
    asked, executor = [], Immediate()

    def numbers():
        for n in range(10_000):
            asked.append(n)
            yield n

    results = mapped(lambda n: 2 * n, numbers(), executor)
    assert [next(results) for _ in range(5)] == [0, 2, 4, 6, 8]
    assert len(asked) < 3_000
    assert list(results) == [2 * n for n in range(5, 10_000)]
    assert executor.handed_over < 2000


def test_what_is_no_longer_wanted_is_not_drawn():
    begun, hold = [], threading.Event()

    def slow(n):
        begun.append(n)
        hold.wait(5)
        return n

    with ThreadPoolExecutor(1) as pool:
        results = mapped(slow, range(400), pool)
        hold.set()
        next(results)
        hold.clear()
        results.close()
        hold.set()
    assert len(begun) < 100
