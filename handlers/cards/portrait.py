"""Portraits in chat: what is going well first, at most two things to practise, every number with its n."""

from collections.abc import Callable, Iterable, Sequence

from handlers.cards.amounts import amount, seconds
from handlers.cards.card import Button, Card, Facts, Picture, Table, Text
from handlers.cards.drawing import portrait_svg
from handlers.cards.words import clean
from rules.metrics.cells import CALM
from rules.metrics.definition import Pack
from rules.metrics.figures import Figure
from rules.portrait import CHANGED, FEW, Change, Portrait, Standing
from rules.spans import Span

SHOWN = ("first_reply", "resolution", "solved", "csat")
PRAISED = {"transfer": "很少要转给别人", "calm": "很少走到告警"}
ALONE = "组里这段时间没有别的同事接待，先不和谁比。"
TYPICAL = "首响和解决时长是典型值（对数平均，个别特别久的不会把它带偏）。"


def value_of(figure: Figure, unit: str) -> str:
    """A figure as people read it; the unit is its definition's."""
    if figure.value is None:
        return "—"
    return _unit(figure.value, unit)


def _unit(value: float, unit: str) -> str:
    if unit == "s":
        return seconds(value)
    if unit == "rate":
        return f"{value:.1%}"
    return f"{value:.2f} 元" if unit == "yuan" else f"{value:.2f}"


def interval_of(figure: Figure, unit: str) -> str:
    return "" if figure.interval is None else f"{_unit(figure.interval[0], unit)}–{_unit(figure.interval[1], unit)}"


def mine(p: Portrait, platform: Sequence[tuple[Figure, str, str]], pack: Pack) -> Card:
    """我的数据. `platform`: (figure, title, unit) by the shop's own definitions."""
    if not p.n:
        return Card("figures", "blue", f"🌱 {clean(p.name)} · {p.span.label}还没有接待记录",
                    (Text("数据每五分钟更新一次；换个时间试试：我的数据 上周。"),))  # fmt: skip
    rows = [(c.standing.measure.title, _said(c, "组里" if p.colleagues else "")) for c in _shown(p.changes)]
    counted = [(title, f"{value_of(f, unit)}，共 {f.n} 次") for f, title, unit in platform if f.n]
    near = "，近似" if pack.approximate else ""
    blocks = [Facts(tuple(rows))]
    blocks += [Facts((*counted, ("口径", f"{pack.title} @{pack.version}{near}")))] if counted else []
    return Card("figures", "blue", f"🌱 {clean(p.name)} · {p.span.label}接待 {p.n} 段",
                (*blocks, Text(advice(p)), *_left_out(p)), _buttons("mine", p.span))  # fmt: skip


def whole(p: Portrait, page: str = "") -> Card:
    """我的画像, or a lead's look at one."""
    if not p.n:
        return Card("figures", "blue", f"🌱 {clean(p.name)} · 近 8 周还没有接待记录")
    rows = [("拿手", _listed(p.strengths, "再攒一些会话就看得出来", strength))]
    if practise := p.to_practise:
        rows.append(("可以练", _listed(practise, "", label)))
    rows += [("变化", _trends(p)), ("来找的事", _mix(p))]
    title = f"{clean(p.name)} · {p.span.label} · 共 {p.n} 段"
    picture = Picture("", _alt(p), {"svg": portrait_svg(p, title, middle=bool(p.colleagues))})
    links = (Button("看网页", url=page),) if page else ()
    return Card("figures", "blue", f"🌱 {clean(p.name)} · {p.span.label} · 共 {p.n} 段",
                (picture, Facts(tuple(rows)), Text(compared(p)), *_left_out(p)),
                (*_buttons("whole", p.span, p.name), *links))  # fmt: skip


def team(p: Portrait, page: str = "") -> Card:
    """团队: all together; nobody is named."""
    return _together(p, "team", f"{clean(p.name)}组", f"，{p.colleagues} 人", page)


def shop(p: Portrait, page: str = "") -> Card:
    """店铺: whoever served; nobody is named."""
    return _together(p, "shop", clean(p.name), "", page)


