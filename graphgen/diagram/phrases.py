"""The words that a description and a table are made of, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphgen.graph import Level


@dataclass(frozen=True)
class Phrases:
    """The fixed words of one language; `{}` stands for what a sentence is about.

    `levels` are what a table says of numbers that are not proved, `data` of an input without a gradient.
    """

    title: str
    given: str
    free: str
    result: str
    result_asked: str
    asked: str
    result_in_symbols: str
    powers: tuple[str, str]
    where_above: str
    box: str
    box_takes: str
    box_gives: str
    output: str
    backward: str
    backward_given: str
    gradient: str
    summed: str
    plus: str
    kink: str
    summary: str
    tangents: str
    tangent: str
    columns: tuple[str, str, str, str, str]
    levels: Mapping[Level | None, str]
    data: str


PHRASES = {
    "en": Phrases(
        title="Computational graph of {}",
        given="{} is {}.",
        free="{} is an input without a number.",
        result="{} is {}, which gives {}.",
        result_asked="{} is {}, of which the value is to be found.",
        asked="to be found",
        result_in_symbols="{} is {}.",
        powers=("the square of {}", "the cube of {}"),
        where_above="where {} is above {}, {}, else {}",
        box="{} is a box of {}",
        box_takes=" that takes {}",
        box_gives=", which gives {}",
        output="The output is {}.",
        backward="Going back from {}, its derivative",
        backward_given="Going back from {}, its upstream gradient is {}; the gradient",
        gradient="with respect to {} is {}",
        summed="{}, the sum of {}",
        plus=" and ",
        kink="At {} the derivative is a convention. {}",
        summary="Read as a table",
        tangents="Going forward, the derivative with respect to {}",
        tangent="of {} is {}",
        columns=("Node", "Operation", "Value", "Local derivatives", "Gradient"),
        levels={
            "compared": "These numbers are floats, compared with differences, not proved: "
            "the graph is too large for a proof.",
            "computed": "These numbers are floats, computed and held against nothing: "
            "the graph is too large for a proof.",
        },
        data="data",
    ),
    "ko": Phrases(
        title="{}의 계산 그래프",
        given="{}: {}.",
        free="{}: 값이 정해지지 않은 입력.",
        result="{}: {}, 값은 {}.",
        result_asked="{}: {}, 값은 구할 것.",
        asked="구할 값",
        result_in_symbols="{}: {}.",
        powers=("{}의 제곱", "{}의 세제곱"),
        where_above="{} > {}이면 {}, 아니면 {}",
        box="{}: {}를 묶은 상자",
        box_takes=", 들어가는 것은 {}",
        box_gives=", 나오는 값은 {}",
        output="출력은 {}.",
        backward="{}에서 거꾸로 가며 구한 미분:",
        backward_given="{}의 상류 기울기는 {}이고, 거꾸로 가며 구한 기울기:",
        gradient="{}에 대해 {}",
        summed="{} (= {})",
        plus=" + ",
        kink="{}에서 미분은 약속으로 정한 값이다. {}",
        summary="표로 읽기",
        tangents="앞으로 가며 구한 {}에 대한 미분:",
        tangent="{} {}",
        columns=("노드", "연산", "값", "국소적 미분", "기울기"),
        levels={
            "compared": "부동소수점으로 계산해 차분과 대조한 수이며, 증명한 수는 아니다. "
            "증명하기에는 그래프가 너무 크다.",
            "computed": "부동소수점으로 계산하기만 한 수이며, 대조하거나 증명한 수가 아니다. "
            "증명하기에는 그래프가 너무 크다.",
        },
        data="데이터",
    ),
}
