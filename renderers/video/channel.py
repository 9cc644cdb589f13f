"""The video channel: storyboard, narration, timeline and what is made of them.

Steps, in the order of the log: storyboard, narrate, timeline, film, caption.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from engine.contracts import (
    RENDITION,
    Compiled,
    CostReport,
    FillContext,
    Filled,
    Judgement,
    LayoutClass,
    Scope,
    Stills,
    Templates,
)
from engine.errors import RenderError
from engine.model.artifact import EMAIL_PREVIEW, Artifact
from engine.model.communication import ChartGeometry, Communication, walk_facts
from renderers.video.captions import captions_vtt, chapters_vtt, cues, transcript
from renderers.video.description import description_vtt, shown_words
from renderers.video.email_preview import preview_gif
from renderers.video.filming import Film, Studio
from renderers.video.footage import Footage
from renderers.video.hotspots import CONTACTS, MEDIA_TYPE, Spot, scenes_json
from renderers.video.narration import speak_all
from renderers.video.painter import Theme
from renderers.video.personal import check_clips
from renderers.video.stills import stills_of
from renderers.video.storyboard import Storyboard
from renderers.video.storyboard_file import Sources, read_storyboard
from renderers.video.timeline import LONGEST_S, Timeline, lay_timeline, overlong, unsaid

if TYPE_CHECKING:
    from renderers.video.proof_film import Film as ReadFilm

NAME = "video"
TEMPLATE = "video/storyboard.xml.j2"


@dataclass(frozen=True, slots=True)
class Payload:
    """What videos of one locale share."""

    templates: Templates
    renditions: tuple[str, ...]
    studio: Studio
    cache_dir: Path | None


class VideoChannel:
    """Videos: what differs is encoded, the rest is spliced. MoviePy makes them whole where that can't be."""

    name = NAME
    audited = f"video-{RENDITION}.mp4"

    def __init__(self) -> None:
        self._studios: dict[str, tuple[Templates, Studio]] = {}

    def classify(self, communication: Communication) -> LayoutClass:
        """Return the class: locale and which scenes the communication gives rise to."""
        c = communication
        parts = [
            ("stack", c.bill.stack), ("change", c.change), ("usage", c.usage), ("tips", c.tips),
            ("help", c.help), ("notices", c.notices), ("payment", c.payment),
        ]  # fmt: skip
        return LayoutClass(NAME, ".".join([c.locale, *(name for name, part in parts if part)]))

    def compile(self, templates: Templates, locale: str, layout_class: LayoutClass, scope: Scope) -> Compiled:
        """Return what the videos of a locale share; `scope.rendition` chooses one of the campaign's sizes."""
        renditions = (scope.rendition,) if scope.rendition else tuple(templates.campaign.video.renditions)
        studio = self._studio_of(templates, scope.cache_dir)
        return Compiled(layout_class, locale, Payload(templates, renditions, studio, scope.cache_dir))

    def _studio_of(self, templates: Templates, cache_dir: Path | None) -> Studio:
        """Return what the locales of a template set share."""
        found = self._studios.get(str(templates.root))
        if found is None or found[0] is not templates:
            options = templates.campaign.video
            footage = Footage(options.frames_per_second, cache_dir)
            found = templates, Studio(Theme(templates.campaign.brand, templates.root, footage), options, cache_dir)
            self._studios[str(templates.root)] = found
        return found[1]

    def fill(self, compiled: Compiled, communication: Communication, context: FillContext) -> Filled:
        """Return video, poster, captions, chapters, description, transcript. Raises `RenderError` or `VoiceError`."""
        payload: Payload = compiled.payload
        options = payload.templates.campaign.video
        storyboard, shown = storyboard_of(payload.templates, communication)
        timeline = _timed(payload, storyboard, communication)
        warnings = [f"video: no scene shows what the script says of `{name}`"
                    for name in unsaid(storyboard, communication.script)]  # fmt: skip
        warnings += [f"video: scene `{name}` lasts longer than the time fixed for it" for name in overlong(timeline)]
        if timeline.seconds > LONGEST_S:
            warnings.append(f"video: {timeline.seconds:.0f} s long, {LONGEST_S} are the most a viewer stays for")
        artifacts: list[Artifact] = []
        films = [payload.studio.film(storyboard, timeline, rendition) for rendition in payload.renditions]
        for rendition, film in zip(payload.renditions, films, strict=True):
            artifacts += _pictures(film, rendition, shown, is_first=not artifacts)
            if rendition != options.renditions[0]:  # a player shows a poster of the film's own shape
                artifacts.append(Artifact(NAME, f"poster-{rendition}.jpg", "image/jpeg", film.poster, shown))
            artifacts.append(scenes_of(timeline, rendition, film.spots, communication))
            warnings += [text for text in film.warnings if text not in warnings]
        if options.email_preview and storyboard.mail and EMAIL_PREVIEW not in context.siblings:
            artifacts.append(_preview(storyboard, payload.studio.theme, communication, shown))
        artifacts += _texts(timeline, communication)
        is_fast = all(film.path == "fast" for film in films)
        reason = "; ".join(dict.fromkeys(film.reason for film in films if film.reason))
        return Filled(tuple(artifacts), "fast" if is_fast else "reference", reason, tuple(warnings))

    def audit(self, compiled: Compiled, communication: Communication, context: FillContext, stored: bytes) -> Judgement:
        """Return how a stored video compares with what it should be. Raises `RenderError` or `VoiceError`."""
        from renderers.video.audit import audit_video  # its scanner is of no use to whoever audits nothing
        from renderers.video.proof_beside import beside_faults

        payload: Payload = compiled.payload
        (rendition,) = payload.renditions
        storyboard, _ = storyboard_of(payload.templates, communication)
        job = payload.studio.job(storyboard, _timed(payload, storyboard, communication), rendition)
        qr = communication.payment.qr.payload if communication.payment else None
        options, locale = payload.templates.campaign.video, communication.locale

        def beside(film: ReadFilm) -> Iterator[str]:
            return beside_faults(film, job, options, locale, context.siblings)

        return audit_video(stored, job, qr, beside, partial(payload.studio.withdraw, job), plays=context.plays)

    def meter(self, templates: Templates, communications: Sequence[Communication], rendition: str) -> CostReport:
        """Return what each scene costs a customer. Raises `RenderError` or `VoiceError`."""
        from renderers.video.meter import Told, meter_videos  # for designers, not for a run

        options, studio = templates.campaign.video, self._studio_of(templates, None)
        if options.level == "reference":
            raise RenderError("R461", "films by the reference are made whole: no scene has a cost of its own",
                              place="campaign.toml video.level")  # fmt: skip
        payload = Payload(templates, (rendition,), studio, None)

        def tell(communication: Communication) -> Told:
            began = time.process_time()
            storyboard, _ = storyboard_of(templates, communication)
            timeline = _timed(payload, storyboard, communication)
            return Told(storyboard, timeline, studio.sound(timeline), time.process_time() - began)

        return meter_videos(
            [partial(tell, one) for one in communications], studio.theme, rendition, communications[0].locale,
            level="a" if options.level == "a" else "b", has_captions=options.burn_captions,
            frames_per_second=options.frames_per_second,
        )  # fmt: skip

    def stills(self, templates: Templates, communication: Communication, rendition: str) -> Stills:
        """Return each scene's held picture without making the video. Raises `RenderError` or `TemplateError`."""
        storyboard, shown = storyboard_of(templates, communication)
        campaign = templates.campaign
        theme = Theme(campaign.brand, templates.root, Footage(campaign.video.frames_per_second))
        return stills_of(storyboard, theme, rendition, shown)


