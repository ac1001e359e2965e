"""What a briefing or a report tells of a team: from the figures, the library, findings, appeals and honours."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from handlers.alerting import duty
from handlers.cards.briefing import Point
from handlers.cards.portrait import seconds
from handlers.cards.words import clean
from handlers.context import Context
from handlers.counting import figures
from rules import briefing
from rules.briefing import Shown
from rules.metrics.figures import Figure
from rules.model import Speaker
from storage import alerts, appeals, briefings, cases, honours, polls
from storage.db import Tx

BACK = 5  # days: the last one at work is not longer ago
WEEK = timedelta(days=7)
COMMON = "generic"
SHOWN = ("first_reply_median", "median_reply", "csat")
LEARN = 3
SERVING = (time(9), time(13), time(17), time(21))  # moments at which somebody is asked for


@dataclass(frozen=True, slots=True)
class Span:
    """Days that are told together, and those they are compared with."""

    since: date
    until: date
    before: date  # the first of the days before

    @property
    def earlier(self) -> date:
        return self.since - timedelta(days=1)


def accounts(ctx: Context, team: str) -> list[str]:
    return sorted({a for p in ctx.people.people if not team or p.team == team for a in p.accounts})


def last_day(ctx: Context, tx: Tx, team: str, today: date) -> Span:
    """Yesterday, or the last day before on which customers were served."""
    mine = accounts(ctx, team)
    for ago in range(1, BACK + 1):
        day = today - timedelta(days=ago)
        if any(figure.n for figure in _figures(ctx, tx, mine, day, day).values()):
            return Span(day, day, day - WEEK)
    return Span(today - timedelta(days=1), today - timedelta(days=1), today - WEEK)


def told(ctx: Context, tx: Tx, team: str, span: Span) -> tuple[tuple[str, str], ...]:
    """Four figures, each with its n and whether it really moved."""
    mine = accounts(ctx, team)
    now, before = (_figures(ctx, tx, mine, *days) for days in ((span.since, span.until), (span.before, span.earlier)))
    served, wait, content = (now[name] for name in ("first_reply_median", "median_reply", "csat"))
    pressing, saved = alerts.saved(tx, team, *_moments(ctx, span))
    rows = [("接待", f"{served.n} 段，全部筛过")]
    if wait.value is not None:
        rows.append(
            ("客户等待", f"中位数 {seconds(wait.value)}（{_moved(wait, before['median_reply'])}，共 {wait.n} 次）")
        )
    if content.value is not None:
        rows.append(("满意", f"{content.value:.0%}（{_moved(content, before['csat'])}，共 {content.n} 人评价）"))
    return (*rows, ("救回", f"{len(saved)} 段（红色和橙色告警共 {pressing} 条）")) if served.n else ()


def points(ctx: Context, tx: Tx, team: str, until: date) -> tuple[Point, ...]:
    mine, found = accounts(ctx, team), []
    for ago in range(6, -1, -1):
        day = until - timedelta(days=ago)
        one = _figures(ctx, tx, mine, day, day)
        found.append((f"{day.month}-{day.day}", one["median_reply"].value, one["csat"].value))
    return tuple(found)


def learn(tx: Tx, team: str) -> tuple[str, ...]:
    """The newest of the library, the team's own first; named is only who agreed."""
    newest = [case for case in cases.search(tx, "", 30) if case.best]
    best = [case for case in newest if case.team == team] + [case for case in newest if case.team != team]
    return tuple(_case(case) for case in best[:LEARN])


def _case(case: cases.Case) -> str:
    name = f" — {clean(case.person)}" if case.person else ""
    return f"{clean(case.told.title or case.told.says or case.code)}{name}"


