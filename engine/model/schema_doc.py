"""The data model as JSON Schema and as the page docs/data-model.md, both made from the types."""

from __future__ import annotations

from typing import Any

from engine.model.customer import Customer

_INTRO = """\
# Data model

Made from the code by `billcast schema --markdown`; `billcast schema` prints the same as JSON Schema.

A file of records holds one `Customer` each. What is not given has its default; a field that is not listed here is
refused, and the nearest known one is named.

- **decimal**: exact, never binary floating point. Write it as a JSON string (`"129.45"`); a JSON number is taken as it
  is written, digit by digit. At most 18 digits before the decimal mark; NaN and infinity are refused. An amount has at
  most the decimals of its currency (ISO 4217: two for EUR, none for JPY, three for KWD).
- **date**: `YYYY-MM-DD`, from 1990-01-01 to 2199-12-31. **time**: ISO 8601 with its offset, as in
  `2026-11-03T09:30:00Z`.
- A bill adds up to the cent, or it is refused with both figures: lines + allowances + taxes + rounding = `total`, and
  `total` - `prepaid` + `balance_forward` = `amount_payable`.
"""


def customer_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a customer record as it is given to Billcast."""
    schema = Customer.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def data_model_markdown() -> str:
    """Return docs/data-model.md: a table for each record, in the order in which they are met, then the enumerations."""
    schema = customer_schema()
    types: dict[str, dict[str, Any]] = {"Customer": schema, **schema["$defs"]}
    order = _order("Customer", types)
    records = [name for name in order if "properties" in types[name]]
    words = [name for name in order if "enum" in types[name]]
    parts = [_INTRO]
    parts += [_record(name, types[name]) for name in records]
    parts.append("# Enumerations\n")
    parts += [_enumeration(name, types[name]) for name in words]
    return "\n".join(parts)


def _order(root: str, types: dict[str, dict[str, Any]]) -> list[str]:
    """Return the names of all types that `root` leads to, nearest first."""
    found = [root]
    for name in found:
        found += [other for other in _references(types[name].get("properties", {})) if other not in found]
    return list(dict.fromkeys(found))


def _references(node: Any) -> list[str]:
    """Return the names of the types that `node` refers to, in order."""
    if isinstance(node, dict):
        own = [_name(node["$ref"])] if "$ref" in node else []
        return own + [name for value in node.values() for name in _references(value)]
    if isinstance(node, list):
        return [name for value in node for name in _references(value)]
    return []


def _name(reference: str) -> str:
    return reference.rsplit("/", 1)[-1]


def _record(name: str, node: dict[str, Any]) -> str:
    required = set(node.get("required", ()))
    lines = [f"## {name}", "", node.get("description", ""), ""]
    lines += ["| field | type | unit | required | meaning |", "|---|---|---|---|---|"]
    for field, spec in node["properties"].items():
        cells = (
            f"`{field}`",
            _type(spec),
            _unit(spec),
            _required(field in required, spec),
            spec.get("description", ""),
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _enumeration(name: str, node: dict[str, Any]) -> str:
    values = ", ".join(f"`{value}`" for value in node["enum"])
    return f"## {name}\n\n{node.get('description', '')}\n\n{values}\n"


def _required(is_required: bool, spec: dict[str, Any]) -> str:
    if is_required:
        return "yes"
    default = spec.get("default")
    if default in (None, "", [], {}) or isinstance(default, dict):
        return "no"
    shown = str(default).lower() if isinstance(default, bool) else str(default)
    return f"no; `{shown}`"


def _unit(spec: dict[str, Any]) -> str:
    if "unit" in spec:
        return str(spec["unit"])
    return next((_unit(part) for part in spec.get("anyOf", ()) if _unit(part)), "")


def _type(spec: dict[str, Any]) -> str:
    """Return the type of a field in words."""
    if "$ref" in spec:
        name = _name(spec["$ref"])
        return f"[{name}](#{name.lower()})"
    if "anyOf" in spec:
        parts = [part for part in spec["anyOf"] if part.get("type") != "null"]
        if {part.get("type") for part in parts} == {"number", "string"}:
            return "decimal"
        return " or ".join(_type(part) for part in parts)
    if spec.get("type") == "array":
        return f"list of {_type(spec['items'])}"
    if spec.get("type") == "object":
        return f"map of text to {_type(spec['additionalProperties'])}"
    return _scalar(spec)


def _scalar(spec: dict[str, Any]) -> str:
    if spec.get("type") == "boolean":
        return "true or false"
    if "format" in spec:
        return {"date": "date", "date-time": "time"}[spec["format"]]
    if "pattern" in spec:
        return f"text like `{spec['pattern']}`"
    if "maxLength" in spec:
        return f"text, {spec.get('minLength', 0)} to {spec['maxLength']} characters"
    return "text"
