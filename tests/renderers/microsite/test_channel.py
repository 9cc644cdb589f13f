"""The page: self-contained, private, and saying what the record says."""

import dataclasses
import re
from pathlib import Path

import pytest

from engine.contracts import FillContext, Scope
from engine.errors import RenderError
from engine.model.artifact import Artifact
from engine.model.communication import Communication, Text
from renderers.microsite import MicrositeChannel
from tests.renderers.builders import fact, make_bill, make_communication, make_customer
from tests.renderers.fake_templates import LOGO, FakeTemplates
from tests.renderers.microsite.film import film


@pytest.fixture
def set_(tmp_path: Path) -> FakeTemplates:
    templates = FakeTemplates(tmp_path / "set")
    (templates.root / "brand" / "logo-dark.svg").write_text(LOGO)
    return templates


def page_of(templates: FakeTemplates, communication: Communication, siblings: dict[str, Artifact] | None = None) -> str:
    channel = MicrositeChannel()
    compiled = channel.compile(templates, "en", channel.classify(communication), Scope())
    filled = channel.fill(compiled, communication, FillContext(siblings=siblings or {}))
    artifact = filled.artifacts[0]
    assert (artifact.name, artifact.channel) == ("index.html", "microsite")
    assert [one.name for one in filled.artifacts[1:]] == (
        ["player.html"] if siblings and "poster.jpg" in siblings else []
    )
    return artifact.data.decode()


def test_the_page_leads_to_the_payment_and_names_amount_and_due_date(set_: FakeTemplates) -> None:
    communication = make_communication()
    page = page_of(set_, communication)
    assert communication.payment is not None
    assert page.count(communication.payment.url.replace("&", "&amp;")) >= 2
    assert "€ 129.45" in page
    assert "24 November 2026" in page


def test_nothing_payable_gives_no_pay_now(set_: FakeTemplates) -> None:
    page = page_of(set_, make_communication(payment=None, bill=make_bill(is_payable=False)))
    assert "Pay now" not in page
    assert 'class="pay ' not in page


def test_the_due_date_is_named_only_where_something_is_to_be_paid(tmp_path: Path, set_: FakeTemplates) -> None:
    refund = make_bill(is_payable=False, due_line=Text("refund by 17 November"))
    page = page_of(set_, make_communication(payment=None, bill=refund))
    assert "Due date" not in page
    assert "24 November 2026" not in page
    without = broken(tmp_path / "without", "<dd>{{ bill.due_on }}</dd>", "<dd></dd>")
    with pytest.raises(RenderError, match="R201"):
        page_of(without, make_communication(bill=make_bill(due_line=None), payment=None))


def test_the_page_asks_for_nothing_from_elsewhere(set_: FakeTemplates) -> None:
    page = page_of(set_, make_communication(), film())
    fetched = re.findall(r'\s(?:src|poster)="([^"]*)"', page)
    assert fetched
    assert all(address.startswith("data:") or address == "video-1280x720.mp4" for address in fetched)
    assert "noindex" in page
    assert "default-src 'none'" in page
    assert " style=" not in page
    assert not re.search(r"\son[a-z]+=", page)


def test_film_poster_and_text_stand_on_the_page_when_there_is_a_video(set_: FakeTemplates) -> None:
    page = page_of(set_, make_communication(), film())
    assert "<video" in page
    assert 'poster="data:image/jpeg;base64,' in page
    assert '<span data-start="4.6" data-end="5.8">Your bill is &lt;129&gt;, by 24 November.</span>' in page
    assert '<li data-scene="why"><p class="chapter"><span class="title">Why &amp; how it changed</span>' in page


def test_without_a_video_the_page_has_no_player(set_: FakeTemplates) -> None:
    assert "<video" not in page_of(set_, make_communication())


def test_the_pdf_beside_the_page_is_linked(set_: FakeTemplates) -> None:
    pdf = Artifact("pdf", "bill.pdf", "application/pdf", b"%PDF-")
    assert 'href="bill.pdf"' in page_of(set_, make_communication(), {"bill.pdf": pdf})
    assert "bill.pdf" not in page_of(set_, make_communication())


