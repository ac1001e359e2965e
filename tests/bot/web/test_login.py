"""Logging in by DingTalk, by Feishu and by a one-time link; and everything that must not let anybody in."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from bot.settings.sections import Config, Feishu
from bot.web import cookies
from bot.web.site import own_path
from storage import sessions
from storage.db import Store
from tests.bot.web.door import Browser, Door, path_of, token_of, words_of
from tests.emulators.dingtalk import DingTalk
from tests.emulators.feishu import Feishu as FeishuEmulator
from tests.handlers.stage import PEOPLE, Stage

SECURE = "https://starling.example.com"


@pytest.fixture(scope="module")
def feishu() -> Iterator[FeishuEmulator]:
    with FeishuEmulator() as running:
        yield running


@pytest.fixture(scope="module")
def dingtalk() -> Iterator[DingTalk]:
    with DingTalk() as running:
        yield running


@pytest.fixture
def door(store: Store, feishu: FeishuEmulator, dingtalk: DingTalk) -> Door:
    """张主管 is ou_zhang on Feishu and zhang on DingTalk."""
    ids = {"feishu": "ou_zhang", "dingtalk": "zhang", "sandbox": "张主管"}
    people = tuple(replace(p, ids=ids) if p.name == "张主管" else p for p in PEOPLE)
    app = {"app_id": feishu.state.app_id, "app_secret": feishu.state.app_secret}
    section = Feishu.model_validate(app | {"domain": feishu.url, "login_base": feishu.url})
    return Door(Stage(store, people=people), Config(feishu=section, dingtalk=dingtalk.settings()))


def leave(browser: Browser, platform: str, wanted: str = "/") -> str:
    """The platform's page the browser is sent to."""
    answer = browser.get(f"/login/{platform}?next={wanted}")
    assert answer.status_code == 303
    return answer.headers["location"]


@pytest.mark.parametrize(("platform", "person"), [("feishu", "ou_zhang"), ("dingtalk", "zhang")])
def test_the_platforms_account_logs_people_in(
    door: Door, feishu: FeishuEmulator, dingtalk: DingTalk, platform: str, person: str
) -> None:
    browser = door.browser()
    emulator = feishu if platform == "feishu" else dingtalk
    back = emulator.log_in(leave(browser, platform, "/c/abc?from=A1"), person)
    answer = browser.get(path_of(back))
    assert (answer.status_code, answer.headers["location"]) == (303, "/c/abc?from=A1")
    assert "张主管" in words_of(browser.get("/"))
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=lax" in answer.headers["set-cookie"]


@pytest.mark.parametrize(("platform", "person"), [("feishu", "ou_nobody"), ("dingtalk", "aming")])
def test_an_account_that_is_not_one_of_our_people_does_not(
    door: Door, feishu: FeishuEmulator, dingtalk: DingTalk, platform: str, person: str
) -> None:
    browser = door.browser()
    emulator = feishu if platform == "feishu" else dingtalk
    answer = browser.get(path_of(emulator.log_in(leave(browser, platform), person)))
    assert answer.status_code == 403
    assert browser.get("/").status_code == 303


def test_somebody_elses_login_cannot_be_finished_in_my_browser(door: Door, feishu: FeishuEmulator) -> None:
    """State fixation: the attacker's code and state, the victim's browser."""
    attacker, victim = door.browser(), door.browser()
    back = path_of(feishu.log_in(leave(attacker, "feishu"), "ou_zhang"))
    assert victim.get(back).status_code == 400
    leave(victim, "feishu")
    assert victim.get(back).status_code == 400
    assert victim.get("/").status_code == 303


def test_a_code_counts_once_and_a_state_with_its_own_platform_only(door: Door, feishu: FeishuEmulator) -> None:
    browser = door.browser()
    back = path_of(feishu.log_in(leave(browser, "feishu"), "ou_zhang"))
    assert browser.get(back.replace("/login/feishu", "/login/dingtalk")).status_code == 400
    held = dict(browser.cookies)
    assert browser.get(back).status_code == 303
    again = door.browser()
    for name, value in held.items():
        again.cookies.set(name, value, "127.0.0.1")
    assert again.get(back).status_code == 502


