"""The folder of a study: what was asked, and a record for each case, each whole or not there."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ablasim.errors import OutputError
from ablasim.results.files import plain
from ablasim.results.summary import package_versions
from ablasim.study.plan import Plan

STUDY = "study.json"
CASES, TRIES, FIELDS, MESHES = "cases", "tries", "fields", "meshes"
FORMAT = 2

Record = dict[str, Any]
"""What is kept of a case: status (done or failed), error, seconds on the clock and of the processor, versions, and the
summary of a run that was done."""


class StudyFolder:
    """A folder that a sweep writes into, from several processes and machines at once.

    Parameters
    ----------
    path : Path
        The folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, plan: Plan) -> None:
        """Make the folder, or go on in one that holds the same study.

        Raises
        ------
        OutputError
            If it holds something else, another study, or results of another version; nothing is changed then.
        """
        if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
            self.check_same(plan)
            (self.path / CASES).mkdir(exist_ok=True)
            return
        content = {
            "format": FORMAT,
            "title": plan.study.title,
            "identity": plan.identity,
            "begun": datetime.now(UTC).isoformat(timespec="seconds"),
            "versions": package_versions(),
            "study": plan.study.model_dump(mode="json", by_alias=True),
            "points": [
                {"base": point.base, "inputs": dict(point.inputs), "case": point.case, "problem": point.problem}
                for point in plan.points
            ],
            "repeats": [asdict(repeat) for repeat in plan.repeats],
            "bases": dict(plan.bases),
        }
        try:
            for name in ("", CASES, TRIES):
                (self.path / name).mkdir(parents=True, exist_ok=True)
            write_whole(self.path / STUDY, content)
        except OSError as error:
            raise self._cannot_write(error) from error

    def check_same(self, plan: Plan) -> None:
        """Check that the folder holds this study, by this version.

        Raises
        ------
        OutputError
            If not.
        """
        if not (self.path / STUDY).is_file():
            message = (
                f"{self.path}: exists and holds no {STUDY}, so it is not the folder of a study; nothing was changed"
            )
            raise OutputError(message)
        there = self.asked()
        if there["identity"] != plan.identity:
            what = differences(there["study"], plan.study.model_dump(mode="json", by_alias=True))
            message = (
                f"{self.path}: holds another study, '{there['title']}' (it differs in {what or 'a base scenario'}); "
                "nothing was changed: choose another --output"
            )
            raise OutputError(message)
        here, then = package_versions()["ablasim"], there["versions"]["ablasim"]
        if here != then:
            message = (
                f"{self.path}: begun with ablasim {then}, this is {here}: results of two versions are not mixed; "
                "nothing was changed: choose another --output"
            )
            raise OutputError(message)

    def asked(self) -> dict[str, Any]:
        """Content of ``study.json``: the study, its hash, versions and the points of its design.

        Raises
        ------
        OutputError
            If there is none, or it cannot be read.
        """
        file = self.path / STUDY
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError) as error:
            message = f"{self.path}: must be the folder of a study, with {STUDY}"
            raise OutputError(message) from error
        except (OSError, ValueError) as error:
            message = f"{file}: cannot be read: {error}"
            raise OutputError(message) from error
        if not isinstance(content, dict) or content.get("format") != FORMAT or "points" not in content:
            message = f"{file}: must be a study of format {FORMAT}"
            raise OutputError(message)
        return content

    def record(self, key: str) -> Record | None:
        """Record of a case; None if there is none, or a disk has damaged it."""
        try:
            content = json.loads((self.path / CASES / f"{key}.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return content if isinstance(content, dict) and "status" in content else None

    def status(self, key: str) -> str | None:
        """Status of a case: done or failed; None if it has no record."""
        record = self.record(key)
        return None if record is None else str(record["status"])

    def write_record(self, key: str, record: Mapping[str, Any]) -> None:
        """Write the record of a case; it is whole, or not there.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        finished = {"case": key, **record, "finished": datetime.now(UTC).isoformat(timespec="seconds")}
        try:
            write_whole(self.path / CASES / f"{key}.json", finished)
        except OSError as error:
            raise self._cannot_write(error) from error

    def fail(self, key: str, error: str, seconds: float | None = None, cpu_seconds: float | None = None) -> None:
        """Record that a case has failed, and why."""
        times = {"seconds": seconds, "cpu_seconds": cpu_seconds}
        self.write_record(
            key, {"status": "failed", "error": error, **times, "versions": package_versions(), "summary": None}
        )

    def forget_failed(self, keys: Mapping[str, Any]) -> None:
        """Take away the records of failed cases, so that they are run again."""
        for key in keys:
            if self.status(key) == "failed":
                (self.path / CASES / f"{key}.json").unlink(missing_ok=True)

    def begin_try(self, key: str, who: str) -> int:
        """Note that a process begins with a case, or a mesh; gives the number of the try, from 1.

        The note is a file of its own that is made exclusively, so that it outlives whatever befalls the process.
        """
        number = 1
        while True:
            try:
                with (self.path / TRIES / f"{key}.{number}").open("x", encoding="utf-8") as note:
                    note.write(who)
            except FileExistsError:
                number += 1
            except OSError as error:
                raise self._cannot_write(error) from error
            else:
                return number

    def tries(self, key: str) -> list[str]:
        """Who has begun with a case."""
        notes = sorted((self.path / TRIES).glob(f"{key}.*"), key=lambda note: int(note.suffix[1:]))
        return [note.read_text(encoding="utf-8") for note in notes]

    def forget_tries(self) -> None:
        """Take away the notes of tries: a new start is a new chance."""
        shutil.rmtree(self.path / TRIES, ignore_errors=True)
        (self.path / TRIES).mkdir(exist_ok=True)

    def _cannot_write(self, error: OSError) -> OutputError:
        return OutputError(f"{self.path}: cannot be written: {error.strerror or error}")


def write_whole(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file under a temporary name, make sure that it is on the disk, then rename it."""
    text = json.dumps(plain(content), ensure_ascii=False, allow_nan=False)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Make sure that a folder's names are on the disk, where the system can."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:  # some network file systems do not sync folders
        pass
    finally:
        os.close(handle)


def differences(there: Mapping[str, Any], here: Mapping[str, Any]) -> str:
    """Keys in which two studies differ; variables by their name."""
    keys = []
    for key in dict.fromkeys((*there, *here)):
        one, other = plain(there.get(key)), plain(here.get(key))
        if one == other:
            continue
        if key != "vary":
            keys.append(key)
            continue
        mine, its = ({variable["name"]: variable for variable in vary or ()} for vary in (one, other))
        keys += [f"vary.{name}" for name in dict.fromkeys((*mine, *its)) if mine.get(name) != its.get(name)]
        if mine == its:
            keys.append("the order of vary")
    return ", ".join(keys)
