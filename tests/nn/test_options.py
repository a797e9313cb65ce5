"""Options that are numbers: what is none is refused by name when the thing is made."""

import functools
import importlib
import inspect
import pkgutil
import re

import numpy as np
import pytest

import nn
from autograd_core import Value

SKIPPED = {"verbose", "seed", "random_state"}  # checked elsewhere, or any number will do
INTERNAL = {"nn.training.progress", "nn.reports.charts", "nn.layers.neuron", "nn.logic"}
INTERNAL |= {"nn.optimizers.optimizer", "nn.data.reading.columns", "nn.perceptron.rule"}
INTERNAL |= {"nn.estimators.options", "nn.estimators.network"}  # of MLPClassifier
LATER = {
    "Perceptron",
    "MLPClassifier",
    "MLPRegressor",
    "Estimator",
}  # as in scikit-learn, options are checked by `fit`


def options():
    """All classes of the package with those of their options whose default is a number."""
    for found in pkgutil.walk_packages(nn.__path__, "nn."):
        if found.name.endswith("__main__") or found.name in INTERNAL:
            continue
        for name, kind in vars(importlib.import_module(found.name)).items():
            if not inspect.isclass(kind) or not inspect.isfunction(kind.__init__):
                continue
            if kind.__module__ != found.name or name.startswith("_") or name in LATER:
                continue
            for parameter in inspect.signature(kind).parameters.values():
                if type(parameter.default) in (int, float) and parameter.name not in SKIPPED:
                    yield pytest.param(kind, parameter.name, id=f"{name}-{parameter.name}")


@pytest.mark.parametrize(("kind", "option"), [*options()])
@pytest.mark.parametrize("bad", ["a", [1.0], float("nan")])
def test_a_number_is_wanted(kind, option, bad):
    parameters = inspect.signature(kind).parameters.values()
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    needed = {p.name: 1 for p in parameters if p.default is p.empty and p.kind in positional}
    with pytest.raises((TypeError, ValueError), match=r"must be (a|from|above|at) |wants "):
        kind(**needed, **{option: bad})


def test_epochs_to_wait_may_be_any_number():
    assert nn.callbacks.EarlyStopping(patience=3).patience == 3
    assert nn.callbacks.EarlyStopping(patience=float("inf")).patience == float("inf")


@pytest.mark.parametrize("option", ["eta0", "max_iter", "tol", "n_iter_no_change"])
def test_the_perceptron_refuses_them_when_it_is_fitted(option):
    perceptron = nn.Perceptron(**{option: "a"})
    with pytest.raises(TypeError, match=f"{option} must be a"):
        perceptron.fit([[0.0], [1.0]], [0, 1])


NUMBERS = [
    *["alpha", "learning_rate_init", "power_t", "max_iter", "tol", "momentum", "max_fun"],
    *["validation_fraction", "beta_1", "beta_2", "epsilon", "n_iter_no_change"],
]


@pytest.mark.parametrize("kind", [nn.MLPClassifier, nn.MLPRegressor])
@pytest.mark.parametrize("option", NUMBERS)
@pytest.mark.parametrize("bad", ["a", [1.0]])
def test_estimators_refuse_them_when_they_are_fitted(kind, option, bad):
    with pytest.raises(TypeError, match=f"{option} must be a"):
        kind(**{option: bad}).fit([[0.0], [1.0]], [0, 1])


@pytest.mark.parametrize("option", ["epochs", "batch_size", "validation_split"])
def test_an_estimator_around_a_model_refuses_them_too(option):
    estimator = nn.Estimator(nn.Sequential([nn.Dense(1, input_dim=1)]), **{option: "a"})
    with pytest.raises((TypeError, ValueError), match=f"{option} (must|wants)"):
        estimator.fit([[0.0], [1.0], [2.0]], [0, 1, 0])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: compiled().fit([[0.0, 1.0]], [1.0], nb_epoch=3),
            "no nb_epoch: it is epochs",
        ),
        (lambda: compiled().fit([[0.0, 1.0]], [1.0], workers=2), "one process reads the samples"),
        (
            lambda: compiled().compile("sgd", "mse", class_mode="binary"),
            "takes no class_mode",
        ),
        (lambda: nn.Dense(output_dim=3), "Dense takes no output_dim: it is units"),
        (lambda: nn.Dense(3, dtype="float32"), "numbers are float64 here"),
        (lambda: nn.Dropout(0.5, dtype="float32"), "Dropout takes no dtype"),
        (lambda: nn.optimizers.SGD(decay=1e-6), "schedules.InverseTimeDecay"),
        (lambda: nn.optimizers.SGD(decai=1e-6), "SGD has no option 'decai'; it has"),
        (
            lambda: nn.losses.Huber(dtype="float32"),
            "Huber got an unexpected keyword argument 'dtype'; it takes delta, reduction=, name=; "
            "numbers are float64 here; leave it out",
        ),
    ],
)
def test_what_keras_called_an_argument_is_answered_by_name(call, words):
    with pytest.raises(TypeError, match=re.escape(words)):
        call()


