"""Reading packs: sections into keyword sets, patterns and rules, and every mistake noted with its line."""

from collections.abc import Mapping
from typing import Any

import re2

from rules import condition, pack_lines, rule_digest, text
from rules.engine import KeywordSet, Pattern, compiled
from rules.model import Kind, Severity
from rules.pack_lines import Mistakes
from rules.rule import Example, Rule
from rules.scene import NOTHING

LEVELS = {severity.level: severity for severity in Severity}
KINDS = {kind.value: kind for kind in Kind}
SECTIONS = ("pack", "keywords", "patterns", "rule")
RULE_KEYS = (
    "id", "version", "title", "kind", "severity", "says", "advice", "say", "law", "source", "who", "tags", "portrait",
    "examples", "when",
)  # fmt: skip
SET_KEYS = ("terms", "except", "negation", "dissatisfied", "satisfied")
NAME = re2.compile(r"^[\\p{Han}a-zA-Z0-9_]+$")
PLACEHOLDERS = {"n": 3, "minutes": 10, "term": "原话"}


class Reader:
    """All packs at once: keyword sets and patterns first, since rules of any file may use them."""

    def __init__(self, texts: Mapping[str, str], mistakes: Mistakes) -> None:
        self.texts = texts
        self.mistakes = mistakes
        self.bodies = {file: pack_lines.read(file, body, mistakes) for file, body in sorted(texts.items())}
        self.heads = {file: pack_lines.heads(body) for file, body in texts.items()}
        self.sets: dict[str, KeywordSet] = {}
        self.patterns: dict[str, Pattern] = {}
        self._sections()
        self._keywords()
        self._named_patterns()
        self.rules = tuple(self._rules())

    def wrong(self, file: str, section: str, key: str, says: str) -> None:
        head = self.heads[file].get(section, 1)
        self.mistakes.add(file, pack_lines.line_of(self.texts[file], head, key) if key else head, says)

    def _sections(self) -> None:
        for file, body in self.bodies.items():
            for name in body.keys() - set(SECTIONS):
                self.wrong(file, name, "", f"不认识 [{name}]，可以写的有 [pack] [keywords.名] [patterns.名] [[rule]]")
            for name in ("pack", "keywords", "patterns"):
                if not isinstance(body.get(name, {}), dict):
                    self.wrong(file, name, "", f"[{name}] 要是一张表")
                    body[name] = {}

    def _keywords(self) -> None:
        for file, body in self.bodies.items():
            for name, table in body.get("keywords", {}).items():
                self._one_set(file, name, table)

    def _one_set(self, file: str, name: str, table: Any) -> None:
        section = f"keywords.{name}"
        if name in self.sets:
            self.wrong(file, section, "", f"词组「{name}」写了两次，请合并或改名")
        if not isinstance(table, dict) or not table.get("terms"):
            self.wrong(file, section, "terms", f"词组「{name}」要写 terms = ['词', '词']")
            table = {}
        for key in table.keys() - set(SET_KEYS):
            self.wrong(file, section, key, f"词组里不认识「{key}」，可以写的有 {'、'.join(SET_KEYS)}")
        terms, exceptions = self._terms(file, section, table, "terms"), self._terms(file, section, table, "except")
        levels = [self._level(file, section, table, key) for key in ("dissatisfied", "satisfied")]
        if not isinstance(table.get("negation", True), bool):
            self.wrong(file, section, "negation", "negation 要是 true 或 false")
        self.sets[name] = KeywordSet(name, terms, exceptions, table.get("negation", True) is True, *levels)

    def _terms(self, file: str, section: str, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        said = table.get(key, [])
        said = said.split() if isinstance(said, str) else said
        if said and not _texts(said):
            self.wrong(file, section, key, f"{key} 要是文字的列表，或用空格隔开的一段文字")
            return ()
        even = [text.normalise(term).text.strip() for term in said]
        for term in {term for term in even if even.count(term) > 1 or not term}:
            self.wrong(file, section, key, f"「{term}」写了两次，删掉一个" if term else "有一个空的词，删掉它")
        return tuple(dict.fromkeys(term for term in even if term))

    def _level(self, file: str, section: str, table: Mapping[str, Any], key: str) -> float:
        value = table.get(key, 0.0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            self.wrong(file, section, key, f"{key} 要是 0 到 1 之间的数")
            return 0.0
        return float(value)

    def _named_patterns(self) -> None:
        for file, body in self.bodies.items():
            for name, table in body.get("patterns", {}).items():
                rule = RuleContext(self, file, f"patterns.{name}", name)
                if not isinstance(table, dict) or set(table) - {"match", "unless"} or "match" not in table:
                    rule.wrong("", f"正则「{name}」要写 match = '…'，可以再写 unless = '…'")
                    continue
                if name in self.patterns or name in self.sets:
                    rule.wrong("", f"「{name}」这个名字用了两次，请改名")
                rule.keep(name, table["match"], table.get("unless", ""))

    def _rules(self) -> list[Rule]:
        read: dict[str, Rule] = {}
        for file, body in self.bodies.items():
            tables = body.get("rule", [])
            for n, table in enumerate(tables if isinstance(tables, list) else []):
                rule = self._one_rule(file, f"rule.{n}", table, str(body.get("pack", {}).get("name", file)))
                if rule.id in read:
                    self.wrong(file, f"rule.{n}", "id", f"规则「{rule.id}」写了两次，请换一个 id")
                read[rule.id] = rule
        return list(read.values())

    def _one_rule(self, file: str, section: str, table: Mapping[str, Any], pack: str) -> Rule:
        context = RuleContext(self, file, section, str(table.get("id", "?")))
        for key in table.keys() - set(RULE_KEYS):
            context.wrong(key, f"规则里不认识「{key}」，可以写的有 {'、'.join(RULE_KEYS)}")
        for key in ("id", "version", "title", "kind", "severity", "says", "when"):
            if key not in table:
                context.wrong("", f"规则 {context.rule} 缺少 {key}")
        who = table.get("who", "customer")
        examples = table.get("examples", {})
        return Rule(
            id=context.ident(table.get("id", "x")),
            version=context.version(table.get("version", 1)),
            title=context.text(table, "title"),
            kind=KINDS[context.choice(table.get("kind", "risk"), "kind", tuple(KINDS))],
            severity=LEVELS[context.choice(table.get("severity", "none"), "severity", tuple(LEVELS))],
            says=context.says(table),
            condition=condition.compile_table(table.get("when", {"length": {"from": 0}}), context, who),
            who=condition.SPEAKERS[context.choice(who, "who", tuple(condition.SPEAKERS))],
            pack=pack,
            advice=context.text(table, "advice"),
            say=context.text(table, "say"),
            law=context.text(table, "law"),
            source=context.text(table, "source"),
            tags=tuple(table.get("tags", ())) if _texts(table.get("tags", [""])) else context.refuse_tags(),
            portrait=table.get("portrait", True) is True,
            yes=context.examples(examples, "yes"),
            no=context.examples(examples, "no"),
            digest=rule_digest.of(table, self.sets, self.patterns),
            keys=rule_digest.keys(table.get("when")),
            patience=rule_digest.patience(table.get("when")),
        )


class RuleContext:
    """One rule while it is read: registers its regexes and says where its mistakes are."""

    def __init__(self, reader: Reader, file: str, section: str, rule: str) -> None:
        self.reader, self.file, self.section, self.rule = reader, file, section, rule
        self.sets: Mapping[str, Any] = reader.sets
        self.patterns: Mapping[str, Any] = reader.patterns

    def wrong(self, key: str, says: str) -> None:
        self.reader.wrong(self.file, self.section, key, says)

    def pattern(self, match: str, unless: str, guard: frozenset[str]) -> str:
        name = f"{self.rule}/{sum(known.startswith(self.rule + '/') for known in self.patterns) + 1}"
        self.keep(name, match, unless, guard)
        return name

    def keep(self, name: str, match: Any, unless: Any, guard: frozenset[str] = NOTHING) -> None:
        for key, regex in (("match", match), ("unless", unless)):
            why = _why_not(regex) if regex or key == "match" else ""
            if why:
                self.wrong(key, f"正则「{regex}」不能用：{why}")
                return
        self.reader.patterns[name] = Pattern(name, match, unless, guard)

    def ident(self, value: Any) -> str:
        if not isinstance(value, str) or not NAME.search(value):
            self.wrong("id", "id 只能用汉字、字母、数字和下划线")
            return "x"
        return value

    def version(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self.wrong("version", "version 要是从 1 开始的整数，每改一次加 1")
            return 1
        return value

    def text(self, table: Mapping[str, Any], key: str) -> str:
        value = table.get(key, "")
        if not isinstance(value, str):
            self.wrong(key, f"{key} 要是文字")
            return ""
        return value

    def says(self, table: Mapping[str, Any]) -> str:
        value = self.text(table, "says")
        try:
            value.format(**PLACEHOLDERS)
        except (KeyError, IndexError, ValueError):
            self.wrong("says", "says 里的花括号只能是 {n}、{minutes}、{term}")
        return value

    def choice(self, value: Any, key: str, options: tuple[str, ...]) -> str:
        if value not in options:
            self.wrong(key, f"{key} 要是 {'、'.join(options)} 之一")
            return options[0]
        return str(value)

    def refuse_tags(self) -> tuple[str, ...]:
        self.wrong("tags", "tags 要是文字的列表")
        return ()

    def examples(self, table: Any, key: str) -> tuple[Example, ...]:
        said = table.get(key, []) if isinstance(table, dict) else None
        if not isinstance(said, list) or not all(isinstance(one, str) or _texts(one) for one in said):
            self.wrong(key, "examples 要写成 {yes = ['…'], no = ['…']}，多句的例子写成 ['客：…', '服：…']")
            return ()
        if not said:
            self.wrong("examples", f"规则 {self.rule} 至少要有一个 {key} 的例子")
        return tuple(one if isinstance(one, str) else tuple(one) for one in said)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


def _why_not(regex: Any) -> str:
    if not isinstance(regex, str):
        return "要是文字"
    try:
        compiled(regex)
    except re2.error as error:
        return f"{_plain(error)}（不支持前后查找和反向引用）"
    return ""


def _plain(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said)
