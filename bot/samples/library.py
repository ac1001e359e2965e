"""A small case library for the demo: made-up cases with approved wordings, so that 案例 退款 finds something."""

from datetime import datetime
from functools import partial

from rules import search
from storage import case_wordings, cases
from storage.cases import Source, Told
from storage.db import Store, Tx

QA = "陈质检"
# (title, how the customer came, what the agent said, what to copy, how they left, reason, tactic, product)
STORIES = (
    ("退款迟迟没到账", "钱怎么还没到账，都五天了", "流水号我发您了，18 点前我再查一次，有没有结果都回您",
     "流水号发您，18 点前我再查一次，有没有结果都回您。", "好的，那我等你消息，谢谢", "退款退货", "给准信", ""),
    ("开口就说骗子", "你们是骗子吧，衣服怎么破的", "这事搁我身上我也急，您把单号给我，我盯到底",
     "您把单号给我，我盯到底。", "姐姐你人真好，下次还找你", "质量问题", "先认领问题", "服饰"),
    ("刚买就降价", "昨天买的今天便宜三十，逗我呢", "换作是我也心疼。差价我先按价保给您申请，今天到账",
     "差价我先按价保给您申请，今天到账。", "可以，动作挺快", "价保与优惠", "共情在先", ""),
    ("快递停在中转站", "物流三天不动了，丢了吧", "我这就联系快递，两小时内告诉您卡在哪；真丢了我今天补发",
     "两小时内告诉您卡在哪，真丢了今天补发。", "嗯嗯 辛苦了", "物流", "给准信", ""),
    ("发票抬头开错", "抬头写错了，公司报不了", "是我们的疏忽，错的现在红冲，新的十分钟内发您邮箱，您不用再填",
     "错的现在红冲，新的十分钟内发您邮箱，您不用再填。", "收到了，谢谢", "发票", "真诚认错", ""),
    ("尺码拿不准", "165 120 斤穿多大", "按您的身高 L 刚好，喜欢宽松拿 XL；不合适换码运费我们出",
     "按您的身高 L 刚好，喜欢宽松拿 XL；不合适换码运费我们出。", "那就 L，下单了", "商品咨询", "合适才推荐", "服饰"),
    ("第一次用的提醒", "锅到了，直接炒菜就行吧", "提醒您第一次用先开锅：小火抹油三分钟，以后不粘",
     "提醒您第一次用先开锅：小火抹油三分钟，以后不粘。", "还好你说了", "商品咨询", "多提醒一句", "家居"),
    ("被快递和店铺来回推", "快递让找你们，你们让找快递", "您谁都不用找了，快递我去说，今天给您一个准话",
     "您谁都不用找了，快递我去说，今天给您准话。", "行，就等你这句话", "物流", "替客户省事", ""),
    ("无理由退货想反悔", "颜色不喜欢，想退", "有两个办法：换个颜色不收差价，或者全退，您看哪个合适",
     "有两个办法：换个颜色不收差价，或者全退，您看哪个合适。", "那换一个吧，不退了", "退款退货", "给选择", "服饰"),
    ("大促发不出货", "十天了还没发，还做不做生意了", "怕您着急先跟您说：您这单排在明天上午出库，出库我第一个告诉您",
     "您这单明天上午出库，出库我第一个告诉您。", "好吧，等你", "物流", "主动跟进", ""),
)  # fmt: skip


def fill(store: Store, now: datetime) -> None:
    """One short transaction a case, so that nobody waits; the dictionary is read before the first."""
    search.tokens("退款")
    for n in range(len(STORIES)):
        store.transact(partial(_keep, n, now))


def _keep(n: int, now: datetime, tx: Tx) -> None:
    title, before, turning, line, after, reason, tactic, product = STORIES[n]
    told = Told(title, before, after, turning, line, reason, tactic, product)
    number = cases.collect(tx, Source(f"demo:{n}", "star"), told, QA, now)
    version = case_wordings.write(tx, number, line, "", QA, now)
    case_wordings.approve(tx, number, version, QA, now)
