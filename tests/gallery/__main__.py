"""Writes the agreed drawings anew, or, with a folder, paints every card there."""

import asyncio
import sys
from pathlib import Path

from tests.gallery.drawings import write
from tests.gallery.painting import paint

if __name__ == "__main__":
    if sys.argv[1:]:
        asyncio.run(paint(Path(sys.argv[1])))
    else:
        write()
