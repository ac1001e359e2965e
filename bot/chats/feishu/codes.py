"""What Feishu's error codes mean for us: wait, mend, or give up; and the words that help."""

from collections.abc import Mapping
from typing import Any

from handlers.errors import DeliveryFailed

TOKEN_CODES = {99991661, 99991663, 99991664, 99991665}  # missing, invalid or expired: a new token helps
BUSY_CODES = {230020, 230049, 11232, 11233, 99991400}  # slow down
LOCKED = "11310"  # the card answers a press at this moment
CREDENTIALS = {10003, 10014, 10015, 99991641, 99991642, 99991662}
BUSY_SECONDS = 1.0
CREDENTIALS_SECONDS = 60.0

WORDS: Mapping[int, str] = {
    230001: "飞书说参数不对，请看日志里的 code 和 msg",
    230002: "机器人不在这个群里。请在群设置 → 群机器人里把它加进来",
    230006: "应用没有开启机器人能力。请在开放平台 → 应用能力里添加机器人，并发布新版本",
    230011: "这条消息已被撤回，改不了了",
    230013: "这个人不在应用的可用范围内。请在版本管理里扩大可用范围并发布",
    230017: "这条消息不是本机器人发的，改不了",
    230018: "群设置不允许机器人发言。请群主在群管理里放开",
    230022: "内容被飞书判为敏感，没有发出",
    230025: "卡片超过 30 KB",
    230027: "没有权限。请在开放平台 → 权限管理里开通 im:message 与 im:message:send_as_bot，并发布新版本",
    230031: "卡片已超过 14 天，飞书不再允许修改",
    230034: "收件人不对。请检查配置里的群 id（oc_…）或人的 open_id（ou_…，要是本应用下的）",
    230099: "飞书不接受这张卡片的内容",
    99991672: "应用缺少权限。请在开放平台 → 权限管理里开通所需权限，并发布新版本",
    99992351: "open_id 不对：要用本应用下的 open_id（ou_…）",
    99992402: "飞书说字段校验不通过，请看日志里的 msg",
}


def failure(status: int, headers: Mapping[str, str], body: Mapping[str, Any]) -> DeliveryFailed:
    """The error for an answer that is not a success. A 5xx may have done the work all the same."""
    code, said = code_of(body), str(body.get("msg") or "")
    told = f"（飞书 {code}：{said[:200]}）" if code > 0 else f"（HTTP {status}）"
    if status == 429 or code in BUSY_CODES:
        return DeliveryFailed(f"飞书要我们慢一点{told}", retry_after=_wait(headers))
    if LOCKED in said:
        return DeliveryFailed(f"卡片正在回应点击{told}", retry_after=BUSY_SECONDS)
    if status >= 500:
        return DeliveryFailed(f"飞书出错{told}", uncertain=True)
    if code <= 0:  # a gateway, a proxy or a ban spoke, and not the platform: what it refused may pass later
        words = f"没有收到飞书接口的回答{told}：可能被网关或代理挡住了，稍后再试"
        return DeliveryFailed(words, uncertain=status == 200, retry_after=300.0 if "punish" in body else None)
    if code in CREDENTIALS or code in TOKEN_CODES:
        # Not permanent: once somebody mends the config, what waits can still be said.
        words = "飞书不认这个 app_id 与 app_secret，请对照开放平台 → 凭证与基础信息"
        return DeliveryFailed(f"{words}{told}", retry_after=CREDENTIALS_SECONDS)
    return DeliveryFailed(f"{WORDS.get(code, '飞书拒绝了这次请求')}{told}", permanent=True)


def code_of(body: Mapping[str, Any]) -> int:
    """0 when all is well, -1 when the answer does not say."""
    code = body.get("code", body.get("StatusCode"))
    return code if isinstance(code, int) else -1


def _wait(headers: Mapping[str, str]) -> float:
    try:
        return max(0.1, float(headers.get("x-ogw-ratelimit-reset") or headers.get("retry-after") or BUSY_SECONDS))
    except ValueError:
        return BUSY_SECONDS
