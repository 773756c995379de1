"""Which kind of YAML file it is that was given: a scenario, a study or a fit."""

from __future__ import annotations

from typing import Any, NamedTuple


class FileKind(NamedTuple):
    """A kind of file: keys that no other kind has, and the command that takes it."""

    keys: frozenset[str]
    command: str


_KINDS = {
    "scenario": FileKind(
        frozenset({"organ", "tumour", "vessels", "applicators", "protocol", "body", "tissues", "numerics"}), "run"
    ),
    "study": FileKind(frozenset({"vary", "sampling", "design", "noise_floor"}), "sweep"),
    "fit": FileKind(frozenset({"data", "parameters"}), "fit"),
}


def other_kind(data: Any, wanted: str) -> tuple[str, str]:
    """First key that tells that a file is of another kind than is wanted, and a sentence; both '' if none does.

    A file with a key of the wanted kind is taken for one, so that its own mistakes are told.

    Parameters
    ----------
    data : object
        What the file says.
    wanted : {"scenario", "study", "fit"}
        What it must be.

    Examples
    --------
    >>> other_kind({"schema_version": 1, "base": "demo.yaml", "vary": []}, "scenario")
    ('vary', 'a key of studies: must be a scenario file; `ablasim sweep` takes studies')
    >>> other_kind({"organ": {}, "vary": []}, "scenario")
    ('', '')
    """
    if not isinstance(data, dict) or not _KINDS[wanted].keys.isdisjoint(data):
        return "", ""
    for kind, (keys, command) in _KINDS.items():
        if key := next((key for key in data if key in keys), ""):
            many = {"study": "studies"}.get(kind, f"{kind}s")
            return key, f"a key of {many}: must be a {wanted} file; `ablasim {command}` takes {many}"
    return "", ""
