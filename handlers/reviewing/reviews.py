"""复核: one key sample after the other, by card or page; a verdict is kept with the conversation and its findings."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers import looks, permissions, posting, talk
from handlers.alerting import judging
from handlers.cards import reviews as cards
from handlers.cards.card import Card
from handlers.context import Context
from handlers.people import Person
from handlers.permissions import Matter
from handlers.posting import About
from handlers.protocols import Reply, Target
from handlers.requests import Act, Request
from handlers.reviewing import review_queue
from handlers.talk import Gap, Line
from rules import causes
from rules.model import Kind
from storage import audit, cases, conversations, findings, judgements, posts, reviews
from storage.cases import Source, Told
from storage.db import Tx
from storage.reviews import Sample

SUBJECT = "review"
VERDICTS = {"有效": "real", "误报": "false_alarm", "收入案例": "case", "案例": "case", "跳过": "skip"}
SPOKEN = re.compile(r"V?(\d{1,9})[\s.,，:：]*(\S*)\s*(.*)", re.IGNORECASE)
SHOWN, LONGEST = 8, 120  # lines of a talk on a card, and characters of a line
GONE = "没有找到这一段，发「复核」看下一段。"


@dataclass(frozen=True, slots=True)
class Verdict:
    sample: Sample
    verdict: str
    cause: str = ""


def _review(ctx: Context, tx: Tx, request: Request) -> Reply:
    """复核: the next sample comes. 复核 V12 有效, or a press: that is said, and the next one comes."""
    refusal = permissions.refusal(request.person, "review", Matter())
    if refusal or request.person is None:
        audit.write(tx, ctx.now(), request.speaker, "review", "", allowed=False)
        return Reply(False, refusal or permissions.STRANGER)
    told = request.choice or request.text.strip()
    if not told:
        return _next(ctx, tx, request.person, request.place, anew=True)
    spoken = SPOKEN.fullmatch(told)
    sample = reviews.get(tx, int(spoken[1])) if spoken else None
    if spoken is None or sample is None:
        return Reply(False, GONE)
    word, rest = spoken[2], spoken[3]
    if (cause := causes.BY_WORD.get(word, word)) in causes.CAUSES:
        return explain(ctx, tx, request.person, sample, cause)
    said = Verdict(sample, VERDICTS.get(word, word), causes.read(rest)[0])
    reply = give(ctx, tx, request.person, said)
    return _next(ctx, tx, request.person, request.place, last=said, anew=not request.choice) if reply.ok else reply


def give(ctx: Context, tx: Tx, person: Person, said: Verdict) -> Reply:
    """One verdict on one sample."""
    sample = said.sample
    stored = conversations.load_one(tx, sample.conversation)
    if stored is None or said.verdict not in cards.SAID:
        return Reply(False, GONE)
    allowed = review_queue.may(ctx, tx, person, stored)
    audit.write(tx, ctx.now(), person.name, "review", sample.conversation, allowed=allowed, verdict=said.verdict)
    if not allowed:
        return Reply(False, "这一段由别的同事来复核。")
    reviews.review(tx, sample, said.verdict, person.name, ctx.now())
    if said.verdict == "case":
        _collect(ctx, tx, sample, person)
    if said.verdict in ("real", "false_alarm", "case"):
        kinds = (Kind.STAR,) if sample.why == "star" or said.verdict == "case" else (Kind.RISK, Kind.REDLINE)
        for kind in kinds:
            _judge(ctx, tx, sample, kind, "false_alarm" if said.verdict == "false_alarm" else "real", person)
    if said.cause:
        explain(ctx, tx, person, sample, said.cause)
    return Reply(True, f"{sample.code} 记为{cards.SAID[said.verdict]}。")


def explain(ctx: Context, tx: Tx, person: Person, sample: Sample, cause: str) -> Reply:
    """Why it came about, once it is real."""
    stored = conversations.load_one(tx, sample.conversation)
    if sample.why == "star" or stored is None or not review_queue.may(ctx, tx, person, stored):
        return Reply(False, GONE)
    reviews.because(tx, sample.id, cause)
    for kind in (Kind.RISK, Kind.REDLINE):
        judging.explain(ctx, tx, judgements.of(tx, sample.conversation, kind), cause, person.name)
    return Reply(True, f"记下了：{sample.code} 主要因为{causes.word(cause)}。")


def _judge(ctx: Context, tx: Tx, sample: Sample, kind: Kind, verdict: str, person: Person) -> None:
    """What somebody else has judged before is left to them: who disagrees brings it to the calibration."""
    judged = judgements.of(tx, sample.conversation, kind)
    if all(one.judged_by in ("", person.name) for one in judged):
        judging.judge(ctx, tx, judged, verdict, person.name)


def _collect(ctx: Context, tx: Tx, sample: Sample, person: Person) -> None:
    star = next((f.finding for f in findings.of(tx, sample.conversation) if f.finding.kind is Kind.STAR), None)
    source = Source(f"star:{sample.conversation}", "star", sample.conversation, team=sample.team,
                    rule=star.rule if star else "", message=star.message if star else "")  # fmt: skip
    told = Told(quote=star.quote, says=star.says) if star else Told(says="复核时收进来的")
    cases.collect(tx, source, told, person.name, ctx.now())


def _next(
    ctx: Context, tx: Tx, person: Person, place: Target | None, last: Verdict | None = None, *, anew: bool
) -> Reply:
    """The next sample on the person's own card; `anew`: a new one, because somebody asked for it."""
    target = ctx.people.direct(person, place)
    if target is None:
        return Reply(False, "我还没有办法私下找到你，请打开网页上的「复核」。")
    day = review_queue.today(ctx)
    samples = review_queue.queue(ctx, tx, person, day)
    progress = review_queue.progress(ctx, tx, person, samples, day)
    sample = review_queue.next_open(samples, last.sample.id if last else 0)
    card = _card(ctx, tx, person, sample, progress, last)
    here = [post for post in posts.about(tx, SUBJECT) if post.direct]
    mine = [post for post in here if (post.chat, post.room) == (target.chat, target.id)]
    if mine and not anew:
        posting.renew(ctx, tx, mine[-1], card)
    else:
        about = About(SUBJECT, posting.random_part(f"review/{person.name}/{ctx.now().isoformat()}"))
        posting.want(ctx, tx, about, target, card)
    said = f"{last.sample.code} 记为{cards.SAID[last.verdict]}。" if last else ""
    left = f"还有 {progress.left} 段。" if progress.left else "今天的都看完了，辛苦。"
    return Reply(True, f"{said}{left}", points=last is None)


