"""A Card as DingTalk shows it: the variables of our card template, an ActionCard with typing buttons, or one line."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from bot.chats.dingtalk.text import BREAK, cut, flat, inline, is_web, link, pack, plain_lines
from handlers.cards.card import Block, Button, Card, Choices, Facts, Form, Picture, Quote, Table, Text

VALUE_LIMIT = 1000  # bytes of one template variable; DingTalk takes 1 KB
BODIES = ("body", "body2", "body3")
PARAM_LIMIT = 14_000  # bytes of a message's msgParam; DingTalk takes 15,000
COLORS = {"primary": "blue", "danger": "red", "default": "gray"}
_PERSON = re.compile(r"[\w.+-]{1,64}")
_PICTURE = re.compile(r"[@\w=.+/-]+")


def draw(card: Card, calls: str = "") -> dict[str, str]:
    """Every variable of the template, always all of them, so that a change by key leaves nothing behind.

    `calls` stands above the words: `called` of those who are to hear of a new card.
    """
    buttons, spilled = _fit([b for b in map(_button, card.buttons) if b], card.buttons)
    options = [b for block in card.blocks if isinstance(block, Choices) for b in _options(block)]
    choices, _ = _fit(options, ())
    bodies = pack([*([calls] if calls else []), *paragraphs(card), *spilled], len(BODIES), VALUE_LIMIT)
    return {
        "title": cut(flat(card.title), 200),
        "tone": card.tone,
        "state": cut(flat(card.state), 100),
        **dict(zip(BODIES, bodies, strict=True)),
        "choices": choices,
        "btns": buttons,
    }


def toast(text: str) -> dict[str, str]:
    """What only the person who pressed sees."""
    return {"toast": cut(flat(text), VALUE_LIMIT)}


def paragraphs(card: Card) -> Iterator[str]:
    for block in card.blocks:
        if drawn := draw_block(block):
            yield drawn


def draw_block(block: Block) -> str:
    match block:
        case Text(text):
            return plain_lines(text)
        case Quote(text, at, who):
            by = inline(" ".join(part for part in (who, at) if part))
            return f"> 「{inline(text)}」 {by}".rstrip()
        case Facts(rows):
            return BREAK.join(f"**{inline(label)}** {inline(value)}" for label, value in rows)
        case Picture(image, alt):
            return f"![{inline(alt)}]({image})" if _PICTURE.fullmatch(image) else inline(alt)
        case Table(columns, rows):
            return plain_lines("\n".join(" · ".join(flat(c) for c in row) for row in (columns, *rows)))
        case Choices():
            return ""
        case Form(label=label, say=say):
            return f"✍️ {inline(label)}{'：' if say else ''}{inline(say)}"


def _button(button: Button) -> dict[str, Any] | None:
    if button.url:
        event = {"type": "openLink", "params": {"url": button.url}}
        return _shown(button.text, "gray", event) if is_web(button.url) else None
    if not button.action:
        return None
    return _shown(button.text, COLORS.get(button.style, "gray"), _press(button.action, button.value))


def _options(choices: Choices) -> Iterator[dict[str, Any]]:
    for text, value in choices.options:
        yield _shown(text, "gray", _press(choices.action, value))


def _press(action: str, value: str) -> dict[str, Any]:
    return {
        "type": "sendCardRequest",
        "params": {"actionId": action, "params": {"action": action, "value": value}},
    }


def _shown(text: str, color: str, event: Mapping[str, Any]) -> dict[str, Any]:
    return {"text": cut(flat(text), 60), "color": color, "status": "normal", "event": event}


def _fit(drawn: list[dict[str, Any]], buttons: tuple[Button, ...]) -> tuple[str, list[str]]:
    """Buttons in one variable. Where they are too long, links move into the text, then the last ones go."""
    drawn, spilled = drawn[:5], []
    if _size(drawn) > VALUE_LIMIT:
        drawn = [b for b in drawn if b["event"]["type"] != "openLink"]
        spilled = [link(b.text, b.url) for b in buttons if is_web(b.url)]
    while _size(drawn) > VALUE_LIMIT:
        drawn.pop()
    return _compact(drawn), spilled


def _size(drawn: list[dict[str, Any]]) -> int:
    return len(_compact(drawn).encode())


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def draw_markdown(card: Card, limit: int = PARAM_LIMIT) -> str:
    """The whole card as one text, for chats without our template."""
    state = [f"**{inline(card.state)}**"] if card.state else []
    asked = [_offered(block) for block in card.blocks if isinstance(block, Choices)]
    body = [f"### {inline(card.title)}", *paragraphs(card), *asked, *state]
    return pack(body, 1, limit)[0]


def _offered(choices: Choices) -> str:
    return inline(choices.say) or "可选：" + " · ".join(inline(text) for text, _ in choices.options)


def typing_buttons(card: Card) -> list[tuple[str, str]]:
    """(text, address): a link, or a `dtmd` address by which the person types the command to us."""
    return [(inline(b.text)[:20], address) for b in card.buttons[:5] if (address := _address(b))]


def link_buttons(card: Card) -> list[tuple[str, str]]:
    """For robots that hear nothing: only what opens a page."""
    return [(inline(b.text)[:20], b.url) for b in card.buttons[:5] if is_web(b.url)]


def _address(button: Button) -> str:
    if button.url:
        return button.url if is_web(button.url) else ""
    typed = quote(button.command, safe="")
    return f"dtmd://dingtalkclient/sendMessage?content={typed}" if button.command else ""


def draw_robot_message(card: Card) -> tuple[str, dict[str, str]]:
    """(msgKey, msgParam) of the robot message for a card without a template."""
    buttons = typing_buttons(card)
    param = {"title": cut(flat(card.title), 200), "text": draw_markdown(card)}
    if not buttons:
        return "sampleMarkdown", param
    if len(buttons) == 1:
        return "sampleActionCard", param | {"singleTitle": buttons[0][0], "singleURL": buttons[0][1]}
    for n, (text, address) in enumerate(buttons, 1):
        param |= {f"actionTitle{n}": text, f"actionURL{n}": address}
    return f"sampleActionCard{len(buttons)}", param


def draw_webhook_message(card: Card, buttons: list[tuple[str, str]]) -> dict[str, Any]:
    """The same for session webhooks and custom robots; `buttons` as `typing_buttons` or `link_buttons` give them."""
    title = cut(flat(card.title), 200)
    body, called = draw_markdown(card), people_called(card)
    if called:
        body += "\n\n" + " ".join(f"@{person}" for person in called)
    if buttons:
        told: dict[str, Any] = {"title": title, "text": body, "btnOrientation": "1"}
        told["btns"] = [{"title": shown, "actionURL": address} for shown, address in buttons]
        return {"msgtype": "actionCard", "actionCard": told} | _at(called)
    return {"msgtype": "markdown", "markdown": {"title": title, "text": body}} | _at(called)


def people_called(card: Card) -> tuple[str, ...]:
    """Only single people by their id; nobody can call everyone."""
    return tuple(person for person in card.mentions if _PERSON.fullmatch(person) and person.lower() != "all")


def called(people: Mapping[str, str]) -> str:
    """The line by which a card calls these people: id to name."""
    return " ".join(f"<a atId={person}>{name}</a>" for person, name in people.items())


def _at(called: tuple[str, ...]) -> dict[str, Any]:
    return {"at": {"atUserIds": list(called), "isAtAll": False}} if called else {}
