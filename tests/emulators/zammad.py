"""A Zammad for tests: its API over a few tickets, as strict as the real one, and as careless with owners.

desk = Zammad()
with desk.serving() as base:  # on a socket of its own
    desk.notes(81), desk.tickets[81]["owner_id"]
"""

from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.emulators.serving import serving

TOKEN = "t0ken"
OWNERS = (3, 5, 7)  # may work in the group of every ticket
NOBODY = 1
BEGAN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TAKES = {"ticket_id", "body", "content_type", "type", "internal", "sender", "subject", "to", "cc", "time_unit"}


class Zammad:
    """Tickets found by searching, articles by their ticket, notes as articles, and owners."""

    def __init__(self, tickets: int = 1) -> None:
        self.now = BEGAN
        self.tickets: dict[int, dict[str, Any]] = {}
        self.articles: dict[int, list[dict[str, Any]]] = {}
        self.faults: list[int] = []  # statuses for the next writes; 0: it is done, and answered with an error
        self.asked: list[str] = []
        one = "/api/v1/tickets/{number:int}"
        self.app = Starlette(
            routes=[
                Route("/api/v1/tickets/search", self.found),
                Route(one, self.told),
                Route(one, self.change, methods=["PUT"]),
                Route("/api/v1/ticket_articles/by_ticket/{number:int}", self.said),
                Route("/api/v1/ticket_articles", self.say, methods=["POST"]),
            ]
        )
        for number in range(81, 81 + tickets):
            self.now = BEGAN + timedelta(minutes=number - 81)
            self.opens(number, "等了三天，物流一直没有更新")

    def opens(self, number: int, words: str) -> None:
        self.tickets[number] = {
            "id": number, "title": "物流没有更新", "state": "open", "group": "售后", "owner_id": 3, "customer_id": 8,
            "article_count": 0, "created_at": _told(self.now),
        }  # fmt: skip
        self.articles[number] = []
        self.says(number, words)

    def says(self, number: int, words: str, sender: str = "Customer", *, by: int = 8, internal: bool = False) -> None:
        ident = number * 1000 + len(self.articles[number])
        row = {"id": ident, "ticket_id": number, "sender": sender, "type": "note" if internal else "web", "body": words,
               "internal": internal, "content_type": "text/plain", "attachments": [], "created_by_id": by,
               "created_at": _told(self.now)}  # fmt: skip
        self.articles[number].append(row)
        self.touches(number, article_count=len(self.articles[number]))

    def touches(self, number: int, **fields: Any) -> None:
        self.tickets[number] |= {**fields, "updated_at": _told(self.now)}

    def notes(self, number: int) -> list[str]:
        return [row["body"] for row in self.articles[number] if row["internal"]]

    @property
    def assignee(self) -> dict[int, int | None]:
        return {number: ticket["owner_id"] for number, ticket in self.tickets.items()}

    def found(self, request: Request) -> Response:
        refused, asked = self._refusal(request), request.query_params
        if refused:
            return refused
        if "query" not in asked:
            return JSONResponse({"error": "query missing"}, 422)
        newest = asked.get("sort_by") == "updated_at" and asked.get("order_by") == "desc"
        rows = sorted(self.tickets.values(), key=lambda ticket: str(ticket["updated_at"]), reverse=newest)
        size, page = int(asked.get("per_page", "50")), int(asked.get("page", "1"))
        rows = rows[size * (page - 1) : size * page]
        return JSONResponse(rows if asked.get("expand") == "true" else {"tickets": [row["id"] for row in rows]})

    def told(self, request: Request) -> Response:
        return self._refusal(request) or JSONResponse(self.tickets[request.path_params["number"]])

    def said(self, request: Request) -> Response:
        return self._refusal(request) or JSONResponse(self.articles[request.path_params["number"]])

    async def say(self, request: Request) -> Response:
        told = await request.json()
        fault = self._refusal(request, told.get("ticket_id")) or self._fault()
        if fault and fault.status_code != 500:
            return fault
        if not isinstance(told.get("body"), str) or not told["body"] or told.keys() - TAKES:
            return JSONResponse({"error": 'Need at least article: { body: "some text" }'}, 422)
        number = told["ticket_id"]
        self.says(number, told["body"], told.get("sender", "Agent"), by=7, internal=told.get("internal", False))
        return fault or JSONResponse(self.articles[number][-1], 201)

    async def change(self, request: Request) -> Response:
        told = await request.json()
        fault = self._refusal(request) or self._fault()
        if fault and fault.status_code != 500:
            return fault
        number, owner = request.path_params["number"], told.get("owner_id")
        if told.keys() != {"owner_id"} or not isinstance(owner, int):
            return JSONResponse({"error": "Unprocessable"}, 422)
        # Who may not work in the group is nobody: the ticket is taken from whoever had it, and all seems well.
        self.touches(number, owner_id=owner if owner in OWNERS else NOBODY)
        return fault or JSONResponse(self.tickets[number])

    def _refusal(self, request: Request, number: Any = None) -> Response | None:
        self.asked.append(f"{request.method} {request.url.path}")
        if request.headers.get("authorization") != f"Token token={TOKEN}":
            return JSONResponse({"error": "Invalid BasicAuth credentials"}, 401)
        asked = number or request.path_params.get("number")
        if asked is not None and asked not in self.tickets:
            return JSONResponse({"error": "No such object!"}, 404)
        return None

    def _fault(self) -> Response | None:
        return JSONResponse({"error": "so it is"}, self.faults.pop(0) or 500) if self.faults else None

    def serving(self) -> AbstractContextManager[str]:
        return serving(self.app)


def _told(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
