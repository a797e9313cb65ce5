"""Graph page: a trace as compact columns of JSON, and the page that plays it."""

from __future__ import annotations

from collections.abc import Collection

from autograd_core import ops
from autograd_core.table import Op
from viz.plain import counted, json_number
from viz.player.javascript import functions, source
from viz.player.page import as_script, build, escape_end_tags
from viz.steps import NOT_RUN, Trace, formula, write_name

_SCRIPTS = (
    "numbers.js", "dom.js", "timeline.js", "trace.js", "layout.js", "layers.js", "stops.js",
    "forms.js", "heat.js", "camera.js", "labels.js", "drawing.js", "view.js", "card.js",
    "controls.js",
)  # fmt: skip
# by these roles forms.js recognises a weighted sum
_ROLES = {ops.ADD: "sum", ops.TOTAL: "sum", ops.MULTIPLY: "product"}
OPEN = "/*numbers*/null"  # stands in an open page for the numbers that sample.js puts there


def columns(trace: Trace) -> dict[str, object]:
    """Return the graph as one list per attribute; operands are indices into these lists."""
    places = {node.id: place for place, node in enumerate(trace.nodes)}
    modules = list(dict.fromkeys([node.module for node in trace.nodes]))
    module_places = {module: place for place, module in enumerate(modules)}
    kinds = _kinds(trace)
    names = {place: write_name(node.name) for place, node in enumerate(trace.nodes) if node.label}
    return {
        "label": [node.label for node in trace.nodes],
        "written": {p: name for p, name in names.items() if name != trace.nodes[p].label},
        "op": [kinds[node.op, len(node.operands)] if node.op else -1 for node in trace.nodes],
        "operands": [[places[id] for id in node.operands] for node in trace.nodes],
        "data": [json_number(node.data) for node in trace.nodes],
        "partials": [[json_number(x) for x in node.partials] for node in trace.nodes],
        "module": [module_places[node.module] for node in trace.nodes],
        "modules": modules,
    }


def rules(trace: Trace) -> str:
    """Return a JavaScript array of the operations that the graph uses."""
    rows = []
    for op, operands in _kinds(trace):
        written = formula(op, operands)
        shown = as_script(
            {
                "name": op.name,
                "symbol": op.symbol,
                "text": written.value,
                "locals": written.partials,
                "role": _ROLES.get(op, ""),
            }
        )
        rows.append(f"{{...{shown},...{source(op, operands)}}}")
    return escape_end_tags(f"[{','.join(rows)}]")


def graph_page(
    trace: Trace, title: str, image: tuple[int, int] | None = None, theme: str = "auto"
) -> str:
    """Return the HTML of the player for a graph.

    Args:
        trace: What it plays.
        title: Its heading.
        image: Rows and columns, if the inputs are a picture.
        theme: "light", "dark" or "auto".
    """
    given = as_script({"heading": {"title": title, "summary": summary(trace)}})
    return _page(trace, columns(trace), given, title, image, theme)


def open_page(trace: Trace, free: Collection[str], image: tuple[int, int] | None = None) -> str:
    """Return a player without the numbers of the leaves in `free`; they are put in later.

    In its text, OPEN is to be replaced by JSON of `{heading, theme, data}`: `data` maps the place
    of each leaf in `free` to its number. The page computes all other numbers.
    """
    graph = columns(trace)
    del graph["partials"]
    known = [None if node.op or node.id in free else node.data for node in trace.nodes]
    graph["data"] = [json_number(number or 0.0) for number in known]
    return _page(trace, graph, OPEN, "Player", image, "auto")


def summary(trace: Trace) -> str:
    """Return the size of a graph, and the flags of its trace."""
    counts = counted(len(trace.nodes), "node"), counted(len(trace.forward), "operation")
    flags = [flag for flag in trace.flags if flag != NOT_RUN]  # the page runs both passes itself
    return " \u00b7 ".join([", ".join(counts), *flags])


def _page(
    trace: Trace,
    graph: dict[str, object],
    given: str,
    title: str,
    image: tuple[int, int] | None,
    theme: str,
) -> str:
    table = rules(trace)
    main = (
        f"const graph={as_script(graph | ({'image': image} if image else {}))};\n"
        f"const rules={table};\n"
        f"window.player=player(graph,rules,{given});"
    )
    return build(title, "graph.html", ["style.css"], [*functions(table), *_SCRIPTS], main, theme)


def _kinds(trace: Trace) -> dict[tuple[Op, int], int]:
    """Return an index for each operation and number of operands that the graph has."""
    used = dict.fromkeys([(node.op, len(node.operands)) for node in trace.nodes if node.op])
    return {kind: place for place, kind in enumerate(used)}
