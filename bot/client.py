"""The one HTTP client: bounded in time, no redirects, no proxy surprises on loopback."""

import httpx


def open_client() -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=250, max_keepalive_connections=20)
    return httpx.AsyncClient(timeout=httpx.Timeout(8.0, connect=4.0), limits=limits, follow_redirects=False)
