"""The findings of benchmarks, of comparisons of engines and with the truth, and of fuzzing, as tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from findings import measured, power
from korean import said

ENGINES, SITES = "scripts/measure/benchmark.py", "scripts/measure/benchmark_sites.py"
CAPTURES = "scripts/measure/measure_capture.py"
RUNS = {
    ENGINES: ("numeric", "compiled", "training", "growth", "exact", "layout", "imports"),
    SITES: ("building", "single", "jobs", "memory"),
    CAPTURES: ("perceptron", "residual", "gpt", "held"),
}
AGREEMENT = (
    *("graphs", "graphs_of_arrays", "graphs_refused", "nodes"),
    *("values_compared", "gradients_compared", "numbers_proved", "nodes_at_kinks"),
)
VERDICTS = ("right", "refused", "wrong", "false alarm", "no answer in time", "exception", "not judged")
TARGETS = ("parser", "fence", "command", "SVG")


def speed_of_sites(language: str) -> str:
    return "\n".join(_speed(SITES, language))


def speed_of_engines(language: str) -> str:
    return "\n".join(_speed(ENGINES, language))


def speed_of_captures(language: str) -> str:
    return "\n".join(_speed(CAPTURES, language))


def _speed(script: str, language: str) -> Iterator[str]:
    found = measured("speed")
    heads = ("What is measured", "graphgen", "Peer", "Ratio")
    yield f"| {' | '.join(said(head, language) for head in heads)} |"
    yield "| --- | --- | --- | --- |"
    for name in RUNS[script]:
        for row in found[name]:
            cells = (_worded(row[part], language) for part in ("what", "ours", "peer", "ratio"))
            yield f"| {' | '.join(BEFORE_UNIT.sub(NO_BREAK_SPACE, cell) for cell in cells)} |"
    yield ""
    yield _made_by(found["circumstances"][script], language)


def _worded(text: str, language: str) -> str:
    """A cell; what stands behind the name of a peer, or beside a number, are words with a translation."""
    if language == "en":
        return text
    peer, colon, number = text.partition(": ")
    if colon:
        return f"{said(peer, language)}: {number}"
    number, _, words = text.partition(" ")
    if words and number.replace(".", "").replace("e+", "").isdigit():
        return text if words in UNITS else said(f"{{}} {words}", language).format(number)
    return text if number.replace(".", "").isdigit() else said(text, language)


UNITS = ("s", "ms", "µs", "ns", "MB")
BEFORE_UNIT = re.compile(rf"(?<=\d) (?=(?:{'|'.join(UNITS)})\b)")
NO_BREAK_SPACE = "\u00a0"


def agreement(language: str) -> str:
    """How many random graphs the engines and PyTorch agreed on, and how closely."""
    found = measured("agreement")
    rows = [(said(f"{name.replace('_', ' ')}", language), f"{found[name]:,}") for name in AGREEMENT]
    for pair, largest in found["largest_disagreement"].items():
        which = said(pair, language).replace(" - ", "\u00a0–\u00a0")
        what = f"{said('largest relative disagreement', language)}, {which}"
        rows.append((what, power(largest, language)))
    rows.append((said("disagreements", language), str(len(found["disagreements"]))))
    return "\n".join([*_table(rows, language), "", _made_by(found, language)])


def published(language: str) -> str:
    """Each published architecture that was captured: its nodes, and how sure its numbers are."""
    found = measured("published")
    heads = ("Architecture", "Nodes", "Numbers", "How sure")
    lines = [f"| {' | '.join(said(head, language) for head in heads)} |", "| --- | ---: | ---: | --- |"]
    for name, model in found["models"].items():
        numbers = model.get("numbers", {"refused": 0})
        sure = ", ".join(said(level, language) for level in numbers)
        lines.append(f"| {name} | {model.get('nodes', '')} | {sum(numbers.values()):,} | {sure} |")
    return "\n".join([*lines, "", _made_by(found, language)])


def truth(language: str) -> str:
    """How many programs on which floats go wrong were shown rightly, refused, and neither."""
    found = measured("truth")
    rows = [(said(name, language), f"{found[name.replace(' ', '_')]:,}") for name in ("programs", *VERDICTS)]
    return "\n".join([*_table(rows, language), "", _made_by(found, language)])


def fuzzing(language: str) -> str:
    """How many hostile inputs each part took, and how many faults they brought about."""
    found = measured("fuzz")
    rows = [
        (said(f"inputs to the {name}", language), f"{found[name.lower()]['inputs']:,}") for name in TARGETS
    ]
    rows.append((said("faults", language), str(found["faults"])))
    return "\n".join([*_table(rows, language), "", _made_by(found, language)])


def _table(rows: list[tuple[str, str]], language: str) -> Iterator[str]:
    yield f"| {said('What', language)} | {said('Found', language)} |"
    yield "| --- | ---: |"
    for what, number in rows:
        yield f"| {what} | {number} |"


def _made_by(found: Mapping[str, Any], language: str) -> str:
    packages = ", ".join(f"`{name} {version}`" for name, version in found["packages"].items())
    told = said("Measured by `{}` with Python {} on {} cores ({}).", language)
    return told.format(found["made_by"], found["python"], found["cores"], packages)
