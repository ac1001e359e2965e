"""Tables to take away: every number with its n and interval, beside a sheet that says what each column means."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from handlers.cards.outcomes import NOT_CAUSE
from handlers.context import Context
from handlers.counting import bindings, outcome_figures, portraits, tables
from handlers.counting.portrait_pages import place
from rules import portrait
from rules.honours import formula
from rules.metrics import tally
from rules.metrics.cells import CALM, MEASURED, added
from rules.outcomes import CREDITS, FIGURES
from rules.spans import Span
from rules.talk_tracks import GOALS
from storage import figure_cells, figure_days, honours
from storage.db import Tx

Value = str | int | float | None
Rows = list[tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    columns: tuple[tuple[str, str], ...]  # (heading, what it means)
    rows: Rows
    notes: tuple[tuple[str, str], ...] = ()  # further definitions


Make = Callable[[Context, Tx, Sequence[str], Span], Sheet]
N = ("样本数", "数了多少次；样本少的数别太当真")
SPAN = (("从", "含当天"), ("到", "含当天"))


def figures(ctx: Context, tx: Tx, names: Sequence[str], span: Span) -> Sheet:
    columns = (
        ("同事", "名单里的名字"), ("口径", "口径包和版本"), ("指标", "见后面的定义"), ("名字", "程序里的名字"), *SPAN,
        ("数", "秒、元，或 0 到 1 的比率"), ("单位", "s 秒、rate 比率、ratio 比值、yuan 元"),
        ("区间下", "90% 区间"), ("区间上", "90% 区间"), N, ("待定", "还没到能定的时候，没有计入"),
    )  # fmt: skip
    rows = [row for name in names for row in _figures(ctx, tx, name, span)]
    notes = [
        (d.name, f"{d.title}：{d.says}。来源：{d.source}（{d.date}），{d.certainty}。"
                 + ("近似，还没有和后台对过数。" if pack.approximate else f"{pack.reconciled} 和后台对过数。"))
        for pack in ctx.metrics.packs.values()
        for d in pack.definitions
    ]  # fmt: skip
    return Sheet("各口径的数", columns, rows, tuple(notes))


def _figures(ctx: Context, tx: Tx, name: str, span: Span) -> Iterator[tuple[Value, ...]]:
    known = bindings.of(ctx, tx)
    for pack in ctx.metrics.packs.values():
        rows = figure_days.read_days(tx, known.keys(name), span.since, span.until, pack.name)
        mine = (told for account, day, told in rows if known.person(account, day) == name)
        for f in tally.figures(mine, pack):
            d = pack.definition(f.name)
            if d is not None and (f.n or f.pending):
                low, high = f.interval or (None, None)
                yield (name, f"{pack.title} @{pack.version}", d.title, f.name, *_days(span), f.value, d.unit,
                       low, high, f.n, f.pending)  # fmt: skip


def people(ctx: Context, tx: Tx, names: Sequence[str], span: Span) -> Sheet:
    """Portraits, each compared with the team they serve in."""
    columns = (
        ("同事", "名单里的名字"), ("组", "所在的组"), ("指标", "见后面的定义"), *SPAN,
        ("数", "数据里的样子：秒（对数平均）或 0 到 1 的比率"), ("估计", "去掉来意和难度的影响，再往组里的平均收一收"),
        ("区间下", "估计的 90% 区间"), ("区间上", "估计的 90% 区间"), ("组里同类", "组里各人估计的中位数"),
        ("好于组里中间的把握", "0 到 1"), ("在组里", "拿手：把握 0.9 以上；可以练：0.1 以下"), N,
    )  # fmt: skip
    found: Rows = []
    for team in sorted({p.team for p in ctx.people.people if p.name in names}):
        group = tables.table(ctx, tx, portraits.serving(ctx, team), span.since, span.until)
        for m in MEASURED.values():
            for who, s in portrait.everybody(group, m).items():
                if who in names:
                    found.append((who, team, m.title, *_days(span), s.plain, s.value, *s.interval, s.middle,
                                  s.chance, place(s), s.n))  # fmt: skip
    return Sheet("画像", columns, sorted(found, key=lambda row: (str(row[1]), str(row[0]))), _measures(ctx))


def conversations(ctx: Context, tx: Tx, names: Sequence[str], span: Span) -> Sheet:
    columns = (
        ("日期", "店铺时区的那一天"), ("同事", "名单里的名字"), ("会话", "客服系统:会话编号"),
        ("来意", "按客户最先说的话归类"), ("难度", "easy 平常，hard 一来就有难度"),
        *((m.title, "秒" if m.time else "1 是，0 否；空着是没有或待定") for m in MEASURED.values()),
    )  # fmt: skip
    known, wanted = bindings.of(ctx, tx), set(names)
    keys = sorted({key for name in wanted for key in known.keys(name)})
    found: Rows = [
        (day, who, told[0], told[1], told[2], *(told[3].get(name) for name in MEASURED))
        for account, day, trail in figure_cells.trail(tx, keys, span.since, span.until)
        if (who := known.person(account, day)) in wanted
        for told in trail
    ]
    return Sheet("会话", columns, found, _measures(ctx))


def outcomes(ctx: Context, tx: Tx, names: Sequence[str], span: Span) -> Sheet:
    """What came after each one's service, compared with the team they serve in."""
    columns = (
        ("同事", "名单里的名字"), ("组", "所在的组"), ("结果", "见后面的定义"), *SPAN, ("数", "数据里的样子：0 到 1"),
        ("估计", "去掉来意和难度的影响，再往组里的平均收一收"),
        ("区间下", "估计的 90% 区间"), ("区间上", "估计的 90% 区间"),
        ("组里同类", "组里各人估计的中位数"), N,
    )  # fmt: skip
    found: Rows = []
    for team in sorted({p.team for p in ctx.people.people if p.name in names}):
        group = outcome_figures.grouped(ctx, tx, portraits.serving(ctx, team), span.since, span.until)
        for name, title in FIGURES.items():
            sums = {who: told[name] for who, told in group.items() if name in told}
            for who, s in portrait.among(outcome_figures.measured(name), sums).items():
                if who in names:
                    found.append((who, team, title, *_days(span), s.plain, s.value, *s.interval, s.middle, s.n))
    rest = (("算给谁", CREDITS[ctx.outcomes.credit]), ("不算", "退了款的订单、用好处换的评价；时间没到的还没算进来"),
            ("怎么读", NOT_CAUSE), ("礼貌邀请评价", "只看不奖"))  # fmt: skip
    return Sheet("服务以后", columns, sorted(found, key=lambda row: (str(row[1]), str(row[0]))), rest)


