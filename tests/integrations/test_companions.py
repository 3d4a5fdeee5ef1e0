"""The fence in every place that Markdown has for one, and the plugin among its neighbours."""

import json
import logging
import re
from textwrap import indent

import pytest
from mkdocs.exceptions import Abort
from sites import MKDOCS, PLAIN

IN_4 = indent(PLAIN, " " * 4)
IN_8 = indent(PLAIN, " " * 8)
EXTENSIONS = """
markdown_extensions:
  - abbr
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - tables
  - pymdownx.blocks.admonition
  - pymdownx.blocks.caption
  - pymdownx.blocks.details
  - pymdownx.blocks.html
  - pymdownx.blocks.tab
  - pymdownx.details
  - pymdownx.tabbed:
      alternate_style: true
  - pymdownx.tasklist
"""
TABLE = "| a | b |\n| - | - |\n| 1 | 2 |\n"
PLACES = {
    "an admonition": (f"!!! note\n\n{IN_4}", ["div.admonition > figure"]),
    "an admonition, tight": (f"!!! note\n{IN_4}", ["div.admonition > figure"]),
    "closed details": (f"??? note\n\n{IN_4}", ["details:not([open]) > figure"]),
    "details in a note": (f"!!! note\n\n    ??? tip\n\n{IN_8}", ["div.admonition > details > figure"]),
    "content tabs": (
        f'=== "One"\n\n{IN_4}\n=== "Two"\n\n{IN_4}',
        [f"div.tabbed-block:nth-child({number}) > figure" for number in (1, 2)],
    ),
    "tabs in tabs": (
        f'=== "One"\n\n    === "A"\n\n{IN_8}\n    === "B"\n\n{IN_8}',
        [f"div.tabbed-block div.tabbed-block:nth-child({number}) > figure" for number in (1, 2)],
    ),
    "a list": (f"- one\n\n{IN_4}\n- two\n", ["ul > li:first-child > figure"]),
    "a list, tight": (f"- one\n{IN_4}- two\n", ["ul > li:first-child > figure"]),
    "a numbered list": (
        f"1. one\n\n{IN_4}\n2. two\n\n{IN_4}",
        [f"ol > li:nth-child({number}) > figure" for number in (1, 2)],
    ),
    "a list in a list": (f"- a\n    1. b\n\n{IN_8}\n    2. c\n", ["ul > li > ol > li:first-child > figure"]),
    "a list of tasks": (f"- [x] done\n\n{IN_4}", ["li.task-list-item > figure"]),
    "a footnote": (f"Words[^1].\n\n[^1]:\n    note\n\n{IN_4}", ["div.footnote li figure"]),
    "a quote": (indent(PLAIN, "> "), ["blockquote > figure"]),
    "a quote in a list": (f"- a\n\n{indent(PLAIN, '    > ')}", ["li > blockquote > figure"]),
    "a list in a quote": (f"> - a\n>\n{indent(IN_4, '> ')}", ["blockquote > ul > li > figure"]),
    "a definition": (f"Term\n:   words\n\n{IN_4}", ["dl > dd > figure"]),
    "behind a table": (f"{TABLE}\n{PLAIN}", ["table + figure"]),
    "before a table": (f"{PLAIN}\n{TABLE}", ["figure:has(+ table)"]),
    "between headings": (f"## H\n{PLAIN}## I\n", ["h2 + figure:has(+ h2)"]),
    "in a paragraph": (f"words\n{PLAIN}words\n", ["figure"]),
    "HTML": (f'<div class="box" markdown>\n\n{PLAIN}\n</div>', ["div.box > figure"]),
    "HTML, tight": (f'<div class="box" markdown>\n{PLAIN}</div>', ["div.box > figure"]),
    "HTML without Markdown": (f'<div class="box">\n\n{PLAIN}\n</div>', ["div.box > figure"]),
    "cards": (
        f'<div class="grid cards" markdown>\n\n-   a\n\n{IN_4}\n-   b\n\n{IN_4}\n</div>',
        [f"div.cards > ul > li:nth-child({number}) > figure" for number in (1, 2)],
    ),
    "details of HTML": (
        f"<details markdown>\n<summary>More</summary>\n\n{PLAIN}\n</details>",
        ["details > figure"],
    ),
    "a figure of HTML": (
        f"<figure markdown>\n{PLAIN}<figcaption>Words</figcaption>\n</figure>",
        ["figure > figure:has(+ figcaption)"],
    ),
    "a block": (f"/// note\n{PLAIN}///\n", ["div.admonition > figure"]),
    "a block of details": (f"/// details | More\n{PLAIN}///\n", ["details > figure"]),
    "a block of HTML": (f"/// html | div.box\n{PLAIN}///\n", ["div.box > figure"]),
    "blocks of tabs": (
        f"/// tab | One\n{PLAIN}///\n\n/// tab | Two\n{PLAIN}///\n",
        ["div.tabbed-set figure"] * 2,
    ),
    "a caption": (f"{PLAIN}\n/// caption\nWords\n///\n", ["figure > figure:has(~ figcaption)"]),
    "an abbreviation's page": (f"{PLAIN}\n*[x]: an input\n*[gives]: yields\n", ["figure"]),
    "deep inside": (
        f'- a\n\n    !!! note\n\n        === "T"\n\n{indent(IN_8, "    ")}',
        ["li > div.admonition div.tabbed-block > figure"],
    ),
    "one behind the other": (
        f"{PLAIN}\n{PLAIN}\n{indent(PLAIN, '> ')}\n~~~{PLAIN[3:-4]}~~~\n",
        ["figure"] * 4,
    ),
}


