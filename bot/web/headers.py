"""What every page of ours tells the browser: scripts and styles only of our own, kept by nobody, named to nobody."""

from collections.abc import Mapping


def strict(*, forms: str, frames: str) -> Mapping[str, str]:
    """Headers of a page; `forms` and `frames` are who it may send forms to, and who may frame it (CSP source lists)."""
    policy = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        f"form-action {forms}",
        f"frame-ancestors {frames}",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
