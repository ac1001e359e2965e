"""Single conversations in the report: what was said, why it matters, what to do; nobody who serves is named."""

from zoneinfo import ZoneInfo

from bot.checkup.figures import title
from bot.checkup.listening import Heard
from bot.checkup.masking import SIDES, Mask, words_of
from bot.checkup.values import Entry, Turn
from handlers.cards.words import who
from rules import checkup, privacy
from rules.checkup import Moment, Pain, Seen
from rules.model import Finding, Message, Speaker
from rules.packs import Packs

NO_QUESTIONS = ("转人工与主管", "响应与等待")
ADVICE = "先接住情绪，再给一个准信：谁在办、几点前有结果。"


class Entries:
    """Makes entries out of conversations of one file."""

    def __init__(self, heard: Heard, zone: ZoneInfo):
        mapping = heard.mapping
        self._zone = zone
        self._named = mapping is None or "conversation" in mapping.columns  # else its name is the customer's

    def review(self, seen: Seen) -> Entry:
        finding = checkup.lead(seen)
        others = [f.says for f in checkup.more(seen)][:3]
        level = max(finding.severity, checkup.loudness(seen.screening)).level
        return self._entry(
            seen, finding, level, others, next((f.advice for f in (finding, *checkup.more(seen)) if f.advice), ADVICE)
        )

    def praise(self, seen: Seen) -> Entry:
        finding = checkup.best(seen) or checkup.lead(seen)
        line = checkup.golden_line(seen)
        return self._entry(seen, finding, "star", [], "", line)

    def moment(self, moment: Moment, head: str) -> Entry:
        """How a pain was met."""
        line = checkup.golden_line(moment.seen, moment.finding.message)
        entry = self._entry(moment.seen, moment.finding, "star", [], "", line)
        return _with(entry, head, "这样接，客户听进去了。大家平时怎么接？")

    def _entry(
        self, seen: Seen, finding: Finding, level: str, others: list[str], advice: str, line: Message | None = None
    ) -> Entry:  # fmt: skip
        mask = Mask(seen.conversation)
        message = seen.message(finding.message)
        at = message.at.astimezone(self._zone).strftime("%m-%d %H:%M") if message and message.at else ""
        opened = checkup.opening(seen, finding.message)
        side = SIDES.get(message.speaker, "客户") if message else "客户"
        return Entry(
            level=level,
            head=mask.told(finding.says),
            who=" · ".join(part for part in (who(seen.conversation), at) if part),
            where=self._where(seen, mask),
            side=side,
            quote=mask.said(words_of(finding, message)),
            why=tuple(mask.told(says) for says in others),
            advice=mask.told(advice),
            talk=tuple(self._talk(seen, finding.message, mask)),
            opening=mask.said(opened.text) if line and opened else "",
            line=mask.said(line.text) if line else "",
        )

    def _talk(self, seen: Seen, about: str, mask: Mask) -> list[Turn]:
        told = [m for m in checkup.around(seen, about) if m.speaker in SIDES and m.text.strip()]
        whole = privacy.mask_together([mask.said(m.text, 200) for m in told])
        return [Turn(SIDES[m.speaker], said, m.id == about) for m, said in zip(told, whole, strict=True)]

    def _where(self, seen: Seen, mask: Mask) -> str:
        parts = [f"会话 {mask.told(seen.conversation.id)[:40]}"] if self._named else []
        if seen.rows:
            first, last = seen.rows
            parts.append(f"第 {first} 行" if first == last else f"第 {first}–{last} 行")
        return " · ".join(parts)


def _with(entry: Entry, head: str, ask: str) -> Entry:
    values = {name: getattr(entry, name) for name in Entry.__slots__}
    return Entry(**values | {"head": head, "ask": ask})


def cases(entries: Entries, reviewed: list[Seen], praised: list[Seen], pains: list[Pain], packs: Packs) -> list[Entry]:
    """Two to learn from, one to think about; nobody is named in any."""
    found: list[Entry] = []
    used: set[str] = set()
    if praised:
        star = entries.praise(praised[0])
        found.append(_with(star, f"学：{star.head}", "同样的开场，我们还可以怎么说？"))
        used.add(praised[0].conversation.id)
    asked = [pain for pain in pains if _is_about_goods(pain, packs)]
    answered = ((pain, m) for pain in asked for m in pain.answered.ranked() if m.seen.conversation.id not in used)
    met = next(answered, None)
    if met:
        found.append(entries.moment(met[1], f"学：遇到「{title(met[0], packs)}」可以这样接"))
        used.add(met[1].seen.conversation.id)
    customers = [s for s in reviewed if s.conversation.id not in used and _customers(s)]
    for seen in customers[: checkup.PAINS - len(found)]:
        entry = entries.review(seen)
        found.append(_with(entry, f"想一想：{entry.head}", "接到这句话，第一句先说什么？先各自写下来，再看建议。"))
    return found


def _is_about_goods(pain: Pain, packs: Packs) -> bool:
    """To be waited for or passed on is no question with a good answer."""
    rule = packs.rule(pain.check)
    return rule is not None and rule.pack not in NO_QUESTIONS


def _customers(seen: Seen) -> bool:
    message = seen.message(checkup.lead(seen).message)
    return message is not None and message.speaker is Speaker.CUSTOMER
