"""Pydantic's errors in the user's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ablasim.scenario.base import OUT_OF_RANGE
from ablasim.scenario.expressions import BAD_EXPRESSION
from ablasim.scenario.located import Problem, item_label, join
from ablasim.scenario.lookup import Location, entries_of, field_at, keys_at, tags_at

LONGEST_GIVEN = 60

UNKNOWN_DEVICE = "unknown_device"
"""Type of the error of a part that names a device the library does not have; its message is complete."""

DISCRIMINATORS = ("shape", "kind", "control", "method")
"""Keys that tell apart the kinds of a part; pydantic puts their value into the location of an error."""

_WANTED = {
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "finite_number": "must be a finite number",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "dict_type": "must be keys and values",
    "mapping_type": "must be keys and values",
    "model_type": "must be keys and values",
    "model_attributes_type": "must be keys and values",
    "string_pattern_mismatch": "must be lower-case letters, digits and _, starting with a letter",
    "invalid_key": "a key must be text",
    "string_too_short": "must not be empty",
}


def problems_of(error: ValidationError, model: type[BaseModel], data: Any) -> list[Problem]:
    """Every error of a validation as a path with names and a sentence.

    Parameters
    ----------
    error : ValidationError
        What pydantic found.
    model : type of BaseModel
        The schema that was checked against.
    data : object
        What was checked.

    Returns
    -------
    list of Problem
        Left out are what follows from another error: a missing key beside its misspelling, and a list that is
        too short for want of its wrong items.
    """
    details = error.errors(include_url=False)
    misspelt = {
        join(*_names(data, detail["loc"][:-1]), _nearest_key(model, detail["loc"]))
        for detail in details
        if detail["type"] == "extra_forbidden"
    }
    return [
        _problem(detail, model, data)
        for detail in details
        if not (detail["type"] == "missing" and join(*_names(data, detail["loc"])) in misspelt)
        and not (detail["type"] == "too_short" and _has_errors_below(detail["loc"], details))
    ]


def _has_errors_below(location: Location, details: list[ErrorDetails]) -> bool:
    """Whether a list has wrong items: pydantic then also calls it too short."""
    below = len(location)
    return any(detail["loc"][:below] == location and len(detail["loc"]) > below for detail in details)


def did_you_mean(word: str, known: tuple[str, ...]) -> str:
    """Question that names the known word nearest to one that is not known, or all that are known.

    Examples
    --------
    >>> did_you_mean("diamter_mm", ("diameter_mm", "name"))
    "; did you mean 'diameter_mm'?"
    >>> did_you_mean("xyz", ("diameter_mm", "name"))
    '; known: diameter_mm, name'
    """
    nearest = get_close_matches(word, known, n=1)
    if nearest:
        return f"; did you mean '{nearest[0]}'?"
    return f"; known: {', '.join(known)}" if known else ""


def shown(value: Any) -> str:
    """Value as the user gave it, shortened to fit a line.

    Examples
    --------
    >>> shown("twenty"), shown(None), shown(True)
    ("'twenty'", 'nothing', 'true')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value)
    return text if len(text) <= LONGEST_GIVEN else f"{text[: LONGEST_GIVEN - 1]}…"


def _problem(detail: ErrorDetails, model: type[BaseModel], data: Any) -> Problem:
    kind, location = detail["type"], detail["loc"]
    names = _names(data, location)
    if kind == "missing":
        return _missing(detail, model, names)
    if kind == "extra_forbidden":
        key = str(location[-1])
        return Problem(join(*names), f"unknown key '{key}'{did_you_mean(key, keys_at(model, location[:-1]))}")
    if kind in {"union_tag_not_found", "union_tag_invalid"}:
        return _union(detail, model, names)
    if kind == UNKNOWN_DEVICE:
        return Problem(join(*names, "device"), detail["msg"])
    return Problem(join(*names), _sentence(detail, model))


