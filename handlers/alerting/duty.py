"""Who is on duty: by word first, then by the roster; and the command that shows and changes it."""

import re
from datetime import datetime, time, timedelta

from handlers.cards import quiet
from handlers.cards.card import Card
from handlers.cards.replies import sentence
from handlers.context import Context
from handlers.people import Person
from handlers.requests import Request
from rules.schedule import on_roster
from storage import audit, duties
from storage.db import Tx

UNTIL = re.compile(r"^(?P<names>.*?)\s*(?:到|至|until)\s*(?P<hour>\d{1,2})(?:[:：点](?P<minute>\d{2})?)?\s*$")
ENDS = ("取消", "恢复", "按表")
MAY = ("lead", "admin")


def on_duty(ctx: Context, tx: Tx, team: str, at: datetime) -> tuple[Person, ...]:
    """Those of the team first; with nobody of the team on duty, all who are."""
    changes = [change for change in duties.at(tx, at) if change.team in ("", team)]
    names = changes[0].names if changes else on_roster(at, ctx.zone, ctx.schedule)
    people = tuple(person for person in map(ctx.people.named, names) if person is not None)
    near = tuple(person for person in people if not team or person.team in ("", team))
    return near or people


def tell_or_set(ctx: Context, tx: Tx, request: Request) -> Card:
    """值班: who is. 值班 张主管 到 18:00: from now on they are."""
    words = request.text.strip()
    person = request.person
    if not words or person is None:
        return _told(ctx, tx, request)
    if person.role not in MAY:
        return sentence("排班由主管和管理员来改；发「值班」可以看现在是谁。")
    team = "" if person.role == "admin" else person.team
    if words in ENDS:
        ended = duties.end(tx, team, ctx.now())
        audit.write(tx, ctx.now(), request.speaker, "duty", words)
        return sentence("好，还是按排班表来。" if ended else "现在就是按排班表来的。", "blue")
    return _set(ctx, tx, request, team)


def _set(ctx: Context, tx: Tx, request: Request, team: str) -> Card:
    found = UNTIL.match(request.text.strip())
    names = re.split(r"[\s、,，和]+", (found["names"] if found else request.text).strip())
    people = [ctx.people.named(name.lstrip("@")) for name in names]
    unknown = next((name for name, who in zip(names, people, strict=True) if who is None), None)
    if unknown is not None:
        return sentence(f"名单里没有「{unknown[:20]}」。这样说：值班 张主管 到 18:00")
    until = _end(ctx, found)
    if until is None:
        return sentence("到几点没看懂。这样说：值班 张主管 到 18:00")
    known = tuple(who.name for who in people if who is not None)
    duties.add(tx, duties.Change(team, known, ctx.now(), until, request.speaker))
    audit.write(tx, ctx.now(), request.speaker, "duty", "、".join(known), until=until.isoformat())
    return sentence(f"好，到 {_moment(ctx, until)} 由{'、'.join(known)}值班，升级提醒会找 TA。", "blue")


def _end(ctx: Context, found: re.Match[str] | None) -> datetime | None:
    """The next time the clock shows that; without one, the end of the day."""
    local = ctx.now().astimezone(ctx.zone)
    tomorrow = datetime.combine(local.date() + timedelta(days=1), time(0), ctx.zone)
    if found is None:
        return tomorrow.astimezone(ctx.now().tzinfo)
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if hour == 24 and minute == 0:
        return tomorrow.astimezone(ctx.now().tzinfo)
    if hour > 23 or minute > 59:
        return None
    at = datetime.combine(local.date(), time(hour, minute), ctx.zone)
    return (at if at > local else at + timedelta(days=1)).astimezone(ctx.now().tzinfo)


def _told(ctx: Context, tx: Tx, request: Request) -> Card:
    """By team, for those who know several; an agent sees their own."""
    person, now = request.person, ctx.now()
    teams = sorted({p.team for p in ctx.people.people if p.team}) or [""]
    if person is not None and person.team and person.role not in MAY:
        teams = [person.team]
    changed = {change.team: change for change in reversed(duties.at(tx, now))}
    rows = []
    for team in teams:
        change = changed.get(team) or changed.get("")
        until = f"（到 {_moment(ctx, change.until)}，{change.actor}安排）" if change else ""
        who = "、".join(p.name for p in on_duty(ctx, tx, team, now))
        rows.append((team or "全部", f"{who}{until}" if who else "排班表上没有人，升级时先请组里的主管"))
    return quiet.duty(tuple(rows))


def _moment(ctx: Context, at: datetime) -> str:
    local, today = at.astimezone(ctx.zone), ctx.now().astimezone(ctx.zone).date()
    if local.time() == time(0) and local.date() == today + timedelta(days=1):
        return "24:00"
    return local.strftime("%H:%M" if local.date() == today else "%m-%d %H:%M")
