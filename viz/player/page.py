"""Page: markup, style and scripts put together into one HTML file that needs nothing else."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

# No request can leave the page, and nothing but its own script runs in it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
_COMMENT = re.compile(r"(^|\s\s)// .*$")  # two spaces: not one inside a string
_STRING = re.compile(r'("(?:[^"\\]|\\.)*"|`[^`]*`)')
_SPACES = re.compile(r"(?:\s*([={};,?]|=>|&&|\|\|)\s*)|(?<=[:(])\s+")
_OPERATORS = re.compile(r" (?:([*/<>?:%]|[<>!=]==?)|(?<![+-] )([+-])(?! [+-])) ")
_JOINED = re.compile(r"([;{},])\n")
_SHELL = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
{markup}
<script>
"use strict";
(() => {{
{script}
}})();
</script>
</body>
</html>
"""


@lru_cache(maxsize=32)
def asset(name: str) -> str:
    """Return a file of the page, without its comments and the spaces that only people need."""
    text = resources.files("viz.player").joinpath("assets", name).read_text(encoding="utf-8")
    lines = [_COMMENT.sub("", line).strip() for line in text.splitlines()]
    if name.endswith(".html"):
        return "\n".join(filter(None, lines))
    patterns = [_SPACES, _OPERATORS] if name.endswith(".js") else [_SPACES]
    text = "\n".join([_squeeze(line, patterns) for line in lines if line])
    return _JOINED.sub(r"\1", text)


def _squeeze(line: str, patterns: Sequence[re.Pattern[str]]) -> str:
    if line.count("`") > 2:  # templates may nest
        return line
    parts = _STRING.split(line)
    for pattern in patterns:
        parts[::2] = [pattern.sub(_without_spaces, part) for part in parts[::2]]
    return "".join(parts)


def _without_spaces(match: re.Match[str]) -> str:
    return "".join(filter(None, match.groups()))


def as_script(data: object) -> str:
    """Return plain data as JavaScript that no HTML parser can take for markup.

    >>> as_script({"label": "</script><b>"})
    '{"label":"\\\\u003c/script>\\\\u003cb>"}'
    """
    text = json.dumps(data, allow_nan=False, separators=(",", ":"))
    return text.replace("<", r"\u003c")


def build(title: str, markup: str, styles: Sequence[str], scripts: Sequence[str], main: str) -> str:
    """Return the page.

    Args:
        title: Of the window.
        markup: Name of the asset for the body.
        styles: Names of the assets for the style, in order.
        scripts: Names of the assets with definitions, in order.
        main: JavaScript that runs last.
    """
    return _SHELL.format(
        policy=_POLICY,
        title=html.escape(title),
        style="\n".join(map(asset, styles)),
        markup=asset(markup),
        script="\n".join([*map(asset, scripts), main]),
    )
