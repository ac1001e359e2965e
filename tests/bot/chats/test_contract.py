"""What every chat adapter promises, whichever platform it speaks; a new adapter adds one line to RIGS."""

import importlib
from collections.abc import AsyncIterator

import pytest

from handlers.cards.card import Block, Button, Card, Choices, Facts, Form, Picture, Quote, Table, Text
from handlers.errors import DeliveryFailed
from tests.bot.chats.rigs import Rig

# adapter -> (module of tests.bot.chats.rigs, what opens it)
RIGS = {
    "sandbox": ("sandbox", "open_rig"),
    "dingtalk with a template": ("dingtalk", "open_rig"),
    "dingtalk without a template": ("dingtalk", "open_plain_rig"),
    "dingtalk webhook": ("dingtalk", "open_webhook_rig"),
    "feishu": ("feishu", "open_rig"),
    "feishu webhook": ("feishu", "open_webhook_rig"),
}
# Nobody's words may become any of these: a link, a picture, a mention, a heading, bold, a font, a template's blank.
MARKUP = ("](", "<at", "<font", "<a ", "**点", "@all", "@所有人", "${", "\n# ", "\n---", "`", "dtmd://", "://")
NASTY = (
    "[点击](http://evil.example) ![x](http://evil.example/p.png) <at id=all></at> <at user_id=\"all\"></at> @所有人 "
    "<font color=red>x</font> <a href='http://evil.example'>x</a> **点** `code` ${title} {{title}} \"}],\n# 标题\n---\n"
    "dtmd://dingtalkclient/sendMessage?content=1 | a | b |"
)  # fmt: skip


@pytest.fixture(params=RIGS)
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    module, opener = RIGS[request.param]
    name = f"tests.bot.chats.rigs.{module}"
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"no rig {module} yet")
    async with getattr(importlib.import_module(name), opener)() as opened:
        yield opened


def alert(state: str = "待认领", *, more: tuple[Block, ...] = (), **changes: object) -> Card:
    card = Card(
        kind="alert",
        tone="red",
        title="🔴 客户等了 6 分钟",
        blocks=(Text("王** · 旗舰店"), Quote("我问了三遍了", "14:05", "客户"), Facts((("编号", "#A12"),)), *more),
        buttons=(
            Button("认领", "claim", "A12", command="认领 A12", style="primary"),
            Button("误报", "false_alarm", "A12", command="误报 A12"),
            Button("旁听", url="https://starling.example/c/1"),
        ),
        state=state,
    )
    return card if not changes else Card(**{**{f: getattr(card, f) for f in card.__slots__}, **changes})


async def test_a_card_is_posted_with_its_words_and_buttons(rig: Rig) -> None:
    await rig.chat.send(rig.room, alert(), "alert-12")
    (post,) = rig.standing(rig.room)
    for words in ("客户等了 6 分钟", "王", "旗舰店", "我问了三遍了", "14:05", "A12", "待认领"):
        assert words in post.text
    assert "旁听" in post.buttons
    assert rig.person is None or "认领" in post.buttons  # a one-way robot only has links


async def test_two_keys_are_two_posts(rig: Rig) -> None:
    await rig.chat.send(rig.room, alert(), "alert-12")
    await rig.chat.send(rig.room, alert(), "alert-13")
    assert len(rig.standing(rig.room)) == 2


async def test_one_key_is_posted_once_where_the_platform_has_keys(rig: Rig) -> None:
    first = await rig.chat.send(rig.room, alert(), "alert-12")
    again = await rig.chat.send(rig.room, alert(), "alert-12")
    assert len(rig.standing(rig.room)) == (1 if rig.chat.keyed else 2)
    assert not rig.chat.keyed or first == again


async def test_a_change_edits_the_card_or_says_so_in_one_line(rig: Rig) -> None:
    message_id = await rig.chat.send(rig.room, alert(), "alert-12")
    claimed = alert("已认领", more=(Facts((("认领", "张主管 14:06 认领"),)),), buttons=())
    await rig.chat.edit(rig.room, message_id, claimed, "alert-12")
    posts = rig.standing(rig.room)
    assert "张主管 14:06 认领" in posts[-1].text
    assert len(posts) == (1 if rig.chat.editable else 2)
    assert rig.chat.editable or ("A12" in posts[-1].text and len(posts[-1].text) < 80)
    assert "认领" not in posts[-1].buttons


