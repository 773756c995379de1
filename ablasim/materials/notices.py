"""Notices given once: a property law was asked outside the range it was measured in."""

from __future__ import annotations

import warnings

_GIVEN: set[tuple[str, str]] = set()


class PropertyRangeWarning(UserWarning):
    """A property law was used outside the range it was measured in."""


def notice_once(law: str, subject: str, message: str) -> None:
    """Warn, unless this law has already warned about this subject since the last `forget_notices`.

    Parameters
    ----------
    law : str
        Name of the law, such as ``electrical conductivity``.
    subject : str
        Whose property: the tissue's name.
    message : str
        What was asked, with its value, and the range that is allowed.
    """
    if (law, subject) not in _GIVEN:
        _GIVEN.add((law, subject))
        warnings.warn(f"{subject}: {law}: {message}", PropertyRangeWarning, stacklevel=3)


def forget_notices() -> None:
    """Forget which notices were given, so that the next run gives its own."""
    _GIVEN.clear()
