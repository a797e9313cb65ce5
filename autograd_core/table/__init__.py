"""table: the primitives, the only place where a derivative is written, and what their rules run on.

In: nothing of this package. Out: `Op` (one row), `TABLE` (all of them, by name), the rows as
`ops.TANH`, and the kinds of number a rule runs on: `FLOAT`, `ARRAY`, and `TEXT` for formulas.
Read first: `ops.py`, of which a line is an operation, then `op.py` for what the line means;
`by_hand` takes micrograd's own way to make one. `floats` and `arrays` hold elementary functions in
IEEE arithmetic, `special` and `error_functions` those that `math` lacks, `text` and `symbolic`
write rules down, `operations` makes docs/operations.md. `choices` says which operands get no
gradient, `memory` has arrays that begin where a cache line does.
"""

from autograd_core.table import ops
from autograd_core.table.arrays import ARRAY
from autograd_core.table.by_hand import ByHand, by_hand
from autograd_core.table.choices import (
    Choice,
    Partial,
    alive,
    local_partials,
    pattern,
    settled,
    share,
    shares,
)
from autograd_core.table.floats import FLOAT
from autograd_core.table.memory import Floats, adjacent, aligned
from autograd_core.table.op import FAMILIES, NUMBERS, REAL, TABLE, Interval, Op, Rule, find, row
from autograd_core.table.operations import markdown
from autograd_core.table.ops import polygamma_constant, power_constant
from autograd_core.table.special import lgamma, polygamma
from autograd_core.table.symbolic import Symbolic
from autograd_core.table.text import (
    JAVASCRIPT,
    LATEX,
    SIGN,
    TEXT,
    TOO_LONG,
    Dialect,
    Text,
    describe,
)

__all__ = [
    "ARRAY", "FAMILIES", "FLOAT", "JAVASCRIPT", "LATEX", "NUMBERS", "REAL", "SIGN", "TABLE", "TEXT",
    "TOO_LONG", "ByHand", "Choice", "Dialect", "Floats", "Interval", "Op", "Partial", "Rule",
    "Symbolic", "Text", "adjacent", "aligned", "alive", "by_hand", "describe", "find", "lgamma",
    "local_partials", "markdown", "ops", "pattern", "polygamma", "polygamma_constant",
    "power_constant", "row", "settled", "share", "shares",
]  # fmt: skip
