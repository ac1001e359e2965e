"""Learning on site: reviewers' verdicts become a model, kept only if it does better on verdicts it has not seen."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import structlog

from handlers import due, posting, upkeep
from handlers.cards import upkeep as cards
from handlers.cards.card import Card
from handlers.context import Context
from handlers.errors import UserError
from handlers.protocols import Target
from handlers.requests import Request
from storage import audit, conversations, lessons, models, verdicts
from storage.db import Tx
from storage.lessons import Lesson
from storage.models import Model, NewModel
from storage.verdicts import Reviewed

log = structlog.get_logger()

KINDS = {"risk": "风险分", "star": "高光分"}
CHUNK = 100  # conversations read at a time
UNSURE = 0.05  # a wider interval is said to be wide


@dataclass(frozen=True, slots=True)
class Taught:
    """What came of one lesson for one kind; `before` and `after` are AUCs on `held` verdicts neither model had seen."""

    kind: str
    verdicts: int
    positive: int
    because: str
    better: bool = False
    held: int = 0
    before: float = 0.5
    after: float = 0.5
    margin: float = 0.5  # half the 95 % interval of `after`
    gain_margin: float = 0.5  # half the 95 % interval of `after - before`
    version: str = ""
    blob: bytes = b""

    @property
    def says(self) -> str:
        counted = f"{self.verdicts} 个复核过的会话（{self.positive} 个属实）"
        if not self.held:
            return f"{counted}。{self.because}"
        wide = "样本少，误差还大。" if self.margin > UNSURE else ""
        step = f"{self.before:.3f} → {self.after:.3f}（±{self.margin:.3f}）"
        gain = f"{self.after - self.before:+.3f}（±{self.gain_margin:.3f}）"
        return f"{counted}；在没见过的 {self.held} 个上，排序准确度 {step}，相差 {gain}。{wide}{self.because}"

    @property
    def figures(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name not in ("kind", "version", "blob")}


Line = Mapping[str, Any]  # a conversation of a file, with `verdict` and `new`: not seen by the model in use
Teach = Callable[[Iterable[Line], Mapping[str, bytes]], Sequence[Taught]]  # (lines, models in use by kind)


def ask_daily(ctx: Context) -> int:
    """Ask for the day's lesson once its time has come; its occurrence makes it one, on any number of processes."""
    today = due.daily(ctx, ctx.learning.at)
    if not ctx.learning.enabled or ctx.now() < today:
        return 0
    return due.once(ctx, "lesson", today, lambda tx: _ask_daily(ctx, tx, today))


def _ask_daily(ctx: Context, tx: Tx, today: datetime) -> int:
    return int(lessons.ask(tx, f"daily-{today:%Y-%m-%d}", ctx.now()) is not None)


def learn(ctx: Context, tx: Tx, request: Request) -> Card:
    audit.write(tx, ctx.now(), request.speaker, "learn", "")
    place = request.place
    where = (place.chat, place.id, place.direct) if place else ("", "", False)
    if lessons.waits(tx):
        return cards.sentence("已经在学了，学完告诉你。")
    lessons.ask(tx, f"{request.speaker}-{ctx.now().isoformat()}", ctx.now(), request.speaker, where)
    return cards.sentence("好，我把大家的复核再学一遍，学完告诉你。")


def roll_back(ctx: Context, tx: Tx, request: Request) -> Card:
    """Back to the models before, or to the scores as they are shipped."""
    return cards.rolled_back(back(tx, ctx.now(), request.speaker))


def back(tx: Tx, now: datetime, speaker: str) -> list[tuple[str, str]]:
    audit.write(tx, now, speaker, "roll_back", "")
    told = []
    for kind, name in KINDS.items():
        moved = models.roll_back(tx, kind, now)
        if moved is not None:
            told.append((name, f"{moved[0].version} → {moved[1].version if moved[1] else '出厂的评分'}"))
    return told


def work(ctx: Context, teach: Teach) -> int:
    """Take the lessons that wait, one after the other; learning itself holds no transaction."""
    with ctx.store.read() as tx:
        if not lessons.waits(tx):
            return 0
    lesson = ctx.store.transact(lambda tx: lessons.claim(tx, ctx.now()))
    return 0 if lesson is None else _hold(ctx, teach, lesson)