def talk_tracks(ctx: Context, tx: Tx, names: Sequence[str], span: Span) -> Sheet:
    """What each way of saying it went with, all these people together."""
    columns = (
        ("话术", "名字"), ("看什么", "话术想做到的"), *SPAN, ("说过", "多少段"), ("说了", "其中做到的，0 到 1"),
        ("没说", "同类问题里没说的，做到的"), ("说了的段数", "能比的"), ("没说的段数", "能比的"),
        ("相差", "同类问题里，-1 到 1"),
        ("区间下", "相差的 90% 区间"), ("区间上", "相差的 90% 区间"), ("看得出", "样本少、看不出差别、确有差别"),
    )  # fmt: skip
    together = added(outcome_figures.grouped(ctx, tx, names, span.since, span.until).values())
    found: Rows = []
    for track in ctx.talk_tracks:
        one = outcome_figures.of_track(together, track)
        got, head = one.compared, (track.title, GOALS[track.goal], *_days(span), one.n)
        rest = (None,) * 8 if got is None else (*got.shares, *got.n, got.value, *got.interval, got.word)
        found.append((*head, *rest))
    return Sheet(
        "话术", columns, found, (("怎么读", NOT_CAUSE), *((t.title, f"例句：{t.say}") for t in ctx.talk_tracks))
    )


def accounts(ctx: Context, tx: Tx, names: Sequence[str], span: Span) -> Sheet:
    columns = (
        ("子账号", "客服系统:子账号"), ("同事", "空着是没有人"), ("时段", "轮班用的账号，这个时段是 TA 的"),
        ("从", "含当天；空着是一直"), ("到", "含当天；空着是至今"), ("谁说的", "空着是配置里写的"),
        ("什么时候说的", ""),
    )  # fmt: skip
    found: Rows = [
        (b.account, b.person, b.hours, b.since, b.until, b.actor, b.at.astimezone(ctx.zone).isoformat() if b.at else "")
        for b in bindings.of(ctx, tx).bounds
        if b.person in names or not b.person
    ]
    return Sheet("子账号", columns, found, (("先后", "后面的算数：同一个账号、同一天，以最后说的为准。"),))


def points(ctx: Context, tx: Tx, names: Sequence[str], span: Span) -> Sheet:
    """Only what a person confirmed; this may go to HR."""
    columns = (
        ("同事", "名单里的名字"), ("分", "主管确认荣誉时记下的分"), ("为什么", "荣誉和时间段"), ("荣誉", "编号"),
        ("谁确认", "没有人确认就没有分"), ("什么时候", "确认的时间"),
    )  # fmt: skip
    begins, ends = (datetime.combine(d, time(), ctx.zone) for d in (span.since, span.until + timedelta(days=1)))
    rows: Rows = [
        (e.person, e.points, e.why, e.honour, e.confirmed_by, e.at.astimezone(ctx.zone).isoformat(timespec="minutes"))
        for e in honours.points(tx, begins, ends)
        if e.person in names
    ]
    notes = tuple((award.name, formula(award)) for award in ctx.awards)
    return Sheet("积分", columns, rows, notes)


TABLES: Mapping[str, Make] = {
    "points": points,
    "figures": figures,
    "portraits": people,
    "outcomes": outcomes,
    "talk_tracks": talk_tracks,
    "conversations": conversations,
    "accounts": accounts,
}


def _measures(ctx: Context) -> tuple[tuple[str, str], ...]:
    pack = ctx.metrics.packs["generic"]
    said = {m.title: pack.definition(m.figure) if m.figure else None for m in MEASURED.values()}
    told = [(title, f"{_typical(title)}{d.says}（{d.version}）" if d else CALM) for title, d in said.items()]
    return (*told, ("不计入", "有辱骂或恶意的会话、误报和申诉成功的提醒都不计入"))


def _typical(title: str) -> str:
    """Of times a portrait tells another middle than the figure that it is like."""
    timed = any(m.title == title and m.time for m in MEASURED.values())
    return "这张表里是对数平均（几何平均），个别特别久的不会把它带偏；每段怎么计时同：" if timed else ""


def _days(span: Span) -> tuple[str, str]:
    return span.since.isoformat(), span.until.isoformat()
