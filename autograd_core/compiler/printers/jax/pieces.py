"""Pieces: a program whose parameters are reordered so that each matrix is contiguous.

A layer's parameters are stored neuron by neuron, each row of weights followed by its bias. So a
matrix has to be gathered from them, and its gradient scattered between those of the biases, which
takes a fifth of a step of a network with 784 inputs. In the order of pieces both are slices, which
XLA removes where the caller keeps each piece in an array (tests/benchmarks/devices.py).
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

    Also returns, for each of these arguments, the original positions of its pieces, in the new
    order. An argument that is not read and written in disjoint pieces stays as it is: one piece.
    """
    positions = []
    for gradient, argument in program.gradients:
        pieces = [np.arange(program.variables[argument.var].size)]
        found = _reordered(program, gradient, argument)
        if found is not None:
            program, pieces = found
        positions.append(pieces)
    return program, positions


def _reordered(
    program: Program, gradient: Operand, argument: Argument
) -> tuple[Program, list[Numbers]] | None:
    """Return the program with one argument in pieces, and their positions; None if impossible."""
    outputs = {output[0] for output in program.outputs if isinstance(output, tuple)}
    if not isinstance(gradient, View) or not in_order(program.variables, gradient):
        return None
    both = {argument.var, gradient.var}
    if len(both) == 1 or both & outputs or argument.batched:
        return None
    steps = [step for step in program.instructions if step.name != "zero"]  # writes all
    walks = {v.loops for step in steps for v in (*step.views, step.out) if v.var in both}
    pieces = _pieces(sorted(walks))
    new = _in_order_of(pieces, walks, program.variables[argument.var].size)
    if new is None:
        return None

    def reordered(view: View) -> View:
        return View(view.var, new.get(view.loops, view.loops)) if view.var in both else view

    instructions = [
        step._replace(
            operands=tuple([reordered(a) if isinstance(a, View) else a for a in step.operands]),
            out=reordered(step.out),
        )
        for step in program.instructions
    ]
    return replace(program, instructions=tuple(instructions)), pieces


def _in_order_of(
    pieces: Sequence[Numbers], walks: Iterable[Loops], size: int
) -> dict[Loops, Loops] | None:
    """Return the loops that replace walks, once pieces are concatenated; None if impossible."""
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
    """Return the distinct sets of positions that walks visit, by their first position."""
    visited = [np.unique(walk.positions()) for walk in walks]
    found = {places.tobytes(): places for places in visited}
    return sorted(found.values(), key=lambda places: int(places[0]))
