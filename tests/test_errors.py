import pickle

import pytest

import graphgen
from graphgen.errors import (
    EvaluationError,
    GraphgenError,
    InternalError,
    OptionError,
    Place,
    RenderError,
    SourceError,
    VerificationError,
    excerpt,
    on_one_line,
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
        (GraphgenError("it broke", "try again"), "it broke; try again"),
        (GraphgenError("it broke", place=Place(2, 1)), "2:1: it broke"),
        (GraphgenError("it broke", "try again", Place(2, 1, "f")), "f:2:1: it broke; try again"),
    ],
    ids=["fault", "hint", "place", "all"],
)
def test_a_message_is_place_fault_and_mend(error, written):
    assert str(error) == written


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_keeps_its_kind_within_a_file(kind):
    error = kind("it broke", "try again", Place(2, 5)).within("page.md", lines_before=3)
    assert type(error) is kind
    assert isinstance(error, GraphgenError)
    assert str(error) == "page.md:5:5: it broke; try again"


def test_a_fault_without_a_place_is_placed_at_the_first_line():
    assert str(GraphgenError("it broke").within("page.md", lines_before=3)) == "page.md:4: it broke"


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_survives_the_way_between_processes(kind):
    error = pickle.loads(pickle.dumps(kind("it broke", "try again", Place(2, 5, "f"))))
    assert (type(error), str(error)) == (kind, "f:2:5: it broke; try again")


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


class FailingGraph:
    """Raises what no part of the package foresees, whatever is asked of it."""

    def __getattr__(self, name):
        raise ZeroDivisionError(f"asked for {name}")

    def __iter__(self):
        raise ZeroDivisionError

    def __len__(self):
        raise ZeroDivisionError

    def __contains__(self, name):
        raise ZeroDivisionError


TAKES_A_GRAPH = (
    graphgen.verify,
    graphgen.exact_pass,
    graphgen.picture,
    graphgen.svg,
    graphgen.closed_forms,
    lambda graph: graphgen.chain_rule(graph, "x"),
)


@pytest.mark.parametrize("function", TAKES_A_GRAPH)
def test_what_fails_within_a_public_function_is_our_error(function):
    with pytest.raises(InternalError, match="ZeroDivisionError") as caught:
        function(FailingGraph())
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_a_call_that_does_not_fit_is_a_type_error():
    with pytest.raises(TypeError, match="unexpected keyword argument 'digits'"):
        graphgen.svg(graphgen.parse("x = 1"), digits=2)


def test_what_fails_within_parse_is_our_error():
    class FailingText(str):
        def __len__(self):
            raise ZeroDivisionError

    with pytest.raises(InternalError, match="ZeroDivisionError"):
        graphgen.parse(FailingText("x = 1"))


class FailingNumber:
    def tolist(self):
        raise ZeroDivisionError


def test_what_a_traced_function_raises_passes_and_what_tracing_raises_is_ours():
    def divides(x):
        return x * (1 // 0)

    with pytest.raises(ZeroDivisionError):
        graphgen.trace(divides, x=1)
    with pytest.raises(InternalError, match="ZeroDivisionError"):
        graphgen.trace(lambda x: x, x=FailingNumber())
    with pytest.raises(InternalError, match="ZeroDivisionError"):
        graphgen.trace(lambda x: x * FailingNumber(), x=1)


@pytest.mark.parametrize(
    ("said", "shown"),
    [("a\n  b", "a b"), ("a" * 300, "a" * 200 + " …"), ("word " * 50, ("word " * 40).strip() + " …")],
    ids=["lines", "one word", "words"],
)
def test_what_another_library_says_is_shortened_between_words(said, shown):
    assert on_one_line(ValueError(said)) == shown
