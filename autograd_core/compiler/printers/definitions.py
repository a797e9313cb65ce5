"""Definitions: functions that a language may lack, by those that C, JavaScript and LLVM all have.

A rule takes `call`, which writes a call of a function, and `keep`, which stores a result that is
read several times in a variable. So each formula is written once for all languages.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

# `call(name, *operands)`: text, or a number; besides elementary functions there are C's `fmod` and
# `copysign`.
Call: TypeAlias = Callable[..., Any]
# `keep(result)` stores a result, text or a number, in a variable and returns that.
Keep: TypeAlias = Callable[[Any], Any]


def _maximum(call: Call, keep: Keep, a: Any, b: Any) -> Any:
    """Return the larger operand; nan if either is nan."""
    return call("where", call("greater", a, b), a, _nan_or(call, a, b))


def _minimum(call: Call, keep: Keep, a: Any, b: Any) -> Any:
    return call("where", call("less", a, b), a, _nan_or(call, a, b))


def _nan_or(call: Call, a: Any, b: Any) -> Any:
    """Return `a` if it is nan, else `b`."""
    return call("where", call("not_equal", a, a), a, b)


def _sign(call: Call, keep: Keep, a: Any) -> Any:
    """Return 1, 0 or -1; 0 for nan."""
    not_above = call("where", call("less", a, 0.0), -1.0, 0.0)
    return call("where", call("greater", a, 0.0), 1.0, not_above)


def _sigmoid(call: Call, keep: Keep, a: Any) -> Any:
    small = keep(call("exp", call("negative", call("abs", a))))
    above = call("where", call("greater_equal", a, 0.0), 1.0, small)
    return call("divide", above, call("add", 1.0, small))


def _logaddexp(call: Call, keep: Keep, a: Any, b: Any) -> Any:
    small = call("exp", call("negative", call("abs", call("subtract", a, b))))
    other = call("add", _maximum(call, keep, a, b), call("log1p", small))
    # equal infinities too, whose difference is nan
    return call("where", call("equal", a, b), call("add", a, math.log(2.0)), other)


def _remainder(call: Call, keep: Keep, a: Any, b: Any) -> Any:
    """Return a - b * floor(a / b); a zero result has the sign of b."""
    rest = keep(call("fmod", a, b))
    other = call("where", _signs_differ(call, b, rest), call("add", rest, b), rest)
    return call("where", call("equal", rest, 0.0), call("copysign", 0.0, b), other)


def _floor_divide(call: Call, keep: Keep, a: Any, b: Any) -> Any:
    """Return floor(a / b) as Python's // does (float_floor_div in Objects/floatobject.c).

    It is exact where a / b would be rounded up; a zero result has the sign of a / b. For b = 0 the
    result is a / b.
    """
    rest, quotient = keep(call("fmod", a, b)), keep(call("divide", a, b))
    truncated = keep(call("divide", call("subtract", a, rest), b))
    lower = call("logical_and", call("not_equal", rest, 0.0), _signs_differ(call, b, rest))
    exact = keep(call("where", lower, call("subtract", truncated, 1.0), truncated))
    floor = keep(call("floor", exact))
    up = call("greater", call("subtract", exact, floor), 0.5)
    nearest = call("where", up, call("add", floor, 1.0), floor)
    zero = call("copysign", 0.0, quotient)
    found = call("where", call("equal", exact, 0.0), zero, nearest)
    return call("where", call("equal", b, 0.0), quotient, found)


def _signs_differ(call: Call, a: Any, b: Any) -> Any:
    """Say whether the sign bits of two numbers differ."""
    return call("not_equal", call("copysign", 1.0, a), call("copysign", 1.0, b))


DEFINITIONS: dict[str, tuple[Callable[..., Any], int]] = {
    "maximum": (_maximum, 2),
    "minimum": (_minimum, 2),
    "sign": (_sign, 1),
    "sigmoid": (_sigmoid, 1),
    "logaddexp": (_logaddexp, 2),
    "remainder": (_remainder, 2),
    "floor_divide": (_floor_divide, 2),
}
"""For each function its rule and its number of operands."""
