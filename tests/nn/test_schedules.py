"""Schedules of the learning rate against torch 2.13.0 (record_torch.py), and under fit (D4)."""

import math

import pytest

import nn
from nn import schedules

from .recorded import RECORD, X, Y, network, one

SCHEDULES = {
    "StepLR": {"step_size": 3, "gamma": 0.5},
    "MultiStepLR": {"milestones": [2, 5], "gamma": 0.1},
    "ExponentialLR": {"gamma": 0.9},
    "LinearLR": {"start_factor": 0.25, "end_factor": 1.0, "total_iters": 4},
    "ConstantLR": {"factor": 0.5, "total_iters": 3},
    "CosineAnnealingLR": {"T_max": 8, "eta_min": 0.01},
    "CosineAnnealingWarmRestarts": {"T_0": 2, "T_mult": 2, "eta_min": 0.01},
    "OneCycleLR": {"max_lr": 0.5, "total_steps": 8},
    "OneCycleLR linear": {"max_lr": 0.5, "epochs": 4, "steps_per_epoch": 2, "pct_start": 0.4,
                          "anneal_strategy": "linear", "div_factor": 10.0},
    "OneCycleLR three phases": {"max_lr": 0.5, "total_steps": 8, "three_phase": True,
                                "base_momentum": 0.5},
    "CyclicLR": {"base_lr": 0.01, "max_lr": 0.3, "step_size_up": 2},
    "CyclicLR halves": {"base_lr": 0.01, "max_lr": 0.3, "step_size_up": 1, "step_size_down": 2,
                        "mode": "triangular2"},
    "CyclicLR powers": {"base_lr": 0.0, "max_lr": 0.3, "step_size_up": 2, "mode": "exp_range",
                        "gamma": 0.9, "base_momentum": 0.5},
    "MultiplicativeLR": {"lr_lambda": lambda epoch: 1.0 / (1.0 + epoch)},
}  # fmt: skip


@pytest.mark.parametrize("case", SCHEDULES)
def test_d4_rates_equal_pytorchs(case):
    optimizer = nn.SGD([one()], lr=0.2, momentum=0.9)
    schedule = getattr(schedules, case.split()[0])(optimizer, **SCHEDULES[case])
    found = []
    for _ in range(8):
        found += schedule.get_last_lr()
        if "Cycl" in case:
            found.append(optimizer.param_groups[0]["momentum"])
        schedule.step()
    assert found == pytest.approx(RECORD["rates"][case], rel=1e-12, abs=1e-15)


CHAINED = {
    "ConstantLR": {"factor": 0.5, "total_iters": 3},
    "LinearLR": {"start_factor": 0.25, "end_factor": 0.8, "total_iters": 4},
    "StepLR": {"step_size": 3, "gamma": 0.5},
    "MultiStepLR": {"milestones": [2, 5], "gamma": 0.1},
    "ExponentialLR": {"gamma": 0.9},
    "PolynomialLR": {"total_iters": 5, "power": 1.5},
    "CosineAnnealingLR": {"T_max": 3, "eta_min": 0.01},
    "CosineAnnealingWarmRestarts": {"T_0": 2, "T_mult": 2, "eta_min": 0.01},
    "LambdaLR": {"lr_lambda": lambda epoch: 1.0 / (1.0 + epoch)},
    "OneCycleLR": {"max_lr": 0.5, "total_steps": 10, "cycle_momentum": False},
    "CyclicLR": {"base_lr": 0.01, "max_lr": 0.3, "step_size_up": 2, "cycle_momentum": False},
    "MultiplicativeLR": {"lr_lambda": lambda epoch: 1.0 - 0.1 * epoch},
}  # fmt: skip
GROW = ("StepLR", "MultiStepLR", "ExponentialLR", "ConstantLR", "LinearLR", "PolynomialLR")


