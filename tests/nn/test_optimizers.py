"""Optimizers against torch 2.13.0 (record_torch.py), and their own rules (D4)."""

import math

import numpy as np
import pytest

import nn
from autograd_core import Value
from nn import optimizers, schedules

from .recorded import RECORD, X, Y, network, one

OPTIMIZERS = {
    "sgd": (nn.SGD, {"lr": 0.1}),
    "sgd weight decay": (nn.SGD, {"lr": 0.1, "weight_decay": 0.05}),
    "momentum": (nn.SGD, {"lr": 0.05, "momentum": 0.9}),
    "momentum dampening": (nn.SGD, {"lr": 0.05, "momentum": 0.9, "dampening": 0.5}),
    "nesterov": (nn.SGD, {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    "rmsprop": (nn.RMSprop, {"lr": 0.01}),
    "rmsprop centered": (nn.RMSprop, {"lr": 0.01, "centered": True, "momentum": 0.9}),
    "adam": (nn.Adam, {"lr": 0.05}),
    "adam weight decay": (nn.Adam, {"lr": 0.05, "weight_decay": 0.1}),
    "amsgrad": (nn.Adam, {"lr": 0.05, "amsgrad": True}),
    "adamw": (nn.AdamW, {"lr": 0.05, "weight_decay": 0.1}),
    "adamax": (nn.Adamax, {"lr": 0.05, "weight_decay": 0.05}),
    "nadam": (nn.NAdam, {"lr": 0.05}),
    "nadam weight decay": (nn.NAdam, {"lr": 0.05, "weight_decay": 0.1, "momentum_decay": 0.1}),
    "adadelta": (nn.Adadelta, {}),
    "adadelta weight decay": (nn.Adadelta, {"lr": 0.5, "rho": 0.95, "weight_decay": 0.05}),
    "adagrad": (nn.Adagrad, {"lr": 0.1}),
    "adagrad decay": (nn.Adagrad, {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.05}),
    "radam": (nn.RAdam, {"lr": 0.05}),
    "radam weight decay": (nn.RAdam, {"lr": 0.05, "weight_decay": 0.1}),
    "radam decoupled": (nn.RAdam, {"lr": 0.05, "betas": (0.5, 0.9), "weight_decay": 0.1,
                                 "decoupled_weight_decay": True}),
    "nadam decoupled": (nn.optim.NAdam, {"lr": 0.05, "weight_decay": 0.1,
                                         "decoupled_weight_decay": True}),
    "asgd": (nn.optim.ASGD, {"lr": 0.1}),
    "asgd decay": (nn.optim.ASGD, {"lr": 0.1, "lambd": 0.1, "alpha": 0.5, "t0": 3,
                                   "weight_decay": 0.05}),
    "rprop": (nn.Rprop, {}),
    "rprop bounded": (nn.Rprop, {"lr": 0.05, "etas": (0.4, 1.5), "step_sizes": (0.01, 0.2)}),
}  # fmt: skip


def losses(optimizer, model):
    found = []
    for _ in range(20):
        optimizer.zero_grad()
        loss = nn.mse(model(X), Y)
        loss.backward()
        optimizer.step()
        found.append(loss.data)
    return found


@pytest.mark.parametrize("case", OPTIMIZERS)
def test_d4_twenty_losses_equal_pytorchs(case):
    kind, options = OPTIMIZERS[case]
    model = network()
    # 20 steps of float64 rounding, in another order than PyTorch's
    assert losses(kind(model.parameters(), **options), model) == pytest.approx(
        RECORD["losses"][case], rel=1e-9, abs=1e-12
    )


@pytest.mark.parametrize("case", OPTIMIZERS)
def test_d4_fit_takes_the_same_steps_as_a_loop_by_hand(case):
    kind, options = OPTIMIZERS[case]
    model = network()
    model.compile(kind(**options), "mse")
    history = model.fit(X, Y, batch_size=None, epochs=20, shuffle=False, verbose=0)
    assert history["loss"] == pytest.approx(RECORD["losses"][case], rel=1e-9, abs=1e-12)


def test_d4_clipping_by_norm_equals_pytorchs():
    model = network()
    optimizer = nn.SGD(model.parameters(), lr=0.5, clip_norm=0.1)
    assert losses(optimizer, model) == pytest.approx(RECORD["clipped"], rel=1e-9)


@pytest.mark.parametrize("name", optimizers.NAMES)
def test_an_optimizer_is_found_by_its_name(name):
    assert type(optimizers.get(name)) is optimizers.NAMES[name]


def test_an_unknown_optimizer_gets_the_list_of_names():
    with pytest.raises(ValueError, match=r"radam, rmsprop, .*; did you mean 'adam'"):
        optimizers.get("adamm")


def test_groups_have_their_own_rates():
    fast, slow = one(grad=1.0), one(grad=1.0)
    optimizer = nn.SGD([{"params": [fast], "lr": 0.5}, {"params": [slow]}], lr=0.1)
    optimizer.step()
    assert (fast.data, slow.data) == (0.5, 0.9)


def test_a_number_given_first_is_the_rate_as_in_keras():
    assert nn.Adam(0.01).lr == nn.Adam(learning_rate=0.01).lr == 0.01


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (nn.SGD(learning_rate=0.1, global_clipnorm=1.0), nn.SGD(lr=0.1, clip_norm=1.0)),
        (nn.SGD(0.1, clipvalue=0.5), nn.SGD(lr=0.1, clip_value=0.5)),
        (nn.RMSprop(rho=0.9, epsilon=1e-7), nn.RMSprop(alpha=0.9, eps=1e-7)),
        (nn.Adam(beta_1=0.5, beta_2=0.6), nn.Adam(betas=(0.5, 0.6))),
        (nn.AdamW(beta_2=0.99, epsilon=1e-7), nn.AdamW(betas=(0.9, 0.99), eps=1e-7)),
        (optimizers.Nadam(beta_1=0.8), optimizers.Nadam(betas=(0.8, 0.999))),
        (
            nn.Adadelta(learning_rate=0.5, rho=0.8, epsilon=1e-7),
            nn.Adadelta(0.5, eps=1e-7, rho=0.8),
        ),
    ],
)
def test_kerass_names_for_options_mean_the_same(theirs, ours):
    assert repr(theirs) == repr(ours)
    assert (theirs.clip_norm, theirs.clip_value) == (ours.clip_norm, ours.clip_value)


