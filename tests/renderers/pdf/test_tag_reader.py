from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from renderers.pdf.reference import Reference
from renderers.pdf.tag_reader import Element, struct_signature
from tests.renderers.builders import PAY_URL, fact, make_bill, make_communication
from tests.renderers.fake_templates import FakeTemplates

NOW = "2026-11-06T08:00:00Z"


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return Reference(FakeTemplates(tmp_path_factory.mktemp("set"))).render(make_communication(), NOW).data


def elements(data: bytes) -> Iterator[Element]:
    def below(element: Element) -> Iterator[Element]:
        yield element
        for kid in element.kids:
            if isinstance(kid, Element):
                yield from below(kid)

    for page in struct_signature(data):
        for root in page.elements:
            yield from below(root)


def words(element: Element) -> str:
    return "".join(kid if isinstance(kid, str) else words(kid) for kid in element.kids if kid is not None)


def changed(data: bytes, change: Callable[[Any], bool]) -> bytes:
    """The file with one structure element changed: the first that `change` takes."""

    def below(node: Any) -> Iterator[Any]:
        kids = node.get("/K", pikepdf.Array())
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                yield kid
                yield from below(kid)

    out = BytesIO()
    with pikepdf.open(BytesIO(data)) as pdf:
        for element in below(pdf.Root.StructTreeRoot):
            if change(element):
                break
        else:
            raise AssertionError("nothing was changed")
        pdf.save(out)
    return out.getvalue()


def test_it_finds_headings_figures_cells_and_links_with_their_words(bill: bytes) -> None:
    found = list(elements(bill))
    roles = {element.role for element in found}
    assert {"Document", "H1", "H2", "P", "Figure", "Table", "TR", "TH", "TD", "Link"} <= roles
    assert any("129.45" in words(element) for element in found if element.role == "TD")
    assert all(element.alt for element in found if element.role == "Figure")
    links = [link for page in struct_signature(bill) for link in page.links]
    assert PAY_URL in links


def test_cells_name_the_headers_of_their_own_table(bill: bytes) -> None:
    cells = [dict(element.attributes) for element in elements(bill) if element.role == "TD"]
    assert cells
    assert all(min(cell["Headers"], default=-1) >= 0 for cell in cells)
    heads = [dict(element.attributes)["Scope"] for element in elements(bill) if element.role == "TH"]
    assert set(heads) == {"Row", "Column"}


def test_words_of_a_line_have_no_rests_of_others(bill: bytes) -> None:
    assert not any("\0" in words(element) for element in elements(bill))


def test_the_same_file_reads_alike_and_another_customers_does_not(bill: bytes, tmp_path: Any) -> None:
    assert struct_signature(bill) == struct_signature(bill)
    other = make_communication(bill=make_bill(issued_on=fact("bill.issued_on", "4 November 2026")))
    data = Reference(FakeTemplates(tmp_path)).render(other, NOW).data
    assert struct_signature(bill) != struct_signature(data)


def alt(element: Any) -> bool:
    if element.S == "/Figure":
        element.Alt = "Something else"
    return bool(element.S == "/Figure")


def role(element: Any) -> bool:
    if element.S == "/H2":
        element.S = pikepdf.Name("/H3")
        return True
    return False


def scope(element: Any) -> bool:
    if element.S == "/TH":
        element.A.Scope = pikepdf.Name("/Both")
        return True
    return False


def headers(element: Any) -> bool:
    if element.S == "/TD" and len(element.A.get("/Headers", ())) > 0:
        element.A.Headers = pikepdf.Array()
        return True
    return False


def order(element: Any) -> bool:
    if element.S == "/TR":
        element.K = pikepdf.Array(reversed(list(element.K)))
        return True
    return False


def span(element: Any) -> bool:
    if element.S == "/TD":
        element.A.ColSpan = 2
        return True
    return False


@pytest.mark.parametrize("change", [alt, role, scope, headers, order, span])
def test_a_change_of_the_tree_is_seen(change: Callable[[Any], bool], bill: bytes) -> None:
    assert struct_signature(changed(bill, change)) != struct_signature(bill)


def test_a_file_without_tags_has_none() -> None:
    out = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    (page,) = struct_signature(out.getvalue())
    assert page == ((), ())
