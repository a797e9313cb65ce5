"""Trials: many trainings at once, in processes: the folds of a cross-validation, a search."""

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
WIDTHS = ((), (8,), (16,), (32,), (64,), (16, 16), (32, 16), (32, 32))


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
    """Return the test scores of each part of a table, the others being known.

    Args:
        name: What the table is called.
        dataset: The table.
        settings: How to train.
        count: How many parts.
        processes: How many at once; as many as there are processors by default.
        said: Is told each line there is to say.

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


def drawn(base: Settings, count: int) -> list[Settings]:
    """Return these settings and others: rate, width, decay and dropout drawn by their seed.

    >>> drawn(Settings(), 3) == drawn(Settings(), 3)
    True
    """
    rng, made = random.Random(base.seed), [base]
    while len(made) < count:
        made.append(
            replace(
                base,
                hidden=rng.choice(WIDTHS),
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
    """Return what `count` settings come to, the lowest validation loss first.

    Args:
        task: What to learn.
        base: The first of the settings; the others differ from it, drawn by its seed.
        count: How many to try.
        log: A file that each trial is added to when it is done; those in it are not tried again.
        processes: How many at once; as many as there are processors by default.
        said: Is told each line there is to say.

    Raises:
        UserError: If the task has no validation rows.
    """
    if task.validation is None:
        raise UserError("a search wants validation rows, and the table has too few; add rows")
    key = _key(task)
    done = _tried_before(log, key) if log and log.is_file() else {}
    wanted = [settings.suited(len(task.train[0])) for settings in drawn(base, count)]
    names = [json.dumps(settings.to_json()) for settings in wanted]
    left = [place for place, name in enumerate(names) if name not in done]
    if len(left) < count:
        said(f"{count - len(left)} of {count} settings were tried before: {log}")
    for place, (loss, epoch) in _all(_validate, [(task, wanted[i]) for i in left], processes):
        name = names[left[place]]
        done[name] = (loss, epoch)
        if log is not None:
            log.parent.mkdir(parents=True, exist_ok=True)
            found = {"key": key, "settings": json.loads(name), "loss": loss, "epoch": epoch}
            with open(log, "a", encoding="utf-8") as file:
                file.write(json.dumps(found) + "\n")
        said(f"{len(done)} of {count}: validation loss {figure(loss)}, {told(wanted[left[place]])}")
    trials = [Trial(s, *done[name]) for s, name in zip(wanted, names, strict=True)]
    return sorted(trials, key=lambda trial: (not np.isfinite(trial.loss), trial.loss))


def _tried_before(log: Path, key: str) -> dict[str, tuple[float, int]]:
    """Return the loss and the epoch of the settings that a log has of this table."""
    done = {}
    for line in log.read_text().splitlines():
        try:
            known = json_of(line)
            if known["key"] == key:
                done[json.dumps(known["settings"])] = known["loss"], known["epoch"]
        except (ValueError, KeyError, TypeError):  # a line that was cut off
            continue
    return done


def told(settings: Settings) -> str:
    """Return what a search varies, in words."""
    hidden = " ".join(map(str, settings.hidden)) or "none"
    return (
        f"hidden {hidden}, learning rate {settings.learning_rate:g}, weight decay "
        f"{settings.weight_decay or 0.0:.3g}, dropout {settings.dropout:g}"
    )


def _key(task: Task) -> str:
    """Return what tells a table and its division from others."""
    made = hashlib.sha256()
    for array in (task.dataset.x, np.asarray(task.dataset.y), *task.rows.values()):
        made.update(np.ascontiguousarray(array).tobytes())
    return made.hexdigest()[:16]


def _score(job: Job) -> Scores:
    task, settings = job
    learnt = fit(task, settings)
    learnt.model.compile(loss=learnt.loss, metrics=_measured(task))
    scores: Any = learnt.model.evaluate(*task.test, return_dict=True)
    return dict(scores)


def _measured(task: Task) -> list[str]:
    return ["accuracy"] if task.classes else ["r2", "rmse"]


def _validate(job: Job) -> tuple[float, int]:
    learnt: Learnt = fit(*job)
    losses = learnt.history["val_loss"]
    return losses[learnt.kept - 1], learnt.kept


def _leave_ctrl_c() -> None:
    """Leave Ctrl-C to the process that started this one: it ends both, in one line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _ctrl_c_waits() -> Iterator[None]:
    """Let Ctrl-C wait, and never come to a process that is started meanwhile, where that can be."""
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
    """Yield the place and the result of each job as it is done."""
    count = min(processes or os.cpu_count() or 1, len(jobs))
    if count < 2 or sys.platform == "emscripten":  # a browser has no processes
        yield from ((place, work(job)) for place, job in enumerate(jobs))
        return
    from concurrent.futures import ProcessPoolExecutor, as_completed  # a twentieth of `import nn`
    from multiprocessing import get_context

    # spawn: the same everywhere, and no thread of NumPy's is copied half-way
    with ProcessPoolExecutor(count, get_context("spawn"), _leave_ctrl_c) as pool:
        with _ctrl_c_waits():  # here the processes start
            places = {pool.submit(work, job): place for place, job in enumerate(jobs)}
        try:
            for future in as_completed(places):
                yield places[future], future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
