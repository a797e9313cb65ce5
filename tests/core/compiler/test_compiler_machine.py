"""The machine that runs straight-line code step by step gives eager's numbers."""

import math
import pickle
import threading

import numpy as np
import pytest

from autograd_core import Value, compile
from autograd_core import functional as F
from autograd_core.compiler import choice, version
from autograd_core.compiler.printers.llvm import Words, in_process, words_of
from autograd_core.compiler.printers.llvm.machine import INSTRUCTIONS
from autograd_core.compiler.structure import Steps

from .generated.build import program_of
from .generated.compare import verdict
from .test_compiler_native import NativeChecker, operations, points, same

pytestmark = pytest.mark.skipif(not in_process.available(), reason="llvmlite")


@pytest.fixture
def stepwise(monkeypatch):
    """Let the machine run every function, however short."""
    monkeypatch.setattr(version, "runs_on_machine", lambda program, steps: True)


def chain(count):
    def f(x, a, b):
        for _ in range(count):
            x = F.sin(x) * a + b
        return x

    return f


@pytest.mark.parametrize("op_arity", operations(), ids=lambda found: found[0].name)
def test_every_row_of_the_table(stepwise, op_arity):
    op, arity = op_arity
    f = compile(lambda *x: F.call(op, *x), backend="native")
    for row in points(op, arity).tolist():
        operands = [Value(v) for v in row]
        y = F.call(op, *operands)
        y.backward()
        value, slopes = f.value_and_grad(*row, wrt=tuple(range(arity)))
        same(value, y.data, (op.name, row))
        for got, operand in zip(slopes, operands):
            same(got, operand.grad, (op.name, row))
    assert "run by LLVM step by step" in f.report


@pytest.mark.parametrize("first", range(31_000, 31_200, 20))
def test_generated_programs(stepwise, first):
    for seed in range(first, first + 20):
        found = verdict(program_of(seed, small=True), NativeChecker)
        assert found.startswith(("ok", "large")), (seed, found)


def test_a_chain_has_the_numbers_of_straight_line_code(monkeypatch):
    arguments = 0.3, 1.1, 0.2
    fast, slow = (compile(chain(1000), backend=b) for b in ("native", "numpy"))
    found = fast.value_and_grad(*arguments, wrt=(0, 1, 2))
    wanted = slow.value_and_grad(*arguments, wrt=(0, 1, 2))
    assert "run by LLVM step by step" in fast.report
    assert fast.source == slow.source
    np.testing.assert_allclose(np.hstack(found), np.hstack(wanted), rtol=1e-13)
    assert fast(*arguments) == pytest.approx(wanted[0], rel=1e-14)
    stored = pickle.dumps(fast)
    copy = pickle.loads(stored)
    assert copy.value_and_grad(*arguments, wrt=(0, 1, 2)) == found
    assert b"Words" not in stored  # another version may number their codes differently
    monkeypatch.setattr(in_process, "available", lambda: False)
    copy = pickle.loads(pickle.dumps(fast))
    np.testing.assert_allclose(
        np.hstack(copy.value_and_grad(*arguments, wrt=(0, 1, 2))), np.hstack(wanted), rtol=1e-13
    )


def test_values_from_outside_are_read_at_each_call_and_guards_are_looked_at(stepwise):
    outside = Value(2.0)
    f = compile(lambda x: x * outside if x > 0.0 else -x, backend="native")
    assert f.value_and_grad(3.0) == (6.0, 2.0)
    outside.data = 5.0
    assert f.value_and_grad(3.0) == (15.0, 5.0)
    assert f.value_and_grad(-3.0) == (3.0, -1.0)


def test_samples_of_what_has_no_array_program_run_one_by_one(stepwise):
    def f(x, w):
        return F.logsumexp(x) * w[0] - x[0] * w[1]

    x, w = np.random.default_rng(0).normal(size=(5, 3)), np.array([1.5, 0.5])
    fast = compile(f, batch=(0, None), backend="native")
    slow = compile(f, batch=(0, None), backend="numpy")
    found = fast.value_and_grad(x, w, wrt=(0, 1))
    wanted = slow.value_and_grad(x, w, wrt=(0, 1))
    np.testing.assert_allclose(found[0], wanted[0], rtol=1e-13)
    for one, other in zip(found[1], wanted[1]):
        np.testing.assert_allclose(one, other, rtol=1e-12)
    assert "run by LLVM step by step" in fast.report


