"""Expression: a formula as text -> a graph of Values; parsed with ast, never run as Python.

Names, numbers, the operators of the table and calls of its functions, and nothing else.
"""

from __future__ import annotations

import ast
import difflib
import sys
from collections.abc import Callable, Mapping
from typing import TypeAlias

from autograd_core import Value, functional, ops
from autograd_core.table import TABLE, Op

_OPERATORS: dict[type[ast.AST], Op] = {
    ast.Add: ops.ADD,
    ast.Sub: ops.SUBTRACT,
    ast.Mult: ops.MULTIPLY,
    ast.Div: ops.DIVIDE,
    ast.FloorDiv: ops.FLOOR_DIVIDE,
    ast.Mod: ops.REMAINDER,
    ast.USub: ops.NEGATIVE,
    ast.UAdd: ops.POSITIVE,
    ast.Lt: ops.LESS,
    ast.LtE: ops.LESS_EQUAL,
    ast.Gt: ops.GREATER,
    ast.GtE: ops.GREATER_EQUAL,
    ast.Eq: ops.EQUAL,
}
Operand: TypeAlias = Value | float

# Characters. ast.parse takes about 500 bytes of stack for each. In a browser the stack overflows
# at 14,000 characters of "x+x+x...", and that aborts the whole interpreter.
_SIZE_LIMIT = 5_000 if sys.platform == "emscripten" else 100_000


class ExpressionError(ValueError):
    """The text is not an expression that can be drawn; the message says where and why."""


def parse(text: str, variables: Mapping[str, float]) -> tuple[Value, dict[str, Value]]:
    """Return the Value of a formula, and the variables' Values by name.

    Raises:
        ExpressionError: If the text is not a formula, uses a name that is neither a variable nor
            a function of the table, or if a variable is missing or unused.

    >>> y, variables = parse("tanh(w * x) ** 2", {"w": 0.5, "x": 0.0})
    >>> y.backward()
    >>> y.data, variables["x"].grad
    (0.0, 0.0)
    """
    tree = _tree(text)
    leaves = {name: Value(number, label=name) for name, number in variables.items()}
    _check(tree, leaves)
    output = _build(tree, leaves)
    if not isinstance(output, Value):
        raise ExpressionError(
            f"{_short(text)} has no variable: nothing to differentiate; add one, such as x with x=1"
        )
    return output, leaves


def _tree(text: str) -> ast.expr:
    if not text.strip():
        raise ExpressionError("the expression is empty; write one such as 'tanh(w*x + b)'")
    if len(text) > _SIZE_LIMIT:
        raise ExpressionError(
            f"the expression has {len(text)} characters, the limit is {_SIZE_LIMIT}; "
            "build large graphs in Python and draw them with viz.draw_dot"
        )
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        where = f" at character {error.offset}" if error.offset else ""
        raise ExpressionError(f"not an expression: {error.msg}{where}: {_short(text)}") from None
    except (RecursionError, MemoryError):
        raise ExpressionError(
            f"the expression is nested too deeply for Python's parser: {_short(text)}; build it in "
            "Python and draw it with viz.draw_dot"
        ) from None
    except ValueError as error:  # a null character
        raise ExpressionError(f"not an expression: {error}") from None


def _check(tree: ast.expr, leaves: Mapping[str, Value]) -> None:
    """Raise unless all are names with a value, numbers and operations of the table."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    used: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and id(node) not in called:
            used.add(node.id)
        elif isinstance(node, ast.expr) and not isinstance(node, (ast.Constant, ast.Name)):
            _operation(node)
    missing = sorted(used - set(leaves))
    if missing:
        values = " ".join(f"{name}=1.0" for name in missing)
        raise ExpressionError(f"no value for {', '.join(missing)}; add {values}")
    unused = sorted(set(leaves) - used)
    if unused:
        raise ExpressionError(f"the expression does not use {', '.join(unused)}; leave them out")


def _build(tree: ast.expr, leaves: Mapping[str, Value]) -> Operand:
    """Evaluate bottom-up with a stack: an entry is a node to open, or a function to apply."""
    todo: list[ast.expr | tuple[Callable[..., Operand], int, ast.expr]] = [tree]
    done: list[Operand] = []
    while todo:
        item = todo.pop()
        if isinstance(item, tuple):
            function, count, node = item
            start = len(done) - count
            done[start:] = [_apply(function, done[start:], node)]
        elif isinstance(item, ast.Constant):
            done.append(_number(item))
        elif isinstance(item, ast.Name):
            done.append(leaves[item.id])
        else:
            function, operands_of = _operation(item)
            todo.append((function, len(operands_of), item))
            todo.extend(reversed(operands_of))
    return done[0]


def _operation(node: ast.expr) -> tuple[Callable[..., Operand], list[ast.expr]]:
    match node:
        case ast.Call():
            return _function(node)
        case ast.BinOp(left, ast.Pow(), right):
            return _power, [left, right]
        case ast.BinOp(left, sign, right) if type(sign) in _OPERATORS:
            return functional.function(_OPERATORS[type(sign)]), [left, right]
        case ast.Compare(left, [sign], [right]) if type(sign) in _OPERATORS:
            return functional.function(_OPERATORS[type(sign)]), [left, right]
        case ast.UnaryOp(sign, operand) if type(sign) in _OPERATORS:
            return functional.function(_OPERATORS[type(sign)]), [operand]
    raise ExpressionError(
        f"cannot draw {type(node).__name__} expressions: only names, numbers, "
        "+ - * / // % **, comparisons and the functions of the table"
    )


def _function(node: ast.Call) -> tuple[Callable[..., Operand], list[ast.expr]]:
    if not isinstance(node.func, ast.Name) or node.func.id not in TABLE:
        name = node.func.id if isinstance(node.func, ast.Name) else type(node.func).__name__
        close = difflib.get_close_matches(name, TABLE)
        hint = f"did you mean {' or '.join(close)}?" if close else f"it has {', '.join(TABLE)}"
        raise ExpressionError(f"no function {name!r} in the table; {hint}")
    if node.keywords or any(isinstance(operand, ast.Starred) for operand in node.args):
        raise ExpressionError(f"{node.func.id} takes its operands by position only")
    return functional.function(TABLE[node.func.id]), node.args


def _number(node: ast.Constant) -> float:
    if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        try:
            return float(node.value)
        except OverflowError:
            raise ExpressionError(f"{_short(str(node.value))} is too large for a float") from None
    raise ExpressionError(f"{_short(repr(node.value))} is not a real number, such as 2 or 0.5")


def _power(base: Operand, exponent: Operand) -> Operand:
    if isinstance(base, Value):
        return base**exponent
    return functional.call(ops.POWER, base, exponent)


def _apply(function: Callable[..., Operand], operands: list[Operand], node: ast.expr) -> Operand:
    try:
        return function(*operands)
    except (TypeError, ValueError) as error:  # such as a wrong number of operands
        raise ExpressionError(f"at character {node.col_offset + 1}: {error}") from None


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 80 else f"{text[:77]}..."
