"""The playground in a real browser: what is typed is drawn and saved, and nothing of it is ever lost."""

import random
import re
from threading import Thread

import pytest
from browser.waits import pass_time

from graphgen.cli.play import document_of
from graphgen.playground import Server
from graphgen.playground.menu import examples

APPLES = "apple = 100  # apple price\ncount = 2\ntax = 1.1\ntotal = apple * count * tax\n"
BREAKS = ["totl * (", "x = open('f')", "y = 1 +", "ünknown(3)", "total = 1", "z = total / 0", "'", "q ="]


class Play:
    """The page, whose console must stay silent, and the file."""

    def __init__(self, page, file, server):
        self.page, self.file, self.server, self.said = page, file, server, []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        self.source = page.locator(".editor textarea")

    def open(self):
        self.page.goto(self.server.address)
        self.page.wait_for_selector("body[data-ready]")
        return self

    def wait(self, condition, argument=None):
        self.page.wait_for_function(condition, arg=argument)

    def saved(self):
        self.wait("() => document.querySelector('.state').className === 'state saved'")
        return self.file.read_text("utf-8")

    def write(self, text):
        self.source.fill(text)

    def shows(self, text):
        self.wait(
            "(text) => [...document.querySelectorAll('.picture:not(.stale) svg text')]"
            ".some((element) => element.textContent === text)",
            text,
        )

    def fault(self):
        self.wait("() => document.querySelector('.faults .wrong')")
        return self.page.locator(".faults .wrong")

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "shop.graph"
    path.write_text(APPLES, encoding="utf-8")
    return path


@pytest.fixture
def opened(browser, file):
    """Opens the playground on the file, or without one."""
    closing = []

    def open_(with_file=True, **context_options):
        server = Server(document_of(str(file)) if with_file else None)
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context_options})
        play = Play(context.new_page(), file, server)
        closing.append((play, context, server, thread))
        return play.open()

    yield open_
    for play, context, server, thread in closing:
        context.close()
        server.shutdown()
        thread.join()
        server.server_close()
        assert play.said == []


@pytest.fixture
def play(opened):
    return opened()


def test_what_is_typed_is_drawn_and_saved(play):
    play.shows("220")
    play.source.press("Control+End")
    play.source.press_sequentially("more = total * 10\n")
    play.shows("2200")
    assert play.saved() == APPLES + "more = total * 10\n"
    play.press("Step through")
    assert "apple price = 100" in play.page.locator(".graphgen-line").text_content()


def test_a_hundred_edits_some_of_them_broken_leave_the_file_as_it_was_written(play):
    """Typed or pasted, faster and slower than pictures are drawn; now and then the page is loaded again."""
    chance = random.Random(7)
    for number in range(100):
        sound = f"{APPLES}v{number} = total * {number + 1}\n"
        text = sound + chance.choice(BREAKS) if number % 3 == 1 else sound
        play.write(text)
        if chance.random() < 0.2:
            play.source.press("Control+End")
            play.page.keyboard.type("# ok")
            text += "# ok"
        if chance.random() < 0.2:
            pass_time(play.page, chance.randrange(900))
        assert play.page.locator(".picture svg.graphgen-diagram").count() == 1
        if number % 21 == 20:  # where it is sound
            assert play.saved() == text
            play.page.reload()
            play.page.wait_for_selector("body[data-ready]")
            assert play.source.input_value() == text
    play.write(f"{APPLES}last = total * 100\n")
    play.shows("22000")
    assert play.saved() == f"{APPLES}last = total * 100\n"
    assert play.page.locator(".faults li").count() == 0
    assert sorted(file.name for file in play.file.parent.iterdir()) == ["shop.graph"]


def test_a_broken_source_keeps_the_last_picture_and_marks_the_line(play):
    play.shows("220")
    play.write(APPLES.replace("count * tax", "cuont * tax"))
    fault = play.fault()
    assert play.page.locator(".picture.stale svg.graphgen-diagram").count() == 1
    assert "'cuont'" in fault.locator("p").first.text_content()
    assert "did you mean 'count'?" in fault.locator(".hint").text_content()
    strip, area = play.page.locator(".marks .wrong").bounding_box(), play.source.bounding_box()
    assert abs(strip["y"] - area["y"] - 8 - 3 * strip["height"]) < 2
    play.press("Line 4")
    assert play.source.evaluate("(area) => area.value.slice(area.selectionStart)").startswith("cuont")
    play.page.keyboard.press("Delete")
    assert play.saved() == APPLES.replace("count * tax", "uont * tax")
    play.write(APPLES)
    play.shows("220")
    assert play.page.locator(".marks > *").count() == 0


def test_options_are_chosen_in_a_form_and_kept_when_the_page_is_loaded_again(play):
    play.page.locator("summary", has_text="Options").click()
    play.page.get_by_role("group", name="show").get_by_label("backward").uncheck()
    play.wait("() => !document.querySelector('.picture .backward')")
    play.page.get_by_label("tangent").fill("nobody")
    assert "'nobody'" in play.fault().text_content()
    play.page.get_by_label("tangent").fill("")
    play.page.reload()
    play.page.wait_for_selector("body[data-ready]")
    play.wait("() => document.querySelector('.picture svg') && !document.querySelector('.picture .backward')")
    play.page.locator("summary", has_text="Options").click()
    assert not play.page.get_by_role("group", name="show").get_by_label("backward").is_checked()
    play.press("Standard")
    play.wait("() => document.querySelector('.picture .backward')")


def test_another_program_is_followed(play):
    play.shows("220")
    play.file.write_text("x = 3\ny = x * 7\n")
    play.shows("21")
    assert play.source.input_value() == "x = 3\ny = x * 7\n"
    play.press("Bring it back")
    play.shows("220")
    assert play.saved() == APPLES


