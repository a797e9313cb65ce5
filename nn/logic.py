"""Logic: threshold units, and logic gates made of them (McCulloch & Pitts 1943).

Explained in notebooks/04_a_neuron_that_decides.ipynb.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from autograd_core import Value
from nn import activations
from nn.basics import whole
from nn.layers import Layer, Neuron
from nn.models import Sequential
from nn.modules import Module


class ThresholdUnit(Neuron):
    """A threshold logic unit: step(b + w[0]*x[0] + w[1]*x[1] + ...).

    The step has derivative 0, so such a unit learns by the perceptron's rule, not by backward().

    Args:
        weights: One for each input.
        bias: Minus the threshold.
        activation: "step" is 1 for x >= 0, else 0 (Heaviside); "sign" is -1, 0 or 1.

    Raises:
        ValueError: If there are no weights, or the activation is neither "step" nor "sign".

    >>> unit = ThresholdUnit([1.0, 1.0], bias=-2.0)
    >>> unit([1, 1]).data, unit([1, 0]).data
    (1.0, 0.0)

    Explained in notebooks/04_a_neuron_that_decides.ipynb.
    """

    def __init__(
        self, weights: Sequence[float], bias: float = 0.0, activation: str = "step"
    ) -> None:
        if activations.get(activation) not in (activations.step, activations.sign):
            raise ValueError(
                f"a threshold unit's activation is 'step' or 'sign', got {activation!r}"
            )
        super().__init__(len(weights), activation=activation, init="zeros")
        for w, weight in zip(self.w, weights, strict=True):
            w.data = float(weight)
        self.b = Value(float(bias))

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a unit again."""
        return {
            "weights": [w.data for w in self.w],
            "bias": self.b.data if self.b is not None else 0.0,
            "activation": activations.name_of(self.activation),
        }

    def __repr__(self) -> str:
        weights = ", ".join(f"{w.data:g}" for w in self.w)
        bias = self.b.data if self.b is not None else 0.0
        return f"ThresholdUnit([{weights}], bias={bias:g})"


def at_least(m: int, n: int) -> ThresholdUnit:
    """Return the neuron that is active when at least `m` of its `n` inputs are.

    Raises:
        ValueError: If `m` is not from 1 to `n`.

    >>> [at_least(2, 3)(bits).data for bits in ([1, 0, 0], [1, 0, 1], [1, 1, 1])]
    [0.0, 1.0, 1.0]
    """
    whole("m", m)
    if m > whole("n", n):
        raise ValueError(f"at least {m} of {n} inputs can never be active; m is from 1 to {n}")
    return ThresholdUnit([1.0] * n, bias=-float(m))


def and_gate(inputs: int = 2) -> ThresholdUnit:
    """Return the neuron that is active when all its inputs are.

    >>> [output for _, output in truth_table(and_gate(), 2)]
    [0, 0, 0, 1]
    """
    return at_least(inputs, inputs)


def or_gate(inputs: int = 2) -> ThresholdUnit:
    """Return the neuron that is active when at least one of its inputs is.

    >>> [output for _, output in truth_table(or_gate(), 2)]
    [0, 1, 1, 1]
    """
    return at_least(1, inputs)


def not_gate() -> ThresholdUnit:
    """Return the neuron that is active when its input is not: the input inhibits it.

    >>> [output for _, output in truth_table(not_gate(), 1)]
    [1, 0]
    """
    return ThresholdUnit([-1.0])


def and_not_gate() -> ThresholdUnit:
    """Return the neuron that is active when its first input is and its second is not.

    >>> [output for _, output in truth_table(and_not_gate(), 2)]
    [0, 0, 1, 0]
    """
    return ThresholdUnit([1.0, -1.0], bias=-1.0)


def nand_gate(inputs: int = 2) -> ThresholdUnit:
    """Return the neuron that is active unless all its inputs are.

    >>> [output for _, output in truth_table(nand_gate(), 2)]
    [1, 1, 1, 0]
    """
    return ThresholdUnit([-1.0] * inputs, bias=inputs - 1.0)


def xor_gate() -> Sequential:
    """Return a network of two layers for exclusive or: (A and not B) or (B and not A).

    >>> [xor_gate()(bits).data for bits in ([0, 0], [0, 1], [1, 0], [1, 1])]
    [0.0, 1.0, 1.0, 0.0]
    """
    model = Sequential(Layer(2, 2, activation="step"), Layer(2, 1, activation="step"))
    model.set_weights([[[1.0, -1.0], [-1.0, 1.0]], [-1.0, -1.0], [[1.0], [1.0]], [-1.0]])
    return model


def truth_table(unit: Module, inputs: int) -> list[tuple[tuple[int, ...], int]]:
    """Return `(inputs, output)` of a unit or a network for every combination of inputs 0 and 1.

    Raises:
        ValueError: If it has several outputs.

    >>> truth_table(not_gate(), 1)
    [((0,), 1), ((1,), 0)]
    """
    bits = list(product((0, 1), repeat=inputs))
    return [(row, int(_only(unit([float(bit) for bit in row])))) for row in bits]


def _only(output: object) -> float:
    if not isinstance(output, Value):
        count = len(output) if isinstance(output, list | tuple) else repr(output)
        raise ValueError(
            f"a truth table is for a unit with one output, a Value, got {count}; pass one unit"
        )
    return output.data


__all__ = [
    "ThresholdUnit", "and_gate", "and_not_gate", "at_least", "nand_gate", "not_gate", "or_gate",
    "truth_table", "xor_gate",
]  # fmt: skip
