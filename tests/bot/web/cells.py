"""What stands on each page for whoever is let in, and what each form does for whoever may: the cells of the pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.handlers.matrix import KEEPS, KNOWN, MAY, OTHERS, PAGES, READS, VIEWS

# Page -> words on it, or a part of the address it leads to.
SHOWS: Mapping[str, str] = {
    "GET /": "你好，", "GET /mine": "我的质检", "GET /me": "我的画像", "GET /me/conversations": "接待过的会话",
    "GET /me/{table}.{kind}": "同事,口径,指标", "GET /team": "/team/%E5%94%AE%E5%90%8E", "GET /team/{name}": "售后组",
    "GET /team/{name}/platforms": "平台口径", "GET /cases": "S3", "GET /cases.md": "### S3",
    "GET /cases/{case:int}": "客户进门时", "GET /cases/{case:int}/play": "一分钟案例", "GET /talk-tracks": "话术",
    "GET /polls": "/polls/", "GET /polls/{id:int}": "再不解决我就投诉", "GET /c/{link}": "退款怎么还没",
    "GET /c/{link}/stream": "退款怎么还没", "GET /c/{link}/desk": "先安抚",
    "GET /review": "这位客户当时需要有人来帮吗", "GET /review/{id:int}": "这位客户当时需要有人来帮吗",
    "GET /report/{span}/{first}/{team}": "售后组周报", "GET /portrait/{name}": "的画像",
    "GET /portrait/{name}/conversations": "接待过的会话", "GET /portrait/{name}/{table}.{kind}": "同事,口径,指标",
    "GET /growth": "成长", "GET /growth/{name}": "满意度", "GET /team/{name}/growth": "售后组的成长计划",
    "GET /shop": "/shop/%E4%BA%91", "GET /shop/{name}": "云雀旗舰店", "GET /shop/{name}/conversations": "接待过的会话",
    "GET /team/{name}/{table}.{kind}": "小李,", "GET /team/{name}/conversations": "小李",
}  # fmt: skip
# Let in, and shown nothing: what there is is another team's.
NOTHING: Mapping[tuple[str, str], str] = {
    ("GET /review", "other_lead"): "复核", ("GET /review/{id:int}", "other_lead"): "没有找到",
    ("GET /team", "other_lead"): "/team/",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deed:
    """A form of a page, and who may send it about 小李, 售后 and what lies in everything.py."""

    page: str
    path: str
    may: str
    form: Mapping[str, str]


def _deed(page: str, path: str, may: str, **form: str) -> Deed:
    return Deed(f"POST {page}", path, may, form)


LIVE, CASE, POLL, GROWTH = "/c/{link}", "/cases/{case:int}/{what}", "/polls/{id:int}", "/growth/{name}/{what}"
DEEDS = (
    _deed("/known", "/known", KNOWN),
    _deed("/mine/appeal/{code}", "/mine/appeal/A3", MAY["appeal"], reason="当时已经解释过了"),
    *(
        _deed("/mine/judge/{code}", "/mine/judge/AP1", MAY[act], action=act, reason="看过原话了")
        for act in ("appeal_accept", "appeal_partly", "appeal_reject")
    ),
    _deed(CASE, "/cases/3/wording", READS, text="我先帮您查清楚", why="更清楚"),
    _deed(CASE, "/cases/3/approve", KEEPS, version="1"),
    _deed(CASE, "/cases/3/describe", READS, title="查清楚再回"),
    _deed(CASE, "/cases/3/confirm", KEEPS),
    _deed(CASE, "/cases/3/retire", KEEPS),
    _deed(CASE, "/cases/2/collect", MAY["collect"]),
    _deed(CASE, "/cases/3/used", KNOWN),
    _deed(POLL, "/polls/2", OTHERS, case="Q2", choice="keep"),
    _deed(POLL, "/polls/2", KNOWN, case="Q2", text="我先帮您查清楚再回您"),
    _deed(POLL, "/polls/2", MAY["own_word"], case="Q2", text="那天系统查不到", own="1"),
    _deed(POLL, "/polls/3", KNOWN, case="Q3", wording="1"),
    _deed(f"{LIVE}/reveal", "{c1}/reveal", PAGES[f"POST {LIVE}/reveal"], reason="核对收货电话"),
    _deed(f"{LIVE}/conceal", "{c1}/conceal", VIEWS),
    _deed(f"{LIVE}/bind", "{unbound}/bind", "lead admin", account="shop:ghost", person="小周"),
    *(
        _deed(f"{LIVE}/do/{{act}}", f"{{c1}}/do/{act}", MAY[act], value="A1", text=text)
        for act, text in (("claim", ""), ("take_over", ""), ("resolve", ""), ("help", ""), ("mine", ""),
                          ("whisper", "先安抚，再解释"), ("hand_to", "小周"))
    ),
    _deed(f"{LIVE}/do/{{act}}", "{c1}/do/got_it", MAY["got_it"], value="A1/1"),
    _deed("/review/{id:int}", "/review/1", MAY["review"], verdict="real"),
    _deed("/review/{id:int}/cause", "/review/1/cause", MAY["review"], cause="process"),
    _deed(GROWTH, "/growth/小李/decline", MAY["goal_decline"], goal="L1"),
    _deed(GROWTH, "/growth/小李/set", MAY["goal_set"], measure="一次解决"),
    _deed(GROWTH, "/growth/小李/drill", MAY["drill"], choice="L1:4:0"),
)  # fmt: skip
