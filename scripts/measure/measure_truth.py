"""Hold the numbers that graphgen shows for random programs against the truth.

The programs are of the whole op table, with extreme values, kinks, ties and cancellations; the truth comes
from an evaluator in the tests that shares no code with the package (tests/truth.py). The record that this
writes is the same on every run with the same seed and versions, but for the times.
"""

from __future__ import annotations

import argparse
import ast
import json
import signal
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from math import inf
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from extreme_programs import program
from measured import FOLDER, circumstances, write

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests"))

from truth import Truth, agrees, is_beyond_floats, truth

from graphgen import OPS
from graphgen.cli import FAILED
from graphgen.cli import main as graphgen_command

TOLERANCE = 1e-15
"""How far a float may be from the true number, relative to it; the floats next to it are always right."""
LIMIT = 30
"""Seconds within which there has to be an answer."""
KEPT = 25
"""Programs of each fault that the record holds."""
CHUNK = 250
"""Programs between two looks at the clock."""

Numbers = dict[str, dict[str, Any]]
FAULTS = ("wrong", "false alarm", "no answer in time", "exception", "not judged")


def shown(source: str) -> Numbers | int:
    """The answer of the command `eval` for each name of a program, or the code with which it refuses."""
    answer = CliRunner().invoke(graphgen_command, ["eval", "--json", "-"], input=source)
    if answer.exit_code and not isinstance(answer.exception, SystemExit):
        raise answer.exception or RuntimeError(answer.output)
    if answer.exit_code:
        return answer.exit_code
    told = json.loads(answer.stdout)
    return {kind: told[kind] for kind in ("values", "gradients")}


def judge(source: str, tolerance: float = TOLERANCE) -> tuple[str, str]:
    """The verdict on one program, and what it rests on."""
    known = truth(source)
    try:
        answer = within(LIMIT, shown, source)
    except TimeoutError:
        return "no answer in time", f"after {LIMIT} s"
    except Exception as error:  # whatever leaves the package is what is sought
        return "exception", f"{type(error).__name__}: {error}"
    if answer == FAILED:
        return "false alarm", "two engines are said to disagree"
    if isinstance(answer, int):
        return "refused", reason(known)
    if known.verdict == "undefined":
        return "wrong", f"there is no value: {known.reason}"
    if not known.values:
        return "not judged", known.reason
    fault = next(faults(known, answer, tolerance), "")
    return ("wrong", fault) if fault else ("right", "")


