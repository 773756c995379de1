"""What the schema knows about a place in a scenario: its field, and the keys allowed there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Location = tuple[str | int, ...]
"""Location of an error as pydantic gives it: keys, indices, and the tags of unions."""


def field_at(model: type[BaseModel], location: Location) -> FieldInfo | None:
    """Field that a location ends in, or that the list or table it ends in belongs to.

    Parameters
    ----------
    model : type of BaseModel
        The schema.
    location : tuple of str and int
        Where, as pydantic says it.

    Returns
    -------
    FieldInfo or None
        None if the location ends in no field.
    """
    return _walk(model, location)[1]


def keys_at(model: type[BaseModel], location: Location) -> tuple[str, ...]:
    """Keys allowed in the part at a location, in the order of the schema."""
    return tuple(key for part in _walk(model, location)[0] for key in _fields(part))


def entries_of(field: FieldInfo | None) -> str:
    """How many entries of what the lists of a field have, such as ``3 numbers``; ``more entries`` if it is not said."""
    fixed = [] if field is None else list(_fixed_tuples(field.annotation))
    if not fixed:
        return "more entries"
    items = get_args(fixed[-1])
    kind = get_args(items[0])[0] if get_origin(items[0]) is Annotated else items[0]
    return f"{len(items)} {'names' if kind is str else 'numbers'}"


def tags_at(model: type[BaseModel], location: Location, key: str) -> tuple[str, ...]:
    """Words that tell apart, under a key, the kinds of part that may stand at a location."""
    kinds = (_fields(part).get(key) for part in _walk(model, location)[0])
    return tuple(str(word) for field in kinds if field for word in get_args(field.annotation))


def _walk(model: type[BaseModel], location: Location) -> tuple[tuple[type[BaseModel], ...], FieldInfo | None]:
    parts: tuple[type[BaseModel], ...] = (model,)
    field: FieldInfo | None = None
    in_table = False
    for step in location:
        if isinstance(step, int):
            continue
        if in_table:
            in_table = False
            continue
        found = next((_fields(part)[step] for part in parts if step in _fields(part)), None)
        if found is not None:
            field, parts = found, tuple(_parts_in(found.annotation))
            in_table = _is_table(found.annotation)
        else:
            parts = tuple(part for part in parts if _is_tagged(part, step)) or parts
    return parts, field


def _fields(part: type[BaseModel]) -> dict[str, FieldInfo]:
    """Fields of a part by the key that the user writes."""
    return {field.alias or name: field for name, field in part.model_fields.items()}


def _parts_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    for inner in get_args(annotation):
        yield from _parts_in(inner)


def _fixed_tuples(annotation: Any) -> Iterator[Any]:
    """Tuples of a fixed length in an annotation, outer ones first."""
    if get_origin(annotation) is tuple and Ellipsis not in get_args(annotation):
        yield annotation
    for inner in get_args(annotation):
        yield from _fixed_tuples(inner)


def _is_table(annotation: Any) -> bool:
    origin = get_origin(annotation)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _is_tagged(part: type[BaseModel], tag: str) -> bool:
    """Whether a tag of a union names this part."""
    literals: Iterable[Any] = (value for field in part.model_fields.values() for value in get_args(field.annotation))
    return tag in literals