def assert_unique_ids(page):
    ids = [element["id"] for element in page.find_all(id=True)]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize(("text", "places"), PLACES.values(), ids=PLACES)
def test_a_fence_is_drawn_where_it_stands(site, text, places):
    site.build({"page.md": f"# A page\n\n{text}"}, MKDOCS + EXTENSIONS)
    page = site.page("page.html")
    assert_unique_ids(page)
    for place in places:
        assert page.select(f"{place}.graphgen" if place.endswith("figure") else place)
    figures = site.figures()
    assert len(figures) == len(places)
    assert all("y is x times x, which gives 9." in figure.desc.text for figure in figures)


@pytest.mark.parametrize("text", [text for text, _ in PLACES.values()], ids=PLACES)
def test_a_fault_is_placed_where_the_fence_stands(site, text):
    written = f"# A page\n\n{text.replace('x * x', 'relo(x)')}"
    with pytest.raises(Abort):
        site.build({"page.md": written}, MKDOCS + EXTENSIONS)
    faults = [
        f"docs/page.md:{number}:{line.index('relo') + 1}: 'relo(x)' calls the unknown function"
        for number, line in enumerate(written.splitlines(), 1)
        if "relo" in line
    ]
    for message, fault in zip(site.messages(logging.WARNING), faults, strict=True):
        assert message.startswith(fault)


@pytest.mark.parametrize("times", [1, 2])
def test_a_fence_may_come_from_a_file(site, times):
    (site.folder / "part.md").write_text(PLAIN)
    extension = f"""
markdown_extensions:
  - pymdownx.snippets:
      base_path: ["{site.folder.as_posix()}"]
"""
    site.build({"page.md": '--8<-- "part.md"\n\n' * times + PLAIN}, MKDOCS + extension)
    assert len(site.figures()) == times + 1
    assert_unique_ids(site.page("page.html"))


MATERIAL = """
site_name: Site
site_url: https://example.org/site/
use_directory_urls: false
theme:
  name: material
  font: false
"""
NAMED = """
```graphgen name="square"
x = 3  # side {0..9}
y = x * x
```

It is `#!graphgen square.value(y)`.
"""


def post(number, fence):
    front_matter = f"---\ndate: 2024-01-0{number}\ncategories: [Numbers]\n---\n"
    return f"{front_matter}# Post {number}\n\n{fence}\n<!-- more -->\n\n{PLAIN}"


