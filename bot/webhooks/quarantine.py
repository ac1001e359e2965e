"""What of an unreadable body may be kept: its beginning, readable, without personal data."""

import re

from rules import fields, privacy

LONGEST = 4096
MARGIN = 80  # a number cut in two at the end is not recognised any more
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


def presentable(body: bytes) -> str:
    """JSON's escapes are undone first: behind them no address and no number would be found."""
    text = body[:LONGEST].decode("utf8", "replace")
    text = fields.clean(_ESCAPE.sub(lambda m: chr(int(m[1], 16)), text))
    masked = privacy.mask(text)
    return masked[:-MARGIN] + "…" if len(body) > LONGEST else masked
