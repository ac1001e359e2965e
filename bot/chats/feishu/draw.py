"""A Card as Feishu's card JSON 2.0: pure, and nobody's words ever become markup."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from handlers.cards.card import Block, Button, Card, Choices, Facts, Form, Picture, Quote, Table, Text

Json = dict[str, Any]

TEMPLATES = {"red", "orange", "yellow", "green", "blue", "grey"}
BUTTON_TYPES = {"primary": "primary", "danger": "danger"}
# The platform takes 30 KB for the whole request, in which the card is a string inside JSON; this leaves room.
BYTES = 28_000
ELEMENTS = 200
TEXT_LENGTH = 4_000
TABLE_ROWS = 50
TABLE_COLUMNS = 10
SHORT_FACT = 14
MANY_FACTS = 20  # side by side each costs six elements
SHORT_TEXT = 200
UNSPEAKABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
CUT = "内容较长，后面的没有显示。"


@dataclass(frozen=True, slots=True)
class About:
    """What every press on the card tells us back: whose post it is, and whether it stands in a direct chat."""

    key: str
    direct: bool = False

    def callback(self, action: str, value: str) -> Json:
        # The platform wants an object here: a bare string breaks the SDK's parser.
        told: Json = {"action": action, "value": value, "key": self.key}
        if self.direct:
            told["direct"] = True
        return {"type": "callback", "value": told}


def draw(card: Card, key: str = "", *, direct: bool = False, limit: int = BYTES) -> Json:
    """The whole card. When it is too big, it is shortened from its end, and says so."""
    blocks = list(card.blocks)
    drawn = _draw(card, blocks, About(key, direct), cut=False)
    while blocks and not fits(drawn, limit):
        _drop(blocks)
        drawn = _draw(card, blocks, About(key, direct), cut=True)
    return drawn


def _drop(blocks: list[Block]) -> None:
    """Half of the last block, or all of a small one; what people are asked to do goes last of all."""
    told = [n for n, block in enumerate(blocks) if not isinstance(block, Choices | Form)]
    last = told[-1] if told else len(blocks) - 1
    blocks[last : last + 1] = _half(blocks[last])


def _half(block: Block) -> list[Block]:
    match block:
        case Facts(rows) if len(rows) > 1:
            return [Facts(rows[: len(rows) // 2])]
        case Table(rows=rows) if len(rows) > 1:
            return [replace(block, rows=rows[: min(len(rows), TABLE_ROWS) // 2])]
        case Text(text) if len(text) > SHORT_TEXT:
            return [Text(_short(text, min(len(text), TEXT_LENGTH) // 2))]
    return []


def fits(drawn: Json, limit: int) -> bool:
    content = json.dumps(dump(drawn), ensure_ascii=False)
    return len(content.encode()) <= limit and count(drawn) <= ELEMENTS


def dump(drawn: Json) -> str:
    return json.dumps(drawn, ensure_ascii=False, separators=(",", ":"))


def count(node: Any) -> int:
    """Every object with a tag counts as an element."""
    if isinstance(node, dict):
        return ("tag" in node) + sum(count(child) for child in node.values())
    return sum(count(child) for child in node) if isinstance(node, list) else 0


def _draw(card: Card, blocks: list[Block], about: About, *, cut: bool) -> Json:
    elements = [element for n, block in enumerate(blocks) for element in draw_block(block, about, n)]
    if cut:
        elements.append(_note(CUT))
    if called := _mentions(card):
        elements.append(called)
    if row := _row([drawn for button in card.buttons if (drawn := draw_button(button, about))]):
        elements.append(row)
    return {
        "schema": "2.0",
        "config": {
            "update_multi": True,
            "enable_forward": False,
            "width_mode": "fill",
            "summary": {"content": clean(_short(card.title, 100))},
        },
        "header": _header(card),
        "body": {"elements": elements or [_plain(card.title)]},
    }


def _header(card: Card) -> Json:
    tone = card.tone if card.tone in TEMPLATES else "blue"
    header: Json = {"title": _words(_short(card.title, 200)), "template": tone}
    if card.state:
        color = "neutral" if tone == "grey" else tone
        header["text_tag_list"] = [{"tag": "text_tag", "text": _words(_short(card.state, 50)), "color": color}]
    return header


def draw_block(block: Block, about: About, number: int) -> list[Json]:
    """`number` keeps the names of forms apart inside one card."""
    match block:
        case Text(text):
            return [_plain(text)]
        case Quote():
            return [_quote(block)]
        case Facts(rows):
            return _facts(rows)
        case Picture(image, alt):
            return [{"tag": "img", "img_key": image, "alt": _words(alt)} if image else _note(alt)]
        case Table():
            return [_table(block)]
        case Choices(action, options):
            buttons = [_button(text, [about.callback(action, value)]) for text, value in options]
            return [row] if (row := _row(buttons)) else []
        case _:
            return [_form(block, about, number)]


def _words(text: str) -> Json:
    return {"tag": "plain_text", "content": clean(text)}


def clean(text: str) -> str:
    """Without what cannot be sent, or turns the reading direction around."""
    return UNSPEAKABLE.sub("", text)


def _plain(text: str) -> Json:
    return {"tag": "div", "text": _words(_short(text, TEXT_LENGTH))}


def _note(text: str) -> Json:
    return {"tag": "div", "text": _words(_short(text, TEXT_LENGTH)) | {"text_size": "notation", "text_color": "grey"}}


def _quote(quote: Quote) -> Json:
    said = [_plain(f"「{_short(quote.text, 1_000)}」")]
    if by := " · ".join(part for part in (quote.who, quote.at) if part):
        said.append(_note(by))
    column = _column(said, "weighted") | {"padding": "8px 12px 8px 12px"}
    return {"tag": "column_set", "background_style": "grey", "columns": [column]}


def _facts(rows: tuple[tuple[str, str], ...]) -> list[Json]:
    """Short facts side by side in twos, a long one over the whole width; very many as lines of text."""
    if len(rows) > MANY_FACTS:
        parts = (rows[n : n + MANY_FACTS] for n in range(0, len(rows), MANY_FACTS))
        return [_plain("\n".join(f"{label}：{value}" for label, value in part)) for part in parts]
    drawn = []
    for short, run in groupby(rows, lambda row: len(row[1]) <= SHORT_FACT):
        columns = [_column([_note(label), _plain(value)], "weighted") for label, value in run]
        drawn += (
            [{"tag": "column_set", "flex_mode": "bisect", "columns": columns}]
            if short
            else [{"tag": "column_set", "columns": [column]} for column in columns]
        )
    return drawn


def _column(elements: list[Json], width: str) -> Json:
    weight = {"weight": 1} if width == "weighted" else {}
    return {"tag": "column", "width": width, "elements": elements} | weight


def _table(table: Table) -> Json:
    names = [f"c{n}" for n in range(min(len(table.columns), TABLE_COLUMNS))]
    heads = [
        {"name": name, "display_name": clean(head), "data_type": "text"}
        for name, head in zip(names, table.columns, strict=False)
    ]
    rows = [dict(zip(names, map(clean, row), strict=False)) for row in table.rows[:TABLE_ROWS]]
    return {"tag": "table", "page_size": min(10, max(1, len(rows))), "columns": heads, "rows": rows}


def _form(form: Form, about: About, number: int) -> Json:
    box = {
        "tag": "input",
        "name": f"text_{number}",
        "placeholder": _words(_short(form.label, 100)),
        "required": True,
        "max_length": 500,
    }
    submit = _button(form.submit, [about.callback(form.action, form.value)], "primary")
    submit |= {"name": f"submit_{number}", "form_action_type": "submit"}
    return {"tag": "form", "name": f"form_{number}", "elements": [box, submit]}


def draw_button(button: Button, about: About) -> Json | None:
    """None for a button that can do nothing here: no action, no web address."""
    if button.url.startswith(("https://", "http://")):
        return _button(button.text, [{"type": "open_url", "default_url": button.url}], button.style)
    if not button.action:
        return None
    return _button(button.text, [about.callback(button.action, button.value)], button.style)


def _button(text: str, behaviors: list[Json], style: str = "default") -> Json:
    return {
        "tag": "button",
        "text": _words(_short(text, 50)),
        "type": BUTTON_TYPES.get(style, "default"),
        "behaviors": behaviors,
    }


def _row(buttons: list[Json]) -> Json | None:
    if not buttons:
        return None
    return {"tag": "column_set", "flex_mode": "flow", "columns": [_column([button], "auto") for button in buttons]}


def _mentions(card: Card) -> Json | None:
    """The only markdown of a card, made of checked ids alone; nobody can be called but by `Card.mentions`."""
    ids = [person for person in card.mentions if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", person) and person != "all"]
    if not ids:
        return None
    return {"tag": "markdown", "content": " ".join(f"<at id={person}></at>" for person in ids)}


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def toast(ok: bool, text: str) -> Mapping[str, Any]:
    return {"type": "success" if ok else "error", "content": _short(text, 200)}