PACKAGES = ("macros", "minify")
"""Neighbours that come neither with MkDocs nor with what builds this project's site."""
# The other plugin, the pages, and the language of each figure of each page that has some.
NEIGHBOURS = {
    "search": ("search", {"page.md": NAMED}, {"page.html": ["en"]}),
    "pages in folders": (
        "search",
        {"a/b/c.md": NAMED, "a/index.md": PLAIN},
        {"a/b/c.html": ["en"], "a/index.html": ["en"]},
    ),
    "i18n": (
        """i18n:
      docs_structure: suffix
      languages:
        - {locale: en, name: English, default: true}
        - {locale: ko, name: 한국어}
""",
        {"page.md": NAMED, "page.ko.md": NAMED, "only.md": PLAIN},
        {"page.html": ["en"], "only.html": ["en"], "ko/page.html": ["ko"], "ko/only.html": ["ko"]},
    ),
    "tags": (
        "tags",
        {"page.md": f"---\ntags: [a, b]\n---\n{NAMED}", "tags.md": "# Tags\n\n<!-- material/tags -->\n"},
        {"page.html": ["en"]},
    ),
    "meta": (
        "meta",
        {"page.md": NAMED, "korean/page.md": NAMED, "korean/.meta.yml": "lang: ko\n"},
        {"page.html": ["en"], "korean/page.html": ["ko"]},
    ),
    # The theme's own script names an address, so that this plugin goes there on any site.
    "privacy": (
        "privacy:\n      assets_exclude: [unpkg.com/mermaid*]",
        {"page.md": NAMED},
        {"page.html": ["en"]},
    ),
    "offline": ("offline", {"page.md": NAMED}, {"page.html": ["en"]}),
    "macros": (
        "macros",
        {
            "page.md": NAMED.replace("= 3", "= {{ 1 + 2 }}")
            + "{% for n in (3, 4) %}\n```graphgen\nx = {{ n }}\ny = x * x\n```\n{% endfor %}\n"
        },
        {"page.html": ["en"] * 3},
    ),
    "minify": (
        "minify:\n      minify_html: true\n      minify_js: true\n      minify_css: true",
        {"page.md": NAMED},
        {"page.html": [None]},  # which is the page's
    ),
    "blog": (
        "blog",
        {
            "blog/index.md": f"# Blog\n\n{PLAIN}",
            "blog/posts/one.md": post(1, PLAIN),
            "blog/posts/two.md": post(2, NAMED),
        },
        {
            "blog/index.html": ["en"] * 3,
            "blog/archive/2024.html": ["en"] * 2,
            "blog/category/numbers.html": ["en"] * 2,
            "blog/2024/01/01/post-1.html": ["en"] * 2,
            "blog/2024/01/02/post-2.html": ["en"] * 2,
        },
    ),
}


def with_plugins(*plugins, config=MATERIAL):
    return config + "plugins:\n" + "".join(f"  - {plugin.strip()}\n" for plugin in plugins)


def linked(site, name, tag, attribute):
    """The files of ours that a page loads, from the site's folder."""
    whole = (site.folder / "site").resolve()
    links = [element.get(attribute) or "" for element in site.page(name).find_all(tag)]
    files = [((whole / name).parent / link).resolve() for link in links if "graphgen" in link]
    assert all(file.exists() for file in files)
    return [file.relative_to(whole).as_posix() for file in files]


@pytest.mark.parametrize("is_first", [True, False], ids=["ours first", "ours last"])
@pytest.mark.parametrize(
    ("plugin", "pages", "shown"),
    [
        pytest.param(*case, id=name, marks=[pytest.mark.long] if name in PACKAGES else [])
        for name, case in NEIGHBOURS.items()
    ],
)
def test_a_neighbour_and_the_plugin_live_together(site, plugin, pages, shown, is_first):
    site.build(pages, with_plugins(*(["graphgen", plugin] if is_first else [plugin, "graphgen"])))
    built = [
        file.relative_to(site.folder / "site").as_posix() for file in site.folder.rglob("site/**/*.html")
    ]
    languages = {name: [figure.get("lang") for figure in site.figures(name)] for name in built}
    assert {name: found for name, found in languages.items() if found} == shown
    for name in shown:
        page = site.page(name)
        assert_unique_ids(page)
        assert linked(site, name, "link", "href") == ["assets/graphgen.css"]
        assert linked(site, name, "script", "src") == ["assets/graphgen.js"]
        data = [json.loads(live["data-graphgen"]) for live in page.find_all("graphgen-live")]
        assert [found["output"] for found in data] == [1] * len(shown[name])
        assert "square.value" not in page.text
    assert site.messages(logging.WARNING) == []


@pytest.mark.parametrize("theme", ["material", "mkdocs"])
def test_a_search_finds_the_authors_words_in_a_picture_and_no_generated_ones(site, theme):
    text = f'# A page\n\nBefore.\n\n{NAMED}\n```graphgen show="forward"\na = 2\nb = a + 5\n```\n'
    config = MATERIAL.replace("name: material\n  font: false", f"name: {theme}")
    site.build({"page.md": text}, with_plugins("search", "graphgen", config=config))
    index = json.loads((site.folder / "site/search/search_index.json").read_text("utf-8"))
    (entry, *_) = [entry for entry in index["docs"] if entry["location"].startswith("page.html")]
    words = " ".join(re.sub(r"</?p>", " ", entry["text"]).split())
    assert words.removeprefix("A page ").replace("9 .", "9.") == "Before. side It is 9."
    assert [
        len(site.page("page.html").select(f"figure.graphgen {part}")) for part in ("[role=img]", "table")
    ] == [
        2,
        2,
    ]


