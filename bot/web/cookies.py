"""The cookies of our pages: the session's secret, and the short memory of a login that is under way."""

from hashlib import sha256
from secrets import token_urlsafe

from starlette.responses import Response

from storage.sessions import LONGEST

LOGIN_LASTS = 600  # seconds somebody may take on the platform's own pages


def name(secure: bool) -> str:
    """With the prefix no neighbouring host can plant it; browsers take it over https only."""
    return "__Host-starling" if secure else "starling"


def login_name(secure: bool) -> str:
    return "__Host-starling-login" if secure else "starling-login"


def new_secret() -> str:
    return token_urlsafe(32)


def csrf(secret: str) -> str:
    """Known to whoever may read our pages in this browser, and useless for logging in."""
    return sha256(f"form {secret}".encode()).hexdigest()[:40]


def keep(response: Response, secret: str, secure: bool) -> None:
    lasts = int(LONGEST.total_seconds())
    response.set_cookie(name(secure), secret, lasts, path="/", secure=secure, httponly=True, samesite="lax")


def drop(response: Response, secure: bool) -> None:
    response.delete_cookie(name(secure), "/", secure=secure, httponly=True, samesite="lax")


def keep_login(response: Response, memory: str, secure: bool) -> None:
    response.set_cookie(login_name(secure), memory, LOGIN_LASTS, path="/", secure=secure, httponly=True, samesite="lax")


def drop_login(response: Response, secure: bool) -> None:
    response.delete_cookie(login_name(secure), "/", secure=secure, httponly=True, samesite="lax")
