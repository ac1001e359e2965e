"""What the errand `erase` does, in the process that serves the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage import audit, erasure
from storage.db import Tx


def erased(tx: Tx, now: datetime, body: Mapping[str, Any]) -> None:
    """The errand; the record names nobody."""
    ids, customer, person = list(body["ids"]), str(body["customer"]), str(body["person"])
    if ids:
        erasure.erase_conversations(tx, ids, now)
    if customer:
        erasure.erase_customer(tx, customer)
    if person:
        erasure.erase_person(tx, person)
    what = "person" if person else "customer" if customer else "conversation"
    audit.write(tx, now, "", "erase", what, conversations=len(ids))
