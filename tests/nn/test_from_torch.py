"""Code pasted from PyTorch runs: its names, order, defaults and numbers."""

import inspect
import pickle
import random

import numpy as np
import pytest

import nn
from autograd_core import Value, gradcheck
from nn.interop import IN_FUNCTIONAL

# PyTorch 2.13.0, float64: module -> value and derivative at -1 and at 0.7.
TORCH = [
    (nn.GELU(approximate="tanh"), (-0.15880800939172324, -0.08296408384578252),
     (0.5305701347051167, 0.976357218656104)),
    (nn.GELU(approximate="none"), (-0.15865525393145702, -0.08331547058768635),
     (0.5306254434438489, 0.9766141011336599)),
    (nn.Softplus(beta=2.0, threshold=20.0), (0.06346400552148625, 0.11920292202211755),
     (0.8102087049592255, 0.8021838885585817)),
    (nn.LogSigmoid(), (-1.3132616875182228, 0.7310585786300049),
     (-0.4031860488854579, 0.33181222783183395)),
    (nn.LeakyReLU(0.2, inplace=False), (-0.2, 0.2), (0.7, 1.0)),
]  # fmt: skip


@pytest.mark.parametrize(("module", "below", "above"), TORCH, ids=lambda c: str(c)[:24])
def test_an_activation_with_options_has_pytorchs_numbers(module, below, above):
    for at, (value, slope) in ((-1.0, below), (0.7, above)):
        x = Value(at)
        y = module(x)
        y.backward()
        assert (y.data, x.grad) == pytest.approx((value, slope), rel=1e-14)  # a few roundings


@pytest.mark.parametrize("name", ["ReLU", "SELU", "SiLU", "Mish", "ELU", "LeakyReLU"])
def test_inplace_is_accepted_and_changes_no_number(name):
    x = Value(-0.5)
    assert getattr(nn, name)(inplace=True)(x).data == getattr(nn, name)()(x).data
    assert x.data == -0.5


def test_gelu_refuses_another_approximation_when_it_is_made():
    with pytest.raises(ValueError, match="'none' or 'tanh', False or True, got 'erf'"):
        nn.GELU(approximate="erf")


def test_a_sharp_softplus_wants_a_positive_beta():
    with pytest.raises(ValueError, match="beta above 0, got 0"):
        nn.Softplus(beta=0)


def test_activation_functions_take_their_rows_options():
    assert nn.leaky_relu(-1.0, negative_slope=0.2) == -0.2
    assert nn.elu([-1.0], alpha=2.0) == [nn.ELU(2.0)(-1.0).data]
    assert nn.gelu(Value(1.0), approximate="tanh").data == nn.GELU("tanh")(1.0).data
    with pytest.raises(TypeError, match="slope"):
        nn.leaky_relu(-1.0, slope=0.2)


def test_a_model_with_optioned_activations_comes_back_from_its_file(tmp_path):
    model = nn.Sequential(
        nn.Linear(2, 3, rng=0), nn.GELU("tanh"), nn.Softplus(2.0), nn.LeakyReLU(0.3)
    )
    model.save(tmp_path / "m.npz")
    x = [[0.5, -1.0]]
    assert (nn.load(tmp_path / "m.npz").predict(x) == model.predict(x)).all()


def test_gelu_by_tanh_trains_with_the_same_numbers_on_both_backends():
    x, y = np.eye(3), np.array([0.0, 1.0, 2.0])
    ends = []
    for backend in ("numpy", "graph"):
        model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.GELU("tanh"), nn.Linear(4, 1, rng=1))
        model.compile(nn.SGD(lr=0.1), "mse", backend=backend)
        ends.append(model.fit(x, y, epochs=3, verbose=0, shuffle=False).history["loss"])
    assert ends[0] == pytest.approx(ends[1], rel=1e-12)  # rounding of sums
    assert gradcheck(lambda a: a.gelu("tanh"), 0.3).ok


def test_a_dict_of_modules_names_them_as_in_pytorch():
    model = nn.Sequential({"fc1": nn.Linear(2, 3), "act": nn.ReLU(), "fc2": nn.Linear(3, 1)})
    assert model.get_layer("fc2") is model[2]
    assert (model[2].in_features, model[2].out_features) == (3, 1)


def test_load_state_dict_says_what_did_not_match():
    model = nn.Linear(2, 1, rng=0)
    state = model.state_dict()
    assert str(model.load_state_dict(state)) == "<All keys matched successfully>"
    state["neurons[0].other"] = state.pop("neurons[0].b")
    state["neurons[0].w"] = [7.0, 8.0]
    with pytest.raises(ValueError, match=r"neurons\[0\].b is missing"):
        model.load_state_dict(state)
    keys = model.load_state_dict(state, strict=False)
    assert keys.missing_keys == ["neurons[0].b"]
    assert keys.unexpected_keys == ["neurons[0].other"]
    assert [w.data for w in model.neurons[0].w] == [7.0, 8.0]


