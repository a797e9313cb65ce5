"""First weights: what each initializer draws, and from where (B11)."""

import math
import random

import numpy as np
import pytest

import nn
from nn import data, initializers


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("micrograd", 1.0),
        ("uniform", 0.05),
        ("glorot_uniform", (6 / (9 + 16)) ** 0.5),
        ("he_uniform", (6 / 9) ** 0.5),
        ("zeros", 0.0),
    ],
)
def test_b11_every_draw_is_in_range(name, limit):
    weights = nn.Layer(9, 16, init=name, rng=0).get_weights()[0]
    assert np.abs(weights).max() <= limit
    assert np.abs(weights).max() >= 0.9 * limit


def test_b11_uniform_from_0_to_1():
    weights = nn.Layer(9, 16, init="uniform_0_1", rng=0).get_weights()[0]
    assert 0.0 <= weights.min() < 0.1
    assert 0.9 < weights.max() <= 1.0


@pytest.mark.parametrize(("name", "variance"), [("he_normal", 2 / 30), ("glorot_normal", 2 / 70),
                                                ("lecun_normal", 1 / 30)])  # fmt: skip
def test_b11_normal_draws_have_their_variance(name, variance):
    weights = nn.Layer(30, 40, init=name, rng=0).get_weights()[0]
    # 1200 draws: the standard error of a variance is sqrt(2 / 1200), 4 per cent; 5 of them
    assert weights.var() == pytest.approx(variance, rel=0.2)


@pytest.mark.parametrize("name", initializers.NAMES)
def test_b11_a_seed_gives_the_same_weights(name):
    first, second = (nn.MLP(3, [4, 1], init=name, rng=7).get_weights() for _ in range(2))
    assert all((a == b).all() for a, b in zip(first, second, strict=True))


def test_b11_an_unknown_initializer_gets_the_list_of_names():
    with pytest.raises(ValueError, match=r"no initializer named 'gloro'; choose from .*glorot"):
        nn.Layer(2, 2, init="gloro")


def test_denses_biases_have_their_own_initializer():
    layer = nn.Dense(2, bias_initializer="ones", input_dim=1)
    assert layer.get_weights()[1].tolist() == [1.0, 1.0]


def test_the_module_random_is_the_default_source():
    random.seed(3)
    first = nn.Neuron(2).get_weights()
    random.seed(3)
    assert (nn.Neuron(2).get_weights()[0] == first[0]).all()


def test_linear_draws_as_pytorch_does():
    layer = nn.Linear(25, 40, rng=0)
    numbers = np.concatenate([array.ravel() for array in layer.get_weights()])
    assert np.abs(numbers).max() <= 0.2  # 1 / sqrt(25), weights and biases alike
    assert layer.get_weights()[1].std() == pytest.approx(0.2 / math.sqrt(3), rel=0.3)  # 40 draws


@pytest.mark.parametrize(
    ("kind", "name"),
    [("GlorotUniform", "glorot_uniform"), ("HeNormal", "he_normal"), ("Zeros", "zeros"),
     ("LecunUniform", "lecun_uniform"), ("RandomUniform", "random_uniform"), ("Ones", "ones"),
     ("RandomNormal", "random_normal"), ("TruncatedNormal", "truncated_normal")],
)  # fmt: skip
def test_an_initializer_is_the_same_by_class_by_object_and_by_name(kind, name):
    thing = getattr(nn.initializers, kind)
    drawn = [
        nn.Dense(4, input_dim=3, kernel_initializer=init, rng=7).get_weights()[0]
        for init in (thing, thing(), name, kind)
    ]
    assert all((weights == drawn[0]).all() for weights in drawn)


def test_an_initializer_with_a_seed_gives_every_layer_the_same_weights_but_not_every_neuron():
    init = nn.initializers.HeNormal(seed=3)
    first, second = (nn.Layer(5, 4, init=init).get_weights()[0] for _ in range(2))
    assert (first == second).all()
    assert len(np.unique(first)) == 20


