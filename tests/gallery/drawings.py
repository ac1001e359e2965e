"""How each platform draws each example card, kept in tests/fixtures/cards and compared there."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.chats import feishu_webhook
from bot.chats.dingtalk import draw as dingtalk
from bot.chats.feishu.draw import draw as feishu
from bot.chats.line import line
from handlers.cards.card import Card
from tests.gallery import calling, figures, learning

FOLDER = Path(__file__).parents[1] / "fixtures" / "cards"
CARDS: Mapping[str, Card] = {**calling.CARDS, **learning.CARDS, **figures.CARDS}


def drawings(card: Card) -> dict[str, Any]:
    """DingTalk with a template, without one (and the line that tells a change), Feishu, and both one-way robots."""
    message, parameters = dingtalk.draw_robot_message(card)
    return {
        "dingtalk": dingtalk.draw(card),
        "dingtalk_plain": {"msgKey": message, "msgParam": parameters},
        "dingtalk_line": line(card),
        "dingtalk_robot": dingtalk.draw_webhook_message(card, dingtalk.link_buttons(card)),
        "feishu": feishu(card, "key-1"),
        "feishu_robot": feishu(feishu_webhook.readable(card), limit=feishu_webhook.BYTES),
    }


def write() -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for name, card in CARDS.items():
        lines = (f"{json.dumps(way)}: {json.dumps(told, ensure_ascii=False)}" for way, told in drawings(card).items())
        (FOLDER / f"{name}.json").write_text("{" + ",\n".join(lines) + "}\n", "utf8")
