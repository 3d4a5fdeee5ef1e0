"""The examples of the docstrings and of the README give what they say."""

import doctest
import importlib
from pathlib import Path

import pytest

import graphgen

PACKAGE = Path(graphgen.__file__).parent
WITH_EXAMPLES = [
    ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    for file in sorted(PACKAGE.rglob("*.py"))
    if ">>> " in file.read_text("utf-8")
]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_the_examples_of_a_module(name):
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted
    assert not found.failed


def test_the_examples_of_the_readme():
    found = doctest.testfile(str(PACKAGE.parent / "README.md"), module_relative=False, encoding="utf-8")
    assert found.attempted
    assert not found.failed
