"""Report: one row per derivative checked, its verdict, and how it is shown as text and HTML."""

from __future__ import annotations

import html
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from autograd_core.checking.differences import Estimate

OK, WRONG, UNDEFINED, INCONCLUSIVE = "ok", "wrong", "undefined", "inconclusive"
KINK_INSIDE, KINK_OUTSIDE = "kink (subgradient inside)", "kink (subgradient outside)"
FAILURES = (WRONG, KINK_OUTSIDE)

CAUSES = {
    2.0: "twice too large: counted twice, or accumulated over two backward() without zero_grad()",
    0.5: "half: a factor 2 is missing, as in x * x differentiated by one operand only",
    0.0: "zero: the gradient is lost on the way: detach(), .data, no_grad(), or a plain number",
    -1.0: "the sign is wrong",
}
NAN = (
    "undefined by the chain rule, though the function has a slope: 0 times infinity, in a branch "
    "that was not taken or at the root of 0; choose before the operation too, as in "
    "where(x > 0, sqrt(where(x > 0, x, 1.0)), 0.0)"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One derivative, by backpropagation and by finite differences.

    Attributes:
        name: The input, as Python writes it: `x[0]`; with several outputs, `y[1] by x[0]`.
        x: Where it was checked.
        analytic: The derivative by backpropagation (or written by hand).
        numeric: The derivative by finite differences; nan if there is none.
        error: Estimated absolute error of `numeric`.
        ratio: analytic / numeric.
        verdict: One of ok, wrong, kink (subgradient inside / outside), undefined, inconclusive.
        cause: For a wrong one, the usual cause of such a ratio, if there is one.
    """

    name: str
    x: float
    analytic: float
    numeric: float
    error: float
    ratio: float
    verdict: str
    cause: str = ""

    @property
    def badness(self) -> tuple[bool, bool, float]:
        """The sort key that puts the worst row first."""
        off = abs(self.analytic - self.numeric) / max(abs(self.numeric), self.error, 1e-300)
        failed = self.verdict in FAILURES
        return (not failed, self.verdict == OK, -off if math.isfinite(off) else -math.inf)


def judge(name: str, x: float, analytic: float, estimate: Estimate, rtol: float) -> Row:
    """Return the row that compares a derivative with its finite differences.

    Args:
        name: The input, as in `Row.name`.
        x: Its value.
        analytic: The derivative to judge.
        estimate: Finite differences at x.
        rtol: Relative error allowed, on top of ten times the estimated error of the differences.
    """
    numeric = estimate.slope
    ratio = analytic / numeric if numeric else (1.0 if analytic == numeric else math.inf)
    if math.isnan(analytic) or math.isnan(numeric):
        ratio = math.nan
    verdict = _verdict(analytic, estimate, rtol)
    cause = ""
    if verdict == WRONG:
        near = [text for value, text in CAUSES.items() if abs(ratio - value) < 1e-3]
        cause = near[0] if near else ""
        if math.isnan(analytic):
            cause = NAN
    return Row(name, x, analytic, numeric, estimate.error, ratio, verdict, cause)


def _verdict(analytic: float, estimate: Estimate, rtol: float) -> str:
    numeric, error = estimate.slope, estimate.error
    if estimate.grain and analytic == 0.0:  # f is constant right at x
        return OK
    if estimate.kind in ("undefined", "jump"):
        return UNDEFINED
    if estimate.kind == "kink":
        if math.isnan(analytic):  # hypot at the origin, as in PyTorch
            return UNDEFINED
        low, high = sorted((estimate.left, estimate.right))
        slack = rtol * max(abs(low), abs(high)) + 10.0 * error
        inside = low - slack <= analytic <= high + slack
        return KINK_INSIDE if inside else KINK_OUTSIDE
    if math.isnan(numeric):  # no two steps agree
        return INCONCLUSIVE
    trusted = error <= 1e-2 * max(abs(analytic), abs(numeric))
    if not math.isfinite(analytic):  # but the function has a slope, if `error` is small
        allowed = 1e-2 * abs(numeric) + (1e-6 if math.isnan(analytic) else 0.0)
        return WRONG if error <= allowed else UNDEFINED
    if abs(analytic - numeric) <= rtol * max(abs(analytic), abs(numeric)) + 10.0 * error:
        return OK if trusted or analytic == 0.0 else INCONCLUSIVE
    return WRONG


@dataclass(frozen=True)
class Report:
    """The result of gradcheck: its rows, and a message about the wrong ones.

    `report.ok` (or `bool(report)`) is False if a row is wrong or a subgradient is outside the range
    of a kink. It prints as a table, and is shown as one in a notebook.

    >>> from autograd_core import gradcheck
    >>> print(gradcheck(lambda x: 2.0 * x, 3.0))
    gradcheck: passed (1 ok)
    input  x  analytic  numeric  error    ratio  verdict
    x      3  2         2        8.4e-15  1      ok
    """

    rows: tuple[Row, ...]
    guilty: str = ""
    shown: int | None = field(default=None, repr=False)

    @property
    def ok(self) -> bool:
        """Whether no derivative is wrong."""
        return not self.failures

    @property
    def failures(self) -> tuple[Row, ...]:
        """The rows that are wrong, worst first."""
        return tuple(row for row in self.worst() if row.verdict in FAILURES)

    def __bool__(self) -> bool:
        return self.ok

    def worst(self, n: int | None = None) -> tuple[Row, ...]:
        """Return the n worst rows (all of them by default), worst first."""
        return tuple(sorted(self.rows, key=lambda row: row.badness)[:n])

    def __str__(self) -> str:
        cells = [_HEADER, *map(_cells, self._visible())]
        widths = [max(map(len, column)) for column in zip(*cells)]
        lines = ["  ".join(c.ljust(w) for c, w in zip(line, widths)).rstrip() for line in cells]
        return "\n".join([self._headline(), *lines, *self._notes()])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{title}</th>" for title in _HEADER)
        body = ""
        for row in self._visible():
            colour = "#b00020" if row.verdict in FAILURES else "inherit"
            cells = "".join(f"<td>{html.escape(cell)}</td>" for cell in _cells(row))
            body += f'<tr style="color:{colour}">{cells}</tr>'
        notes = "".join(f"<p>{html.escape(note)}</p>" for note in self._notes())
        headline = html.escape(self._headline())
        return f"<p>{headline}</p><table><tr>{head}</tr>{body}</table>{notes}"

    def _visible(self) -> Sequence[Row]:
        return self.rows if self.shown is None else self.worst(self.shown)

    def _headline(self) -> str:
        counts = Counter(row.verdict for row in self.rows)
        found = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        return f"gradcheck: {'passed' if self.ok else 'FAILED'} ({found or 'nothing to check'})"

    def _notes(self) -> list[str]:
        notes = [f"{row.name}: {row.cause}" for row in self.failures[:3] if row.cause]
        hidden = len(self.rows) - len(self._visible())
        return [*([f"... and {hidden} more rows"] if hidden else []), *notes,
                *([self.guilty] if self.guilty else [])]  # fmt: skip


_HEADER = ("input", "x", "analytic", "numeric", "error", "ratio", "verdict")


def _cells(row: Row) -> tuple[str, ...]:
    numbers = (row.x, row.analytic, row.numeric)
    return (
        row.name,
        *[f"{number:.9g}" for number in numbers],
        f"{row.error:.1e}",
        f"{row.ratio:.6g}",
        row.verdict,
    )
