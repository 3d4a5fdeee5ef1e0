"""A picture as DOT: the text that Graphviz prints, and the object of the package graphviz."""

import graphviz
import pytest
from graphviz.quoting import quote
from hypothesis import given
from hypothesis import strategies as st

from graphgen.drawing.dot import _quoted, dot_text
from graphgen.drawing.pictures import lay_out, picture
from graphgen.language.parser import parse
from graphgen.notation import plain, readable


def test_the_text_is_the_source_of_the_object():
    shown = picture(parse('x = 3  # a "side" \\N & more\ny = x * x'))
    assert isinstance(shown.dot(), graphviz.Digraph)
    assert dot_text(lay_out(shown.scene)) == shown.dot().source


@pytest.mark.parametrize(
    "text",
    ["", "apple", "Node", "graph", "2", "-2.5", ".5", "5.", "1e5", "사과", "a b", '"', "\\", '\\"', "&lt;"],
)
def test_a_text_is_quoted_as_the_package_graphviz_quotes_it(text):
    assert _quoted(text) == quoted_by_graphviz(text)


@given(st.text(st.sampled_from('ab0.-_"\\&<>\N{DEGREE SIGN} ')))
def test_any_text_is_quoted_so(text):
    assert _quoted(text) == quoted_by_graphviz(text)


def quoted_by_graphviz(text):
    return quote(graphviz.escape(readable(plain(text)).replace("&", "&amp;")))
