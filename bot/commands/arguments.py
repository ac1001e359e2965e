"""What several commands of the program take, and how their configuration is read."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.settings.sections import Config

CONVERSATIONS = "会话文件（JSON Lines，每行一段会话）"
ConfigFile = Annotated[Path, typer.Option("--config", metavar="文件", help="配置文件")]
DEFAULT = Path("config.toml")


def load_config(path: Path) -> "Config":
    """Imported late: `--help` and commands without a configuration start faster."""
    from bot.config import load

    return load(path)