def test_undo_brings_back_what_was_followed(play):
    play.file.write_text("x = 3\ny = x * 7\n")
    play.shows("21")
    play.source.focus()
    play.page.keyboard.press("Control+z")
    play.shows("220")
    assert play.saved() == APPLES


@pytest.mark.parametrize("choice", ["Keep the text here", "Take the file's text"])
def test_a_conflict_loses_neither_text(play, choice):
    mine, theirs = "x = 3\ny = x * 5\n", "x = 3\ny = x * 7\n"

    def write_theirs(route):
        play.file.write_text(theirs)
        route.continue_()

    # Another program writes while the page has what it has not yet saved.
    play.page.route("**/save", write_theirs, times=1)
    play.write(mine)
    play.page.wait_for_selector(".notice:not([hidden])")
    play.shows("15")
    assert play.file.read_text() == theirs
    play.write(mine + "# more\n")
    pass_time(play.page, 1500)
    assert play.file.read_text() == theirs
    play.press(choice)
    kept, other = (mine + "# more\n", theirs) if choice.startswith("Keep") else (theirs, mine + "# more\n")
    play.wait("(text) => document.querySelector('.editor textarea').value === text", kept)
    assert play.saved() == kept
    play.press("Bring it back")
    play.wait("(text) => document.querySelector('.editor textarea').value === text", other)
    play.wait("() => document.querySelector('.state').className === 'state saved'")
    assert play.saved() == other


def test_an_example_takes_the_place_of_a_text_that_can_be_brought_back(play):
    wanted = next(example for example in examples("en") if example["title"] == "Forward only")
    play.page.get_by_role("combobox", name="Examples").select_option(label="Forward only")
    assert play.source.input_value() == wanted["source"]
    assert play.saved() == wanted["source"]
    play.press("Bring it back")
    assert play.source.input_value() == APPLES
    assert play.saved() == APPLES


@pytest.mark.parametrize(
    ("form", "beginning"),
    [("SVG", b"<?xml"), ("PNG", b"\x89PNG"), ("PDF", b"%PDF"), ("DOT", b"digraph"), ("JSON", b"{")],
)
def test_the_picture_is_saved_as_a_file(play, form, beginning):
    with play.page.expect_download() as download:
        play.press(form)
    assert download.value.suggested_filename == f"shop.{form.lower()}"
    assert download.value.path().read_bytes().startswith(beginning)


def test_the_fence_is_shown_with_its_options(play):
    play.page.locator("summary", has_text="Options").click()
    play.page.get_by_label("digits").select_option("3")
    play.press("Fence")
    text = play.page.get_by_role("textbox", name="Fence").input_value()
    assert text == f'```graphgen digits="3"\n{APPLES}```'
    play.press("Close")
    play.wait("() => !document.querySelector('dialog')")


def test_without_a_file_the_text_is_still_there_when_the_page_is_loaded_again(opened):
    play = opened(with_file=False)
    assert play.source.input_value() == examples("en")[0]["source"]
    play.write("x = 3  # 값\ny = x * 11\n")
    play.shows("33")
    play.press("Change numbers")
    play.page.get_by_role("slider").first.fill("5")
    play.shows("55")
    pass_time(play.page, 500)
    play.page.reload()
    play.page.wait_for_selector("body[data-ready]")
    play.shows("33")
    assert play.source.input_value() == "x = 3  # 값\ny = x * 11\n"


def test_markup_of_an_author_is_text(play):
    play.write("x = 3  # <img src=x onerror=alert(1)><script>alert(2)</script>\ny = x * 2\n")
    play.shows("6")
    assert play.page.locator(".picture :is(img, script)").count() == 0
    play.write("x = '<img src=y onerror=alert(3)>'\n")
    play.fault()
    assert play.page.locator(".faults img").count() == 0


def test_when_the_program_has_ended_the_text_stays_and_the_page_says_so(opened):
    play = opened()
    play.shows("220")
    saved = play.saved()
    play.page.route("**/*", lambda route: route.abort())
    play.write(APPLES + "more = total * 2\n")
    play.page.wait_for_selector(".state.gone")
    assert (play.source.input_value(), play.file.read_text()) == (APPLES + "more = total * 2\n", saved)
    play.page.unroute("**/*")
    assert play.saved() == APPLES + "more = total * 2\n"
    assert all("ERR_FAILED" in text for text in play.said)
    play.said.clear()


def test_leaving_the_page_saves_what_was_typed_last(play):
    play.write(APPLES + "more = total * 2\n")
    play.page.evaluate("() => dispatchEvent(new Event('pagehide'))")
    assert play.saved() == APPLES + "more = total * 2\n"


def test_windows_line_ends_stay(opened, file):
    file.write_bytes(APPLES.replace("\n", "\r\n").encode())
    play = opened()
    play.shows("220")
    play.write(APPLES + "more = total * 2\n")
    play.saved()
    assert file.read_bytes() == (APPLES + "more = total * 2\n").replace("\n", "\r\n").encode()


@pytest.mark.parametrize("size", [(375, 700), (1280, 900)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_usable_at_every_size_and_has_no_barriers(opened, size, scheme):
    from axe_playwright_python.sync_playwright import Axe

    viewport = {"width": size[0], "height": size[1]}
    play = opened(viewport=viewport, color_scheme=scheme, locale="ko-KR", bypass_csp=True)
    play.write(APPLES + "lost = tax * 2\nmore = totl\n")
    play.fault()
    play.page.locator("summary", has_text=re.compile("옵션")).click()
    assert play.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(play.page).response["violations"]
    assert [(fault["id"], [node["html"][:90] for node in fault["nodes"]]) for fault in found] == []
