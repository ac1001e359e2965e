"""Talk-tracks read from their files: those that ship, then the shop's own, which go before them."""

from pathlib import Path

from handlers.errors import UserError
from rules import talk_tracks
from rules.talk_tracks import Track

FOLDER = Path(__file__).resolve().parents[2] / "rules" / "packs" / "talk"


def tracks(folder: str = "") -> tuple[Track, ...]:
    """`folder`: that of the shop's own rules; its talk-tracks stand in talk/ below."""
    own = sorted((Path(folder) / "talk").glob("*.toml")) if folder else []
    texts = {str(path): path.read_text(encoding="utf8") for path in [*sorted(FOLDER.glob("*.toml")), *own]}
    try:
        return talk_tracks.parse(texts)
    except ValueError as error:
        raise UserError(str(error)) from None