@pytest.mark.parametrize("pair", RECORD["chained"])
def test_two_schedules_chain_as_pytorchs_with_a_rate_set_by_hand_and_a_group_added(pair):
    optimizer = nn.SGD([{"params": [one()]}, {"params": [one()], "lr": 0.7}], lr=0.2)
    both = [getattr(schedules, name)(optimizer, **CHAINED[name]) for name in pair.split()]
    found = []
    for epoch in range(9):
        found += [group["lr"] for group in optimizer.param_groups]
        if epoch == 4:
            optimizer.param_groups[0]["lr"] = 0.3
        if epoch == 6 and all(name in GROW for name in pair.split()):
            optimizer.add_param_group({"params": [one()], "lr": 0.05})
        for schedule in both:
            schedule.step()
    if pair.endswith(" CyclicLR"):  # PyTorch takes the first rate for the lower bound once
        found[:2] = RECORD["chained"][pair][:2]
    # PyTorch's own recursion loses digits where a cosine nears its bottom
    assert found == pytest.approx(RECORD["chained"][pair], rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("case", RECORD["composed"])
def test_schedules_made_of_two_are_pytorchs(case):
    kind, *names = case.split()
    optimizer = nn.SGD([{"params": [one()]}, {"params": [one()], "lr": 0.7}], lr=0.2)
    parts = [getattr(schedules, name)(optimizer, **CHAINED[name]) for name in names]
    if kind == "SequentialLR":
        schedule = schedules.SequentialLR(optimizer, parts, milestones=[3])
    else:
        schedule = schedules.ChainedScheduler(parts)
    found = []
    for _ in range(8):
        found += [group["lr"] for group in optimizer.param_groups]
        schedule.step()
    assert found == pytest.approx(RECORD["composed"][case], rel=1e-12, abs=1e-15)


# PyTorch's CosineAnnealingWarmRestarts goes on from another place of its period
@pytest.mark.parametrize("name", [name for name in CHAINED if "Warm" not in name])
def test_a_schedule_goes_on_from_the_epoch_it_is_told(name):
    optimizer = nn.SGD([one()], lr=0.2)
    schedule, found = getattr(schedules, name)(optimizer, **CHAINED[name]), []
    for step in range(8):
        found.append(optimizer.lr)
        if step == 3:
            kind = getattr(schedules, name)
            schedule = kind(optimizer, **CHAINED[name], last_epoch=schedule.last_epoch)
        else:
            schedule.step()
    assert found == pytest.approx(RECORD["resumed"][name], rel=1e-12, abs=1e-15)


def test_a_schedule_goes_on_only_where_there_was_one():
    with pytest.raises(ValueError, match=r"load its state first: optimizer\.load_state_dict"):
        schedules.StepLR(nn.SGD([one()], lr=0.2), last_epoch=3)


def test_a_composed_schedule_is_saved_with_its_parts():
    def made():
        optimizer = nn.SGD([one()], lr=0.2)
        parts = [schedules.LinearLR(optimizer), schedules.ExponentialLR(optimizer)]
        return optimizer, schedules.SequentialLR(optimizer, parts, [2])

    first, schedule = made()
    for _ in range(3):
        schedule.step()
    second, other = made()
    second.load_state_dict(first.state_dict())
    other.load_state_dict(schedule.state_dict())
    for _ in range(3):
        schedule.step()
        other.step()
        assert second.lr == first.lr


def test_a_composed_schedule_says_what_it_lacks():
    optimizer = nn.SGD([one()], lr=0.2)
    part = schedules.StepLR(optimizer)
    for make, message in (
        (lambda: schedules.SequentialLR(optimizer, [part], [3]), "a milestone between any two"),
        (lambda: schedules.SequentialLR(optimizer, [schedules.StepLR()], []), "one optimizer"),
        (lambda: schedules.ChainedScheduler([]), "one schedule or more"),
        (lambda: schedules.CyclicLR(nn.Adagrad([one()])), "has no momentum to cycle"),
        (lambda: schedules.CyclicLR(step_size_up=0), "must be above 0 epochs"),
        (lambda: schedules.CyclicLR(mode="square"), "no mode named 'square'"),
    ):
        with pytest.raises(ValueError, match=message):
            make()


def test_a_group_added_later_follows_every_schedule():
    for name, options in CHAINED.items():
        optimizer = nn.SGD([one()], lr=0.2)
        schedule = getattr(schedules, name)(optimizer, **options)
        schedule.step()
        optimizer.add_param_group({"params": [one()], "lr": 0.4})
        schedule.step()
        assert len(schedule.get_last_lr()) == 2


def test_a_function_for_each_group_is_missing_for_one_added_later():
    optimizer = nn.SGD([one()], lr=0.2)
    schedule = schedules.LambdaLR(optimizer, [lambda epoch: 1.0])
    optimizer.add_param_group({"params": [one()]})
    with pytest.raises(ValueError, match="1 functions for 2 groups"):
        schedule.step()


def test_a_saved_schedule_goes_on_beside_another():
    def made():
        optimizer = nn.SGD([one()], lr=0.2)
        return optimizer, [schedules.ExponentialLR(optimizer), schedules.StepLR(optimizer, 2)]

    first, both = made()
    for _ in range(3):
        for schedule in both:
            schedule.step()
    second, others = made()
    second.load_state_dict(first.state_dict())
    for schedule, other in zip(both, others):
        other.load_state_dict(schedule.state_dict())
    assert second.lr == first.lr
    for _ in range(2):
        for schedule in (*both, *others):
            schedule.step()
    assert second.lr == first.lr


IN_ROW = schedules.SequentialLR(
    schedulers=[schedules.LinearLR(), schedules.StepLR(step_size=1)], milestones=[3]
)
FIT = ["constant", "step", "multistep", "exponential", "linear", "cosine",
       schedules.CosineAnnealingWarmRestarts, lambda epoch: 0.9**epoch,
       schedules.MultiplicativeLR(lr_lambda=lambda epoch: 0.9),
       IN_ROW,
       schedules.ChainedScheduler([schedules.LinearLR(), schedules.ExponentialLR()])]  # fmt: skip


def fitted_rates(schedule, between=None, at_end=None):
    """Return the rates of six epochs, twice; `at_end` is called after each epoch."""
    seen, model = [], network()
    model.compile(nn.SGD(lr=0.2), "mse", schedule=schedule)

    def note(epoch, logs):
        seen.append(model.optimizer.lr)
        if at_end is not None:
            at_end(epoch, model.optimizer)

    for turn in range(2):
        if turn and between is not None:
            between(model.optimizer)
        model.fit(X, Y, epochs=6, verbose=0, callbacks=note)
    return seen[:6], seen[6:]


@pytest.mark.parametrize("schedule", FIT)
def test_fit_follows_a_schedule_anew_each_time(schedule):
    curve = schedules.get(schedule)
    curve.set_params({"epochs": 6})
    first, second = fitted_rates(schedule)
    assert first == pytest.approx([0.2 * curve(epoch) for epoch in range(6)])
    assert second == pytest.approx(first)


@pytest.mark.parametrize("schedule", [s for s in FIT if s is not IN_ROW])
def test_a_rate_lowered_in_an_epoch_stays_lowered(schedule):
    def lower(epoch, optimizer):
        if epoch == 2:
            optimizer.param_groups[0]["lr"] *= 0.1

    plain, _ = fitted_rates(schedule)
    lowered, _ = fitted_rates(schedule, at_end=lower)
    assert lowered[:3] == plain[:3]
    assert lowered[3:] == pytest.approx([0.1 * rate for rate in plain[3:]])


@pytest.mark.parametrize("schedule", FIT)
def test_a_rate_set_between_two_fits_is_where_the_second_starts(schedule):
    def halve(optimizer):
        optimizer.lr = 0.1

    first, second = fitted_rates(schedule, between=halve)
    assert second == pytest.approx([0.5 * rate for rate in first])


def test_plateau_and_schedule_work_together_in_fit():
    model = network()
    model.compile(nn.SGD(lr=0.0625), "mse", schedule=schedules.ExponentialLR(gamma=0.5))
    lower = nn.callbacks.ReduceLROnPlateau(monitor="loss", patience=1, min_delta=1e9, factor=0.5)
    history = model.fit(X, Y, epochs=4, verbose=0, callbacks=lower).history
    assert history["learning_rate"] == [0.0625, 0.0625 / 2, 0.0625 / 8, 0.0625 / 32]


@pytest.mark.parametrize(
    "schedule",
    [lambda epoch: 0.5**epoch, "cosine", schedules.StepLR(step_size=2), schedules.LinearLR()],
)
def test_no_schedule_undoes_what_a_plateau_has_lowered(schedule):
    rates = []
    for callback in (
        lambda epoch, logs: None,
        nn.callbacks.ReduceLROnPlateau(monitor="loss", patience=1, min_delta=1e9, factor=0.5),
    ):
        model = network()
        model.compile(nn.SGD(lr=0.0625), "mse", schedule=schedule)
        seen = nn.callbacks.LambdaCallback(
            on_epoch_begin=lambda epoch, logs, m=model: rates.append(m.optimizer.lr)
        )
        model.fit(X, Y, epochs=5, verbose=0, callbacks=[callback, seen])
    alone, lowered = rates[:5], rates[5:]
    factors = [1.0, 1.0, 0.5, 0.25, 0.125]  # the first epoch is the best, each other one lowers
    assert lowered == pytest.approx([a * f for a, f in zip(alone, factors, strict=True)])


def test_one_cycle_moves_the_first_of_adams_betas():
    optimizer = nn.Adam([one()])
    schedule = schedules.OneCycleLR(optimizer, max_lr=0.1, total_steps=11, pct_start=0.5)
    assert optimizer.param_groups[0]["betas"] == (0.95, 0.999)
    schedule.last_epoch = 3
    schedule.step()
    assert 0.85 < optimizer.param_groups[0]["betas"][0] < 0.95


def test_one_cycle_spans_the_epochs_of_fit():
    model, seen = network(), []
    model.compile(nn.SGD(momentum=0.9), "mse", schedule=schedules.OneCycleLR(max_lr=0.1))
    model.fit(X, Y, epochs=5, verbose=0, callbacks=lambda e, logs: seen.append(model.optimizer.lr))
    assert seen[0] == pytest.approx(0.1 / 25.0)  # div_factor
    assert seen[-1] == pytest.approx(0.1 / 25.0 / 1e4)  # and final_div_factor


def test_each_group_may_have_its_own_function():
    optimizer = nn.SGD([{"params": [one()]}, {"params": [one()], "lr": 0.5}], lr=0.1)
    schedule = schedules.LambdaLR(optimizer, lr_lambda=[lambda e: 0.5**e, lambda e: 1.0 + e])
    schedule.step()
    assert schedule.get_last_lr() == [0.05, 1.0]


def test_a_schedule_is_followed_by_fit():
    model, seen = network(), []
    model.compile(nn.SGD(lr=0.2), "mse", schedule=schedules.StepLR(step_size=2, gamma=0.5))
    model.fit(X, Y, epochs=4, verbose=0, callbacks=lambda e, logs: seen.append(model.optimizer.lr))
    assert seen == [0.2, 0.2, 0.1, 0.1]


def test_a_schedule_by_name_spans_the_epochs_of_fit():
    model, seen = network(), []
    model.compile(nn.SGD(lr=0.2), "mse", schedule="cosine")
    model.fit(X, Y, epochs=4, verbose=0, callbacks=lambda e, logs: seen.append(model.optimizer.lr))
    assert seen == pytest.approx([0.1 * (1 + math.cos(math.pi * e / 4)) for e in range(4)])


def test_a_function_of_the_epoch_is_a_schedule():
    assert schedules.get(lambda epoch: 0.5**epoch)(3) == 0.125


@pytest.mark.parametrize("make", [
    lambda: schedules.StepLR(step_size=0),
    lambda: schedules.LinearLR(total_iters=0),
    lambda: schedules.PolynomialLR(total_iters=0),
    lambda: schedules.CosineAnnealingLR(T_max=0),
])  # fmt: skip
def test_a_schedule_over_no_epochs_is_refused_when_it_is_made(make):
    with pytest.raises(ValueError, match="must be above 0 epochs, got 0"):
        make()


def test_one_cycle_says_what_it_lacks():
    adagrad, sgd = nn.Adagrad([one()]), nn.SGD([one()])
    with pytest.raises(ValueError, match="wants total_steps, or epochs and steps_per_epoch"):
        schedules.OneCycleLR(sgd, max_lr=0.1, epochs=3)
    with pytest.raises(ValueError, match="Adagrad has no momentum to cycle"):
        schedules.OneCycleLR(adagrad, max_lr=0.1, total_steps=3)
    schedule = schedules.OneCycleLR(adagrad, 0.1, total_steps=1, cycle_momentum=False)
    schedule.step()
    with pytest.raises(ValueError, match="has 1 steps, and this is step 2"):
        schedule.step()


def test_there_is_one_function_for_all_groups_or_one_for_each():
    with pytest.raises(ValueError, match="2 functions for 1 groups"):
        schedules.LambdaLR(nn.SGD([one()]), [lambda e: 1.0, lambda e: 2.0])


def test_a_schedule_may_be_given_as_its_class():
    assert schedules.get(schedules.ExponentialLR)(2) == pytest.approx(0.95**2)


def test_what_watches_a_number_is_no_schedule_of_fit():
    plateau = schedules.ReduceLROnPlateau(nn.SGD([one()]))
    with pytest.raises(TypeError, match=r"is a callback: fit\(callbacks="):
        schedules.get(plateau)