def _timed(payload: Payload, storyboard: Storyboard, communication: Communication) -> Timeline:
    """Return the times of a storyboard, by what is said over it. Raises `VoiceError`."""
    options = payload.templates.campaign.video
    speeches = speak_all(
        communication.script, communication.locale, options.narration, payload.cache_dir, options.speech_cache_mb
    )
    return lay_timeline(storyboard, communication.script, speeches, options.frames_per_second)


def storyboard_of(templates: Templates, communication: Communication) -> tuple[Storyboard, tuple[str, ...]]:
    """Return the storyboard of a communication and the ids of the facts it shows. Raises `RenderError`."""
    rendered = templates.render(TEMPLATE, communication)
    charts = {chart.id: chart for chart in charts_of(communication)}
    qr = communication.payment.qr if communication.payment else None
    rules = {rule.id: rule.id in communication.decision.rules for rule in templates.campaign.rules}
    sources = Sources(charts, qr, rules)
    storyboard = read_storyboard(rendered.text, sources, TEMPLATE)
    check_clips(storyboard, templates, communication, TEMPLATE, sources)
    used = {
        element.chart.id: element.chart
        for scene in storyboard.scenes
        for element in scene.elements
        if hasattr(element, "chart")
    }
    drawn = [fact.id for chart in used.values() for label in chart.labels for fact in walk_facts(label)]
    printed, facts = rendered.shown, communication.facts()
    own = tuple({facts[name].text: None for name in printed if facts[name].text})
    if storyboard.words:  # rules left something out, with the facts that were printed there
        printed = tuple(name for name in printed if facts[name].text in storyboard.words)
    return replace(storyboard, own=own), tuple(dict.fromkeys([*printed, *drawn]))


