"""How operations are read: in prose, in a node with a number in it, and what is said of where they hold.

The table of operations has the mathematics; here are the words, by the name of the row.
"""

LANGUAGES = ("en", "ko")

READINGS = {
    # Arithmetic
    "add": ("{} plus {}", "{} 더하기 {}"),
    "subtract": ("{} minus {}", "{} 빼기 {}"),
    "multiply": ("{} times {}", "{} 곱하기 {}"),
    "divide": ("{} divided by {}", "{} 나누기 {}"),
    "power": ("{} to the power {}", "{}의 {} 제곱"),
    "negate": ("minus {}", "마이너스 {}"),
    "identity": ("{} itself", "{} 그대로"),
    "square": ("the square of {}", "{}의 제곱"),
    # Exponentials, logarithms and roots
    "exp": ("exp of {}", "{}의 지수함수 값"),
    "log": ("the natural logarithm of {}", "{}의 자연로그"),
    "sqrt": ("the square root of {}", "{}의 제곱근"),
    # Trigonometry
    "sin": ("the sine of {}", "{}의 사인"),
    "cos": ("the cosine of {}", "{}의 코사인"),
    "tan": ("the tangent of {}", "{}의 탄젠트"),
    "atan": ("the arctangent of {}", "{}의 아크탄젠트"),
    # Activations
    "tanh": ("the hyperbolic tangent of {}", "{}의 하이퍼볼릭 탄젠트"),
    "sigmoid": ("the sigmoid of {}", "{}의 시그모이드"),
    "relu": ("relu of {}", "{}의 ReLU"),
    "softplus": ("softplus of {}", "{}의 소프트플러스"),
    # Piecewise
    "abs": ("the absolute value of {}", "{}의 절댓값"),
    "max": ("the larger of {} and {}", "{}, {} 중 큰 값"),
    "min": ("the smaller of {} and {}", "{}, {} 중 작은 값"),
    # Arrays
    "matmul": ("{} times the matrix {}", "행렬 {}, {}의 곱"),
    "sum": ("the sum of {}", "{}의 합"),
    "mean": ("the mean of {}", "{}의 평균"),
    "transpose": ("{} transposed", "{}의 전치"),
    "reshape": ("{} in another shape", "모양을 바꾼 {}"),
    # Layers
    "affine": ("{} times the matrix {} plus {}", "행렬 {}, {}의 곱 더하기 {}"),
    "softmax": ("the softmax of {}", "{}의 소프트맥스"),
    "cross_entropy": ("the cross entropy of {} with the targets {}", "{}, 정답 {}의 교차 엔트로피"),
    "softmax_cross_entropy": (
        "the cross entropy of the softmax of {} with the targets {}",
        "{}의 소프트맥스와 정답 {}의 교차 엔트로피",
    ),
}
"""In the order of the languages, with a gap for each operand."""

FOLDED = {"power": ("{}ˣ", "x^{}")}
"""The symbol with its first operand in it, and with its second, where these are not as `+ 2` or `max 2`."""

CONVENTIONS = {
    "flat": ("At x = 0 the derivative is 0.", "x = 0에서 미분은 0."),
    "shared": (
        "At a tie, x = y, each operand has the derivative 1/2.",
        "두 값이 같으면(x = y) 미분은 1/2씩.",
    ),
    "power": (
        "At x = 0 the derivative with respect to y is 0, and at y = 0 that with respect to x. "
        "For x < 0 there is no real derivative with respect to y.",
        "x = 0에서 y에 대한 미분, y = 0에서 x에 대한 미분은 0. x < 0이면 y에 대한 실수 미분은 없음.",
    ),
}
"""What is agreed where there is no derivative, in the order of the languages; by the key that a row gives."""

_LABELS = "y are shares in the shape of x, or a whole-numbered label for each row"
DOMAINS = {
    "power": "x > 0; x < 0 with a whole y; x = 0 with y ≥ 0 (differentiable for y = 0 and y ≥ 1)",
    "exp": "all x (overflows a float above 709.78)",
    "sqrt": "x ≥ 0 (differentiable for x > 0)",
    "sin": "all x (in radians)",
    "cos": "all x (in radians)",
    "tan": "x not an odd multiple of π/2 (in radians)",
    "matmul": "as many columns in x as rows in y",
    "reshape": "as many entries as the new shape has",
    "affine": "as many columns in x as rows in y, and as many in y as entries in z",
    "softmax": "all x, row by row",
    "cross_entropy": f"x > 0 where y > 0; {_LABELS}",
    "softmax_cross_entropy": _LABELS,
}
"""Where an operation holds, if more is to be said of it than what its row says."""

_HEAVISIDE = "SymPy gives Heaviside functions, which read badly and which its code printers refuse"
REASONS = {
    "power": "SymPy writes x**y*y/x, which divides by zero at x = 0, and takes log(0) for the exponent",
    "max": _HEAVISIDE,
    "min": _HEAVISIDE,
}
"""Why a row gives its derivatives to SymPy by hand."""
