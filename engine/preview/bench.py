"""The work behind the page: one customer in all channels, made anew when a template was saved.

Everything is made by `engine.api.render_one`, the path of a run, without a sink. A save starts a
new generation: templates are read and everything is made anew. What can't be made is a problem of
its panel; the other panels stand.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from engine.contracts import Channel, Stills, Storyboarded, Templates
from engine.errors import BillcastError, CampaignError
from engine.model.artifact import Artifact
from engine.model.campaign import Campaign
from engine.model.customer import Customer
from engine.payment.keyring import Keyring
from engine.preview.pdf_pages import pdf_pages
from engine.preview.problem_view import as_error
from engine.preview.roster import Roster
from engine.preview.views import page_name, scene_name

if TYPE_CHECKING:
    from engine.api import RenderResult

PANELS_KEPT = 24  # results in memory, the least looked at dropped first; a video is about 3 MB
VIDEO, PAGE, PDF = "video", "microsite", "pdf"
NO_STILLS = Stills((), (), ())


class Render(Protocol):
    """`engine.api.render_one`."""

    def __call__(
        self,
        customer: Customer,
        campaign: Templates,
        /,
        *,
        keys: Keyring,
        now: datetime,
        channels: tuple[str, ...],
        cache_dir: Path | None,
    ) -> RenderResult: ...


@dataclass(frozen=True, slots=True)
class Seams:
    """What the bench works with: the template set's opener, the library call, the channels by name."""

    open_templates: Callable[[Path, Campaign | None], Templates]
    render: Render
    load_channel: Callable[[str], Channel]


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at. `locale` is empty for the customer's own."""

    key: str
    locale: str = ""
    rendition: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A result in memory. `files` by name are served under `slot`, a name that tells nothing."""

    slot: str
    result: RenderResult
    files: Mapping[str, Artifact]


@dataclass(frozen=True, slots=True)
class Pictured:
    """Pictures in memory: a storyboard's stills, or a PDF's pages (then `stills` has none)."""

    slot: str
    files: Mapping[str, Artifact]
    stills: Stills = NO_STILLS


class Bench:
    """One template set, one input. Its methods may be called from several threads."""

    def __init__(
        self, root: Path, roster: Roster, keys: Keyring, now: datetime, seams: Seams, cache_dir: Path | None = None
    ) -> None:
        self.root = root.resolve()
        self.roster = roster
        self.generation = 1
        self._keys, self._now, self._seams, self._cache_dir = keys, now, seams, cache_dir
        self._lock = threading.Lock()
        self._templates: Templates | None = None
        self._kept: OrderedDict[tuple[object, ...], Made | Pictured] = OrderedDict()

    def renew(self, input_changed: bool = False) -> int:
        """Read templates anew from now on; returns the new generation.

        What was made before is no longer given, but its files stay until they are crowded out: a page
        that loads while a template is saved still finds them.
        """
        with self._lock:
            self.generation += 1
            self._templates = None
        if input_changed:
            self.roster.forget()
        return self.generation

    def templates(self) -> Templates:
        """Return the set, opened once a generation. Raises `CampaignError` or `TemplateError`."""
        generation, opened = self.generation, self._templates
        if opened is None:
            opened = self._seams.open_templates(self.root, None)
            with self._lock:
                if generation == self.generation:
                    self._templates = opened
        return opened

    def said(self, look: Look) -> RenderResult:
        """Return what is composed for the customer, with nothing made. Raises `BillcastError`."""
        return self._made(look, ()).result

    def panel(self, channel: str, look: Look) -> Made:
        """Return what `channel` makes of the customer. Raises `BillcastError` where it can't.

        The page is made with its neighbours, as in a run, but without those that can't be made,
        and with the video once that was asked for.
        """
        if channel == VIDEO:
            return self._whole(look)
        if channel == PAGE:
            whole = self._cached(self._name(look, self._whole_channels(look), look.rendition))
            if isinstance(whole, Made) and PAGE in self._whole_channels(look):
                return whole
            return self._sound(self._made(look, self._page_channels(look)))
        return self._sound(self._made(look, (channel,)))

    def stills(self, look: Look) -> Pictured:
        """Return the pictures of the storyboard's scenes. Raises `BillcastError`."""
        name = self._name(look, ("stills",), look.rendition)
        found = self._cached(name)
        if isinstance(found, Pictured):
            return found
        said = self._sound(self._made(look, ())).result.communication
        channel = self._seams.load_channel(VIDEO)
        if not isinstance(channel, Storyboarded):
            raise CampaignError("W102", "the channel `video` has no scenes to show",
                                hint="a plug-in took its name: give the channel a method `stills`")  # fmt: skip
        stills = channel.stills(self.templates(), said, look.rendition) if said else NO_STILLS
        files = {
            scene_name(number): Artifact(VIDEO, scene_name(number), one.media_type, one.data)
            for number, one in enumerate(stills.pictures, start=1)
        }
        made = Pictured(secrets.token_urlsafe(12), files, stills)
        self._keep(name, made)
        return made

    def pages(self, look: Look) -> Pictured:
        """Return the pages of the customer's PDFs as pictures. Raises `BillcastError`."""
        name = self._name(look, ("pages",), "")
        found = self._cached(name)
        if isinstance(found, Pictured):
            return found
        documents = [one for one in self.panel(PDF, look).files.values() if one.media_type == "application/pdf"]
        pictures = [picture for document in documents for picture in pdf_pages(document.data)]
        names = [page_name(number) for number in range(1, len(pictures) + 1)]
        files = {name: Artifact(PDF, name, "image/png", data) for name, data in zip(names, pictures, strict=True)}
        made = Pictured(secrets.token_urlsafe(12), files)
        self._keep(name, made)
        return made

    def file(self, slot: str, name: str) -> Artifact | None:
        """Return a file that was made, while it is kept."""
        with self._lock:
            return next((made.files.get(name) for made in self._kept.values() if made.slot == slot), None)

    def _whole(self, look: Look) -> Made:
        """Return video, page and all that can be made beside them, in one walk."""
        return self._sound(self._made(look, self._whole_channels(look), look.rendition))

    def _whole_channels(self, look: Look) -> tuple[str, ...]:
        page = self._page_channels(look)
        has_page = PAGE in self.templates().campaign.channels and self._is_sound(look, page)
        return (VIDEO, *(page if has_page else page[:-1]))

    def _page_channels(self, look: Look) -> tuple[str, ...]:
        return (*self._neighbours(look), PAGE)

    def _neighbours(self, look: Look) -> tuple[str, ...]:
        """Return the channels beside video and page that can be made for this customer."""
        names = (name for name in self.templates().campaign.channels if name not in (VIDEO, PAGE))
        return tuple(name for name in names if self._is_sound(look, (name,)))

    def _is_sound(self, look: Look, channels: tuple[str, ...]) -> bool:
        try:
            self._sound(self._made(look, channels))
        except BillcastError:
            return False  # its own panel says why
        return True

    def _made(self, look: Look, channels: tuple[str, ...], rendition: str = "") -> Made:
        name = self._name(look, channels, rendition)
        found = self._cached(name)
        if isinstance(found, Made):
            return found
        templates = self.templates()
        if rendition:
            templates = self._seams.open_templates(self.root, _with_rendition(templates.campaign, rendition))
        result = self._seams.render(
            self._customer(look), templates, keys=self._keys, now=self._now, channels=channels,
            cache_dir=self._cache_dir,
        )  # fmt: skip
        files = {artifact.name: artifact for artifact in result.artifacts}
        made = Made(secrets.token_urlsafe(12), result, files)
        self._keep(name, made)
        return made

    def _sound(self, made: Made) -> Made:
        problem = made.result.outcome.problem
        if problem is not None:
            raise as_error(problem)
        return made

    def _customer(self, look: Look) -> Customer:
        customer = self.roster.find(look.key)
        return customer.model_copy(update={"locale": look.locale}) if look.locale else customer

    def _name(self, look: Look, channels: tuple[str, ...], rendition: str) -> tuple[object, ...]:
        return (self.generation, look.key, look.locale, rendition, frozenset(channels))

    def _cached(self, name: tuple[object, ...]) -> Made | Pictured | None:
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
            return self._kept.get(name)

    def _keep(self, name: tuple[object, ...], made: Made | Pictured) -> None:
        """Keep a result, even one of a generation that ended meanwhile: its asker will want the files."""
        with self._lock:
            self._kept[name] = made
            while len(self._kept) > PANELS_KEPT:
                self._kept.popitem(last=False)


def library_seams() -> Seams:
    """Return the seams of the library itself, loaded now."""
    from engine.api import render_one
    from engine.registry import load_channel
    from engine.templating import TemplateSet

    return Seams(TemplateSet, render_one, load_channel)


def _with_rendition(campaign: Campaign, rendition: str) -> Campaign:
    video = campaign.video.model_copy(update={"renditions": (rendition,)})
    return campaign.model_copy(update={"video": video})