def avoid(ctx: Context, tx: Tx, team: str, span: Span) -> str:
    """Something several colleagues ran into, retold by its rule: no words of anybody's conversation."""
    for found in briefings.patterns(tx, accounts(ctx, team), *_moments(ctx, span)):
        rule = ctx.engine.packs.rule(found.rule)
        many = found.conversations >= briefing.SEVERAL and found.agents >= briefing.HANDS
        if many and rule is not None and rule.advice and rule.who == frozenset({Speaker.AGENT}):
            return f"「{clean(rule.title)}」，有 {found.conversations} 段遇到。可以这样做：{clean(rule.advice)}"
    return ""


def tips(ctx: Context, tx: Tx, team: str, span: Span) -> tuple[str, ...]:
    """One for each question that customers ask more than they used to; two at most."""
    days = [span.since - timedelta(days=ago) for ago in range(8)]
    asked = [_topics(ctx, tx, team, day) for day in days]
    return tuple(_tip(ctx, rise) for rise in briefing.rising(asked[0], asked[1:])[:2])


def _topics(ctx: Context, tx: Tx, team: str, day: date) -> Counter[str]:
    found: Counter[str] = Counter()
    for pattern in briefings.patterns(tx, accounts(ctx, team), *_moments(ctx, Span(day, day, day))):
        rule = ctx.engine.packs.rule(pattern.rule)
        if rule is not None and "topic" in rule.tags and rule.advice:
            found[rule.id] += pattern.conversations
    return found


def _tip(ctx: Context, rise: briefing.Rise) -> str:
    rule = ctx.engine.packs.rule(rise.reason)
    title, advice = (clean(rule.title), clean(rule.advice)) if rule else (rise.reason, "")
    return f"问「{title}」的多了（{rise.n} 段，平时一天 {rise.usual:.0f} 段）。{advice}"


def waiting(ctx: Context, tx: Tx, team: str) -> tuple[str, ...]:
    """What is open: appeals and ballots."""
    n = appeals.waiting(tx, team)
    rows = [f"待处理申诉 {n}"] if n else []
    rows += [_poll(ctx, session) for session in polls.going_on(tx)[:1]]
    return tuple(rows)


def _poll(ctx: Context, session: polls.Session) -> str:
    if session.opened_at is None or session.closes_at is None:
        return f"共评校准 {ctx.clock(session.due_at)} 开始"
    return f"共评校准进行中，{ctx.clock(session.closes_at)} 截止"


def praised(tx: Tx, team: str, since: date) -> tuple[str, ...]:
    """Honours that were confirmed lately, of those who like to be named."""
    rows = []
    for honour in honours.confirmed(tx, since):
        public = honours.consents(tx, honour.id)
        names = [name for name in honour.winners if public.get(name)]
        if names and honour.team in ("", team):
            rows.append(f"{clean(honour.award)} {'、'.join(map(clean, names))}")
    return tuple(rows[-3:])


def on_duty(ctx: Context, tx: Tx, team: str, day: date) -> str:
    found: dict[str, None] = {}
    for at in SERVING:
        moment = datetime.combine(day, at, ctx.zone).astimezone(ctx.now().tzinfo)
        found |= dict.fromkeys(person.name for person in duty.on_duty(ctx, tx, team, moment))
    return "、".join(found)


def _figures(ctx: Context, tx: Tx, mine: Sequence[str], since: date, until: date) -> dict[str, Figure]:
    pack = ctx.metrics.packs.get(COMMON)
    found: Iterator[Figure] = iter(figures.figures_of(tx, mine, since, until, pack, SHOWN) if pack else ())
    rows = {figure.name.rpartition(".")[2]: figure for figure in found}
    return {name: rows.get(name, NOTHING) for name in SHOWN}


NOTHING = Figure("", None, None, 0, None, "", ())


def _moved(now: Figure, before: Figure) -> str:
    return briefing.moved(Shown(now.value, now.n, now.interval), Shown(before.value, before.n, before.interval))


def _moments(ctx: Context, span: Span) -> tuple[datetime, datetime]:
    return (
        datetime.combine(span.since, time(), ctx.zone),
        datetime.combine(span.until + timedelta(days=1), time(), ctx.zone),
    )
