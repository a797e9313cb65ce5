"""Options: the arguments of MLPClassifier and MLPRegressor, as in scikit-learn, checked."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np

from nn.basics import in_range, look_up, number, whole
from nn.estimators.conventions import Conventions

ACTIVATIONS = {"identity": "linear", "logistic": "sigmoid", "tanh": "tanh", "relu": "relu"}
RATES = ("constant", "invscaling", "adaptive")
SOLVERS = ("adam", "sgd", "lbfgs")
# Options that have to be at least 0 and below this.
_UPPER_BOUNDS = {
    "alpha": math.inf, "tol": math.inf, "learning_rate_init": math.inf, "epsilon": math.inf,
    "momentum": math.nextafter(1.0, 2.0), "beta_1": 1.0, "beta_2": 1.0, "validation_fraction": 1.0,
}  # fmt: skip


@dataclass(eq=False, repr=False)
class Options(Conventions):
    """The arguments of both constructors; MLPClassifier describes them."""

    hidden_layer_sizes: int | Sequence[int] = (100,)
    activation: str = "relu"
    _: KW_ONLY
    solver: str = "adam"
    alpha: float = 0.0001
    batch_size: int | str = "auto"
    learning_rate: str = "constant"
    learning_rate_init: float = 0.001
    power_t: float = 0.5
    max_iter: int = 200
    shuffle: bool = True
    random_state: int | np.random.RandomState | None = None
    tol: float = 1e-4
    verbose: bool = False
    warm_start: bool = False
    momentum: float = 0.9
    nesterovs_momentum: bool = True
    early_stopping: bool = False
    validation_fraction: float = 0.1
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    n_iter_no_change: int = 10
    max_fun: int = 15000

    def _check_options(self) -> None:
        """Raise ValueError if an option is out of range, TypeError if it is of another type."""
        look_up("activation", self.activation, ACTIVATIONS)
        look_up("solver", self.solver, dict.fromkeys(SOLVERS, 0))
        look_up("learning_rate", self.learning_rate, dict.fromkeys(RATES, 0))
        for name in ("max_iter", "max_fun", "n_iter_no_change"):
            whole(name, getattr(self, name))
        number("power_t", self.power_t)
        for name, high in _UPPER_BOUNDS.items():
            in_range(name, getattr(self, name), 0.0, high)
        self._hidden()
        if not 0.0 < self.validation_fraction < 1.0:
            raise ValueError(
                f"validation_fraction is between 0 and 1, got {self.validation_fraction}"
            )

    def _hidden(self) -> list[int]:
        """Return the neurons of each hidden layer."""
        given = self.hidden_layer_sizes
        sizes = list(given) if hasattr(given, "__iter__") else [given]
        return [whole("hidden_layer_sizes", size) for size in sizes]

    def _batch_size(self, samples: int) -> int:
        """Return `batch_size` for a table of so many rows."""
        if isinstance(self.batch_size, str):
            look_up("batch_size", self.batch_size, {"auto": 0})
            return min(200, samples)
        if self.batch_size > samples:
            warnings.warn(
                f"batch_size={self.batch_size} is more than the {samples} rows there are; all of "
                "them are one batch",
                stacklevel=6,
            )
        return min(whole("batch_size", self.batch_size), samples)

    def _random_source(self) -> Any:
        """Return the RandomState that scikit-learn would use."""
        given = self.random_state
        if given is None:
            return np.random.mtrand._rand  # NumPy's global one, which np.random.seed sets
        if isinstance(given, int | np.integer):
            return np.random.RandomState(given)
        if isinstance(given, np.random.RandomState):
            return given
        raise ValueError(
            f"random_state is None, a whole number or a RandomState, got {given!r:.60}"
        )