def test_a_group_may_use_kerass_names():
    group = nn.SGD([{"params": [one()], "learning_rate": 0.5}], lr=0.1).param_groups[0]
    assert group["lr"] == 0.5


def test_rho_is_alpha_for_rmsprop_only():
    for kind, name in ((nn.RMSprop, "alpha"), (nn.Adadelta, "rho")):
        assert kind([{"params": [one()], "rho": 0.5}]).param_groups[0][name] == 0.5


def test_an_unknown_option_is_an_error_that_lists_those_there_are():
    with pytest.raises(TypeError, match="no option 'beta'; it has lr, momentum"):
        nn.SGD([{"params": [one()], "beta": 1}])
    with pytest.raises(TypeError, match="no option 'rate'; it has lr, betas"):
        nn.Adam(rate=0.1)


def test_a_second_number_is_not_taken_for_a_rate():  # Keras's SGD has momentum there
    with pytest.raises(TypeError, match="name the other options"):
        nn.SGD(0.01, 0.9)


@pytest.mark.parametrize("kind", list(optimizers.NAMES.values()), ids=lambda kind: kind.name)
def test_a_saved_state_continues_to_the_same_bits(kind):
    options = {"momentum": 0.9} if kind is nn.SGD else {}
    model = network()
    optimizer = kind(model.parameters(), lr=0.01, **options)
    losses(optimizer, model)
    weights, state = model.state_dict(), optimizer.state_dict()
    wanted = losses(optimizer, model)
    again = network()
    again.load_state_dict(weights)
    resumed = kind(again.parameters(), lr=0.5, **options)
    resumed.load_state_dict(state)
    assert losses(resumed, again) == wanted


def test_a_state_of_another_optimizer_is_an_error():
    with pytest.raises(ValueError, match=r"is of 'sgd'.*optimizer is 'adam'"):
        nn.Adam([one()]).load_state_dict(nn.SGD([one()]).state_dict())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.SGD([], lr=0.1), "got no parameters"),
        (lambda: nn.SGD([one()], lr=-1.0), "lr must be at least 0"),
        (lambda: nn.SGD([one()], lr=math.nan), "lr must be at least 0"),
        (lambda: nn.SGD([one()], nesterov=True), "nesterov wants momentum"),
        (lambda: nn.Adam([one()], betas=(0.9, 1.0)), "betas must be"),
        (lambda: nn.Rprop([one()], etas=(1.0, 1.2)), "etas must be one below 1 and one above"),
        (lambda: nn.SGD([one()], clip_norm=0.0), "clip_norm must be above 0"),
        (lambda: nn.SGD(0.1, clipnorm=1.0), "use clip_norm"),
        (lambda: nn.Adam([{"params": [one()], "betas": (1.0, 0.9)}]), "betas must be"),
    ],
)
def test_bad_options_are_clear_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_parameter_given_twice_is_an_error():
    parameter = one()
    with pytest.raises(ValueError, match="twice"):
        nn.SGD([parameter, parameter])