async def test_a_card_reaches_a_person_directly(rig: Rig) -> None:
    if rig.person is None:
        pytest.skip("a one-way robot has no direct messages")
    await rig.chat.send(rig.person, alert(), "assist-1")
    assert len(rig.standing(rig.person)) == 1
    assert rig.standing(rig.room) == []


async def test_only_those_named_by_the_card_are_called(rig: Rig) -> None:
    await rig.chat.send(rig.room, alert(more=(Text("@所有人 <at id=all></at> @zhang"),)), "alert-12")
    assert rig.standing(rig.room)[0].mentions == ()
    await rig.chat.send(rig.room, alert(mentions=(rig.member,)), "alert-13")
    assert rig.standing(rig.room)[-1].mentions == ((rig.member,) if rig.mentions else ())


async def test_every_block_can_be_drawn(rig: Rig) -> None:
    blocks = (
        Table(("谁", "多少"), (("小李", "12"), ("阿明", "9"))),
        Picture("", "一周等待与满意"),
        Choices("vote", (("扣分", "1:yes"), ("不扣", "1:no"))),
        Form("say_better", "1", "写下更好的说法", "提交"),
    )
    await rig.chat.send(rig.room, alert(more=blocks), "alert-12")
    (post,) = rig.standing(rig.room)
    for words in ("小李", "阿明", "扣分", "不扣", "写下更好的说法"):
        assert words in post.text


async def test_a_long_card_is_cut_and_not_refused(rig: Rig) -> None:
    long = tuple(Text(f"第 {n} 段：" + "很长的话🙂" * 60) for n in range(60))
    await rig.chat.send(rig.room, alert(more=long), "alert-12")
    (post,) = rig.standing(rig.room)
    assert "第 0 段" in post.text


async def test_no_words_become_markup(rig: Rig) -> None:
    """Cards are masked and defanged when they are made; drawing must hold even for one that was not."""
    card = alert(more=(Text(NASTY), Facts(((NASTY, NASTY),)), Table((NASTY,), ((NASTY,),))))
    await rig.chat.send(rig.room, card, "alert-12")
    assert [m for m in MARKUP if m in rig.markup(rig.room)] == []


@pytest.mark.parametrize("status", [502, 503, 429])
async def test_a_platform_in_trouble_is_worth_another_try(rig: Rig, status: int) -> None:
    rig.fail(status)
    with pytest.raises(DeliveryFailed) as failed:
        await rig.chat.send(rig.room, alert(), "alert-12")
    assert not failed.value.permanent
    await rig.chat.send(rig.room, alert(), "alert-12")
    assert len(rig.standing(rig.room)) == 1


async def test_a_lost_answer_is_uncertain_and_a_key_heals_it(rig: Rig) -> None:
    rig.lose_answer()
    with pytest.raises(DeliveryFailed) as failed:
        await rig.chat.send(rig.room, alert(), "alert-12")
    assert failed.value.uncertain
    assert not failed.value.permanent
    await rig.chat.send(rig.room, alert(), "alert-12")
    assert len(rig.standing(rig.room)) == (1 if rig.chat.keyed else 2)


async def test_a_room_that_does_not_exist_is_a_permanent_failure_in_words(rig: Rig) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        await rig.chat.send(rig.nowhere, alert(), "alert-12")
    assert failed.value.permanent
    assert not failed.value.uncertain
    assert str(failed.value)


async def test_a_picture_can_be_kept_and_shown(rig: Rig) -> None:
    name = await rig.chat.upload(b"\x89PNG\r\n\x1a\n-not-really")
    assert name or rig.person is None  # a one-way robot keeps none
    await rig.chat.send(rig.room, alert(more=(Picture(name, "一周等待"),)), "alert-12")
    assert len(rig.standing(rig.room)) == 1
