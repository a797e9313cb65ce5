"""Mutations of the machine: ways to break steps, their encoding as words, and running these."""

from autograd_core.compiler.printers.llvm.machine import FUSED
from autograd_core.compiler.printers.llvm.words import _CODES
from autograd_core.compiler.structure import partials_template, value_template

from .mutation_tools import constant, result, wrapped


def _swapped(template):
    steps = [s._replace(operands=s.operands[::-1]) if s.name in ("subtract", "divide") else s
             for s in template.steps]  # fmt: skip
    return template._replace(steps=tuple(steps))


def _turned(template):
    return template._replace(results=template.results[::-1])


def _other_code(name, other):
    codes = {**_CODES, name: _CODES[other]}
    return constant("printers.llvm.words", "_CODES", codes)


def _of_words(change):
    return result("printers.native.machine_program", "words_of", change)


def _added(change):
    """Return a mutation of the additions of an adjoint's terms."""

    def apply(original, self, name, operands):
        return change(*operands) if name == "add" else original(self, name, operands)

    return wrapped("structure.steps", "_Writer.add", apply)


STEPS = {
    "swapped operands": constant(
        "structure.steps", "value_template", lambda *key: _swapped(value_template(*key))
    ),
    "partials of the other operand": constant(
        "structure.steps", "partials_template", lambda *key: _turned(partials_template(*key))
    ),
    "shares of a choice as partials": constant(
        "structure.steps", "choice_template", lambda *key: None
    ),
    "an adjoint put in place of another": _added(lambda before, share: share),
    "a dropped contribution": _added(lambda before, share: before),
    "the adjoint not passed on": wrapped(
        "structure.steps", "_Writer.times", lambda original, self, adjoint, partial: partial
    ),
}  # fmt: skip
WORDS = {
    "a place used again one step too early": result(
        "printers.llvm.words", "_last_uses", lambda last: [max(0, number - 1) for number in last]
    ),
    "a product left out that others read": wrapped(
        "printers.llvm.words", "_fuses",
        lambda original, steps, number, last: (
            number - steps.inputs + 1 < len(steps.names)
            and steps.names[number - steps.inputs + 1] == "add"
        ),
    ),
    "constants in another order": _of_words(
        lambda words: words._replace(constants=words.constants[::-1].copy())
    ),
    "another output": _of_words(
        lambda words: words._replace(outputs=words.outputs[[*range(1, len(words.outputs)), 0]])
    ),
    "one input fewer": _of_words(lambda words: words._replace(inputs=words.inputs - 1)),
}  # fmt: skip
MACHINE = {
    "another function": _other_code("sin", "cos"),
    "a comparison the other way round": _other_code("greater", "less"),
    "a product added that is subtracted": _other_code("subtract", "add"),
    "the wrong operands of a product and a sum": _other_code(FUSED, "where"),
}

_ROOMS = {"steps": STEPS, "words": WORDS, "machine": MACHINE}
STEPWISE = [(stage, what, apply) for stage, of in _ROOMS.items() for what, apply in of.items()]
