"""Cards of honours: the proposal to leads, the announcement with its certificate, and what the winner is told."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from handlers.cards.card import Block, Button, Card, Facts, Form, Picture, Text
from handlers.cards.certificate import certificate_svg
from handlers.cards.words import clean, clock
from rules import honours
from rules.honours import Award
from storage.honours import Entry, Honour, Nomination

STATES = {"proposed": "待确认", "confirmed": "已确认", "skipped": "这次不评", "withdrawn": "已撤回"}
SHOWN = 5
Row = tuple[str, int, int, float, float, float]


def proposal(honour: Honour, nominated: Sequence[Nomination], zone: ZoneInfo) -> Card:
    """To a lead; nothing is public and no point is given before they confirm."""
    blocks: list[Block] = (
        [Facts(tuple((row[0], _told(row)) for row in honour.proposed[:SHOWN]))] if honour.proposed else []
    )
    if honour.winners:
        sure = "和同事确有差距" if honour.clear else "差距不大，可能有运气，请结合你平时看到的"
        blocks.append(Text(f"按公式是 {'、'.join(honour.winners)}；{sure}。"))
    else:
        blocks.append(Text("会话还不够多，没有算出人选；下面是同事提名的。"))
    if nominated:
        blocks.append(Facts(tuple((f"{n.by} 提名 {n.person}", n.why) for n in nominated[:SHOWN])))
    blocks.append(Text(f"算法：{honour.formula}"))
    title = f"🏆 {_title(honour)}{_team(honour)}，请你定"
    if honour.state != "proposed":
        return Card("honour", "grey", title, (*blocks, Text(_decided(honour, zone))), state=STATES[honour.state])
    others = [row[0] for row in honour.proposed] + [n.person for n in nominated]
    names = [name for name in dict.fromkeys(others) if name not in honour.winners][:SHOWN]
    blocks.append(Form("honour_swap", honour.code, _swap_label(names), "换人", f"发「换人 {honour.code} 名字 理由」"))
    return Card("honour", "yellow", title, tuple(blocks), _buttons(honour), STATES["proposed"])


def _buttons(honour: Honour) -> tuple[Button, ...]:
    confirm = Button("确认", "honour_confirm", honour.code, command=f"确认荣誉 {honour.code}", style="primary")
    skip = Button("这次不评", "honour_skip", honour.code, command=f"不评 {honour.code}")
    swap = Button("换人", "honour_swap", honour.code, command=f"换人 {honour.code}")
    return (confirm, swap, skip) if honour.winners else (swap, skip)


def _swap_label(names: Sequence[str]) -> str:
    told = f"（比如 {'、'.join(names)}）" if names else ""
    return f"想换人：写「名字 理由」{told}，理由大家会看到"


def announced(honour: Honour, named: Sequence[str], zone: ZoneInfo) -> Card:
    """To everybody who likes to hear it."""
    who = "、".join(named)
    title = f"🏆 {_title(honour)}：{who}"
    line = deed(honour, named[0])
    picture = certificate_svg(honour.award, named, f"{_years(honour)}{_team(honour)}", line)
    blocks: list[Block] = [Text(line), Picture("", f"{honour.award}证书：{who}", {"svg": picture})]
    more = len(honour.winners) - len(named)
    if more > 0:
        blocks.append(Text(f"还有 {more} 位同事一起获得，想低调一点。"))
    blocks.append(Text(f"算法：{honour.formula}" if not honour.reason else "由主管和同事推荐，不按公式。"))
    blocks.append(Text(_decided(honour, zone, named)))
    return Card("honour", "green", title, tuple(blocks), state="恭喜")


def quiet(honour: Honour) -> Card:
    """Where a name was told that shall not be told any more."""
    title = f"🏆 {_title(honour)}"
    if honour.state == "withdrawn":
        return Card("honour", "grey", title, (Text("这份荣誉撤回了，是确认时弄错的。"),), state="已撤回")
    return Card("honour", "green", title, (Text("获奖的同事想低调一点，我们在心里给 TA 鼓掌。"),), state="没有公开")


def yours(honour: Honour, name: str, public: bool | None, zone: ZoneInfo) -> Card:
    """To the winner alone; asked first where they do not like to be named without being asked."""
    if honour.state == "withdrawn":
        why = Text(f"确认时弄错了，积分也退了：{honour.reason}（{honour.decided_by}）。和你做得好不好没有关系。")
        return Card("honour", "grey", f"🏆 {_title(honour)}撤回了", (why,), state="已撤回")
    title = f"🏆 恭喜你，{_title(honour)}"
    blocks: list[Block] = [Text(deed(honour, name)), Text(f"{honour.points} 分记在你的积分里，发「积分」可以看。")]
    if public:
        return Card("honour", "green", title, (*blocks, Text("大家也看到了。")), state="已公开")
    if public is False:
        return Card("honour", "green", title, (*blocks, Text("只有你和主管知道。")), state="没有公开")
    blocks.append(Text("愿意让大家知道吗？没选之前，不会公开你的名字。"))
    buttons = (
        Button("公开", "honour_public", honour.code, command=f"公开荣誉 {honour.code}", style="primary"),
        Button("只告诉我", "honour_quiet", honour.code, command=f"低调 {honour.code}"),
    )
    return Card("honour", "green", title, tuple(blocks), buttons, "等你决定")


def listed(found: Sequence[tuple[Honour, Sequence[str]]], awards: Sequence[Award]) -> Card:
    rows = tuple((f"{h.award} {_days(h)}", _named(h, named)) for h, named in found)
    formulas = tuple((a.name, honours.formula(a)) for a in awards)
    head: list[Block] = [Facts(rows)] if rows else [Text("还没有评出来的荣誉。看见谁做得好，发「提名 名字 为什么」。")]
    return Card("reply", "green", "🏆 最近的荣誉和算法", (*head, Facts(formulas)))


def _named(honour: Honour, named: Sequence[str]) -> str:
    """The reason may tell who it is, so it stays with the name."""
    if not named:
        return "获奖的同事想低调一点"
    return "、".join(named) + (f"：{honour.reason}" if honour.reason else "")


def points(entries: Sequence[Entry], zone: ZoneInfo) -> Card:
    total = sum(e.points for e in entries)
    rows = tuple(
        (f"+{e.points}" if e.points > 0 else f"{e.points}", f"{e.why} · {e.confirmed_by} 确认") for e in entries
    )
    blocks: tuple[Block, ...] = (Facts(rows[-8:][::-1]),) if rows else (Text("主管确认过的荣誉才会记分。"),)
    return Card("reply", "green", f"🏆 你的积分 {total} 分，共 {len(entries)} 笔", blocks)


def deed(honour: Honour, name: str) -> str:
    """What they did, in one line."""
    row = next((r for r in honour.proposed if r[0] == name), None)
    if honour.reason:
        return clean(f"{honour.decided_by} 推荐：{honour.reason}")
    return _line(row, honour) if row else "同事们都看见了。"


def _told(row: Row) -> str:
    _, n, good, expected, value, _ = row
    return f"{n} 段里 {good} 段，同类问题预期 {expected:.1f} 段；把运气算进去，大约每 100 段 {value * 100:.0f} 段"


def _line(row: Row, honour: Honour) -> str:
    _, n, good, expected, _, _ = row
    return f"{n} 段里 {good} 段{honours.counted(honour.formula)}，同类问题预期 {expected:.0f} 段"


def _decided(honour: Honour, zone: ZoneInfo, named: Sequence[str] | None = None) -> str:
    """`named`: of the winners only these, where others hear it."""
    at = clock(honour.decided_at, zone) if honour.decided_at else ""
    if honour.state == "skipped":
        return f"{honour.decided_by} {at} 说这次不评"
    if honour.state == "withdrawn":
        return f"{honour.decided_by} {at} 撤回：{honour.reason}"
    why = f"，理由：{honour.reason}" if honour.reason else ""
    return f"{honour.decided_by} {at} 确认：{'、'.join(honour.winners if named is None else named)}{why}"


def _title(honour: Honour) -> str:
    when = _days(honour) if honour.span == "week" else f"{honour.since.month} 月"
    return f"{when}「{honour.award}」"


def _team(honour: Honour) -> str:
    return f" · {clean(honour.team)}" if honour.team else ""


def _days(honour: Honour) -> str:
    return f"{_plain(honour.since)}–{_plain(honour.until)}"


def _years(honour: Honour) -> str:
    """As on a certificate, which is kept."""
    begins, ends = (f"{day.year}.{_plain(day)}" for day in (honour.since, honour.until))
    return f"{begins}–{ends if honour.since.year != honour.until.year else _plain(honour.until)}"


def _plain(day: date) -> str:
    return f"{day.month}.{day.day}"
