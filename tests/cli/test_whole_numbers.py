from io import StringIO

from rich.console import Console

from ablasim.cli.whole_numbers import whole_numbers

NAMES = ["distance_mm", "zone.volume_ml", "margin.minimum_mm", "seconds"]
ROWS = [["3", "29.12", "-0.004164", "12.31"], ["10", "30.5", "5.8", "11.9"]]


def printed(width):
    table, without = whole_numbers(NAMES, ROWS, width)
    console = Console(file=StringIO(), width=width)
    console.print(table)
    return console.file.getvalue(), without


def test_a_wide_screen_shows_names_and_values_whole():
    text, without = printed(100)
    assert without == []
    assert all(word in text for word in [*NAMES, *ROWS[0], *ROWS[1]])
    assert len(text.splitlines()) == 6


def test_names_are_folded_before_values_are():
    text, without = printed(50)
    assert without == []
    assert "margin.minimum_mm" not in text
    assert all(value in text for value in [*ROWS[0], *ROWS[1]])
    assert max(map(len, text.splitlines())) <= 50


def test_what_has_no_room_is_left_out_whole_and_named():
    text, without = printed(36)
    assert without == ["seconds"]
    assert "-0.004164" in text
    assert "12.31" not in text
