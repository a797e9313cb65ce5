"""Table: ways to break each stage of the compiler before the printers, and each pass."""

from autograd_core.compiler.arrays import View
from autograd_core.compiler.passes.terms import Term as Multiple

from .mutation_structure import ADJOINTS, DIFFERENTIATE, FORWARD, REROLL, SCALARS, edges
from .mutation_tools import (
    PROGRAM,
    constant,
    dropped_term,
    last_first,
    lost,
    one_variable_for_two,
    result,
    swapped,
    wrapped,
    wrong_stride,
)

# ---- passes --------------------------------------------------------------------------------------


def _swapped_difference(found):
    if found is not None and found.name == "subtract":
        return found._replace(operands=found.operands[::-1])
    return found


MERGE = {
    "a dropped factor": constant("passes.merge", "product", lambda one, other: 1.0),
    "a factor taken for its reciprocal": wrapped(
        "passes.exponentials", "Form.ratio_to", lambda original, self, other: original(other, self)
    ),
    "used before it is computed": constant(
        "passes.merge", "_Merge._move_before", lambda self, var, other: True
    ),
    "exponents not compared": constant(
        "passes.exponentials", "Form.same_exponent", lambda self, other: True
    ),
    "a difference with 0 taken for 0": wrapped(
        "passes.merge", "_Merge._result",
        lambda original, self, name, operands: 0.0
        if name in ("add", "subtract") and 0.0 in operands
        else original(self, name, operands),
    ),
}  # fmt: skip
FACTORS = {
    "a dropped sign": result("passes.factors", "product", abs),
    "swapped operands": result("passes.factors", "_Factors._added", _swapped_difference),
    "a dropped term where two are gathered": result(
        "passes.factors", "_Factors._collected",
        lambda found: found and found._replace(name="", operands=found.operands[:1], parts=()),
    ),
    "what is subtracted added": wrapped(
        "passes.factors", "_Factors._accumulated",
        lambda original, self, instruction: (instruction.operands[0], -instruction.operands[1]),
    ),
    "a factor that is not multiplied in": wrapped(
        "passes.terms", "Terms.evaluated",
        lambda original, self, term: original(self, Multiple(1.0, term.operand))
        if isinstance(term.operand, View) else original(self, term),
    ),
    "another sum taken for the same": wrapped(
        "passes.terms", "Terms.computed",
        lambda original, self, instruction, name, operands, reuse: original(
            self, instruction, name, (*operands[:1], *operands[:-1]), reuse),
    ),
}  # fmt: skip
SHORTEN = {
    "swapped operands": wrapped(
        "passes.shorten", "_Shorten._inner_sum",
        lambda original, self, name, x, y, dims: original(self, name, x, x, dims),
    ),
    "a sum in place of a product": wrapped(
        "passes.shorten", "_Shorten._inner_sum",
        lambda original, self, name, x, y, dims: original(
            self, {"add": "subtract"}.get(name, "add"), x, y, dims),
    ),
    "a quotient the wrong way round": result(
        "passes.shorten", "_Shorten._quotient",
        lambda found: found._replace(operands=found.operands[::-1])
        if found.name == "divide" else found,
    ),
    "a dropped factor": wrapped(
        "passes.shorten", "_Shorten._known_multiple",
        lambda original, self, factor, operand: original(self, factor, operand) and operand,
    ),
}  # fmt: skip


_OF_PROGRAMS = {
    "forward, adjoints": "pipeline:differentiated",
    "merge": "pipeline:merged",
    "factors": "pipeline:factored",
    "shorten": "pipeline:shortened",
}


def _table():
    """Yield the stage, the name of the mutation, and the function that applies it."""
    for what, change in SCALARS.items():
        yield "lower", what, result("version", "lower", change)
    expand = {
        "swapped operands": SCALARS["swapped operands"],
        "a dropped contribution": edges(lambda pairs: pairs[1:]),
        "partials of other operands": edges(
            lambda pairs: [(a, p) for (a, _), (_, p) in zip(pairs, pairs[1:] + pairs[:1])]
        ),
        "the operand in place of its partial": edges(lambda pairs: [(a, a) for a, _ in pairs]),
    }
    for what, change in expand.items():
        yield "expand", what, result("pipeline", "expand", change)
    for what, change in REROLL.items():
        yield "reroll", what, result("pipeline", "reroll", change)
    yield "reroll", "the order of rounding ignored", constant(
        "structure.sums", "_any_order", lambda program, terms, kind: True
    )  # fmt: skip
    own = {"forward": FORWARD, "differentiate": DIFFERENTIATE, "adjoints": ADJOINTS,
           "merge": MERGE, "factors": FACTORS, "shorten": SHORTEN}  # fmt: skip
    for stage, mutations in own.items():
        for what, apply in mutations.items():
            yield stage, what, apply
    for stage, place in _OF_PROGRAMS.items():
        chosen = PROGRAM if stage == "forward, adjoints" else _SHORTER
        for what, change in chosen.items():
            yield f"result of {stage}", what, result(*place.split(":"), change)


_SHORTER = {
    "a wrong stride": wrong_stride, "swapped operands": swapped, "a dropped term": dropped_term,
    "a lost instruction": lost, "one variable for two results": one_variable_for_two,
    "the last instruction first": last_first,
}  # fmt: skip
STAGES = list(_table())
