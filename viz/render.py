"""Render: find a layout engine, run it on DOT text, return the picture's bytes.

The only file of viz that starts a process. The engines, in this order: the one named by argument
or by the environment variable `AUTOGRAD_VIZ_ENGINE`, Graphviz's `dot` on PATH, and the executable
that the graphviz-pure wheel ships. Without any of them, `layout/` places the boxes and
`drawing/svg.py` writes the picture.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import suppress

ENGINE_VARIABLE = "AUTOGRAD_VIZ_ENGINE"
BUILTIN = "builtin"
_INSTALL = "install one with `pip install graphviz-pure`, or Graphviz from https://graphviz.org"


class RenderError(RuntimeError):
    """A layout engine is missing or failed; the message says which and what to do.

    >>> find_engine("no-such-engine")
    Traceback (most recent call last):
    viz.render.RenderError: layout engine 'no-such-engine' is not installed; name 'dot', ...

    Background in notebooks/01_a_number_that_remembers.ipynb.
    """


def find_engine(name: str | None = None) -> str | None:
    """Return the path of the layout engine to use, or None if only the built-in one is left.

    Args:
        name: "dot", "graphviz-pure", "builtin" or the path of an executable. By default the
            environment variable `AUTOGRAD_VIZ_ENGINE`, else the first engine that is installed.

    Raises:
        RenderError: If an engine was named and is not there.

    >>> find_engine("builtin") is None
    True
    """
    name = name or os.environ.get(ENGINE_VARIABLE, "").strip() or None
    if name == BUILTIN:
        return None
    found = filter(None, map(_locate, [name] if name else ["dot", "graphviz-pure"]))
    path = next(found, None)
    if name and path is None:
        raise RenderError(
            f"layout engine {name!r} is not installed; name 'dot', 'graphviz-pure', 'builtin' or "
            f"the path of an executable, or {_INSTALL}"
        )
    return path


def _locate(name: str) -> str | None:
    if name == "graphviz-pure":  # pip's folder of scripts is often not on PATH
        found = shutil.which(name, path=os.pathsep.join(_script_folders()))
        return found or shutil.which(name)
    return shutil.which(name)


def _script_folders() -> Iterator[str]:
    yield sysconfig.get_path("scripts")
    with suppress(ValueError):  # Python in a browser has no user scheme
        yield sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))


def run_engine(
    engine: str, source: str, format: str, *, algorithm: str = "dot", timeout: float = 120.0
) -> bytes:
    """Return DOT text rendered by the executable `engine`.

    Args:
        engine: Path of the executable, as from `find_engine`.
        source: A graph in the DOT language.
        format: What the engine calls the format: svg, png, plain, dot, json, ...
        algorithm: Graphviz's layout algorithm; "nop" keeps the positions that `source` carries.
        timeout: Seconds after which the engine is stopped.

    Raises:
        RenderError: If it fails, takes too long or does not know the format.

    >>> run_engine("/no/such/engine", "digraph {}", "svg")
    Traceback (most recent call last):
    viz.render.RenderError: could not start the layout engine /no/such/engine: ...
    """
    layout = ["-Kneato", "-n2"] if algorithm == "nop" else [f"-K{algorithm}"]
    try:
        done = subprocess.run(
            [engine, *layout, f"-T{format}"],
            input=source.encode(),
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except OSError as error:
        raise RenderError(
            f"could not start the layout engine {engine}: {error.strerror}; name another one, or "
            "use engine='builtin'"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise RenderError(
            f"the layout engine {engine} took longer than {timeout:g} s; draw less "
            "(collapse='layer', path=(a, b)) or use engine='builtin'"
        ) from error
    if done.returncode or not done.stdout:
        reason = done.stderr.decode(errors="replace").strip() or f"exit status {done.returncode}"
        raise RenderError(f"the layout engine {engine} failed: {reason.splitlines()[0]}")
    return done.stdout


def no_engine(format: str) -> RenderError:
    """Return the error for a format that only an engine can write."""
    return RenderError(
        f"format {format!r} needs a layout engine and none is installed ('svg' works without, "
        "and with matplotlib 'png'); "
        f"{_INSTALL}"
    )
