"""HTML to an element tree, as the parser of WeasyPrint makes it, in a tenth of its time.

Well-formed HTML nests as it is written, unless a rule of HTML's tree construction says otherwise, and which
rule holds follows from the elements that are open. So each way from the root to an element or a text is tried
once with WeasyPrint's parser: a document whose ways are all known to nest as written is read by `_read`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from xml.etree.ElementTree import Element as Node

import tinyhtml5

_TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+=\"[^\"<]*\")*)\s*(/?)>|([^<]+)|(<)")
_ATTRIBUTE = re.compile(r"([a-z-]+)=\"([^\"]*)\"")
_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|nbsp|#3[49]);)")
_DOCTYPE = re.compile(r"\s*<!DOCTYPE html>\s*")
VOID = frozenset(("br", "img", "col", "hr", "meta", "link", "wbr"))
# Their content isn't markup, or they change how what follows is read.
_UNREAD = frozenset(("applet", "form", "frameset", "iframe", "input", "listing", "math", "noembed", "noframes",
                     "noscript", "object", "plaintext", "pre", "script", "select", "style", "svg", "template",
                     "textarea", "xmp"))  # fmt: skip
_SPACE = " \t\n\f"
_Way = tuple[str, ...]
PROVEN: set[_Way] = set()  # what was seen of the parser holds for every template: shared by a process


@dataclass(slots=True)
class Markup:
    """Parses documents; remembers which ways are known to nest as written."""

    known: set[_Way] = field(default_factory=set)
    is_plain: bool = True  # False once a document was read otherwise

    def parse(self, html: str) -> Node:
        """Return the tree that WeasyPrint lays out for `html`."""
        if not self.is_plain:
            return parse_slowly(html)
        ways: set[_Way] = set()
        quick = _read(html, ways)
        if quick is not None and ways <= self.known:
            return quick
        tree = parse_slowly(html)
        if quick is None or not _same(quick, tree):
            self.is_plain = False
            return tree
        self.known |= ways
        return quick


def parse_slowly(html: str) -> Node:
    """Return the tree that WeasyPrint's parser makes."""
    tree: Node = tinyhtml5.parse(html, namespace_html_elements=False)
    return tree


def _read(html: str, ways: set[_Way]) -> Node | None:
    """Return the tree of well-formed HTML, its elements nested as written; None for anything else.

    Adds the ways from the root to each element and text to `ways`.
    """
    start = _DOCTYPE.match(html)
    if start is None or "\r" in html or "\0" in html or _REFERENCE.search(html):
        return None
    root: Node | None = None
    open_: list[Node] = []
    way: _Way = ()
    for close, tag, attributes, _, text, stray in _TOKEN.findall(html, start.end()):
        if text:
            _put_text(root, open_, way, text, ways)
        elif stray or tag in _UNREAD or (root is not None and not open_):
            return None
        elif close:
            if not open_ or open_.pop().tag != tag:
                return None
            way = way[:-1]
        else:
            made = _made(tag, attributes)
            if open_:
                open_[-1].append(made)
            elif root is None and tag == "html":
                root = made
            else:
                return None
            ways.add((*way, tag))
            if tag not in VOID:
                open_.append(made)
                way = (*way, tag)
    return root if not open_ else None


def _made(tag: str, attributes: str) -> Node:
    made = Node(tag)
    for name, value in _ATTRIBUTE.findall(attributes):
        made.attrib.setdefault(name, unescape(value) if "&" in value else value)
    return made


def _put_text(root: Node | None, open_: list[Node], way: _Way, text: str, ways: set[_Way]) -> None:
    is_space = not text.strip(_SPACE)
    if len(open_) < 2 and is_space:  # between the document's large parts
        if root is None or not len(root):
            return  # before <head>: dropped
        if open_ and len(root) == 1:
            _append(root, text)  # between </head> and <body>
            return
        _append(root[-1], text)  # after </body>: belongs to it
        return
    ways.add((*way, "#space" if is_space else "#text"))
    if open_:
        _append(open_[-1], unescape(text) if "&" in text else text)


def _append(parent: Node, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _same(one: Node, other: Node) -> bool:
    return (
        one.tag == other.tag
        and one.attrib == other.attrib
        and (one.text or "") == (other.text or "")
        and (one.tail or "") == (other.tail or "")
        and len(one) == len(other)
        and all(_same(a, b) for a, b in zip(one, other, strict=True))
    )