def test_options_of_initializers_are_keras_ones():
    low = nn.initializers.RandomUniform(minval=2.0, maxval=3.0, seed=0)
    assert (nn.Dense(9, input_dim=9, kernel_initializer=low).get_weights()[0] >= 2.0).all()
    fives = nn.Dense(2, input_dim=1, bias_initializer=nn.initializers.Constant(value=5.0))
    assert fives.get_weights()[1].tolist() == [5.0, 5.0]
    near = nn.initializers.TruncatedNormal(mean=1.0, stddev=0.1, seed=0)
    weights = nn.Dense(40, input_dim=40, kernel_initializer=near).get_weights()[0]
    assert np.abs(weights - 1.0).max() < 0.2
    # the standard deviation of a normal distribution cut off at 2: 0.8796 (as Keras corrects by)
    assert weights.std() == pytest.approx(0.08796, rel=0.05)  # 1,600 draws: 2% is one deviation


@pytest.mark.parametrize("seed", [np.int64(3), np.random.RandomState(3), np.random.default_rng(3)])
def test_seeds_and_sources_of_numpy_are_taken_everywhere(seed):
    assert len(data.make_moons(6, random_state=seed)[0]) == 6
    assert len(data.train_test_split(range(8), random_state=seed)) == 2
    assert nn.Layer(2, 3, rng=seed).get_weights()[0].shape == (2, 3)


def test_numpys_whole_numbers_are_the_same_seeds():
    for make in (lambda seed: data.make_moons(6, seed=seed)[0],
                 lambda seed: nn.Layer(2, 3, rng=seed).get_weights()[0]):  # fmt: skip
        assert (make(np.int64(3)) == make(3)).all()
    model = nn.MLP(2, [1], rng=0)
    model.compile("sgd", "mse")
    assert len(model.fit([[1.0, 2.0]], [1.0], verbose=0, seed=np.int64(3))) == 1
    nn.utils.set_random_seed(np.int64(3))
    first = random.random()
    random.seed(3)
    assert random.random() == first


def test_what_is_no_seed_is_a_clear_error():
    with pytest.raises(TypeError, match=r"a seed is a whole number or None, got 0\.5"):
        data.make_moons(6, seed=0.5)
    with pytest.raises(TypeError, match=r"is a seed or a random.Random\(seed\), got 'a'"):
        nn.Layer(2, 3, rng="a")


@pytest.mark.parametrize("distribution", ["truncated_normal", "untruncated_normal", "uniform"])
@pytest.mark.parametrize(("mode", "fan"), [("fan_in", 30), ("fan_out", 40), ("fan_avg", 35)])
def test_variance_scaling_has_its_variance(mode, fan, distribution):
    init = initializers.VarianceScaling(3.0, mode, distribution, seed=0)
    weights = nn.Layer(30, 40, init=init).get_weights()[0]
    # 1200 draws: the standard error of a variance is sqrt(2 / 1200), 4 per cent; 5 of them
    assert weights.var() == pytest.approx(3.0 / fan, rel=0.2)
    limits = {"uniform": 3.0**0.5, "truncated_normal": 2.0 / 0.8796}
    assert np.abs(weights).max() <= limits.get(distribution, 9.0) * (3.0 / fan) ** 0.5


def test_variance_scaling_by_an_unknown_name_is_an_error():
    with pytest.raises(ValueError, match="no mode named 'fan'; choose from fan_avg"):
        initializers.VarianceScaling(mode="fan")
    with pytest.raises(ValueError, match="scale above 0, got 0"):
        initializers.VarianceScaling(0.0)


@pytest.mark.parametrize(
    ("kind", "shape", "deviation"),
    [
        ("HeNormal", (100, 400), 0.1414),  # sqrt(2 / 100)
        ("GlorotUniform", (100, 300), 0.0707),  # sqrt(2 / 400)
        ("LecunNormal", (3, 3, 10, 40), 0.1054),  # sqrt(1 / 90), as of a convolution in Keras
        ("LecunNormal", (10_000,), 0.01),
        ("RandomNormal", (50, 200), 0.05),
    ],
)
def test_an_initializer_of_keras_gives_an_array_of_a_shape(kind, shape, deviation):
    initializer = getattr(nn.initializers, kind)(seed=1)
    drawn = initializer(shape=shape)
    assert drawn.shape == shape
    assert drawn.std() == pytest.approx(deviation, rel=0.05)
    assert (drawn == initializer(shape)).all()  # a seed gives the same again, as in Keras


def test_shapes_of_constants():
    assert nn.initializers.Constant(0.5)((2, 1)).tolist() == [[0.5], [0.5]]
    assert nn.initializers.Zeros()(shape=()) == 0.0
