"""Reports: figures are those of scikit-learn, sentences have evidence, the page is whole."""

import json
import re

import numpy as np
import pytest

import nn
from nn.reports import dependence, first_line, importance, judge, sentences
from nn.reports.charts import chart, ticks

Y = [1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0]
SHARES = [0.64, 0.11, 0.51, 0.08, 0.27, 0.66, 0.6, 0.71, 0.52, 0.67, 0.2, 0.45]


def test_figures_of_two_classes_are_those_of_scikit_learn():
    # scikit-learn 1.9.1: precision_recall_fscore_support, log_loss, roc_auc_score, ...
    found = judge(Y, np.array(SHARES)[:, None], ["no", "yes"])
    each = [(row["precision"], row["recall"], row["f1"]) for row in found["per_class"]]
    assert each == [
        pytest.approx(row) for row in [(1.0, 0.625, 0.76923077), (0.57142857, 1.0, 0.72727273)]
    ]
    assert [row["support"] for row in found["per_class"]] == [8, 4]
    assert found["scores"]["loss"] == pytest.approx(0.46722557407388843)
    assert found["scores"]["balanced accuracy"] == pytest.approx(0.8125)
    assert found["scores"]["macro F1"] == pytest.approx(0.7482517482517483)
    assert found["curves"][0]["auc"] == pytest.approx(0.90625)
    assert found["curves"][0]["average precision"] == pytest.approx(0.8041666666666667)


def test_equal_scores_are_one_point_of_the_curve():
    found = judge([0, 1, 0, 1], [[0.5]] * 4, ["no", "yes"])
    assert found["curves"][0]["auc"] == 0.5
    assert found["curves"][0]["roc"] == [[0.0, 0.0], [1.0, 1.0]]


def test_answers_that_are_as_sure_as_right_are_calibrated():
    y = [1] * 9 + [0] * 1
    assert judge(y, [[0.9]] * 10, ["no", "yes"])["calibration"]["error"] == pytest.approx(0.0)
    y = [1] * 5 + [0] * 5
    assert judge(y, [[0.9]] * 10, ["no", "yes"])["calibration"]["error"] == pytest.approx(0.4)


def test_the_interval_of_a_share_is_that_of_the_binomial():
    y = np.array([1] * 140 + [0] * 60)
    low, high = judge(y, np.full((200, 1), 0.8), ["no", "yes"])["intervals"]["accuracy"]
    deviation = np.sqrt(0.7 * 0.3 / 200)
    # of 1000 draws the 2.5 % point is known to about a tenth of its distance
    assert low == pytest.approx(0.7 - 1.96 * deviation, abs=0.2 * 1.96 * deviation)
    assert high == pytest.approx(0.7 + 1.96 * deviation, abs=0.2 * 1.96 * deviation)


def test_figures_of_numbers():
    found = judge([1.0, 2.0, 3.0, 4.0], [[1.5], [2.0], [3.0], [3.0]])
    assert found["scores"]["mae"] == pytest.approx(0.375)
    assert found["scores"]["rmse"] == pytest.approx(np.sqrt(1.25 / 4))
    assert found["scores"]["r2"] == pytest.approx(1 - 1.25 / 5)
    assert found["errors"]["largest"] == 1.0


def test_a_shuffled_column_costs_what_its_part_of_the_answer_is():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(900, 3))
    y = 3.0 * x[:, 0] + x[:, 1]
    found = importance(
        lambda x: 3.0 * x[:, 0] + x[:, 1],
        x,
        lambda out, y: float(((out - y) ** 2).mean()),
        y,
        {"a": [0], "b": [1], "c": [2]},
    )
    assert [one["column"] for one in found] == ["a", "b", "c"]
    assert found[0]["rise"] == pytest.approx(18.0, rel=0.15)  # 9 * Var(x - x'), which is 2
    assert found[2]["rise"] == 0.0


def test_the_mean_answer_of_a_category_has_that_category_alone():
    x = np.array([[1.0, 0.0, 7.0], [0.0, 1.0, 9.0]])
    found = dependence(
        lambda x: (10 * x[:, 0] + 20 * x[:, 1] + x[:, 2])[:, None], x, [0, 1], ["red", "blue"]
    )
    assert (found["kinds"], found["answers"]) == (["red", "blue"], [[18.0], [28.0]])


@pytest.fixture(scope="module")
def told():
    x, y = nn.data.make_moons(80, seed=0)
    model = nn.MLP(2, [4, 1], output="sigmoid", rng=0)
    model.compile("adam", "binary_crossentropy")
    history = model.fit(x, y, epochs=4, validation_data=(x, y), verbose=0, seed=0)
    return nn.report(model, x, y, history=history, name="<script>alert(1)</script>")


