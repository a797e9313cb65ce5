"""Steps that slide a window: convolutions, pooling, stencils."""

from itertools import pairwise

from .context import Context, Tensor, matrix, step, vector
from .functions import UNARY, chain
from .products import dot


@step
def convolution(c: Context) -> Tensor:
    numbers = c.vector()
    width, pace, gap = 1 + c.below(4), c.of((1, 1, 2, 3)), c.of((1, 1, 2))
    kernel = c.take_vector(width)
    starts = range(0, len(numbers) - (width - 1) * gap, pace)
    found = [sum(k * numbers[i + j * gap] for j, k in enumerate(kernel)) for i in starts]
    return vector(found or numbers)


@step
def reversed_convolution(c: Context) -> Tensor:
    numbers, kernel = c.vector(), c.take_vector(1 + c.below(4))
    size, how = len(numbers), c.of(("circular", "full", "same", "valid"))
    width = len(kernel)
    if how == "circular":
        return vector([sum(k * numbers[(i - j) % size] for j, k in enumerate(kernel))
                       for i in range(size)])  # fmt: skip
    span = {"full": range(size + width - 1), "same": range(width // 2, size + width // 2),
            "valid": range(width - 1, size)}[how]  # fmt: skip
    found = [[kernel[j] * numbers[i - j] for j in range(width) if 0 <= i - j < size] for i in span]
    return vector([sum(terms) for terms in found if terms] or numbers)


@step
def convolution_plus_bias(c: Context) -> Tensor:
    numbers, kernel, function = c.vector(), c.take_vector(2 + c.below(2)), c.of(UNARY)
    count = max(1, len(numbers) - len(kernel) + 1)
    biases = c.take_vector(count)
    return vector([function(c.m, dot(kernel, numbers[i:]) + biases[i]) for i in range(count)])


@step
def convolution_of_channels(c: Context) -> Tensor:
    channels, filters, width = c.table(8), 1 + c.below(3), 1 + c.below(3)
    channels = channels[:3]
    width = min(width, len(channels[0]))
    function, biases = c.of(UNARY), c.take_vector(filters)
    kernels = c.take_matrix(filters, width * len(channels))
    count = len(channels[0]) - width + 1
    return matrix([[function(c.m, sum((kernel[a * width + j] * channel[i + j]
                    for a, channel in enumerate(channels) for j in range(width)), bias))
                    for i in range(count)] for kernel, bias in zip(kernels, biases)])  # fmt: skip


@step
def convolution_of_image(c: Context) -> Tensor:
    image = c.table(8)
    high, wide = min(len(image), 1 + c.below(3)), min(len(image[0]), 1 + c.below(3))
    pace, gap = c.of((1, 1, 2)), c.of((1, 1, 2))
    kernel = c.take_matrix(high, wide)
    rows = range(0, len(image) - (high - 1) * gap, pace) or range(1)
    columns = range(0, len(image[0]) - (wide - 1) * gap, pace) or range(1)
    return matrix([[sum(kernel[a][b] * image[(i + a * gap) % len(image)][(j + b * gap)
                    % len(image[0])] for a in range(high) for b in range(wide))
                    for j in columns] for i in rows])  # fmt: skip


@step
def circular_image(c: Context) -> Tensor:
    image, kernel = c.table(6), c.take_matrix(2, 2)
    high, wide, turn = len(image), len(image[0]), c.of((1, -1))
    return matrix([[sum(kernel[a][b] * image[(i + turn * a) % high][(j + turn * b) % wide]
                    for a in range(2) for b in range(2)) for j in range(wide)]
                   for i in range(high)])  # fmt: skip


@step
def filters_of_image(c: Context) -> Tensor:
    image, filters = c.table(6), 1 + c.below(3)
    high, wide = min(2, len(image)), min(2, len(image[0]))
    kernels, biases = c.take_matrix(filters, high * wide), c.take_vector(filters)
    function = c.of(UNARY)
    return matrix([[function(c.m, sum(kernel[a * wide + b] * image[i + a][j + b]
                    for a in range(high) for b in range(wide)) + bias)
                    for i in range(len(image) - high + 1) for j in range(len(image[0]) - wide + 1)]
                   for kernel, bias in zip(kernels, biases)])  # fmt: skip


@step
def pooling(c: Context) -> Tensor:
    numbers, width, pace = c.vector(), 1 + c.below(3), 1 + c.below(3)
    how, m = c.of(("max", "mean", "sum", "logsumexp")), c.m
    pools = [numbers[i : i + width] for i in range(0, len(numbers), pace)]
    function = {"max": lambda pool: chain(m, pool, m.maximum), "mean": m.mean, "sum": sum,
                "logsumexp": m.logsumexp}[how]  # fmt: skip
    return vector([function(pool) for pool in pools])


@step
def pooling_of_image(c: Context) -> Tensor:
    image, m = c.table(8), c.m
    high, wide = min(len(image), 1 + c.below(2)), min(len(image[0]), 1 + c.below(3))
    how, overlap, bias = c.of(("max", "sum", "mean")), c.below(2), c.other().numbers[0]
    function = {"max": lambda pool: chain(m, pool, m.maximum), "sum": sum, "mean": m.mean}[how]
    rows = range(0, len(image) - high + 1, 1 if overlap else high)
    columns = range(0, len(image[0]) - wide + 1, 1 if overlap else wide)
    return matrix([[function([image[i + a][j + b] for a in range(high) for b in range(wide)])
                    + bias for j in columns] for i in rows])  # fmt: skip


@step
def stencil(c: Context) -> Tensor:
    numbers = c.vector()
    size, periodic, source = len(numbers), c.below(2), c.take_vector(len(numbers))
    inner = range(size) if periodic or size < 3 else range(1, size - 1)
    return vector([c.m.tanh(numbers[i - 1] - 2.0 * numbers[i] + numbers[(i + 1) % size] + source[i])
                   for i in inner])  # fmt: skip


@step
def stencil_of_image(c: Context) -> Tensor:
    image = c.table(8)
    high, wide, periodic = len(image), len(image[0]), c.below(2)
    source, function, steps = c.take_matrix(high, wide), c.of(UNARY), 1 + c.below(2)
    for _ in range(steps):
        rows = range(high) if periodic or high < 3 else range(1, high - 1)
        columns = range(wide) if periodic or wide < 3 else range(1, wide - 1)
        new = [list(row) for row in image]
        for i in rows:
            for j in columns:
                around = (image[i - 1][j] + image[(i + 1) % high][j] + image[i][j - 1]
                          + image[i][(j + 1) % wide] - 4.0 * image[i][j])  # fmt: skip
                new[i][j] = image[i][j] + 0.1 * function(c.m, around + source[i][j])
        image = new
    return matrix(image)


@step
def window_plus_period(c: Context) -> Tensor:
    image, other = c.table(8), c.other().numbers
    function, period = c.of(UNARY), 1 + c.below(7)
    wide = len(image[0])
    cells = [(i, j) for i in range(max(1, len(image) - 1)) for j in range(max(1, wide - 1))]
    return vector([function(c.m, image[i][j] + image[(i + 1) % len(image)][j]
                   + other[n % min(period, len(other))])
                   for n, (i, j) in enumerate(cells)])  # fmt: skip


@step
def separable(c: Context) -> Tensor:
    image = c.table(6)
    down = c.take_vector(min(2, len(image)))
    across = c.take_vector(min(2, len(image[0])))
    half = [[sum(k * image[i + a][j] for a, k in enumerate(down)) for j in range(len(image[0]))]
            for i in range(len(image) - len(down) + 1)]  # fmt: skip
    return matrix([[sum(k * row[j + a] for a, k in enumerate(across))
                    for j in range(len(row) - len(across) + 1)] for row in half])  # fmt: skip


@step
def differences(c: Context) -> Tensor:
    numbers, order = c.vector(), 1 + c.below(3)
    for _ in range(order):
        if len(numbers) > 1:
            numbers = [b - a for a, b in pairwise(numbers)]
    return vector(numbers)


@step
def wavelet(c: Context) -> Tensor:
    numbers, levels = c.vector(), 1 + c.below(3)
    details = []
    for _ in range(levels):
        if len(numbers) < 2:
            break
        pairs = list(zip(numbers[::2], numbers[1::2]))
        details += [0.5 * (a - b) for a, b in pairs]
        numbers = [0.5 * (a + b) for a, b in pairs]
    return vector(numbers + details)


@step
def butterflies(c: Context) -> Tensor:
    numbers = c.vector()
    size = 1 << (len(numbers).bit_length() - 1)
    numbers, half = numbers[:size], 1
    factors = c.take_vector(size)
    while half < size:  # a fast Walsh-Hadamard transform with factors
        new = list(numbers)
        for i in range(size):
            if not i & half:
                a, b = numbers[i], numbers[i | half] * factors[i % half]
                new[i], new[i | half] = 0.7 * (a + b), 0.7 * (a - b)
        numbers, half = new, 2 * half
    return vector(numbers)
