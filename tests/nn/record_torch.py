"""Record torch for the tests of optimizers and schedules: record_torch.py > torch_2_13_0.json.

A network 2-3-1 with tanh, from fixed weights, on 4 samples, full batch, mean squared error.
"""

import inspect
import json

import torch

torch.set_default_dtype(torch.float64)
W1 = [[0.5, -0.25], [0.75, 0.125], [-0.5, 1.0]]
B1 = [0.1, -0.2, 0.3]
W2 = [[1.0, -0.5, 0.25]]
B2 = [0.05]
X = [[0.0, 0.5], [1.0, -1.0], [-0.5, 0.25], [2.0, 1.5]]
Y = [[0.5], [-1.0], [0.25], [1.5]]
OPTIMIZERS = {
    "sgd": ("SGD", {"lr": 0.1}),
    "sgd weight decay": ("SGD", {"lr": 0.1, "weight_decay": 0.05}),
    "momentum": ("SGD", {"lr": 0.05, "momentum": 0.9}),
    "momentum dampening": ("SGD", {"lr": 0.05, "momentum": 0.9, "dampening": 0.5}),
    "nesterov": ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    "rmsprop": ("RMSprop", {"lr": 0.01}),
    "rmsprop centered": ("RMSprop", {"lr": 0.01, "centered": True, "momentum": 0.9}),
    "adam": ("Adam", {"lr": 0.05}),
    "adam weight decay": ("Adam", {"lr": 0.05, "weight_decay": 0.1}),
    "amsgrad": ("Adam", {"lr": 0.05, "amsgrad": True}),
    "adamw": ("AdamW", {"lr": 0.05, "weight_decay": 0.1}),
    "adamax": ("Adamax", {"lr": 0.05, "weight_decay": 0.05}),
    "nadam": ("NAdam", {"lr": 0.05}),
    "nadam weight decay": ("NAdam", {"lr": 0.05, "weight_decay": 0.1, "momentum_decay": 0.1}),
    "adadelta": ("Adadelta", {}),
    "adadelta weight decay": ("Adadelta", {"lr": 0.5, "rho": 0.95, "weight_decay": 0.05}),
    "adagrad": ("Adagrad", {"lr": 0.1}),
    "adagrad decay": ("Adagrad", {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.05}),
    "radam": ("RAdam", {"lr": 0.05}),
    "radam weight decay": ("RAdam", {"lr": 0.05, "weight_decay": 0.1}),
    "radam decoupled": ("RAdam", {"lr": 0.05, "betas": (0.5, 0.9), "weight_decay": 0.1,
                                 "decoupled_weight_decay": True}),
    "nadam decoupled": ("NAdam", {"lr": 0.05, "weight_decay": 0.1,
                                  "decoupled_weight_decay": True}),
    "asgd": ("ASGD", {"lr": 0.1}),
    "asgd decay": ("ASGD", {"lr": 0.1, "lambd": 0.1, "alpha": 0.5, "t0": 3, "weight_decay": 0.05}),
    "rprop": ("Rprop", {}),
    "rprop bounded": ("Rprop", {"lr": 0.05, "etas": (0.4, 1.5), "step_sizes": (0.01, 0.2)}),
}  # fmt: skip
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


def network():
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1))
    with torch.no_grad():
        for parameter, numbers in zip(model.parameters(), (W1, B1, W2, B2), strict=True):
            parameter.copy_(torch.tensor(numbers))
    return model


def losses(name, options, clip=None):
    model = network()
    optimizer = getattr(torch.optim, name)(model.parameters(), **options)
    found = []
    for _ in range(20):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(torch.tensor(X)), torch.tensor(Y))
        loss.backward()
        if clip is not None:
            torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        found.append(loss.item())
    return found


def rates(case, options):
    optimizer = torch.optim.SGD(network().parameters(), lr=0.2, momentum=0.9)
    schedule = getattr(torch.optim.lr_scheduler, case.split()[0])(optimizer, **options)
    found = []
    for _ in range(8):
        found.append(schedule.get_last_lr()[0])
        if "Cycl" in case:
            found.append(optimizer.param_groups[0]["momentum"])
        optimizer.step()
        schedule.step()
    return found


STEPS = ["ab", "a", "a", "ab", "b", "", "abc", "c", "abc"]  # who takes part in each step's loss


