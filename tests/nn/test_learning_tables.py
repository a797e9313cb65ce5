"""Tables: three parts, settings that suit them, the linear model, folds, a search that goes on."""

import json
import signal
import sys
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import numpy as np
import pytest

from nn import tables
from nn.reports import facts_of, sentences
from nn.reports.rows import hash_of
from nn.tables import Settings, UserError, folds, load, split
from nn.tables.trials import _all


@pytest.fixture(scope="module")
def iris():
    return load("iris")


def test_the_three_parts_hold_each_row_once_with_equal_shares_of_the_classes(iris):
    task = split("iris", iris, seed=3)
    rows = np.concatenate([*task.rows.values()])
    assert sorted(rows.tolist()) == [*range(150)]
    for part in ("train", "validation", "test"):
        counts = np.bincount(iris.y[task.rows[part]])
        assert counts.max() - counts.min() <= 1


def test_the_scale_is_that_of_the_training_rows_alone(iris):
    task = split("iris", iris)
    assert task.train[0].mean(axis=0) == pytest.approx(0.0, abs=1e-12)
    assert np.abs(task.test[0].mean(axis=0)).max() > 1e-3


def test_a_table_of_few_rows_has_no_validation_rows(iris):
    few = replace(iris, x=iris.x[::8], y=iris.y[::8])
    assert split("few", few).validation is None
    learnt = tables.fit(split("few", few), Settings(epochs=3))
    assert (len(learnt.history), learnt.kept) == (3, 3)


def test_the_weights_of_the_best_epoch_are_kept(iris):
    task = split("iris", iris)
    learnt = tables.fit(task, Settings(hidden=(8,), learning_rate=0.1, patience=3))
    losses = learnt.history["val_loss"]
    assert len(losses) == learnt.kept + 3  # patience
    assert losses[learnt.kept - 1] == min(losses)
    learnt.model.compile(loss=learnt.loss)
    # the batch of an evaluation is another than that of the training: rounding
    assert learnt.model.evaluate(*task.validation) == pytest.approx(min(losses), rel=1e-9)


def test_without_early_stopping_all_epochs_are_trained_and_the_last_weights_kept(iris):
    learnt = tables.fit(split("iris", iris), Settings(hidden=(), epochs=9, patience=None))
    assert (len(learnt.history), learnt.kept) == (9, 9)


def test_the_linear_model_of_classes_is_the_logistic_regression():
    # scikit-learn 1.9.1, LogisticRegression(tol=1e-8) on the same rows
    wanted = [0.40195, 1.0384, -0.27555, 0.11687, -0.17581, 0.52682, 0.30574, 0.25191]
    weights, bias = tables.linear(split("pima", load("pima"))).get_weights()
    assert weights.ravel() == pytest.approx(
        wanted, abs=3e-3
    )  # the bias is penalised here, not there
    assert bias[0] == pytest.approx(-0.80984, abs=1e-2)


def test_the_linear_model_of_several_classes_has_converged(iris):
    task = split("iris", iris)
    (x, y), (weights, biases) = task.known, tables.linear(task).get_weights()
    scores = np.exp(x @ weights + biases)
    missed = scores / scores.sum(axis=1, keepdims=True) - np.eye(3)[y.astype(int)]
    assert np.abs(x.T @ missed + weights).max() < 1e-3  # the slopes of the loss with its penalty
    assert np.abs(missed.sum(axis=0) + biases).max() < 1e-3


def test_the_linear_model_of_numbers_is_least_squares(iris):
    numbers = replace(iris, x=iris.x[:, :3], y=iris.x[:, 3], target_names=[], recipe=None)
    task = split("widths", numbers)
    x, y = task.known
    wanted = np.linalg.solve((a := np.column_stack([x, np.ones(len(x))])).T @ a, a.T @ y)
    weights, bias = tables.linear(task).get_weights()
    assert [*weights.ravel(), *bias] == pytest.approx(wanted, rel=1e-9)


def test_each_row_is_in_the_test_part_of_one_fold(iris):
    parts = [*folds("iris", iris, 4)]
    tested = np.concatenate([task.rows["test"] for task in parts])
    assert sorted(tested.tolist()) == [*range(150)]
    for task in parts:
        assert not set(task.rows["test"]) & {*task.rows["train"], *task.rows["validation"]}
        assert set(np.bincount(iris.y[task.rows["test"]])) <= {12, 13}