def test_a_report_of_any_model_is_a_page_json_and_text(told, tmp_path):
    told.save(tmp_path / "r.html")
    told.save(tmp_path / "r.json")
    assert (tmp_path / "r.html").read_text() == told.html
    facts = json.loads((tmp_path / "r.json").read_text())
    assert facts["test"]["rows"] == 80
    assert "80 rows" in str(told)
    assert "Validation loss is lowest at epoch" in " ".join(sentences(facts))


def test_the_page_loads_nothing_and_runs_no_script_but_its_own(told):
    page = told.html
    assert re.findall(r'(?:src|href|srcset)="(?!data:)', page) == []
    assert page.count("<script") == 1
    assert "script-src 'sha256-" in page


@pytest.mark.parametrize("mark", [0.0, -999.0, 99.0])
def test_a_number_far_from_the_others_may_stand_for_a_missing_one(mark):
    x = np.array([[mark if i % 4 == 0 else 20.0 + i / 4] for i in range(80)])
    y = np.arange(80) % 2
    found = nn.report(Constant(), x, y, features=["age"]).facts
    assert found["table"]["columns"][0]["apart"] == (mark, 20)
    assert f"Column age: 20 of 80 are {mark:g}; if that stands for a" in " ".join(sentences(found))


@pytest.mark.parametrize("low", [18.5, 20.0])
def test_a_number_near_the_others_stands_for_itself(low):
    x = np.array([[low if i % 4 == 0 else 20.0 + i / 4] for i in range(80)])
    found = nn.report(Constant(), x, np.arange(80) % 2).facts
    assert found["table"]["columns"][0]["apart"] is None


class Constant:
    """A model that looks at nothing."""

    def predict(self, x):
        return np.full((len(x), 1), 0.25)


def test_the_precision_of_no_answer_is_none_and_no_point_of_the_curve():
    told = nn.report(Constant(), np.eye(4), [0, 1, 0, 1])
    assert [row["precision"] for row in told.facts["test"]["thresholds"]][:4] == [
        0.5,
        0.5,
        None,
        None,
    ]
    assert "ROC curve of 1: area 0.500" in told.html


def test_figures_that_are_no_numbers_are_no_points():
    drawn = chart("Loss", "epoch", "loss", [("loss", [[1, float("nan")], [2, 1.0], [3, 2.0]])])
    assert "nan" not in drawn
    assert chart("Loss", "epoch", "loss", [("loss", [[1, float("inf")]])]) == ""


@pytest.mark.parametrize("ends", [(0.0, 1e-9), (-3.0, 1e12), (5.0, 5.5)])
def test_ticks_are_in_their_range_and_few(ends):
    found = ticks(*ends)
    assert 2 <= len(found) <= 6
    assert all(ends[0] - 1e-12 <= tick <= ends[1] * (1 + 1e-9) for tick in found)


def beside(score, loss):
    """Return facts of a network with these figures, beside a linear model with 0.8 and 0.5."""
    constant = {"accuracy": 0.6, "loss": 0.7, "answer": "no"}
    return {
        "classes": ["no", "yes"],
        "test": {"rows": 50, "scores": {"accuracy": score, "loss": loss}},
        "baselines": {"linear": {"accuracy": 0.8, "loss": 0.5}, "constant": constant},
    }


@pytest.mark.parametrize(
    ("figures", "line"),
    [
        ((0.9, 0.6), "90.0% right; a linear model gives 80.0% right, always answering 'no' 60.0%"),
        ((0.8, 0.4), "80.0% right, as the linear model, with a lower loss"),
        ((0.8, 0.5), "The network does not beat the linear model: 80.0% right"),
        ((0.7, 0.6), "The network does not beat the linear model: 70.0% right"),
        ((0.7, 0.4), "though its loss is lower (0.4 against 0.5)"),
    ],
)
def test_the_first_line_says_whether_a_linear_model_is_beaten(figures, line):
    assert line in first_line(beside(*figures))


def of_three_classes():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(90, 2))
    y = np.array(["a", "b", "c"])[(x[:, 0] > 0.3).astype(int) + (x[:, 1] > 0)]
    model = nn.MLP(2, [8, 3], output="softmax", rng=0)
    model.compile("adam", "categorical_crossentropy")
    model.fit(x, y, epochs=30, verbose=0, seed=0)
    return model, x, y


def test_classes_are_those_that_fit_has_met_whichever_the_rows_have():
    model, x, y = of_three_classes()
    some = y != "b"
    facts = nn.report(model, x[some], y[some]).facts
    right = np.array(["a", "b", "c"])[model.predict(x[some]).argmax(axis=1)] == y[some]
    assert facts["classes"] == ["a", "b", "c"]
    assert facts["test"]["scores"]["accuracy"] == right.mean()
    assert facts["test"]["scores"]["loss"] == pytest.approx(model.evaluate(x[some], y[some]))
    assert len(nn.report(model, x[:1], y[:1]).facts["test"]["per_class"]) == 3
    with pytest.raises(ValueError, match="y has 'z' among its classes, and the model's outputs"):
        nn.report(model, x, np.where(y == "a", "z", y))
    with pytest.raises(ValueError, match="the model's outputs are for"):
        nn.report(model, x, y, classes=["c", "b", "a"])


