"""Mutations: each stage of the compiler is broken on purpose; the verifier or the numbers show it.

With `pytest -s` each mutation is printed as a row of a table, with what showed it.
"""

import pytest

from autograd_core.compiler.printers.llvm import in_process

from .mutation_battery import CASES, fault, programs_for
from .mutation_machine import STEPWISE
from .mutation_printers import PRINTERS
from .mutation_table import STAGES

MUTATIONS = [*STAGES, *PRINTERS, *(STEPWISE if in_process.available() else ())]


def test_the_unbroken_compiler_has_no_fault():
    assert fault(CASES) == ""


@pytest.mark.parametrize(
    ("stage", "broken", "break_it"), MUTATIONS, ids=[f"{s}: {what}" for s, what, _ in MUTATIONS]
)
def test_a_broken_compiler_is_caught(stage, broken, break_it, monkeypatch):
    break_it(monkeypatch)
    found = fault(programs_for(stage))
    assert found, f"nothing tells that {stage} has {broken}"
    print(f"| {stage} | {broken} | {found} |")
