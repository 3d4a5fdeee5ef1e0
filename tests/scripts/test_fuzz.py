import json
import time
import warnings

import fuzz
import pytest
from hypothesis import strategies as st

from graphgen.errors import SourceError

FEW = {"parser": 400, "fence": 60, "command": 200, "svg": 30}


@pytest.mark.parametrize("name", fuzz.TARGETS)
def test_a_few_inputs_break_no_promise(name):
    with fuzz.prepared_folder():
        outcomes, fault = fuzz.fuzz(fuzz.TARGETS[name], FEW[name], first_seed=20)
    assert fault == ""
    assert outcomes.total() >= FEW[name] / 2


def target_that(check):
    return fuzz.Target(st.integers(0, 100), check, 1.0)


def test_the_outcomes_are_counted_by_their_kind():
    def check(number):
        if number % 2:
            raise SourceError("odd")

    outcomes, fault = fuzz.fuzz(target_that(check), 50, first_seed=1)
    assert (set(outcomes), fault) == ({"accepted", "SourceError"}, "")


def test_a_fault_is_shrunk_and_told_with_its_seed():
    def check(number):
        if number > 20:
            raise KeyError(number)

    _, fault = fuzz.fuzz(target_that(check), 50, first_seed=7)
    assert fault.startswith("seed 7: KeyError: 21\n")
    assert "given=21" in fault


def test_an_input_that_hangs_is_a_fault(monkeypatch):
    monkeypatch.setattr(fuzz, "SECONDS", 0.05)
    _, fault = fuzz.fuzz(target_that(lambda number: time.sleep(number)), 20, first_seed=1)
    assert "it takes more than 0.05 seconds" in fault


def test_a_warning_is_a_fault():
    def check(number):
        warnings.warn("careless", RuntimeWarning, stacklevel=1)

    assert "RuntimeWarning: careless" in fuzz.fuzz(target_that(check), 5, first_seed=1)[1]


@pytest.mark.parametrize(
    "html",
    [
        "<figure><script>x</script></figure>",
        '<figure onclick="x"/>',
        '<svg><a href="x"/></svg>',
        "<p><!-- x --></p>",
    ],
)
def test_what_a_page_should_not_have_is_found(html):
    with pytest.raises(fuzz.PromiseError):
        fuzz._check_elements(fuzz.html5lib.parseFragment(html), fuzz._ON_PAGES)


def test_a_label_that_broke_out_would_be_found(monkeypatch):
    monkeypatch.setattr("graphgen.page.embed.html.escape", lambda text, quote=True: text)
    graph = fuzz.parse("x = 1  # <b></b>")
    outcome = fuzz.fuzz(fuzz.Target(st.just((graph, fuzz.Options())), fuzz.check_svg, 1.0), 1, first_seed=1)
    assert outcome[1]


def test_a_run_leaves_its_record(tmp_path, monkeypatch, capsys):
    file = tmp_path / "fuzz.json"
    monkeypatch.setattr(
        "sys.argv", ["fuzz.py", "--inputs", "40", "--target", "parser", "--output", str(file)]
    )
    assert fuzz.main() == 0
    record = json.loads(file.read_text("utf-8"))
    assert (record["faults"], record["parser"]["inputs"]) == (0, record["inputs"])
    assert capsys.readouterr().out.splitlines()[-1].startswith(f"{record['inputs']} inputs, 0 faults")


def test_the_kept_run_had_no_fault():
    record = json.loads((fuzz.FOLDER / "fuzz.json").read_text("utf-8"))
    assert record["inputs"] >= 100_000
    assert record["faults"] == 0
