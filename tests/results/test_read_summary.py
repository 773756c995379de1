"""A summary that was damaged by hand ends in words with file and key, or is read: never in a crash of a reader."""

import copy
import json
from pathlib import Path

import pytest

from ablasim.comparison import FinishedRun, compare_runs
from ablasim.comparison.quantities import comparison_rows
from ablasim.errors import OutputError
from ablasim.results.read_summary import read_summary
from ablasim.scenario import load_scenario
from ablasim.views import report_tables
from ablasim.views.compare_text import notes, sections, short_line
from ablasim.views.publish_compare import comparison_numbers
from ablasim.views.report import answer, verdict

DATA = Path(__file__).parents[1] / "data"
WHOLE = json.loads((DATA / "summary.json").read_text(encoding="utf-8"))
GONE = object()
DAMAGES = (GONE, None, "twenty", 7.25, [1.0], {"a": 1.0})


def paths(value, here=()):
    """Every path below a value, keys and the first of a list."""
    yield here
    items = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for key, item in items:
        yield from paths(item, (*here, key))


def damaged(path, damage):
    content = copy.deepcopy(WHOLE)
    part = content
    for key in path[:-1]:
        part = part[key]
    if damage is GONE:
        del part[path[-1]]
    else:
        part[path[-1]] = damage
    return content


@pytest.fixture(scope="module")
def scenario():
    return load_scenario(DATA / "quick.yaml")


@pytest.fixture
def read_everywhere(scenario):
    """Read a summary as tables, reports and pages do; whole comparisons, which take longer, where only they look."""

    def read(summary, path=()):
        run = FinishedRun("other", scenario, summary)
        if not path or path[0] in ("status", "title", "versions", "scenario_hash", "warnings"):
            comparison = compare_runs([FinishedRun("whole", scenario, WHOLE), run])
            comparison_numbers(comparison)
            sections(comparison)
            notes(comparison)
        comparison_rows([run])
        short_line(run)
        report_tables.headline(summary)
        report_tables.sections(summary)
        report_tables.provenance(summary)
        answer(summary)
        verdict(summary)

    return read


def test_a_whole_summary_is_read_as_it_stands(tmp_path, read_everywhere):
    assert read_summary(DATA / "summary.json") == WHOLE
    read_everywhere(WHOLE)


def test_whatever_is_damaged_is_told_with_file_and_key_or_does_no_harm(tmp_path, read_everywhere):
    file, messages, crashed = tmp_path / "summary.json", [], []
    for path in paths(WHOLE):
        for damage in DAMAGES if path else ():
            content = damaged(path, damage)
            file.write_text(json.dumps(content), encoding="utf-8")
            try:
                read_everywhere(read_summary(file), path)
            except OutputError as error:
                messages.append((path[0], str(error)))
            except Exception as error:  # whatever else comes is what the test counts
                crashed.append((".".join(map(str, path)), damage, repr(error)))
    assert not crashed
    assert all(message.startswith(str(file)) and str(key) in message for key, message in messages)
    assert len(messages) > 1000


@pytest.mark.parametrize(
    ("path", "damage", "words"),
    [
        (("zone", "volume_ml"), GONE, "zone.volume_ml: missing"),
        (("zone", "volume_ml"), "29.4", "zone.volume_ml: '29.4': must be a number"),
        (("margin", "minimum_mm"), "narrow", "margin.minimum_mm: 'narrow': must be a number"),
        (("heat_sink", "vessels"), [], "heat_sink.vessels: []: must be keys and values"),
        (
            ("heat_sink", "vessels", "hepatic_vein", "retraction_mm"),
            [4],
            "heat_sink.vessels.hepatic_vein.retraction_mm: ",
        ),
        (("sensors", "edge_facing_vein", "at_mm"), [1.0, 2.0], "sensors.edge_facing_vein.at_mm: 2 values: must have"),
        (("source", "trains"), {}, "source.trains: {}: must be a list"),
        (("uncertainty", "method"), GONE, "uncertainty.method: nothing: must be there where the status is verified"),
        (("status",), "done", "status: 'done': must be complete or incomplete"),
        (("time",), GONE, "has no time: must be the summary of a run"),
    ],
)
def test_the_message_says_what_is_wrong_where(tmp_path, path, damage, words):
    file = tmp_path / "summary.json"
    file.write_text(json.dumps(damaged(path, damage)), encoding="utf-8")
    with pytest.raises(OutputError) as caught:
        read_summary(file)
    assert words in str(caught.value)
    assert str(caught.value).count(str(file)) == 1


def test_what_is_no_number_in_json_is_told(tmp_path):
    file = tmp_path / "summary.json"
    file.write_text(json.dumps(damaged(("zone", "volume_ml"), float("nan"))), encoding="utf-8")
    with pytest.raises(OutputError, match=r"zone\.volume_ml: nan: must be a finite number"):
        read_summary(file)


def test_a_file_that_is_cut_off_is_told_with_the_line(tmp_path):
    file = tmp_path / "summary.json"
    text = (DATA / "summary.json").read_text(encoding="utf-8")
    for share in (0.0, 0.1, 0.5, 0.9):
        file.write_text(text[: int(share * len(text))], encoding="utf-8")
        with pytest.raises(OutputError, match=r"summary\.json:\d+:\d+: cannot be read as JSON: .*cut off"):
            read_summary(file)
    file.write_bytes(b"\xff\xfe{}")
    with pytest.raises(OutputError, match=r"summary\.json: cannot be read: .*utf-8"):
        read_summary(file)


@pytest.mark.parametrize("content", ["{}", "[]", "7", '"summary"', '{"zone": {}}'])
def test_what_is_no_summary_at_all_is_told_as_such(tmp_path, content):
    file = tmp_path / "summary.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(OutputError, match="must be the summary of a run"):
        read_summary(file)
