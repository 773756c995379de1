"""What a radiofrequency generator did, in words and tables."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ablasim.views.report_text import NOTHING, Block, Table, at, number

MOST_EVENTS = 40
"""Events that a table shows; more are counted."""

WORDS = {
    "limit_reached": "limit reached",
    "ramp_step": "step of the ramp",
    "ramp_done": "end of the ramp",
    "target_reached": "target reached",
    "hold_done": "held long enough",
    "roll_off": "roll-off",
    "restart": "power back on",
    "pair_switched": "pair switched",
    "all_pairs_pause": "all pairs pause",
    "end": "end of the step",
}


def generator_words(summary: Block) -> str:
    """Roll-offs, the first of them, pauses, and what else happened, in one sentence; '' if nothing did."""
    events = at(summary, "source.generator.events") or []
    counts = Counter(event["event"] for event in events)
    parts = []
    if counts["roll_off"]:
        first = number(at(summary, "source.generator.first_roll_off_s"), "s", decimals=0)
        plural = "" if counts["roll_off"] == 1 else "s, the first"
        parts.append(f"{counts['roll_off']} roll-off{plural} after {first}")
    if counts["pair_switched"]:
        parts.append(f"{counts['pair_switched']} switches of the pair")
    parts += [
        f"{words} after {number(event['time_s'], 's', decimals=0)}"
        for kind, words in (("target_reached", "target reached"), ("hold_done", "held until"))
        for event in events
        if event["event"] == kind
    ]
    duty = at(summary, "source.generator.duty_percent")
    if duty is not None and at(summary, "source.generator.paused_s"):
        parts.append(f"power on {number(duty, '%', decimals=0)} of the time")
    return "; ".join(parts).replace("held until after", "held until")


def generator_tables(summary: Block) -> list[Table]:
    """What happened and when; limits, which are told as warnings, left out."""
    events = [item for item in at(summary, "source.generator.events") or [] if item["event"] != "limit_reached"]
    columns = ("generator", "at", "impedance", "temperature", "pair")
    note = ""
    if len(events) > MOST_EVENTS:
        note = f"The first {MOST_EVENTS} of {len(events)}; summary.json has all of them."
    return [Table(columns, [_row(event) for event in events[:MOST_EVENTS]], note)]


def _row(event: dict[str, Any]) -> tuple[str, ...]:
    return (
        WORDS.get(event["event"], event["event"]),
        number(event["time_s"], "s", decimals=1),
        number(event["impedance_ohm"], "Ω", decimals=1),
        number(event["temperature_c"], "°C", decimals=1),
        NOTHING if event["pair"] is None else str(event["pair"]),
    )
