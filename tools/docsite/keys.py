"""Every key of a scenario or study file, from its JSON Schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from docsite.tables import number, plain, table

Schema = Mapping[str, Any]

TAGS = ("kind", "shape", "control")
"""Keys whose one value tells an object from its alternatives."""


def keys_page(schema: Schema, title: str, lead: str) -> str:
    """The page of all keys: the file's own first, then every object in the order in which it is first met.

    Parameters
    ----------
    schema : mapping
        JSON Schema with its objects under ``$defs``.
    title, lead : str
        Heading of the page, and the words below it.
    """
    parts = schema.get("$defs", {})
    blocks = [f"# {title}", lead, "## The file", _rows(schema, parts)]
    for name in _in_order(schema):
        part = parts[name]
        blocks += [
            f"## {_heading(name, part)} {{ #{anchor(name)} }}",
            plain(part.get("description", "")),
            _rows(part, parts),
        ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def anchor(name: str) -> str:
    """Anchor of an object's heading."""
    return name.lower().replace("_", "-")


def _heading(name: str, part: Schema) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).capitalize()
    tags = [f"`{tag}: {part['properties'][tag]['const']}`" for tag in TAGS if "const" in _property(part, tag)]
    return f"{words}, {tags[0]}" if tags else words


def _property(part: Schema, key: str) -> Schema:
    found: Schema = part.get("properties", {}).get(key, {})
    return found


def _rows(part: Schema, parts: Schema) -> str:
    required = part.get("required", ())
    rows = [
        (
            f"`{key}`",
            allowed(value),
            "**must be given**" if key in required else default(value),
            plain(value.get("description") or _described(value, parts)),
        )
        for key, value in part.get("properties", {}).items()
    ]
    return table(("key", "value", "default", "meaning"), rows) if rows else ""


def _described(value: Schema, parts: Schema) -> str:
    """What an object says of itself, for a key that says nothing."""
    return str(parts.get(value.get("$ref", "").rsplit("/", 1)[-1], {}).get("description", ""))


def default(value: Schema) -> str:
    """Default of a key, as one would write it."""
    if "default" not in value:
        return ""
    given = value["default"]
    return f"`{given}`" if isinstance(given, str) else f"`{json.dumps(given, ensure_ascii=False)}`"


def allowed(value: Schema) -> str:
    """What a key may be, in words, with links to the objects it may hold.

    Examples
    --------
    >>> allowed({"type": "number", "minimum": 0.2, "maximum": 50})
    'number, 0.2 to 50'
    >>> allowed({"anyOf": [{"enum": ["box", "sphere"]}, {"type": "null"}]})
    '`box`, `sphere` or `null`'
    """
    for key in ("anyOf", "oneOf"):
        if key in value:
            return _either([allowed(option) for option in value[key]])
    if "$ref" in value:
        name = value["$ref"].rsplit("/", 1)[-1]
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()
        return f"[{words}](#{anchor(name)})"
    if "const" in value:
        return f"`{json.dumps(value['const'])}`" if not isinstance(value["const"], str) else f"`{value['const']}`"
    if "enum" in value:
        return _either([f"`{option}`" for option in value["enum"]])
    kind = value.get("type", "anything")
    if kind == "array":
        return _array(value)
    if kind == "object":
        return _mapping(value)
    return {"null": "`null`", "boolean": "`true` or `false`", "string": _text(value)}.get(kind) or _number(value)


def _either(options: list[str]) -> str:
    distinct = list(dict.fromkeys(option.replace(" or ", ", ") for option in options))
    return distinct[0] if len(distinct) == 1 else ", ".join(distinct[:-1]) + " or " + distinct[-1]


def _array(value: Schema) -> str:
    items = value.get("prefixItems")
    least, most = value.get("minItems"), value.get("maxItems")
    inner = _either([allowed(item) for item in items]) if items else allowed(value.get("items", {}))
    if items or (least is not None and least == most):
        return f"list of {most or len(items or ())}: {inner}"
    return f"list{f' of at least {least}' if least else ''}: {inner}"


def _mapping(value: Schema) -> str:
    inner = next(iter(value.get("patternProperties", {}).values()), value.get("additionalProperties"))
    return f"names, each with {allowed(inner)}" if isinstance(inner, Mapping) else "keys with values"


def _text(value: Schema) -> str:
    return "name (`a-z`, `0-9`, `_`)" if str(value.get("pattern", "")).startswith("^[a-z]") else "text"


def _number(value: Schema) -> str:
    kind = "whole number" if value.get("type") == "integer" else str(value.get("type", "anything"))
    low = value.get("minimum", value.get("exclusiveMinimum"))
    high = value.get("maximum", value.get("exclusiveMaximum"))
    if low is not None and high is not None:
        return f"{kind}, {number(low)} to {number(high)}"
    if low is not None:
        return f"{kind}, {'above' if 'exclusiveMinimum' in value else 'from'} {number(low)}"
    return kind if high is None else f"{kind}, up to {number(high)}"


def _in_order(schema: Schema) -> list[str]:
    """Names of all objects that the file can hold, in the order in which they are first met."""
    parts, found = schema.get("$defs", {}), []
    waiting = list(_names({key: value for key, value in schema.items() if key != "$defs"}))
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found.append(name)
            waiting = [*_names(parts[name]), *waiting]
    return found


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "$ref":
                yield inner.rsplit("/", 1)[-1]
            elif key != "discriminator":
                yield from _names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _names(inner)
