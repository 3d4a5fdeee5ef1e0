"""The options of a picture: one table, read by the fence, the command line and the docs."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from graphgen.errors import OptionError, excerpt
from graphgen.notation import IN_PAIRS, reordering

LANGUAGES = ("en", "ko")
ENGINES = ("embedded", "system")
FORMATS = ("svg", "png", "pdf", "dot", "json")
"""Of a picture as a file."""


@dataclass(frozen=True)
class Option:
    """One row: its name, what it does, the words that it takes (none: any text), whether several.

    `free` where it takes names besides, `whole` where it takes a whole number from 1, `only_in_fences` where
    the command line has another way to say it, or files have none.
    """

    name: str
    default: str
    does: str
    words: tuple[str, ...] = ()
    several: bool = False
    free: bool = False
    whole: bool = False
    only_in_fences: bool = False

    def read(self, written: str) -> str:
        """The text that an author wrote, checked and in one form; raises OptionError."""
        if found := reordering(written):
            raise OptionError(
                f"{self.name}={excerpt(written)} has the direction mark U+{ord(found[0]):04X}, "
                "which reorders what is read",
                IN_PAIRS,
            )
        if self.whole and not re.fullmatch("0*[1-9][0-9]{0,6}", written.strip()):
            raise OptionError(f"{self.name}={excerpt(written)} is not known", "give a whole number from 1")
        given = written.replace(",", " ").split() if self.several else [written.strip()]
        if self.words and not self.free:
            for word in given:
                if word not in self.words:
                    raise OptionError(f"{self.name}={excerpt(written)} is not known", self._mend(word))
        return " ".join(dict.fromkeys(given))

    def _mend(self, word: str) -> str:
        near = difflib.get_close_matches(word, self.words, n=1)
        choice = f"{', '.join(self.words)}" + (" (several may be given)" if self.several else "")
        return (f"did you mean {near[0]!r}? " if near else "") + f"it takes {choice}"


OPTIONS = (
    Option(
        "show",
        "forward backward",
        "which passes to draw; `local` adds the local derivatives",
        ("forward", "backward", "local"),
        several=True,
    ),
    Option(
        "tangent",
        "",
        "forward mode, in place of the backward pass: each value's derivative with respect to this input",
    ),
    Option(
        "values",
        "auto",
        "numbers; symbols (each gradient at its shortest, in your names); or products (upstream times local)",
        ("auto", "numbers", "symbols", "products"),
    ),
    Option("names", "yes", "the names of values on the way, above their numbers", ("yes", "no")),
    Option(
        "curves", "no", "functions of one number, such as relu, with their curve in the node", ("no", "yes")
    ),
    Option(
        "fold",
        "constants",
        "what is written inside the operation that uses it: constants and inputs of these names, or none",
        ("constants", "none"),
        several=True,
        free=True,
    ),
    Option(
        "data",
        "",
        "inputs that are given and want no gradient: names or patterns such as labels_*",
        several=True,
    ),
    Option(
        "weights",
        "",
        "inputs that are written at arrows, as the weights and biases of a network are: names or patterns "
        "such as w*",
        several=True,
    ),
    Option(
        "collapse",
        "",
        "parts drawn as boxes: names (each with what only it needs) or patterns such as hidden_*; "
        "`with inputs`, or `as` and a title, may follow",
    ),
    Option("depth", "", "collapse what lies this many operations or more before the output", whole=True),
    Option(
        "modules",
        "",
        "modules of a captured graph drawn as boxes: by depth (1: the model's own), or by patterns of "
        "their paths such as blocks.*",
    ),
    Option("open", "", "layers drawn as the simpler operations they stand for: names, or all", several=True),
    Option(
        "sums",
        "pairs",
        "a sum of several terms without names on the way: as operations that add two at a time, or joined "
        "into one operation that takes all",
        ("pairs", "joined"),
    ),
    Option(
        "upstream",
        "",
        "the upstream gradient of the output, in place of 1: a number, an array of its shape, or a symbol "
        "such as g or dL/dy",
    ),
    Option("focus", "", "one operation alone, by its name: the upstream gradient and what it sends back"),
    Option(
        "highlight", "", "x (its influence), x > t > z (one path) or +x (the terms that its gradient sums)"
    ),
    Option(
        "direction",
        "auto",
        "where the forward pass runs: right, down, or auto, which is right while that fits the column",
        ("auto", "right", "down"),
    ),
    Option(
        "width",
        "690",
        "the column in pixels that a picture in direction auto is to fit, at 80% of its size or more",
        whole=True,
    ),
    Option(
        "phone",
        "no",
        "a second drawing that a phone shows in the place of one that is too wide for it, on a page",
        ("no", "yes"),
        only_in_fences=True,
    ),
    Option(
        "order",
        "auto",
        "whether operands stand in the order of the source even where arrows cross for it",
        ("auto", "source"),
    ),
    Option(
        "repeat",
        "auto",
        "inputs that stand again beside each operation that uses them: names, none, or auto, which is all, "
        "or where they stand far, if the picture would be too wide for its column and reads better so",
        ("auto", "none"),
        several=True,
        free=True,
    ),
    Option("digits", "6", "significant digits of a number that is no short decimal", tuple("23456789")),
    Option("thousands", "no", "commas between thousands", ("no", "yes")),
    Option(
        "quiz",
        "",
        "numbers that the reader is to find: gradients, values, or names (the value and gradient of each)",
        ("gradients", "values"),
        several=True,
        free=True,
    ),
    Option(
        "strip",
        "",
        "a pass as a row of frames, one for each operation, in place of one picture, on a page",
        ("forward", "backward"),
        several=True,
        only_in_fences=True,
    ),
    Option("language", "en", "of the generated title and description", LANGUAGES),
    Option("source", "no", "show the fence's own text beside the picture, on a page", ("no", "yes")),
    Option("file", "", "the file that holds the source, as a path from the page", only_in_fences=True),
    Option("name", "", "what prose on the page quotes the diagram's numbers by"),
    Option("title", "", "what the picture is called, in place of the generated title"),
)


@dataclass(frozen=True)
class Options:
    """The options of one picture, each as `OPTIONS` describes it.

    Raises OptionError for a value that an option does not take.
    """

    show: str = "forward backward"
    tangent: str = ""
    values: str = "auto"
    names: str = "yes"
    curves: str = "no"
    fold: str = "constants"
    data: str = ""
    weights: str = ""
    collapse: str = ""
    depth: str = ""
    modules: str = ""
    open: str = ""
    sums: str = "pairs"
    upstream: str = ""
    focus: str = ""
    highlight: str = ""
    direction: str = "auto"
    width: str = "690"
    phone: str = "no"
    order: str = "auto"
    repeat: str = "auto"
    digits: str = "6"
    thousands: str = "no"
    quiz: str = ""
    strip: str = ""
    language: str = "en"
    source: str = "no"
    file: str = ""
    name: str = ""
    title: str = ""

    def __post_init__(self) -> None:
        for option in OPTIONS:
            written = getattr(self, option.name)
            if written != option.default:
                object.__setattr__(self, option.name, option.read(written))
        if self.tangent:
            self._show_forward_alone()
        if self.upstream and not self.shows("backward"):
            raise OptionError(
                "upstream is for a backward pass", "leave out upstream; or leave out show and tangent"
            )
        if (
            self.upstream
            and self.values in ("symbols", "products")
            and re.match(r"[^\W\d]|∂", self.upstream) is None
        ):
            raise OptionError(
                "an upstream gradient in numbers is for a backward pass in numbers",
                "leave out values; or give a symbol, as in upstream=g",
            )
        if "local" in self.show and not self.shows("backward"):
            object.__setattr__(self, "show", f"{self.show} backward")
        if self.strip:
            self._require_its_passes()

    def _show_forward_alone(self) -> None:
        if self.show not in ("forward", OPTIONS[0].default) or self.values in ("symbols", "products"):
            raise OptionError(
                "tangent is for a forward pass in numbers",
                "leave out show and values: the derivatives go forward with the values",
            )
        object.__setattr__(self, "show", "forward")

    def _require_its_passes(self) -> None:
        if self.strip == "forward" and self.show == OPTIONS[0].default:
            object.__setattr__(self, "show", "forward")
        is_without = set(self.strip.split()) - set(self.show.split())
        if is_without or (self.strip == "forward" and self.shows("backward")):
            raise OptionError(
                f"strip={excerpt(self.strip)} does not go with show={excerpt(self.show)}",
                "give both the same passes, or leave out one of them",
            )
        for name in ("quiz", "focus"):
            if getattr(self, name):
                raise OptionError(
                    f"{name} is for one picture, and strip for several", f"leave out {name} or strip"
                )

    @classmethod
    def read(cls, written: Mapping[str, str | None]) -> Options:
        """The options that an author wrote by name; one without a value has its name for it.

        >>> Options.read({"show": "forward"}).shows("backward")
        False

        Raises OptionError for an unknown name, with the nearest known one.
        """
        known = [field.name for field in fields(cls)]
        for name in written:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean {near[0]!r}? " if near else ""
                raise OptionError(
                    f"{excerpt(name)} is not an option", f"{hint}the options are {', '.join(known)}"
                )
        return cls(**{name: name if value is None else value for name, value in written.items()})

    def shows(self, part: str) -> bool:
        return part in self.show.split()

    def folds(self, name: str) -> bool:
        """Whether an input of this name is folded, or `constants`, which are unless there is `none`."""
        names = self.fold.split()
        return name in names or (name == "constants" and "none" not in names)
