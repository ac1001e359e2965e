"""What Feishu makes of a card: the strict reading of card JSON 2.0, and what people see in it."""

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

TEXT = {"tag", "content"}
ANY = {"tag", "element_id", "margin"}
PROPERTIES: dict[str, set[str]] = {
    "plain_text": TEXT | {"i18n", "text_size", "text_color", "text_align", "lines"},
    "text_tag": {"tag", "element_id", "text", "color"},
    "div": ANY | {"width", "text", "icon"},
    "markdown": ANY | TEXT | {"text_size", "text_align", "icon"},
    "hr": ANY,
    "img": ANY | {"img_key", "alt", "title", "scale_type", "corner_radius", "size", "transparent", "preview"},
    "column_set": ANY | {"horizontal_spacing", "horizontal_align", "flex_mode", "background_style", "columns"},
    "column": ANY
    | {"background_style", "width", "weight", "horizontal_align", "vertical_align", "vertical_spacing", "padding"}
    | {"direction", "elements"},
    "button": ANY
    | {"type", "size", "width", "text", "icon", "disabled", "behaviors", "confirm", "name", "form_action_type"},
    "form": ANY | {"name", "elements", "direction", "padding", "vertical_spacing", "horizontal_spacing"},
    "input": ANY
    | {"name", "placeholder", "label", "label_position", "required", "max_length", "input_type", "rows", "width"}
    | {"default_value", "disabled", "behaviors"},
    "table": ANY | {"page_size", "row_height", "header_style", "columns", "rows", "freeze_first_column"},
    "select_person": ANY | {"placeholder", "behaviors", "name", "required", "width"},
    "chart": ANY | {"aspect_ratio", "chart_spec", "color_theme", "height"},
    "collapsible_panel": ANY | {"expanded", "header", "elements", "background_color", "border", "padding"},
}
CONFIG = {"update_multi", "summary", "width_mode", "enable_forward", "streaming_mode", "enable_forward_interaction"}
HEADER = {"title", "subtitle", "template", "text_tag_list", "icon", "padding"}
TEMPLATES = {"blue", "wathet", "turquoise", "green", "yellow", "orange", "red", "carmine", "violet", "purple"}
TEMPLATES |= {"indigo", "grey", "default"}
TAG_COLORS = TEMPLATES - {"grey", "default"} | {"neutral", "lime"}
BUTTON_TYPES = {
    "default",
    "primary",
    "danger",
    "text",
    "primary_text",
    "danger_text",
    "primary_filled",
    "danger_filled",
}
FLEX = {"none", "stretch", "flow", "bisect", "trisect"}


class BadCard(Exception):
    """The platform refuses it; `code` is the inner one of a 230099."""

    def __init__(self, code: int, why: str):
        super().__init__(f"Failed to create card content, ext=ErrCode: {code}; ErrMsg: {why}")
        self.code = code


def check(card: Any, images: set[str]) -> None:
    """Raise BadCard as the platform would."""
    _require(isinstance(card, dict) and card.get("schema") == "2.0", 200380, "schema must be 2.0")
    _only(card, {"schema", "config", "header", "body", "card_link"}, "card")
    _only(card.get("config", {}), CONFIG, "config")
    _check_header(card.get("header", {}))
    _only(card.get("body", {}), {"elements", "direction", "padding", "vertical_spacing"}, "body")
    elements = list(walk(card))
    _require(len(elements) <= 200, 200621, "too many elements")
    for element in elements:
        _check_element(element, images)
    _check_names(elements)


def walk(node: Any) -> Iterator[Json]:
    """Every object with a tag, in reading order; rows of a table are values."""
    if isinstance(node, list):
        for child in node:
            yield from walk(child)
    if not isinstance(node, dict):
        return
    if "tag" in node:
        yield node
    for name, child in node.items():
        if name not in ("rows", "behaviors", "chart_spec"):
            yield from walk(child)


def _check_header(header: Json) -> None:
    _only(header, HEADER, "header")
    _require(header.get("template", "default") in TEMPLATES, 200621, "header.template")
    _require(header.get("title", {}).get("tag") in ("plain_text", "lark_md"), 200621, "header.title")
    for tag in header.get("text_tag_list", []):
        _require(tag.get("color") in TAG_COLORS, 200621, "text_tag.color")


