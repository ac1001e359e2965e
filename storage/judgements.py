"""What people said of single findings: real or not, by whom, why it came about, and whom it is about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from rules.model import Finding, Kind, Severity
from storage.alerts import Alert
from storage.tables import CONVERSATION, FINDING

C, F = CONVERSATION.c, FINDING.c
GROUP = "共评"  # who judged, where it was a calibration: nobody alone
MOST = 500  # unseen findings that are looked through
# Built once: building a statement costs more than running it.
OF = (
    select(FINDING)
    .where(F.conversation == bindparam("conversation"), F.kind == bindparam("kind"), F.severity > 0)
    .order_by(F.severity.desc(), F.id)
)
JUDGE = (
    update(FINDING)
    .where(F.id == bindparam("finding"), F.verdict != "overturned")
    .values({name: bindparam(f"b_{name}") for name in ("verdict", "judged_by", "judged_at", "account")})
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding with what was said of it; people call it F37."""

    id: int
    conversation: str
    finding: Finding
    found_at: datetime
    verdict: str  # "" | real | false_alarm | overturned
    judged_by: str
    judged_at: datetime | None
    cause: str
    account: str  # "source:sub-account" it is about; empty: nobody's

    @property
    def code(self) -> str:
        return f"F{self.id}"


def get(tx: Connection, id_: int) -> Judged | None:
    row = tx.execute(select(FINDING).where(F.id == id_)).one_or_none()
    return _judged(row) if row else None


def among(tx: Connection, ids: Sequence[int]) -> list[Judged]:
    return [_judged(row) for row in tx.execute(select(FINDING).where(F.id.in_(ids)).order_by(F.id))]


def of(tx: Connection, conversation: str, kind: Kind) -> list[Judged]:
    """What can be judged of one kind, the worst first: what stands, and what somebody has judged already.

    When nothing stands any more, the last that each check said.
    """
    return _valid(tx.execute(OF, {"conversation": conversation, "kind": kind.value}).all())


def of_alert(tx: Connection, alert: Alert) -> list[Judged]:
    """The same of one alert: what was found before and after it belongs to another."""
    rows = tx.execute(OF, {"conversation": alert.conversation, "kind": alert.kind.value}).all()
    own = [row for row in rows if alert.covers(row.found_at)]
    return _valid(own or [row for row in rows if not row.verdict])


def twins(tx: Connection, one: Judged) -> list[Judged]:
    """What the same check said of the same account in the same conversation, with the same verdict; itself too."""
    same = (F.conversation == one.conversation, F.check_id == one.finding.check, F.account == one.account)
    asked = select(FINDING).where(*same, F.kind == one.finding.kind.value, F.verdict == one.verdict, F.severity > 0)
    return [_judged(row) for row in tx.execute(asked.order_by(F.id))]


def judge(tx: Connection, accounts: Mapping[int, str], verdict: str, by: str, now: datetime) -> None:
    """`accounts`: whom each finding is about. What was overturned stays so."""
    said = {"b_verdict": verdict, "b_judged_by": by, "b_judged_at": now}
    rows = [{"finding": id_, "b_account": account, **said} for id_, account in accounts.items()]
    if rows:
        tx.execute(JUDGE, rows)


def because(tx: Connection, ids: Sequence[int], cause: str, by: str) -> None:
    """Whoever says why has judged too."""
    for one in among(tx, ids):
        judges = "、".join(dict.fromkeys(name for name in (*one.judged_by.split("、"), by) if name))
        values = {"cause": cause, "judged_by": judges}
        tx.execute(update(FINDING).where(F.id == one.id, F.verdict == "real").values(**values))


def overturn(tx: Connection, ids: Sequence[int], by: str, now: datetime) -> None:
    values = {"verdict": "overturned", "judged_by": by, "judged_at": now, "cause": ""}
    tx.execute(update(FINDING).where(F.id.in_(ids)).values(**values))


def reopen(tx: Connection, ids: Sequence[int], by: str) -> None:
    """What the same group overturned before is theirs to judge again."""
    undone = update(FINDING).where(F.id.in_(ids), F.verdict == "overturned", F.judged_by == by)
    tx.execute(undone.values(verdict="", judged_by="", judged_at=None))


def confirmed(tx: Connection, accounts: Sequence[str], since: datetime) -> list[Judged]:
    """Real findings about these accounts, judged since then, the newest first."""
    asked = select(FINDING).where(F.account.in_(accounts), F.verdict == "real", F.judged_at >= since)
    return [_judged(row) for row in tx.execute(asked.order_by(F.judged_at.desc(), F.id.desc()))]


def unseen(tx: Connection, checks: Sequence[str], since: datetime) -> list[tuple[Judged, float]]:
    """(finding, risk of its conversation) of these checks that nobody has judged, the newest first."""
    asked = (
        select(FINDING, C.risk)
        .join(CONVERSATION, C.id == F.conversation)
        .where(F.check_id.in_(checks), F.kind == "risk", F.verdict == "", F.standing, F.severity > 0)
        .where(F.found_at >= since)
        .order_by(F.found_at.desc(), F.id.desc())
        .limit(MOST)
    )
    return [(_judged(row), row.risk) for row in tx.execute(asked)] if checks else []


def by_cause(tx: Connection, causes: Sequence[str], since: datetime, until: datetime) -> list[tuple[str, Judged]]:
    """(team, finding) of the confirmed findings that came of these causes, one for each conversation and cause."""
    within = (F.verdict == "real", F.cause.in_(causes), F.judged_at >= since, F.judged_at < until)
    one = select(func.min(F.id)).where(*within).group_by(F.conversation, F.cause)
    asked = select(FINDING, C.team).join(CONVERSATION, C.id == F.conversation).where(F.id.in_(one)).order_by(F.id)
    return [(row.team, _judged(row)) for row in tx.execute(asked)]


def _valid(rows: Sequence[Any]) -> list[Judged]:
    valid = [row for row in rows if row.standing or row.verdict]
    return [_judged(row) for row in valid or _last(rows)]


def _last(rows: Iterable[Any]) -> list[Any]:
    """Of each check."""
    return [*{row.check_id: row for row in sorted(rows, key=lambda row: row.id)}.values()]


def _judged(row: Any) -> Judged:
    check = row.rule.partition("@")[0]
    finding = Finding(check, Kind(row.kind), Severity(row.severity), row.message, row.quote, row.says, row.rule,
                      row.advice)  # fmt: skip
    return Judged(row.id, row.conversation, finding, row.found_at, row.verdict, row.judged_by, row.judged_at,
                  row.cause, row.account)  # fmt: skip