def test_a_shape_that_does_not_fit_is_an_error_also_when_not_strict():
    model = nn.Linear(2, 1)
    with pytest.raises(ValueError, match="wanted"):
        model.load_state_dict({"neurons[0].w": [1.0]}, strict=False)


def test_a_training_loop_pasted_from_pytorch_lowers_the_loss():
    x, y = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [1.0, 0.0, 2.0]
    model = nn.Sequential(nn.Linear(2, 4, rng=0), nn.Tanh(), nn.Linear(4, 1, rng=1))
    criterion, losses = nn.MSELoss(), []
    model.train()
    for _ in range(100):
        model.zero_grad(set_to_none=True)
        loss = criterion(model(x), y)
        loss.backward()
        losses.append(loss.data)
        for p in model.parameters():
            p.data -= 0.1 * p.grad
    assert losses[-1] < 0.1 * losses[0]


def test_a_network_pasted_from_pytorch_with_functional_and_optim_learns_xor():
    import nn.functional as F
    import nn.optim as optim

    class Net(nn.Module):
        def __init__(self):
            super(Net, self).__init__()  # noqa: UP008  # as it is pasted
            self.fc1 = nn.Linear(2, 8, rng=0)
            self.fc2 = nn.Linear(8, 2, rng=1)

        def forward(self, x):
            return self.fc2(F.tanh(self.fc1(x)))

    x, y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0]
    net = Net()
    optimizer = optim.Adam(net.parameters(), lr=0.1)
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=50, gamma=0.5)
    for _ in range(60):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        scheduler.step()
    assert loss.item() < 0.1
    assert [nn.metrics.classes([[v.item() for v in net(row)]])[0] for row in x] == y


def test_functional_losses_take_pytorchs_arguments():
    F = nn.functional
    logits, labels = [[0.5, -1.0, 2.0], [1.0, 0.0, -0.5]], [2, 0]
    weights = [1.0, 2.0, 0.5]
    pairs = [
        (F.cross_entropy(logits, labels, weights, label_smoothing=0.1),
         nn.CrossEntropyLoss(weights, label_smoothing=0.1)(logits, labels)),
        (F.nll_loss(logits, labels, ignore_index=2), nn.NLLLoss(ignore_index=2)(logits, labels)),
        (F.mse_loss(input=[1.0], target=[3.0], reduction="sum"), Value(4.0)),
        (F.l1_loss([1.0], [3.0]), Value(2.0)),
        (F.huber_loss([1.0], [3.0], delta=1.0), Value(1.5)),
        (F.smooth_l1_loss([1.0], [3.0], beta=1.0), Value(1.5)),
        (F.binary_cross_entropy([0.5], [1.0]), nn.BCELoss()([0.5], [1.0])),
        (F.binary_cross_entropy_with_logits([0.5], [1.0], pos_weight=2.0),
         nn.BCEWithLogitsLoss(pos_weight=2.0)([0.5], [1.0])),
    ]  # fmt: skip
    assert [a.data for a, _ in pairs] == [b.data for _, b in pairs]


# torch 2.13.0, whose first two have `weight` last besides
ORDER = """\
mse_loss input target size_average reduce reduction
l1_loss input target size_average reduce reduction
huber_loss input target reduction delta
smooth_l1_loss input target size_average reduce reduction beta
binary_cross_entropy input target weight size_average reduce reduction
binary_cross_entropy_with_logits input target weight size_average reduce reduction pos_weight
cross_entropy input target weight size_average ignore_index reduce reduction label_smoothing
nll_loss input target weight size_average ignore_index reduce reduction"""


@pytest.mark.parametrize("row", ORDER.splitlines())
def test_functional_losses_have_pytorchs_order(row):
    name, *wanted = row.split()
    loss = getattr(nn.functional, name)
    assert [*inspect.signature(loss).parameters] == wanted
    assert (loss.__name__, pickle.loads(pickle.dumps(loss))) == (name, loss)


@pytest.mark.parametrize("name", ["Parameter", "Conv2d", "Flatten"])
def test_a_name_that_is_not_there_says_what_to_do(name):
    with pytest.raises(AttributeError, match=f"nn has no {name}: ") as caught:
        getattr(nn, name)
    assert len(str(caught.value)) > 40
    assert not hasattr(nn, "anything_else")


def test_all_modules_are_those_that_have_a_name():
    model = nn.Sequential(nn.MLP(2, [3, 1]), nn.PReLU())
    assert model.modules() == [module for _, module in model.named_modules()]


NUMBERS = [1.0, 0.9, 0.89, 0.91, 0.9, 0.88, 0.95, 0.95, 0.95, 0.95, 0.5, 0.5, 0.5, 0.5]


PLATEAUS = [  # PyTorch 2.13.0: the rate after each step, from 1
    ({"patience": 2, "factor": 0.5}, [1.0] * 8 + [0.5] * 5 + [0.25]),
    ({"patience": 1, "factor": 0.5, "cooldown": 2, "threshold": 0.1},
     [1.0] * 4 + [0.5] * 4 + [0.25] * 4 + [0.125] * 2),
    ({"mode": "max", "patience": 0, "factor": 0.1, "min_lr": 0.05, "threshold_mode": "abs",
      "threshold": 0.5}, [1.0, 0.1] + [0.05] * 12),
]  # fmt: skip


