"""`python -m tests.bench [NAME…]` runs the benches, all or those named, and prints one table."""

import sys
from collections.abc import Callable, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from tests.bench import backtest, portraits, screening, sentiment, starting, watchers, webhooks
from tests.bench.row import Row

BENCHES: Mapping[str, Callable[[], Sequence[Row]]] = {
    "starting": starting.rows,
    "webhooks": webhooks.rows,
    "watchers": watchers.rows,
    "sentiment": sentiment.rows,
    "screening": screening.rows,
    "backtest": backtest.rows,
    "portraits": portraits.rows,
}
WIDTH = 150  # of what is not written to a terminal
MET = {True: "✓", False: "✗", None: ""}


def main(wanted: Sequence[str]) -> int:
    if unknown := set(wanted) - set(BENCHES):
        Console(stderr=True).print(f"no such bench: {', '.join(unknown)}; there are {', '.join(BENCHES)}")
        return 2
    table = Table("figure", "Starling", "peer", "ratio", "goal", "")
    for name in wanted or BENCHES:
        for row in BENCHES[name]():
            ratio = "" if row.ratio is None else f"{row.ratio:.1f} ×"
            table.add_row(row.figure, row.starling, row.peer, ratio, row.goal, MET[row.met])
        table.add_section()
    console = Console()
    Console(width=console.width if console.is_terminal else WIDTH).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
