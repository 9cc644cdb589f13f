"""The page's Content-Security-Policy: by hash, no outside request at all."""

from __future__ import annotations

import base64
import hashlib

from markupsafe import Markup


def policy(style: str, script: str, counts_url: str = "") -> Markup:
    """Return the policy that allows this style and script, pictures and the video beside the page.

    `counts_url` is the one address to which a page may send something: the campaign's for counting views.
    """
    parts = (
        "default-src 'none'",
        f"style-src '{_hash(style)}'",
        f"script-src '{_hash(script)}'",
        "img-src data: 'self'",
        "media-src 'self'",
        *((f"connect-src {counts_url}",) if counts_url else ()),
        "base-uri 'none'",
        "form-action 'none'",
    )
    return Markup("; ".join(parts))  # noqa: S704 - made of constants, base64 and an address of the campaign that was matched


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")
