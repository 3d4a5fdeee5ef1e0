from doctests import fenced


def test_an_example_in_a_docstring_becomes_a_block_of_code():
    docstring = "Twice.\n\n    >>> 1 + 1\n    2\n\nThat is all."
    assert fenced(docstring) == "Twice.\n\n```pycon\n>>> 1 + 1\n    2\n```\n\nThat is all."
