"""Only people at this machine reach the sandbox; other web pages in their browser do not."""

import pytest
from starlette.types import Scope

from bot.web.loopback import is_loopback, refuse
from tests.bot.web.rig import Sandbox


def request(method: str = "GET", client: str = "127.0.0.1", **headers: str) -> Scope:
    named = {"host": "127.0.0.1:8080"} | {k.replace("_", "-"): v for k, v in headers.items()}
    raw = [(k.encode(), v.encode()) for k, v in named.items()]
    return {"type": "http", "method": method, "path": "/sandbox/api/act", "client": (client, 1), "headers": raw}


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:1", "[::1]:8080", "127.0.0.1"])
def test_this_machine_passes(host: str) -> None:
    assert refuse(request(host=host)) == ""


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "10.0.0.1", "", "[", "localhost.evil.cn"]
)
def test_a_name_pointed_at_us_is_refused(host: str) -> None:
    assert refuse(request(host=host))


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:3000", "http://localhost:8080", ""]
)
def test_the_page_of_another_is_refused(origin: str) -> None:
    assert refuse(request(origin=origin))


def test_our_own_page_passes() -> None:
    assert refuse(request("POST", origin="http://127.0.0.1:8080", content_type="application/json; charset=utf-8")) == ""


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_post_that_a_form_could_send_is_refused(kind: str) -> None:
    assert refuse(request("POST", content_type=kind))


def test_another_machine_is_refused() -> None:
    assert refuse(request(client="192.168.1.7"))
    assert not is_loopback("0.0.0.0")  # noqa: S104


@pytest.mark.parametrize("name", ["x_forwarded_for", "x_real_ip", "forwarded", "x_forwarded_host"])
def test_what_a_proxy_passes_on_is_refused(name: str) -> None:
    """A proxy on this machine makes everybody look as if they sat here."""
    assert refuse(request(**{name: "203.0.113.9"}))


def test_a_fetch_from_another_site_is_refused() -> None:
    assert refuse(request(sec_fetch_site="cross-site"))
    assert refuse(request(sec_fetch_site="same-origin")) == ""


@pytest.mark.parametrize("path", ["", "/api/rooms", "/static/sandbox.js", "/api/nothing"])
async def test_everything_is_guarded(sandbox: Sandbox, path: str) -> None:
    assert (await sandbox.get(path, host="evil.example")).status_code in (403, 404)


async def test_nothing_may_run_that_is_not_ours(sandbox: Sandbox) -> None:
    headers = (await sandbox.get("")).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