def _hold(ctx: Context, teach: Teach, lesson: Lesson) -> int:
    try:
        taught = study(ctx, teach)
    except UserError as error:
        taught = [Taught("risk", 0, 0, f"这次没有学成：{error}")]
    except Exception:  # around one job
        log.exception("lesson_failed", lesson=lesson.id)
        taught = [Taught("risk", 0, 0, "这次没有学成，原因在日志里。")]
    ctx.store.transact(lambda tx: _close(ctx, tx, lesson, taught))
    return 1


def study(ctx: Context, teach: Teach) -> Sequence[Taught]:
    """Learn from every verdict whose conversation we still have; better models are in use from now on."""
    with ctx.store.read() as tx:
        reviewed = list(verdicts.reviewed(tx, ctx.now() - ctx.keep_masked))
        used = models.in_use(tx)
        blobs = {kind: models.blob(tx, model.id) for kind, model in used.items()}
    if len(reviewed) < ctx.learning.minimum:
        return [Taught("risk", len(reviewed), sum(r.risk is True for r in reviewed), _few(ctx))]
    taught = teach(_lines(ctx, reviewed, used), blobs)
    until = reviewed[-1].at
    return ctx.store.transact(lambda tx: [_keep(ctx, tx, one, until) for one in taught])


def _few(ctx: Context) -> str:
    return f"满 {ctx.learning.minimum} 个就开始学。"


def _lines(ctx: Context, reviewed: Sequence[Reviewed], used: Mapping[str, Model]) -> Iterator[Line]:
    """A bounded number of conversations at a time; those whose texts are gone are left out."""
    for start in range(0, len(reviewed), CHUNK):
        some = {one.conversation: one for one in reviewed[start : start + CHUNK]}
        with ctx.store.read() as tx:
            stored = conversations.load(tx, list(some))
        for id_, one in some.items():
            if id_ in stored and stored[id_].conversation.messages:
                yield _line(stored[id_].conversation, one, used)


def _line(conversation: Any, one: Reviewed, used: Mapping[str, Model]) -> Line:
    said = [{"id": m.id, "from": m.speaker.value, "text": m.text} for m in conversation.messages]
    given = {kind: yes for kind, yes in (("risk", one.risk), ("star", one.star)) if yes is not None}
    new = {kind: one.at > _until(used[kind]) for kind in given if kind in used}
    return {"id": one.conversation, "messages": said, "verdict": given, "new": new}


def _until(model: Model) -> datetime:
    """The last verdict it has learnt from."""
    return datetime.fromisoformat(model.figures["until"])


def _keep(ctx: Context, tx: Tx, one: Taught, until: datetime) -> Taught:
    if not one.blob:
        return one
    refused = models.rejected(tx, one.kind, one.version)
    figures = one.figures | {"until": until.isoformat()}
    new = NewModel(one.kind, one.version, one.verdicts, figures, one.blob)
    models.add(tx, new, ctx.now(), use=one.better and not refused)
    if not refused:
        return one
    return Taught(one.kind, one.verdicts, one.positive, "和退回过的那个一模一样，等有新的复核再说。")


def _close(ctx: Context, tx: Tx, lesson: Lesson, taught: Sequence[Taught]) -> None:
    """Who asked is answered; the timetable's lesson is told only when it brought something."""
    says = [(KINDS[one.kind], one.says) for one in taught]
    better = any(one.better for one in taught)
    lessons.done(tx, lesson.id, "\n".join(f"{kind}：{words}" for kind, words in says), ctx.now())
    card = cards.learnt(says, better=better)
    if lesson.chat:
        about = posting.About("reply", posting.random_part(f"lesson {lesson.id} {ctx.now()}"))
        posting.want(ctx, tx, about, Target(lesson.chat, lesson.room, lesson.direct), card)
    elif better:
        upkeep.tell(ctx, tx, f"lesson {lesson.id} {ctx.now():%Y-%m-%d}", card)
