"""Where a conversation turned, by name, and the one sentence to copy."""

import pytest

from rules import tactics
from rules.model import Conversation, Message, Signals, Speaker


def talk(*said: tuple[str, str, float]) -> Conversation:
    """(who, words, how dissatisfied the customer is; below zero: how satisfied)"""
    who = {"客": Speaker.CUSTOMER, "服": Speaker.AGENT}
    messages = tuple(Message(f"m{n}", who[side], words) for n, (side, words, _) in enumerate(said))
    moods = tuple(Signals("text", dissatisfied=max(mood, 0.0), satisfied=max(-mood, 0.0)) for _, _, mood in said)
    return Conversation("c1", messages, moods)


@pytest.mark.parametrize(
    ("words", "tactic"),
    [
        ("这事我来负责，您别急", "先认领问题"),
        ("今天 18 点前不管有没有结果都给您回话", "给准信"),
        ("怕您着急先跟您说一声，快递在路上了", "主动跟进"),
        ("换作是我也会生气", "共情在先"),
        ("确实是我们的疏忽，不找理由", "真诚认错"),
        ("退货单我帮您填好了，您不用再跑", "替客户省事"),
        ("有两个办法，您看哪个方便", "给选择"),
        ("我一步一步带您弄，第一步先长按电源", "讲清楚"),
        ("提醒您第一次用先开锅", "多提醒一句"),
        ("这条裤子可以搭配同系列的外套", "合适才推荐"),
    ],
)
def test_each_tactic_is_heard(words: str, tactic: str) -> None:
    assert tactic in tactics.heard(words)


@pytest.mark.parametrize("words", ["亲，请稍等", "您好，请问有什么可以帮您", "祝您生活愉快", "这个不支持哦", "好的"])
def test_set_phrases_are_no_tactic(words: str) -> None:
    assert tactics.heard(words) == ()


def test_a_conversation_is_retold_by_its_hardest_word_its_turn_and_its_gladdest() -> None:
    turn = tactics.turning(
        talk(
            ("客", "在吗", 0.1),
            ("客", "你们是骗子吧，衣服是破的", 0.9),
            ("客", "？？？", 0.95),
            ("服", "亲，请稍等", 0.0),
            ("服", "这事我盯到底。18 点前不管有没有结果都给您回个话！祝您生活愉快。", 0.0),
            ("客", "好吧", 0.2),
            ("客", "收到了，你人真好", -0.9),
        )
    )
    assert turn.before is not None
    assert turn.said is not None
    assert turn.after is not None
    assert (turn.before.id, turn.said.id, turn.after.id) == ("m1", "m4", "m6")
    assert turn.tactic == "先认领问题"
    assert turn.line == "18 点前不管有没有结果都给您回个话！"


def test_a_conversation_without_an_agent_has_nothing_to_copy() -> None:
    turn = tactics.turning(
        talk(
            ("客", "退款怎么还没到", 0.7),
        )
    )
    assert (turn.said, turn.tactic, turn.line) == (None, "", "")


def test_nothing_turned_where_there_was_no_trouble() -> None:
    calm = talk(("客", "小熊马甲选几码呀", 0.1), ("服", "可以搭配同色的小帽子", 0.0), ("客", "谢谢你好有耐心", -0.9))
    angry = talk(("客", "你们是骗子吧，衣服是破的", 0.9), ("服", "这事我来负责", 0.0), ("客", "谢谢你好有耐心", -0.9))
    assert (tactics.turning(calm).trouble, tactics.turning(angry).trouble) == (False, True)


def test_a_sentence_without_a_tactic_is_worth_copying_only_where_it_turned_something() -> None:
    said = ("服", "店里新到了三件套，今天有满减可以看看", 0.0)
    calm = talk(("客", "小熊马甲选几码呀", 0.1), said, ("客", "谢谢你好有耐心", -0.9))
    angry = talk(("客", "你们是骗子吧，衣服是破的", 0.9), said, ("客", "谢谢你好有耐心", -0.9))
    assert (tactics.turning(calm).line, tactics.turning(calm, "m1").line) == ("", said[1])
    assert tactics.turning(angry).line == said[1]


def test_words_in_which_something_was_amiss_are_never_to_be_copied() -> None:
    rude = talk(("客", "快递三天没动了，急用", 0.9), ("服", "亲你自己看物流啊，别催了，烦不烦", 0.0))
    assert tactics.turning(rude).line
    assert (tactics.turning(rude, amiss=["m1"]).said, tactics.turning(rude, amiss=["m1"]).line) == (None, "")