def test_a_stolen_code_is_worth_nothing_without_the_browsers_own_proof(door: Door, feishu: FeishuEmulator) -> None:
    """PKCE: the code of one login, the verifier of another."""
    victim, thief = door.browser(), door.browser()
    code = parse_qs(urlsplit(feishu.log_in(leave(victim, "feishu"), "ou_zhang")).query)["code"][0]
    state = parse_qs(urlsplit(leave(thief, "feishu")).query)["state"][0]
    assert thief.get(f"/login/feishu/back?code={code}&state={state}").status_code == 502


def test_a_platform_that_fails_is_told_kindly(door: Door, feishu: FeishuEmulator) -> None:
    browser = door.browser()
    back = path_of(feishu.log_in(leave(browser, "feishu"), "ou_zhang"))
    feishu.fail("oauth/token", status=500, body="<html>busy</html>")
    answer = browser.get(back)
    assert answer.status_code == 502
    assert "请再试一次" in words_of(answer)


ELSEWHERE = (
    "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "/a//evil", "/%0d%0aX: y", "javascript:1",
    "/x\r\nSet-Cookie: a=b", "", f"/{'a' * 600}",
)  # fmt: skip


def test_nobody_is_led_elsewhere_after_the_login(door: Door, feishu: FeishuEmulator) -> None:
    for wanted in ELSEWHERE:
        assert own_path(wanted) in ("/", wanted)
        come_back_from(door.browser(), feishu, wanted)


def come_back_from(browser: Browser, feishu: FeishuEmulator, wanted: str) -> None:
    back = path_of(feishu.log_in(leave(browser, "feishu", quote(wanted)), "ou_zhang"))
    there = browser.get(back).headers["location"]
    assert there.startswith("/")
    assert not there.startswith(("//", "/\\"))
    assert "\r" not in there


def test_inside_the_client_people_go_straight_to_their_platform(door: Door) -> None:
    browser = door.browser()
    phone = "Mozilla/5.0 (Linux; Android 15) AliApp(DingTalk/7.6.0)"
    assert browser.get("/login?next=/c/x", user_agent=phone).headers["location"] == "/login/dingtalk?next=%2Fc%2Fx"
    assert browser.get("/login?choose=1", user_agent=phone).status_code == 200
    assert "用钉钉登录" in words_of(browser.get("/login"))


def link(door: Door, person: str = "小李") -> str:
    secret = cookies.new_secret()
    lasts = timedelta(minutes=15)
    door.stage.store.transact(
        lambda tx: sessions.offer_link(tx, sessions.hash_of(secret), person, door.stage.at, lasts)
    )
    return f"/login/link/{secret}"


def press(browser: Browser, path: str, page: object = None) -> int:
    shown = browser.get(path)
    form = {"token": token_of_link(shown.text)} if shown.status_code == 200 else {}
    return browser.post(path, data=form).status_code


def token_of_link(text: str) -> str:
    return text.split('name="token" value="')[1].split('"')[0]


def test_a_link_lets_one_browser_in_once_however_often_it_was_looked_at(door: Door) -> None:
    path, preview, mine = link(door), door.browser(), door.browser()
    for _ in range(3):
        assert preview.get(path, user_agent="DingTalkBot-LinkService").status_code == 200
    assert press(mine, path) == 303
    assert "小李" in words_of(mine.get("/"))
    assert press(door.browser(), path) != 303
    assert "已经用过" in words_of(door.browser().get(path))


def test_an_old_link_or_one_of_somebody_who_left_does_not(door: Door) -> None:
    old, gone = link(door), link(door, "没这个人")
    assert door.browser().get(gone).status_code == 410
    door.stage.at += timedelta(minutes=16)
    assert press(door.browser(), old) != 303


def test_a_link_cannot_be_pressed_from_another_site(door: Door) -> None:
    """Login CSRF: the victim would work under the attacker's name."""
    path, victim = link(door), door.browser()
    assert victim.post(path, data={"token": "guessed"}).status_code == 403
    attacker = door.browser()
    token = token_of_link(attacker.get(path).text)
    assert victim.post(path, data={"token": token}).status_code == 403
    assert press(door.browser(), path) == 303


