"""Conditions of the rule language, compiled once into plain functions of (scene, message index).

A condition is a table; all its keys must hold of the same message, except inside `after` and `before`.
"""

from collections.abc import Mapping
from typing import Any

from rules import atoms, likeness
from rules.atoms import NEVER, Build, Condition, Context, number
from rules.model import Speaker
from rules.scene import NOTHING, Scene

ANY_TIME = float("inf")
FURTHEST = 200  # messages: however long somebody chats, no condition looks further than that
SPEAKERS: Mapping[str, frozenset[Speaker]] = {
    "customer": frozenset({Speaker.CUSTOMER}),
    "agent": frozenset({Speaker.AGENT}),
    "bot": frozenset({Speaker.BOT}),
    "service": frozenset({Speaker.AGENT, Speaker.BOT}),
    "anyone": frozenset({Speaker.CUSTOMER, Speaker.AGENT, Speaker.BOT}),
}


def compile_table(table: Any, context: Context, who: str = "customer") -> Condition:
    """`who` is meant wherever the table does not name a speaker itself."""
    if not isinstance(table, Mapping) or not table:
        context.wrong("when", "条件要写成一张表，例如 {any = ['词组名']}")
        return NEVER
    speakers = _speakers(table.get("who", who), context)
    keys = sorted(table.keys() - {"who", "repeat", "unless"}, key=_cost)
    parts = [_part(key, table, context, who) for key in keys]
    one = _all([part for part in parts if part], speakers)
    if "unless" in table and "match" not in table:
        context.wrong("unless", "unless 要和 match 写在一起")
    return _repeated(one, table["repeat"], context) if "repeat" in table else one


def _cost(key: str) -> tuple[int, str]:
    return (COSTLY.index(key) if key in COSTLY else -1, key)


def _part(key: str, table: Mapping[str, Any], context: Context, who: str) -> Condition | None:
    nested = str(table.get("who", who))
    value = table[key]
    if key == "match":
        return atoms.match(value, table.get("unless", ""), _guard(table, context), context)
    if key in NESTED:
        return NESTED[key](value, nested, context)
    if key in atoms.PLAIN:
        return atoms.PLAIN[key](value, key, context)
    context.wrong(key, f"不认识条件「{key}」，可以用的有：{'、'.join(KEYS)}")
    return None


def _guard(table: Mapping[str, Any], context: Context) -> frozenset[str]:
    """Keyword sets one of which must be found for the table to hold at all."""
    for key in ("all", "any"):
        names = table.get(key)
        if isinstance(names, list):
            return frozenset(name for name in names if isinstance(name, str) and name in context.sets)
    return NOTHING


def _speakers(who: Any, context: Context) -> frozenset[Speaker]:
    if isinstance(who, str) and who in SPEAKERS:
        return SPEAKERS[who]
    context.wrong("who", f"说话人要是 {'、'.join(SPEAKERS)} 之一")
    return frozenset()


def _all(parts: list[Condition], speakers: frozenset[Speaker]) -> Condition:
    tests = tuple(part.holds for part in parts)
    needs = min((part.needs for part in parts if part.needs), key=len, default=NOTHING)

    def holds(scene: Scene, i: int) -> bool:
        if scene.speakers[i] not in speakers:
            return False
        for test in tests:  # noqa: SIM110  a loop and not all(): this runs for every rule and message
            if not test(scene, i):
                return False
        return True

    return Condition(holds, needs)


# Neighbours


def _neighbour(step: int) -> Build:
    def build(value: Any, who: str, context: Context) -> Condition:
        key = "after" if step < 0 else "before"
        if not isinstance(value, Mapping):
            context.wrong(key, f"要写成 {key} = {{any = ['词组名'], within_messages = 6}}")
            return NEVER
        within = {name: value[name] for name in WITHIN if name in value}
        messages = min(FURTHEST, number(within.get("within_messages", FURTHEST), key, context))
        minutes = number(within.get("within_minutes", ANY_TIME), key, context)
        other = compile_table({k: v for k, v in value.items() if k not in WITHIN}, context, who)

        def holds(scene: Scene, i: int) -> bool:
            stop = max(-1, i - int(messages) - 1) if step < 0 else min(len(scene.names), i + int(messages) + 1)
            for j in range(i + step, stop, step):  # noqa: SIM110
                if other.holds(scene, j) and _near(scene, i, j, minutes):
                    return True
            return False

        return Condition(holds)

    return build


def _near(scene: Scene, i: int, j: int, minutes: float) -> bool:
    """Where times are missing, only a limit in messages can hold them apart."""
    if minutes == ANY_TIME:
        return True
    apart = scene.minutes_between(min(i, j), max(i, j))
    return apart is None or apart <= minutes


def _repeated(one: Condition, value: Any, context: Context) -> Condition:
    if not isinstance(value, Mapping) or "times" not in value or set(value) - {"times", "alike", *WITHIN}:
        context.wrong("repeat", "要写成 repeat = {times = 3, within_minutes = 10}")
        return NEVER
    times = number(value["times"], "repeat", context)
    messages = min(FURTHEST, number(value.get("within_messages", FURTHEST), "repeat", context))
    minutes = number(value.get("within_minutes", ANY_TIME), "repeat", context)
    alike = value.get("alike") is True  # nearly the same words

    def holds(scene: Scene, i: int) -> bool:
        if i + 1 < times or not one.holds(scene, i):
            return False
        found, stop = 1, max(-1, i - int(messages) - 1)
        said = likeness.pieces(scene.message(i).text) if alike else NOTHING
        for j in range(i - 1, stop, -1):
            if not times - j + stop <= found < times:  # enough, or too few are left
                break
            if one.holds(scene, j) and (not alike or _alike(said, scene, j)) and _near(scene, i, j, minutes):
                found += 1
        return found >= times

    return Condition(holds, one.needs)


def _alike(said: frozenset[str], scene: Scene, j: int) -> bool:
    return likeness.alike(said, likeness.pieces(scene.message(j).text))


# and, or, not


def _and(value: Any, who: str, context: Context) -> Condition:
    parts = _tables(value, "and", who, context)
    needs = min((part.needs for part in parts if part.needs), key=len, default=NOTHING)
    return Condition(lambda scene, i: all(part.holds(scene, i) for part in parts), needs)


def _or(value: Any, who: str, context: Context) -> Condition:
    parts = _tables(value, "or", who, context)
    needs = frozenset().union(*(part.needs for part in parts)) if all(part.needs for part in parts) else NOTHING
    return Condition(lambda scene, i: any(part.holds(scene, i) for part in parts), needs)


def _not(value: Any, who: str, context: Context) -> Condition:
    part = compile_table(value, context, who)
    return Condition(lambda scene, i: not part.holds(scene, i))


def _tables(value: Any, key: str, who: str, context: Context) -> tuple[Condition, ...]:
    if not isinstance(value, list) or not value:
        context.wrong(key, f"{key} 要是条件的列表，例如 {key} = [{{any = ['甲']}}, {{any = ['乙']}}]")
        return ()
    return tuple(compile_table(table, context, who) for table in value)


COSTLY = ("first", "last", "waited", "silence", "after", "before", "and", "or", "not")  # asked last, in this order
WITHIN = ("within_messages", "within_minutes")
NESTED: Mapping[str, Build] = {"after": _neighbour(-1), "before": _neighbour(1), "and": _and, "or": _or, "not": _not}
KEYS = ("who", "match", "unless", "repeat", *atoms.PLAIN, *NESTED)