def _missing(detail: ErrorDetails, model: type[BaseModel], names: list[str]) -> Problem:
    field = field_at(model, detail["loc"])
    meaning = (field.description if field else None) or "compulsory"
    if isinstance(detail["loc"][-1], int):
        return Problem(join(*names[:-1]), f"{shown(detail['input'])}: must have {entries_of(field)}: {meaning}")
    return Problem(join(*names), f"missing: {meaning}")


def _union(detail: ErrorDetails, model: type[BaseModel], names: list[str]) -> Problem:
    """Problem of a part whose kind is not said, or not known."""
    context = detail.get("ctx", {})
    key = str(context.get("discriminator", "")).strip("'")
    given = detail["input"]
    if detail["type"] == "union_tag_not_found":
        if isinstance(given, Mapping):
            known = tags_at(model, detail["loc"], key)
            return Problem(join(*names, key), f"missing: must be {_either(known)}")
        return Problem(join(*names), f"{shown(given)}: must be keys and values, '{key}' among them")
    known = tuple(re.findall(r"'([^']*)'", str(context["expected_tags"])))
    tag = str(context["tag"])
    return Problem(join(*names, key), f"'{tag}': must be {_either(known)}{_near(tag, known)}")


def _sentence(detail: ErrorDetails, model: type[BaseModel]) -> str:
    kind, context, given = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind in {OUT_OF_RANGE, BAD_EXPRESSION}:
        return detail["msg"]
    if kind == "literal_error":
        known = tuple(re.findall(r"'([^']*)'", str(context["expected"]))) or (str(context["expected"]),)
        return f"{shown(given)}: must be {_either(known)}{_near(given, known)}"
    if kind == "too_long":
        return f"{context['actual_length']} values: must have at most {context['max_length']}"
    if kind == "too_short":
        return f"{context['actual_length']} values: must have at least {context['min_length']}"
    if kind == "string_too_long":
        return f"{shown(given)}: must have at most {context['max_length']} characters"
    wanted = _WANTED.get(kind, detail["msg"][:1].lower() + detail["msg"][1:])
    return f"{shown(given)}: {wanted}{_hint(detail, model)}"


def _hint(detail: ErrorDetails, model: type[BaseModel]) -> str:
    """Say what the field means, or that a number goes without its unit."""
    given = detail["input"]
    if detail["type"] == "float_type" and isinstance(given, str):
        if re.fullmatch(r"\s*[-+]?\d+,\d+\s*", given):
            return f" with a point: {given.strip().replace(',', '.')}"
        if re.fullmatch(r"\s*\d+(:\d+)+\s*", given):
            return ", not a time of day: its unit is in the name of the key"
        if re.match(r"\s*[-+]?\.?\d", given):
            return " alone, without unit or quotes: its unit is in the name of the key"
    field = field_at(model, detail["loc"])
    return f": {field.description}" if field and field.description else ""


def _either(words: tuple[str, ...]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _near(given: Any, known: tuple[str, ...]) -> str:
    nearest = get_close_matches(given, known, n=1) if isinstance(given, str) else []
    return f"; did you mean '{nearest[0]}'?" if nearest else ""


def _nearest_key(model: type[BaseModel], location: Location) -> str:
    nearest = get_close_matches(str(location[-1]), keys_at(model, location[:-1]), n=1)
    return nearest[0] if nearest else ""


def _names(data: Any, location: Location) -> list[str]:
    """Location as the names of a dotted path: list items by name, without the tags of unions."""
    names: list[str] = []
    just_entered = True
    for step in location:
        if str(step).startswith(("<", "[")) or (just_entered and _is_tag(data, step)):
            just_entered = False
            continue
        just_entered = True
        is_item = isinstance(data, list | tuple) and isinstance(step, int) and step < len(data)
        names.append(item_label(data, int(step)) if is_item else str(step))
        data = data[step] if is_item or (isinstance(data, Mapping) and step in data) else None
    return names


def _is_tag(data: Any, step: str | int) -> bool:
    """Whether a step of a location, the first into a part, is no key but the kind of the part."""
    return isinstance(data, Mapping) and step in [data.get(key) for key in DISCRIMINATORS]