def _check_element(element: Json, images: set[str]) -> None:
    tag = element["tag"]
    _require(tag in PROPERTIES, 200861, f"unsupported tag {tag}")
    _only(element, PROPERTIES[tag], tag)
    name = element.get("element_id", "a")
    _require(re.fullmatch(r"[A-Za-z]\w{0,19}", name) is not None, 200621, f"element_id {name}")
    if tag in CHECKS:
        CHECKS[tag](element)
    if tag == "img":
        _require(element.get("img_key") in images, 200570, "img_key")


def _check_button(button: Json) -> None:
    _require(button.get("type", "default") in BUTTON_TYPES, 200621, "button.type")
    for behavior in button.get("behaviors", []):
        kinds = {"callback": {"type", "value"}, "open_url": {"type", "default_url", "pc_url", "ios_url", "android_url"}}
        _require(behavior.get("type") in kinds, 200621, "behavior.type")
        _only(behavior, kinds[behavior["type"]], "behavior")


def _check_table(table: Json) -> None:
    names = [column.get("name") for column in table.get("columns", [])]
    _require(0 < len(names) <= 50 and len(set(names)) == len(names), 200621, "table.columns")
    _require(1 <= table.get("page_size", 5) <= 10, 200914, "table.page_size")
    for row in table.get("rows", []):
        _only(row, {str(name) for name in names}, "table.row")


def _check_columns(columns: Json) -> None:
    _require(columns.get("flex_mode", "none") in FLEX, 200621, "flex_mode")
    _require(all(column.get("tag") == "column" for column in columns.get("columns", [])), 200621, "columns")


def _check_form(form: Json) -> None:
    inside = list(walk(form.get("elements", [])))
    _require(bool(form.get("name")), 200530, "form.name")
    _require(any(e.get("form_action_type") == "submit" for e in inside), 200530, "a form needs a submit button")
    _require(all(e.get("name") for e in inside if e["tag"] in ("input", "button")), 200530, "names inside a form")


CHECKS = {"button": _check_button, "table": _check_table, "column_set": _check_columns, "form": _check_form}


def _check_names(elements: list[Json]) -> None:
    names = [element["name"] for element in elements if "name" in element]
    _require(len(names) == len(set(names)), 200530, "names must be unique")
    ids = [element["element_id"] for element in elements if "element_id" in element]
    _require(len(ids) == len(set(ids)), 200621, "element_id must be unique")


def _only(value: Any, names: set[str], where: str) -> None:
    _require(isinstance(value, dict), 200621, f"{where} must be an object")
    _require(value.keys() <= names, 200621, f"unknown property in {where}: {value.keys() - names}")


def _require(well: bool, code: int, why: str) -> None:
    if not well:
        raise BadCard(code, why)


def mentions(card: Json) -> list[str]:
    """Who is called: only markdown can do that."""
    texts = [e["content"] for e in walk(card) if e["tag"] in ("markdown", "lark_md")]
    return [who for text in texts for who in re.findall(r"<at\s+(?:user_)?id=[\"']?([\w-]+)", text)]


def links(card: Json) -> list[str]:
    """Every address somebody could open by a tap."""
    texts = [e["content"] for e in walk(card) if e["tag"] in ("markdown", "lark_md")]
    found = [url for text in texts for url in re.findall(r"\]\(([^)]*)\)|https?://\S+", text)]
    return found + [b["default_url"] for b in behaviors(card) if b["type"] == "open_url"]


def behaviors(card: Json) -> list[Json]:
    return [behavior for e in walk(card) for behavior in e.get("behaviors", [])]


def callback(card: Json, text: str) -> Any:
    """What pressing the button with this text would tell."""
    for element in walk(card):
        if element["tag"] == "button" and element["text"]["content"] == text:
            return next(b["value"] for b in element["behaviors"] if b["type"] == "callback")
    raise AssertionError(f"there is no button {text}")


def words(card: Json) -> str:
    """All that can be read on the card, a line for each text."""
    lines = [e["content"] for e in walk(card) if "content" in e]
    cells = [str(v) for e in walk(card) if e["tag"] == "table" for row in e["rows"] for v in row.values()]
    heads = [c["display_name"] for e in walk(card) if e["tag"] == "table" for c in e["columns"]]
    return "\n".join(lines + heads + cells)
