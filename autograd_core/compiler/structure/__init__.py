"""structure: from scalar instructions to groups of those that do the same.

In: a `Trace`. Out: `Scalars`, flat instructions (`lower`), and `Groups`, found by `reroll` after
`expand` has written operations on any number of operands as elementary ones.
Read first: `lower.py`, then `reroll.py`. `sums.py` says what may be added in another order, and
`reach.py` what has a gradient; `steps.py` writes what has no structure, and its gradient, in
elementary functions for a machine. `tape.py` runs the rules of the table and writes them down as
`template.py` says, so that no stage knows one operation from another.
"""

from autograd_core.compiler.structure.expand import Unstructured, expand
from autograd_core.compiler.structure.groups import Group, Groups, Term
from autograd_core.compiler.structure.lower import lower
from autograd_core.compiler.structure.picture import groups_dot
from autograd_core.compiler.structure.reach import between, flat_operands
from autograd_core.compiler.structure.reroll import reroll
from autograd_core.compiler.structure.scalars import Scalars, Steps
from autograd_core.compiler.structure.steps import adjoint_steps, steps_of
from autograd_core.compiler.structure.sums import moderate
from autograd_core.compiler.structure.tape import (
    choice_template,
    partials_template,
    traced,
    value_template,
)
from autograd_core.compiler.structure.template import Template, elementary

__all__ = [
    "Group", "Groups", "Scalars", "Steps", "Template", "Term", "Unstructured", "adjoint_steps",
    "between", "choice_template", "elementary", "expand", "flat_operands", "groups_dot", "lower",
    "moderate", "partials_template", "reroll", "steps_of", "traced", "value_template",
]  # fmt: skip
