"""HTML read as WeasyPrint's parser reads it."""

from __future__ import annotations

from xml.etree.ElementTree import Element as Node

import pytest

from renderers.pdf.fast.markup import Markup, parse_slowly


def shape(node: Node) -> object:
    return node.tag, node.attrib, node.text or "", node.tail or "", [shape(child) for child in node]


def page(body: str, head: str = "<title>t</title>") -> str:
    return (
        f'\n\n<!DOCTYPE html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body class="a">\n{body}\n</body>\n</html>\n'
    )


WELL_FORMED = [
    "<p>one <b>two</b> three<br/>four</p>",
    """<table><colgroup><col/><col class="x"/></colgroup>
<thead><tr><th>a</th></tr></thead><tbody>
<tr><td>b</td></tr>
</tbody></table>""",
    "<dl><div><dt>a</dt><dd>b</dd></div>\n<div><dt>c</dt><dd>d</dd></div></dl>",
    '<p>&amp; &lt;x&gt; &#34;q&#34; &#39;s&#39; &nbsp;.</p><img src="a.png" alt="&#34;&amp;"/>',
    '<section><h2>a</h2>text<p><a href="https://x.example/?a=1&amp;b=2">b</a> tail</p></section>\n',
]
NOT_AS_WRITTEN = [
    "<p>one<p>two",
    "<p><div>a block ends the paragraph</div></p>",
    "<table><tr><td>a row without a body</td></tr></table>",
    "<table><tbody>text is moved out<tr><td>a</td></tr></tbody></table>",
    '<a href="x">a<a href="y">b</a></a>',
    "<p>not closed",
    "<!-- a comment --><p>a</p>",
    "<pre>\na</pre>",
    "<p>&copy; &unknown;</p>",
    "<p id=x>no quotes</p>",
    "<P>capitals</P>",
]


@pytest.mark.parametrize("body", WELL_FORMED)
def test_well_formed_html_is_read_quickly_and_alike(body: str) -> None:
    reader = Markup()
    wanted = shape(parse_slowly(page(body)))
    assert [shape(reader.parse(page(body))) for _ in range(2)] == [wanted, wanted]
    assert reader.is_plain
    assert reader.known


@pytest.mark.parametrize("body", NOT_AS_WRITTEN)
def test_html_that_does_not_nest_as_written_is_read_by_the_parser_itself(body: str) -> None:
    reader = Markup()
    for _ in range(2):
        assert shape(reader.parse(page(body))) == shape(parse_slowly(page(body)))
    assert not reader.is_plain


def test_a_known_way_is_not_parsed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Markup()
    reader.parse(page("<p>a <b>b</b></p>"))
    monkeypatch.setattr("renderers.pdf.fast.markup.parse_slowly", None)
    assert reader.parse(page("<p>c</p><p>d <b>e</b></p>"))[1][1][0].text == "e"
    with pytest.raises(TypeError):
        reader.parse(page("<p><i>another way</i></p>"))


def test_space_around_the_large_parts_is_where_the_parser_puts_it() -> None:
    reader = Markup()
    html = page("<p>a</p>")
    assert shape(reader.parse(html)) == shape(parse_slowly(html))
    assert reader.parse(html)[0].tail == "\n"
    assert (reader.parse(html)[1][0].tail or "").count("\n") == 3
