from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest
import weasyprint

from renderers.pdf.tag_tree import mend_tags

HEAD = "<style>@page { @top-center { content: element(head) } } .head { position: running(head) }</style>"


def made(body: str) -> pikepdf.Pdf:
    html = f"<html lang=en><title>x</title>{HEAD}<body>{body}</body></html>"
    data = weasyprint.HTML(string=html).write_pdf(finisher=mend_tags, pdf_variant="pdf/ua-1")
    return pikepdf.open(BytesIO(data))


def outline(element: pikepdf.Object) -> str:
    """Return the tree below `element` as in `L(LI(Lbl LBody))`, without the spans of text."""
    kids = element.get("/K", pikepdf.Array())
    kids = kids if isinstance(kids, pikepdf.Array) else [kids]
    inner = [outline(kid) for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    name, inside = str(element.S)[1:], " ".join(text for text in inner if text)
    return "" if name == "Span" else f"{name}({inside})" if inside else name


def tree(pdf: pikepdf.Pdf) -> str:
    return outline(pdf.Root.StructTreeRoot.K[0])


def operators(pdf: pikepdf.Pdf) -> list[tuple[str, str]]:
    marks = [item for item in pikepdf.parse_content_stream(pdf.pages[0]) if str(item.operator) == "BDC"]
    return [(str(item.operands[0]), str(item.operands[1])) for item in marks]


def test_groups_of_a_description_list_are_items_with_label_and_body() -> None:
    assert tree(made("<dl><div><dt>Tariff<dd>Easy</div><div><dt>Meter<dd>M-1</div></dl>")) == (
        "Document(L(LI(Lbl LBody) LI(Lbl LBody)))"
    )


def test_several_descriptions_of_a_term_are_bodies() -> None:
    assert tree(made("<dl><div><dt>a<dd>b<dd>c</div></dl>")) == "Document(L(LI(Lbl LBody LBody)))"


def test_lists_of_items_stay_as_they_are() -> None:
    assert tree(made("<dl><dt>a<dd>b</dl>")) == "Document(L(LI(LBody) LI(LBody)))"
    assert tree(made("<ul><li>a<li>b</ul>")).count("LI(") == 2


def test_header_cells_say_what_they_head() -> None:
    pdf = made("<table><tr><th scope=col>a<th>b<tr><th scope=row>c<td>1</table>")
    rows = [cell for row in pdf.Root.StructTreeRoot.K[0].K[0].K for cell in row.K]
    scopes = [str(cell.A.get("/Scope", "")) for group in rows for cell in ([group] if "/A" in group else group.K)]
    assert [scope for scope in scopes if scope] == ["/Column", "/Column", "/Row"]


def test_a_running_head_is_an_artifact_of_pagination() -> None:
    pdf = made("<p class=head>every page</p><p>words</p>")
    assert tree(pdf) == "Document(P)"
    assert [name for name, _ in operators(pdf)].count("/Artifact") == 1
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums[1]
    assert [entry is None for entry in numbers].count(True) == 1
    assert sum(1 for entry in numbers if entry is not None) == 1


def test_a_running_head_with_a_link_stays_an_element() -> None:
    pdf = made("<p class=head><a href='https://northlight.example/' title='x'>home</a></p><p>words</p>")
    assert [name for name, _ in operators(pdf)].count("/Artifact") == 0


def test_decoration_that_says_nothing_has_no_element() -> None:
    swatch = "<style>.s { display: inline-block; width: 2mm; height: 2mm; background: red }</style>"
    pdf = made(f"{swatch}<p><span class=s></span>words</p>")
    elements = [
        str(item.S) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item and "/P" in item
    ]
    assert sorted(elements) == ["/Document", "/P", "/Span"]  # the span of the words


@pytest.mark.parametrize("margin_mm", [0, 20])
def test_the_box_of_a_figure_is_where_the_page_shows_it(margin_mm: int) -> None:
    image = "<svg xmlns='http://www.w3.org/2000/svg' width='96' height='48'><rect width='96' height='48'/></svg>"
    pdf = made(f"<style>@page {{ size: 200mm 100mm; margin: {margin_mm}mm }} body {{ margin: 0 }} img "
               f"{{ display: block }}</style><img alt=x src=\"data:image/svg+xml,{image}\">")  # fmt: skip
    (figure,) = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"]
    edge, top = margin_mm * 72 / 25.4, (100 - margin_mm) * 72 / 25.4
    assert [float(value) for value in figure.A.BBox] == pytest.approx([edge, top - 36, edge + 72, top], abs=0.01)
