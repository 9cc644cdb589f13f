"""The routes of the preview, all below its secret path, all on 127.0.0.1.

- `.` and `static/<name>`: the page, its style, scripts and icon
- `api/overview`: campaign and customers, or the problem of campaign.toml
- `api/said`: decision, warnings and facts of one customer
- `api/made/<channel>`: what a channel makes; the whole video too
- `api/stills`, `api/pages`: the storyboard's scenes, the PDF's pages
- `files/<slot>/<name>`: a file that was made
- `events`: server-sent events, a generation with each save
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from engine.batch.making import unforeseen
from engine.errors import BillcastError
from engine.preview.bench import VIDEO, Bench, Look
from engine.preview.guard import Guard
from engine.preview.news import News, watch
from engine.preview.problem_view import problem_view
from engine.preview.serving import file_response
from engine.preview.views import RENDITIONS, campaign_view, listing_view, made_view, said_view, stills_view

_STATIC = Path(__file__).parent / "static"
_MEDIA_TYPES = {
    "page.html": "text/html; charset=utf-8",
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "panels.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
Answer = dict[str, Any]


class Preview:
    """The answers. Quick work goes one by one in a thread, a video in another: it may take a minute."""

    def __init__(self, bench: Bench, inputs: Sequence[Path], first_key: str) -> None:
        self.bench, self.first_key = bench, first_key
        self.news = News(bench.generation)
        self._inputs = tuple(inputs)
        self._stop = asyncio.Event()
        self._quick = CapacityLimiter(1)
        self._long = CapacityLimiter(1)

    def app(self, port: int, token: str) -> Starlette:
        """Return the ASGI app for one port and one secret path."""
        routes = [
            Route("/", self._static),
            Route("/static/{name}", self._static),
            Route("/events", self._events),
            Route("/api/overview", self._answering(self._overview)),
            Route("/api/said", self._answering(self._said)),
            Route("/api/stills", self._answering(self._stills)),
            Route("/api/pages", self._answering(self._pages)),
            Route("/api/made/{channel}", self._answering(self._made)),
            Route("/files/{slot}/{name}", self._file),
        ]
        guard = Middleware(Guard, port=port, token=token)
        return Starlette(routes=[Mount(f"/{token}", routes=routes)], middleware=[guard], lifespan=self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        del app
        watcher = asyncio.create_task(
            watch(self.bench.root, self._inputs, self._stop, self.bench.renew, self.news), name="preview-watch"
        )
        try:
            yield
        finally:
            await self.end()
            await watcher

    async def end(self) -> None:
        """Let the streams and the watcher end."""
        self._stop.set()
        await self.news.end()

    def _answering(self, work: Callable[[Request], Answer]) -> Callable[[Request], Awaitable[Response]]:
        """Return the route of `work`: run in a thread; a problem is an answer too."""

        async def route(request: Request) -> Response:
            limiter = self._long if request.path_params.get("channel") == VIDEO else self._quick
            generation = self.bench.generation
            # Abandoned when the server stops: a video must not hold it back.
            answer = await to_thread.run_sync(self._guarded, work, request, abandon_on_cancel=True, limiter=limiter)
            return JSONResponse({"generation": generation, **answer})

        return route

    def _guarded(self, work: Callable[[Request], Answer], request: Request) -> Answer:
        try:
            return work(request)
        except BillcastError as error:
            problem = error.problem
        except Exception as error:  # noqa: BLE001 - a bug costs one panel, and no message that may be personal is shown
            problem = unforeseen(error)
        return {"status": "problem", "problem": problem_view(problem, self.bench.root)}

    def _overview(self, request: Request) -> Answer:
        del request
        customers = listing_view(self.bench.roster.listing())
        answer: Answer = {
            "first": self.first_key or next((one["key"] for one in customers["entries"]), ""),
            "customers": customers,
        }
        try:
            return {"status": "done", **answer, "campaign": campaign_view(self.bench.templates().campaign)}
        except BillcastError as error:
            return {"status": "problem", **answer, "problem": problem_view(error.problem, self.bench.root)}

    def _said(self, request: Request) -> Answer:
        result = self.bench.said(_look(request))
        answer = said_view(result.outcome, result.communication)
        if result.outcome.problem is not None:
            answer |= {"status": "problem", "problem": problem_view(result.outcome.problem, self.bench.root)}
        return answer

    def _made(self, request: Request) -> Answer:
        channel = request.path_params["channel"]
        made = self.bench.panel(channel, _look(request))
        return made_view(channel, made.result.outcome, made.result.artifacts, made.slot)

    def _stills(self, request: Request) -> Answer:
        pictured = self.bench.stills(_look(request))
        return stills_view(pictured.stills, pictured.slot)

    def _pages(self, request: Request) -> Answer:
        pictured = self.bench.pages(_look(request))
        return {"status": "done", "slot": pictured.slot, "pages": list(pictured.files)}

    async def _file(self, request: Request) -> Response:
        found = self.bench.file(request.path_params["slot"], request.path_params["name"])
        if found is None:
            return Response(status_code=404)
        origin = f"http://{request.headers['host']}"
        return file_response(found, request.headers.get("range", ""), origin)

    async def _static(self, request: Request) -> Response:
        name = request.path_params.get("name", "page.html")
        if name not in _MEDIA_TYPES:
            return Response(status_code=404)
        return Response((_STATIC / name).read_bytes(), media_type=_MEDIA_TYPES[name])

    async def _events(self, request: Request) -> Response:
        del request
        return StreamingResponse(self.news.stream(), media_type="text/event-stream")


def _look(request: Request) -> Look:
    query = request.query_params
    rendition = query.get("rendition", "")
    return Look(query.get("key", ""), query.get("locale", ""), rendition if rendition in RENDITIONS else RENDITIONS[0])