def within(seconds: int, function: Any, *arguments: Any) -> Any:
    """The result of a function; raises TimeoutError where it takes longer."""

    def stop(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        return function(*arguments)
    finally:
        signal.alarm(0)


def reason(known: Truth) -> str:
    """The reason that the truth has for a refusal."""
    numbers = [number for kind in (known.values, known.gradients) for row in kind.values() for number in row]
    if known.verdict != "known":
        return known.verdict
    if None in numbers:
        return "no derivative"
    if any(map(is_beyond_floats, numbers)):
        return "beyond floats"
    return "a limit" if known.limits else "known"


def faults(known: Truth, answer: Numbers, tolerance: float) -> Any:
    """Each number that is not what it should be; one that is not shown is no fault.

    Labels and data have no gradients, and an array of theirs is not shown as a whole.
    """
    for kind, right in (("values", known.values), ("gradients", known.gradients)):
        for name, entries in right.items():
            if answer[kind].get(name) is None:
                continue
            for number, told in zip(entries, flat(answer[kind][name]), strict=True):
                if told is None:
                    continue
                if number is None:
                    yield f"{kind} {name}: {told}, where none exists"
                elif not agrees(number, told, tolerance):
                    yield f"{kind} {name}: {told}, where {float(number)!r} is right"


def flat(nested: Any) -> list[Any]:
    """The entries of a number or of lists in lists of them."""
    if isinstance(nested, list):
        return [entry for part in nested for entry in flat(part)]
    return [nested]


_OPERATORS = {
    "Add": "add",
    "Sub": "subtract",
    "Mult": "multiply",
    "Div": "divide",
    "Pow": "power",
    "MatMult": "matmul",
}


def ops_of(source: str) -> Counter[str]:
    """How often a program has each operation, by its name in the op table."""
    found: Counter[str] = Counter()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                found[name] += 1
            case ast.BinOp(op=op) if any(isinstance(part, ast.Name) for part in ast.walk(node)):
                found[_OPERATORS[type(op).__name__]] += 1
            case ast.UnaryOp(operand=ast.Name()):
                found["negate"] += 1
            case ast.Subscript():
                found["index"] += 1
            case ast.Attribute(attr="T"):
                found["transpose"] += 1
            case ast.Assign(value=ast.Name()):
                found["identity"] += 1
    return found


def judged(seed: int, tolerance: float, number: int) -> tuple[str, str, float]:
    """The verdict on a program, what it rests on, and how many seconds it took."""
    begun = time.perf_counter()
    return *judge(program(seed, number), tolerance), time.perf_counter() - begun


def measure(
    programs: int,
    seed: int,
    tolerance: float = TOLERANCE,
    jobs: int = 1,
    minutes: float = inf,
) -> dict[str, Any]:
    """The record of this many programs, or of as many as were judged in the minutes given."""
    verdicts: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    ops: Counter[str] = Counter()
    kept: dict[str, list[dict[str, Any]]] = {fault: [] for fault in FAULTS}
    slowest, start = 0.0, time.perf_counter()
    with ProcessPoolExecutor(jobs) as pool:
        for first in range(0, programs, CHUNK):
            if time.perf_counter() - start > 60 * minutes:
                break
            numbers = range(first, min(first + CHUNK, programs))
            found = pool.map(partial(judged, seed, tolerance), numbers, chunksize=5)
            for number, (verdict, detail, seconds) in zip(numbers, found, strict=True):
                source = program(seed, number)
                ops += ops_of(source)
                slowest = max(slowest, seconds)
                verdicts[verdict] += 1
                if verdict == "refused":
                    refused[detail] += 1
                elif verdict != "right" and len(kept[verdict]) < KEPT:
                    kept[verdict].append({"number": number, "detail": detail, "source": source})
                    print(f"{number}: {verdict}: {detail}\n{source}", flush=True)
            print(f"{numbers[-1] + 1:,} programs: {dict(verdicts)} …", flush=True)
    return {
        **circumstances(__file__, "numpy", "sympy", "python-flint"),
        "seed": seed,
        "programs": verdicts.total(),
        "tolerance": tolerance,
        "right": verdicts["right"],
        "refused": verdicts["refused"],
        "refused_where_the_truth_is": dict(sorted(refused.items())),
        **{fault.replace(" ", "_"): verdicts[fault] for fault in FAULTS},
        "ops": dict(sorted(ops.items())),
        "ops_missing": sorted(OPS.keys() - ops),
        "kept": {fault: found for fault, found in kept.items() if found},
        "slowest_seconds": round(slowest, 1),
        "seconds": round(time.perf_counter() - start),
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--programs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tolerance", type=float, default=TOLERANCE)
    parser.add_argument("--jobs", type=int, default=1, help="programs that are judged at a time")
    parser.add_argument("--minutes", type=float, default=inf, help="after which no more programs are begun")
    parser.add_argument("--output", default=str(FOLDER / "truth.json"), help="the file to write; - for none")
    asked = parser.parse_args()
    record = measure(asked.programs, asked.seed, asked.tolerance, asked.jobs, asked.minutes)
    if asked.output != "-":
        write(Path(asked.output), record)
    print(json.dumps({name: record[name] for name in record if name != "ops"}, indent=1, ensure_ascii=False))
    return 1 if any(record[fault.replace(" ", "_")] for fault in FAULTS) else 0


if __name__ == "__main__":
    raise SystemExit(main())
