"""Stills for the preview: the very pictures of the video, without making it."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageChops

from engine.contracts import Storyboarded
from renderers.video.channel import VideoChannel, storyboard_of
from renderers.video.painter import Theme, still
from tests.renderers.builders import make_communication
from tests.renderers.video.conftest import SHORT


def test_a_still_of_each_scene_is_the_held_frame_of_the_video(film_templates):
    templates = film_templates(SHORT)
    channel = VideoChannel()
    assert isinstance(channel, Storyboarded)
    said = make_communication()
    stills = channel.stills(templates, said, "1280x720")
    assert [(one.scene, one.title) for one in stills.pictures] == [("amount", "Amount due"), ("pay", "Pay")]
    storyboard, _ = storyboard_of(templates, said)
    theme = Theme(templates.campaign.brand, templates.root)
    for one in stills.pictures:
        seen = Image.open(BytesIO(one.data))
        assert seen.size == (1280, 720)
        held = still(storyboard, "1280x720", one.scene, 60.0, theme)
        assert ImageChops.difference(seen.convert("RGB"), held).getbbox() is None


def test_stills_name_the_facts_that_they_show(film_templates):
    stills = VideoChannel().stills(film_templates(SHORT), make_communication(), "1080x1920")
    assert "bill.amount_due" in stills.shown
    assert Image.open(BytesIO(stills.pictures[0].data)).size == (1080, 1920)
