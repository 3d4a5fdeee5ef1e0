"""How operations are read: in prose, in a node with a number in it, and what is said of where they hold.

The table of operations has the mathematics; here are the words, by the name of the row.
"""

LANGUAGES = ("en", "ko")

READINGS = {
    # Arithmetic
    "add": ("{} plus {}", "{} 더하기 {}"),
    **{f"add_{n}": (" plus ".join(["{}"] * n), " 더하기 ".join(["{}"] * n)) for n in range(3, 7)},
    "subtract": ("{} minus {}", "{} 빼기 {}"),
    "multiply": ("{} times {}", "{} 곱하기 {}"),
    "divide": ("{} divided by {}", "{} 나누기 {}"),
    "power": ("{} to the power {}", "{}의 {}제곱"),
    "negate": ("minus {}", "마이너스 {}"),
    "identity": ("{} itself", "{} 그대로"),
    "square": ("the square of {}", "{}의 제곱"),
    # Exponentials, logarithms and roots
    "exp": ("exp of {}", "{}의 지수함수 값"),
    "log": ("the natural logarithm of {}", "{}의 자연로그"),
    "log1p": ("the natural logarithm of 1 plus {}", "1 더하기 {}의 자연로그"),
    "expm1": ("exp of {}, less 1", "{}의 지수함수 값 빼기 1"),
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
    "silu": ("silu of {}", "{}의 SiLU"),
    "elu": ("elu of {}", "{}의 ELU"),
    "gelu": ("gelu of {}", "{}의 GELU"),
    "gelu_tanh": ("gelu of {}, in its tanh form", "{}의 GELU(tanh 근사식)"),
    "erf": ("the error function of {}", "{}의 오차 함수 값"),
    "leaky_relu": ("relu of {}, with the slope {} below 0", "{}의 새는 ReLU(음수 쪽 기울기 {})"),
    # Piecewise
    "where": ("where {} is not 0, {}, else {}", "{} ≠ 0이면 {}, 아니면 {}"),
    "clip": ("{} kept between {} and {}", "{}의 값을 {} 이상 {} 이하로 자른 것"),
    "abs": ("the absolute value of {}", "{}의 절댓값"),
    "huber": ("the Huber function of {}", "{}의 후버 함수 값"),
    "max": ("the larger of {} and {}", "{}, {} 중 큰 값"),
    "min": ("the smaller of {} and {}", "{}, {} 중 작은 값"),
    "step": ("the unit step of {}", "{}의 계단 함수 값"),
    # Arrays
    "matmul": ("{} times the matrix {}", "행렬 {}, {}의 곱"),
    "sum": ("the sum of {}", "{}의 합"),
    "mean": ("the mean of {}", "{}의 평균"),
    "transpose": ("{} transposed", "{}의 전치"),
    "reshape": ("{} in another shape", "모양을 바꾼 {}"),
    "amax": ("the largest entry of {}", "{}의 가장 큰 원소"),
    "amin": ("the smallest entry of {}", "{}의 가장 작은 원소"),
    "prod": ("the product of all of {}", "{}의 원소를 모두 곱한 값"),
    "index": ("some entries of {}", "{}의 일부"),
    "concatenate": ("{} followed by {}", "{}, {}의 연결"),
    "variance": ("the variance of {}", "{}의 분산"),
    "logsumexp": ("the logarithm of the sum of exp of {}", "{}의 지수함수 값을 더한 합의 로그"),
    "permute": ("{} with its axes in another order", "축의 순서를 바꾼 {}"),
    "broadcast_to": ("{} repeated", "되풀이한 {}"),
    "flip": ("{} in reverse order", "순서를 뒤집은 {}"),
    "roll": ("{} rolled", "원소를 돌려 옮긴 {}"),
    "cumsum": ("the running sum of {}", "{}의 누적 합"),
    "cumprod": ("the running product of {}", "{}의 누적 곱"),
    "pad": ("{} with zeros around it", "둘레에 0을 붙인 {}"),
    "take": ("entries taken from {}", "{}에서 꺼낸 원소"),
    "gather": ("entries gathered from {}", "{}에서 모은 원소"),
    "scatter_add": ("{} with {} added at some places", "{}, 정한 자리에 더하는 값 {}"),
    "index_put": ("{} with {} at some places", "{}, 정한 자리의 새 값 {}"),
    "sort": ("the entries of {} in order", "크기 순서로 놓은 {}의 원소"),
    "topk": ("the largest entries of {}", "{}의 가장 큰 원소들"),
    "einsum": ("the sum of products of {} and {}", "{}, {}의 곱의 합"),
    "bilinear": ("the bilinear form of {}, the matrices {} and {}", "{}, 행렬 {}, {}의 쌍선형 형식"),
    "cosine_similarity": ("the cosine of the angle between {} and {}", "{}, {} 사이 각의 코사인"),
    # Layers
    "affine": ("{} times the matrix {} plus {}", "행렬 {}, {}의 곱 더하기 {}"),
    "linear": ("{} times the transpose of {} plus {}", "{}, {}의 전치 행렬의 곱 더하기 {}"),
    "linear_without_bias": ("{} times the transpose of {}", "{}, {}의 전치 행렬의 곱"),
    "softmax": ("the softmax of {}", "{}의 소프트맥스"),
    "masked_softmax": ("the softmax of {} with the weights {}", "{}의 소프트맥스(가중치 {})"),
    "attention": ("the attention of {} to the keys {} with the values {}", "{}의 어텐션(키 {}, 값 {})"),
    "log_softmax": ("the logarithm of the softmax of {}", "{}의 소프트맥스의 로그"),
    "layer_norm": (
        "{}, normalised row by row, times {} plus {}",
        "층 정규화한 {} 곱하기 {} 더하기 {}",
    ),
    "batch_norm": (
        "{}, normalised over the batch, times {} plus {}",
        "배치 정규화한 {} 곱하기 {} 더하기 {}",
    ),
    "group_norm": (
        "{}, normalised over groups of channels, times {} plus {}",
        "그룹 정규화한 {} 곱하기 {} 더하기 {}",
    ),
    **dict.fromkeys(
        ("conv1d", "conv2d", "conv3d"), ("{} convolved with {} plus {}", "{}, {}의 합성곱 더하기 {}")
    ),
    **dict.fromkeys(
        ("conv1d_without_bias", "conv2d_without_bias", "conv3d_without_bias"),
        ("{} convolved with {}", "{}, {}의 합성곱"),
    ),
    **dict.fromkeys(
        ("conv_transpose1d", "conv_transpose2d"),
        ("the transposed convolution of {} with {} plus {}", "{}, {}의 전치 합성곱 더하기 {}"),
    ),
    **dict.fromkeys(
        ("conv_transpose1d_without_bias", "conv_transpose2d_without_bias"),
        ("the transposed convolution of {} with {}", "{}, {}의 전치 합성곱"),
    ),
    "max_pool2d": ("the largest entries in windows of {}", "{}의 창마다 가장 큰 원소"),
    "avg_pool2d": ("the means in windows of {}", "{}의 창마다 평균"),
    "mean_squared_error": ("the mean squared error of {} against {}", "{}, 정답 {}의 평균 제곱 오차"),
    "binary_cross_entropy": (
        "the binary cross entropy of {} with the targets {}",
        "{}, 정답 {}의 이진 교차 엔트로피",
    ),
    "sigmoid_cross_entropy": (
        "the binary cross entropy of the sigmoid of {} with the targets {}",
        "{}의 시그모이드와 정답 {}의 이진 교차 엔트로피",
    ),
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
    "lower": ("At x = 0 the derivative with respect to x is y.", "x = 0에서 x에 대한 미분은 y."),
    "inside": (
        "At an end of the range, x = y or x = z, the derivative with respect to x is 1.",
        "구간의 끝(x = y 또는 x = z)에서 x에 대한 미분은 1.",
    ),
    "shared": (
        "At a tie, x = y, each operand has the derivative 1/2.",
        "두 값이 같으면(x = y) 미분은 1/2씩.",
    ),
    "first": (
        "Where several are largest (or smallest), the first of them has the derivative 1.",
        "가장 큰(작은) 원소가 여럿이면 그중 첫 원소의 미분이 1.",
    ),
    "order": (
        "Equal entries keep their order, and each has its own derivative.",
        "같은 원소는 원래 순서를 지키고, 미분도 각자의 것.",
    ),
    "power": (
        "At y = 0 the value is 1 and the derivative with respect to x is 0, at x = 0 too. "
        "There, and for x < 0, there is no real derivative with respect to y.",
        "y = 0이면 x = 0에서도 값은 1, x에 대한 미분은 0. 거기와 x < 0에서 y에 대한 실수 미분은 없음.",
    ),
}
"""The conventions where there is no derivative, by the key that a row gives, in the order of languages."""

