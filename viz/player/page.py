"""Page: markup, style and scripts put together into one HTML file that needs nothing else."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from importlib import resources

# No request can leave the page, and nothing but its own script runs in it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
_COMMENT = re.compile(r"(^|  )\s*// .*")  # two blanks stand before one that follows code
_SHELL = """<!DOCTYPE html>
<html lang="en"{theme}>
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


def _assets(*names: str) -> str:
    """Return the text of some files of the page, without indents and comments."""
    folder = resources.files("viz.player").joinpath("assets")
    lines = "".join([folder.joinpath(name).read_text(encoding="utf-8") for name in names])
    shown = [_COMMENT.sub("", line).strip() for line in lines.splitlines()]
    return "\n".join(filter(None, shown))  # no asset has text of several lines


def as_script(data: object) -> str:
    """Return plain data as JavaScript that no HTML parser can take for markup.

    >>> as_script({"label": "</script><b>"})
    '{"label":"\\\\u003c/script>\\\\u003cb>"}'
    """
    text = json.dumps(data, allow_nan=False, separators=(",", ":"))
    return text.replace("<", r"\u003c")


def closed(script: str) -> str:
    """Return a script that no HTML parser can take for the end of itself."""
    return script.replace("</", r"<\/")


def build(
    title: str,
    markup: str,
    styles: Sequence[str],
    scripts: Sequence[str],
    main: str,
    theme: str = "auto",
) -> str:
    """Return the page.

    Args:
        title: Of the window.
        markup: Name of the asset for the body.
        styles: Names of the assets for the style, in order.
        scripts: Names of the assets with definitions, in order.
        main: JavaScript that runs last.
        theme: "light" or "dark"; "auto" follows the surroundings.

    Raises:
        ValueError: If there is no such theme.
    """
    if theme not in ("auto", "light", "dark"):
        raise ValueError(f"theme is 'auto', 'light' or 'dark', got {theme!r}")
    return _SHELL.format(
        policy=_POLICY,
        theme="" if theme == "auto" else f' data-theme="{theme}"',
        title=html.escape(title.encode(errors="replace").decode()),  # half a letter cannot be saved
        style=_assets(*styles),
        markup=_assets(markup),
        script=f"{_assets(*scripts)}\n{main}",
    )
