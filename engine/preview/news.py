"""What was saved, told to every open page: a watcher of the folders, and a channel of server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

BEAT_S = 15.0  # a comment line now and then shows that the line is open
_IGNORED = (".swp", ".swx", ".tmp", "~", ".pyc")


class News:
    """The newest generation, and who waits for it. Lives in one event loop."""

    def __init__(self, generation: int) -> None:
        self.generation = generation
        self.changed: tuple[str, ...] = ()
        self.is_over = False
        self._turn = asyncio.Condition()

    async def tell(self, generation: int, changed: Iterable[str]) -> None:
        """Tell every open page."""
        async with self._turn:
            self.generation, self.changed = generation, tuple(changed)
            self._turn.notify_all()

    async def end(self) -> None:
        """Let every stream end: the server stops."""
        async with self._turn:
            self.is_over = True
            self._turn.notify_all()

    async def stream(self) -> AsyncIterator[str]:
        """Yield events: the generation now, then each new one."""
        known = 0
        while not self.is_over:
            if known != self.generation:
                known = self.generation
                data = json.dumps({"generation": known, "changed": list(self.changed)})
                yield f"event: generation\ndata: {data}\n\n"
            try:
                async with asyncio.timeout(BEAT_S):
                    await self._wait(known)
            except TimeoutError:
                yield ": here\n\n"

    async def _wait(self, known: int) -> None:
        async with self._turn:
            await self._turn.wait_for(lambda: self.is_over or self.generation != known)


async def watch(
    root: Path, inputs: Iterable[Path], stop: asyncio.Event, renew: Callable[[bool], int], news: News
) -> None:
    """Start a new generation with each save below `root` or of an input, until `stop` is set."""
    from watchfiles import awatch

    root = root.resolve()
    sources = [path.resolve() for path in inputs]
    folders = {path if path.is_dir() else path.parent for path in sources}
    async for changes in awatch(root, *folders, stop_event=stop, debounce=200, step=50):
        paths = [Path(name).resolve() for _, name in changes if not name.endswith(_IGNORED)]
        own = sorted({path.relative_to(root).as_posix() for path in paths if path.is_relative_to(root)})
        of_input = any(path.is_relative_to(source) for path in paths for source in sources)
        if own or of_input:
            await news.tell(renew(of_input), own or ["the input"])
