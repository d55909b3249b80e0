"""What Great Expectations' renderers say, as HTML in which every value is escaped.

Its own view puts values, styles and scripts into the page as they come. This one keeps the words and the shape
(sentences, tables, lists) and nothing else: no tag, attribute, style or script of a block reaches the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from string import Template
from typing import Any

from great_expectations.render import RenderedContent
from markupsafe import Markup, escape

Block = Mapping[str, Any]


def html_of(content: Any) -> Markup:
    """Any content of a renderer: text, a number, a block, or a list of them."""
    if isinstance(content, RenderedContent):
        content = content.to_json_dict()
    if content is None:
        return Markup()
    if isinstance(content, list | tuple):
        return Markup(" ").join(html_of(part) for part in content)
    if not isinstance(content, Mapping):
        return _lines(str(content))
    kind = BLOCKS.get(content.get("content_block_type", ""))
    return kind(content) if kind else Markup()


def _sentence(block: Block) -> Markup:
    """`$name` becomes the parameter of that name, `$$` a dollar sign."""
    template = block["string_template"]
    if not isinstance(template, Mapping):
        return _lines(str(template))
    params, styling = template.get("params") or {}, template.get("styling") or {}

    def piece(match: re.Match[str]) -> Markup:
        name = match["named"] or match["braced"]
        if match["escaped"] is not None:
            return Markup("$")
        return _parameter(name, params[name], styling) if name in params else escape(match[0])

    text, html, end = str(template.get("template", "")), Markup(), 0
    for match in Template.pattern.finditer(text):
        html += _lines(text[end : match.start()]) + piece(match)
        end = match.end()
    return html + _lines(text[end:])


def _parameter(name: str, value: Any, styling: Block) -> Markup:
    style = (styling.get("params") or {}).get(name) or styling.get("default") or {}
    text = html_of(value)
    return Markup("<code>{}</code>").format(text) if "badge" in style.get("classes", ()) else text


def _lines(text: str) -> Markup:
    return Markup("<br>").join(text.split("\n"))


HEAD, CELL = Markup("<th>{}</th>"), Markup("<td>{}</td>")


def _table(block: Block) -> Markup:
    head = _row(HEAD, block["header_row"]) if block.get("header_row") else Markup()
    body = Markup().join(_row(CELL, cells) for cells in block.get("table") or ())
    return _titled(block, Markup('<table class="plain">{}{}</table>').format(head, body))


def _row(cell: Markup, contents: Any) -> Markup:
    return Markup("<tr>{}</tr>").format(Markup().join(cell.format(html_of(content)) for content in contents))


def _list(name: str) -> Callable[[Block], Markup]:
    def rendered(block: Block) -> Markup:
        items = Markup().join(Markup("<li>{}</li>").format(html_of(item)) for item in block.get(name) or ())
        return _titled(block, Markup("<ul>{}</ul>").format(items))

    return rendered


def _inline(name: str) -> Callable[[Block], Markup]:
    return lambda block: _titled(block, html_of(block.get(name)))


def _tabs(block: Block) -> Markup:
    return _titled(block, html_of([tab["tab_content"] for tab in block.get("tabs") or ()]))


def _titled(block: Block, body: Markup) -> Markup:
    titles = (block.get("header"), block.get("subheader"))
    return Markup().join(Markup("<p>{}</p>").format(html_of(title)) for title in titles if title) + body


BLOCKS: dict[str, Callable[[Block], Markup]] = {
    "string_template": _sentence,
    "table": _table,
    "bullet_list": _list("bullet_list"),
    "value_list": _inline("value_list"),
    "text": _inline("text"),
    "markdown": _inline("markdown"),
    "collapse": _inline("collapse"),
    "content_block_container": _inline("content_blocks"),
    "header": _inline("content"),
    "tabs": _tabs,
}
