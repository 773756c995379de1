import pytest

from ablasim import load_scenario
from ablasim.errors import ScenarioError
from ablasim.scenario.changes import with_changes

DATA = {
    "organ": {"size_mm": [80, 80, 80]},
    "vessels": [{"name": "vein", "diameter_mm": 6}, {"name": "artery", "diameter_mm": 2}],
    "protocol": [{"duration_s": 60, "drive": {"ball": {"control": "as_given"}}}],
}


def test_items_are_found_by_name_and_by_number_where_they_have_none():
    changed = with_changes(DATA, {"vessels.artery.diameter_mm": 3, "protocol.0.duration_s": 90})
    assert [vessel["diameter_mm"] for vessel in changed["vessels"]] == [6, 3]
    assert changed["protocol"][0]["duration_s"] == 90


def test_the_data_given_stays_as_it_is():
    with_changes(DATA, {"vessels.vein.diameter_mm": 3, "organ.size_mm": [1, 1, 1], "body.perfusion_factor": 0})
    assert DATA["vessels"][0]["diameter_mm"] == 6
    assert DATA["organ"]["size_mm"] == [80, 80, 80]
    assert "body" not in DATA


def test_parts_that_are_missing_are_made():
    assert with_changes({}, {"numerics.mesh.needle_mm": 0.2}) == {"numerics": {"mesh": {"needle_mm": 0.2}}}


def test_a_whole_item_may_be_replaced():
    changed = with_changes(DATA, {"protocol.0": {"steady": True}, "vessels.vein": {"name": "vein", "diameter_mm": 1}})
    assert changed["protocol"] == [{"steady": True}]
    assert changed["vessels"][0] == {"name": "vein", "diameter_mm": 1}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("vessels.vien.diameter_mm", r"vessels\.vien\.diameter_mm: 'vien': no such item; did you mean 'vein'\?"),
        ("vessels.vien", "'vien': no such item; did you mean 'vein'"),
        ("protocol.3.duration_s", "'3': no such item; known: 0"),
        ("vessels.vein.diameter_mm.x", "plain value"),
        ("organ.size_mm.0.x", "plain value"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused_with_the_nearest(path, words):
    with pytest.raises(ScenarioError, match=words):
        with_changes(DATA, {path: 1})


@pytest.mark.parametrize("changes", [{1: 2}, ["organ.tissue"]])
def test_changes_must_be_values_by_path(changes):
    with pytest.raises(ScenarioError, match="must be new values by dotted path"):
        with_changes(DATA, changes)


def test_a_changed_scenario_is_checked_like_its_file(tmp_path):
    file = tmp_path / "idle.yaml"
    file.write_text(
        "schema_version: 1\ntitle: Idle\norgan: {shape: box, size_mm: [80, 80, 80], tissue: liver}\n"
        "protocol: [{duration_s: 60}]\n"
    )
    assert load_scenario(file, {"protocol.0.duration_s": 90}).protocol[0].duration_s == 90
    with pytest.raises(ScenarioError, match=r"protocol\.0\.duration_s"):
        load_scenario(file, {"protocol.0.duration_s": -1})
    with pytest.raises(ScenarioError, match="duration_s"):
        load_scenario(file, {"protocol.0.duratoin_s": 90})
