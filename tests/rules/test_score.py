"""Scores rank and explain; every conversation here is made up."""

import pytest

from rules import features, score, weights
from rules.lexicon.agent import AGENT
from rules.lexicon.customer import CUSTOMER
from rules.model import Conversation, Message, Signals, Speaker
from rules.score import Rated

GOOD = [
    ["客：您好，请问这款吹风机有负离子吗？", "服：您好，有的，档位三以上会打开", "客：好的谢谢，我下单了"],
    [
        "客：麻烦帮我改一下收货地址",
        "服：可以的，请发一下新地址",
        "客：文三路18号",
        "服：已为您改好",
        "客：太好了，谢谢，辛苦了",
    ],
    ["客：手机收到了，很好用", "服：谢谢您的支持", "客：客服也很耐心，给五星"],
    ["客：请问电饭煲怎么预约", "服：您可以长按预约键三秒", "客：可以了，谢谢"],
]
BAD = [
    [
        "客：快递五天了还没到，你们到底发没发货？",
        "服：抱歉，请您耐心等待",
        "客：等等等，你们每次都这样说！没人管吗？？",
    ],
    ["客：买的杯子是碎的", "服：抱歉，系统显示无法退款", "客：凭什么不给退？你们这是欺骗消费者，我要投诉12315！"],
    [
        "客：在吗",
        "客：人呢",
        "客：我的退款到现在都没到账",
        "服：还请您稍等，正在反馈",
        "客：又是反馈，你们解决不了就直说",
    ],
    ["客：说好的赠品没有给我", "服：非常抱歉，给您带来不便", "客：道歉有什么用，你们根本没解决问题"],
]


def talk(lines: list[str], name: str = "c") -> Conversation:
    speakers = {"客": Speaker.CUSTOMER, "服": Speaker.AGENT, "机": Speaker.BOT}
    messages = tuple(Message(f"m{i}", speakers[line[0]], line[2:]) for i, line in enumerate(lines))
    return Conversation(name, messages)


def rated(*lines: str) -> Rated:
    return score.rate(talk(list(lines)))


def test_every_bad_conversation_is_riskier_than_every_good_one() -> None:
    risks = [[score.rate(talk(lines)).risk for lines in group] for group in (GOOD, BAD)]
    assert max(risks[0]) < 0.2 < 0.25 < min(risks[1])


def test_every_good_conversation_is_more_worth_showing() -> None:
    stars = [[score.rate(talk(lines)).star for lines in group] for group in (GOOD, BAD)]
    assert min(stars[0]) > max(stars[1])


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ("你们到底管不管？", "请问可以帮我看看吗？"),
        ("???", "？"),
        ("还没到，都三天了", "到了"),
        ("垃圾", "还行"),
        ("不能用", "能用"),
        ("没有收到", "没事"),
        ("我要投诉你们", "谢谢你们"),
        ("不行", "嗯"),
        ("你们这个太麻烦了", "麻烦了"),
        ("好久了，什么时候发", "什么时候发"),
        ("没人理我，出来说句话", "在吗"),
    ],
)
def test_messages_are_ranked_by_their_words(worse: str, better: str) -> None:
    assert score.message(worse)[0] > score.message(better)[0]
    assert score.message(worse)[1] < score.message(better)[1]


@pytest.mark.parametrize(
    "text",
    [
        "在吗", "有人吗", "能修改地址吗", "现在下单什么时候能到？", "怎么申请退款", "差评率怎么看", "怎么注销旧号",
        "无线的支持七天无理由吗", "法院附近有门店吗", "垃圾桶多大容量的", "页面显示出来了",
    ],
)  # fmt: skip
def test_a_plain_question_is_no_complaint(text: str) -> None:
    assert score.message(text, sentiment=0.3)[0] < 0.5


def test_what_an_innocent_phrase_covers_is_not_counted_and_the_rest_is() -> None:
    assert features.heard("报警器没声音") == features.heard("音响没声音")
    assert (features.heard("报警器是垃圾") or {})["anger"] == 1


def test_a_topic_named_three_times_is_one_matter() -> None:
    assert score.message("我要申请售后换货") == score.message("我要换货")
    assert score.message("骗人，骗钱，垃圾")[0] > score.message("垃圾")[0]


def test_who_asks_agrees_to_nothing_yet() -> None:
    assert score.message("好的，可以退吗")[0] == score.message("可以退吗")[0]


@pytest.mark.parametrize("text", ["谢谢", "好的，谢谢", "太感谢了", "非常满意，五星好评"])
def test_thanks_and_praise_are_satisfied(text: str) -> None:
    dissatisfied, satisfied = score.message(text)
    assert satisfied > 0.6 > 0.1 > dissatisfied


@pytest.mark.parametrize(
    "text", ["", "  ", "😡😡", "https://a.b/c?d=1", "咨询订单号:1234567 订单金额:5", "#E-s12#E-s13"]
)
def test_what_is_not_said_in_words_says_nothing(text: str) -> None:
    assert features.heard(text) is None
    assert score.message(text) == (score.NOTHING, score.NOTHING)
    assert score.rate(talk([f"客：{text}"])).risk == score.rate(talk([])).risk


def test_waiting_in_vain_makes_the_same_words_worse() -> None:
    assert score.message("有货吗", waited=3)[0] > score.message("有货吗", waited=0)[0]


