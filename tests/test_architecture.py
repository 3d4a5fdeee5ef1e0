"""ARCHITECTURE.md: the rooms that it draws are those that there are, and its examples run."""

import doctest
import re
from pathlib import Path

from test_imports import LINE, imports

import graphgen

PACKAGE = Path(graphgen.__file__).parent
FILE = PACKAGE.parent / "ARCHITECTURE.md"
ADDRESSES, FACE = ("functions", "markdown", "sphinx"), ("__main__", "__init__")
COMMENTS = 32
"""The column in which the drawing's comments begin."""


def test_the_rooms_are_drawn_in_their_line():
    drawing = FILE.read_text("utf-8").split("```text\n")[1].split("```")[0]
    floors = [set(re.findall("[a-z]+", line[:COMMENTS])) for line in drawing.splitlines()]
    wanted = [set(rooms) for rooms in LINE if rooms not in (ADDRESSES, FACE)]
    assert [floor for floor in floors if floor] == wanted


def test_the_two_witnesses_do_not_know_each_other():
    found = {parts[0] for file in (PACKAGE / "algebra").glob("*.py") for _, parts in imports(file) if parts}
    assert "ops" in found
    assert "autodiff" not in found


def test_the_modules_of_verification_stand_in_an_order_in_which_none_needs_a_later_one():
    order = re.findall(r"^\| `(\w+)` \|", FILE.read_text("utf-8"), re.MULTILINE)
    files = {file.stem: file for file in (PACKAGE / "verification").glob("*.py") if file.stem != "__init__"}
    assert sorted(order) == sorted(files)
    for place, name in enumerate(order):
        needed = {parts[1] for _, parts in imports(files[name]) if parts[0] == "verification"}
        assert needed <= {*order[:place]}, name


def test_the_examples_give_what_they_say():
    found = doctest.testfile(str(FILE), module_relative=False, encoding="utf-8")
    assert found.failed == 0
    assert found.attempted > 8
