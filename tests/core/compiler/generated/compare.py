"""Compare: a compiled program against the same function on eager Values."""

import copy
import pickle

import numpy as np

from autograd_core import Value, functional, grad
from autograd_core.compiler.compiled import Compiled

from .arguments import BATCHABLE, flat_rows, leaves, mapped, numbers, rows_of
from .build import function_of
from .eager import LARGE, MOVED, TOLERANCE, Differs, Eager, alike, described, difference, scribble


class Checker:
    """Compiles one program, calls it, and compares the numbers.

    Args:
        program: Its description.
        verbose: Whether to say more of what differs.
    """

    def __init__(self, program):
        self.program = program
        self.rng = np.random.default_rng(program.seed)
        self.outside = [Value(float(v)) for v in self.rng.normal(size=program.outside)]
        self.function = function_of(program, functional, self.outside)
        self.largest = 0.0
        self.every = tuple(range(len(program.arguments)))

    def eager(self, arguments, function=None):
        found = Eager(function or self.function, arguments)
        self.largest = max(self.largest, found.largest)
        return found

    def compiled(self, function=None, **options):
        return Compiled(function or self.function, plan=self.program.plan, **options)

    def same(self, what, got, want, arguments, part, weight=1.0):
        """Raise Differs unless `got` equals `want`, or rounding alone changes these digits.

        Args:
            what: What is compared.
            got: Compiled numbers.
            want: Eager numbers.
            arguments: The arguments, to measure how much rounding them changes the numbers.
            part: Returns these numbers of an Eager.
            weight: The number of samples that were summed.
        """
        if alike(got, want, TOLERANCE * weight):
            return
        got, want = np.ravel(np.asarray(got, float)), np.ravel(np.asarray(want, float))
        if got.shape == want.shape and np.isfinite(want).all() and np.isfinite(got).all():
            unsure = np.resize(self.unsure(arguments, part), got.shape)
            if np.all(np.abs(got - want) <= 10.0 * weight * unsure):
                return
        raise Differs(f"{what}: {difference(got, want)}")

    def unsure(self, arguments, part):
        """Return the change of eager numbers when arguments change in the twelfth digit."""
        rng = np.random.default_rng(1)
        base, change = np.ravel(part(self.eager(arguments))), 0.0
        for _ in range(4):
            moved = [mapped(lambda v: float(v) + MOVED * rng.choice((-1, 1)) * max(1, abs(v)), a)
                     for a in arguments]  # fmt: skip
            change = np.maximum(change, np.abs(np.ravel(part(self.eager(moved))) - base))
        return change

    def run(self):
        """Compare; raise Differs, or the compiler's error."""
        getattr(self, f"check_{self.program.check}")()

    def fresh(self):
        return [numbers(argument, self.rng) for argument in self.program.arguments]

    def gradients(self, what, found, arguments, function=None):
        """Compare a value and the gradients by all arguments with eager ones."""
        want = self.eager(arguments, function)
        value, slopes = found
        self.same(f"{what} value", value, want.value, arguments, lambda e: e.value)
        for i, (got, wanted) in enumerate(zip(slopes, want.gradients, strict=True)):
            self.same(f"{what} gradient {i}", leaves(got), wanted, arguments,
                      lambda e, i=i: e.gradients[i])  # fmt: skip

    def check_plain(self):
        arguments = self.fresh()
        before = copy.deepcopy(arguments)
        compiled = self.compiled()
        self.gradients("plain", compiled.value_and_grad(*arguments, wrt=self.every), arguments)
        if not alike(leaves(arguments), leaves(before), 0.0):
            raise Differs("an argument was written to")
        for value in self.outside:
            value.data += 0.25
        self.gradients("outside", compiled.value_and_grad(*arguments, wrt=self.every), arguments)

    def check_named(self):
        arguments = self.fresh()
        named = dict(zip([argument.name for argument in self.program.arguments], arguments))
        found = self.compiled().value_and_grad(wrt=self.every, **named)
        self.gradients("by name", found, arguments)

    def check_pickled(self):
        compiled, arguments = self.compiled(), self.fresh()
        compiled.value_and_grad(*arguments, wrt=self.every)
        found = pickle.loads(pickle.dumps(compiled)).value_and_grad(*arguments, wrt=self.every)
        self.gradients("from a pickle", found, arguments)

    def check_arrays(self):
        arguments = self.fresh()
        compiled = self.compiled()
        self.same("call", compiled(*arguments), self.eager(arguments).value, arguments,
                  lambda e: e.value)  # fmt: skip
        chosen = self.every[self.program.seed % len(self.every) :]
        slopes = compiled.grad(*arguments, wrt=chosen)
        want = self.eager(arguments)
        for i, got in zip(chosen, slopes):
            self.same(f"some gradient {i}", leaves(got), want.gradients[i], arguments,
                      lambda e, i=i: e.gradients[i])  # fmt: skip

    def check_again(self):
        first, second = self.fresh(), self.fresh()
        compiled = self.compiled()
        before = compiled.value_and_grad(*first, wrt=self.every)
        after = compiled.value_and_grad(*second, wrt=self.every)
        self.gradients("second call", after, second)
        self.gradients("first call, later", before, first)
        for slope in after[1]:
            scribble(slope)
        self.gradients("third call", compiled.value_and_grad(*first, wrt=self.every), first)

    def check_bind(self):
        first, second = self.fresh(), self.fresh()
        first, second = ([_ready(a) for a in arguments] for arguments in (first, second))
        call = self.compiled().bind(*first, wrt=self.every)
        before, after = call(*first), call(*second)
        self.gradients("bound", after, second)
        self.gradients("bound, later", before, first)

    def check_outputs(self):
        function = function_of(self.program, functional, self.outside, outputs=True)
        arguments = self.fresh()
        compiled = self.compiled(function)
        want = self.eager(arguments, function)
        (value, beside), slopes = compiled.value_and_grad(*arguments, wrt=self.every, has_aux=True)
        self.gradients("with outputs", (value, slopes), arguments, function)
        self.same("outputs", leaves(beside), want.beside, arguments, lambda e: e.beside)
        again = compiled(*self.fresh()), compiled(*arguments)
        self.same("outputs alone", leaves(again[1][1]), want.beside, arguments, lambda e: e.beside)

    def check_second(self):
        weights = np.random.default_rng(2)
        wrt = self.every

        def slope(*arguments):
            slopes = grad(self.function, wrt)(*arguments)
            found = [v for tree in slopes for v in leaves(tree)]
            if len(self.factors) < len(found):
                self.factors = weights.normal(size=len(found))
            return sum(float(k) * v for k, v in zip(self.factors, found))

        self.factors = np.zeros(0)
        slope.__signature__ = self.function.__signature__
        arguments = self.fresh()
        found = self.compiled(slope).value_and_grad(*arguments, wrt=wrt)
        self.gradients("second derivative", found, arguments, slope)

    def check_batch(self):
        program = self.program
        batched = [wanted and argument.form in BATCHABLE
                   for wanted, argument in zip(program.batched, program.arguments)]  # fmt: skip
        if not any(batched):
            return self.check_again()
        compiled = self.compiled(batch=tuple(0 if many else None for many in batched))
        for _ in range(2):
            self.batch(compiled, batched)
        return None

    def batch(self, compiled, batched):
        program, rng = self.program, self.rng
        different = min(program.batch, 3)
        drawn = rng.integers(different, size=program.batch, dtype=np.intp)
        rows = np.concatenate([np.arange(different), drawn])
        rows = rows[: program.batch]
        samples = [numbers(argument, rng, different if many else None)
                   for argument, many in zip(program.arguments, batched)]  # fmt: skip
        given = [_repeated(a, rows) if many else a for a, many in zip(samples, batched)]
        points = [[rows_of(a, i) if many else a for a, many in zip(samples, batched)]
                  for i in range(different)]  # fmt: skip
        values, slopes = compiled.value_and_grad(*given, wrt=self.every)
        eager = [self.eager(point) for point in points]
        counts = np.bincount(rows, minlength=different)
        values = np.asarray(values)
        if values.shape != (program.batch,):
            raise Differs(f"batch values of shape {values.shape}, want ({program.batch},)")
        for sample, point in enumerate(points):
            mine = rows == sample
            want = eager[sample]
            self.same("batch value", values[mine], np.repeat(want.value, mine.sum()), point,
                      lambda e: e.value)  # fmt: skip
        for i, (got, many) in enumerate(zip(slopes, batched)):
            if many:
                found = flat_rows(got)
                for sample, point in enumerate(points):
                    mine = found[rows == sample]
                    want = np.tile(eager[sample].gradients[i], (len(mine), 1))
                    self.same(f"batch gradient {i} by sample", mine, want, point,
                              lambda e, i=i: e.gradients[i])  # fmt: skip
            else:
                want = sum(n * e.gradients[i] for n, e in zip(counts, eager))
                self.same(f"batch gradient {i} in all", leaves(got), want, points[0],
                          lambda e, i=i: e.gradients[i], float(program.batch))  # fmt: skip


def _repeated(tree, rows):
    """Return a batch with these rows of the samples; lists stay lists."""
    if isinstance(tree, dict):
        return {key: _repeated(part, rows) for key, part in tree.items()}
    if isinstance(tree, tuple):
        return tuple(_repeated(part, rows) for part in tree)
    if isinstance(tree, list):
        return [tree[row] for row in rows]
    return tree[rows]


def _ready(argument):
    """Return an argument as `bind` takes it: arrays contiguous and of float64."""
    if isinstance(argument, np.ndarray):
        return np.ascontiguousarray(argument, dtype=np.float64)
    return argument


def verdict(program, checker_of=Checker):
    """Return `ok`, or one line that says what is wrong.

    It begins with `large` if intermediate numbers are beyond 1e10 or overflow: then the difference
    may be rounding.
    """
    checker = checker_of(program)
    found = described(checker.run)
    if "must return a Value" in found:  # right if no argument has an influence
        constant = program.check == "second" or not checker.eager(checker.fresh()).depends
        return "ok" if constant else found
    return f"large {found}" if found.startswith("WRONG") and checker.largest > LARGE else found
