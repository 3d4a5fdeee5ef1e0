import dataclasses
import re

import pytest

from graphgen.errors import OptionError
from graphgen.options import OPTIONS, Options

NAMES = ", ".join(option.name for option in OPTIONS)


def fault_of(**written):
    with pytest.raises(OptionError) as caught:
        Options.read(written)
    return str(caught.value)


def test_the_table_and_the_class_name_the_same_options_and_defaults():
    fields = {field.name: field.default for field in dataclasses.fields(Options)}
    assert {option.name: option.default for option in OPTIONS} == fields


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_every_option_says_what_it_does_and_takes_its_default(option):
    assert re.match(r"\w|`", option.does)
    assert not option.does.endswith(".")
    assert getattr(Options.read({option.name: option.default}), option.name) == option.default


def test_no_option_is_a_default_picture():
    assert Options.read({}) == Options()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"show": "forward"}, "forward"),
        ({"show": "forward,backward"}, "forward backward"),
        ({"show": " backward ,\tforward "}, "backward forward"),
        ({"show": "forward forward"}, "forward"),
        ({"show": ""}, ""),
        ({"show": "local"}, "local backward"),
        ({"show": "backward local"}, "backward local"),
    ],
    ids=str,
)
def test_several_words_are_read_in_one_form(written, read):
    assert Options.read(written).show == read


@pytest.mark.parametrize("written", ["down", " down ", "\tdown\n"])
def test_space_around_a_word_is_nothing(written):
    assert Options.read({"direction": written}) == Options(direction="down")


@pytest.mark.parametrize(
    ("strip", "shown"), [("forward", "forward"), ("backward", "forward backward"), ("", "forward backward")]
)
def test_a_strip_of_the_forward_pass_alone_draws_no_other(strip, shown):
    assert Options.read({"strip": strip}).show == shown


def test_a_title_is_any_text():
    assert Options.read({"title": ' "a" <b> = 1, 2 '}).title == '"a" <b> = 1, 2'


FAULTS = [
    ({"shwo": "forward"}, f"'shwo' is not an option; did you mean 'show'? the options are {NAMES}"),
    ({"Show": "forward"}, f"'Show' is not an option; did you mean 'show'? the options are {NAMES}"),
    ({"lang": "ko"}, f"'lang' is not an option; did you mean 'language'? the options are {NAMES}"),
    ({"colour": "red"}, f"'colour' is not an option; the options are {NAMES}"),
    ({"": "x"}, f"'' is not an option; the options are {NAMES}"),
    (
        {"show": "forwards"},
        "show='forwards' is not known; did you mean 'forward'? "
        "it takes forward, backward, local (several may be given)",
    ),
    (
        {"show": "forward none"},
        "show='forward none' is not known; it takes forward, backward, local (several may be given)",
    ),
    (
        {"values": "symbol"},
        "values='symbol' is not known; did you mean 'symbols'? it takes auto, numbers, symbols, products",
    ),
    ({"direction": "left"}, "direction='left' is not known; it takes auto, right, down"),
    ({"direction": ""}, "direction='' is not known; it takes auto, right, down"),
    (
        {"direction": "rigth"},
        "direction='rigth' is not known; did you mean 'right'? it takes auto, right, down",
    ),
    ({"digits": "10"}, "digits='10' is not known; it takes 2, 3, 4, 5, 6, 7, 8, 9"),
    ({"thousands": "true"}, "thousands='true' is not known; it takes no, yes"),
    (
        {"strip": "backward", "show": "forward"},
        "strip='backward' does not go with show='forward'; "
        "give both the same passes, or leave out one of them",
    ),
    (
        {"strip": "forward", "show": "forward local"},
        "strip='forward' does not go with show='forward local backward'; "
        "give both the same passes, or leave out one of them",
    ),
    (
        {"strip": "backward", "tangent": "x"},
        "strip='backward' does not go with show='forward'; "
        "give both the same passes, or leave out one of them",
    ),
    (
        {"strip": "backward", "quiz": "gradients"},
        "quiz is for one picture, and strip for several; leave out quiz or strip",
    ),
    (
        {"strip": "forward", "focus": "y"},
        "focus is for one picture, and strip for several; leave out focus or strip",
    ),
    ({"language": "fr"}, "language='fr' is not known; it takes en, ko"),
    ({"language": "a\nb" + "x" * 80}, rf"language='a\nb{'x' * 56}…' is not known; it takes en, ko"),
]


@pytest.mark.parametrize(("written", "message"), FAULTS, ids=lambda value: str(value)[:40])
def test_what_an_option_does_not_take_is_refused_with_the_nearest_word(written, message):
    assert fault_of(**written) == message


def test_a_value_is_checked_in_python_too():
    with pytest.raises(OptionError, match="direction='up' is not known"):
        Options(direction="up")