def test_what_is_no_value_is_an_error():
    with pytest.raises(TypeError, match="takes Values, got"):
        nn.SGD([[1.0]])


def test_moments_live_in_the_optimizer_not_on_the_parameters():
    def held(parameter):  # what is in its slots, and what a user may have set on it
        names = {
            name for kind in type(parameter).__mro__ for name in getattr(kind, "__slots__", ())
        }
        return {name for name in names if hasattr(parameter, name)} | {*dir(parameter)}

    parameter = one(grad=1.0)
    before = held(parameter)
    nn.Adam([parameter]).step()
    assert held(parameter) == before


@pytest.mark.parametrize("kind", list(optimizers.NAMES.values()), ids=lambda kind: kind.name)
def test_maximize_goes_down_the_negated_function(kind):
    ends = []
    for sign, maximize in ((1.0, False), (-1.0, True)):
        w = Value(1.0)
        decay = {} if kind is nn.Rprop else {"weight_decay": 0.1}
        optimizer = kind([w], lr=0.1, maximize=maximize, **decay)
        for _ in range(3):
            optimizer.zero_grad(set_to_none=True)
            (w * w * sign).backward()
            optimizer.step()
        ends.append(w.data)
    assert ends[0] == ends[1]


def test_a_closure_is_called_before_the_step_and_its_loss_returned():
    w = Value(1.0)
    optimizer = nn.SGD([w], lr=0.1)

    def closure():
        optimizer.zero_grad()
        loss = w * w
        loss.backward()
        return loss

    assert optimizer.step(closure).data == 1.0
    assert w.data == 0.8


def test_a_learning_rate_may_be_a_number_of_numpy():
    assert nn.SGD(np.float32(0.25)).lr == 0.25


def test_what_is_no_number_is_a_clear_error():
    for rate in ("0.1", schedules.StepLR()):
        with pytest.raises(TypeError, match=r"Adam's lr must be a number, got .*schedule="):
            nn.Adam(learning_rate=rate)
    with pytest.raises(TypeError, match="SGD's momentum must be a number"):
        nn.SGD(momentum="high")


def test_a_group_without_parameters_says_what_it_wants():
    with pytest.raises(ValueError, match=r"under 'params', got lr; write"):
        nn.SGD([{"lr": 0.1}])


def test_named_parameters_are_taken_as_pytorch_takes_them():
    model = network()
    optimizer = nn.SGD(model.named_parameters(), lr=0.1)
    assert optimizer.param_groups[0]["params"] == model.parameters()


STEPS = ["ab", "a", "a", "ab", "b", "", "abc", "c", "abc"]  # who takes part in each step's loss
NONE = {
    "None": lambda optimizer, w: optimizer.zero_grad(),
    "a module's": lambda optimizer, w: [zeroed.zero_grad() for zeroed in [Held([*w.values()])]],
    "set by hand": lambda optimizer, w: [setattr(p, "grad", None) for p in w.values()],
}


class Held(nn.Module):
    def __init__(self, parameters):
        self.held = parameters


@pytest.mark.parametrize("zeroed", NONE)
@pytest.mark.parametrize("case", OPTIMIZERS)
def test_a_parameter_without_part_in_a_loss_is_left_alone_as_in_pytorch(case, zeroed):
    kind, options = OPTIMIZERS[case]
    numbers = {name: Value(1.0 + i) for i, name in enumerate("abc")}
    optimizer = kind(list(numbers.values()), **options)
    found = []
    for step in STEPS:
        NONE[zeroed](optimizer, numbers)
        if step:
            sum((numbers[name] - 0.25) ** 2 for name in step).backward()
        optimizer.step()
        found += [number.data for number in numbers.values()]
    wanted = [number for row in RECORD["absent"][case] for number in row]
    assert found == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("case", OPTIMIZERS)
def test_a_gradient_of_0_moves_by_momentum_and_decay_as_a_gradient_does(case):
    kind, options = OPTIMIZERS[case]
    ends = []
    for part in (lambda a, b: b * 0.0, lambda a, b: 0.0):
        a, b = Value(1.0), Value(1.0)
        optimizer = kind([a, b], **options)
        for turn in range(4):
            optimizer.zero_grad(set_to_none=False)
            (a * a + (b * b if not turn else part(a, b))).backward()
            optimizer.step()
        ends.append(b.data)
    assert ends[0] == ends[1]


def test_the_state_of_a_parameter_without_part_goes_with_the_optimizers_state():
    def made():
        a, b = Value(1.0), Value(2.0)
        return (a, b), nn.Adam([a, b], lr=0.1)

    def steps(optimizer, a, b):
        for turn in range(4):
            optimizer.zero_grad()
            (a * a + (b * b if turn % 2 else 0.0)).backward()
            optimizer.step()

    (a, b), first = made()
    steps(first, a, b)
    (c, d), second = made()
    c.data, d.data = a.data, b.data
    second.load_state_dict(first.state_dict())
    steps(first, a, b)
    steps(second, c, d)
    assert (c.data, d.data) == (a.data, b.data)


