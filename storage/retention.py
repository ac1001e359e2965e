"""How long texts are kept: after a while they are masked for good, later they are gone."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from rules.privacy import mask, mask_name
from storage.tables import CONVERSATION, FINDING, HAPPENING, MESSAGE, POLL_CASE

C, M, F, H = CONVERSATION.c, MESSAGE.c, FINDING.c, HAPPENING.c
MASK = update(MESSAGE).where(M.conversation == bindparam("c"), M.id == bindparam("m")).values(text=bindparam("t"))
MASK_QUOTE = update(FINDING).where(F.id == bindparam("i")).values(quote=bindparam("q"))


def fade(tx: Connection, before: datetime, limit: int = 200) -> int:
    """Mask the personal data of conversations without news since then; how many were done."""
    old = tx.execute(select(C.id, C.customer_name).where(C.last_at < before, ~C.faded).limit(limit)).all()
    ids = [row.id for row in old]
    if not ids:
        return 0
    said = tx.execute(select(M.conversation, M.id, M.text).where(M.conversation.in_(ids))).all()
    if said:
        tx.execute(MASK, [{"c": row.conversation, "m": row.id, "t": mask(row.text)} for row in said])
    quoted = tx.execute(select(F.id, F.quote).where(F.conversation.in_(ids))).all()
    if quoted:
        tx.execute(MASK_QUOTE, [{"i": row.id, "q": mask(row.quote)} for row in quoted])
    for row in old:
        name = mask_name(row.customer_name) if row.customer_name else ""
        values = {"faded": True, "customer_name": name, "rating_comment": "", "version": C.version + 1}
        tx.execute(update(CONVERSATION).where(C.id == row.id).values(values))
    return len(ids)


def forget(tx: Connection, before: datetime, limit: int = 200) -> int:
    """Delete the messages of conversations without news since then; what was counted stays."""
    quiet = select(C.id).where(C.last_at < before).where(select(M.id).where(M.conversation == C.id).exists())
    ids = list(tx.scalars(quiet.limit(limit)))
    if ids:
        tx.execute(delete(MESSAGE).where(M.conversation.in_(ids)))
        tx.execute(delete(HAPPENING).where(H.conversation.in_(ids)))
        tx.execute(update(FINDING).where(F.conversation.in_(ids)).values(quote=""))
        tx.execute(update(POLL_CASE).where(POLL_CASE.c.conversation.in_(ids)).values(excerpt=[]))
        tx.execute(update(CONVERSATION).where(C.id.in_(ids)).values(version=C.version + 1))
    return len(ids)
