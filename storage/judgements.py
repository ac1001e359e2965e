"""What people said of single findings: real or not, by whom, why it came about, and whom it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from rules.model import Finding, Kind, Severity
from storage.tables import CONVERSATION, FINDING

C, F = CONVERSATION.c, FINDING.c
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
    """All findings of one matter, the worst first."""
    return [_judged(row) for row in tx.execute(OF, {"conversation": conversation, "kind": kind.value})]


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


def _judged(row: Any) -> Judged:
    check = row.rule.partition("@")[0]
    finding = Finding(check, Kind(row.kind), Severity(row.severity), row.message, row.quote, row.says, row.rule,
                      row.advice)  # fmt: skip
    return Judged(row.id, row.conversation, finding, row.found_at, row.verdict, row.judged_by, row.judged_at,
                  row.cause, row.account)  # fmt: skip
