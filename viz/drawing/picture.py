"""Picture: `draw_dot`, and the graphviz.Digraph it returns, which needs no system program."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from typing import Literal, overload

import graphviz

from autograd_core import Value, paused_gc
from autograd_core.files import write_whole
from autograd_core.graph import topological_order
from viz.drawing.dot import dot_lines, graph_attributes
from viz.drawing.pixels import png_bytes
from viz.drawing.svg import image_element, svg_text
from viz.render import RenderError, find_engine, no_engine, run_engine
from viz.scene import Collapse, Rankdir, Scene, between, build_scene, collapse_scene
from viz.steps import Trace, in_reading_order, names_of_caller, trace

_LARGE = 2_000  # boxes; beyond that Graphviz takes tens of seconds, the built-in layout one


class Picture(graphviz.Digraph):  # type: ignore[misc]
    """A `graphviz.Digraph` whose pictures are made by the engines of render.py.

    Everything that the graphviz package documents for a Digraph works: `source`, `node()`,
    `attr()`, `pipe()`, `render()`, `save()`, and display as the last line of a cell.

    >>> picture = draw_dot(Value(2.0).exp())
    >>> isinstance(picture, graphviz.Digraph), len(picture.scene.boxes)
    (True, 3)

    Explained in notebooks/01_a_number_that_remembers.ipynb.
    """

    def __init__(
        self, steps: Trace | None, scene: Scene, format: str = "svg", engine: str | None = None
    ) -> None:
        try:
            super().__init__(format=format, **graph_attributes(scene))
        except ValueError:
            raise ValueError(
                f"format is one of Graphviz's, such as 'svg' or 'png', got {format!r}"
            ) from None
        self.body.extend(dot_lines(scene))
        self.steps, self.scene = steps, scene
        self.program = engine

    @overload
    def pipe(self, format: str | None = ..., *, engine: str | None = ...) -> bytes: ...

    @overload
    def pipe(self, format: str | None = ..., *, engine: str | None = ..., encoding: str) -> str: ...

    def pipe(
        self,
        format: str | None = None,
        renderer: str | None = None,
        formatter: str | None = None,
        neato_no_op: bool | int | None = None,
        quiet: bool = False,
        *,
        engine: str | None = None,
        encoding: str | None = None,
    ) -> bytes | str:
        """Return the picture in `format`, as bytes, or as text if an encoding is given.

        Args:
            format: svg, png, jpg, ...; which ones exist depends on the layout engine.
            renderer: As in the graphviz package.
            formatter: As in the graphviz package.
            neato_no_op: As in the graphviz package.
            quiet: As in the graphviz package; nothing is written to stderr anyway.
            engine: Graphviz's layout algorithm (dot, neato, ...).
            encoding: Of the text, such as "utf-8".

        Raises:
            viz.render.RenderError: If no engine can write the format, or it fails.
        """
        kind = ":".join(filter(None, [format or self.format, renderer, formatter]))
        data = self._draw(kind, "nop" if neato_no_op else engine or self.engine)
        return data.decode(encoding) if encoding else data

    def _draw(self, format: str, algorithm: str) -> bytes:
        program = find_engine(self.program)
        fixed = self.scene.layout is not None
        large = self.program is None and len(self.scene.boxes) > _LARGE
        if format == "svg" and (program is None or fixed or large):
            return svg_text(self.scene).encode()
        # Graphviz would write the weights on their lines without a background
        if format == "png" and (program is None or (fixed and self.program is None)):
            with suppress(ImportError):
                return png_bytes(self.scene)
        if program is None:
            raise no_engine(format)
        return run_engine(program, self.source, format, algorithm="nop" if fixed else algorithm)

    def _repr_mimebundle_(
        self,
        include: Iterable[str] | None = None,
        exclude: Iterable[str] | None = None,
        **_: object,
    ) -> dict[str, str]:
        """Return the picture for a notebook, trusted or not.

        The HTML is an image that scales down; nbconvert and GitHub cut off a bare SVG that is too
        wide, and JupyterLab shows none in a notebook that is not trusted.
        """
        svg = lru_cache(maxsize=1)(lambda: self.pipe("svg", encoding="utf-8"))
        makers: dict[str, Callable[[], str]] = {
            "text/html": lambda: image_element(svg(), f"graph of {len(self.scene.boxes)} boxes"),
            "image/svg+xml": svg,
            "text/plain": lambda: repr(self),
        }
        wanted, left_out = set(include or makers), set(exclude or ())
        bundle: dict[str, str] = {}
        for kind, make in makers.items():
            if kind in wanted - left_out:
                with suppress(RenderError):
                    bundle[kind] = make()
        return bundle

    def __repr__(self) -> str:
        return (
            f"<Picture of {len(self.scene.boxes)} boxes; save it with viz.save(picture, 'x.svg')>"
        )

    def render(
        self,
        filename: os.PathLike[str] | str | None = None,
        directory: os.PathLike[str] | str | None = None,
        view: bool = False,
        cleanup: bool = False,
        format: str | None = None,
        renderer: str | None = None,
        formatter: str | None = None,
        neato_no_op: bool | int | None = None,
        quiet: bool = False,
        quiet_view: bool = False,
        *,
        outfile: os.PathLike[str] | str | None = None,
        engine: str | None = None,
    ) -> str:
        """Write the source and the picture beside it, and return the picture's path.

        The arguments are those of the graphviz package.

        Raises:
            viz.render.RenderError: If no engine can write the format, or it fails.
            OSError: If the folder is not writable.
        """
        if outfile is not None:
            outfile = os.fspath(outfile)
            format = format or os.path.splitext(outfile)[1].lstrip(".") or None
            filename = filename or f"{os.path.splitext(outfile)[0]}.gv"
        kind = ":".join(filter(None, [format or self.format, renderer, formatter]))
        picture = self._draw(kind, "nop" if neato_no_op else engine or self.engine)
        source = self.save(filename, directory=directory)
        target = outfile or ".".join([source, *reversed(kind.split(":"))])
        write_whole(target, picture)
        if cleanup:
            os.remove(source)
        if view or quiet_view:
            self._view(target, format=kind.partition(":")[0], quiet=quiet_view)
        return str(target)


def draw_dot(
    root: Value | Trace,
    format: str = "svg",
    rankdir: Rankdir = "LR",
    *,
    partials: bool = False,
    color: Literal["grad", "data"] | None = None,
    clusters: bool = False,
    collapse: Collapse | None = "auto",
    path: tuple[Value | str, Value | str] | None = None,
    theme: str = "light",
    engine: str | None = None,
) -> Picture:
    """Draw the graph that ends in `root`, with the data and the gradient of every node.

    Args:
        root: The output, or its `trace`; Values without a label are named after your
            variables.
        format: What `pipe()` and `render()` write by default: "svg", "png", ...
        rankdir: "LR" from left to right, "TB" from top to bottom, "RL" or "BT".
        partials: Write the local derivative on each operand's arrow.
        color: Fill the boxes by sign and size of "grad" or "data"; the sign is written as well.
        clusters: Draw a frame around each neuron and layer.
        collapse: Draw each "neuron", each "layer" or the "model" as one box; "auto" does so for
            graphs of more than 300 nodes, None never.
        path: Draw only the paths between two nodes: Values of the graph, their labels or ids.
        theme: "light" or "dark".
        engine: "dot", "graphviz-pure", "builtin" or a path; by default the first one installed.

    Raises:
        TypeError: If `root` is not a Value.
        ValueError: If an option is unknown, or `path` names no node.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> picture = draw_dot(a * b)
    >>> "{ a | data 2.0000 | grad 0.0000 }" in picture.source
    True
    >>> "<svg" in picture.pipe(encoding="utf-8")
    True

    Explained in notebooks/01_a_number_that_remembers.ipynb.
    """
    names = names_of_caller() if isinstance(root, Value) else {}
    with paused_gc():  # else half of the time on a large graph (tests/benchmarks/draw.py)
        steps = root if isinstance(root, Trace) else trace(_require_value(root), names)
        scene = build_scene(
            steps, rankdir=rankdir, partials=partials, color=color, clusters=clusters, theme=theme
        )
        if path is not None:
            scene = between(scene, *_ids(path, steps, root))
        if collapse:
            scene = collapse_scene(scene, collapse)
        return Picture(steps, scene, format, engine)


def _require_value(root: object) -> Value:
    if isinstance(root, Value):
        return root
    got = type(root).__name__
    if isinstance(root, (list, tuple)):
        got += f" of {len(root)}; draw one output at a time, such as outputs[0], or their sum"
    raise TypeError(f"draw_dot wants a Value, the output of a computation, got {got}")


def _ids(
    path: tuple[Value | str, Value | str], steps: Trace, root: Value | Trace
) -> tuple[str, str]:
    if not isinstance(path, tuple) or len(path) != 2:
        raise ValueError(f"path is a pair (from, to) of Values, labels or ids, got {path!r}")
    order = in_reading_order(topological_order(root))[0] if isinstance(root, Value) else []
    start, end = (_id(end, steps, order) for end in path)
    return start, end


def _id(node: Value | str, steps: Trace, order: list[Value]) -> str:
    if isinstance(node, Value):
        for index, candidate in enumerate(order):
            if candidate is node:
                return f"v{index}"
        hint = "give one that root uses" if order else "name a trace's nodes by label and id"
        raise ValueError(f"{node!r} is not part of this graph; {hint}")
    named = [candidate.id for candidate in steps.nodes if node in (candidate.label, candidate.id)]
    if not named:
        raise ValueError(f"no node of this graph has the label or id {node!r}; give one of them")
    if len(named) > 1:
        raise ValueError(
            f"{len(named)} nodes are called {node!r}; give an id, such as {named[0]!r}"
        )
    return named[0]