def test_a_search_gives_no_answer_of_a_quiz_away(site):
    fence = '```graphgen quiz="y"\nx = 3\ny = x * 2501\n```\n'
    site.build({"page.md": fence}, with_plugins("search", "graphgen"))
    assert "7503" not in (site.folder / "site/search/search_index.json").read_text("utf-8")


def test_the_privacy_plugin_finds_nothing_to_fetch(site):
    """Nor to rewrite: a page and what it loads are those of a site without that plugin."""
    built = []
    for plugins in (["graphgen"], ["privacy:\n      assets_exclude: [unpkg.com/mermaid*]", "graphgen"]):
        site.build({"page.md": NAMED}, with_plugins(*plugins))
        files = ("assets/graphgen.css", "assets/graphgen.js")
        built.append(
            [(site.folder / "site" / name).read_bytes() for name in files]
            + [str(figure) for figure in site.figures()]
        )
        assert not (site.folder / "site/assets/external").exists()
    assert built[0] == built[1]


@pytest.mark.parametrize("is_nested", [True, False], ids=["directory addresses", "plain addresses"])
def test_what_a_page_loads_is_found_from_every_folder(site, is_nested):
    pages = {"page.md": PLAIN, "a/index.md": PLAIN, "a/b/c.md": PLAIN}
    config = MATERIAL.replace("use_directory_urls: false", f"use_directory_urls: {str(is_nested).lower()}")
    site.build(pages, with_plugins("graphgen", config=config))
    names = (
        ["page/index.html", "a/index.html", "a/b/c/index.html"]
        if is_nested
        else ["page.html", "a/index.html", "a/b/c.html"]
    )
    for name in names:
        assert len(site.figures(name)) == 1
        assert linked(site, name, "link", "href") == ["assets/graphgen.css"]
        assert linked(site, name, "script", "src") == ["assets/graphgen.js"]


def test_an_excerpt_speaks_the_language_of_its_site(site):
    config = MATERIAL.replace("font: false", "font: false\n  language: ko")
    site.build(
        {"blog/index.md": "# Blog\n", "blog/posts/one.md": post(1, NAMED)},
        with_plugins("blog", "graphgen", config=config),
    )
    (figure,) = site.figures("blog/index.html")
    assert (figure["lang"], figure.summary.text) == ("ko", "표로 읽기")


def test_a_fault_in_a_post_is_told_once_and_shown_with_its_excerpts(site):
    pages = {"blog/index.md": "# Blog\n", "blog/posts/one.md": post(1, PLAIN.replace("x * x", "relo(x)"))}
    site.build(pages, with_plugins("blog", "graphgen"), strict=False)
    (told,) = site.messages(logging.WARNING)
    assert told.startswith("docs/blog/posts/one.md:9:5: 'relo(x)' calls the unknown function")
    for name in ("blog/index.html", "blog/2024/01/01/post-1.html"):
        (box,) = site.page(name).select("div.graphgen-error")
        assert box.p.text == f"graphgen: {told}"
        assert "assets/graphgen.css" in linked(site, name, "link", "href")


def test_an_excerpt_finds_what_its_post_names(site):
    pages = {
        "tax.md": "# Tax\n",
        "blog/index.md": "# Blog\n",
        "blog/posts/one.md": post(1, '```graphgen file="shop.graph"\n```\n'),
        "blog/posts/shop.graph": "x = 3  # [side](../../tax.md)\n",
    }
    site.build(pages, with_plugins("blog", "graphgen"))
    found = {
        name: site.figures(name)[0].tbody.a["href"]
        for name in ("blog/index.html", "blog/archive/2024.html", "blog/2024/01/01/post-1.html")
    }
    assert found == {
        "blog/index.html": "../tax.html",
        "blog/archive/2024.html": "../../tax.html",
        "blog/2024/01/01/post-1.html": "../../../../tax.html",
    }


HOOK = """
from markdown import Markdown

def on_page_context(context, *, page, config, nav):
    md = Markdown(extensions=config.markdown_extensions, extension_configs=config.mdx_configs)
    page.content += md.convert({!r})
"""


@pytest.mark.parametrize("text", ["", PLAIN], ids=["alone", "beside its own"])
def test_a_page_shows_what_a_hook_adds_to_it(site, text):
    (site.folder / "hook.py").write_text(HOOK.format(PLAIN))
    site.build({"page.md": f"# A page\n\n{text}"}, f"{MKDOCS}hooks: [hook.py]\n")
    assert len(site.figures()) == (2 if text else 1)
    assert_unique_ids(site.page("page.html"))
    assert linked(site, "page.html", "link", "href") == ["assets/graphgen.css"]
    assert linked(site, "page.html", "script", "src") == ["assets/graphgen.js"]
