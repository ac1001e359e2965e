"""A Zendesk for tests: its API over a few tickets, as strict as the real one in what it takes.

desk = Zendesk()
with desk.serving() as base:  # on a socket of its own
    desk.notes(5158), desk.tickets[5158]["assignee_id"]
"""

import base64
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.emulators.serving import serving

TOKEN = "admin@example.com/token:t0ken"
USERS = {3: "agent", 5: "agent", 7: "admin", 9: "end-user"}
BEGAN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
PAGE = 2  # tickets in an answer


class Zendesk:
    """Tickets as they change, in pages; comments, newest first; notes and assignments by changing the ticket."""

    def __init__(self) -> None:
        self.now = BEGAN
        self.tickets: dict[int, dict[str, Any]] = {}
        self.comments: dict[int, list[dict[str, Any]]] = {}
        self.log: list[tuple[datetime, int]] = []  # which ticket changed when
        self.faults: list[int] = []  # statuses for the next writes; 0: it is done, and answered with an error
        self.asked: list[str] = []
        one = "/api/v2/tickets/{number:int}"
        self.app = Starlette(
            routes=[
                Route("/api/v2/users/me.json", self.me),
                Route("/api/v2/incremental/tickets/cursor.json", self.changed),
                Route(one + "/comments.json", self.said),
                Route(one + ".json", self.change, methods=["PUT"]),
            ]
        )
        self.opens(5158, "等了三天，物流一直没有更新")

    def opens(self, number: int, words: str, *, by: int = 9) -> None:
        at = _told(self.now)
        self.tickets[number] = {
            "id": number, "subject": "物流没有更新", "description": words, "status": "open", "requester_id": by,
            "assignee_id": 3, "via": {"channel": "web"}, "created_at": at, "satisfaction_rating": None,
        }  # fmt: skip
        self.comments[number] = []
        self.says(number, words, by=by)

    def says(self, number: int, words: str, *, by: int, public: bool = True) -> None:
        ident = number * 1000 + len(self.comments[number])
        row = {"id": ident, "type": "Comment", "body": words, "plain_body": words, "public": public, "author_id": by,
               "attachments": [], "created_at": _told(self.now)}  # fmt: skip
        self.comments[number].append(row)
        self.touches(number)

    def touches(self, number: int, **fields: Any) -> None:
        self.tickets[number] |= {**fields, "updated_at": _told(self.now)}
        self.log.append((self.now, number))

    def notes(self, number: int) -> list[str]:
        return [row["body"] for row in self.comments[number] if not row["public"]]

    @property
    def assignee(self) -> dict[int, int | None]:
        return {number: ticket["assignee_id"] for number, ticket in self.tickets.items()}

    def me(self, request: Request) -> Response:
        """Whoever cannot be told who they are is a stranger, and that is no error."""
        return self._answer({"user": {"id": None} if self._refusal(request) else {"id": 7, "role": "admin"}})

    def changed(self, request: Request) -> Response:
        """What changed from the cursor on, but nothing of the last minute; each ticket once, as it is now."""
        refused = self._refusal(request)
        if refused:
            return refused
        start, cursor = request.query_params.get("start_time"), request.query_params.get("cursor")
        if (start is None) == (cursor is None):
            return self._answer({"error": "InvalidValue"}, 400)
        settled = [(at, n) for at, n in self.log if at <= self.now - timedelta(minutes=1)]
        first = int(cursor) if cursor else sum(at.timestamp() < int(start or 0) for at, _ in settled)
        if start and int(start) > self.now.timestamp() - 60:
            return self._answer({"error": "StartTimeTooRecent"}, 400)
        taken = settled[first : first + PAGE]
        later = [number for _, number in settled]
        rows = [self.tickets[n] for i, (_, n) in enumerate(taken, first + 1) if n not in later[i:]]
        place = str(first + len(taken))
        over = first + len(taken) >= len(settled)
        return self._answer({"tickets": rows, "after_cursor": place, "after_url": "", "end_of_stream": over})

    def said(self, request: Request) -> Response:
        refused = self._refusal(request) or self._unknown(request)
        if refused:
            return refused
        number, asked = request.path_params["number"], request.query_params
        rows = self.comments[number][:: -1 if asked.get("sort") == "-created_at" else 1]
        told: dict[str, Any] = {"comments": rows[: int(asked.get("page[size]", "100"))]}
        if asked.get("include") == "users":
            writers = dict.fromkeys(row["author_id"] for row in rows)
            told["users"] = [{"id": n, "role": USERS[n], "name": f"第 {n} 位"} for n in writers]
        return self._answer(told)

    async def change(self, request: Request) -> Response:
        told = await request.json()
        fault = self._refusal(request) or self._unknown(request) or self._fault()
        if fault and fault.status_code != 500:
            return fault
        number, ticket = request.path_params["number"], told.get("ticket")
        if not isinstance(ticket, dict) or told.keys() != {"ticket"} or ticket.keys() - {"comment", "assignee_id"}:
            return self._answer({"error": "Unprocessable Entity"}, 422)
        wrong = self.tickets[number]["status"] == "closed" or USERS.get(ticket.get("assignee_id", 3)) == "end-user"
        if wrong or ticket.get("assignee_id", 3) not in USERS:
            return self._answer({"error": "RecordInvalid", "description": "Record validation errors"}, 422)
        if said := ticket.get("comment"):
            self.says(number, said["body"], by=7, public=said.get("public", True))  # public, unless told otherwise
        if "assignee_id" in ticket:
            self.touches(number, assignee_id=ticket["assignee_id"])
        return fault or self._answer({"ticket": self.tickets[number]})

    def _refusal(self, request: Request) -> Response | None:
        self.asked.append(f"{request.method} {request.url.path}")
        expected = "Basic " + base64.b64encode(TOKEN.encode()).decode()
        if request.headers.get("authorization") != expected:
            return self._answer({"error": "Couldn't authenticate you"}, 401)
        return None

    def _unknown(self, request: Request) -> Response | None:
        known = request.path_params["number"] in self.tickets
        return None if known else self._answer({"error": "RecordNotFound"}, 404)

    def _fault(self) -> Response | None:
        return self._answer({"error": "so it is"}, self.faults.pop(0) or 500) if self.faults else None

    def _answer(self, body: Any, status: int = 200) -> Response:
        return JSONResponse(body, status, {"date": format_datetime(self.now, usegmt=True)})

    def serving(self) -> AbstractContextManager[str]:
        return serving(self.app)


def _told(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
