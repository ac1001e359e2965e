"""What a condition can say of one message or its conversation, each compiled into a plain function."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from rules.model import Conversation, Speaker
from rules.scene import NOTHING, Scene

Holds = Callable[[Scene, int], bool]
SHAPES = ("text", "ack", "notice", "card", "emoji", "empty")
CHANNELS = ("chat", "phone", "email")
STATUSES = ("open", "pending", "resolved")


@dataclass(frozen=True, slots=True)
class Condition:
    """`needs`: one of these names is in any message it holds of; empty when that cannot be told."""

    holds: Holds
    needs: frozenset[str] = NOTHING


class Context(Protocol):
    """What compiling needs to know, and where it reports what is wrong."""

    sets: Mapping[str, Any]
    patterns: Mapping[str, Any]

    def pattern(self, match: str, unless: str, guard: frozenset[str]) -> str:
        """Registers a regex of the rule itself, only asked where a set of `guard` is found, and returns its name."""

    def wrong(self, key: str, says: str) -> None: ...


NEVER = Condition(lambda scene, i: False)
Build = Callable[[Any, str, Context], Condition]


# Names in the message


def _names(value: Any, key: str, known: Mapping[str, Any], context: Context) -> frozenset[str]:
    if not isinstance(value, list) or not value or not all(isinstance(name, str) for name in value):
        context.wrong(key, f"{key} 要是名字的列表，例如 {key} = ['threat']")
        return NOTHING
    for name in value:
        if name not in known:
            context.wrong(
                key,
                f"没有叫「{name}」的{'正则' if key == 'pattern' else '词组'}，先在 [keywords] 或 [patterns] 里写好它",
            )
    return frozenset(value)


def _any(value: Any, key: str, context: Context) -> Condition:
    wanted = _names(value, key, context.sets, context)
    return Condition(lambda scene, i: not wanted.isdisjoint(scene.names[i]), wanted)


def _every(value: Any, key: str, context: Context) -> Condition:
    wanted = _names(value, key, context.sets, context)
    return Condition(lambda scene, i: wanted <= scene.names[i], frozenset(sorted(wanted)[:1]))


def _none(value: Any, key: str, context: Context) -> Condition:
    unwanted = _names(value, key, context.sets, context)
    return Condition(lambda scene, i: unwanted.isdisjoint(scene.names[i]))


def _at_least(value: Any, key: str, context: Context) -> Condition:
    if not isinstance(value, Mapping) or set(value) != {"n", "of"}:
        context.wrong(key, "要写成 at_least = {n = 2, of = ['词组甲', '词组乙']}")
        return NEVER
    wanted = _names(value["of"], key, context.sets, context)
    n = number(value["n"], key, context)
    return Condition(lambda scene, i: len(wanted & scene.names[i]) >= n, wanted if n > 0 else NOTHING)


def _pattern(value: Any, key: str, context: Context) -> Condition:
    wanted = _names(value, key, context.patterns, context)
    return Condition(lambda scene, i: not wanted.isdisjoint(scene.names[i]), wanted)


def match(value: Any, unless: Any, guard: frozenset[str], context: Context) -> Condition:
    if not isinstance(value, str) or not isinstance(unless, str) or not value:
        context.wrong("match", "match 和 unless 要是正则文字")
        return NEVER
    name = context.pattern(value, unless, guard)
    return Condition(lambda scene, i: name in scene.names[i], frozenset({name}))


def _count(value: Any, key: str, context: Context) -> Condition:
    """How often words of these sets stand in the message."""
    if not isinstance(value, Mapping) or "of" not in value:
        context.wrong(key, "要写成 count = {of = ['词组名'], from = 3}")
        return NEVER
    wanted = _names(value["of"], key, context.sets, context)
    low, high = _range({name: value[name] for name in value if name != "of"}, key, context)

    def holds(scene: Scene, i: int) -> bool:
        return low <= sum(place[0] in wanted for place in scene.signals(i).terms) <= high

    return Condition(holds, wanted if low > 0 else NOTHING)


# The message itself


def _shape(value: Any, key: str, context: Context) -> Condition:
    wanted = _choices(value, key, SHAPES, context)
    return Condition(lambda scene, i: scene.signals(i).shape in wanted)


def _level(value: Any, key: str, context: Context) -> Condition:
    low, high = _range(value, key, context)

    def holds(scene: Scene, i: int) -> bool:
        level: float | None = getattr(scene.signals(i), key)
        return level is not None and low <= level <= high

    return Condition(holds)


def _length(value: Any, key: str, context: Context) -> Condition:
    low, high = _range(value, key, context)
    return Condition(lambda scene, i: low <= len(scene.message(i).text) <= high)


def _first(value: Any, key: str, context: Context) -> Condition:
    wanted = _flag(value, key, context)
    return Condition(lambda scene, i: wanted is (scene.speakers.index(scene.speakers[i]) == i))


def _last(value: Any, key: str, context: Context) -> Condition:
    wanted = _flag(value, key, context)
    return Condition(lambda scene, i: wanted is (scene.speakers[i] not in scene.speakers[i + 1 :]))


# The conversation


def _of_conversation(read: Callable[[Conversation], str], options: tuple[str, ...]) -> Build:
    def build(value: Any, key: str, context: Context) -> Condition:
        wanted = _choices(value, key, options, context)
        return Condition(lambda scene, i: read(scene.conversation) in wanted)

    return build


def _rating(value: Any, key: str, context: Context) -> Condition:
    low, high = _range(value, key, context)

    def holds(scene: Scene, i: int) -> bool:
        rating = scene.conversation.rating
        return rating is not None and low <= rating.score <= high

    return Condition(holds)


def _ordered(value: Any, key: str, context: Context) -> Condition:
    """The customer paid for an order after this message, within so many days."""
    days = number(value.get("within_days"), key, context) if isinstance(value, Mapping) else 0.0
    if not days:
        context.wrong(key, "要写成 ordered = {within_days = 3}")

    def holds(scene: Scene, i: int) -> bool:
        said = scene.message(i).at
        paid = (order.paid_at for order in scene.conversation.orders)
        return said is not None and any(at and 0 <= (at - said).total_seconds() <= days * 86400 for at in paid)

    return Condition(holds)


# Time


def _waited(value: Any, key: str, context: Context) -> Condition:
    """Minutes until somebody of the service answered, or until now."""
    low, high = _range(value, key, context)

    def holds(scene: Scene, i: int) -> bool:
        said = scene.message(i).at
        later = scene.conversation.messages[i + 1 :]
        answer = next((m.at for m in later if m.speaker is Speaker.AGENT), scene.now)
        return said is not None and answer is not None and low <= (answer - said).total_seconds() / 60 <= high

    return Condition(holds)


def _silence(value: Any, key: str, context: Context) -> Condition:
    """Minutes since the message before, whoever wrote it."""
    low, high = _range(value, key, context)

    def holds(scene: Scene, i: int) -> bool:
        minutes = scene.minutes_between(i - 1, i) if i else None
        return minutes is not None and low <= minutes <= high

    return Condition(holds)


# Values


def number(value: Any, key: str, context: Context) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        context.wrong(key, f"{key} 里要写一个不小于 0 的数")
        return 0.0
    return float(value)


def _range(value: Any, key: str, context: Context) -> tuple[float, float]:
    if not isinstance(value, Mapping) or not value or set(value) - {"from", "to"}:
        context.wrong(key, f"要写成 {key} = {{from = 最小, to = 最大}}，可以只写一头")
        return 1.0, 0.0
    low, high = number(value.get("from", 0), key, context), number(value.get("to", float("inf")), key, context)
    if low > high:
        context.wrong(key, f"{key} 的 from 比 to 大，永远不会成立")
    return low, high


def _choices(value: Any, key: str, options: tuple[str, ...], context: Context) -> frozenset[str]:
    """`options` empty: anything goes."""
    if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
        context.wrong(key, f"{key} 要是文字的列表")
        return frozenset()
    if options and set(value) - set(options):
        context.wrong(key, f"{key} 里可以写的有：{'、'.join(options)}")
    return frozenset(value)


def _flag(value: Any, key: str, context: Context) -> bool:
    if not isinstance(value, bool):
        context.wrong(key, f"{key} 要是 true 或 false")
    return value is True


PLAIN: Mapping[str, Build] = {
    "any": _any, "all": _every, "none": _none, "at_least": _at_least, "count": _count, "pattern": _pattern,
    "shape": _shape, "length": _length, "first": _first, "last": _last,
    "sentiment": _level, "dissatisfied": _level, "satisfied": _level,
    "rating": _rating, "ordered": _ordered, "waited": _waited, "silence": _silence,
    "channel": _of_conversation(lambda c: c.channel, CHANNELS),
    "shop": _of_conversation(lambda c: c.shop, ()),
    "team": _of_conversation(lambda c: c.team, ()),
    "status": _of_conversation(lambda c: c.status, STATUSES),
}  # fmt: skip
