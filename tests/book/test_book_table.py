"""The book's table on wide and narrow terminals and in pipes, and its words."""

import io

import pytest
from rich.console import Console

from ablasim.book.checks import compare, converges, states, stays_below, within_band
from ablasim.book.record import CaseRecord
from ablasim.book.words import COLUMNS, check_row, table_rows
from ablasim.cli.book_table import print_table, standard_output

LONG = "largest error in the table from 30 s on, relative, not perfused, beside the second of the two veins"
CHECKS = (
    compare("rise", 111.901, 111.881, relative=0.005, unit="K"),
    stays_below(LONG, 0.003, 0.01),
    states("the cuff grows", True),
)
RECORD = CaseRecord("V-A1", "Heated sphere", "analytic", full=True, seconds=21.0, checks=CHECKS)


def on_a_terminal(width):
    file = io.StringIO()
    print_table([RECORD], Console(file=file, width=width, force_terminal=True, color_system=None))
    return file.getvalue()


def in_a_pipe(capsys):
    print_table([RECORD], standard_output())
    return capsys.readouterr().out


def test_a_narrow_terminal_shows_a_line_for_each_check():
    assert on_a_terminal(80).splitlines() == [
        "V-A1   pass         rise: 111.901 K, error 0.018 %",
        f"V-A1   pass         {LONG}: 0.003",
        "V-A1   pass         the cuff grows: true",
    ]


@pytest.mark.parametrize("place", ["wide terminal", "pipe"])
def test_a_wide_terminal_and_a_pipe_show_every_column(place, capsys):
    head, row, *rest = (on_a_terminal(220) if place == "wide terminal" else in_a_pipe(capsys)).splitlines()
    assert tuple(head.split()) == COLUMNS
    assert " ".join(row.split()) == "V-A1 rise 111.881 K 111.901 K 0.018 % 0.5 % – pass 21"
    assert len(rest) == len(CHECKS) - 1  # nothing is wrapped


@pytest.mark.parametrize(
    ("check", "expected", "got", "error", "tolerance"),
    [
        (stays_below("error", 0.3, 0.56, unit="K"), "below 0.56 K", "0.3 K", "–", "–"),
        (converges("L2", [2.0, 1.0], [0.39, 0.1], 2.0), "2", "1.96", "−0.04", "−0.2"),
        (converges("L2", [2.0, 1.0], [0.41, 0.1], 2.0), "2", "2.04", "–", "−0.2"),
        (converges("L2", [2.0, 1.0], [0.3999, 0.1], 2.0), "2", "2", "–", "−0.2"),
        (within_band("impedance", 61.5, 50.0, 60.0, unit="Ω"), "50 to 60 Ω", "61.5 Ω", "1.5 Ω", "–"),
    ],
)
def test_what_is_expected_and_by_how_much_it_is_missed_is_told(check, expected, got, error, tolerance):
    row = check_row("V-A1", check)
    assert (row.expected, row.got, row.error, row.tolerance) == (expected, got, error, tolerance)


def test_the_table_has_the_columns_it_says():
    assert all(len(row) == len(COLUMNS) for row in table_rows([RECORD]))
