"""The one reader of config.toml: secrets from the environment, every mistake in one go."""

import os
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.plain_words import of_os
from bot.settings.config_contradictions import Unset, contradictions
from bot.settings.config_lines import Lines
from bot.settings.config_mistakes import Mistake, explain, explain_toml
from bot.settings.sections import Config, Database
from handlers.errors import UserError


def load(path: Path, environment: Mapping[str, str] | None = None) -> Config:
    """Read the file, or raise UserError with every mistake, its line and its remedy."""
    config, mistakes = parse(read(path), os.environ if environment is None else environment)
    return _sound(config, mistakes, path)


def load_database(path: Path, environment: Mapping[str, str] | None = None) -> Database:
    """Only where the database is; mistakes in other sections do not matter."""
    config, mistakes = parse(read(path), os.environ if environment is None else environment, only={"database"})
    return _sound(config, mistakes, path).database


def read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"读不到配置文件 {path}：{of_os(error)}。可以复制 config.example.toml 再改。") from error


def parse(text: str, environment: Mapping[str, str], only: Collection[str] = ()) -> tuple[Config | None, list[Mistake]]:
    """The config and every mistake found; None when nothing could be made of the text. `only` some sections, or all."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [explain_toml(error)]
    lines = Lines(text)
    unset: list[Mistake] = []
    filled = _fill({k: v for k, v in raw.items() if not only or k in only}, environment, lines, unset)
    mistakes = [*unset, *contradictions(filled, lines)]
    config = None
    try:
        config = Config.model_validate(filled)
    except ValidationError as error:
        details = [detail for detail in error.errors() if not isinstance(detail["input"], Unset)]
        mistakes += [explain(detail, lines, Config) for detail in details]
    return config, sorted(mistakes, key=lambda mistake: mistake.line or len(text))


def lacking(config: Config) -> list[str]:
    """No mistake, but without it nothing is heard, said or done."""
    wants = {
        "没有 [helpdesks.名字]，还听不到客户；README「接入客服系统」": config.helpdesks,
        '没有想听 "alerts" 的 [[rooms]]，还没有群可以提醒': [r for r in config.rooms if "alerts" in r.wants],
        "没有 [[people]]，还没有谁能认领": config.people,
    }
    return [told for told, there in wants.items() if not there]


def _sound(config: Config | None, mistakes: Sequence[Mistake], path: Path) -> Config:
    if config is None or mistakes:
        raise UserError("\n".join(f"{path} {m}" for m in mistakes))
    return config


def _fill(value: Any, environment: Mapping[str, str], lines: Lines, mistakes: list[Mistake], *path: str | int) -> Any:
    if isinstance(value, dict):
        return {k: _fill(v, environment, lines, mistakes, *path, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_fill(v, environment, lines, mistakes, *path, n) for n, v in enumerate(value)]
    found = re.fullmatch(r"\$\{(\w+)\}", value) if isinstance(value, str) else None
    if not found:
        return value
    name = found[1]
    if name in environment:
        return environment[name]
    mistakes.append(Mistake(lines.of(*path), f"环境变量 {name} 没有设置", f"先运行 export {name}=…"))
    return Unset()
