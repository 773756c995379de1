"""Tables on the screen keep what they are given, however narrow it is."""

import io

import pytest
from rich.console import Console

from ablasim.cli.tables import named_table, rich_table

COLUMNS = ("sensor", "in", "highest", "at", "at the end", "died at", "largest field (rms)")
VALUES = ("tumour", "61.2 °C", "720 s", "dead", "301 s", "1234 V/m")
USUAL = ("edge_facing_vein", "edge_opposite", "beside_vein")
LONG = "beside_the_right_hepatic_vein_in_the_gap"


def printed(table, width):
    """Cells of each printed line, the first column's in a list of its own."""
    console = Console(file=io.StringIO(), width=width)
    console.print(table)
    text = console.file.getvalue()
    assert all(len(line) <= width for line in text.splitlines())
    assert "…" not in text
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in text.splitlines() if line.startswith("│")]


def rows(*names):
    return [(name, *VALUES) for name in names]


@pytest.mark.parametrize("width", [80, 100, 140])
def test_usual_names_stand_whole_in_their_column(width):
    cells = printed(named_table(COLUMNS, rows(*USUAL), width), width)
    assert [line[0] for line in cells if line[0]] == list(USUAL)


def test_a_long_name_stands_whole_where_there_is_room():
    assert printed(named_table(COLUMNS, rows(*USUAL, LONG), 140), 140)[-1][0] == LONG


@pytest.mark.parametrize("width", [50, 64, 80])
def test_a_name_that_is_too_long_goes_on_in_the_next_line(width):
    pieces = [line[0] for line in printed(named_table(COLUMNS, rows(LONG), width), width)]
    assert "".join(pieces) == LONG


def test_a_table_of_one_row_and_one_without_blanks_are_made():
    assert printed(named_table(("sensor", "in"), [("a", "b")], 40), 40) == [["a", "b"]]


def test_headings_that_are_names_are_not_cut_either():
    table = rich_table(("vessel", LONG), [("living rim, least", "1.0 mm")])
    console = Console(file=io.StringIO(), width=40)
    console.print(table)
    heading = "".join(line.split("┃")[2].strip() for line in console.file.getvalue().splitlines() if line[0] == "┃")
    assert heading == LONG
