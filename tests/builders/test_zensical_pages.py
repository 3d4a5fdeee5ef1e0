"""A fence is told by Zensical about its page."""

import subprocess
import sys
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from links import addresses
from sites import BY_HAND

BASE = "https://site.example/make/page/"
FROM_A_FILE = '```graphgen file="shop.graph"\n```'
ZENSICAL = f"site_name: Site\nmarkdown_extensions:{BY_HAND}"


@pytest.fixture
def zensical(tmp_path):
    """Builds a small site; gives a page of it and what was said."""

    def build(name, files):
        for path, text in files.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        tmp_path.joinpath("mkdocs.yml").write_text(ZENSICAL)
        command = [sys.executable, "-m", "zensical", "build"]
        done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, encoding="utf-8")
        return BeautifulSoup((tmp_path / "site" / name).read_text("utf-8"), "html.parser"), done.stderr

    return build


def test_zensical_says_where_its_page_lies(zensical):
    text = "\n\n".join(
        FROM_A_FILE.replace("shop", name) for name in ("../shop", "../../outside", "../broken")
    )
    files = {"docs/make/page.md": text, "docs/shop.graph": "x = 3\ny = x * x\n"}
    files |= {"outside.graph": "x = 1\n", "docs/broken.graph": "x = y.z\n"}
    html, said = zensical("make/page/index.html", files)
    assert html.figure.desc.text.startswith("x is 3. y is x times x, which gives 9.")
    outside, broken = (box.p.text for box in html.find_all(class_="graphgen-error"))
    assert outside.startswith(
        "graphgen: docs/make/page.md (in a fence):1: file='../../outside.graph' does not"
    )
    assert broken.startswith("graphgen: docs/broken.graph:1:5: 'y.z' looks inside a value")
    assert broken.removeprefix("graphgen: ") in said


def test_zensical_resolves_the_links_of_a_text_and_we_those_of_a_picture_alike(zensical):
    targets = [
        "../tax.md",
        "../tax.md#rates",
        "#a",
        "../prices.csv",
        "https://example.org/",
        "mailto:ann@b.org",
    ]
    lines = "\n".join(f"x{at} = {at}  # [{at}]({target})" for at, target in enumerate(targets))
    text = f"## a\n\n```graphgen\n{lines}\n```\n\n" + " ".join(f"[x]({target})" for target in targets)
    files = {"docs/tax.md": "## Rates\n", "docs/prices.csv": "100\n", "docs/make/page.md": text}
    html, _ = zensical("make/page/index.html", files)
    theirs = addresses(html.figure.find_next_sibling("p"))
    assert addresses(html.tbody) == theirs
    drawn, written = ({urljoin(BASE, at) for at in found} for found in (addresses(html.figure.svg), theirs))
    assert drawn == written
