import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings
from sites import Site

from graphgen.ops import OPS, on_arrays
from graphgen.verification.arrays import array_rules
from graphgen.verification.rules import op_rules

# Speed is measured in benchmarks: no test fails because a machine is busy. The short profile tries the same
# examples every time; run_tests.py --all chooses the long one, which looks for new ones.
settings.register_profile("short", deadline=None, max_examples=25, derandomize=True)
settings.register_profile("long", deadline=None, max_examples=150)
settings.load_profile("short")

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
LONG = ("browser", "builders", "distribution")
"""The folders and modules that run_tests.py leaves out without --all."""


def is_long(path):
    return any(path.is_relative_to(TESTS / name) for name in LONG)


def pytest_ignore_collect(collection_path, config):
    """Reads no long tests, which takes seconds, where none of them is to run."""
    return True if config.option.markexpr.startswith("not long") and is_long(collection_path) else None


def pytest_collection_modifyitems(items):
    for item in items:
        if is_long(item.path):
            item.add_marker("long")


def pytest_terminal_summary(terminalreporter):
    """One line for each thing that is not here, whatever number of tests needs it."""
    reports = terminalreporter.stats.get("skipped", ())
    for reason in sorted({report.longrepr[2].removeprefix("Skipped: ") for report in reports}):
        terminalreporter.write_line(f"Some tests did not run: {reason}")


@pytest.fixture
def break_vjp():
    """Breaks the float rule of an operation, for one test: its gradients come out ten times as large, or
    that for one operand."""
    sound = {}

    def put(name, rules):
        row = OPS[name]
        object.__setattr__(row, "vjps", rules)
        row.__dict__.pop("vjp", None)
        for cached in (on_arrays, op_rules, array_rules):
            cached.cache_clear()

    def break_(name, operand=None):
        sound[name] = OPS[name].vjps
        rules = enumerate(sound[name])
        put(name, tuple(f"10 * ({rule})" if operand in (None, i) else rule for i, rule in rules))

    yield break_
    for name, rules in sound.items():
        put(name, rules)


@pytest.fixture
def site(tmp_path, caplog):
    return Site(tmp_path, caplog)


@dataclass(frozen=True)
class BuiltSite:
    folder: Path
    returncode: int
    log: str

    @property
    def warnings(self):
        return [line for line in self.log.splitlines() if line.startswith(("WARNING", "ERROR"))]


@pytest.fixture(scope="session")
def built_site(tmp_path_factory):
    """The project's own site, built by `mkdocs build --strict` once for all the processes of a test run.

    run_tests.py, which runs pytest several times, names a folder that these runs share.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    shared = Path(os.environ.get("GRAPHGEN_TESTS_SHARED", shared))
    folder, result = shared / "site", shared / "site.json"
    try:
        (shared / "site.lock").mkdir()
    except FileExistsError:
        deadline = time.monotonic() + 500
        while not result.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
    else:
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
        # The theme warns of MkDocs 2, which pyproject.toml rules out.
        environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8")
        unfinished = result.with_suffix(".part")
        unfinished.write_text(json.dumps([done.returncode, done.stderr]), encoding="utf-8")
        unfinished.replace(result)
    return BuiltSite(folder, *json.loads(result.read_text("utf-8")))
