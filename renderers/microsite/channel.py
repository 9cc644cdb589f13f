"""The channel `microsite`: styles, script and policy once a set and locale, the pages for each customer."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass

from markupsafe import Markup

from engine.contracts import Compiled, FillContext, Filled, LayoutClass, Scope, Templates
from engine.errors import RenderError
from engine.model.artifact import Artifact
from engine.model.communication import Communication
from renderers.microsite.guard import check_page
from renderers.microsite.player import PLAYER_PAGE, counts_of, data_uri, player_of
from renderers.microsite.policy import policy

ARTIFACT_NAME = "index.html"
MEDIA_TYPE = "text/html; charset=utf-8"
PAGE, PLAYER, STYLE, SCRIPT = (
    f"microsite/{name}.j2" for name in ("page.html", "player.html", "page.css", "page.js")
)  # fmt: skip


@dataclass(slots=True)
class _Shell:
    """What all pages of a locale share; style and script are rendered with the first page."""

    templates: Templates
    logo: Markup
    style: Markup | None = None
    script: Markup | None = None


class MicrositeChannel:
    """Makes index.html, one self-contained page with video and PDF beside it; with a video, player.html too."""

    name = "microsite"

    def classify(self, communication: Communication) -> LayoutClass:
        """Return the one class there is: a page flows."""
        del communication
        return LayoutClass(self.name, "page")

    def compile(self, templates: Templates, locale: str, layout_class: LayoutClass, scope: Scope) -> Compiled:
        """Return what the pages of a locale share."""
        del scope
        return Compiled(layout_class, locale, _Shell(templates, _logo(templates)))

    def fill(self, compiled: Compiled, communication: Communication, context: FillContext) -> Filled:
        """Return the pages, read back by the guard. Raises `RenderError` (R201 to R204) or `TemplateError`."""
        shell: _Shell = compiled.payload
        style, script = _shared(shell, communication)
        campaign = shell.templates.campaign
        counts = counts_of(campaign)
        player = player_of(context.siblings, communication.locale, campaign)
        extra = {
            "csp": policy(style, script, counts.url if counts and player else ""),
            "page_style": style,
            "page_script": script,
            "logo": shell.logo,
            "player": player,
            "documents": tuple(name for name in ("bill.pdf",) if name in context.siblings),
        }
        facts = communication.facts()
        names = {ARTIFACT_NAME: PAGE} | ({PLAYER_PAGE: PLAYER} if player and player.page else {})
        made: list[Artifact] = []
        for name, template in names.items():
            page = shell.templates.render(template, communication, **extra)
            text = page.text.lstrip()
            check_page(text, communication, facts, page.shown, template)
            made.append(Artifact(self.name, name, MEDIA_TYPE, text.encode("utf-8"), page.shown))
        return Filled(tuple(made), path="reference")


def _shared(shell: _Shell, communication: Communication) -> tuple[Markup, Markup]:
    """Return style and script. They are templates too, and may print brand tokens only."""
    if shell.style is None or shell.script is None:
        style, script = (shell.templates.render(name, communication) for name in (STYLE, SCRIPT))
        if style.shown or script.shown:
            raise RenderError("R203", "a style sheet or script prints a value of a customer", place=STYLE,
                              hint="they are the same for everyone: print brand tokens only")  # fmt: skip
        if "</style" in style.text.lower() or "</script" in script.text.lower():
            raise RenderError("R203", "a style sheet or script closes its own tag", place=STYLE)
        shell.style, shell.script = Markup(style.text), Markup(script.text)  # noqa: S704 - rendered, autoescaped
    return shell.style, shell.script


def _logo(templates: Templates) -> Markup:
    name = templates.campaign.brand.logo_dark  # the page's header is dark ground
    path = (templates.root / name).resolve()
    if not path.is_relative_to(templates.root.resolve()) or not path.is_file():
        raise RenderError("R204", "the logo is not in the campaign folder", place="campaign.toml brand.logo_dark",
                          hint="name an SVG or PNG inside the campaign folder")  # fmt: skip
    return data_uri(mimetypes.guess_type(path.name)[0] or "image/png", path.read_bytes())