def _card(
    ctx: Context, tx: Tx, person: Person, sample: Sample | None, progress: review_queue.Progress,
    last: Verdict | None,
) -> Card:  # fmt: skip
    told = last.sample if last and last.verdict == "real" and last.sample.why != "star" else None
    if sample is None:
        return cards.finished(progress.coverage, progress.misses, told)
    stored = conversations.load(tx, [sample.conversation], ctx.engine.recalled)[sample.conversation]
    looks.note(ctx, tx, person, stored, looks.WHY["review"])
    found = [f.finding for f in findings.of(tx, sample.conversation) if f.standing and f.finding.severity]
    lines, _ = talk.lines(ctx, stored, found, False)
    shown = cards.Shown(sample, stored.conversation, _told(talk.blind(lines)), found, ctx.page(f"/review/{sample.id}"))
    return cards.sample(shown, progress.done, progress.left, told)


def _told(lines: Sequence[Line | Gap]) -> list[tuple[str, str, str]]:
    """Around the first thing that was found; else the last words."""
    said = [line for line in lines if isinstance(line, Line)]
    place = next((n for n, line in enumerate(said) if line.notes), len(said) - 1)
    first = max(0, min(place - SHOWN // 2, len(said) - SHOWN))
    return [("".join(p.text for p in line.pieces)[:LONGEST], line.at, line.by) for line in said[first : first + SHOWN]]


ACTIONS: Mapping[str, Act] = {"review": _review}
