"""A card becomes DingTalk's template variables, a robot message or one line, and nobody's words become markup.

`python -m tests.bot.chats.test_dingtalk_draw` writes the agreed drawings anew.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from bot.chats.dingtalk.draw import draw, draw_robot_message, draw_webhook_message, link_buttons, people_called
from bot.chats.dingtalk.text import cut, link, pack
from bot.chats.line import line
from handlers.cards.card import Button, Card, Choices, Facts, Picture, Quote, Table, Text
from tests.bot.chats.rigs.feishu_cards import ALERT, CLAIMED, HOSTILE, POLL, REPLY, RESOLVED, STAR

FOLDER = Path(__file__).parent / "golden"
GOLDEN = {
    "dingtalk_alert_open": ALERT,
    "dingtalk_alert_claimed": CLAIMED,
    "dingtalk_alert_resolved": RESOLVED,
    "dingtalk_star": STAR,
    "dingtalk_reply": REPLY,
    "dingtalk_poll": POLL,
}
MARKUP = ("[", "](", "<", "`", "${", "@", "://", "**粗", "\n# ", "\n---", "|")


def drawings(card: Card) -> dict[str, Any]:
    key, param = draw_robot_message(card)
    webhook = draw_webhook_message(card, link_buttons(card))
    return {"template": draw(card), "robot": {"msgKey": key, "msgParam": param}, "webhook": webhook, "line": line(card)}


@pytest.mark.parametrize("name", GOLDEN)
def test_the_card_is_drawn_as_agreed(name: str) -> None:
    assert drawings(GOLDEN[name]) == json.loads((FOLDER / f"{name}.json").read_text("utf8"))


@pytest.mark.parametrize("text", HOSTILE)
def test_words_of_a_customer_call_nobody_and_link_nowhere(text: str) -> None:
    words = (Text(text), Quote(text, text, text), Table((text, text), ((text, text),)))
    card = Card("alert", "red", "标题", (*words, Facts(((text, text),)), Picture(text, text)))
    drawn = draw(card)
    body = drawn["body"] + drawn["body2"] + drawn["body3"]
    bold = body.replace("> ", "")
    assert [m for m in MARKUP if m in bold] == []
    json.dumps(drawn, ensure_ascii=False).encode()


@pytest.mark.parametrize("start", ["# 标题", "- 一", "+ 一", "1. 一", "    代码", "---", "===", "> 引"])
def test_no_line_of_a_text_starts_a_heading_a_list_or_a_rule(start: str) -> None:
    drawn = draw(Card("alert", "red", "标题", (Text(f"第一行\n{start}"),)))["body"]
    second = drawn.split("\n")[1]
    assert second[0] not in "#-+=> "
    assert not second.startswith("1.")


def test_numbers_and_dates_stay_what_they_are() -> None:
    drawn = draw(Card("alert", "red", "标题", (Text("3 次/10 分钟"), Facts((("编号", "#A12"),)))))["body"]
    assert "3 次/10 分钟" in drawn
    assert "#A12" in drawn


@pytest.mark.parametrize("length", [1, 300, 999, 5000])
def test_every_variable_holds_less_than_a_kilobyte(length: int) -> None:
    text = "很长的话🙂"[:5] * length
    blocks = (Text(text), Quote(text), Facts(((text, text),) * 9), Choices("vote", ((text, text[:30]),) * 9))
    buttons = tuple(Button(text, "claim", "A12", url="https://starling.example/" + "x" * 300) for _ in range(5))
    drawn = draw(Card("alert", "red", text, blocks, buttons, text))
    assert max(len(value.encode()) for value in drawn.values()) <= 1024
    assert json.loads(drawn["btns"]) is not None


def test_long_links_move_into_the_text_before_a_button_is_lost() -> None:
    url = "https://starling.example/" + "x" * 600
    drawn = draw(replace(ALERT, buttons=(*ALERT.buttons, Button("看全部", url=url))))
    assert [b["text"] for b in json.loads(drawn["btns"])] == ["认领", "误报", "静音"]
    assert f"[看全部]({url})" in drawn["body"]


def test_five_buttons_with_chinese_words_fit_one_variable() -> None:
    words = ("认领", "旁听", "私下提示", "接管", "误报")
    buttons = tuple(Button(w, "false_alarm", "A1234567") for w in words)
    drawn = draw(replace(ALERT, buttons=buttons))
    assert len(json.loads(drawn["btns"])) == 5


def test_buttons_without_a_template_type_the_command() -> None:
    key, param = draw_robot_message(ALERT)
    assert key == "sampleActionCard4"
    assert param["actionURL1"] == "dtmd://dingtalkclient/sendMessage?content=" + quote("认领 A12", safe="")
    assert param["actionURL2"] == "https://starling.example/c/c1"


def test_one_button_and_none_have_their_own_message_keys() -> None:
    assert draw_robot_message(replace(ALERT, buttons=ALERT.buttons[:1]))[0] == "sampleActionCard"
    assert draw_robot_message(replace(ALERT, buttons=()))[0] == "sampleMarkdown"


def test_a_one_way_robot_shows_only_links() -> None:
    drawn = draw_webhook_message(ALERT, link_buttons(ALERT))
    assert [b["title"] for b in drawn["actionCard"]["btns"]] == ["旁听"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "dingtalk://x", "https://a b", 'https://a"b', "https://a)b"])
def test_only_web_addresses_become_links(url: str) -> None:
    card = replace(ALERT, buttons=(Button("看", url=url),))
    assert draw(card)["btns"] == "[]"
    assert draw_robot_message(card)[0] == "sampleMarkdown"
    assert link("看", url) == "看"


def test_nobody_can_call_everyone() -> None:
    called = ("zhang", "all", "ALL", "@ALL", "a b", "")
    assert people_called(replace(ALERT, mentions=called)) == ("zhang",)


def test_a_change_is_told_in_one_numbered_line() -> None:
    assert line(CLAIMED) == "#A12 张主管 14:06 认领"
    again = replace(CLAIMED, blocks=(*CLAIMED.blocks, Facts((("认领", "阿明 15:02 认领"),))))
    assert line(again) == "#A12 阿明 15:02 认领"
    assert line(RESOLVED).startswith("#A12 ✅ 14:19 已解决")
    assert line(ALERT).startswith("#A12 待认领 · ")


def test_cutting_never_splits_a_letter() -> None:
    assert cut("很长的话", 8) == "很…"
    assert cut("短", 8) == "短"


def test_paragraphs_fill_one_value_after_another() -> None:
    assert pack(["一" * 3, "二" * 3, "三" * 3, "四" * 9], 2, 20) == ["一一一\n\n二二二", "三三三\n\n…"]
    assert pack(["一"], 3, 20) == ["一", "", ""]


if __name__ == "__main__":
    for name, card in GOLDEN.items():
        text = json.dumps(drawings(card), ensure_ascii=False, indent=2)
        (FOLDER / f"{name}.json").write_text(text + "\n", "utf8")