def test_guesses_let_nobody_in(door: Door) -> None:
    browser = door.browser()
    for _ in range(50):
        browser.cookies.set(cookies.name(secure=False), cookies.new_secret())
        assert browser.get("/").status_code == 303
        browser.cookies.clear()
    assert door.browser().get(f"/login/link/{cookies.new_secret()}").status_code == 410


def test_a_session_ends_after_two_idle_hours_and_after_twelve_in_any_case(door: Door) -> None:
    idle, busy = door.browser("张主管"), door.browser("张主管")
    for _ in range(11):
        door.stage.at += timedelta(hours=1)
        assert busy.get("/").status_code == 200
    assert idle.get("/").status_code == 303
    door.stage.at += timedelta(hours=1, seconds=1)
    assert busy.get("/").status_code == 303


def test_a_login_brings_a_new_secret_and_ends_the_old_session(door: Door, feishu: FeishuEmulator) -> None:
    """Session fixation: a cookie planted before the login is worth nothing after it."""
    browser = door.browser("小周")
    planted = browser.cookies[cookies.name(secure=False)]
    browser.get(path_of(feishu.log_in(leave(browser, "feishu"), "ou_zhang")))
    assert browser.cookies[cookies.name(secure=False)] != planted
    other = door.browser()
    other.cookies.set(cookies.name(secure=False), planted)
    assert other.get("/").status_code == 303


def test_logging_out_ends_the_session_itself(door: Door) -> None:
    browser = door.browser("张主管")
    secret = browser.cookies[cookies.name(secure=False)]
    assert browser.post("/logout", data={"csrf": token_of(browser.get("/"))}).status_code == 303
    browser.cookies.set(cookies.name(secure=False), secret, "127.0.0.1")
    assert browser.get("/").status_code == 303


def test_a_form_without_our_token_changes_nothing(door: Door) -> None:
    browser = door.browser("张主管")
    for told in ({}, {"csrf": "x" * 40}, {"csrf": "é"}):
        assert browser.post("/logout", data=told).status_code == 403
    assert browser.get("/").status_code == 200


def test_a_form_sent_by_another_site_changes_nothing_even_with_the_token(door: Door) -> None:
    browser = door.browser("张主管")
    token = token_of(browser.get("/"))
    assert browser.post("/logout", data={"csrf": token}, sec_fetch_site="cross-site").status_code == 403


def test_a_huge_form_is_not_read(door: Door) -> None:
    browser = door.browser("张主管")
    form = {"csrf": token_of(browser.get("/")), "more": "x" * 200_000}
    assert browser.post("/logout", data=form).status_code == 403


PATHS = ("/", "/login", "/c/nowhere", "/login/link/x", "/login/feishu/back", "/static/page.css")


def test_every_answer_carries_strict_headers(door: Door) -> None:
    for person in ("", "张主管"):
        browser = door.browser(person)
        for path in PATHS:
            check_headers(path, browser.get(path).headers)


def check_headers(path: str, headers: Mapping[str, str]) -> None:
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'self' https://*.dingtalk.com https://*.feishu.cn" in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")


def test_behind_https_cookies_go_by_https_only(store: Store) -> None:
    door = Door(Stage(store), address=SECURE)
    browser, path = door.browser(), link(door)
    token = token_of_link(browser.get(path).text)
    told = browser.post(path, data={"token": token}).headers.get_list("set-cookie")
    ours = next(cookie for cookie in told if cookie.startswith("__Host-starling="))
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= set(ours.split("; "))
    assert "Domain" not in ours


def test_secrets_are_kept_as_hashes_only(door: Door) -> None:
    browser = door.browser("张主管")
    secret, path = browser.cookies[cookies.name(secure=False)], link(door)
    with door.stage.store.read() as tx:
        rows = [tx.exec_driver_sql(f"SELECT * FROM {table}").all() for table in ("session", "login_link")]  # noqa: S608
    assert secret not in str(rows)
    assert path.rsplit("/", 1)[1] not in str(rows)
