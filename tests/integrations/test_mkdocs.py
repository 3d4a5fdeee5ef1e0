import logging
import re
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml
from links import address, addresses
from mkdocs.exceptions import Abort, ConfigurationError
from sites import BY_HAND, MKDOCS, PLAIN

from graphgen.drawing.pictures import picture
from graphgen.integrations.pages import SECTIONS


def test_a_page_shows_its_diagrams_in_the_sites_style(site):
    site.build({"page.md": f"# A page\n\n{PLAIN}\n{PLAIN}"})
    first, second = site.figures()
    assert second["id"] == f"{first['id']}-2"
    assert "assets/graphgen.css" in [link["href"] for link in site.page("page.html").find_all("link")]
    style = (site.folder / "site/assets/graphgen.css").read_text("utf-8")
    assert ".graphgen-diagram .backward" in style
    assert "data-md-color-scheme" in style
    assert site.messages(logging.WARNING) == []


@pytest.mark.parametrize(
    ("pages", "summary"),
    [
        ({"page.md": "```python\nx = 1\n```\n"}, []),
        ({"page.md": PLAIN}, [r"1 diagram; 6 numbers, all proved; in \d+\.\d s"]),
        (
            {"a.md": PLAIN, "b/c.md": PLAIN * 2},
            [r"3 diagrams \(1 from the cache\); 18 numbers, all proved; in \d+\.\d s"],
        ),
    ],
    ids=["none", "one", "three"],
)
def test_a_build_with_diagrams_ends_with_a_summary(site, pages, summary):
    site.build(pages)
    told = [message for message in site.messages(logging.INFO) if "proved" in message]
    assert len(told) == len(summary)
    assert all(map(re.fullmatch, summary, told))


def test_two_builds_write_the_same_bytes(site):
    site.build({"page.md": PLAIN})
    first = (site.folder / "site/page.html").read_bytes()
    site.build({"page.md": PLAIN})
    assert (site.folder / "site/page.html").read_bytes() == first


FAULTS = {
    "source": ("# A\n\n```graphgen\nx = 1\ny = relo(x)\n```\n", "5:5: 'relo(x)' calls the unknown function"),
    "option": (
        '# A\n\n```graphgen shwo="forward"\nx = 1\n```\n',
        "3: 'shwo' is not an option; did you mean 'show'? the options are show, ",
    ),
    "header": (
        "# A\n\n```graphgen show=forward\nx = 1\n```\n",
        "3: 'show=forward' is not readable in the fence's header; write options as name=\"value\"",
    ),
    "end": ("# A\n\n```graphgen\nx = 1\n", "3: the fence is not closed; end it with the same marks"),
    "value": (
        "# A\n\n```graphgen\nx = 0\ny = 1 / x\n```\n",
        "5:5: 'y' (1 / x) at x = 0 ",
    ),
    "behind front matter": (
        "---\ntitle: A\nlang: en\n---\n\n\n```graphgen\ny = relo(x)\n```\n",
        "8:5: 'relo(x)' calls the unknown function",
    ),
    "behind MultiMarkdown's": (
        "title: A\nlang: en\n\n```graphgen\ny = relo(x)\n```",
        "5:5: 'relo(x)' calls the unknown function",
    ),
    "windows": ("# A\r\n\r\n```graphgen\r\ny = relo(x)\r\n```\r\n", "4:5: 'relo(x)' calls the unknown"),
}


