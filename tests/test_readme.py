"""What the README names exists: paths, commands, keys, words for the chat, links; and its example works."""

import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from bot.__main__ import app
from bot.config import parse
from bot.settings.sections import Config
from rules import command
from tests.program import started

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf8")
FENCES = re.findall(r"^ *```(\w*)\n(.*?)^ *```$", README, re.M | re.S)
PROSE = re.sub(r"^ *```.*?^ *```$", "", README, flags=re.M | re.S)
TICKED = re.findall(r"`([^`\n]+)`", PROSE)
FOLDERS = ("bot/", "handlers/", "rules/", "storage/", "scheduler/", "tests/", ".ci/")
FILES = ("README.md", "Makefile", "LICENSE", "pyproject.toml", "requirements.lock", "config.example.toml")
OURS = frozenset(info.name or getattr(info.callback, "__name__", "") for info in app.registered_commands)


def test_every_path_in_it_exists() -> None:
    named = {word for word in TICKED if word.startswith(FOLDERS) or word in FILES}
    assert len(named) > 40
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


def test_every_name_in_the_recipes_stands_in_a_file_they_name() -> None:
    recipes = README.partition("## 怎么加东西")[2].partition("\n## ")[0]
    files = [ROOT / path for path in re.findall(r"`([\w/]+\.py)`", recipes)]
    source = "\n".join(path.read_text(encoding="utf8") for path in files)
    names = re.findall(r"`([A-Z]+|[a-z_]+|[A-Z][a-z]+)`", recipes)
    assert len(names) > 8
    assert [name for name in names if not re.search(rf"\b{name}\b", source)] == []


def test_every_command_of_the_program_exists_and_none_is_left_out() -> None:
    named = {word for word in re.findall(r"python -m bot ([a-z-]+)", README) if not word.startswith("-")}
    assert named == OURS
    for word in re.findall(r"python -m ((?:bot|tests|storage)\.[\w.]+)", README):
        path = ROOT / word.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), word


def test_every_target_of_make_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"`?make ([a-z]+)", README)) <= targets


def test_every_word_for_the_chat_is_understood_and_none_is_left_out() -> None:
    table = README.partition("### 群里能说什么")[2].partition("###")[0]
    headed = re.findall(r"^\| `([^`]+)`", table, re.M)
    assert [words for words in headed if not command.read(words).name] == []
    said = re.findall(r"`([^`]+)`", table)  # some stand beside their like
    assert {name for name, _ in command.WORDS.values()} - {command.read(words).name for words in said} == set()


def test_every_key_of_the_configuration_is_known() -> None:
    for kind, text in FENCES:
        if kind == "toml":
            for section, value in tomllib.loads(_dedented(text)).items():
                assert section in Config.model_fields
                assert _unknown(_model(section), value) == [], section
    for section, key in re.findall(r"`\[(\w+)\](?: (\w+))?", PROSE):
        assert section in Config.model_fields
        assert not key or key in _model(section).model_fields, key


def test_the_first_configuration_has_no_mistakes() -> None:
    config, mistakes = parse(_fence("toml"), {"SHOP_SECRET": "x"})
    assert config is not None
    assert mistakes == []


def test_every_link_inside_leads_somewhere() -> None:
    anchors = {_slug(title) for title in re.findall(r"^#+ (.+)$", PROSE, re.M)}
    for target in re.findall(r"\]\(([^)\s]+)\)", PROSE):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        elif "://" not in target:
            assert (ROOT / target).exists(), target


@pytest.mark.skipif(not (shutil.which("openssl") and shutil.which("curl")), reason="openssl 或 curl 未安装")
def test_the_signed_example_is_accepted_and_makes_a_card(tmp_path: Path) -> None:
    example = next(text for kind, text in FENCES if kind == "bash" and "openssl dgst" in text)
    head = f'[server]\nport = 0\n[database]\nurl = "sqlite:///{tmp_path / "starling.db"}"\n'
    config = tmp_path / "config.toml"
    config.write_text(head + _fence("toml").replace("${SHOP_SECRET}", "a-plain-secret"), encoding="utf8")
    with started([sys.executable, "-m", "bot", "serve", "--config", config], tmp_path / "log") as program:
        shell = example.replace("http://127.0.0.1:8080", program.url)
        environment = os.environ | {"SHOP_SECRET": "a-plain-secret", "no_proxy": "127.0.0.1"}
        told = subprocess.run(["bash", "-euc", shell], env=environment, text=True, capture_output=True, check=True)
        assert told.stdout == '{"ok":true,"accepted":1}'
        assert _first_card(program.url)["tone"] == "red"


def _first_card(url: str) -> dict[str, Any]:
    end = time.monotonic() + 30
    with httpx.Client(base_url=url, trust_env=False) as client:
        while time.monotonic() < end:
            cards: list[dict[str, Any]] = client.get("/sandbox/api/rooms/leads/cards").json()
            if cards:
                return cards[0]
            time.sleep(0.1)
    raise AssertionError("no card within half a minute")


def _fence(kind: str) -> str:
    return next(str(text) for found, text in FENCES if found == kind)


def _dedented(text: str) -> str:
    return re.sub(r"^ +", "", text, flags=re.M)


def _model(section: str) -> type[BaseModel]:
    """The model behind a section, a list of them, or a table of them."""
    found = re.findall(r"(bot\.settings\.(?:sections|knobs))\.(\w+)", str(Config.model_fields[section].annotation))
    module, name = found[0]
    model: type[BaseModel] = getattr(sys.modules[module], name)
    return model


def _unknown(model: type[BaseModel], value: Any) -> list[str]:
    rows = value if isinstance(value, list) else [value]
    named = [row for row in rows if all(isinstance(inner, dict) for inner in row.values())]
    rows = [inner for row in rows for inner in (row.values() if row in named else [row])]
    return [key for row in rows for key in row if key not in model.model_fields]


def _slug(title: str) -> str:
    """How GitHub makes an anchor of a title."""
    return re.sub(r"[^\w\- ]", "", title.replace("`", "").lower()).replace(" ", "-")
