"""Taylor test: does the error of the linear approximation shrink with the square of the step?"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from autograd_core.checking.by_hand import plain
from autograd_core.checking.check import by_backward
from autograd_core.derivatives import Call, Function, Tree, flatten
from autograd_core.graph import Value


@dataclass(frozen=True)
class TaylorTest:
    """How the error of the linear approximation shrinks with the step.

    Attributes:
        order: The exponent: 2.00 when the gradient is right, 1.00 when it is not; inf when the
            approximation is exact (f is linear).
        steps: The steps h.
        remainders: |f(x + h v) - f(x) - h * gradient . v|, one per step.
    """

    order: float
    steps: tuple[float, ...]
    remainders: tuple[float, ...]

    def __str__(self) -> str:
        return f"Taylor test: the remainder is of order {self.order:.2f} (2.00 is right)"


def taylor_test(
    f: Function, inputs: Tree, *, direction: Sequence[float] | None = None, seed: int = 0
) -> TaylorTest:
    """Check the whole gradient of f along one direction by Taylor's theorem.

    Args:
        f: Takes Values, returns one Value.
        inputs: As for `gradcheck`.
        direction: One number per input, scaled to length 1; random by default.
        seed: Seed of the random direction.

    Raises:
        TypeError: If f does not return one Value, or the inputs are not made of numbers.
        ValueError: If the direction does not have one number per input, or is 0.

    >>> f"{taylor_test(lambda x, y: (x * y).exp(), (0.5, 2.0)).order:.2f}"
    '2.00'

    Explained in notebooks/08_test_your_own_gradients.ipynb.
    """
    args = list(inputs) if isinstance(inputs, tuple | list) else [inputs]
    numbers, rebuild = flatten([plain(arg) for arg in args])
    rng = random.Random(seed)
    v = list(direction) if direction is not None else [rng.gauss(0.0, 1.0) for _ in numbers]
    if len(v) != len(numbers):
        raise ValueError(f"direction wants {len(numbers)} numbers, one per input, got {len(v)}")
    length = math.hypot(*v)
    if not length:
        raise ValueError(f"direction wants at least one number that is not 0, got {v}")
    v = [part / length for part in v]
    call = Call(f, rebuild(numbers), range(len(args)), {})
    if not isinstance(call.output, Value):
        got = f"{type(call.output).__name__} {call.output!r:.60}"
        raise TypeError(f"taylor_test wants a function that returns one Value, got {got}")
    slope = sum(g * part for g, part in zip(by_backward(call.output, call.inputs), v))
    middle = call.output.data
    scale = max(1.0, *map(abs, numbers))
    steps, remainders = [], []
    for k in range(4, 16):
        h = scale * 2.0**-k
        moved = f(*rebuild([Value(x + h * part) for x, part in zip(numbers, v)])).data
        remainder = abs(moved - middle - h * slope)
        if remainder <= 1e3 * 2.0**-52 * max(abs(moved), abs(middle), abs(h * slope)):
            break  # the rest is rounding
        steps.append(h)
        remainders.append(remainder)
    if len(steps) < 2:
        return TaylorTest(math.inf, tuple(steps), tuple(remainders))
    order = math.log2(remainders[-2] / remainders[-1])
    return TaylorTest(order, tuple(steps), tuple(remainders))
