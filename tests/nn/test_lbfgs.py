"""LBFGS: the numbers of PyTorch 2.13.0 (torch.optim.LBFGS in float64); where it has no place."""

import copy
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest

import nn
from autograd_core import Value
from nn.optim import LBFGS

X, Y = [(-1.0, 0.5), (0.3, -0.8), (1.2, 0.4), (0.1, 0.9)], [0.2, -1.0, 1.3, 0.7]
WEIGHTS = [0.4, -0.3, 0.1, 0.7, 0.2, -0.5, 0.6, -0.9, 0.05]


def rosenbrock(p: Sequence[Value]) -> Value:
    return sum(100.0 * (b - a * a) ** 2 + (1.0 - a) ** 2 for a, b in pairwise(p))


def network(p: Sequence[Value]) -> Value:
    loss = Value(0.0)
    for (u, v), y in zip(X, Y):
        hidden = [(p[3 * k] * u + p[3 * k + 1] * v + p[3 * k + 2]).tanh() for k in range(2)]
        loss = loss + (p[6] * hidden[0] + p[7] * hidden[1] + p[8] - y) ** 2
    return loss


def closure_of(optimizer: LBFGS, loss_of: Callable[[], Value]) -> Callable[[], Value]:
    def closure() -> Value:
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        return loss

    return closure


CASES = {  # function, beginning, options, the loss before each step, the parameters after the last
    "rosenbrock, searched": (
        rosenbrock,
        [-1.2, 1.0],
        {"line_search_fn": "strong_wolfe"},
        [24.199999999999996, 0.42348230243807866],
        [0.9999814210791366, 0.9999619651810986],
    ),
    "rosenbrock, small steps": (
        rosenbrock,
        [-1.2, 1.0, 0.5],
        {"lr": 0.001},
        [49.199999999999996, 47.53654352935658, 45.93548842511365],
        [-1.189381704650981, 0.998337535828961, 0.5249091905133402],
    ),
    "rosenbrock, a short history": (
        rosenbrock,
        [-1.2, 1.0, 0.5],
        {"line_search_fn": "strong_wolfe", "history_size": 2, "max_iter": 4},
        [49.199999999999996, 3.6856608252499714, 3.5862012804116064, 3.4694883247947543],
        [-0.6618366133358127, 0.4456074731125663, 0.1804239838261429],
    ),
    "a network, searched": (
        network,
        WEIGHTS,
        {"line_search_fn": "strong_wolfe", "max_iter": 6},
        [5.026710905840796, 0.18598151877677999, 0.009819053415276039],
        [
            0.7091232544598094,
            0.060503710293087376,
            -0.5417450362703997,
            -0.6718855540027042,
            -2.1065185302823335,
            -1.076085876102276,
            0.84558964876207,
            -1.250704345657615,
            -0.21192655152564097,
        ],
    ),
    "a network, few losses": (
        network,
        WEIGHTS,
        {"lr": 0.5, "line_search_fn": "strong_wolfe", "max_eval": 5},
        [5.026710905840796, 0.2139387630761426, 0.11747106521929451],
        [
            0.6562167060130059,
            0.26825026205610514,
            -0.7228370070034895,
            -0.4344515457546664,
            -1.7460723575211887,
            -0.895087562610489,
            0.916929015136763,
            -1.1609610137164839,
            -0.01974839313406438,
        ],
    ),
    "a network, fixed steps": (
        network,
        WEIGHTS,
        {"lr": 0.1, "max_iter": 5},
        [5.026710905840796, 1.1743671265432025, 0.4035587385987542],
        [
            0.6399588983608769,
            0.40114669509136786,
            -0.24607174435087462,
            0.13917391767865542,
            -0.8631314155253431,
            -0.4205282329821491,
            1.00121137480352,
            -0.9890570383958724,
            -0.09921287959622985,
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_steps_are_pytorchs(case: str) -> None:
    function, beginning, options, losses, last = CASES[case]
    p = [Value(number) for number in beginning]
    optimizer = LBFGS(p, **options)
    closure = closure_of(optimizer, lambda: function(p))
    # sums in another order, which the search enlarges
    assert [optimizer.step(closure).data for _ in losses] == pytest.approx(losses, rel=1e-9)
    assert [x.data for x in p] == pytest.approx(last, rel=1e-9)


def test_a_step_goes_on_from_a_saved_state() -> None:
    p, q = ([Value(-1.2), Value(1.0)] for _ in range(2))
    options = {"line_search_fn": "strong_wolfe", "max_iter": 4}
    whole, first = LBFGS(p, **options), LBFGS(q, **options)
    for optimizer, numbers in ((whole, p), (whole, p), (first, q)):
        optimizer.step(closure_of(optimizer, lambda numbers=numbers: rosenbrock(numbers)))
    second = LBFGS(q, **options)
    second.load_state_dict(first.state_dict())
    first.step(closure_of(first, lambda: rosenbrock(copy.deepcopy(q))))  # shares nothing with it
    second.step(closure_of(second, lambda: rosenbrock(q)))
    assert [x.data for x in q] == [x.data for x in p]


def test_where_there_is_no_loss_to_ask_for() -> None:
    with pytest.raises(TypeError, match=r"call optimizer.step\(closure\)"):
        LBFGS([Value(1.0, label="w")]).step()
    model = nn.MLP(1, [1], rng=0)
    model.compile(LBFGS(), "mse")
    with pytest.raises(TypeError, match="fit has gradients only"):
        model.fit([[1.0], [2.0]], [1.0, 2.0], epochs=1, verbose=0)


def test_options_that_make_no_sense() -> None:
    with pytest.raises(ValueError, match="line_search_fn is 'strong_wolfe' or None, got 'armijo'"):
        LBFGS([Value(1.0)], line_search_fn="armijo")
    with pytest.raises(ValueError, match="one group"):
        LBFGS([{"params": [Value(1.0)]}, {"params": [Value(2.0)]}])