def test_a_module_of_the_users_own_may_have_arguments_of_these_names():
    class Mine(nn.Module):
        def __init__(self, decay, **others):
            self.decay, self.others = decay, others

    assert Mine(decay=0.5, dtype="mine").others == {"dtype": "mine"}


def public_classes():
    """All classes that users call, by their names."""
    for room in (
        nn, nn.layers, nn.losses, nn.metrics, nn.optimizers, nn.optimizers.schedules, nn.optim,
        nn.callbacks, nn.schedules, nn.initializers, nn.regularizers, nn.constraints,
    ):  # fmt: skip
        for name in room.__all__:
            kind = getattr(room, name)
            if inspect.isclass(kind) and name not in {"Identity", "KerasMetric", "Source", "Value"}:
                yield pytest.param(kind, id=f"{room.__name__}.{name}")


@pytest.mark.parametrize("kind", [*public_classes()])
def test_an_unknown_option_is_refused_by_the_name_of_the_class(kind):
    with pytest.raises(TypeError, match=rf"^(\w+\.)*{kind.__name__}\b"):
        kind(no_such_option=1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: nn.Tanh(3), "Tanh too many positional arguments; it takes none"),
        (lambda: nn.Add(2), "Add too many positional arguments; it takes name="),
        (lambda: nn.losses.Huber(1.0, "sum"), "it takes delta, reduction=, name="),
        (
            lambda: nn.optimizers.schedules.InverseTimeDecay(0.1),
            "InverseTimeDecay missing a required argument: 'decay_steps'",
        ),
    ],
)
def test_too_many_and_too_few_arguments_are_too(call, words):
    with pytest.raises(TypeError, match=re.escape(words)):
        call()


def test_an_error_of_the_constructors_own_is_kept():
    class Mine(nn.LayerNormalization):
        def __init__(self, **options):
            super().__init__(epsilon=options.pop("eps"), **options)

    assert Mine(eps=0.5).epsilon == 0.5
    with pytest.raises(TypeError, match=r"LayerNormalization's epsilon must be a number"):
        nn.LayerNormalization(epsilon="a")
    with pytest.raises(KeyError, match="eps"):
        Mine()


