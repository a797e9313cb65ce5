"""Steps with a state that is carried from turn to turn."""

from .context import Context, Number, Tensor, matrix, step, vector
from .functions import BINARY, UNARY
from .products import dot


@step
def prefix(c: Context) -> Tensor:
    numbers, m = c.vector(), c.m
    how, backwards = c.of(("sum", "product", "max", "smooth", "logsumexp", "any")), c.below(2)
    other = c.of(BINARY) if how == "any" else BINARY[0]
    function = {
        "sum": lambda s, v: s + v, "product": lambda s, v: s * (0.5 * v + 0.7), "max": m.maximum,
        "smooth": lambda s, v: 0.9 * s + 0.1 * v, "logsumexp": m.logaddexp,
    }.get(how) or (lambda s, v: m.tanh(other(m, s, v)))  # fmt: skip
    found = []
    state: Number = c.of((0.0, 1.0, numbers[0]))
    for v in numbers[::-1] if backwards else numbers:
        state = function(state, v)
        found.append(state)
    return vector(found)


@step
def prefix_of_rows(c: Context) -> Tensor:
    rows = c.table(6)
    found = [rows[0]]
    for row in rows[1:]:
        found.append([a + b for a, b in zip(found[-1], row)])
    return matrix(found)


@step
def rnn(c: Context) -> Tensor:
    inputs, size, function = c.table(6), 1 + c.below(4), c.of(UNARY[:3])
    weights, back = c.take_matrix(size, len(inputs[0])), c.take_matrix(size, size)
    bias = c.take_vector(size)
    state: list[Number] = [0.0] * size
    states = []
    for row in inputs:
        state = [function(c.m, dot(w, row) + dot(r, state) + b)
                 for w, r, b in zip(weights, back, bias)]  # fmt: skip
        states.append(state)
    return matrix(states)


@step
def rnn_with_periodic_input(c: Context) -> Tensor:
    inputs, size, turns = c.vector(7), 1 + c.below(4), 1 + c.below(6)
    back = c.take_matrix(size, size)
    state = c.take_vector(size)
    for t in range(turns):
        state = [c.m.tanh(dot(back[i], state) + inputs[(t * size + i) % len(inputs)])
                 for i in range(size)]  # fmt: skip
    return vector(state)


@step
def lstm(c: Context) -> Tensor:
    inputs, size, m = c.table(4), 1 + c.below(2), c.m
    width = len(inputs[0]) + size
    weights, biases = c.take_matrix(4 * size, width), c.take_vector(4 * size)
    hidden: list[Number] = [0.0] * size
    cell: list[Number] = [0.0] * size
    for row in inputs:
        joined = [*row, *hidden]
        gates = [dot(w, joined) + b for w, b in zip(weights, biases)]
        forget, enter, leave, new = (gates[i * size : (i + 1) * size] for i in range(4))
        cell = [m.sigmoid(f) * s + m.sigmoid(i) * m.tanh(n)
                for f, s, i, n in zip(forget, cell, enter, new)]  # fmt: skip
        hidden = [m.sigmoid(o) * m.tanh(s) for o, s in zip(leave, cell)]
    return vector(hidden + cell)


@step
def gru(c: Context) -> Tensor:
    inputs, size, m = c.table(4), 1 + c.below(2), c.m
    width = len(inputs[0])
    weights, back = c.take_matrix(3 * size, width), c.take_matrix(3 * size, size)
    state: list[Number] = [0.1] * size
    for row in inputs:
        a, b = [dot(w, row) for w in weights], [dot(w, state) for w in back]
        keep = [m.sigmoid(x + y) for x, y in zip(a[:size], b[:size])]
        reset = [m.sigmoid(x + y) for x, y in zip(a[size:], b[size : 2 * size])]
        new = [m.tanh(x + r * y) for x, r, y in zip(a[2 * size :], reset, b[2 * size :])]
        state = [k * s + (1.0 - k) * n for k, s, n in zip(keep, state, new)]
    return vector(state)


@step
def leapfrog(c: Context) -> Tensor:
    positions, turns, function = c.vector(6), 1 + c.below(5), c.of(UNARY[:3])
    speeds, pace = c.take_vector(len(positions)), 0.1
    for _ in range(turns):
        speeds = [v - 0.5 * pace * function(c.m, q) for v, q in zip(speeds, positions)]
        positions = [q + pace * v for q, v in zip(positions, speeds)]
        speeds = [v - 0.5 * pace * function(c.m, q) for v, q in zip(speeds, positions)]
    return vector(positions + speeds)