@pytest.mark.parametrize(("text", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_stops_a_strict_build_and_names_its_place(site, text, message):
    with pytest.raises(Abort, match="Aborted with 1 warnings in strict mode"):
        site.build({"sub/page.md": text})
    (warning,) = site.messages(logging.WARNING)
    assert warning.startswith(f"docs/sub/page.md:{message}")


def test_without_strict_the_fault_is_shown_and_the_rest_is_built(site):
    broken = "# A\n\n```graphgen\ny = relo(x)\n```\n\nbehind it\n\n"
    site.build({"page.md": broken + PLAIN, "other.md": PLAIN}, strict=False)
    (warning,) = site.messages(logging.WARNING)
    box = site.page("page.html").find(class_="graphgen-error")
    assert box.p.text == f"graphgen: {warning}"
    assert box.code.text == "```graphgen\ny = relo(x)"
    assert [line["data-at"] for line in box.select("[data-at]")] == ["3", "4"]
    assert "behind it" in site.page("page.html").text
    assert (len(site.figures()), len(site.figures("other.html"))) == (1, 1)


FAULTS_FILE = Path(__file__).parents[2] / "scripts/website/faults.yml"
HELP = ("help.md", "{language}/help.md", "https://example.org/help/", "")


@pytest.mark.parametrize("option", HELP)
@pytest.mark.parametrize(
    ("fault", "entry"),
    [
        ("y = relo(x)", "source:~:text=calls%20the%20unknown%20function"),
        ("x = -1\ny = log(x)", "numbers:~:text=has%20no%20value"),
    ],
)
def test_the_box_of_an_error_links_to_what_explains_it(site, option, fault, entry):
    pages = dict.fromkeys(("help.md", "en/help.md", "ko/help.md"), "# Help")
    pages["sub/page.md"] = f"---\nlang: ko\n---\n\n```graphgen\n{fault}\n```\n"
    setting = MKDOCS.replace("- graphgen", f'- graphgen:\n      troubleshooting: "{option}"')
    site.build(pages, setting, strict=False)
    link = site.page("sub/page.html").select_one(".graphgen-error a")
    if not option:
        assert link is None
        return
    where = {"help.md": "../help.html", "{language}/help.md": "../ko/help.html"}.get(option, option)
    assert (link["href"], link.text) == (f"{where}#{entry}", "문제 해결")


def test_a_page_that_explains_errors_and_is_missing_is_told(site):
    setting = MKDOCS.replace("- graphgen", "- graphgen:\n      troubleshooting: gone.md")
    with pytest.raises(Abort):
        site.build({"page.md": PLAIN}, setting)
    (warning,) = site.messages(logging.WARNING)
    assert warning == "troubleshooting names 'gone.md', which is not in the docs folder"


def test_every_kind_of_error_has_its_section():
    explained = {group["id"] for group in yaml.safe_load(FAULTS_FILE.read_text("utf-8"))}
    assert {*SECTIONS.values()} < explained


def test_a_verification_failure_stops_a_strict_build(site, break_vjp):
    break_vjp("multiply")
    with pytest.raises(Abort):
        site.build({"page.md": PLAIN})
    (warning,) = site.messages(logging.WARNING)
    assert warning.startswith(
        "docs/page.md:3:5: the contribution x → y is 30 by the op table's rules, 3 by SymPy"
    )
    assert site.page("page.html").find(class_="graphgen-error")


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_engine_that_fails_on_one_fence_stops_no_site_and_a_strict_build_at_its_end(
    site, monkeypatch, jobs
):
    if jobs > 1 and threading.active_count() > 1:
        pytest.skip("another test's threads keep this process from forking, so that no job would be broken")
    drawn = picture

    def broken(graph, *rest):
        if "bad" in graph:
            raise ZeroDivisionError("oh")
        return drawn(graph, *rest)

    monkeypatch.setattr("graphgen.drawing.picture", broken)
    pages = {"page.md": f"```graphgen\nbad = 1\n```\n\n{PLAIN}", "zoo.md": PLAIN}
    config = MKDOCS.replace("- graphgen", f"- graphgen:\n      jobs: {jobs}")
    site.build(pages, config, strict=False)
    said = "graphgen failed on this source: ZeroDivisionError: oh; please report it with the source"
    message = f"docs/page.md:1: {said}"
    assert site.messages(logging.WARNING) == [message]
    assert len(site.figures()) == len(site.figures("zoo.html")) == 1
    assert message in site.page("page.html").find(class_="graphgen-error").text
    with pytest.raises(Abort, match="Aborted with 1 warnings in strict mode"):
        site.build(pages, config)
    assert len(site.figures("zoo.html")) == 1


@pytest.mark.parametrize(
    ("setting", "front_matter", "language"),
    [
        ("", "", "en"),
        (":\n      language: ko", "", "ko"),
        (":\n      language: ko", "---\nlang: en\n---\n", "en"),
        ("", "---\nlang: ko\n---\n", "ko"),
        ("", "---\nlang: de\n---\n", "en"),
    ],
    ids=["default", "site", "page before site", "page", "unknown"],
)
def test_pictures_speak_the_language_of_their_page(site, setting, front_matter, language):
    site.build({"page.md": front_matter + PLAIN}, MKDOCS.replace("- graphgen", f"- graphgen{setting}"))
    (figure,) = site.figures()
    assert figure["lang"] == language
    assert (figure.summary.text == "표로 읽기") == (language == "ko")


def test_pictures_speak_the_language_of_the_theme(site):
    config = MKDOCS.replace("name: mkdocs", "name: mkdocs\n  language: ko")
    site.build({"page.md": PLAIN + '```graphgen language="en"\nx = 1\n```\n'}, config)
    assert [figure["lang"] for figure in site.figures()] == ["ko", "en"]


def test_a_site_may_have_a_second_drawing_of_each_wide_picture_for_phones(site):
    config = MKDOCS.replace("- graphgen", "- graphgen:\n      phone: true")
    wide = "a = 100000\nb = a * 2.5\nc = b * 2.5\nd = c + 0.5\n```\n"
    site.build({"page.md": f'```graphgen\n{wide}\n```graphgen phone="no"\n{wide}'}, config)
    assert [len(figure.select("svg.graphgen-diagram")) for figure in site.figures()] == [2, 1]


CONFIGURED = {
    "with fences of its own": """
  - pymdownx.superfences:
      custom_fences:
        - name: mermaid
          class: mermaid
          format: !!python/name:pymdownx.superfences.fence_div_format
""",
    "with the fence itself": BY_HAND,
    "without settings": "\n  - pymdownx.superfences\n",
    "in a bundle": "\n  - pymdownx.extra\n",
}


@pytest.mark.parametrize("extension", CONFIGURED.values(), ids=CONFIGURED)
def test_superfences_may_be_configured_already(site, extension):
    text = f"{PLAIN}\n```mermaid\ngraph\n```\n"
    site.build({"page.md": text}, f"{MKDOCS}markdown_extensions:{extension}")
    assert len(site.figures()) == 1
    is_kept = site.page("page.html").find("div", class_="mermaid")
    assert bool(is_kept) == ("mermaid" in extension)


def test_a_page_that_a_hook_writes_is_read_as_it_is_then(site):
    (site.folder / "hook.py").write_text(
        "def on_page_markdown(markdown, **_):\n    return markdown.replace('PRICE', '100')\n"
    )
    site.build(
        {"page.md": "---\ntitle: A\n---\n```graphgen\nx = PRICE\ny = x * 2\n```\n"},
        f"{MKDOCS}hooks: [hook.py]\n",
    )
    assert "x is 100." in site.figures()[0].desc.text


def test_a_fence_may_take_its_text_from_a_file(site):
    (site.folder / "x.graph").write_text("x = 3\n")
    text = '```graphgen\n--8<-- "x.graph"\ny = x * 2\n```\n'
    extension = f"""
  - pymdownx.snippets:
      base_path: ["{site.folder.as_posix()}"]
"""
    site.build({"page.md": text}, f"{MKDOCS}markdown_extensions:{extension}")
    assert "y is x times 2, which gives 6." in site.figures()[0].desc.text


SHOP = "x = 3\ntotal = x * x\n"
FROM_A_FILE = '# A\n\n```graphgen file="../shop.graph"\n```\n'


@pytest.mark.parametrize("excluded", [False, True])
def test_a_diagram_comes_from_a_file_which_readers_can_download_unless_it_is_excluded(site, excluded):
    config = f"{MKDOCS}exclude_docs: '*.graph'\n" if excluded else MKDOCS
    site.build({"sub/page.md": FROM_A_FILE, "shop.graph": SHOP}, config)
    (figure,) = site.figures("sub/page.html")
    assert figure.desc.text.startswith("x is 3. total is x times x, which gives 9.")
    assert (site.folder / "site/shop.graph").exists() == (not excluded)


@pytest.mark.parametrize(
    ("text", "shop", "message"),
    [
        (FROM_A_FILE, "x = y.z\n", "docs/shop.graph:1:5: 'y.z' looks inside a value with a dot; "),
        (FROM_A_FILE, None, "docs/sub/page.md:3: file='../shop.graph' cannot be read: "),
        (
            FROM_A_FILE.replace("..", "../.."),
            SHOP,
            "docs/sub/page.md:3: file='../../shop.graph' does not lie in",
        ),
    ],
    ids=["in the file", "no file", "outside"],
)
def test_a_fault_of_a_diagrams_file_stops_a_strict_build(site, text, shop, message):
    with pytest.raises(Abort, match="Aborted with 1 warnings in strict mode"):
        site.build({"sub/page.md": text} | ({"shop.graph": shop} if shop else {}))
    (warning,) = site.messages(logging.WARNING)
    assert warning.startswith(message)


def test_every_language_has_files_of_its_own(site):
    languages = "[{locale: en, name: English, default: true}, {locale: ko, name: 한국어}]"
    text = '```graphgen file="shop.graph"\n```\n'
    pages = {f"{language}/index.md": "# Home" for language in ("en", "ko")}
    pages |= {f"{language}/page.md": text for language in ("en", "ko")}
    pages |= {"en/shop.graph": "price = 3\n", "ko/shop.graph": "price = 3  # 가격\n"}
    plugin = f"  - i18n:\n      docs_structure: folder\n      languages: {languages}\n"
    site.build(pages, MKDOCS + plugin, strict=False)  # the theme warns that it has no Korean
    assert site.figures("page.html")[0].desc.text.startswith("price is 3.")
    assert site.figures("ko/page.html")[0].desc.text.startswith("가격 is 3.")


@pytest.fixture
def serving(site):
    """`mkdocs serve` of a site: gives what reads a page of it, or waits for words on it."""
    site.build({"page.md": FROM_A_FILE.replace("../", ""), "shop.graph": SHOP})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "mkdocs", "serve", "--livereload", "--dev-addr", address]
    server = subprocess.Popen(command, cwd=site.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait_for(words):
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            with suppress(OSError), urlopen(f"http://{address}/page.html", timeout=5) as answer:
                if words in answer.read().decode():
                    return True
            time.sleep(0.1)
        return False

    yield wait_for
    server.terminate()
    server.wait(30)


def test_serve_draws_anew_when_a_diagrams_file_changes(site, serving):
    assert serving("which gives 9.")
    (site.folder / "docs/shop.graph").write_text("x = y.z\n")
    assert serving("docs/shop.graph:1:5: &#x27;y.z&#x27; looks inside a value")
    (site.folder / "docs/shop.graph").write_text(SHOP.replace("3", "4"))
    assert serving("which gives 16.")


LEADING = "# A\n\n```graphgen\nx = 3  # [side](TARGET)\ny = x * x\n```\n"
TAX = "# Tax\n\n## Rates\n"
ADDRESSES = {
    "a page": ("../tax.md", "../tax.html"),
    "a heading of it": ("../tax.md#rates", "../tax.html#rates"),
    "a heading of its own": ("#a", "#a"),
    "a file": ("../prices.csv", "../prices.csv"),
    "a file with a query": ("../prices.csv?year=2026", "../prices.csv?year=2026"),
    "a page with a space": ("../sales%20tax.md", "../sales%20tax.html"),
    "the web": ("https://example.org/tax.md", "https://example.org/tax.md"),
    "mail": ("mailto:ann@example.org", "mailto:ann@example.org"),
}


@pytest.mark.parametrize(("target", "address"), ADDRESSES.values(), ids=ADDRESSES)
def test_a_label_links_to_the_address_of_a_page(site, target, address):
    pages = {"tax.md": TAX, "sales tax.md": TAX, "prices.csv": "100\n", "sub/page.md": LEADING}
    site.build(pages | {"sub/page.md": LEADING.replace("TARGET", target)})
    (figure,) = site.figures("sub/page.html")
    assert set(addresses(figure)) == {address}
    assert len(figure.svg.find_all("a")) == len(figure.tbody.find_all("a")) == 1


def test_addresses_are_those_of_the_site(site):
    config = MKDOCS.replace("use_directory_urls: false", "")
    site.build({"tax.md": TAX, "sub/page.md": LEADING.replace("TARGET", "../tax.md#rates")}, config)
    assert address(site.figures("sub/page/index.html")[0].svg.a) == "../../tax/#rates"


MISSING = {
    "a page": ("taxes.md", "a label links to 'taxes.md', which is not in the docs folder"),
    "a heading": ("../tax.md#rate", "a label links to '../tax.md#rate', but tax.md has no such anchor"),
    "a heading of its own": ("#b", "a label links to '#b', but sub/page.md has no such anchor"),
    "a page outside": ("../../tax.md", "a label links to '../../tax.md', which is not in the docs folder"),
}


@pytest.mark.parametrize(("target", "message"), MISSING.values(), ids=MISSING)
def test_a_link_to_what_is_missing_stops_a_strict_build(site, target, message):
    config = f"{MKDOCS}validation: {{anchors: warn}}\n"
    with pytest.raises(Abort, match="Aborted with 1 warnings in strict mode"):
        site.build({"tax.md": TAX, "sub/page.md": LEADING.replace("TARGET", target)}, config)
    assert site.messages(logging.WARNING) == [f"docs/sub/page.md:4: {message}"]


@pytest.mark.parametrize(
    ("target", "setting", "level"),
    [
        ("taxes.md", "", logging.WARNING),
        ("taxes.md", "links: {not_found: info}", logging.INFO),
        ("taxes", "", logging.INFO),
        ("taxes", "links: {unrecognized_links: warn}", logging.WARNING),
        ("../tax.md#rate", "", logging.INFO),
        ("../draft.md", "", logging.INFO),
    ],
)
def test_the_level_is_that_of_the_links_of_a_text(site, target, setting, level):
    config = f"{MKDOCS}validation: {{{setting}}}\ndraft_docs: draft.md\n"
    pages = {"tax.md": TAX, "draft.md": TAX}
    site.build(pages | {"sub/page.md": LEADING.replace("TARGET", target)}, config, strict=False)
    told = [record for record in site.caplog.records if "a label links to" in record.getMessage()]
    assert [record.levelno for record in told] == [level]
    ours = LEADING.replace("TARGET", "mailto:a@b") + f"[text]({target})\n"
    site.build(pages | {"sub/page.md": ours}, config, strict=False)
    (theirs,) = (record for record in site.caplog.records if " contains a" in record.getMessage())
    assert theirs.levelno == level


def test_a_figure_that_was_kept_leads_where_each_page_says_and_tells_what_is_missing_again(site):
    one = LEADING.replace("TARGET", "tax.md")
    pages = {"page.md": one, "sub/page.md": f"Text\n\n{one}", "tax.md": TAX, "sub/tax.md": TAX}
    site.build(pages | {"deep/down/page.md": LEADING.replace("TARGET", "../tax.md"), "deep/tax.md": TAX})
    (site.folder / "docs/tax.md").unlink()
    with pytest.raises(Abort, match="Aborted with 1 warnings"):
        site.build(pages | {"tax.md": None})
    (warning,) = site.messages(logging.WARNING)
    assert warning.startswith("docs/page.md:4: a label links to 'tax.md', which is not in the docs folder")
    assert "3 diagrams (3 from the cache)" in " ".join(site.messages(logging.INFO))
    found = {name: address(site.figures(name)[0].svg.a) for name in ("page.html", "sub/page.html")}
    assert found == {"page.html": "tax.md", "sub/page.html": "tax.html"}


def test_a_link_of_a_diagrams_file_is_relative_to_the_file_and_told_there(site):
    text = '```graphgen file="../shared/shop.graph"\n```\n'
    pages = {"sub/page.md": text, "shared/tax.md": TAX, "shared/shop.graph": "x = 3  # [x](tax.md)\n"}
    site.build(pages)
    assert address(site.figures("sub/page.html")[0].svg.a) == "../shared/tax.html"
    with pytest.raises(Abort):
        site.build(pages | {"shared/shop.graph": "x = 3\ny = x  # [y](taxes.md)\n"})
    (warning,) = site.messages(logging.WARNING)
    assert warning.startswith("docs/shared/shop.graph:2: a label links to '../shared/taxes.md', which is not")


@pytest.mark.parametrize("structure", ["folder", "suffix"])
def test_a_link_leads_to_the_page_of_the_same_language(site, structure):
    languages = "[{locale: en, name: English, default: true}, {locale: ko, name: 한국어}]"
    plugin = f"  - i18n:\n      docs_structure: {structure}\n      languages: {languages}\n"
    pages = {"index": "# Home", "sub/page": LEADING.replace("TARGET", "../tax.md#rates"), "tax": TAX}
    named = "{}/{}.md" if structure == "folder" else "{1}.{0}.md"
    site.build(
        {named.format(language, name): text for name, text in pages.items() for language in ("en", "ko")},
        MKDOCS + plugin,
        strict=False,  # the theme warns that it has no Korean
    )
    assert address(site.figures("sub/page.html")[0].svg.a) == "../tax.html#rates"
    assert address(site.figures("ko/sub/page.html")[0].svg.a) == "../tax.html#rates"
    assert not [message for message in site.messages(logging.WARNING) if "label" in message]


def test_a_missing_engine_is_told_at_every_fence(site, monkeypatch):
    monkeypatch.setenv("PATH", str(site.folder))
    with pytest.raises(Abort):
        site.build({"page.md": PLAIN}, MKDOCS.replace("- graphgen", "- graphgen:\n      engine: system"))
    assert site.messages(logging.WARNING) == [
        "docs/page.md:1: the system has no 'dot' program; install Graphviz, or use the embedded engine"
    ]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("engine: dot", "option 'engine': Expected one of: ('embedded', 'system') but received: 'dot'"),
        ("language: fr", "option 'language': Expected one of: ('en', 'ko') but received: 'fr'"),
        ("langauge: ko", "option 'langauge': Unrecognised configuration name: langauge"),
    ],
)
def test_a_wrong_setting_is_a_configuration_error_of_mkdocs(site, setting, message):
    with pytest.raises((Abort, ConfigurationError)):
        site.build({}, MKDOCS.replace("- graphgen", f"- graphgen:\n      {setting}"))
    told = site.messages(logging.ERROR) + site.messages(logging.WARNING)
    assert told == [f"Config value 'plugins': Plugin 'graphgen' {message}"]


def test_mkdocs_itself_fails_with_the_message(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text("```graphgen\ny = relo(x)\n```\n")
    (tmp_path / "mkdocs.yml").write_text(MKDOCS)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert done.returncode == 1
    assert "WARNING -  docs/index.md:2:5: 'relo(x)' calls the unknown function" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_projects_own_site_builds_strictly(built_site):
    assert (built_site.returncode, built_site.warnings) == (0, [])
    assert (built_site.folder / "index.html").exists()
