import pickle

import pytest

from graphgen.errors import (
    EvaluationError,
    GraphgenError,
    OptionError,
    Place,
    RenderError,
    SourceError,
    VerificationError,
    excerpt,
)

KINDS = (GraphgenError, SourceError, EvaluationError, VerificationError, OptionError, RenderError)


@pytest.mark.parametrize(
    ("place", "written"),
    [
        (Place(3), "3"),
        (Place(3, 7), "3:7"),
        (Place(3, file="tax.graph"), "tax.graph:3"),
        (Place(3, 7, "tax.graph"), "tax.graph:3:7"),
    ],
    ids=str,
)
def test_a_place_is_written_as_editors_read_it(place, written):
    assert str(place) == written


def test_a_place_within_a_file_counts_the_lines_before():
    assert Place(3, 7).within("page.md", lines_before=10) == Place(13, 7, "page.md")


@pytest.mark.parametrize(
    ("error", "written"),
    [
        (GraphgenError("it broke"), "it broke"),
        (GraphgenError("it broke", "mend it"), "it broke; mend it"),
        (GraphgenError("it broke", place=Place(2, 1)), "2:1: it broke"),
        (GraphgenError("it broke", "mend it", Place(2, 1, "f")), "f:2:1: it broke; mend it"),
    ],
    ids=["fault", "mend", "place", "all"],
)
def test_a_message_is_place_fault_and_mend(error, written):
    assert str(error) == written


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_keeps_its_kind_within_a_file(kind):
    error = kind("it broke", "mend it", Place(2, 5)).within("page.md", lines_before=3)
    assert type(error) is kind
    assert isinstance(error, GraphgenError)
    assert str(error) == "page.md:5:5: it broke; mend it"


def test_a_fault_without_a_place_is_placed_at_the_first_line():
    assert str(GraphgenError("it broke").within("page.md", lines_before=3)) == "page.md:4: it broke"


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_survives_the_way_between_processes(kind):
    error = pickle.loads(pickle.dumps(kind("it broke", "mend it", Place(2, 5, "f"))))
    assert (type(error), str(error)) == (kind, "f:2:5: it broke; mend it")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", "''"),
        ("사과 = 3", "'사과 = 3'"),
        ("a\nb", r"'a\nb'"),
        ("it's", '"it\'s"'),
        ("a\u202eb", r"'a\u202eb'"),
        ("\ud800", r"'\ud800'"),
        ("x" * 60, f"'{'x' * 60}'"),
        ("x" * 61, f"'{'x' * 59}…'"),
    ],
    ids=["empty", "korean", "newline", "quote", "bidi", "surrogate", "just fits", "too long"],
)
def test_an_excerpt_is_one_printable_line(text, shown):
    assert excerpt(text) == shown
    assert shown.isprintable()
