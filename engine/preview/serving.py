"""Bytes to answers: ranges for the video player, and a closed room for each made page."""

from __future__ import annotations

import re

from starlette.responses import Response

from engine.model.artifact import Artifact

_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")
# A made page runs in an origin of its own: its script can't read this server. No request leaves the machine.
PAGE_POLICY = (
    "default-src 'none'; "
    "script-src 'unsafe-inline'; "  # the page's own policy allows its one script by hash
    "style-src 'unsafe-inline'; "
    "img-src {here} data:; "
    "media-src {here}; "
    "font-src data:; "
    "base-uri 'none'; "
    "form-action 'none'; "
    "sandbox allow-scripts"
)


def file_response(artifact: Artifact, byte_range: str, origin: str) -> Response:
    """Return the artifact, or the part that `byte_range` (the header's value) asks for: 200, 206 or 416."""
    headers = {"accept-ranges": "bytes"}
    if artifact.media_type.startswith("text/html"):
        headers["content-security-policy"] = PAGE_POLICY.format(here=origin)
        headers["cross-origin-resource-policy"] = "cross-origin"
    if artifact.media_type.startswith(("video/", "image/", "text/vtt")):
        headers["cross-origin-resource-policy"] = "cross-origin"  # asked for from the page's closed room
    size = len(artifact.data)
    found = _RANGE.match(byte_range.strip())
    if found is None or found.groups() == ("", ""):
        return Response(artifact.data, headers=headers, media_type=artifact.media_type)
    first, last = _span(found[1], found[2], size)
    if first >= size or first > last:
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{size}"})
    headers["content-range"] = f"bytes {first}-{last}/{size}"
    return Response(artifact.data[first : last + 1], 206, headers, artifact.media_type)


def _span(start: str, end: str, size: int) -> tuple[int, int]:
    """Return the first and last byte asked for; without a start it is the last so many (RFC 9110, 14.1.2)."""
    if not start:
        return max(0, size - int(end)), size - 1
    return int(start), min(int(end), size - 1) if end else size - 1