_LABELS = "y are shares in the shape of x, or a whole-numbered label for each row"
DOMAINS = {
    "power": "x > 0; x < 0 with a whole y; x = 0 with y ≥ 0 (differentiable for y ≥ 1 and a constant y = 0)",
    "exp": "all x (overflows a float above 709.78)",
    "expm1": "all x (overflows a float above 709.78)",
    "sqrt": "x ≥ 0 (differentiable for x > 0)",
    "sin": "all x (in radians)",
    "cos": "all x (in radians)",
    "tan": "x not an odd multiple of π/2 (in radians)",
    "matmul": "as many columns in x as rows in y",
    "reshape": "as many entries as the new shape has",
    "index": "indices within the axes of x",
    "concatenate": "arrays of equally long axes, but for the one along which they follow",
    "affine": "as many columns in x as rows in y, and as many in y as entries in z",
    "linear": "as many columns in x as in y, and as many rows in y as entries in z",
    "linear_without_bias": "as many columns in x as in y",
    "softmax": "all x, row by row",
    "log_softmax": "all x, row by row",
    "masked_softmax": "y ≥ 0, not all 0 in a row; an entry of x whose y is 0 is left out",
    "attention": "queries x, keys y of equal width, and a value z for each key, in rows",
    "group_norm": "an entry of y and of z for each of the second axis of x, whose length the groups divide",
    "binary_cross_entropy": "0 < x < 1; y of the shape of x",
    "mean_squared_error": "y of the shape of x",
    "sigmoid_cross_entropy": "y of the shape of x",
    "take": "indices within the axis",
    "gather": "indices within the axis",
    "scatter_add": "an index within the axis for each entry of y",
    "index_put": "places that are named once, and an entry of y for each",
    "sort": "all x, along an axis",
    "topk": "all x, with at least k entries along the axis",
    "einsum": "axes of one letter of equal length",
    "bilinear": "rows x and z, and a stack of matrices y between them",
    "cosine_similarity": "rows of equal length, neither of them all 0",
    "permute": "the axes of x in another order",
    "broadcast_to": "a shape that x can be repeated to",
    "layer_norm": "y and z of the shape of the last axes of x",
    "batch_norm": "an entry of y and of z for each of the second axis of x",
    **{
        f"{name}{bias}": f"images N × C × {lengths} with kernels {kernels} × {lengths}"
        for bias in ("", "_without_bias")
        for name, lengths, kernels in (
            ("conv1d", "length", "O × C/groups"),
            ("conv2d", "height × width", "O × C/groups"),
            ("conv3d", "depth × height × width", "O × C/groups"),
            ("conv_transpose1d", "length", "C × O/groups"),
            ("conv_transpose2d", "height × width", "C × O/groups"),
        )
    },
    "max_pool2d": "images N × C × height × width",
    "avg_pool2d": "images N × C × height × width",
    "cross_entropy": f"x > 0 where y > 0; {_LABELS}",
    "softmax_cross_entropy": _LABELS,
}
"""Where an operation holds, if more is to be said of it than what its row says."""

_HEAVISIDE = "SymPy gives Heaviside functions, which read badly and which its code printers refuse"
REASONS = {
    "power": "SymPy writes `x**y*y/x`, which divides by zero at x = 0, and takes log(0) for the exponent",
    "max": _HEAVISIDE,
    "min": _HEAVISIDE,
}
"""Why a row gives its derivatives to SymPy by hand."""