def test_threads_have_memories_of_their_own():
    f = compile(chain(2000), backend="native")
    wanted = {x: f.value_and_grad(x, 1.1, 0.2, wrt=(0, 1, 2)) for x in (0.1, 0.2, 0.3, 0.4)}
    wrong = []

    def work(x):
        for _ in range(50):
            if f.value_and_grad(x, 1.1, 0.2, wrt=(0, 1, 2)) != wanted[x]:
                wrong.append(x)

    threads = [threading.Thread(target=work, args=(x,)) for x in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_what_is_interrupted_while_the_machine_is_made_runs_later(monkeypatch):
    machine = in_process.machine

    def interrupted():
        monkeypatch.setattr(in_process, "machine", machine)
        raise KeyboardInterrupt

    monkeypatch.setattr(in_process, "machine", interrupted)
    f = compile(chain(400), backend="native")
    with pytest.raises(KeyboardInterrupt):
        f(0.3, 1.1, 0.2)
    same(f(0.3, 1.1, 0.2), chain(400)(Value(0.3), 1.1, 0.2).data, None)


def test_without_a_machine_the_report_says_what_runs(monkeypatch):
    f = compile(chain(400), backend="native")
    wanted = f(0.3, 1.1, 0.2)
    assert "run by LLVM step by step" in f.report
    copy = pickle.loads(pickle.dumps(f))
    monkeypatch.setattr(in_process, "available", lambda: False)
    same(copy(0.3, 1.1, 0.2), wanted, None)
    assert "value: straight-line code, 1 texts" in copy.report


def test_an_operation_on_many_numbers_is_as_many_steps():
    def f(x):
        return F.logsumexp([F.sin(x[i % 5] * (i % 13 + 1)) for i in range(3000)])

    fast = compile(f, backend="native")
    x = [Value(i / 5) for i in range(5)]
    y = f(x)
    y.backward()
    value, slopes = fast.value_and_grad([i / 5 for i in range(5)])
    assert "run by LLVM step by step" in fast.report
    np.testing.assert_allclose([value, *slopes], [y.data, *[v.grad for v in x]], rtol=1e-12)


def test_it_is_taken_up_after_enough_calls_and_not_before(monkeypatch):
    monkeypatch.setattr(version, "calls_until_native", lambda *_: 5)
    f = compile(chain(400))
    found = [f.value_and_grad(0.3, 1.1, 0.2) for _ in range(4)]
    assert "straight-line code, 1 texts" in f.report
    found += [f.value_and_grad(0.3, 1.1, 0.2) for _ in range(4)]
    assert "run by LLVM step by step" in f.report
    np.testing.assert_allclose(found, np.tile(found[0], (8, 1)), rtol=1e-13)


def test_enough_is_when_calls_have_taken_as_long_as_writing_it_down():
    assert choice.runs_on_machine(None, 10_000)
    assert not choice.runs_on_machine(None, 100)  # it is compiled
    assert choice.worth_compiling(None, 100)
    assert 100 < choice.calls_until_native(None, 1_000, None, True, True) < 3_000
    assert choice.calls_until_native(None, 1_000, None, True, False) is None
    assert choice.calls_until_native(None, 100, None, False, True) is None
    assert choice.calls_until_native(None, 1_000, 100, True, True) < 30  # with 100 samples each


def test_the_memory_is_no_larger_than_what_is_needed_at_once():
    count = 1000  # x = x * 2 + x, again and again
    names = ["multiply", "add"] * count
    operands, last = [], 0
    for place in range(1, 2 * count, 2):
        operands += [(last, -1), (place, last)]
        last = place + 1
    words = words_of(Steps(1, [2.0], names, operands, [last]))
    assert words.places <= 4
    assert len(words.code) == 5 * count + 1  # multiply and add are fused
    assert run(words, 1.0) == [math.inf]
    assert run(words_of(Steps(1, [2.0], names[:20], operands[:20], [20])), 1.0) == [3.0**10]


def test_an_output_is_kept_and_what_nobody_reads_is_not_done():
    steps = Steps(2, [], ["multiply", "add", "exp", "add"], [(0, 1), (2, 0), (0,), (3, 2)], [2, 5])
    words = words_of(steps)
    names = [INSTRUCTIONS[code] for code in words.code[[0, 4, 8]]]
    assert names == ["multiply", "add", "add"]
    assert run(words, 3.0, 4.0) == [12.0, 27.0]


def run(words: Words, *inputs):
    """Run words by hand, in a memory that is poisoned."""
    memory = np.full(words.places, math.nan)
    memory[: words.inputs] = inputs
    memory[words.inputs : words.inputs + len(words.constants)] = words.constants
    in_process.machine()(np.array([1, memory.ctypes.data, words.code.ctypes.data], np.int64))
    return memory[words.outputs].tolist()


def recurrence(x, w):
    y = w[0]
    for i in range(300):
        y = F.sin(y) * x[i % 5] + w[1]
    return y


@pytest.mark.parametrize("backend", ["native", "numpy"])
def test_a_bound_call_refuses_what_has_not_as_many_numbers(backend):
    call = compile(chain(400), backend=backend).bind(0.3, 1.1, 0.2, wrt=0)
    right = call(0.3, 1.1, 0.2)
    for wrong in [(0.3,), (0.3, 1.1), (0.3, 1.1, 0.2, 9.0)]:
        with pytest.raises(TypeError):
            call(*wrong)
    assert call(0.3, 1.1, 0.2) == right
    five, two = np.ones(5), np.ones(2)
    call = compile(recurrence, backend=backend).bind(five, two, wrt=0)
    right = call(five, two)[0]
    for wrong in [(five,), (np.ones(4), np.ones(3)), (np.ones(6), two), (five, two, two)]:
        with pytest.raises(TypeError):
            call(*wrong)
    assert call(five, two)[0] == right
