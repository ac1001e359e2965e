"""The house rules that no linter knows: sizes, first sentences, what lies where, and what must not be in any file."""

import ast
import re
import subprocess
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("bot", "scheduler", "handlers", "storage", "rules")
TOP = {
    *LAYERS,
    "tests",
    "config.example.toml",
    "pyproject.toml",
    "README.md",
    "requirements.lock",
    "Makefile",
    "LICENSE",
}
LOCKS = {"requirements.lock", ".ci/test.lock"}
MADE = {"LICENSE", *LOCKS}
TEXT = {
    ".py",
    ".toml",
    ".md",
    ".lock",
    ".js",
    ".css",
    ".html",
    ".json",
    ".jsonl",
    ".svg",
    ".mako",
    ".yml",
    ".yaml",
    ".sh",
}
INDEX = re.compile(r"py[p]i\.org|python[h]osted|https?://\S*(?:/simple\b|mirror)|--(?:extra-)?index-url[ =]")
# Real people's numbers have no place in samples: only ones that no operator hands out, or that are plainly made up.
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
MAIL = re.compile(r"[\w.+-]+@(?:qq|163|126|gmail|sina|outlook|hotmail|foxmail)\.com")


def tracked() -> list[str]:
    """What git holds, or would hold; where there is no git, every file that is not made by running."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return sorted({line for line in done.stdout.splitlines() if (ROOT / line).is_file()})
    hidden = {".git", ".venv", "__pycache__"}
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return sorted(str(path) for path in found if not any(p in hidden or p.endswith("_cache") for p in path.parts))


FILES = tracked()
MODULES = [path for path in FILES if path.endswith(".py") and not path.startswith("storage/migrations/versions/")]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf8")


def lines(path: str) -> int:
    return len(read(path).splitlines())


def test_no_module_is_longer_than_300_lines() -> None:
    assert [f"{path}: {lines(path)}" for path in MODULES if lines(path) > 300] == []


def test_every_module_starts_with_a_sentence() -> None:
    silent = [p for p in MODULES if read(p).strip() and not ast.get_docstring(ast.parse(read(p)))]
    assert silent == []


@pytest.mark.parametrize("layer", LAYERS)
def test_every_folder_says_what_belongs_there(layer: str) -> None:
    folders = {str(Path(path).parent) for path in MODULES if path.startswith(f"{layer}/")}
    for folder in sorted(folders - {"storage/migrations/versions"}):
        told = ast.get_docstring(ast.parse(read(f"{folder}/__init__.py"))) if f"{folder}/__init__.py" in FILES else ""
        assert told, folder


def test_the_top_level_holds_what_it_should_and_nothing_else() -> None:
    top = {path.partition("/")[0] for path in FILES}
    assert {name for name in top if not name.startswith(".")} == TOP


def test_no_installed_distribution_has_one_of_our_names() -> None:
    installed = packages_distributions()
    assert {name: installed[name] for name in LAYERS if name in installed} == {}


def test_no_file_names_a_package_index() -> None:
    texts = [path for path in FILES if Path(path).suffix in TEXT or path in ("Makefile", ".ci/run")]
    assert [(path, word) for path in texts for word in INDEX.findall(read(path))] == []


def test_nothing_is_defanged_before_it_is_masked() -> None:
    """A defanged e-mail address is hard to recognise; privacy.harmless does both in their order."""
    ours = [path for path in MODULES if path.partition("/")[0] in LAYERS and path != "rules/privacy.py"]
    assert [path for path in ours if "mask(defang(" in read(path)] == []


def test_locks_pin_every_package_by_hash() -> None:
    for lock in LOCKS:
        pinned = re.findall(r"^[a-z0-9][\w.-]*(?:\[[\w,-]+\])?==\S+.*?(?=^[a-z0-9]|\Z)", read(lock), re.M | re.S | re.I)
        assert len(pinned) > 20
        assert [text.split()[0] for text in pinned if "--hash=sha256:" not in text] == []


def test_samples_hold_nobody_s_data() -> None:
    """Numbers in samples are made up visibly: they repeat or run, as 13800000000 and 13812345678 do."""
    samples = [path for path in FILES if path.startswith(("bot/samples/", "tests/fixtures/"))]
    assert samples
    for path in samples:
        text = read(path)
        assert [n for n in MOBILE.findall(text) if not _made_up(n)] == [], path
        assert [n for n in IDENTITY.findall(text) if not _made_up(n)] == [], path
        assert MAIL.findall(text) == [], path


def _made_up(number: str) -> bool:
    runs = ("0000", "1111", "2222", "3333", "5555", "6666", "8888", "9999", "1234", "5678")
    return any(run in number for run in runs)
