"""no_grad, detect_anomaly, paused_gc, and what threads may do."""

import gc
import threading
from contextlib import AbstractContextManager, nullcontext

import pytest

from autograd_core import Value, detect_anomaly, no_grad, paused_gc


def test_anomaly_names_the_first_value_that_is_not_finite() -> None:
    p = Value(0.0, label="p")
    with detect_anomaly():
        (p + 0.0).exp()
        with pytest.raises(FloatingPointError, match=r"log\(p = 0.0\) is -inf: the first value"):
            p.log()


def test_anomaly_names_the_gradient_its_operation_and_its_path() -> None:
    x = Value(0.0, label="x")
    with detect_anomaly():
        root = x.sqrt()
        root.label = "s"
        loss = root * 3.0
        loss.label = "loss"
        with pytest.raises(FloatingPointError) as raised:
            loss.backward()
    message = str(raised.value)
    assert "the gradient of x = 0.0 is inf" in message
    assert "through sqrt(x = 0.0)" in message
    assert "x (grad inf) -> s (grad 3.0) -> loss (grad 1.0)" in message


def test_anomaly_watches_gradients_that_are_graphs() -> None:
    x = Value(0.0)
    with detect_anomaly():
        y = x.sqrt()
        with pytest.raises(FloatingPointError):
            y.backward(create_graph=True)


def test_outside_detect_anomaly_ieee_rules() -> None:
    x = Value(0.0)
    y = 1.0 / x
    y.backward()
    assert (y.data, x.grad) == (float("inf"), float("-inf"))


def test_modes_end_with_their_block_even_after_an_error() -> None:
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    x = Value(1.0)
    assert (x * x).parents == (x, x)


def test_no_grad_is_for_its_own_thread() -> None:
    recorded: list[bool] = []

    def other() -> None:
        x = Value(1.0)
        recorded.append(bool((x * x).parents))

    with no_grad():
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert recorded == [True]


def test_paused_gc_restores_what_was() -> None:
    assert gc.isenabled()
    with paused_gc():
        with paused_gc():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def work(shared: list[Value], lock: AbstractContextManager[object], times: int) -> None:
    for _ in range(times):
        y = Value(0.0)
        for w in shared:
            y = y + (w * 2.0).tanh()
        with lock:
            y.backward()


def test_threads_with_graphs_of_their_own_need_no_lock() -> None:
    own = [[Value(0.1 * i) for i in range(10)] for _ in range(4)]
    threads = [threading.Thread(target=work, args=(ws, nullcontext(), 50)) for ws in own]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = [Value(0.1 * i) for i in range(10)]
    work(alone, nullcontext(), 50)
    assert all([w.grad for w in ws] == [w.grad for w in alone] for ws in own)


def test_threads_that_share_parameters_backpropagate_under_a_lock() -> None:
    shared, lock = [Value(0.1 * i) for i in range(10)], threading.Lock()
    threads = [threading.Thread(target=work, args=(shared, lock, 50)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = [Value(0.1 * i) for i in range(10)]
    work(alone, nullcontext(), 200)
    assert [w.grad for w in shared] == pytest.approx([w.grad for w in alone], rel=1e-12)
