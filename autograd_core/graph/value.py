"""Value: one number that remembers how it was made, and backward(), which is backpropagation.

Arithmetic on Values builds a graph: each result is a node that keeps its operation and the operands
it was made of, its parents. `backward()` computes the gradient of every node: how much the output
changes per change of that node. The gradient of the output itself is 1. From there the pass goes
back to the leaves, and each node adds to its parents' gradients what the chain rule says:

    for node in reversed(topological_order(output)):
        for parent, partial in zip(node.parents, local_partials(node)):
            parent.grad += node.grad * partial

A local partial is d node / d parent. It depends on one operation only, and is written in the table
(ops.py): of `a * b` it is b for the parent a, and a for the parent b. The operators and methods of
Value, `+` and `tanh()` and all the others, are in operators.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from autograd_core.graph import copying, modes, protocols, ufuncs
from autograd_core.graph.adjoints import VALUE, adjoints, plus
from autograd_core.graph.no_gradient import NO_GRADIENT, gradient_or_zero, zeros_matter
from autograd_core.graph.node import GradientHook, leaf, not_a_label, not_a_number, number_of
from autograd_core.graph.operators import Operators
from autograd_core.graph.order import topological_order
from autograd_core.table import FLOAT, NUMBERS, by_hand, shares

Number: TypeAlias = "Value | float"


class Value(Operators):
    """A scalar that remembers the operation and the operands that made it.

    `==` and `hash` go by identity, so that nodes can be put into sets and dicts; `<`, `<=`, `>`,
    `>=` and `bool` go by value.

    Attributes:
        data: The number (the primal).
        grad: d output / d this node, once the output's `backward()` has run (the adjoint); before
            that a 0.0 which optimizers recognize as no gradient (see no_gradient.py).
        op: The row of the table that made it; None for a leaf.
        parents: The operands it was made of.
        label: A name for pictures and messages.

    Attributes of your own may be set as well; Values without any pay nothing for that. micrograd's
    way to define an operation works too: `out = Value(data, (a, b), "op")`, and
    `out._backward = function` (see table/by_hand.py; `custom_op` makes one that can do more).

    Raises:
        TypeError: If `data` is not a real number.

    >>> a, b = Value(2.0), Value(-3.0)
    >>> c = a * b + a
    >>> c.backward()
    >>> c.data, a.grad, b.grad
    (-4.0, -2.0, 2.0)

    Explained in notebooks/01_a_number_that_remembers.ipynb.
    """

    __slots__ = ()

    def __init__(
        self,
        data: float,
        label: str | Iterable[Value] = "",
        _op: str = "",
        *,
        _children: Iterable[Value] = (),
    ) -> None:
        if data.__class__ is not float:
            if not isinstance(data, NUMBERS):
                raise TypeError(not_a_number(data))
            data = float(data)
        self.data = data
        self.grad = NO_GRADIENT
        self.op = self._a = self._b = None
        if label.__class__ is not str or label or _op or _children:
            self._set_label_or_parents(label, _op, _children)

    def _set_label_or_parents(
        self, label: str | Iterable[Value], symbol: str, children: Iterable[Value]
    ) -> None:
        if isinstance(label, str):
            self.label = label
        else:
            children = label
        parents = tuple(children) if isinstance(children, Iterable) else None
        if parents is None or not all(isinstance(parent, Value) for parent in parents):
            raise TypeError(not_a_label(label))
        if not parents:
            return
        op = by_hand(symbol, self, parents, None)
        if modes.this_thread.recording:
            self.op, self.parents = op, parents
        for observer in modes.this_thread.observers:
            observer.created(self, op, parents)

    def backward(
        self,
        gradient: Value | float | None = 1.0,
        *,
        create_graph: bool = False,
        retain_graph: bool | None = None,
        inputs: Sequence[Value] | None = None,
    ) -> None:
        """Set `.grad` of every node that this one depends on.

        Gradients of leaves accumulate from call to call, as in PyTorch; those of other nodes
        are reset at the start of each call.

        Args:
            gradient: d final output / d this node; None is 1.
            create_graph: Make the gradients Values that can be differentiated again.
            retain_graph: Accepted as in PyTorch and ignored: a graph here is always kept.
            inputs: The only Values whose `.grad` changes; theirs accumulates. None: all nodes.

        Raises:
            FloatingPointError: Inside `detect_anomaly()`, if a gradient is not finite.
            TypeError: If called on something else than one Value, as in `Value.backward([a, b])`.

        Explained in notebooks/02_the_chain_rule.ipynb.
        """
        if not isinstance(self, Value):
            got = type(self).__name__
            raise TypeError(f"backward() wants one Value, got {got}; add its Values up first")
        with modes.paused_gc():
            order = topological_order(self)  # each node after its parents; this one is the last
            if gradient is None:
                gradient = 1.0
            if create_graph or inputs is not None or _hooked(order):
                m, start = (VALUE, gradient) if create_graph else (FLOAT, number_of(gradient))
                self._backward_on_kind(m, order, start, inputs)
            else:
                self._backward_on_floats(order, float(number_of(gradient)))
        if modes.open_contexts:
            for observer in modes.this_thread.observers:
                observer.differentiated(order)

    def _backward_on_floats(self, order: list[Value], gradient: float) -> None:
        leaves, before = [], []  # and their gradients before this pass
        for node in order:
            if node.op is not None:
                node.grad = 0.0
                continue
            leaves.append(node)
            before.append(node.grad)
            if node.grad.__class__ is not float:
                node.grad = gradient_or_zero(node.grad)
        self.grad += gradient
        # In reverse order all consumers of a node come before it, so its gradient is complete.
        for node in reversed(order):
            op = node.op
            if op is None:
                continue
            a, b, adjoint = node._a, node._b, node.grad  # its parents, see node.py
            if a is None:  # three parents or more
                operands = [parent.data for parent in b]
                partials = op.partials(FLOAT, node.data, *operands)
                for parent, partial in zip(b, partials):
                    parent.grad += adjoint * partial
            elif b is None:  # one parent, and then two, without the loop: half the time
                (da,) = op.partials(FLOAT, node.data, a.data)
                a.grad += adjoint * da
            else:
                da, db = op.partials(FLOAT, node.data, a.data, b.data)
                a.grad += adjoint * da
                b.grad += adjoint * db
        if modes.requires_grad_changes and not all(leaf.requires_grad for leaf in leaves):
            for node, grad in zip(leaves, before):
                node.grad = node.grad if node.requires_grad else grad
        if zeros_matter(leaves, before, order):  # then once more, slower, as in table/choices.py
            for node, grad in zip(leaves, before):
                node.grad = grad
            self._backward_on_kind(FLOAT, order, gradient)

    def _backward_on_kind(
        self,
        m: object,
        order: list[Value],
        gradient: Number,
        inputs: Sequence[Value] | None = None,
    ) -> None:
        # the same pass on any kind of number: on VALUE the gradients are graphs too
        found = adjoints(order, gradient, m)
        for node in order if inputs is None else dict.fromkeys(inputs):
            untouched = (m is FLOAT or inputs is not None) and node not in found
            frozen = modes.requires_grad_changes and not node.requires_grad
            if (node.op is None and (untouched or frozen)) or (inputs is not None and untouched):
                continue  # only compared or rounded, frozen, or not in this graph
            accumulates = node.op is None or inputs is not None
            before = gradient_or_zero(node.grad) if accumulates else 0.0
            total = plus(before, found.get(node, 0.0))
            node.grad = self.operand(total) if m is VALUE else total  # type: ignore[assignment]

    @property
    def is_leaf(self) -> bool:
        """Whether no operation made it (PyTorch's name)."""
        return self.op is None

    def retain_grad(self) -> None:
        """Do nothing, as every Value keeps its gradient; in PyTorch only leaves do by default."""

    def register_hook(self, hook: GradientHook) -> Hook:
        """Call `hook(gradient)` in each backward pass, when the gradient of this Value is complete.

        The hook may return a new gradient, which replaces the old one, or None. `remove()` of the
        returned handle unregisters the hook.

        >>> x = Value(3.0)
        >>> y = x * x
        >>> handle = y.register_hook(lambda gradient: min(gradient, 1.0))
        >>> (y * 100.0).backward()
        >>> x.grad
        6.0
        """
        self._hooks = (*self._hooks, hook)
        modes.hooks += 1
        return Hook(self, hook)

    @property
    def requires_grad(self) -> bool:
        """Whether `backward()` gives this leaf a gradient, and `fit` and optimizers move it.

        >>> w = Value(2.0)
        >>> w.requires_grad = False
        >>> (w * 3.0).backward()
        >>> w.grad
        0.0
        """
        return bool(vars(self).get("requires_grad", True))

    @requires_grad.setter
    def requires_grad(self, requires_grad: bool) -> None:
        if requires_grad == self.requires_grad:
            return
        if self.op is not None:
            raise ValueError(
                f"requires_grad belongs to leaves, and this is a result of {self.op.name}; "
                "detach() gives a leaf with its number"
            )
        vars(self)["requires_grad"] = bool(requires_grad)
        modes.requires_grad_changes += 1

    def requires_grad_(self, requires_grad: bool = True) -> Value:
        """Set `requires_grad` and return the Value, as in PyTorch."""
        self.requires_grad = requires_grad
        return self

    def detach(self) -> Value:
        """Return a leaf with the same number, through which no gradient flows."""
        if modes.open_contexts and modes.this_thread.captures:
            node = self.stop_gradient()
            node.label = self.label
            return node
        node = leaf(self.__class__, self.data)
        if self.label:
            node.label = self.label
        return node

    def item(self) -> float:
        """Return the number, as `.data` does (PyTorch's and NumPy's name for it)."""
        return self.data

    # The protocols of Python and NumPy besides arithmetic.

    __repr__ = protocols.representation
    __format__ = protocols.formatted
    __bool__ = protocols.truth
    __float__ = __int__ = protocols.refuse_conversion
    __reduce__ = copying.reduce
    __deepcopy__ = copying.deepcopy
    array = classmethod(ufuncs.array)
    __array_ufunc__ = ufuncs.array_ufunc
    __array_function__ = ufuncs.array_function
    conjugate = protocols.itself
    squeeze = protocols.squeezed

    # micrograd's names.

    @property
    def _backward(self) -> Callable[[], object]:
        """Adds to each operand's gradient its share of this node's: one step of `backward()`."""
        return self._add_to_parents

    @_backward.setter
    def _backward(self, function: Callable[[], object]) -> None:
        if self.op is not None:
            self.op = by_hand(self.op.symbol, self, self.parents, function)

    def _add_to_parents(self) -> None:
        if self.op is not None:
            numbers = [self.data, *[parent.data for parent in self.parents]]
            found = shares(self.op, FLOAT, gradient_or_zero(self.grad), *numbers)
            for parent, share in zip(self.parents, found):
                if share is not None:
                    parent.grad = gradient_or_zero(parent.grad) + share

    @property
    def _prev(self) -> tuple[Value, ...]:
        return self.parents

    @property
    def _op(self) -> str:
        return self.op.symbol if self.op else ""


class Hook:
    """The handle that `register_hook` returns."""

    def __init__(self, node: Value, hook: Callable[[Any], Any]) -> None:
        self._node, self._hook = node, hook

    def remove(self) -> None:
        """Unregister the hook."""
        self._node._hooks = tuple([hook for hook in self._node._hooks if hook is not self._hook])


def _hooked(order: Sequence[Value]) -> bool:
    return modes.hooks > 0 and any(node._hooks for node in order)
