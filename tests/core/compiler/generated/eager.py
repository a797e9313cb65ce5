"""Eager: the results of a function on Values, and whether compiled numbers equal them."""

import math
import traceback

import numpy as np

from autograd_core import Value
from autograd_core.compiler.compiled import Compiled
from autograd_core.graph import topological_order

from .arguments import leaves, mapped

# Sums may be added in another order, which changes their last digits. Programs are short and their
# numbers near 1, so that 1e-9 is thousands of roundings, and far below a wrong term.
TOLERANCE = 1e-9
LARGE = 1e10  # beyond it rounding is large, and the order of a sum may decide whether it overflows
MOVED = 1e-12  # relative change of arguments that measures the effect of rounding


class Differs(Exception):
    """Compiled and eager numbers differ."""


class Eager:
    """The results of a function on Values: value, gradient by each argument, other outputs."""

    def __init__(self, function, arguments):
        trees = [mapped(lambda number: Value(float(number)), a) for a in arguments]
        found = function(*trees)
        root, beside = found if isinstance(found, tuple) else (found, ())
        self.largest, self.depends = 0.0, isinstance(root, Value)
        if isinstance(root, Value):
            root.backward()
            self.largest = max(_size(node.data, node.grad) for node in topological_order(root))
        self.value = float(getattr(root, "data", root))
        self.beside = np.array([float(getattr(v, "data", v)) for v in leaves(beside)])
        self.gradients = [np.array([v.grad for v in leaves(tree)]) for tree in trees]


def scribble(tree):
    """Fill the arrays of a result with nan, as a caller may: later calls must not change."""
    if isinstance(tree, dict | list | tuple):
        for part in tree.values() if isinstance(tree, dict) else tree:
            scribble(part)
    elif isinstance(tree, np.ndarray):
        tree[...] = np.nan


def _size(*values):
    return max(abs(v) if math.isfinite(v) else math.inf for v in values)


def alike(got, want, tolerance):
    """Return whether numbers agree: nan with nan, inf with inf, others within the tolerance."""
    got, want = np.ravel(np.asarray(got, float)), np.ravel(np.asarray(want, float))
    if got.shape != want.shape:
        return False
    with np.errstate(all="ignore"):
        near = np.abs(got - want) <= tolerance * np.maximum(1.0, np.abs(want))
        return bool(np.all((got == want) | (np.isnan(got) & np.isnan(want)) | near))


def difference(got, want):
    """Return the first numbers that differ, and where they are."""
    got, want = np.ravel(np.asarray(got, float)), np.ravel(np.asarray(want, float))
    if got.shape != want.shape:
        return f"{got.size} numbers, want {want.size}"
    at = [i for i in range(got.size) if not alike(got[i], want[i], TOLERANCE)][:3]
    pairs = ", ".join(f"[{i}] {got[i]:.12g} is not {want[i]:.12g}" for i in at)
    return f"of {got.size}: {pairs or 'sums'}"


def described(run):
    """Return `ok`, or one line that says what is wrong when `run` is called."""
    with np.errstate(all="ignore"):
        try:
            run()
        except Differs as error:
            return f"WRONG {error}"
        except Exception as error:
            at = traceback.extract_tb(error.__traceback__)[-1]
            name = at.filename.split("/")[-1]
            return f"RAISES {type(error).__name__} {name}:{at.lineno} {str(error)[:100]}"
    return "ok"


def match(function, arguments, batched=None, plan="arrays"):
    """Compare one function, compiled, with itself on Values; with three samples if `batched`."""
    every = tuple(range(len(arguments)))
    if batched is None:
        compiled = Compiled(function, plan=plan)
        points, given = [arguments], arguments
    else:
        compiled = Compiled(function, plan=plan, batch=tuple(0 if b else None for b in batched))
        points = [[a * (1.0 - 0.2 * i) if many else a for a, many in zip(arguments, batched)]
                  for i in range(3)]  # fmt: skip
        given = [np.stack([point[i] for point in points]) if many else a
                 for i, (a, many) in enumerate(zip(arguments, batched))]  # fmt: skip
    value, slopes = compiled.value_and_grad(*given, wrt=every)
    eager = [Eager(function, point) for point in points]
    _compare("value", value, [e.value for e in eager])
    for i, slope in enumerate(slopes):
        want = np.array([e.gradients[i] for e in eager])
        many = batched is not None and batched[i]
        _compare(f"gradient {i}", slope, want if many else want.sum(axis=0))
    return compiled


def _compare(what, got, want):
    if not alike(got, want, TOLERANCE):
        raise Differs(f"{what}: {difference(got, want)}")
