"""The report as files: one HTML page that needs nothing else, a Markdown text, and the picture."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jinja2
from markupsafe import Markup

from bot import charts
from bot.checkup import poster
from bot.checkup.values import Entry, Report
from bot.plain_words import of_os
from handlers.errors import UserError

HERE = Path(__file__).parent / "templates"
PAGE, TEXT, PICTURE = "体检报告.html", "体检报告.md", "体检图.png"
WIDTH = 1080  # pixels: sharp on a phone
ESCAPED = str.maketrans({c: f"\\{c}" for c in "\\`*_{}[]<>#|"})


@dataclass(frozen=True, slots=True)
class Pages:
    html: str
    markdown: str
    png: bytes


def draw(report: Report) -> Pages:
    spec = poster.spec(report)
    png = charts.png(spec, WIDTH)
    # Undefined names must not become holes in a report; everything is escaped but what we drew ourselves.
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    html = env.get_template("report.html").render(
        r=report,
        css=Markup((HERE / "report.css").read_text(encoding="utf8")),  # noqa: S704  our own file
        picture=Markup(_named(charts.svg(spec))),  # noqa: S704  drawn by us, its words escaped by the drawer
        png=f"data:image/png;base64,{b64encode(png).decode()}",
    )
    return Pages(html, "\n".join(_markdown(report)).strip() + "\n", png)


def save(pages: Pages, folder: Path) -> Path:
    """Raises UserError; the page's path."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / PAGE).write_text(pages.html, encoding="utf8")
        (folder / TEXT).write_text(pages.markdown, encoding="utf8")
        (folder / PICTURE).write_bytes(pages.png)
    except OSError as error:
        raise UserError(f"写不进 {folder}：{of_os(error)}。可以用 --out 换一个文件夹。") from error
    return folder / PAGE


def _named(svg: str) -> str:
    return svg.replace("<svg ", '<svg role="img" aria-label="体检一图：要看的、要夸的、客户最常遇到的事" ', 1)


def _markdown(r: Report) -> Iterator[str]:
    about = " · ".join(_plain(part) for part in (r.file, r.days, f"共 {r.conversations:,} 段会话") if part)
    yield f"# 客服体检报告\n\n{about}\n"
    yield from (f"- {_plain(line)}" for line in r.headlines)
    yield f"\n![体检图]({PICTURE})"
    yield f"\n## 先看这 {len(r.review)} 段\n\n按客户可能带着不满离开的程度排。说的是客户要什么，不是在评谁。\n"
    for n, entry in enumerate(r.review, 1):
        yield from _entry(f"{n}. ", entry)
    yield f"\n## 值得夸的 {len(r.praise)} 段\n"
    for n, entry in enumerate(r.praise, 1):
        yield from _entry(f"{n}. ", entry)
    yield f"\n## 明天晨会的 {len(r.cases)} 个案例\n"
    for n, entry in enumerate(r.cases, 1):
        yield from _entry(f"{n}. ", entry)
    yield f"\n## 客户最常遇到的 {len(r.pains)} 件事\n"
    for n, pain in enumerate(r.pains, 1):
        yield f"{n}. **{_plain(pain.title)}** · {pain.count:,} 段（{pain.share}，95% 区间 {pain.interval}）"
        yield from (f"   - 「{_plain(quote)}」" for quote in pain.quotes)
        yield f"   - 可以这样做：{_plain(pain.advice)}" if pain.advice else ""
    yield "\n## 响应与等待\n"
    yield from (f"- {figure.name}：**{figure.value}**（{figure.note}）" for figure in r.waits)
    yield f"\n{r.waits_note}\n\n## 怎么筛的\n"
    yield from (f"- {_plain(line)}" for line in r.coverage)
    yield from (f"- {n:,} 行{_plain(why)}：{where}。" for why, n, where in r.skipped)
    yield f"\n筛查排的是先看的顺序，不是结论。客户信息已隐去，客服不写名字，也不排名。\n\n八哥 Starling · {r.made}"


def _entry(mark: str, e: Entry) -> Iterator[str]:
    inner = " " * len(mark)
    yield f"{mark}**{_plain(e.head)}**"
    told = [
        ("", " · ".join(part for part in (e.who, e.where) if part)),
        ("客户来的时候：", f"「{e.opening}」" if e.opening and e.opening != e.quote else ""),
        (f"{e.side}说：", f"「{e.quote}」" if e.quote and e.quote != e.line else ""),
        ("可以抄走的一句：", f"「{e.line}」" if e.line else ""),
        ("还听到：", " · ".join(e.why)),
        ("问大家：", e.ask),
        ("可以这样做：", e.advice),
    ]
    yield from (f"{inner}- {label}{_plain(words)}" for label, words in told if words)


def _plain(words: str) -> str:
    return words.translate(ESCAPED)
