"""Pictures of pages are alike where two programs round the same shapes, and not where a shape is another."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest
from PIL import Image, ImageDraw

from renderers.pdf.likeness import MOST_PALE, MOST_STRAY, PALE_LEVEL, SQUARE_PX, STRAY_LEVEL, pale_squares, stray_pixels

SIZE = (400, 300)
WHITE, PAPER, RULE, TEAL, INK = (255, 255, 255), (250, 248, 244), (217, 221, 221), (11, 94, 102), (18, 34, 43)
# Teal, and a violet that is as dark.
SAME_GREY = (110, 62, 10)


def drawn(*boxes):
    """Return a white page with boxes: left, top, right, bottom, all within, and a colour."""
    page = Image.new("RGB", SIZE, WHITE)
    pen = ImageDraw.Draw(page)
    for box, colour in boxes:
        pen.rectangle(box, fill=colour)
    return page


def judged(one, other):
    """Return what differs: strong pixels, pale squares, or neither."""
    found = set()
    if stray_pixels(one, other) > MOST_STRAY:
        found.add("strong")
    if pale_squares(one, other) > MOST_PALE:
        found.add("pale")
    return found


@pytest.mark.parametrize(("one", "other", "wanted"), [
    ([((50, 50, 300, 60), INK)], [((50, 51, 300, 61), INK)], set()),
    ([((50, 50, 300, 60), INK)], [((51, 50, 301, 60), INK)], set()),
    ([((50, 50, 300, 60), INK)], [((50, 52, 300, 62), INK)], {"strong"}),
    ([((50, 50, 300, 60), INK)], [], {"strong"}),
    ([((50, 50, 60, 52), INK)], [], {"strong"}),  # a dash of 11 to 3 pixels
    ([((50, 50, 300, 60), TEAL)], [((50, 50, 300, 60), SAME_GREY)], {"strong"}),
    ([((50, 50, 200, 200), PAPER)], [], {"pale"}),
    ([((50, 50, 200, 200), PAPER)], [((50, 50, 201, 201), PAPER)], set()),
    ([((50, 50, 200, 200), PAPER)], [((50, 50, 200, 200), WHITE)], {"pale"}),
    ([((20, 79, 380, 79), RULE)], [], {"pale"}),
    ([((20, 79, 380, 79), RULE)], [((20, 80, 380, 80), RULE)], set()),  # rounded across the border of squares
    ([((20, 87, 380, 87), RULE)], [((20, 88, 380, 88), RULE)], set()),  # the other grid's
    ([((79, 20, 79, 280), RULE)], [], {"pale"}),
    ([((79, 20, 79, 280), RULE)], [((80, 20, 80, 280), RULE)], set()),
], ids=str)  # fmt: skip
def test_rounding_is_forgiven_and_nothing_else(one, other, wanted):
    one, other = drawn(*one), drawn(*other)
    assert judged(one, other) == wanted
    assert judged(other, one) == wanted


def test_two_greys_that_are_alike_are_told_apart_by_colour():
    grey = [Image.new("RGB", (1, 1), colour).convert("L").getpixel((0, 0)) for colour in (TEAL, SAME_GREY)]
    assert grey[0] == grey[1]


def test_the_edge_of_a_page_is_compared_as_the_rest():
    one, other = drawn(((0, 0, 399, 2), INK)), drawn()
    assert judged(one, other) == {"strong"}


def reckoned(one, other):
    """Return strays and pale squares by the rule as it is written, pixel by pixel; slow."""
    wide, high = one.size
    pixels = [page.load() for page in (one, other)]
    places = list(product(range(wide), range(high)))

    def around(x, y):
        return [(a, b) for a in (x - 1, x, x + 1) for b in (y - 1, y, y + 1) if 0 <= a < wide and 0 <= b < high]

    near = {place: [[[page[there][c] for there in around(*place)] for c in range(3)] for page in pixels]
            for place in places}  # fmt: skip

    def strays(x, y, mine):
        return any(
            min(colours) - value > STRAY_LEVEL or value - max(colours) > STRAY_LEVEL
            for value, colours in zip(pixels[mine][x, y], near[x, y][1 - mine], strict=True)
        )

    busy = {place for place, both in near.items() if max(max(c) - min(c) for page in both for c in page) > STRAY_LEVEL}

    def pale(start):
        found = 0
        for left, top in product(range(start, wide, SQUARE_PX), range(start, high, SQUARE_PX)):
            box = (left, top, min(left + SQUARE_PX, wide), min(top + SQUARE_PX, high))
            means = [page.crop(box).reduce(SQUARE_PX).getpixel((0, 0)) for page in (one, other)]
            inside = product(range(left, box[2]), range(top, box[3]))
            found += max(abs(a - b) for a, b in zip(*means, strict=True)) >= PALE_LEVEL and busy.isdisjoint(inside)
        return found

    return sum(strays(*place, mine) for place in places for mine in (0, 1)), min(pale(0), pale(SQUARE_PX // 2))


@pytest.mark.parametrize("seed", range(6))
def test_boxes_anywhere_are_judged_by_the_rule_as_it_is_written(seed):
    dice = Random(seed)
    pages = [Image.new("RGB", (53, 45), WHITE) for _ in range(2)]
    strong = (TEAL, INK, SAME_GREY) if seed % 2 else ()
    for colour in (PAPER, RULE, *strong, (230, 240, 255)):
        left, top = dice.randrange(50), dice.randrange(42)
        right, bottom = left + dice.randrange(30), top + dice.randrange(30)
        for page in dice.choice((pages, pages, pages[:1])):
            moved = dice.randrange(3)
            ImageDraw.Draw(page).rectangle((left + moved, top, right + moved, bottom), fill=colour)
    assert (stray_pixels(*pages), pale_squares(*pages)) == reckoned(*pages)
