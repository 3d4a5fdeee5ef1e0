"""SymPy's rules of the table's rows are kept, and what is kept is read as rules and nothing else."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from graphgen import cache
from graphgen.algebra import rules_in_words
from graphgen.cache import Cache
from graphgen.ops import ELEMENTWISE, OPS, abstract
from graphgen.verification import derived
from graphgen.verification.derived import derived_rules


@pytest.fixture
def users(tmp_path, monkeypatch):
    """The user's caches, in a folder of the test."""
    kept = Cache(tmp_path / "caches")
    monkeypatch.setattr(derived, "for_user", lambda: kept)
    forget()
    yield kept
    forget()


def forget():
    """What another run would not know."""
    derived_rules.cache_clear()
    derived._kept.cache_clear()


@pytest.mark.parametrize("op", ELEMENTWISE.values(), ids=str)
def test_what_is_kept_is_what_sympy_finds(op, users):
    assert derived_rules(op) == rules_in_words(op)
    forget()
    assert derived._kept()[derived._said(op)] == rules_in_words(op)
    assert derived_rules(op) == rules_in_words(op)


def test_a_row_that_the_table_has_not_is_derived(users):
    derived_rules(OPS["multiply"])
    changed = replace(OPS["multiply"], exact="2 * x * y")
    assert derived_rules(changed) == ("2*x*y", ("2*y", "2*x"))
    named = abstract("f", 1)
    assert derived_rules(named) == rules_in_words(named)


@pytest.mark.parametrize(
    "changed",
    [{"_installed": lambda: {"sympy": "0"}}, {"_contents": lambda *_: iter([("/table.py", b"another")])}],
    ids=["another SymPy", "another table"],
)
def test_what_something_else_found_is_not_read(changed, users, monkeypatch):
    derived_rules(OPS["multiply"])
    for name, other in changed.items():
        monkeypatch.setattr(cache, name, other)
    cache.fingerprint.cache_clear()
    try:
        forget()
        assert derived._kept() == {}
    finally:
        cache.fingerprint.cache_clear()


@pytest.mark.parametrize(
    "rule",
    [
        "__import__('os').system('true')",
        "open('/etc/passwd')",
        "x.__class__",
        "x[0]",
        "'x'",
        "(lambda: x)()",
        "[x for x in (1, 2)]",
        "y",
        "exp",
        "exp(x, base=2)",
        "exp(*x)",
        "breakpoint()",
        "True",
        "1j",
        "x < 1 < y",
        "x if x else __debug__",
        "f'{x}'",
        "x; y",
        "(" * 5_000,
        "-" * 1_999 + "x",
        "x + " * 600 + "x",
        "",
        3,
        None,
        ["x"],
    ],
    ids=lambda rule: str(rule)[:20],
)
def test_an_entry_with_anything_else_than_rules_counts_as_missing(rule, users):
    op = OPS["exp"]
    for rules in (["exp(x)", [rule]], [rule, ["exp(x)"]], [rule], rule, {"exp(x)": rule}):
        users.save(derived._key(), {derived._said(op): rules})
        forget()
        assert derived._kept() == {}
        assert derived_rules(op) == rules_in_words(op)


@pytest.mark.parametrize("entry", [[], "x", 3, None, {"row": {}}], ids=repr)
def test_an_entry_of_another_form_counts_as_missing(entry, users):
    users.save(derived._key(), entry)
    assert derived_rules(OPS["exp"]) == rules_in_words(OPS["exp"])


def test_a_derivative_that_somebody_changed_is_contradicted(users):
    from graphgen.language import parse
    from graphgen.verification import verify
    from graphgen.verification.rules import sympy_rules

    users.save(derived._key(), {derived._said(OPS["multiply"]): ["x*y", ["y", "2*x"]]})
    sympy_rules.cache_clear()
    try:
        report = verify(parse("x = 3\ny = 2\nz = x * y"))
        assert not report.passed
        assert "the op table's rules" in str(report)
    finally:
        sympy_rules.cache_clear()


def test_where_nothing_can_be_kept_sympy_is_asked(monkeypatch):
    monkeypatch.setattr(derived, "for_user", lambda: None)
    forget()
    assert derived_rules(OPS["divide"]) == rules_in_words(OPS["divide"])
    forget()


def test_a_second_run_needs_no_sympy_for_numbers(tmp_path):
    (tmp_path / "net.graph").write_text("x = 0.5\ny = sqrt(x * 8)\nz = y / 3 + max(x, y)")
    code = (
        "import sys; from graphgen.cli import main\n"
        "main(['eval', 'net.graph'], standalone_mode=False)\n"
        "print([name for name in ('sympy', 'numpy') if name in sys.modules])"
    )
    environment = os.environ | dict.fromkeys(("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"), str(tmp_path))
    first, second = (
        subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, check=True
        ).stdout.decode()
        for _ in range(2)
    )
    *shown, loaded = first.splitlines()
    assert "sympy" in loaded
    assert second.splitlines() == [*shown, "[]"]
