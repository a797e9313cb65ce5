"""Normalization: layers that normalise to mean 0 and variance 1, over a batch or a sample."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_core import Value, functional
from nn.basics import Parameters, columns, in_range
from nn.initializers import Initializer
from nn.layers.scaled import Scaled
from nn.modules.statistics import Normalizes, Pair


class BatchNormalization(Normalizes, Scaled):
    """(x - mean) / sqrt(variance + epsilon) * gamma + beta, mean and variance over the batch.

    `fit`, and a call with a table in training mode, use the statistics of the batch and update the
    moving statistics with them; inference, a frozen layer and a call with a single sample use the
    moving statistics (Ioffe & Szegedy 2015).

    Args:
        axis: -1 or 1, the only axis of a row.
        momentum: The weight of the moving mean and variance in their update, 0 to below 1.
        epsilon: A number that is added to the variance.
        center: Whether there is a beta.
        scale: Whether there is a gamma.
        beta_initializer: How each beta is drawn.
        gamma_initializer: How each gamma is drawn.
        input_dim: Number of inputs; by default the number of outputs of the layer before.
        name: A name for `summary()` and `get_layer`.
        trainable: Whether `fit` trains gamma and beta, and uses the statistics of the batch.

    Raises:
        ValueError: If a number is out of range.

    >>> layer = BatchNormalization(epsilon=0.0)
    >>> [[y.data for y in row] for row in layer([[1.0, 0.0], [3.0, 4.0]])]
    [[-1.0, -1.0], [1.0, 1.0]]

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 0.001,
        center: bool = True,
        scale: bool = True,
        beta_initializer: str | Initializer = "zeros",
        gamma_initializer: str | Initializer = "ones",
        *,
        input_dim: int | None = None,
        name: str | None = None,
        trainable: bool = True,
    ) -> None:
        self.momentum = in_range(
            f"{type(self).__name__}'s momentum", momentum, 0.0, 1.0, "0.99 is Keras's"
        )
        super().__init__(
            axis,
            epsilon,
            center,
            scale,
            beta_initializer,
            gamma_initializer,
            input_dim=input_dim,
            name=name,
            trainable=trainable,
        )

    def _make_parameters(self, size: int) -> None:
        super()._make_parameters(size)
        self.moving_mean = [Value(0.0) for _ in range(size)]
        self.moving_variance = [Value(1.0) for _ in range(size)]

    def move(self, means: Sequence[float], variances: Sequence[float], samples: int) -> None:
        """Update the moving mean and variance with those of a batch."""
        rest = 1.0 - self.momentum
        for moving, batch in (
            (self.moving_mean, means),
            (self.moving_variance, self._variance_estimates(variances, samples)),
        ):
            for value, of_batch in zip(moving, batch, strict=True):
                value.data = value.data * self.momentum + of_batch * rest

    def _variance_estimates(self, variances: Sequence[float], samples: int) -> Sequence[float]:
        return variances  # as in Keras; PyTorch divides by n - 1

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a layer again."""
        return {"momentum": self.momentum, **super().config()}


class BatchNorm1d(BatchNormalization):
    """BatchNormalization with PyTorch's arguments; its running variance divides by n - 1.

    Args:
        num_features: Number of inputs.
        eps: A number that is added to the variance.
        momentum: The weight of the batch in the update of the running mean and variance.
        affine: Whether there are a weight and a bias.

    >>> BatchNorm1d(3).count_params()  # weight, bias, running mean and variance
    12

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(
        self, num_features: int, eps: float = 1e-5, momentum: float = 0.1, affine: bool = True
    ) -> None:
        share = in_range("BatchNorm1d's momentum", momentum, 0.0, 1.0, "0.1 is usual")
        super().__init__(
            momentum=1.0 - share, epsilon=eps, center=affine, scale=affine, input_dim=num_features
        )
        self.affine, self._moves = affine, momentum

    @property
    def running_mean(self) -> Parameters:
        """The moving mean, as PyTorch calls it."""
        return Parameters(self.moving_mean)

    @property
    def running_var(self) -> Parameters:
        """The moving variance, as PyTorch calls it."""
        return Parameters(self.moving_variance)

    def _variance_estimates(self, variances: Sequence[float], samples: int) -> Sequence[float]:
        if samples < 2:
            raise ValueError(
                "BatchNorm1d wants at least 2 samples in a batch while training, as in PyTorch, "
                f"got {samples}; choose another batch_size"
            )
        return [variance * samples / (samples - 1) for variance in variances]

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a layer again."""
        return {
            "num_features": self.nin,
            "eps": self.epsilon,
            "momentum": self._moves,
            "affine": self.affine,
        }


class LayerNormalization(Scaled):
    """(x - mean) / sqrt(variance + epsilon) * gamma + beta, mean and variance over a sample.

    (Ba et al. 2016.) Arguments are those of `BatchNormalization`, without momentum.

    >>> [y.data for y in LayerNormalization(epsilon=0.0)([1.0, 3.0])]
    [-1.0, 1.0]

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def statistics(self, x: list[Value]) -> Pair:
        """Return mean and variance of the sample, the same for each of its numbers."""
        mean = functional.mean(x)
        variance = functional.mean([(item - mean) * (item - mean) for item in x])
        return [mean] * len(x), [variance] * len(x)


class LayerNorm(LayerNormalization):
    """LayerNormalization with PyTorch's arguments.

    Args:
        normalized_shape: Number of inputs, or a list or tuple of it.
        eps: A number that is added to the variance.
        elementwise_affine: Whether there are weights, and biases if `bias` is True.
        bias: Whether there are biases.

    >>> LayerNorm(3).count_params()
    6

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
    ) -> None:
        affine, size = elementwise_affine, columns("LayerNorm's shape", normalized_shape)
        super().__init__(epsilon=eps, scale=affine, center=affine and bias, input_dim=size)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a layer again."""
        return {
            "normalized_shape": self.nin,
            "eps": self.epsilon,
            "elementwise_affine": self.scale,
            "bias": self.center,
        }