def test_the_hash_of_a_table_is_that_of_the_file_however_it_was_divided(tmp_path):
    rows = "".join(f"{i if i % 5 else ''},{'ab'[i % 2]}\n" for i in range(60))
    (tmp_path / "t.csv").write_text("x,k\n" + rows)
    found = tables.load(str(tmp_path / "t.csv"))
    one, other = (tables.split("t", found, seed=seed) for seed in (0, 1))
    assert one.dataset.x[0, 0] != other.dataset.x[0, 0]  # a missing cell: the mean of other rows
    assert hash_of(one.table) == hash_of(other.table) == hash_of(found)


def test_more_folds_than_rows_are_refused(iris):
    with pytest.raises(UserError, match="has 150 rows; --folds wants from 2 to 150"):
        next(folds("iris", iris, 151))


def test_a_search_goes_on_where_it_was_and_comes_to_the_same(iris, tmp_path):
    task, base = split("iris", iris), Settings(epochs=2, hidden=(4,))
    whole = tables.search(task, base, 4, log=tmp_path / "whole.jsonl", processes=1)
    log = tmp_path / "log.jsonl"
    tables.search(task, base, 2, log=log, processes=1)
    log.write_text(log.read_text() + '{"key": "cut')  # as when it was killed
    said = []
    again = tables.search(task, base, 4, log=log, processes=1, said=said.append)
    assert again == whole
    assert said[0].startswith("2 of 4 settings were tried before")
    assert again[0].loss == min(trial.loss for trial in again)


def test_a_log_of_another_table_is_not_taken(iris, tmp_path):
    base, log = Settings(epochs=1, hidden=(4,)), tmp_path / "log.jsonl"
    tables.search(split("iris", iris), base, 1, log=log, processes=1)
    tables.search(split("iris", iris, seed=1), base, 1, log=log, processes=1)
    keys = {json.loads(line)["key"] for line in log.read_text().splitlines()}
    assert len(keys) == 2


def test_processes_give_the_numbers_of_one(iris):
    base = Settings(epochs=2, hidden=(4,))
    one = tables.cross_validate("iris", iris, base, 2, processes=1)
    assert tables.cross_validate("iris", iris, base, 2, processes=2) == one


def told(path, lines):
    path.write_text("\n".join(lines) + "\n")
    task = tables.split("t", tables.load(str(path), 0, {}))
    facts = facts_of(task, tables.fit(task, Settings(epochs=2)), tables.linear(task))
    return task, facts, " ".join(sentences(facts))


def test_test_rows_that_were_known_before_are_counted_and_left_out_of_a_second_score(tmp_path):
    # 60 rows of their own, and 20 that come twice; the test part takes a quarter of all
    rows = [f"{i},{i % 7},{'xy'[i % 2]}" for i in range(60)]
    rows += 2 * [f"{100 + i},{i % 5},{'xy'[i % 2]}" for i in range(20)]
    task, facts, words = told(tmp_path / "t.csv", ["a,b,k", *rows])
    known = {tuple(row) for row in task.table.x[[*task.rows["train"], *task.rows["validation"]]]}
    again = [tuple(task.table.x[row]) in known for row in task.rows["test"]]
    assert facts["test"]["again"]["rows"] == sum(again) > 0
    assert f"{sum(again)} of 25 test rows have the inputs of a row known before: " in words
    assert f"{facts['test']['again']['accuracy']:.1%} right without them" in words


def test_nothing_is_said_where_each_row_is_of_its_own_and_there_is_no_date(tmp_path):
    rows = [f"{i},{'xy'[i % 2]}" for i in range(40)]
    _, facts, words = told(tmp_path / "t.csv", ["a,k", *rows])
    assert facts["test"]["again"] == {"rows": 0}
    assert "known before" not in words
    assert "Rows go by" not in words


@pytest.mark.parametrize(("order", "said"), [(1, True), (-1, True), (0, False)])
def test_rows_that_go_by_date_are_said_to_be_drawn_at_random(order, said, tmp_path):
    days = [date(2023, 1, 1) + timedelta(i) for i in range(60)][:: order or 1]
    days = days if order else [days[(7 * i) % 60] for i in range(60)]
    rows = [f"{day},{i % 9},{'xy'[i % 2]}" for i, day in enumerate(days)]
    assert ("Rows go by day" in told(tmp_path / "t.csv", ["day,a,k", *rows])[2]) is said


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="Windows has no masks")
@pytest.mark.skipif(sys.platform == "emscripten", reason="a browser has no processes")
def test_ctrl_c_never_comes_to_the_processes_of_a_search_not_while_they_start():
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    masks = [*_all(partial(signal.pthread_sigmask, signal.SIG_BLOCK), [[], []], 2)]
    assert all(signal.SIGINT in mask for _, mask in masks)
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == before
