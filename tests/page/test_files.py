import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphgen.errors import OptionError
from graphgen.language.source import MAX_LENGTH
from graphgen.page.files import MAX_BYTES, Folder

SECRET = "secret = 1\n"


@pytest.fixture(scope="module")
def docs(tmp_path_factory):
    """A docs folder with a page in `docs/make`, and a file outside that no page may show."""
    top = tmp_path_factory.mktemp("site")
    top.joinpath("secret.graph").write_text(SECRET)
    docs = top / "docs"
    for name in ("shop.graph", "make/shop.graph", "make/deep/shop.graph", "make/사과 값.graph"):
        docs.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        docs.joinpath(name).write_text(f"x = {len(name)}\n", encoding="utf-8")
    docs.joinpath("make/latin.graph").write_bytes("x = 3  # prix étrange".encode("latin-1"))
    docs.joinpath("make/marked.graph").write_bytes("\ufeffx = 3\r\n".encode())
    with docs.joinpath("make/vast.graph").open("wb") as vast:
        vast.truncate(1 << 40)
    with docs.joinpath("make/long.graph").open("wb") as long:
        long.write("값".encode() * MAX_LENGTH)
    return docs


@pytest.fixture(scope="module")
def linked(docs):
    """The same with symbolic links, where the system has them."""
    make = docs / "make"
    links = {
        "inside.graph": docs / "shop.graph",
        "outside.graph": docs.parent / "secret.graph",
        "missing-outside.graph": docs.parent / "nothing.graph",
        "up": docs.parent,
        "circle.graph": make / "circle.graph",
        "device.graph": Path("/dev/zero"),
    }
    try:
        for name, target in links.items():
            make.joinpath(name).symlink_to(target)
        os.mkfifo(make / "pipe.graph")
    except (AttributeError, OSError):
        pytest.skip("the system has no symbolic links or no pipes")
    return docs


def read(docs, name):
    return Folder(docs / "make", docs).read(name)


def fault(docs, name):
    with pytest.raises(OptionError) as caught:
        read(docs, name)
    assert caught.value.place is None
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("shop.graph", "x = 15\n"),
        ("./shop.graph", "x = 15\n"),
        ("../shop.graph", "x = 10\n"),
        ("../make/deep/shop.graph", "x = 20\n"),
        ("deep/../../shop.graph", "x = 10\n"),
        ("사과 값.graph", "x = 15\n"),
        ("marked.graph", "x = 3\r\n"),
    ],
)
def test_a_file_is_found_from_the_pages_folder(docs, name, text):
    assert read(docs, name) == text


def test_a_link_may_lead_to_another_file_of_the_folder(linked):
    assert read(linked, "inside.graph") == "x = 10\n"


OUTSIDE = [
    *("../../secret.graph", "../../../../../../../../etc/passwd", "/etc/passwd", "//host/share", "/dev/zero"),
    *("C:\\secret.graph", "C:secret.graph", "c:/secret.graph", "\\\\host\\share\\x", "..\\..\\secret.graph"),
    *("\\secret.graph", "shop.graph\0", "shop.graph\n", "\u202eshop.graph", "deep/../../../secret.graph"),
    *("../../nothing.graph", "shop.graph:stream", "file:///etc/passwd", "https://example.org/shop.graph"),
]


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_path_out_of_the_folder_is_refused_whatever_is_there(docs, name):
    told = f"file={name!r} does not lie in the docs folder; name a file by its path from the page"
    assert fault(docs, name).startswith(told)


@pytest.mark.parametrize(
    "name", ["outside.graph", "missing-outside.graph", "up/secret.graph", "up/nothing.graph", "device.graph"]
)
def test_a_link_out_of_the_folder_is_refused_whatever_is_there(linked, name):
    assert fault(linked, name).startswith(f"file={name!r} does not lie in the docs folder; ")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nothing.graph", "No such file or directory; check the path, which begins at the page's folder"),
        ("deep", "it is not a file; check the path"),
        (".", "it is not a file; check the path"),
        ("..", "it is not a file; check the path"),
        ("latin.graph", "it is not UTF-8; save it as UTF-8"),
        ("vast.graph", f"it has {1 << 40:,} bytes; at most {MAX_BYTES:,} are read"),
    ],
    ids=lambda value: value[:20],
)
def test_what_cannot_be_read_is_told(docs, name, reason):
    assert f" cannot be read: {reason}" in fault(docs, name)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("pipe.graph", "it is not a file"),
        ("circle.graph", "Too many levels of symbolic links"),
        ("shop.graph/x", "Not a directory"),
        ("x" * 5000, "File name too long"),
    ],
    ids=lambda value: value[:20],
)
def test_what_would_never_end_is_not_begun_and_what_a_system_refuses_is_told(linked, name, reason):
    assert f" cannot be read: {reason}" in fault(linked, name)


def test_the_longest_source_fits(docs):
    assert len(read(docs, "long.graph")) == MAX_LENGTH
    assert MAX_BYTES == 4 * MAX_LENGTH


PARTS = st.sampled_from(["..", ".", "", "make", "up", "deep", "shop.graph", "secret.graph", "\\", "C:", "~"])


@given(st.lists(PARTS, min_size=1, max_size=8).map("/".join))
def test_no_path_reads_what_lies_outside(linked, name):
    with suppress(OptionError):
        assert read(linked, name) != SECRET
