"""A Chatwoot for tests: what its API tells and takes, as strict as the real one, and as careless.

woot = Chatwoot()
with woot.serving() as base:  # on a socket of its own
    woot.notes(42), woot.assignee[42]
"""

import json
from contextlib import AbstractContextManager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.bot.helpdesks import vendors
from tests.emulators.serving import serving

TOKEN = "t0ken"
AGENTS = (3, 5, 7)
TAKES = {"content", "message_type", "private", "content_type", "content_attributes", "echo_id"}


class Chatwoot:
    """A profile, conversations in pages of two, messages in pages of twenty, notes, agents and assignments."""

    def __init__(self) -> None:
        first = json.loads(vendors.fixture("chatwoot", "assigned"))
        self.conversations = [self.conversation(first, n) for n in range(42, 47)]
        self.messages = {n: [self.message(first["messages"][0], n, k) for k in range(50)] for n in range(42, 47)}
        self.assignee: dict[int, int | None] = dict.fromkeys(self.messages, 3)
        self.faults: list[int] = []  # statuses for the next writes; 0: it is done, and answered with an error
        self.asked: list[tuple[str, str]] = []
        account = "/api/v1/accounts/{account:int}"
        one = account + "/conversations/{number:int}"
        self.app = Starlette(
            routes=[
                Route("/api/v1/profile", self.profile),
                Route(account + "/agents", self.agents),
                Route(account + "/conversations", self.listed),
                Route(one + "/messages", self.said),
                Route(one + "/messages", self.say, methods=["POST"]),
                Route(one + "/assignments", self.assign, methods=["POST"]),
            ]
        )

    def conversation(self, told: Any, number: int) -> Any:
        meta = told["meta"] | {"channel": told["channel"]}
        rest = {name: told[name] for name in ("status", "custom_attributes", "messages", "updated_at")}
        return rest | {"id": number, "account_id": 1, "meta": meta, "last_activity_at": 1795140000 + 100 * number}

    def message(self, told: Any, number: int, k: int) -> Any:
        kept = ("content", "content_type", "message_type", "private", "content_attributes", "sender")
        at = 1795140000 + 100 * number - 49 + k
        return {name: told[name] for name in kept} | {"id": number * 100 + k, "created_at": at}

    def notes(self, number: int) -> list[str]:
        return [row["content"] for row in self.messages[number] if row["private"]]

    def profile(self, request: Request) -> Response:
        if self._refusal(request):
            return Response(status_code=401)
        return JSONResponse({"id": 1, "accounts": [{"id": 1, "name": "青禾旗舰店"}]})

    def agents(self, request: Request) -> Response:
        return self._refusal(request) or JSONResponse([{"id": n, "name": f"客服 {n}"} for n in AGENTS])

    def listed(self, request: Request) -> Response:
        page = int(request.query_params["page"])
        latest = sorted(self.conversations, key=lambda c: -c["last_activity_at"])
        return JSONResponse({"data": {"meta": {}, "payload": latest[2 * page - 2 : 2 * page]}})

    def said(self, request: Request) -> Response:
        before = int(request.query_params.get("before", 10**9))
        refused = self._refusal(request)
        if refused:
            return refused
        rows = [row for row in self.messages[request.path_params["number"]] if row["id"] < before]
        return JSONResponse({"meta": {}, "payload": rows[-20:]})

    async def say(self, request: Request) -> Response:
        told = await request.json()
        fault = self._refusal(request) or self._fault()
        if fault and fault.status_code != 500:
            return fault
        if not isinstance(told.get("content"), str) or told.keys() - TAKES or told.get("message_type") != "outgoing":
            return JSONResponse({"error": "param is missing or not understood"}, 422)
        rows = self.messages[request.path_params["number"]]
        row = {"id": rows[-1]["id"] + 1, "content": told["content"], "content_type": "text", "message_type": 1,
               "private": bool(told.get("private")), "created_at": rows[-1]["created_at"] + 1}  # fmt: skip
        rows.append(row)
        return fault or JSONResponse(row)

    async def assign(self, request: Request) -> Response:
        told = await request.json()
        fault = self._refusal(request) or self._fault()
        if fault:
            return fault
        agent = told.get("assignee_id")
        # An agent it does not know is nobody: the conversation is taken from whoever had it, and all seems well.
        self.assignee[request.path_params["number"]] = agent if agent in AGENTS else None
        return JSONResponse({"id": agent, "name": f"客服 {agent}"} if agent in AGENTS else None)

    def _refusal(self, request: Request) -> Response | None:
        self.asked.append((request.method, request.url.path))
        if request.headers.get("api_access_token") != TOKEN:
            return JSONResponse({"errors": ["You need to sign in or sign up before continuing."]}, 401)
        if request.path_params.get("account", 1) != 1:
            return JSONResponse({"error": "You are not authorized to access this account"}, 401)
        if request.path_params.get("number", 42) not in self.messages:
            return JSONResponse({"error": "Resource could not be found"}, 404)
        return None

    def _fault(self) -> Response | None:
        if not self.faults:
            return None
        return JSONResponse({"error": "so it is"}, self.faults.pop(0) or 500)

    def serving(self) -> AbstractContextManager[str]:
        return serving(self.app)
