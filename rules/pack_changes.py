"""What is different between two sets of pack texts, in words for the people who changed them."""

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

NAMED = 5  # so many are named, the rest is counted


def told(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """Both sets can be read; one sentence for each sort of change."""
    old, new = _rules(before), _rules(after)
    added = [new[id_] for id_ in new if id_ not in old]
    gone = [old[id_] for id_ in old if id_ not in new]
    changed = [new[id_] for id_ in new if id_ in old and new[id_] != old[id_]]
    unnumbered = [rule for rule in changed if rule.get("version") == old[rule["id"]].get("version")]
    sentences = (
        _sentence("新增", added),
        _sentence("改了", changed),
        _sentence("去掉", gone),
        _words(_sets(before), _sets(after)),
        _sentence("内容变了、版本号没变：", unnumbered, "，建议把 version 加一，好对账"),
    )
    return tuple(sentence for sentence in sentences if sentence)


def _rules(texts: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    return {rule["id"]: rule for text in texts.values() for rule in tomllib.loads(text).get("rule", ()) if "id" in rule}


def _sets(texts: Mapping[str, str]) -> dict[str, Any]:
    parts = [tomllib.loads(text) for text in texts.values()]
    return {
        name: words for part in parts for key in ("keywords", "patterns") for name, words in part.get(key, {}).items()
    }


def _sentence(verb: str, rules: Sequence[Mapping[str, Any]], ending: str = "") -> str:
    if not rules:
        return ""
    names = "、".join(str(rule.get("title") or rule["id"]) for rule in rules[:NAMED])
    more = " 等" if len(rules) > NAMED else ""
    return f"{verb} {len(rules)} 条规则：{names}{more}{ending}"


def _words(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    if not names:
        return ""
    return f"词组和句式有变化：{'、'.join(names[:NAMED])}{' 等' if len(names) > NAMED else ''}"