def test_a_gloomy_text_is_worse_than_a_bright_one() -> None:
    assert score.message("东西收了", sentiment=0.1)[0] > score.message("东西收了", sentiment=0.9)[0]


def test_the_same_words_weigh_more_after_an_answer_than_before() -> None:
    before = rated("客：你们没有发货", "客：订单是昨天的", "服：您好")
    after = rated("客：订单是昨天的", "服：您好", "客：你们没有发货", "服：您好")
    assert after.risk > before.risk


def test_a_good_ending_takes_risk_away() -> None:
    start = ["客：你们怎么还没退款，都一周了！", "服：抱歉，已为您加急，退款已到账"]
    settled = rated(*start, "客：收到了，谢谢，辛苦了", "服：不客气")
    unsettled = rated(*start, "客：没有收到，你们骗人", "服：抱歉")
    assert settled.risk < unsettled.risk / 2


@pytest.mark.parametrize(("last", "left"), [("怎么还没发", 1.0), ("好的，谢谢", 0.0), ("好的，那什么时候发？", 1.0)])
def test_a_last_word_is_left_standing_unless_it_is_content(last: str, left: float) -> None:
    assert features.of_conversation(talk(["客：在吗", "服：在的", f"客：{last}"]))["last_word"] == left
    assert features.of_conversation(talk([f"客：{last}"]))["last_word"] == 0.0


def test_repeating_a_question_adds_risk() -> None:
    once = rated("客：我的发票什么时候开", "服：稍等", "客：抬头写公司名称", "服：好的")
    twice = rated("客：我的发票什么时候开", "服：稍等", "客：我的发票什么时候开", "服：好的")
    assert dict(twice.contributions)["repeats"] > 0
    assert "repeats" not in dict(once.contributions)
    assert twice.risk > once.risk


def test_a_robot_and_the_system_are_no_part_of_it() -> None:
    lines = ["客：你们发货了吗", "服：发了"]
    assert rated(*lines, "机：非常抱歉，无法为您处理").risk == rated(*lines).risk


def test_every_customer_message_is_rated_and_no_other() -> None:
    of = rated("客：在吗", "服：在的", "客：😊", "机：转人工")
    assert list(of.dissatisfied) == list(of.satisfied) == ["m0", "m2"]
    assert all(0 < p < 1 for p in [*of.dissatisfied.values(), *of.satisfied.values()])


def test_the_sentiment_of_the_signals_is_used_when_none_is_given() -> None:
    plain = talk(["客：东西收了"])
    signed = Conversation("c", plain.messages, (Signals("text", sentiment=0.02),))
    assert score.rate(signed) == score.rate(plain, {"m0": 0.02})
    assert score.rate(signed).risk > score.rate(plain).risk


def test_reasons_are_told_in_words_and_add_up_to_the_risk() -> None:
    of = rated(*BAD[1])
    total = weights.RISK_BASE + sum(part for _, part in of.contributions)
    assert of.risk == pytest.approx(score.probability(total))
    words = [label for label, _ in score.explain(of.contributions)]
    assert "矛头指向商家" in words[:3]
    assert all(words)


def test_nothing_is_said_without_a_reason_to() -> None:
    quiet = rated("客：白色的", "服：嗯嗯")
    assert quiet.risk < 0.1
    assert rated().contributions == ()


def test_an_endless_message_costs_no_more_than_its_first_part() -> None:
    assert features.heard("你们不管" * 25_000) == features.heard("你们不管" * 250)


def test_a_judge_gives_the_three_levels_of_a_message() -> None:
    judged = score.judge(lambda text: 0.25)
    assert judged("还没发货") == (0.25, *score.message("还没发货", 0.25))


@pytest.mark.parametrize(("who", "sets"), [("customer", CUSTOMER), ("agent", AGENT)])
def test_no_word_counts_twice_in_its_set(who: str, sets: dict[str, str]) -> None:
    for name, words in sets.items():
        listed = words.split()
        assert len(set(listed)) == len(listed), (who, name)
        nested = [(a, b) for a in listed for b in listed if a != b and a in b]
        assert nested == [], (who, name)


def test_words_are_written_as_they_are_matched() -> None:
    for words in [*CUSTOMER.values(), *AGENT.values()]:
        assert features.clean(words) == " ".join(words.split()) or "\n" in words


def test_every_weight_names_a_feature_once_and_says_why() -> None:
    for table in (weights.RISK, weights.STAR, weights.DISSATISFIED, weights.SATISFIED):
        names = [w.feature for w in table]
        assert len(set(names)) == len(names)
        assert all(w.because for w in table)
        assert all(w.weight == round(w.weight, 2) for w in table)


def test_every_weighed_feature_can_occur() -> None:
    counted = {*CUSTOMER, "asks", "loud", "shouts", "long", "fact", "only_marks", "brief"}
    message = counted | {"waited", "progress", "gloom"}
    whole = counted | {"agent_" + name for name in AGENT} | {name + "_share" for name in features.SHARES}
    whole |= {"length", "repeats", "last_word", "ending", "gloom"}
    assert {w.feature for w in (*weights.DISSATISFIED, *weights.SATISFIED)} <= message
    assert {w.feature for w in (*weights.RISK, *weights.STAR)} <= whole
