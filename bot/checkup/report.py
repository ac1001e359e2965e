"""The report of a checkup, from what was heard: chosen, counted, masked."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.checkup import words
from bot.checkup.entries import Entries, cases
from bot.checkup.figures import pain_view, title, told_waits
from bot.checkup.listening import Heard
from bot.checkup.masking import Mask, safe
from bot.checkup.values import Figure, Report
from rules import checkup
from rules.checkup import Seen
from rules.model import Severity, Speaker
from rules.packs import Packs

UNCHECKED: Mapping[str, str] = {
    "response_time: no timestamps": "没有时间，等了多久没法算",
    "response_time: e-mail has no chat-speed limit": "是邮件，不按聊天的快慢算等待",
    "response_time: phone transcript": "是电话文字，不算打字的等待",
}


def write(heard: Heard, packs: Packs, now: datetime) -> Report:
    tally = heard.tally
    zone = heard.mapping.zone if heard.mapping else ZoneInfo(tally.policy.timezone)
    reviewed, praised, pains = tally.review(), tally.praise(), tally.top_pains(8)
    entries = Entries(heard, zone)
    bars = tuple((title(pain, packs), pain.count) for pain in pains)
    waits, note = told_waits(tally.waits)
    counts = heard.notes.counts.most_common()
    return Report(
        file=safe(heard.table.path.name),
        days=_days(tally, zone),
        made=now.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        conversations=tally.conversations,
        messages=tally.messages,
        worth=_worth(tally),
        stars=tally.stars,
        headlines=(*_headlines(tally, len(reviewed), bars), _speed(waits, note)),
        review=tuple(entries.review(seen) for seen in reviewed),
        praise=tuple(entries.praise(seen) for seen in praised),
        cases=tuple(cases(entries, reviewed, praised, pains, packs)),
        pains=tuple(pain_view(pain, packs, tally.conversations) for pain in pains[: checkup.PAINS]),
        bars=bars,
        waits=waits,
        waits_note=note,
        coverage=_coverage(heard),
        skipped=tuple((why, n, _rows(heard.notes.where[why], n)) for why, n in counts),
        reading=_reading(heard),
        reasons=tuple((safe(reason, 20), n) for reason, n in tally.reasons.most_common(5)),
        warmest=_warmest(praised),
    )


def _worth(tally: checkup.Tally) -> int:
    return tally.levels[Severity.RED] + tally.levels[Severity.ORANGE]


def _speed(waits: tuple[Figure, ...], note: str) -> str:
    if not waits:
        return note
    return f"首次回复的中位数 {waits[0].value}，九成在 {waits[1].value}（{waits[0].note}）。"


def _headlines(tally: checkup.Tally, shown: int, bars: tuple[tuple[str, int], ...]) -> tuple[str, ...]:
    n, worth = tally.conversations, _worth(tally)
    told = [f"{n:,} 段会话全部筛过：{worth:,} 段值得看看，最要紧的 {shown} 段排在前面；{tally.stars:,} 段值得夸。"]
    if not worth:
        told = [f"{n:,} 段会话全部筛过，没有听到要着急的地方；{tally.stars:,} 段值得夸。"]
    if bars:
        told.append("客户最常遇到：" + "、".join(f"{what}（{count:,} 段）" for what, count in bars[:3]) + "。")
    return tuple(told)


def _coverage(heard: Heard) -> tuple[str, ...]:
    tally, notes = heard.tally, heard.notes
    lost = notes.rows - notes.used
    told = [f"100% 已筛：读到的 {tally.conversations:,} 段会话、{tally.messages:,} 条消息，每一条都筛过，不是抽样。"]
    told.append(
        f"文件里有 {notes.rows:,} 行，用上 {notes.used:,} 行"
        + (f"，没用上 {lost:,} 行，原因在下面。" if lost else "，一行不少。")
    )
    told += [
        f"其中 {n:,} 段{UNCHECKED.get(why, safe(why))}——没检查，不等于没问题。"
        for why, n in tally.unchecked.most_common()
    ]
    return tuple(told)


def _rows(listed: list[int], count: int) -> str:
    more = f" 等 {count:,} 行" if count > len(listed) else ""
    return "第 " + "、".join(map(str, listed)) + (more or " 行")


def _reading(heard: Heard) -> tuple[tuple[str, str], ...]:
    mapping = heard.mapping
    if mapping is None:
        return (("格式", "会话文件，每行一段会话"),)
    told = [
        (words.TITLES[role], " + ".join(safe(mapping.title(p)) for p in places))
        for role, places in mapping.columns.items()
    ]
    if mapping.speakers:
        told.append(("谁是谁", "，".join(f"{safe(w, 20)} = {words.SPEAKERS[s]}" for w, s in mapping.speakers.items())))
    return tuple(told)


def _days(tally: checkup.Tally, zone: ZoneInfo) -> str:
    if tally.began is None or tally.ended is None:
        return ""
    first, last = tally.began.astimezone(zone), tally.ended.astimezone(zone)
    if first.date() == last.date():
        return f"{first.year} 年 {first.month} 月 {first.day} 日"
    same = first.year == last.year
    return (
        f"{first.year} 年 {first.month} 月 {first.day} 日 – "
        + ("" if same else f"{last.year} 年 ")
        + f"{last.month} 月 {last.day} 日"
    )


def _warmest(praised: list[Seen]) -> str:
    for seen in praised:
        star = checkup.best(seen)
        message = seen.message(star.message) if star else None
        if message and message.speaker is Speaker.CUSTOMER and len(message.text) >= 6:
            return Mask(seen.conversation).said(message.text, 48)
    return ""
