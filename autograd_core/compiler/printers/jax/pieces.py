"""Pieces: a program whose parameters are in another order, that of the matrices which it reads.

Neuron by neuron, a row of weights ends with the bias: a matrix is cut out of the parameters, and
its gradient put in between those of the biases, a fifth of a step of a network of 784 inputs. In
the order of the pieces both are slices, and XLA leaves them out where somebody keeps the pieces in
arrays of their own (tests/benchmarks/devices.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from autograd_core.compiler.arrays import (
    Argument,
    Loops,
    Numbers,
    Operand,
    Program,
    View,
    in_order,
    loops,
)


def in_pieces(program: Program) -> tuple[Program, list[list[Numbers]]]:
    """Return a program whose differentiated arguments, and their gradients, are in pieces.

    For each there are the positions that its pieces had, in their order. An argument that is not
    read and written in pieces that lie apart stays as it is, and is one piece.
    """
    every = []
    for gradient, argument in program.gradients:
        pieces = [np.arange(program.variables[argument.var].size)]
        found = _moved(program, gradient, argument)
        if found is not None:
            program, pieces = found
        every.append(pieces)
    return program, every


def _moved(
    program: Program, gradient: Operand, argument: Argument
) -> tuple[Program, list[Numbers]] | None:
    """Return the program with one argument in pieces; None if it has none."""
    outputs = {output[0] for output in program.outputs if isinstance(output, tuple)}
    if not isinstance(gradient, View) or not in_order(program.variables, gradient):
        return None
    both = {argument.var, gradient.var}
    if len(both) == 1 or both & outputs or argument.batched:
        return None
    steps = [step for step in program.instructions if step.name != "zero"]  # that is all of it
    walks = {v.loops for step in steps for v in (*step.views, step.out) if v.var in both}
    pieces = _pieces(sorted(walks))
    new = _in_order_of(pieces, walks, program.variables[argument.var].size)
    if new is None:
        return None

    def turned(view: View) -> View:
        return View(view.var, new.get(view.loops, view.loops)) if view.var in both else view

    instructions = [
        step._replace(
            operands=tuple([turned(a) if isinstance(a, View) else a for a in step.operands]),
            out=turned(step.out),
        )
        for step in program.instructions
    ]
    return replace(program, instructions=tuple(instructions)), pieces


def _in_order_of(
    pieces: Sequence[Numbers], walks: Iterable[Loops], size: int
) -> dict[Loops, Loops] | None:
    """Return the loops of walks once pieces stand one after the other; None if there are none."""
    order = np.concatenate([np.empty(0, np.int64), *pieces])
    if not np.array_equal(np.sort(order), np.arange(size)):
        return None
    places = np.argsort(order)
    new = {}
    for walk in walks:
        found = loops(places[walk.positions()])
        if found is None or (split := found.split(walk.dims)) is None:
            return None
        new[walk] = split
    return new


def _pieces(walks: Sequence[Loops]) -> list[Numbers]:
    """Return what each walk visits, each place once, in the order of the first ones."""
    visited = [np.unique(walk.positions()) for walk in walks]
    found = {places.tobytes(): places for places in visited}
    return sorted(found.values(), key=lambda places: int(places[0]))