@pytest.mark.parametrize(("options", "rates"), PLATEAUS)
def test_a_plateau_lowers_the_rate_when_pytorch_does(options, rates):
    optimizer = nn.optim.SGD([Value(0.0)], lr=1.0)
    schedule = nn.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **options)
    seen = []
    for number in NUMBERS:
        schedule.step(Value(number))
        seen += schedule.get_last_lr()
    assert seen == rates


def test_a_plateau_goes_on_where_its_state_says():
    optimizer = nn.optim.SGD([Value(0.0)], lr=1.0)
    schedules = [nn.schedules.ReduceLROnPlateau(optimizer, patience=5) for _ in range(2)]
    for number in NUMBERS[:4]:
        schedules[0].step(number)
    schedules[1].load_state_dict(schedules[0].state_dict())
    assert (schedules[1].best, schedules[1].num_bad_epochs) == (0.89, 1)


def test_a_polynomial_schedule_has_pytorchs_rates():
    schedule = nn.schedules.PolynomialLR(total_iters=4, power=2.0)
    assert [schedule(epoch) for epoch in range(6)] == [1.0, 0.5625, 0.25, 0.0625, 0.0, 0.0]


def test_outputs_of_a_batch_take_pytorchs_calls():
    one, two = nn.Linear(2, 1, rng=0), nn.Linear(2, 2, rng=0)
    x = [[1.0, 2.0], [3.0, 4.0]]
    loss = nn.MSELoss()(one(x).squeeze(), [0.0, 1.0])
    assert loss.data == nn.MSELoss()(one(x), [0.0, 1.0]).data
    for model, shape in ((one, (2,)), (two, (2, 2))):
        outputs = model(x).detach()
        assert outputs.numpy().shape == shape
        numbers = outputs.numpy().reshape(2, -1)
        assert numbers == pytest.approx(model.predict(x), rel=1e-14)  # sums in another order
    assert not two(x).detach()[0][0].parents


def test_dropout_takes_inplace_as_its_second_argument_too():
    random.seed(3)
    first = nn.Dropout(0.5, True)([1.0] * 8)
    random.seed(3)  # True is no seed: it draws where a Dropout without one does
    assert [y.data for y in nn.Dropout(0.5)([1.0] * 8)] == [y.data for y in first]


def test_what_stands_elsewhere_in_torch_is_refused_rather_than_taken_for_something_else():
    with pytest.raises(TypeError, match="SiLU takes PyTorch's inplace, True or False, got 6"):
        nn.SiLU(6)
    with pytest.raises(ValueError, match="takes no size_average"):
        nn.functional.mse_loss([1.0], [0.0], True)  # which torch has given up


def test_help_shows_the_arguments_of_a_layer():
    assert list(inspect.signature(nn.Linear).parameters)[:3] == [
        "in_features", "out_features", "bias",
    ]  # fmt: skip


def test_softmax_of_a_batch_goes_over_each_sample():
    # PyTorch 2.13.0: softmax(x, dim=1) and log_softmax(x, dim=-1)
    x = np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 1.0]])
    first = [0.09003057317038045, 0.2447284710547976, 0.6652409557748218]
    shares = nn.functional.softmax(x, dim=1)
    assert shares.numpy() == pytest.approx(np.array([first, [first[i] for i in (1, 0, 2)]]))
    logs = nn.functional.log_softmax(x.tolist(), dim=-1)
    assert logs[1] == pytest.approx([-1.4076059644443804, -2.4076059644443806, -0.4076059644443804])
    with pytest.raises(ValueError, match="outputs of each sample, whose axis is -1 or 1, got 0"):
        nn.functional.softmax(x, dim=0)


def test_the_largest_gradient_is_a_norm_by_its_name_too():
    parameters = [Value(0.0), Value(0.0)]
    parameters[0].grad, parameters[1].grad = -4.0, 2.0
    assert nn.utils.clip_grad_norm_(parameters, 2.0, norm_type="inf") == 4.0
    assert [p.grad for p in parameters] == pytest.approx([-2.0, 1.0], rel=1e-6)  # + 1e-6 below


def test_a_norm_that_is_not_finite_is_an_error_if_asked_for():
    parameter = Value(0.0)
    parameter.grad = np.inf
    with pytest.raises(ValueError, match="the norm of the gradients is inf"):
        nn.utils.clip_grad_norm_([parameter], 1.0, error_if_nonfinite=True)
    assert parameter.grad == np.inf


@pytest.mark.parametrize("name", IN_FUNCTIONAL)
def test_a_function_that_is_not_there_says_what_to_do_instead(name):
    with pytest.raises(AttributeError, match=f"nn.functional has no {name}: "):
        getattr(nn.functional, name)
    with pytest.raises(AttributeError, match=r"module 'nn\.functional' has no attribute 'relo'"):
        nn.functional.relo  # noqa: B018  # the access is the test
