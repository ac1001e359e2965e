"""Metric packs: TOML texts become packs of definitions; a pack may take over what another says."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import time
from typing import Any

from rules.metrics import definition
from rules.metrics.definition import Definition, Options, Pack
from rules.metrics.measures import MEASURES

HEAD = {"name", "title", "version", "zone", "source", "date", "certainty", "reconciled", "base", "without"}
FIGURE = {"title", "says", "measure", "statistic", "unit", "source", "date", "certainty"}
OPTIONS = {f.name: f.type for f in fields(Options)}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "statistic": definition.STATISTICS,
    "measure": tuple(MEASURES),
    "per": definition.PER,
    "unanswered": definition.UNANSWERED,
    "clock": definition.CLOCKS,
    "transfer": definition.TRANSFERS,
    "credit": definition.CREDITS,
}
Table = Mapping[str, Any]


class PackWrong(ValueError):
    """A pack that cannot be used; says which, where and why, for whoever wrote it."""


def parse(texts: Mapping[str, str]) -> Mapping[str, Pack]:
    """Packs by name, from texts by file name."""
    bodies = {}
    for file, text in sorted(texts.items()):
        body = _body(file, text)
        bodies[body["pack"]["name"]] = body
    return {name: _pack(name, bodies) for name in bodies}


def _body(file: str, text: str) -> dict[str, Any]:
    try:
        body = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PackWrong(f"{file}：TOML 写法有误（{error}）") from error
    head = body.get("pack")
    if not isinstance(head, dict) or not isinstance(head.get("name"), str):
        raise PackWrong(f"{file}：缺少 [pack] 和 name")
    unknown = (head.keys() - HEAD) | (body.keys() - {"pack", "figure"})
    if unknown:
        raise PackWrong(f"{file}：不认识 {'、'.join(sorted(unknown))}")
    return body


def _pack(name: str, bodies: Mapping[str, Table]) -> Pack:
    body = bodies[name]
    head, found = body["pack"], {}
    if base := head.get("base"):
        if base not in bodies or bodies[base]["pack"].get("base"):
            raise PackWrong(f"{name}：没有可以沿用的口径包 {base}")
        found = {_short(d): replace(d, name=f"{name}.{_short(d)}") for d in _pack(base, bodies).definitions}
    for figure in head.get("without", ()):
        found.pop(figure, None)
    own = {figure: _definition(name, figure, table, head) for figure, table in body.get("figure", {}).items()}
    return Pack(
        name, head["title"], head["version"], head.get("zone", "Asia/Shanghai"), head.get("reconciled", ""),
        tuple((own | {k: d for k, d in found.items() if k not in own}).values()),
    )  # fmt: skip


def _short(d: Definition) -> str:
    return d.name.rpartition(".")[2]


def _definition(pack: str, figure: str, table: Table, head: Table) -> Definition:
    where = f"{pack}.{figure}"
    unknown = table.keys() - FIGURE - OPTIONS.keys()
    missing = {"title", "says", "measure", "statistic", "unit"} - table.keys()
    if unknown or missing:
        raise PackWrong(f"{where}：不认识 {sorted(unknown)}，缺少 {sorted(missing)}")
    for key, choices in CHOICES.items():
        if key in table and table[key] not in choices:
            raise PackWrong(f"{where}：{key} 要是 {'、'.join(choices)} 之一")
    kept = {key: table.get(key, head.get(key, "")) for key in ("source", "date", "certainty")}
    return Definition(
        name=where,
        version=f"{pack}@{head['version']}",
        options=_options(where, {key: value for key, value in table.items() if key in OPTIONS}),
        **{key: table[key] for key in ("title", "says", "measure", "statistic", "unit")},
        **kept,
    )


def _options(where: str, told: dict[str, Any]) -> Options:
    for key, value in told.items():
        wanted = {bool: bool, float: (int, float), int: int, str: str}.get(OPTIONS[key], list)  # type: ignore[arg-type]
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):  # type: ignore[arg-type]
            raise PackWrong(f"{where}：{key} 的值不对")
    if "window" in told:
        told["window"] = _window(where, told["window"])
    return Options(**told)


def _window(where: str, told: list[str]) -> tuple[time, time]:
    """["08:00", "24:00"]; midnight as an end is written 24:00."""
    try:
        begins, ends = ("00:00" if text == "24:00" else text for text in told)
        return time.fromisoformat(begins), time.fromisoformat(ends)
    except (TypeError, ValueError):
        raise PackWrong(f'{where}：window 要写成 ["08:00", "23:00"]') from None
