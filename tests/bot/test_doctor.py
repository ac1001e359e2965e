"""The doctor at work on emulated platforms: what is wrong, what to do, and never a secret."""

import threading
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.programs import doctor
from bot.settings.sections import Config
from storage import migrations
from storage.db import Store
from storage.posts import count_calls
from tests.emulators import zammad, zendesk
from tests.emulators.dingtalk import DingTalk
from tests.emulators.feishu import Feishu

SECRET = "helpdesk-secret"
DENIED = {"code": "Forbidden.AccessDenied.AccessTokenPermissionDenied", "message": "应用尚未开通所需的权限"}
NO_SCOPE = {"code": 99991672, "msg": "Access denied. One of the following scopes is required"}


@pytest.fixture
def feishu() -> Iterator[Feishu]:
    with Feishu() as emulator:
        yield emulator


@pytest.fixture
def dingtalk() -> Iterator[DingTalk]:
    with DingTalk() as emulator:
        yield emulator


def shop(folder: Path, chat: str, room: str, **sections: Any) -> Config:
    """A small shop that wants for nothing but its chat platform."""
    url = f"sqlite:///{folder / 'starling.db'}"
    with Store.open(url) as store:
        migrations.upgrade(store)
    lead = {"name": "张主管", "role": "lead", chat: "zhang"}
    return Config.model_validate(
        {
            "database": {"url": url},
            "helpdesks": {"shop": {"kind": "generic", "secret": SECRET}},
            "rooms": [{"name": "主管群", "chat": chat, "id": room, "wants": ["alerts"]}],
            "people": [lead],
            **sections,
        }
    )


def with_feishu(folder: Path, emulator: Feishu, room: str = "oc_leads", **wrong: str) -> Config:
    app = {"app_id": emulator.state.app_id, "app_secret": emulator.state.app_secret, "domain": emulator.url}
    return shop(folder, "feishu", room, feishu=app | wrong)


def with_dingtalk(folder: Path, emulator: DingTalk, *, template: bool = False, **wrong: str) -> Config:
    settings = emulator.settings(template=template).model_dump()
    return shop(folder, "dingtalk", "cid-leads==", dingtalk=settings | wrong)


