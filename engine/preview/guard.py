"""Who may ask: this machine's own preview page, and nobody else.

The page shows customer data to anything that can fetch it, so three locks stand before each answer:
the name in `Host` (a foreign page can point its own name at 127.0.0.1: DNS rebinding), a token in the
path that another page can't guess, and what the browser says of the page that asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST_NAMES = ("127.0.0.1", "localhost")
POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self'; "
    "media-src 'self'; "
    "connect-src 'self'; "
    "frame-src 'self'; "
    "base-uri 'none'; "
    "form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-dns-prefetch-control": "off",
}


def refusal(host: str, path: str, headers: Mapping[str, str], *, port: int, token: str) -> int:
    """Return 0 for a request that may be answered, else the status that refuses it (400, 403, 404)."""
    if host not in {f"{name}:{port}" for name in HOST_NAMES}:
        return 400
    if not path.startswith(f"/{token}/"):
        return 404
    origin = headers.get("origin", "")
    # A made page lies in a sandbox, so that its origin is `null`: it may read files that were made.
    is_file = path.startswith(f"/{token}/files/")
    if origin and origin != f"http://{host}" and not (is_file and origin == "null"):
        return 403
    if not is_file and headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return 403
    return 0


class Guard:
    """Wraps the app: refuses what `refusal` says, and puts the safe headers on each answer."""

    def __init__(self, app: ASGIApp, port: int, token: str) -> None:
        self._app, self._port, self._token = app, port, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        status = refusal(headers.get("host", ""), scope["path"], headers, port=self._port, token=self._token)
        if status:
            body = b"This is a Billcast preview. Open the address that the command printed.\n"
            plain = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": status, "headers": plain})
            await send({"type": "http.response.body", "body": body})
            return

        async def send_safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message["headers"]}
                extra = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message["headers"], *(pair for pair in extra if pair[0] not in given)]
            await send(message)

        await self._app(scope, receive, send_safe)
