"""The table of a study: a row for each case, a column for each input and each number of its summary."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ablasim.errors import OutputError
from ablasim.study.flat import flat
from ablasim.study.names import result_name
from ablasim.study.noise_floor import Spread, noise_floors
from ablasim.study.store import StudyFolder

TABLE = "table.parquet"

NOISE_FLOOR = "noise_floor."
"""Begin of the columns that hold the standard deviation over meshes."""

WAITING, INVALID = "waiting", "invalid"
"""Status of a case that has no record yet, and of a point that cannot be a case."""

_LEFT_OUT = (
    "status",
    "title",
    "warnings",
    "versions",
    "scenario_hash",
    "time.work",
    "uncertainty.finer",
    "uncertainty.method",
)
_WORDS_OF_RULES = re.compile(r"margin\.rules\..*\.(asks_for|source|verified|needed_percent)")
_WORD = re.compile(r"`[^`]*`|'[^']*'|\"[^\"]*\"|[A-Za-z_][\w.]*")

_TIMES = ("seconds", "cpu_seconds")

Row = dict[str, Any]


def build_table(folder: StudyFolder) -> Any:
    """Table of a study's folder as it is now.

    Parameters
    ----------
    folder : StudyFolder
        The folder.

    Returns
    -------
    pandas.DataFrame
        A row for each case, in the order of the design, and one for each point that cannot be a case. First what was
        put in: ``base`` and the variables; then ``status`` (done, failed, waiting, invalid) and ``error``; then every
        number and word of the summary under its dotted path; then ``noise_floor.…``, the standard deviation over
        meshes of headline results, where the study asks for it; then ``seconds``, ``cpu_seconds``, ``warnings``,
        ``versions.…`` and ``case``, the hash of the scenario. Numbers are floats, missing ones NaN. Repeats for the
        noise floor have no row.

    Raises
    ------
    OutputError
        If it is no folder of a study.
    """
    import pandas as pd

    asked = folder.asked()
    names = [variable["name"] for variable in asked["study"]["vary"] or ()]
    floors = noise_floors(folder, asked)
    rows = [row | _floor_of(row, floors) for row in _rows(folder, asked["points"], names)]
    columns: dict[str, None] = dict.fromkeys(("base", *names, "status", "error"))
    last = dict.fromkeys(key for row in rows for key in row if key.startswith(NOISE_FLOOR))
    last |= dict.fromkeys(key for row in rows for key in row if _is_last(key))
    found = dict.fromkeys(key for row in rows for key, value in row.items() if value is not None)
    columns |= {name: None for name in found if name not in last and name not in _blocks(found)}
    columns |= last
    return pd.DataFrame({name: _column([row.get(name) for row in rows]) for name in columns})


def _floor_of(row: Row, floors: Mapping[str, Mapping[str, Spread]]) -> Row:
    """Noise floor of each headline result that a row has."""
    return {
        f"{NOISE_FLOOR}{path}": spread.sd
        for path, spread in floors.get(row["base"], {}).items()
        if row.get(path) is not None and result_name(path) is not None
    }


def _blocks(columns: Iterable[str]) -> set[str]:
    """Paths that stand for a block: a summary without such a block has null there, others have keys below."""
    return {".".join(parts[:i]) for parts in (name.split(".") for name in columns) for i in range(1, len(parts))}


def _is_last(column: str) -> bool:
    return column in (*_TIMES, "warnings", "case") or column.startswith("versions.")


def _rows(folder: StudyFolder, points: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Iterator[Row]:
    seen: set[str] = set()
    for point in points:
        key = point["case"]
        if key is not None and key in seen:
            continue
        inputs = {"base": point["base"]} | {name: _cell(point["inputs"].get(name)) for name in names}
        if key is None:
            yield inputs | {
                "status": INVALID,
                "error": point["problem"],
                **dict.fromkeys(_TIMES),
                "warnings": None,
                "case": None,
            }
            continue
        seen.add(key)
        record = folder.record(key) or {"status": WAITING}
        summary = record.get("summary") or {}
        told = {"status": record["status"], "error": record.get("error")}
        numbers = {path: value for path, value in flat(summary) if not _is_left_out(path)}
        end = {
            **{name: record.get(name) for name in _TIMES},
            "warnings": "\n".join(summary.get("warnings", ())) or None,
            "case": key,
        }
        versions = {f"versions.{name}": value for name, value in (record.get("versions") or {}).items()}
        yield inputs | told | numbers | end | versions


def _is_left_out(path: str) -> bool:
    in_block = any(path == part or path.startswith(f"{part}.") for part in _LEFT_OUT)
    return in_block or _WORDS_OF_RULES.fullmatch(path) is not None


def _cell(value: Any) -> Any:
    """An input as a cell: lists and blocks as JSON."""
    return json.dumps(value) if isinstance(value, list | Mapping) else value


def _column(values: Sequence[Any]) -> Any:
    """A column of one type: numbers as floats, truth values as nullable ones, the rest as text."""
    import pandas as pd

    present = [value for value in values if value is not None]
    if present and all(isinstance(value, bool) for value in present):
        return pd.array(values, dtype="boolean")
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in present):
        return pd.array([float("nan") if value is None else float(value) for value in values], dtype="float64")
    texts = [value if value is None or isinstance(value, str) else json.dumps(value) for value in values]
    return pd.array(texts, dtype="string")


def write_parquet(table: Any, path: Path) -> None:
    """Write a table as Parquet; it is whole, or as it was before.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    _write(path, lambda part: table.to_parquet(part, index=False))


def write_csv(table: Any, path: Path) -> None:
    """Write a table as CSV; missing values are empty.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    _write(path, lambda part: table.to_csv(part, index=False, lineterminator="\n"))


def _write(path: Path, write: Any) -> None:
    part = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as stream:
            part = Path(stream.name)
        write(part)
        part.chmod(0o644)
        part.replace(path)
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror or error}"
        raise OutputError(message) from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def filtered(table: Any, where: str) -> Any:
    """Rows of a table for which an expression holds.

    Parameters
    ----------
    table : pandas.DataFrame
        The table.
    where : str
        Comparison of columns as pandas' ``query`` takes it; names of columns may have dots:
        ``margin.minimum_mm < 5 and base == 'rf'``.

    Raises
    ------
    OutputError
        If the expression cannot be read or names no column.
    """
    columns = set(table.columns)

    def quoted(match: re.Match[str]) -> str:
        return f"`{match[0]}`" if match[0] in columns else match[0]

    try:
        kept = table.query(_WORD.sub(quoted, where), engine="python")
    except Exception as error:  # whatever the library of expressions stumbles over
        message = (
            f"--where {where!r}: {error}: must compare columns, such as 'margin.minimum_mm < 5 and status == \"done\"'"
        )
        raise OutputError(message) from error
    return kept
