"""Counters and what monitors see of them."""

import httpx
from starlette.applications import Starlette

from bot import health, metrics
from bot.metrics import MOST_SERIES, Counters


def test_counters_are_told_in_the_text_form_of_prometheus() -> None:
    counters = Counters()
    counters.add("starling_events_received_total", (("helpdesk", "shop"),), 3)
    counters.add("starling_events_received_total", (("helpdesk", 'a"b\\\n'),))
    counters.add("starling_events_received_total", (("helpdesk", "shop"),))
    counters.add("other_total")
    assert metrics.render(counters, {"starling_backlog": 2}).splitlines() == [
        "# TYPE other_total counter",
        "other_total 1",
        "# HELP starling_events_received_total Events stored in the inbox, duplicates included.",
        "# TYPE starling_events_received_total counter",
        'starling_events_received_total{helpdesk="a\\"b\\\\\\n"} 1',
        'starling_events_received_total{helpdesk="shop"} 4',
        "# TYPE starling_backlog gauge",
        "starling_backlog 2",
    ]


def test_ever_new_labels_do_not_fill_the_memory() -> None:
    counters = Counters()
    for n in range(MOST_SERIES * 3):
        counters.add("x_total", (("type", f"t{n}"),))
    assert len(counters.series()) <= MOST_SERIES + 1
    assert sum(value for _, _, value in counters.series()) == MOST_SERIES * 3
    assert counters.get("x_total", (("type", "other"),)) == MOST_SERIES * 2


def test_a_label_is_a_plain_word_and_never_a_number_that_calls_somebody() -> None:
    assert metrics.word("conversation_typing_on") == "conversation_typing_on"
    assert metrics.word("zen:event-type:ticket.created") == "zen:event-type:ticket.created"
    for told in ("王女士", "call 13800138000", "13800138000", "a" * 65, "", 'x"} 1'):
        assert metrics.word(told) == "other"


async def test_readiness_fails_when_one_part_is_not_ready() -> None:
    parts = {"database": True, "feishu": False}
    app = Starlette(routes=health.routes(lambda: parts, Counters(), dict))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://starling") as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503
        parts["feishu"] = True
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, {"ok": True, "parts": parts})
        assert (await client.get("/metrics")).headers["content-type"].startswith("text/plain")