def charts_of(communication: Communication) -> Iterator[ChartGeometry]:
    """Yield the charts that a storyboard can refer to by id."""
    views = (communication.bill.stack, communication.change and communication.change.chart)
    yield from (chart for chart in views if chart)
    yield from (view.chart for view in communication.usage if view.chart)


def _pictures(film: Film, rendition: str, shown: tuple[str, ...], *, is_first: bool) -> list[Artifact]:
    made = [Artifact(NAME, f"video-{rendition}.mp4", "video/mp4", film.video, shown)]
    if film.stream is not None:
        made.append(Artifact(NAME, f"stream-{rendition}.mp4", "video/mp4", film.stream.file, shown))
        playlist = film.stream.playlist.encode()
        made.append(Artifact(NAME, f"stream-{rendition}.m3u8", "application/vnd.apple.mpegurl", playlist))
    if is_first:
        made.append(Artifact(NAME, "poster.jpg", "image/jpeg", film.poster, shown))
    return made


def _preview(storyboard: Storyboard, theme: Theme, communication: Communication, shown: tuple[str, ...]) -> Artifact:
    """Return the picture for the e-mail, with the facts that its words show."""
    words = "\n".join(words for scene in storyboard.mail for words in shown_words(scene))
    facts = communication.facts()
    seen = tuple(name for name in shown if facts[name].text in words)
    return Artifact(NAME, EMAIL_PREVIEW, "image/gif", preview_gif(storyboard.mail, theme), seen)


def scenes_of(
    timeline: Timeline, rendition: str, spots: Mapping[str, Sequence[Spot]], communication: Communication
) -> Artifact:
    """Return what a player needs to know of one rendition: its scenes, and where they can be pressed."""
    contacts = {name: str(getattr(communication.supplier, name)) for name in CONTACTS}
    data = scenes_json(timeline, rendition, spots, contacts)
    return Artifact(NAME, f"scenes-{rendition}.json", MEDIA_TYPE, data)


def _texts(timeline: Timeline, communication: Communication) -> list[Artifact]:
    language = communication.locale
    captions = captions_vtt(cues(timeline.spoken)).encode()
    return [
        Artifact(NAME, f"captions.{language}.vtt", "text/vtt; charset=utf-8", captions),
        Artifact(NAME, f"chapters.{language}.vtt", "text/vtt; charset=utf-8", chapters_vtt(timeline).encode()),
        Artifact(NAME, f"description.{language}.vtt", "text/vtt; charset=utf-8", description_vtt(timeline).encode()),
        Artifact(NAME, "transcript.txt", "text/plain; charset=utf-8", transcript(timeline).encode()),
    ]
