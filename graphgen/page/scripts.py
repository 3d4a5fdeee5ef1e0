"""The files that a page with pictures loads: a script, made of the modules in assets/live, and a style sheet.

It asks for a second script where a reader first opens what is in that, or where a page has an array whose
entries can be changed.

The script's mathematics is printed from the op table; its words are those below and those of the steps.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

PHRASES = {
    "en": {
        "controls": "What you can do with the picture",
        "step": "Step through",
        "change": "Change numbers",
        "copy": "Copy",
        "quiz": "Quiz",
        "table": "Read as a table",
        "reset": "Reset",
        "play": "Play",
        "pause": "Pause",
        "back": "Step back",
        "forward": "Step forward",
        "first": "To the first step",
        "last": "To the last step",
        "timeline": "Step",
        "askHint": "Point at a node or an arrow, or tap it; arrow keys go from one to the next.",
        "copySource": "Source",
        "copySvg": "SVG",
        "copyRule": "LaTeX of {}",
        "copyLink": "Link to what is shown",
        "copied": "Copied.",
        "notCopied": "The browser does not let it be copied.",
        "slider": "{}, slider",
        "nudge": "What if {} grows by {}?",
        "input": "Input",
        "growth": "Growth",
        "predicted": "Predicted, gradient × step",
        "truly": "True change",
        "difference": "Difference",
        "lost": "lost in rounding",
        "local": "local derivative",
        "upstream": "upstream",
        "sent": "sent back",
        "paths": "{} paths: {}",
        "hint": "Hint",
        "right": "right",
        "wrong": "not yet",
        "solved": "All found.",
        "via": "by way of {}",
        "hintSum": "the sum of what comes back along each way: {}",
        "hintProduct": "upstream × local derivative: {} × {}",
        "hintValue": "the value is {}",
        "missing": "{}: {} has no value, or too large a one",
        "faint": "{}: {} is lost in rounding",
        "kink": "—: conventions at kinks, as of {}, need not give the derivative",
    },
    "ko": {
        "controls": "그림으로 할 수 있는 일",
        "step": "한 단계씩",
        "change": "숫자 바꾸기",
        "copy": "복사",
        "quiz": "문제",
        "table": "표로 읽기",
        "reset": "처음대로",
        "play": "재생",
        "pause": "멈춤",
        "back": "이전 단계",
        "forward": "다음 단계",
        "first": "첫 단계로",
        "last": "마지막 단계로",
        "timeline": "단계",
        "askHint": "노드나 화살표를 가리키거나 눌러 보세요. 화살표 키로도 옮겨 다닐 수 있습니다.",
        "copySource": "소스",
        "copySvg": "SVG",
        "copyRule": "{}의 LaTeX",
        "copyLink": "지금 모습으로 가는 링크",
        "copied": "복사했습니다.",
        "notCopied": "브라우저가 복사를 허용하지 않습니다.",
        "slider": "{}, 슬라이더",
        "nudge": "입력 {}: 값이 {}만큼 커지면?",
        "input": "입력",
        "growth": "늘어나는 크기",
        "predicted": "예측, 기울기 × 변화량",
        "truly": "실제 변화",
        "difference": "차이",
        "lost": "반올림에 묻혀 알 수 없음",
        "local": "국소적 미분",
        "upstream": "상류 기울기",
        "sent": "거꾸로 보내는 값",
        "paths": "경로 {}개: {}",
        "hint": "힌트",
        "right": "맞음",
        "wrong": "아직 아님",
        "solved": "모두 찾았습니다.",
        "via": "({} 쪽)",
        "hintSum": "갈래마다 되돌아오는 값의 합: {}",
        "hintProduct": "상류 기울기 × 국소적 미분: {} × {}",
        "hintValue": "값은 {}",
        "missing": "{}: {}의 값은 없거나 너무 큼",
        "faint": "{}: {}의 값은 반올림에 묻혀 알 수 없음",
        "kink": "—: {}처럼 꺾인 점에서는 약속대로 구한 값이 미분과 다를 수 있음",
    },
}

STYLE_SHEETS = ("page.css", "diagram.css", "link.css", "live.css")

_IMPORT = re.compile(r'import\{(\w+) as ([\w$]+)\}from"\./\w+\.js";')
_EXPORT = re.compile(r"export\{[^}]*\};\s*")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r";?\s*(})\s*|\s*([{;,>~])\s*|(?<=[:(])(\s+)|(\s+)(?=\))|\s+")
_QUOTED = re.compile(r'(?<==)"([a-z][a-z-]*)"(?=\])')
_ZERO = re.compile(r"(?<![\w.])0(?=\.\d)")


@cache
def script() -> str:
    """The whole script, which leaves no names behind; no module, for browsers run none from the disk.

    >>> "import" in script() or "export" in script()
    False
    """
    return f'(()=>{{"use strict";{_EXPORT.sub("", module())}}})();\n'


def more_script() -> str:
    """What a page needs only later, or for arrays: it stands beside the other as graphgen-more.js."""
    return _built("more.min.js")


def module() -> str:
    """The same as an ES module, for scripts that compute with its parts."""
    from graphgen.page.javascript import ops_code  # which loads SymPy

    built = _built("live.min.js")
    bound = "".join(f"const {its_name}={name};" for name, its_name in _IMPORT.findall(built))
    return f"{words_code()}{ops_code()}{bound}{_IMPORT.sub('', built)}export{{ops,words}};"


def _built(name: str) -> str:
    """A script that `npm run build` made, without the line that says of what."""
    return (files("graphgen") / "assets" / name).read_text(encoding="utf-8").partition("\n")[2]


@cache
def style() -> str:
    """The style sheet of every picture, alive or not, without comments and white space.

    >>> "/*" in style()
    False
    """
    folder = files("graphgen") / "assets"
    sheets = "\n".join((folder / name).read_text(encoding="utf-8") for name in STYLE_SHEETS)
    kept = _SPACE.sub(
        lambda space: space[1] or space[2] or " " * (not (space[3] or space[4])), _COMMENT.sub("", sheets)
    )
    return _QUOTED.sub(r"\1", _ZERO.sub("", kept)).strip()


def words_code() -> str:
    """The constant `words` of the script, by language."""
    from graphgen.diagram import WORDS  # slow to load

    words = {language: {**phrases, "steps": WORDS[language]} for language, phrases in PHRASES.items()}
    return f"const words = {json.dumps(words, ensure_ascii=False, separators=(',', ':'))};\n"