class TwoHeads(nn.Module):
    """One head is left out of the loss; the other may be chosen by the sign of the first input."""

    def __init__(self, branches):
        self.used, self.left_out = nn.Linear(1, 1, rng=0), nn.Linear(1, 1, rng=1)
        self.branches, self.loose = branches, [Value(0.5)]

    def forward(self, x):
        if self.branches and x[0] > 0.0:
            return self.left_out(x) * self.loose[0]
        return self.used(x)


@pytest.mark.parametrize("backend", ["numpy", "graph"])
@pytest.mark.parametrize("case", ["adam weight decay", "adamw", "momentum", "radam", "rprop"])
def test_fit_leaves_parameters_alone_that_took_no_part(case, backend):
    kind, options = OPTIMIZERS[case]
    model = TwoHeads(branches=False)
    before = [parameter.data for parameter in model.parameters()]
    model.compile(kind(**options), "mse", backend=backend)
    model.fit([[1.0], [2.0]], [3.0, 1.0], epochs=3, verbose=0)
    moved = [p.data != old for p, old in zip(model.parameters(), before)]
    assert moved == [True, True, False, False, False]


@pytest.mark.parametrize("case", OPTIMIZERS)
def test_fit_by_program_and_by_graph_leave_the_same_parameters_alone(case):
    kind, options = OPTIMIZERS[case]
    ends = []
    for backend in ("numpy", "graph"):
        model = TwoHeads(branches=True)
        model.compile(kind(**options), "mse", backend=backend)
        for x in (1.0, -1.0, -2.0, 2.0, 1.0):  # each batch takes one of the two ways
            model.fit([[x], [2.0 * x]], [3.0, 1.0], epochs=2, verbose=0, shuffle=False)
        ends.append([parameter.data for parameter in model.parameters()])
    assert ends[0] == pytest.approx(ends[1], rel=1e-9)  # sums in another order


def test_a_sample_that_counts_nothing_takes_part_all_the_same():
    ends = []
    for backend in ("numpy", "graph"):
        model = nn.Linear(1, 1, rng=0)
        model.compile(nn.SGD(lr=0.1, momentum=0.9), "mse", backend=backend)
        model.fit([[1.0]], [3.0], epochs=1, verbose=0)
        model.fit([[1.0]], [3.0], sample_weight=[0.0], epochs=2, verbose=0)
        ends.append([parameter.data for parameter in model.parameters()])
    assert ends[0] == pytest.approx(ends[1], rel=1e-12)


def test_clipping_leaves_a_parameter_without_gradient_without():
    a, b = Value(3.0), Value(1.0)
    optimizer = nn.SGD([a, b], lr=0.1, weight_decay=0.5)
    (a * a).backward()
    assert nn.clip_grad_norm_([a, b], 1.0) == 6.0
    nn.clip_grad_value_([a, b], 0.5)
    optimizer.step()
    assert b.data == 1.0


def test_micrograds_users_find_a_number_in_every_gradient():
    model = nn.MLP(2, [2, 1])
    assert [p.grad for p in model.parameters()] == [0.0] * 9
    for parameter in model.parameters():
        parameter.grad = 0.0
    model([1.0, 2.0]).backward()
    for parameter in model.parameters():
        parameter.data -= 0.1 * parameter.grad
    model.zero_grad()
    assert sum(p.grad for p in model.parameters()) == 0.0


@pytest.mark.parametrize("kind", [nn.SGD, nn.Adam])
def test_a_step_after_create_graph_leaves_numbers(kind):
    """w.data became a Value, and with it all that was computed from then on."""
    plain, kept = nn.Value(2.0), nn.Value(2.0)
    for w, create_graph in ((plain, False), (kept, True)):
        optimizer = kind([w], lr=0.1)
        for _ in range(2):
            optimizer.zero_grad()
            (w * w * w).backward(create_graph=create_graph)
            optimizer.step()
    assert type(kept.data) is float
    assert kept.data == plain.data


def test_gradients_that_are_values_are_clipped_and_read():
    w = nn.Value(2.0)
    (w * w * w).backward(create_graph=True)
    assert nn.clip_grad_norm_([w], 1.0) == 12.0
    assert w.grad.data == pytest.approx(1.0, rel=1e-6)  # PyTorch's guard in the denominator
    layer = nn.Linear(1, 1, rng=0)
    layer([3.0]).backward(create_graph=True)
    assert layer.weight.grad.tolist() == [[3.0]]