def test_scores_before_a_sigmoid_become_probabilities():
    x, y = nn.data.make_moons(60, seed=0)
    model = nn.MLP(2, [8, 1], rng=0)
    model.compile("adam", "binary_crossentropy_from_logits")
    model.fit(x, y, epochs=20, verbose=0, seed=0)
    found = nn.report(model, x, y).facts["test"]["scores"]
    assert found["loss"] == pytest.approx(model.evaluate(x, y))
    assert found["accuracy"] == np.mean((model.predict(x)[:, 0] > 0.0) == y)


def test_a_table_that_the_outputs_do_not_answer_is_refused():
    x = np.random.default_rng(0).normal(size=(30, 2))
    model = nn.MLP(2, [4, 2], rng=0)
    with pytest.raises(ValueError, match="one target of each row, y has 2"):
        nn.report(model, x, x)  # it took the larger of two numbers for a class
    with pytest.raises(ValueError, match="outputs that are probabilities"):
        nn.report(model, x, [0, 1] * 15)
    with pytest.raises(ValueError, match="y wants finite numbers"):
        nn.report(nn.MLP(2, [1], rng=0), x[:2], [1.0, float("nan")])


def test_several_inputs_stand_side_by_side_and_several_outputs_are_refused():
    x, y = nn.data.make_moons(60, seed=0)
    a, b = nn.Input((2,), name="place"), nn.Input((1,), name="more")
    hidden = nn.Dense(4, "tanh", rng=0)(nn.Concatenate()([a, b]))
    model = nn.Model([a, b], nn.Dense(1, activation="sigmoid", rng=1)(hidden))
    model.compile("adam", "binary_crossentropy")
    given = [x, x[:, :1]]
    model.fit(given, y, epochs=3, verbose=0, seed=0)
    facts = nn.report(model, given, y).facts
    assert facts["table"]["features"] == ["place[0]", "place[1]", "more"]
    assert facts["test"]["scores"]["loss"] == pytest.approx(model.evaluate(given, y))
    several = nn.Model([a, b], [nn.Dense(1, rng=1)(hidden), nn.Dense(1, rng=2)(hidden)])
    with pytest.raises(ValueError, match="a model of one output, Functional has 2"):
        nn.report(several, given, y)


def test_rows_that_are_all_right_are_no_proof():
    found = judge([1, 0] * 5, np.array([0.9, 0.1] * 5)[:, None], ["no", "yes"])
    # scipy 1.16: binomtest(10, 10).proportion_ci(method="exact"), 0.69150289
    assert found["intervals"]["accuracy"] == [pytest.approx(0.69150289), 1.0]
    wrong = judge([1, 0] * 5, np.array([0.1, 0.9] * 5)[:, None], ["no", "yes"])
    assert wrong["intervals"]["accuracy"] == [0.0, pytest.approx(1 - 0.69150289)]


def test_what_is_worth_less_than_no_model_is_said_first():
    scores = {"accuracy": 0.6, "loss": 0.7}
    always = {"answer": "yes", "accuracy": 0.7, "loss": 0.65}
    linear = {"accuracy": 0.5, "loss": 0.7}
    facts = {"classes": ["no", "yes"], "test": {"scores": scores, "rows": 10}}
    facts["baselines"] = {"linear": linear, "constant": always}
    assert first_line(facts).startswith("The network is worth less than always answering 'yes'")


def test_figures_are_not_rounded_to_what_they_are_not():
    facts = {"classes": ["no", "yes"], "test": {"scores": {"accuracy": 0.99978}, "rows": 4500}}
    assert first_line(facts) == "99.98% right on 4500 rows"
    assert nn.basics.figure(2.5e-9) == "2.5e-09"  # it was 0.0000


def test_what_does_not_vary_has_a_place_in_a_picture_too():
    x = np.column_stack([np.full(20, 1e17), np.arange(20.0)])
    model = nn.MLP(2, [1], output="sigmoid", rng=0)
    html = nn.report(model, x, [0, 1] * 10).html  # the plane of the two was a ZeroDivisionError
    assert 'class="chart plane"' in html
    assert "nan" not in html.split('class="chart plane"')[1].split("</figure>")[0]
    flat = chart("Loss", "epoch", "loss", [("loss", [[1, 1e17], [2, 1e17]])])  # a domain error
    assert flat.count("<polyline") == 1
    assert chart("Loss", "epoch", "loss", [("loss", [[1, 1e305]])]) == ""