@step
def euler(c: Context) -> Tensor:
    state, turns, rate = c.vector(6), 1 + c.below(6), c.other().numbers[0]
    rate = c.m.tanh(rate)
    for _ in range(turns):
        following = state[1:] + state[:1]
        state = [s + 0.1 * (rate * s * (1.0 - s) + 0.3 * (f - s))
                 for s, f in zip(state, following)]  # fmt: skip
    return vector(state)


@step
def lorenz(c: Context) -> Tensor:
    x, y, z = c.take_vector(3)
    sigma, rho, beta = (1.0 + 0.1 * v for v in c.take_vector(3))
    for _ in range(1 + c.below(5)):
        x, y, z = (x + 0.01 * sigma * (y - x), y + 0.01 * (x * (rho - z) - y),
                   z + 0.01 * (x * y - beta * z))  # fmt: skip
    return vector([x, y, z])


@step
def horner(c: Context) -> Tensor:
    numbers, coefficients = c.vector(8), c.take_vector(1 + c.below(5))
    found = []
    for v in numbers:
        result = coefficients[0]
        for a in coefficients[1:]:
            result = result * (0.5 * v) + a
        found.append(result)
    return vector(found)


@step
def newton(c: Context) -> Tensor:
    targets, turns = c.vector(8), 1 + c.below(4)
    found = []
    for target in targets:  # a square root
        wanted, guess = target * target + 1.0, 1.0 + 0.1 * target
        for _ in range(turns):
            guess = 0.5 * (guess + wanted / guess)
        found.append(guess)
    return vector(found)


@step
def two_terms(c: Context) -> Tensor:
    inputs = c.vector(16)
    a, b = (0.4 * v for v in c.take_vector(2))
    found = [inputs[0]]
    for i, v in enumerate(inputs[1:], 1):
        found.append(v + c.m.tanh(a) * found[i - 1] + c.m.tanh(b) * found[max(0, i - 2)])
    return vector(found)


@step
def continued_fraction(c: Context) -> Tensor:
    numbers = c.vector(8)
    result = numbers[-1]
    for v in numbers[-2::-1]:
        result = v + 1.0 / (result * result + 1.0)
    return vector([result, *numbers[:2]])


@step
def kalman(c: Context) -> Tensor:
    measured, noise = c.vector(12), c.other().numbers[0] ** 2 + 0.5
    mean, variance = 0.0, 1.0
    found = []
    for z in measured:
        variance = variance + 0.1
        gain = variance / (variance + noise)
        mean = mean + gain * (z - mean)
        variance = (1.0 - gain) * variance
        found.append(mean)
    return vector(found)


@step
def forward_algorithm(c: Context) -> Tensor:
    scores = c.table(5)
    states = len(scores[0])
    moves = c.take_matrix(states, states)
    alpha = scores[0]
    for row in scores[1:]:
        alpha = [c.m.logsumexp([a + moves[i][j] for i, a in enumerate(alpha)]) + row[j]
                 for j in range(states)]  # fmt: skip
    return vector(alpha)


@step
def viterbi(c: Context) -> Tensor:
    scores = c.table(5)
    states = len(scores[0])
    best = scores[0]
    for row in scores[1:]:
        best = [row[j] + c.m.maximum(best[j], best[(j + 1) % states] - 0.3)
                for j in range(states)]  # fmt: skip
    return vector(best)


@step
def edit_distance(c: Context) -> Tensor:
    left, right = c.vector(5), c.take_vector(1 + c.below(5))
    above: list[Number] = [0.5 * j for j in range(len(right) + 1)]
    for i, a in enumerate(left):
        row: list[Number] = [0.5 * (i + 1)]
        for j, b in enumerate(right):
            cost = c.m.minimum(above[j] + c.m.abs(a - b), above[j + 1] + 0.5)
            row.append(c.m.minimum(cost, row[j] + 0.5))
        above = row
    return vector(above)


@step
def resnet(c: Context) -> Tensor:
    numbers, layers = c.vector(6), 1 + c.below(3)
    shared, function = c.below(2), c.of(UNARY[:3])
    weights = c.take_matrix(len(numbers) * layers, len(numbers))
    for layer in range(layers):
        start = 0 if shared else layer * len(numbers)
        rows = weights[start : start + len(numbers)]
        numbers = [v + 0.3 * function(c.m, dot(row, numbers)) for v, row in zip(numbers, rows)]
    return vector(numbers)
