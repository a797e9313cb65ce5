"""Command line: draws an expression with its gradients, or prints them as a table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from typing import NoReturn

from viz.colors import THEMES
from viz.drawing import draw_dot
from viz.expression import ExpressionError, parse
from viz.plain import format_number
from viz.render import RenderError
from viz.saving import SUFFIXES, save
from viz.scene import RANKDIRS
from viz.steps import Trace, trace

_EXAMPLE = 'example: autograd-viz "tanh(w*x + b)" w=-3 x=2 b=6.5 -o neuron.svg'


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ExpressionError(message)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 0, or 2 for bad input."""
    try:
        _run(sys.argv[1:] if arguments is None else arguments)
    except (ValueError, OSError, RenderError, ImportError) as error:
        print(f"autograd-viz: error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0


def _run(arguments: Sequence[str]) -> None:
    options = _parser().parse_args([*_protect(arguments)])
    root, _ = parse(options.expression, _variables(options.variables))
    root.backward()
    if options.output is None:
        print("\n".join(summary_lines(trace(root), options.expression.strip())))
        return
    picture = draw_dot(
        root,
        rankdir=options.rankdir,
        partials=options.partials,
        color=options.color,
        theme=options.theme,
        engine=options.engine,
    )
    save(picture, options.output)
    print(f"wrote {options.output}")


def summary_lines(steps: Trace, expression: str) -> list[str]:
    """Return a table of the nodes, one per line, inputs first."""
    rows = [("node", "label", "operation", "data", "grad")]
    for node in steps.nodes:
        operands = ", ".join(steps.node(id).name for id in node.operands)
        call = f"{node.op.name}({operands})" if node.op else ""
        rows.append((node.id, node.label, call, format_number(node.data), format_number(node.grad)))
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = [f"{expression} = {steps.root.data!r}", ""]
    for id, label, call, data, grad in rows:
        texts = f"{id:<{widths[0]}}  {label:<{widths[1]}}  {call:<{widths[2]}}"
        lines.append(f"{texts}  {data:>{widths[3]}}  {grad:>{widths[4]}}")
    return lines


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="autograd-viz",
        description="Draw an expression with its gradients.",
        epilog=_EXAMPLE,
        allow_abbrev=False,
    )
    parser.add_argument("expression", help="names, numbers, operators and the table's functions")
    parser.add_argument(
        "variables", nargs="*", default=[], metavar="name=number", help="value of a variable"
    )
    parser.add_argument(
        "-o", "--output", help=f"the picture to write: {' '.join(SUFFIXES)}; default: a table"
    )
    parser.add_argument("--rankdir", choices=RANKDIRS, default="LR", help="direction (LR)")
    parser.add_argument("--theme", choices=tuple(THEMES), default="light", help="colours (light)")
    parser.add_argument("--partials", action="store_true", help="local derivatives on the edges")
    parser.add_argument("--color", choices=("grad", "data"), help="fill by sign and size")
    parser.add_argument("--engine", help="dot, graphviz-pure, builtin or a path")
    return parser


def _protect(arguments: Iterable[str]) -> Iterable[str]:
    """Yield the arguments so that an expression like `-x*2` is not taken for an option."""
    for argument in arguments:
        single = argument.startswith("-") and not argument.startswith(("--", "-o", "-h"))
        yield f" {argument}" if single and len(argument) > 1 else argument


def _variables(assignments: Iterable[str]) -> dict[str, float]:
    variables: dict[str, float] = {}
    for assignment in assignments:
        name, sign, number = assignment.partition("=")
        name = name.strip()
        if not sign or not name.isidentifier():
            raise ExpressionError(f"expected name=number, such as x=2, got {assignment.strip()!r}")
        if name in variables:
            raise ExpressionError(f"{name} is given twice; keep one of its numbers")
        try:
            variables[name] = float(number)
        except ValueError:
            raise ExpressionError(f"{name} wants a number, got {number!r}") from None
    return variables
