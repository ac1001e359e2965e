"""Sentiment is SnowNLP's own, to the last bit."""

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.files import model_files
from rules.sentiment import Sentiment
from tests.rules import sayings


@cache
def package() -> Any:
    """What it holds takes seconds to read, which the workers without these tests need not spend."""
    from snownlp import SnowNLP, normal, seg, sentiment
    from snownlp.classification.bayes import Bayes
    from snownlp.seg.seg import Seg

    return SimpleNamespace(SnowNLP=SnowNLP, normal=normal, seg=seg, classify=sentiment.classify, Bayes=Bayes, Seg=Seg)


@cache
def shared() -> Sentiment:
    return model_files.load()


@pytest.fixture
def ours() -> Sentiment:
    return shared()


def differing(ours: Sentiment, texts: list[str]) -> list[str]:
    return [text for text in texts if ours.score(text) != package().classify(text)]


@pytest.mark.parametrize("text", sayings.EDGES)
def test_edges_score_as_the_package_does(ours: Sentiment, text: str) -> None:
    assert ours.score(text) == package().SnowNLP(text).sentiments
    assert list(ours.words(text)) == package().SnowNLP(text).words


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [88, 89])  # apart, for two workers to share
def test_twenty_thousand_made_up_texts_score_as_the_package_does(ours: Sentiment, seed: int) -> None:
    random, known = Random(seed), sayings.words()
    # Short ones, and a long one now and then: the package takes two hundred microseconds for every character.
    assert differing(ours, [sayings.text(random, known, longest=3) for _ in range(20_000 // 2)]) == []


@settings(deadline=None, max_examples=150)
@given(text=st.text(st.one_of(st.characters(), st.sampled_from("不好退款客服我们的一了？\n 嗯丂")), max_size=40))
def test_any_text_scores_as_the_package_does(text: str) -> None:
    assert shared().score(text) == package().classify(text)


def test_the_empty_text_is_as_likely_positive_as_the_training_texts(ours: Sentiment) -> None:
    assert ours.score("") == package().classify("")
    with pytest.raises(ZeroDivisionError):
        _ = package().SnowNLP("").sentiments


def test_an_overlong_text_neither_overflows_nor_differs(ours: Sentiment) -> None:
    for text in ("太差了" * 400, "很满意" * 400):
        assert ours.score(text) == package().classify(text)


def test_bounded_memories_forget_and_still_agree(ours: Sentiment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules.trigram.CELLS", 50)
    monkeypatch.setattr("rules.trigram.ROWS", 20)
    random, known = Random(9), sayings.words()
    assert differing(model_files.load(), [sayings.text(random, known) for _ in range(100)]) == []


@dataclass(frozen=True)
class Own:
    """A model trained on a shop's own few lines, as the package holds it and as the package saves it."""

    segmenter: Any
    classifier: Any
    source: model_files.Source

    def score(self, text: str) -> float:
        words = [word for run in package().seg.re_zh.split(text) if run for word in self.segmenter.seg(run)]
        name, sure = self.classifier.classify(package().normal.filter_stop(words))
        likely: float = sure if name == "pos" else 1 - sure
        return likely


@pytest.fixture
def own(tmp_path: Path) -> Own:
    lines = [
        "好/s 评/s",
        "客/b 服/e 很/s 好/s",
        "质/b 量/e 不/s 好/s",
        "退/b 货/e 退/b 款/e",
        "怎/b 么/e 还/s 不/s 发/b 货/e",
    ]
    (tmp_path / "lines.txt").write_text("\n".join(lines * 3), encoding="utf8")
    segmenter, classifier = package().Seg(), package().Bayes()
    segmenter.train(str(tmp_path / "lines.txt"))
    texts = {"pos": ["客服很好", "好评"], "neg": ["怎么还不发货", "退货", "质量不好"]}
    classifier.train([[list(segmenter.seg(text)), name] for name, said in texts.items() for text in said])
    segmenter.segger.save(str(tmp_path / "seg"))
    classifier.save(str(tmp_path / "zipped"))
    plain = tmp_path / "plain.3"  # the package can save without compression, too
    plain.write_bytes(gzip.decompress((tmp_path / "zipped.3").read_bytes()))
    return Own(segmenter, classifier, model_files.installed(tmp_path / "seg.3", plain))


def test_models_trained_on_own_texts_work_the_same(own: Own, tmp_path: Path) -> None:
    packed = model_files.load(own.source, tmp_path / "packed")

    for text in ("客服好", "还不退款", "货发了不好", "天气很好"):
        assert packed.score(text) == own.score(text)


def test_a_broken_packed_file_is_made_again(own: Own, tmp_path: Path) -> None:
    packed = tmp_path / f"sentiment-{own.source.fingerprint}.pack"
    packed.write_bytes(b"starling-pack-1\nnot really")

    assert model_files.load(own.source, tmp_path).score("客服好") == own.score("客服好")
    assert packed.stat().st_size > 1_000


def test_another_model_gets_another_file(own: Own) -> None:
    assert own.source.fingerprint != model_files.installed().fingerprint