def examined(config: Config, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = doctor.run(config)
    told = capsys.readouterr()
    for chat in (config.dingtalk, config.feishu):
        for value in (chat.model_dump() if chat else {}).values():
            if hasattr(value, "get_secret_value"):
                assert value.get_secret_value() not in told.out + told.err
    assert SECRET not in told.out + told.err
    return status, told.out


def test_all_is_well_with_feishu(tmp_path: Path, feishu: Feishu, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = examined(with_feishu(tmp_path, feishu), capsys)
    assert status == 0
    assert "飞书群「主管群」：八哥在群里" in told
    assert "飞书长连接：可以连接" in told
    assert "一切正常" in told
    assert feishu.state.posts == {}


def test_groups_that_are_not_configured_are_listed_with_their_ids(
    tmp_path: Path, feishu: Feishu, capsys: pytest.CaptureFixture[str]
) -> None:
    _, told = examined(with_feishu(tmp_path, feishu), capsys)
    assert "售后群 oc_team" in told
    assert "售后主管群 oc_leads" not in told


def test_a_room_whose_id_is_not_known_yet_is_a_mistake_that_doctor_helps_with(
    tmp_path: Path, feishu: Feishu, capsys: pytest.CaptureFixture[str]
) -> None:
    app = f'app_id = "{feishu.state.app_id}"\napp_secret = "{feishu.state.app_secret}"\ndomain = "{feishu.url}"'
    file = tmp_path / "config.toml"
    file.write_text(f'[feishu]\n{app}\n[[rooms]]\nname = "主管群"\nchat = "feishu"\n', encoding="utf8")
    assert doctor.examine_file(file) == 1
    told = capsys.readouterr().out
    assert "第 5 行：群「主管群」缺少 id" in told
    assert "售后主管群 oc_leads；售后群 oc_team" in told


def test_without_a_room_dingtalk_tells_how_to_learn_an_id(
    tmp_path: Path, dingtalk: DingTalk, capsys: pytest.CaptureFixture[str]
) -> None:
    config = with_dingtalk(tmp_path, dingtalk).model_copy(update={"rooms": ()})
    assert "dingtalk.heard" in examined(config, capsys)[1]


def test_a_wrong_secret_of_feishu_is_told_and_not_shown(
    tmp_path: Path, feishu: Feishu, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told = examined(with_feishu(tmp_path, feishu, app_secret="mistyped-secret"), capsys)
    assert status == 1
    assert "app_id 与 app_secret" in told
    assert "八哥在群里" not in told


def test_a_scope_that_is_missing_in_feishu_is_named(
    tmp_path: Path, feishu: Feishu, capsys: pytest.CaptureFixture[str]
) -> None:
    feishu.fail("GET /open-apis/im/v1/chats", status=400, body=NO_SCOPE)
    status, told = examined(with_feishu(tmp_path, feishu), capsys)
    assert status == 1
    assert "im:chat:readonly" in told
    assert "发布" in told


def test_a_feishu_group_out_of_reach_is_told(
    tmp_path: Path, feishu: Feishu, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told = examined(with_feishu(tmp_path, feishu, "oc_elsewhere"), capsys)
    assert status == 1
    assert "够不着 oc_elsewhere" in told
    assert "售后主管群 oc_leads" in told


def test_a_platform_that_cannot_be_reached_says_so(
    tmp_path: Path, feishu: Feishu, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told = examined(with_feishu(tmp_path, feishu, domain="http://127.0.0.1:9"), capsys)
    assert status == 1
    assert "连不上飞书" in told


@pytest.mark.parametrize("template", [False, True])
def test_all_is_well_with_dingtalk_and_nobody_hears_the_question(
    tmp_path: Path, dingtalk: DingTalk, capsys: pytest.CaptureFixture[str], template: bool
) -> None:
    status, told = examined(with_dingtalk(tmp_path, dingtalk, template=template), capsys)
    assert status == 0
    assert "钉钉 Stream：可以连接" in told
    assert "权限 qyapi_robot_sendmsg 已开通" in told
    assert ("权限 Card.Instance.Write 已开通" if template else "没有卡片模板") in told
    assert dingtalk.state.messages == []
    assert dingtalk.state.cards == {}
    assert dingtalk.state.violations == []


def test_a_wrong_secret_of_dingtalk_is_told_and_not_shown(
    tmp_path: Path, dingtalk: DingTalk, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told = examined(with_dingtalk(tmp_path, dingtalk, client_secret="mistyped-secret"), capsys)
    assert status == 1
    assert "invalidClientIdOrSecret" in told
    assert "Client Secret" in told


def test_a_scope_that_is_missing_in_dingtalk_is_named(
    tmp_path: Path, dingtalk: DingTalk, capsys: pytest.CaptureFixture[str]
) -> None:
    dingtalk.fail("groupMessages", status=403, body=DENIED)
    status, told = examined(with_dingtalk(tmp_path, dingtalk), capsys)
    assert status == 1
    assert "没有 qyapi_robot_sendmsg 权限" in told


def test_a_wrong_robot_code_is_told(tmp_path: Path, dingtalk: DingTalk, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = examined(with_dingtalk(tmp_path, dingtalk, robot_code="ding-other"), capsys)
    assert status == 1
    assert "不认得 robot_code" in told


def test_the_month_s_calls_are_told_and_a_full_month_must_be_mended(
    tmp_path: Path, dingtalk: DingTalk, capsys: pytest.CaptureFixture[str]
) -> None:
    config = with_dingtalk(tmp_path, dingtalk)
    assert "0 / 10000 次" in examined(config, capsys)[1]
    month = datetime.now(UTC).strftime("%Y-%m")
    with Store.open(config.database.url) as store:
        store.transact(lambda tx: count_calls(tx, "dingtalk", month, 9_500))
    status, told = examined(config, capsys)
    assert status == 1
    assert "9500 / 10000 次" in told


def test_a_shop_without_lead_alert_room_or_helpdesk_hears_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told = examined(Config.model_validate({"database": {"url": f"sqlite:///{tmp_path / 'none.db'}"}}), capsys)
    assert status == 1
    for words in ("没有主管", "没有哪个群想要告警", "还没有接客服系统", "有 3 处要处理", "第一次 serve 会自动建好"):
        assert words in told


class Tickets(BaseHTTPRequestHandler):
    """A django-helpdesk without tickets, for those who know the password."""

    def do_GET(self) -> None:
        known = self.headers.get("authorization") == f"Basic {b64encode(b'bot:right').decode()}"
        self.send_response(200 if known else 403)
        self.end_headers()
        self.wfile.write(b'{"count": 0, "results": []}')

    def log_message(self, *_: Any) -> None: ...


@pytest.mark.parametrize(
    ("token", "words"),
    [("bot:right", "API 可以问"), ("bot:wrong", "HTTP 403"), ("", "补不回来")],
)
def test_the_helpdesk_s_api_is_tried(
    tmp_path: Path, feishu: Feishu, capsys: pytest.CaptureFixture[str], token: str, words: str
) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Tickets) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        desk = {"kind": "django_helpdesk", "secret": SECRET, "api_base": base, "api_token": token}
        config = with_feishu(tmp_path, feishu)
        config = Config.model_validate(config.model_dump() | {"helpdesks": {"tickets": desk}})
        status, told = examined(config, capsys)
        server.shutdown()
    assert words in told
    assert status == (1 if token == "bot:wrong" else 0)


@pytest.mark.parametrize(("emulator", "key"), [(zammad.Zammad, zammad.TOKEN), (zendesk.Zendesk, zendesk.TOKEN)])
def test_zammad_and_zendesk_are_tried_too(
    tmp_path: Path, feishu: Feishu, capsys: pytest.CaptureFixture[str], emulator: Any, key: str
) -> None:
    with emulator().serving() as base:
        for token, words in ((key, "API 可以问"), (f"{key}!", "HTTP 401")):
            desk = {"kind": emulator.__name__.lower(), "secret": SECRET, "api_base": base, "api_token": token}
            config = with_feishu(tmp_path, feishu)
            _, told = examined(Config.model_validate(config.model_dump() | {"helpdesks": {"tickets": desk}}), capsys)
            assert words in told


def test_an_address_that_is_none_is_told(tmp_path: Path, feishu: Feishu, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = examined(with_feishu(tmp_path, feishu, domain="http://127.0.0.1:eighty"), capsys)
    assert status == 1
    assert "https://" in told


def test_where_nobody_watches_each_result_is_one_plain_line(
    tmp_path: Path, feishu: Feishu, capsys: pytest.CaptureFixture[str]
) -> None:
    _, told = examined(with_feishu(tmp_path, feishu), capsys)
    assert "\x1b" not in told
    assert all(line.startswith(("✓ ", "✗ ", "! ", "  → ", "先看", "一切")) for line in told.splitlines())
