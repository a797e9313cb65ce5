"""table: the primitive operations, the only place where a derivative is written.

In: nothing of this package. Out: `Op` (one row), `TABLE` (all rows by name), the rows as
`ops.TANH`, and the kinds of number a rule runs on: `FLOAT`, `ARRAY`, and `TEXT` for formulas.
Read first: `ops.py`, one operation a line, then `op.py` for the fields of a line; `by_hand` is
micrograd's way to define an operation. `floats` and `arrays` hold elementary functions in IEEE
arithmetic, `special` and `error_functions` those that `math` and NumPy lack, `text` and `symbolic`
print rules as formulas, `operations` writes docs/operations.md. `choices` decides which operands
get no gradient, `memory` allocates arrays aligned to cache lines.
"""

from autograd_core.table import ops
from autograd_core.table.arrays import ARRAY
from autograd_core.table.by_hand import ByHand, by_hand
from autograd_core.table.choices import (
    Choice,
    Partial,
    local_partials,
    partial_number,
    passes,
    pattern,
    share,
    shares,
)
from autograd_core.table.floats import FLOAT
from autograd_core.table.memory import Floats, adjacent, aligned
from autograd_core.table.op import (
    FAMILIES,
    NUMBERS,
    REAL,
    TABLE,
    AnyNumber,
    Functions,
    Interval,
    Op,
    Rule,
    find,
    row,
)
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
    "TOO_LONG", "AnyNumber", "ByHand", "Choice", "Dialect", "Floats", "Functions", "Interval", "Op",
    "Partial", "Rule", "Symbolic", "Text", "adjacent", "aligned", "by_hand", "describe", "find",
    "lgamma", "local_partials", "markdown", "ops", "partial_number", "passes", "pattern",
    "polygamma", "polygamma_constant", "power_constant", "row", "share", "shares",
]  # fmt: skip