def _together(p: Portrait, which: str, name: str, people: str, page: str) -> Card:
    if not p.n:
        return Card("figures", "blue", f"🌱 {name} · {p.span.label}还没有接待记录")
    rows = [(c.standing.measure.title, _said(c, "")) for c in p.changes]
    rows += [("来找的事", _mix(p))]
    picture = Picture("", _alt(p), {"svg": portrait_svg(p, f"{name} · {p.span.label} · 共 {p.n} 段", middle=False)})
    links = (Button("看网页", url=page),) if page else ()
    return Card("figures", "blue", f"🌱 {name} · {p.span.label}接待 {p.n} 段{people}",
                (Facts(tuple(rows)), picture), (*_buttons(which, p.span, p.name), *links))  # fmt: skip


def intervals(p: Portrait) -> Card:
    """看区间: how sure each number is."""
    rows = tuple(_interval(c.standing) for c in p.changes)
    table = Table(("指标", "估计", "90% 区间", "段数"), rows)
    drawn = "估计：去掉来意和难度的影响，再按会话多少往组里的平均收一收；会话越少，收得越多。" if p.reasons else ""
    how = Text(f"{drawn}{TYPICAL}平稳率：{CALM}。一次解决要满 72 小时才算数。")
    return Card("figures", "blue", f"🌱 {clean(p.name)} · {p.span.label}的区间", (table, how))


def _interval(s: Standing) -> tuple[str, str, str, str]:
    low, high = (amount(s.measure, end) for end in s.interval)
    return s.measure.title, amount(s.measure, s.value), f"{low}–{high}", str(s.n)


def advice(p: Portrait) -> str:
    strong, practise = p.strengths, p.to_practise
    said = f"最拿手：{strength(strong[0])}。" if strong else ""
    said += f"这周可以练：{label(practise[0])}。" if practise else ""
    return said or ("和组里同类会话比，都在正常范围里。" if p.colleagues else ALONE)


def compared(p: Portrait) -> str:
    return f"和组里另外 {p.colleagues} 位同事的同类会话比（同样的来意、同样的难度）。" if p.colleagues else ALONE


def strength(s: Standing) -> str:
    """What somebody is good at: where less is better, the measure's name would say the opposite."""
    said = PRAISED.get(s.measure.name, "")
    if not said:
        return label(s)
    return f"{s.reason}里{said}" if s.reason else said


def label(s: Standing) -> str:
    return f"{s.reason}的{s.measure.title}" if s.reason else s.measure.title


def word(c: Change) -> str:
    return f"{c.word} {c.arrow}".strip()


def _shown(changes: Iterable[Change]) -> list[Change]:
    return [c for c in changes if c.standing.measure.name in SHOWN]


def _said(c: Change, whose: str) -> str:
    s = c.standing
    middle = f"，{whose}同类 {amount(s.measure, s.middle)}" if whose else ""
    return f"{amount(s.measure, s.plain)}（共 {s.n} 段）{middle}；和之前比：{word(c)}"


def _listed(found: Sequence[Standing], otherwise: str, named: Callable[[Standing], str]) -> str:
    return "、".join(f"{named(s)}（共 {s.n} 段）" for s in found) or otherwise


def _trends(p: Portrait) -> str:
    real = [f"{t.measure.title} {CHANGED} {t.arrow}（共 {t.n} 段）" for t in p.trends if t.word == CHANGED]
    few = [t.measure.title for t in p.trends if t.word == FEW]
    rest = f"{'、'.join(few)} {FEW}" if few else ""
    usual = "其余正常波动" if real and len(real) + len(few) < len(p.trends) else "" if real else "都是正常波动"
    return "；".join(part for part in (*real, "" if len(few) == len(p.trends) else usual, rest) if part)


def _mix(p: Portrait) -> str:
    shares = [f"{reason} {n / p.n:.0%}" for reason, n in p.mix[:3]]
    return " · ".join([*shares, f"有难度的 {p.hard / p.n:.0%}"])


def _left_out(p: Portrait) -> tuple[Text, ...]:
    return (Text(f"🛡️ 有辱骂或恶意的 {p.left_out} 段没有计入。"),) if p.left_out else ()


def _alt(p: Portrait) -> str:
    said = [f"{c.standing.measure.title} {amount(c.standing.measure, c.standing.plain)}" for c in p.changes]
    return "，".join(said)


def _buttons(which: str, span: Span, name: str = "") -> tuple[Button, ...]:
    about = "/".join(part for part in (which, span.told, name if which != "mine" else "") if part)
    return (Button("看区间", "intervals", f"reply/{about}", command=f"看区间 {about}"),)
