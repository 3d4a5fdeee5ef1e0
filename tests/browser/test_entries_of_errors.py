"""The link in the box of an error, in a browser: it leads to what is said of that message."""

from browser.serving import StrictHandler, served

from graphgen.errors import SourceError
from graphgen.integrations.pages import entry_of

FILLER = "<p>Another entry.</p>" * 80


def test_the_link_of_an_error_leads_to_its_entry(browser, tmp_path):
    entry = entry_of(SourceError("'x = 3; y = x' calls the unknown function 'relo'"))
    unknown = entry_of(SourceError("'x' is nowhere explained"))
    head = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>Page</title>'
    fault = (
        "<p class='fault'>docs/page.md:2:5: 'relo(x)' calls the unknown function 'relo'; did you mean?</p>"
    )
    explained = f"{head}{FILLER}<h2 id='source'>The source</h2>{FILLER}{fault}{FILLER}"
    tmp_path.joinpath("help.html").write_text(explained, encoding="utf-8")
    links = f"<a href='help.html{entry}'>one</a> <a href='help.html{unknown}'>other</a>"
    tmp_path.joinpath("page.html").write_text(head + links, encoding="utf-8")
    with served(tmp_path, StrictHandler) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 700})
        for name, seen in (("one", ".fault"), ("other", "#source")):
            page.goto(f"{address}/page.html")
            page.get_by_text(name, exact=True).click()
            page.wait_for_url("**/help.html*")
            page.wait_for_function(
                "(seen) => { const { top, bottom } = document.querySelector(seen).getBoundingClientRect();"
                "return bottom > 0 && top < innerHeight; }",
                arg=seen,
            )
        page.context.close()
