"""Trials: cross-validation and search of settings, with trainings in several processes."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from autograd_core.files import json_of
from nn.basics import figure
from nn.data import Dataset
from nn.tables.learn import fit
from nn.tables.settings import Learnt, Settings
from nn.tables.task import Task, UserError, folds

Scores = dict[str, float]
Job = tuple[Task, Settings]
_HIDDEN = ((), (8,), (16,), (32,), (64,), (16, 16), (32, 16), (32, 32))


@dataclass(frozen=True)
class Trial:
    """One of the settings that a search has tried.

    Attributes:
        settings: The settings.
        loss: Its lowest validation loss.
        epoch: The epoch of that, from 1.
    """

    settings: Settings
    loss: float
    epoch: int


def cross_validate(
    name: str,
    dataset: Dataset,
    settings: Settings,
    count: int,
    *,
    processes: int | None = None,
    said: Callable[[str], None] = lambda line: None,
) -> list[Scores]:
    """Return the test scores of each fold of a cross-validation.

    Args:
        name: The name of the table.
        dataset: The table.
        settings: How to train.
        count: The number of folds.
        processes: How many to run at once; by default one per processor.
        said: A function to call with each line of progress, such as `print`.

    Raises:
        UserError: If there are fewer rows than parts.
    """
    jobs = [(task, settings) for task in folds(name, dataset, count, seed=settings.seed)]
    scores: dict[int, Scores] = {}
    for place, found in _all(_score, jobs, processes):
        scores[place] = found
        shown = ", ".join(f"{metric} {figure(number)}" for metric, number in found.items())
        said(f"fold {place + 1} of {count}: {shown}")
    return [scores[place] for place in range(count)]


def random_settings(base: Settings, count: int) -> list[Settings]:
    """Return `base` and random variations of rate, width, decay and dropout, by its seed.

    >>> random_settings(Settings(), 3) == random_settings(Settings(), 3)
    True
    """
    rng, made = random.Random(base.seed), [base]
    while len(made) < count:
        made.append(
            replace(
                base,
                hidden=rng.choice(_HIDDEN),
                learning_rate=float(f"{10 ** rng.uniform(-3.0, -1.5):.3g}"),
                weight_decay=float(f"{10 ** rng.uniform(-2.5, 0.5):.3g}"),
                optimizer="adamw",
                dropout=rng.choice((0.0, 0.0, 0.1, 0.2)),
            )
        )
    return made[:count]


def search(
    task: Task,
    base: Settings,
    count: int,
    *,
    log: Path | None = None,
    processes: int | None = None,
    said: Callable[[str], None] = lambda line: None,
) -> list[Trial]:
    """Train with `count` settings, and return the trials, lowest validation loss first.

    Args:
        task: The task.
        base: The first of the settings; see `random_settings` for the others.
        count: How many settings to try.
        log: A file to which each finished trial is appended; settings in it are not tried again.
        processes: How many to run at once; by default one per processor.
        said: A function to call with each line of progress, such as `print`.

    Raises:
        UserError: If the task has no validation rows.
    """
    if task.validation is None:
        raise UserError("a search wants validation rows, and the table has too few; add rows")
    key = _task_hash(task)
    done = _logged_trials(log, key) if log and log.is_file() else {}
    rows = len(task.train[0])
    candidates = [settings.resolved(rows) for settings in random_settings(base, count)]
    names = [json.dumps(settings.to_json()) for settings in candidates]
    remaining = [place for place, name in enumerate(names) if name not in done]
    if len(remaining) < count:
        said(f"{count - len(remaining)} of {count} settings were tried before: {log}")
    jobs = [(task, candidates[i]) for i in remaining]
    for place, (loss, epoch) in _all(_validate, jobs, processes):
        name = names[remaining[place]]
        done[name] = (loss, epoch)
        if log is not None:
            log.parent.mkdir(parents=True, exist_ok=True)
            found = {"key": key, "settings": json.loads(name), "loss": loss, "epoch": epoch}
            with open(log, "a", encoding="utf-8") as file:
                file.write(json.dumps(found) + "\n")
        tried = settings_text(candidates[remaining[place]])
        said(f"{len(done)} of {count}: validation loss {figure(loss)}, {tried}")
    trials = [Trial(s, *done[name]) for s, name in zip(candidates, names, strict=True)]
    return sorted(trials, key=lambda trial: (not np.isfinite(trial.loss), trial.loss))


def _logged_trials(log: Path, key: str) -> dict[str, tuple[float, int]]:
    """Return the loss and the epoch of each of the settings in a log for this task, as JSON."""
    done = {}
    for line in log.read_text().splitlines():
        try:
            known = json_of(line)
            if known["key"] == key:
                done[json.dumps(known["settings"])] = known["loss"], known["epoch"]
        except (ValueError, KeyError, TypeError):  # a line that was cut off
            continue
    return done


def settings_text(settings: Settings) -> str:
    """Describe the settings that a search varies."""
    hidden = " ".join(map(str, settings.hidden)) or "none"
    return (
        f"hidden {hidden}, learning rate {settings.learning_rate:g}, weight decay "
        f"{settings.weight_decay or 0.0:.3g}, dropout {settings.dropout:g}"
    )


def _task_hash(task: Task) -> str:
    """Return a hash of a table and its split, for the log."""
    made = hashlib.sha256()
    for array in (task.dataset.x, np.asarray(task.dataset.y), *task.rows.values()):
        made.update(np.ascontiguousarray(array).tobytes())
    return made.hexdigest()[:16]


def _score(job: Job) -> Scores:
    task, settings = job
    learnt = fit(task, settings)
    learnt.model.compile(loss=learnt.loss, metrics=_metrics(task))
    scores: Any = learnt.model.evaluate(*task.test, return_dict=True)
    return dict(scores)


def _metrics(task: Task) -> list[str]:
    return ["accuracy"] if task.classes else ["r2", "rmse"]


def _validate(job: Job) -> tuple[float, int]:
    learnt: Learnt = fit(*job)
    losses = learnt.history["val_loss"]
    return losses[learnt.kept - 1], learnt.kept


def _ignore_ctrl_c() -> None:
    """Ignore Ctrl-C in a worker: the parent process handles it, and ends the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _ctrl_c_blocked() -> Iterator[None]:
    """Block Ctrl-C inside the `with`, also in processes that start there; not on Windows."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _all(
    work: Callable[[Job], Any], jobs: Sequence[Job], processes: int | None
) -> Iterator[tuple[int, Any]]:
    """Yield the index and the result of each job, in the order in which they finish."""
    count = min(processes or os.cpu_count() or 1, len(jobs))
    if count < 2 or sys.platform == "emscripten":  # a browser has no processes
        yield from ((place, work(job)) for place, job in enumerate(jobs))
        return
    from concurrent.futures import ProcessPoolExecutor, as_completed  # 5% of `import nn`
    from multiprocessing import get_context

    # spawn: the same on all systems, and safe with NumPy's threads
    with ProcessPoolExecutor(count, get_context("spawn"), _ignore_ctrl_c) as pool:
        with _ctrl_c_blocked():  # `submit` starts the processes
            places = {pool.submit(work, job): place for place, job in enumerate(jobs)}
        try:
            for future in as_completed(places):
                yield places[future], future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