def test_hostile_names_are_literal_text(set_: FakeTemplates) -> None:
    name = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7 * 7 }}"
    page = page_of(set_, make_communication(customer=make_customer(name=name, first_name=name)))
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "{{ 7 * 7 }}" in page


def test_the_same_communication_gives_the_same_bytes(set_: FakeTemplates) -> None:
    assert page_of(set_, make_communication(), film()) == page_of(set_, make_communication(), film())


def test_policy_and_shell_are_the_same_for_everyone(set_: FakeTemplates) -> None:
    def policy(page: str) -> str:
        found = re.search(r'Security-Policy" content="([^"]*)"', page)
        assert found
        return found.group(1)

    first = policy(page_of(set_, make_communication()))
    other = make_communication(customer=make_customer(name="Ann Other"), payment=None)
    assert policy(page_of(set_, other)) == first
    assert first.count("sha256-") == 2


def broken(set_root: Path, old: str, new: str) -> FakeTemplates:
    from engine.resources import resource_dir

    source = (resource_dir("templates") / "bill-explainer" / "microsite" / "page.html.j2").read_text()
    assert old in source
    templates = FakeTemplates(set_root, {"microsite/page.html.j2": source.replace(old, new)})
    (templates.root / "brand" / "logo-dark.svg").write_text(LOGO)
    return templates


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<dd>{{ bill.number }}</dd>", "<dd></dd>", "R201"),
        ("<dd>{{ customer.account }}</dd>", "<dd><!-- {{ customer.account }} --></dd>", "R201"),
        ("<dd>{{ customer.account }}</dd>", '<dd data-account="{{ customer.account }}"></dd>', "R201"),
        ("<dd>{{ customer.account }}</dd>", "<dd><template>{{ customer.account }}</template></dd>", "R201"),
        ("<dd>{{ customer.account }}</dd>", '<dd><!-- title="{{ customer.account }}" --></dd>', "R201"),
        ('href="{{ payment.url|url }}"', 'href="#"', "R201"),
        ("<script>{{ page_script }}</script>", '<script src="https://cdn.example/x.js"></script>', "R202"),
        ('src="{{ logo }}"', 'src="//cdn.example/logo.png"', "R202"),
    ],
)
def test_a_template_that_hides_or_fetches_is_refused(tmp_path: Path, old: str, new: str, code: str) -> None:
    with pytest.raises(RenderError) as caught:
        page_of(broken(tmp_path / "broken", old, new), make_communication())
    assert caught.value.problem.code == code


def test_a_style_sheet_that_prints_a_value_is_refused(tmp_path: Path) -> None:
    templates = FakeTemplates(tmp_path / "set", {"microsite/page.css.j2": "p::after { content: '{{ bill.number }}' }"})
    (templates.root / "brand" / "logo-dark.svg").write_text(LOGO)
    with pytest.raises(RenderError) as caught:
        page_of(templates, make_communication())
    assert caught.value.problem.code == "R203"


def test_a_missing_logo_is_an_error_that_names_the_field(tmp_path: Path) -> None:
    templates = FakeTemplates(tmp_path / "set")
    (templates.root / "brand" / "logo-dark.svg").unlink(missing_ok=True)
    with pytest.raises(RenderError) as caught:
        page_of(templates, make_communication())
    assert caught.value.problem.code == "R204"


def test_the_amount_due_must_be_shown_even_if_no_template_prints_it(set_: FakeTemplates) -> None:
    communication = make_communication()
    lying = dataclasses.replace(
        communication, bill=make_bill(amount_due=fact("bill.amount_due", "€ 999.99"), due_line=None)
    )
    page = page_of(set_, lying)
    assert "€ 999.99" in page
    assert Text("€ 129.45") in page  # the payment still says its own amount: compose keeps the two equal
