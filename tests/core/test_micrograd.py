"""micrograd: what its users and the viewers of its lecture have written runs here."""

import pytest

from autograd_core import Value


def test_micrograds_names() -> None:
    a, b = Value(2.0), Value(-3.0)
    c = a * b
    assert a in c._prev
    assert set(c._prev) == {a, b}
    assert (a._op, c._op, (a + b)._op, (a**2)._op, a.relu()._op) == ("", "*", "+", "**2", "ReLU")


def test_micrograds_readme_example() -> None:
    # github.com/karpathy/micrograd, README: prints 24.7041, 138.8338, 645.5773
    a = Value(-4.0)
    b = Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert f"{g.data:.4f} {a.grad:.4f} {b.grad:.4f}" == "24.7041 138.8338 645.5773"


def test_the_lecture_goes_back_step_by_step() -> None:
    # A. Karpathy, "The spelled-out intro to neural networks and backpropagation": the neuron
    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    b = Value(6.8813735870195432, label="b")
    x1w1, x2w2 = x1 * w1, x2 * w2
    both = x1w1 + x2w2
    n = both + b
    o = n.tanh()
    o.grad = 1.0
    for node in (o, n, b, both, x1w1, x2w2):
        node._backward()
    assert o.data == pytest.approx(0.7071, abs=5e-5)  # four digits on his screen
    assert (n.grad, b.grad) == pytest.approx((0.5, 0.5), rel=1e-12)
    assert (x1.grad, w1.grad) == pytest.approx((-1.5, 1.0), rel=1e-12)
    assert (x2.grad, w2.grad) == pytest.approx((0.5, 0.0), rel=1e-12)
