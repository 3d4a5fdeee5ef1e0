"""A site that is edited while `mkdocs serve` shows it, as scripts/measure/serve_edits.py does."""

import gc
import logging
from collections import Counter
from itertools import islice

import pytest
import serve_edits
from serve_edits import ROUND, Edit, ServeError, edits, serving


@pytest.mark.long
def test_every_kind_of_edit_shows_and_none_ends_the_server(tmp_path, monkeypatch):
    with serving(tmp_path) as server:
        for edit in islice(edits(), len(ROUND)):
            server.make(edit)
        monkeypatch.setattr(serve_edits, "DEADLINE", 1)
        with pytest.raises(ServeError, match="never there: nothing came of it"):
            server.make(Edit("never there", {}, "no page says this"))
        assert server.process.poll() is None
    with pytest.raises(ServeError, match="too late: the server ended"):
        server.make(Edit("too late", {}, "Home"))


def our_objects():
    """How many objects of each of our classes are alive, but for texts as they are set, of which a cache
    keeps a stated number."""
    gc.collect()
    kinds = (type(one) for one in gc.get_objects())
    modules = ((kind, str(kind.__module__)) for kind in kinds)
    return Counter(
        kind.__qualname__
        for kind, module in modules
        if module.startswith("graphgen.") and module != "graphgen.notation.scripts"
    )


def test_a_build_leaves_nothing_of_its_pages_behind(site, monkeypatch):
    """A server builds a site again and again in one process."""
    # pytest keeps what is logged, and with it the errors.
    monkeypatch.setattr(logging.getLogger("mkdocs"), "propagate", False)

    def build(number):
        good = f'```graphgen name="n"\nx = {number}\ny = sin(x) * x\n```\n\n`#!graphgen n.value(y)`\n'
        broken = f"```graphgen\ny = relo({number})\n```\n"
        site.build({"page.md": good, "other.md": good + broken}, strict=False)
        return our_objects()

    for number in range(1, 10):  # loads what is loaded once, and fills the cache of a few layouts
        left = build(number)
    assert [build(number) for number in (10, 11)] == [left, left]