def absent(name, options):
    """Numbers of a, b and c, one group, after steps in whose loss some of them take no part."""
    numbers = {name: torch.nn.Parameter(torch.tensor([1.0 + i])) for i, name in enumerate("abc")}
    optimizer = getattr(torch.optim, name)(numbers.values(), **options)
    found = []
    for step in STEPS:
        optimizer.zero_grad()
        if step:
            sum((numbers[name] - 0.25) ** 2 for name in step).backward()
        optimizer.step()
        found.append([number.item() for number in numbers.values()])
    return found


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


def chained(first, second):
    """Rates of two groups under two schedules; one is set by hand, a third group comes later."""
    parameters = [torch.nn.Parameter(torch.zeros(1)) for _ in range(3)]
    groups = [{"params": [parameters[0]]}, {"params": [parameters[1]], "lr": 0.7}]
    optimizer = torch.optim.SGD(groups, lr=0.2)
    schedules = [
        getattr(torch.optim.lr_scheduler, name)(optimizer, **CHAINED[name])
        for name in (first, second)
    ]
    found = []
    for epoch in range(9):
        found += [group["lr"] for group in optimizer.param_groups]
        if epoch == 4:
            optimizer.param_groups[0]["lr"] = 0.3
        if epoch == 6 and grows(first) and grows(second):
            optimizer.add_param_group({"params": [parameters[2]], "lr": 0.05})
        for schedule in schedules:
            schedule.step()
    return found


COMPOSED = ("LinearLR", "MultiStepLR", "CosineAnnealingLR", "LambdaLR", "MultiplicativeLR")


def composed(kind, first, second):
    """Rates of two groups under one schedule after the other (at 3), or under both at once."""
    parameters = [torch.nn.Parameter(torch.zeros(1)) for _ in range(2)]
    groups = [{"params": [parameters[0]]}, {"params": [parameters[1]], "lr": 0.7}]
    optimizer = torch.optim.SGD(groups, lr=0.2)
    of_torch = torch.optim.lr_scheduler
    parts = [getattr(of_torch, name)(optimizer, **CHAINED[name]) for name in (first, second)]
    if kind == "SequentialLR":
        schedule = of_torch.SequentialLR(optimizer, parts, milestones=[3])
    else:
        schedule = of_torch.ChainedScheduler(parts)
    found = []
    for _ in range(8):
        found += [group["lr"] for group in optimizer.param_groups]
        schedule.step()
    return found


def resumed(name):
    """Rates of four steps, and of four more with a schedule that goes on from the fourth."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.2)
    kind, found = getattr(torch.optim.lr_scheduler, name), []
    schedule = kind(optimizer, **CHAINED[name])
    for step in range(8):
        found.append(optimizer.param_groups[0]["lr"])
        if step == 3:
            schedule = kind(optimizer, **CHAINED[name], last_epoch=schedule.last_epoch)
        else:
            schedule.step()
    return found


def grows(name):
    """Whether PyTorch's schedule of that name takes a group that is added later."""
    return name in ("StepLR", "MultiStepLR", "ExponentialLR", "ConstantLR", "LinearLR",
                    "PolynomialLR")  # fmt: skip


def defaults(name):
    """An optimizer's defaults, by Keras's names."""
    names = {"lr": "learning_rate", "alpha": "rho", "eps": "epsilon"}
    kept = "learning_rate momentum rho epsilon betas weight_decay initial_accumulator_value "
    kept += "momentum_decay lr_decay etas step_sizes dampening"
    made = inspect.signature(getattr(torch.optim, name)).parameters
    found = {names.get(k, k): p.default for k, p in made.items() if names.get(k, k) in kept.split()}
    betas = found.pop("betas", None)
    return found | ({"beta_1": betas[0], "beta_2": betas[1]} if betas else {})


record = {
    "torch": torch.__version__,
    "losses": {key: losses(*spec) for key, spec in OPTIMIZERS.items()},
    "clipped": losses("SGD", {"lr": 0.5}, 0.1),
    "rates": {key: rates(key, options) for key, options in SCHEDULES.items()},
    "defaults": {name: defaults(name) for name in [*dict(OPTIMIZERS.values()), "LBFGS"]},
    "absent": {key: absent(*spec) for key, spec in OPTIMIZERS.items()},
    "composed": {
        f"{kind} {a} {b}": composed(kind, a, b)
        for kind in ("SequentialLR", "ChainedScheduler")
        for a in COMPOSED
        for b in COMPOSED
        if a != b
    },
    "resumed": {name: resumed(name) for name in CHAINED},
    "chained": {f"{a} {b}": chained(a, b) for a in CHAINED for b in CHAINED if a != b},
}
if __name__ == "__main__":
    print(json.dumps(record, indent=1))
