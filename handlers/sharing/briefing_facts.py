"""What a briefing or a report tells of a team: from the figures, the library, findings, appeals and honours."""

from collections import Counter
from datetime import date, datetime, time, timedelta

from handlers.alerting import duty
from handlers.cards.words import clean
from handlers.context import Context
from handlers.sharing.day_figures import Span, accounts
from rules import briefing
from rules.model import Speaker
from storage import appeals, briefings, calibrations, cases, honours
from storage.cases import Case
from storage.db import Tx

LEARN, LOOKED = 3, 60  # cases that are told, and looked at for it
SERVING = time(9)  # who is on duty then, where there is no roster


def learn(tx: Tx, team: str, since: datetime, until: datetime, *, only: bool = False) -> tuple[str, ...]:
    """Sentences to copy, different in kind: those taken in since then, the team's own first; named is who agreed.

    `only` those; else, where there are too few, others of the library, every day different ones.
    """
    known = [case for case in cases.collected(tx, until, LOOKED) if case.best]
    fresh = [case for case in known if case.collected_at and case.collected_at >= since]
    rest = [] if only else [case for case in known if case not in fresh]
    turn = until.toordinal() * LEARN % len(rest) if rest else 0
    chosen = dict[str, Case]()
    for case in (*sorted(fresh, key=lambda case: case.team != team), *rest[turn:], *rest[:turn]):
        chosen.setdefault(_kind(case), case)
    return tuple(_case(case) for case in list(chosen.values())[:LEARN])


def _kind(case: Case) -> str:
    return case.told.tactic or case.told.reason or "一句好话"


def _case(case: Case) -> str:
    name = f" — {clean(case.person)}" if case.person else ""
    return f"{clean(_kind(case))}：「{clean(case.best)}」{name}"


def avoid(ctx: Context, tx: Tx, team: str, span: Span) -> str:
    """Something several colleagues ran into, retold by its rule: no words of anybody's conversation."""
    for found in briefings.patterns(tx, accounts(ctx, team), *span.moments(ctx)):
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
    topics = [rule.id for rule in ctx.engine.packs.rules if "topic" in rule.tags and rule.advice]
    if not topics:
        return found
    for pattern in briefings.patterns(tx, accounts(ctx, team), *Span(day, day, day).moments(ctx), topics):
        found[pattern.rule.partition("@")[0]] += pattern.conversations
    return found


def _tip(ctx: Context, rise: briefing.Rise) -> str:
    rule = ctx.engine.packs.rule(rise.reason)
    title, advice = (clean(rule.title), clean(rule.advice)) if rule else (rise.reason, "")
    return f"问「{title}」的多了（{rise.n} 段，平时一天 {rise.usual:.0f} 段）。{advice}"


def waiting(ctx: Context, tx: Tx, team: str) -> tuple[str, ...]:
    """What is open: appeals and ballots."""
    n = appeals.waiting(tx, team)
    rows = [f"待处理申诉 {n}"] if n else []
    rows += [_poll(ctx, session) for session in calibrations.going_on(tx)[:1]]
    return tuple(rows)


def _poll(ctx: Context, session: calibrations.Calibration) -> str:
    if session.opened_at is None or session.closes_at is None:
        return f"共评校准 {ctx.clock(session.due_at)} 开始"
    return f"共评校准进行中，{ctx.clock(session.closes_at)} 截止"


def praised(tx: Tx, team: str, since: date, until: date | None = None) -> tuple[str, ...]:
    """Honours that were confirmed for spans that ended then, of those who like to be named."""
    rows = []
    for honour in honours.confirmed(tx, since, until):
        public = honours.consents(tx, honour.id)
        names = [name for name in honour.winners if public.get(name)]
        if names and honour.team in ("", team):
            rows.append(f"{clean(honour.award)} {'、'.join(map(clean, names))}")
    return tuple(rows[-3:])


def on_duty(ctx: Context, tx: Tx, team: str, day: date) -> str:
    """张主管; or, when they take turns, 09:00 起张主管，14:00 起陈主管."""
    begin = {shift.span[0] for _, shifts in ctx.schedule.duty for shift in shifts} or {SERVING}
    turns: list[tuple[time, str]] = []
    for at in sorted(begin):
        moment = datetime.combine(day, at, ctx.zone).astimezone(ctx.now().tzinfo)
        names = "、".join(person.name for person in duty.on_duty(ctx, tx, team, moment))
        if names and names != (turns[-1][1] if turns else ""):
            turns.append((at, names))
    return turns[0][1] if len(turns) == 1 else "，".join(f"{at:%H:%M} 起{names}" for at, names in turns)
