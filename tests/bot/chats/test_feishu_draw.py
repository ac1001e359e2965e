"""A card becomes Feishu's card JSON 2.0, and nobody's words become markup."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.chats.feishu.draw import BYTES, CUT, draw, dump, fits
from handlers.cards.card import Button, Card, Choices, Facts, Form, Picture, Quote, Table, Text
from tests.bot.chats.rigs.feishu_cards import ALERT, ESCALATED, GOLDEN, HOSTILE, POLL
from tests.emulators.feishu_cards import BadCard, behaviors, callback, check, links, mentions, walk, words

UNSEEN = "\u202e\x00\ud83d"
FOLDER = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", GOLDEN)
def test_the_card_is_drawn_as_agreed(name: str) -> None:
    drawn = draw(GOLDEN[name], "key-1")
    check(drawn, images=set())
    assert drawn == json.loads((FOLDER / f"{name}.json").read_text("utf8"))


@pytest.mark.parametrize("text", HOSTILE)
def test_words_of_a_customer_call_nobody_and_link_nowhere(text: str) -> None:
    card = Card(
        "alert",
        "red",
        title=text,
        blocks=(
            Text(text),
            Quote(text, text, text),
            Facts(((text, text),)),
            Table((text,), ((text,),)),
            Choices("vote", ((text, "1"),)),
            Form("better", "1", text, text),
            Picture("", text),
        ),
        buttons=(Button(text, "claim", "A1"),),
        state=text,
    )
    drawn = json.loads(dump(draw(card, "k")))
    check(drawn, images=set())
    assert mentions(drawn) == []
    assert links(drawn) == []
    assert "markdown" not in {element["tag"] for element in walk(drawn)}
    assert text.strip(UNSEEN) in words(drawn)
    dump(drawn).encode()


def test_only_those_whom_the_card_names_are_called() -> None:
    assert mentions(draw(ESCALATED)) == ["ou_zhang"]
    assert mentions(draw(replace(ESCALATED, mentions=("all", "ou_a></at><at id=all>", "")))) == []


def test_a_press_tells_action_value_and_the_key_of_the_post_as_an_object() -> None:
    assert callback(draw(ALERT, "k1"), "认领") == {"action": "claim", "value": "A12", "key": "k1"}
    assert callback(draw(ALERT, "k1", direct=True), "认领")["direct"] is True
    assert callback(draw(POLL, "k2"), "不扣") == {"action": "vote", "value": "P3:no", "key": "k2"}
    assert callback(draw(POLL, "k2"), "提交") == {"action": "better", "value": "P3", "key": "k2"}


@pytest.mark.parametrize("url", ["javascript:alert(1)", "lark://client", "file:///etc/passwd", "//evil.example"])
def test_a_button_opens_web_pages_only(url: str) -> None:
    drawn = draw(replace(ALERT, buttons=(Button("看", url=url),)))
    assert behaviors(drawn) == []


def test_a_picture_without_a_stored_image_is_its_words() -> None:
    card = Card("briefing", "yellow", "晨会", (Picture("img_1", "一周等待"), Picture("", "没有图")))
    assert [e["img_key"] for e in walk(draw(card)) if e["tag"] == "img"] == ["img_1"]
    assert "没有图" in words(draw(card))


def test_a_card_too_big_loses_blocks_from_its_end_but_never_what_people_are_asked() -> None:
    long = tuple(Text(f"第 {n} 段：" + "很长" * 900) for n in range(30))
    drawn = draw(replace(POLL, blocks=(*long, *POLL.blocks)), "k")
    assert fits(drawn, BYTES)
    assert "第 0 段" in words(drawn)
    assert "第 29 段" not in words(drawn)
    assert CUT in words(drawn)
    assert callback(drawn, "不扣")


def test_two_hundred_elements_are_the_most() -> None:
    drawn = draw(Card("reply", "grey", "很多", tuple(Facts((("a", "b"),) * 10) for _ in range(20))))
    check(drawn, images=set())
    assert CUT in words(drawn)


def test_two_forms_on_a_card_keep_their_names_apart() -> None:
    check(
        draw(Card("poll", "blue", "两问", (Form("a", "1", "一", "提交"), Form("b", "2", "二", "送出")))), images=set()
    )


def test_an_unknown_tone_is_drawn_blue_and_an_empty_card_still_stands() -> None:
    drawn = draw(Card("notice", "pink", "你好"))
    check(drawn, images=set())
    assert drawn["header"]["template"] == "blue"


def test_the_emulator_refuses_what_the_platform_refuses() -> None:
    for tag in ("action", "note"):
        with pytest.raises(BadCard) as bad:
            check(draw(ALERT) | {"body": {"elements": [{"tag": tag}]}}, images=set())
        assert bad.value.code == 200861
    for broken in ({"schema": "1.0"}, {"schema": "2.0", "elements": []}, {"schema": "2.0", "config": {"wide": 1}}):
        with pytest.raises(BadCard):
            check(broken, images=set())


def test_very_many_facts_are_all_readable_in_few_elements() -> None:
    rows = tuple((f"命令 {n}", "说明") for n in range(60))
    drawn = draw(Card("reply", "blue", "帮助", (Facts(rows),)))
    check(drawn, images=set())
    assert all(f"命令 {n}：说明" in words(drawn) for n in range(60))
    assert CUT not in words(drawn)


@pytest.mark.parametrize(
    "block",
    [
        Facts(tuple((f"第 {n} 行", "很长" * 400) for n in range(60))),
        Table(("编号", "说明"), tuple((f"第 {n} 行", "很长" * 400) for n in range(60))),
        Text("第 0 行\n" + "很长的一段话" * 2000),
    ],
    ids=["facts", "table", "text"],
)
def test_a_block_too_big_for_a_card_is_shortened_and_not_thrown_away(block: Facts | Table | Text) -> None:
    drawn = draw(Card("reply", "blue", "太长了", (block,)), limit=12_000)
    check(drawn, images=set())
    assert fits(drawn, 12_000)
    assert "第 0 行" in words(drawn)
    assert CUT in words(drawn)
