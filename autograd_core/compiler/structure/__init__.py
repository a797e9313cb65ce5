"""structure: from a graph to scalar instructions, and from these to groups of equal ones.

In: a `Trace`. Out: `Scalars`, one instruction for each number (`lower`), and `Groups`, which
`reroll` finds after `expand` has replaced operations on any number of operands by elementary ones.
Read first: `lower.py`, then `reroll.py`. `sums.py` says which sums may be reordered, `reach.py`
which numbers have a gradient. `steps.py` turns a graph without structure, and its gradient, into
calls of elementary functions. `tape.py` records rules of the table as templates (`template.py`), so
that no stage has to know any operation.
"""

from autograd_core.compiler.structure.expand import Unstructured, expand
from autograd_core.compiler.structure.groups import Group, Groups, Term
from autograd_core.compiler.structure.lower import lower
from autograd_core.compiler.structure.picture import groups_dot
from autograd_core.compiler.structure.reach import active_numbers, flat_operands
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
    "Group", "Groups", "Scalars", "Steps", "Template", "Term", "Unstructured", "active_numbers",
    "adjoint_steps", "choice_template", "elementary", "expand", "flat_operands", "groups_dot",
    "lower", "moderate", "partials_template", "reroll", "steps_of", "traced", "value_template",
]  # fmt: skip
