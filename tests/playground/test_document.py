"""The file of the page: kept as its author and other programs leave it."""

import pytest

from graphgen.playground import Document


class Paper:
    """What a file holds, with a count of how often it was written."""

    def __init__(self, text):
        self.text, self.written = text, 0
        self.document = Document("a.graph", lambda: self.text, self.write)

    def write(self, text):
        self.text, self.written = text, self.written + 1


def test_a_file_that_is_not_there_is_made_by_the_first_save():
    paper = Paper(None)
    assert paper.document.state() == {"text": None, "version": None}
    saved = paper.document.save("x = 1\n", None)
    assert (saved, paper.text) == (paper.document.state(), "x = 1\n")


def test_what_another_program_wrote_is_not_written_over():
    paper = Paper("x = 1\n")
    seen = paper.document.state()["version"]
    paper.text = "x = 2\n"
    told = paper.document.save("x = 3\n", seen)
    assert told == {"conflict": paper.document.state()}
    assert (paper.text, paper.written) == ("x = 2\n", 0)
    assert paper.document.save("x = 3\n", told["conflict"]["version"])["text"] == "x = 3\n"
    assert paper.text == "x = 3\n"


def test_both_having_written_the_same_is_no_conflict():
    paper = Paper("x = 1\n")
    seen = paper.document.state()["version"]
    paper.text = "x = 2\n"
    assert "conflict" not in paper.document.save("x = 2\n", seen)
    assert paper.written == 0


def test_a_file_that_was_removed_is_written_again():
    paper = Paper("x = 1\n")
    seen = paper.document.state()["version"]
    paper.text = None
    paper.document.save("x = 2\n", seen)
    assert paper.text == "x = 2\n"


def test_a_file_that_came_meanwhile_is_a_conflict():
    paper = Paper("x = 1\n")
    assert paper.document.save("x = 2\n", None)["conflict"]["text"] == "x = 1\n"


@pytest.mark.parametrize(("end", "kept"), [("\n", "\n"), ("\r\n", "\r\n")])
def test_line_ends_stay_as_the_file_has_them(end, kept):
    paper = Paper(f"x = 1{end}y = x{end}")
    state = paper.document.state()
    assert state["text"] == "x = 1\ny = x\n"
    again = paper.document.save("x = 1\ny = x * 2\n", state["version"])
    assert paper.text == f"x = 1{kept}y = x * 2{kept}"
    assert again == paper.document.state()