def test_a_decorated_constructor_takes_what_its_decorator_takes():
    def counted(init):
        @functools.wraps(init)
        def made(self, *arguments, count, **named):
            init(self, *arguments, **named)
            self.count = count

        return made

    class Mine(nn.losses.Huber):
        @counted
        def __init__(self, delta=0.5):
            super().__init__(delta)

    assert (Mine(2.0, count=3).count, Mine(count=3).delta) == (3, 0.5)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda: nn.losses.BinaryCrossentropy("sum"),
            "from_logits must be True or False, got 'sum'",
        ),
        (lambda: nn.Dense(1, "relu", "zeros"), "Dense's use_bias must be True or False"),
        (
            lambda: nn.Layer(2, 1, "tanh"),
            "got 'tanh'; say activation='tanh'",
        ),
        (lambda: nn.Neuron(2, "tanh"), "got 'tanh'; say activation='tanh'"),
        (lambda: nn.Linear(2, 1, "relu"), "a layer's bias must be True or False, got 'relu'"),
        (lambda: nn.metrics.AUC(multi_label="x"), "AUC's multi_label must be True or False"),
        (lambda: nn.Dense(1, trainable="no"), "Dense's trainable must be True or False"),
        (lambda: nn.BatchNormalization(center=None), "center must be True or False, got None"),
        (lambda: nn.LayerNorm(2, bias="x"), "center must be True or False"),
        (lambda: nn.SGD(object(), lr=0.1), "an optimizer takes Values, got <object"),
        (lambda: nn.Adam(amsgrad="no"), "amsgrad must be True or False, got 'no'"),
        (lambda: nn.Adam(betas=0.9), "betas must be two numbers, as (0.9, 0.999), got 0.9"),
        (lambda: nn.Adam(betas=()), "betas must be two numbers"),
        (lambda: nn.Rprop(etas=("a", 1.2)), "etas must be two numbers"),
        (lambda: nn.losses.MeanSquaredError(reduction=[1]), "reduction must be one of mean"),
        (lambda: nn.losses.CustomLoss(None), "loss must be a function of the outputs and the"),
        (lambda: nn.metrics.PrecisionAtRecall(None), "PrecisionAtRecall's recall must be a number"),
        (lambda: nn.schedules.StepLR(0.1), "StepLR's optimizer must be an optimizer, got 0.1"),
        (lambda: nn.schedules.ReduceLROnPlateau("loss"), "ReduceLROnPlateau's optimizer must be"),
        (lambda: nn.schedules.StepLR(last_epoch=1.5), "last_epoch must be a whole number, got 1.5"),
        (lambda: nn.schedules.MultiStepLR(milestones=5), "milestones must be epochs, got 5"),
        (lambda: nn.schedules.LambdaLR(lr_lambda=0.9), "lr_lambda must be a function, as lambda"),
        (
            lambda: nn.schedules.CyclicLR(base_lr=0.1, max_lr=1.0, scale_fn="x"),
            "must be a function",
        ),
        (lambda: nn.callbacks.EarlyStopping(monitor=None), "monitor must be a text, got None"),
        (lambda: nn.callbacks.EarlyStopping(mode=1), "mode must be one of auto, max, min, got 1"),
        (lambda: nn.callbacks.ModelCheckpoint(None), "filepath must be the name of a file"),
        (lambda: nn.callbacks.CSVLogger(3), "filename must be the name of a file or folder, got 3"),
        (lambda: nn.callbacks.CSVLogger("a", append="w"), "append must be True or False, got 'w'"),
        (lambda: nn.callbacks.LearningRateScheduler(0.1), "must be a function, as lambda epoch"),
        (lambda: nn.callbacks.LambdaCallback("x"), "on_epoch_begin must be a function, got 'x'"),
        (lambda: nn.ModuleList(None), "ModuleList wants a list of modules, got None"),
        (lambda: nn.ModuleDict(3), "ModuleDict wants a dict of modules, got 3"),
        (lambda: nn.ModuleDict("ab"), "ModuleDict wants a dict of modules, got 'ab'"),
    ],
)
def test_what_is_of_another_kind_is_refused_when_the_thing_is_made(make, words):
    with pytest.raises(TypeError, match=re.escape(words)):
        make()


def test_a_module_dict_takes_pairs_and_another_module_dict():  # as PyTorch's does
    named = {"a": nn.Linear(2, 1, rng=0), "b": nn.Linear(2, 1, rng=1)}
    for given in (named, [*named.items()], zip("ab", named.values()), nn.ModuleDict(named)):
        assert nn.ModuleDict(given).held == named
    assert nn.ModuleDict([]).held == {}


@pytest.mark.parametrize(
    ("kind", "name", "pair"), [(nn.Adam, "betas", (0.5, 0.9)), (nn.Rprop, "etas", (0.5, 1.2))]
)
def test_two_numbers_may_be_an_array(kind, name, pair):
    def moved(given):
        parameter = Value(1.0)
        optimizer = kind([parameter], **{name: given})
        for gradient in (0.5, -0.25, 2.0):
            parameter.grad = gradient
            optimizer.step()
        return parameter.data

    assert moved(np.array(pair)) == moved(pair)
    with pytest.raises(TypeError, match=f"{name} must be two numbers"):
        kind(**{name: np.array([0.5, 0.9, 0.9])})


def test_what_is_added_to_a_variance_is_not_negative():
    with pytest.raises(ValueError, match="BatchNormalization's epsilon must be at least 0"):
        nn.BatchNormalization(epsilon=-1.0)


def compiled():
    model = nn.Sequential([nn.Dense(1, input_dim=2)])
    model.compile("sgd", "mse")
    return model
