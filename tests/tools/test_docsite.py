"""The pages that are made say all that their sources say, and links, equations and diagrams come through."""

import doctest
import importlib
import re
import sys
from pathlib import Path

import pytest
import typer.main

from ablasim.book.record import RESULTS, read_records
from ablasim.book.words import count_words
from ablasim.cli.main import COMMANDS, app
from ablasim.materials import library_table
from ablasim.scenario import json_schema
from ablasim.scenario.devices import device_names
from ablasim.study.schema import study_schema

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", autouse=True)
def tools():
    """The scripts' folder is where Python looks for them, as when one of them runs."""
    sys.path.insert(0, str(ROOT / "tools"))
    yield
    sys.path.remove(str(ROOT / "tools"))


@pytest.fixture(scope="module")
def of(tools):
    """A module of the site by its name."""
    return lambda name: importlib.import_module(name)


@pytest.mark.parametrize("name", ["tables", "links", "keys", "commands"])
def test_the_examples_of_the_modules_are_right(of, name):
    found = doctest.testmod(of(f"docsite.{name}"))
    assert found.attempted > 0
    assert found.failed == 0


@pytest.mark.parametrize("schema", [json_schema(), study_schema()], ids=["scenario", "study"])
def test_the_page_of_keys_has_every_key_and_no_link_into_nothing(of, schema):
    page = of("docsite.keys").keys_page(schema, "Keys", "All of them.")
    anchors = re.findall(r"\{ #([\w-]+) \}", page)
    assert len(anchors) == len(set(anchors)) == len(schema["$defs"])
    assert set(re.findall(r"\]\(#([\w-]+)\)", page)) <= set(anchors)
    keys = [key for part in (schema, *schema["$defs"].values()) for key in part.get("properties", {})]
    assert sorted(re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE)) == sorted(keys)


def test_a_key_tells_its_range_and_its_default(of):
    page = of("docsite.keys").keys_page(json_schema(), "Keys", "")
    assert "| `diameter_mm` | number, 0.2 to 50 | **must be given** | Inside diameter of the vessel, mm. |" in page
    assert re.search(r"^\| `time_tolerance` \| number, 0.0001 to 10 \| `0.5` \|", page, flags=re.MULTILINE)


def test_the_page_of_commands_has_every_command_and_every_option(of):
    page = of("docsite.commands").commands_page()
    known = typer.main.get_command(app).commands
    parts = dict(re.findall(r"^### ablasim ([\w-]+) .*?\n(.*?)(?=^##|\Z)", page, flags=re.DOTALL | re.MULTILINE))
    assert list(parts) == [command.__name__.replace("_", "-") for group in COMMANDS.values() for command in group]
    for name, part in parts.items():
        options = {option for parameter in known[name].params for option in parameter.opts if option.startswith("-")}
        assert set(re.findall(r"(?<![\w-])--?[a-z][\w-]*(?=[`, ])", part)) >= options - {"--help"}, name


def test_the_book_has_a_page_for_every_case_with_all_its_verdicts(of):
    pages = of("docsite.book").book_pages(ROOT / "validation")
    records = read_records(ROOT / "validation" / RESULTS)
    assert f"All together: {count_words(list(records.values()))}." in pages["index.md"]
    for identifier, record in records.items():
        assert f"[{identifier}]({identifier}.md)" in pages["index.md"]
        verdicts = re.findall(r"\*\*(\w+)\*\* \|$", pages[f"{identifier}.md"], flags=re.MULTILINE)
        assert verdicts == [check.verdict for check in record.checks]


def test_the_pages_of_the_library_have_every_value(of):
    library = of("docsite.library")
    rows = [row for row in library.tissues_page().splitlines() if row.startswith("| ") and "---" not in row]
    tissues = {row.name for row in library_table()}
    assert len(rows) == len(library_table()) + len(tissues)  # values, and the heads of the tables
    assert all(f"(`{name}`)" in library.devices_page() for name in device_names())


def test_a_link_out_of_the_documents_leads_to_the_page_that_stands_for_it(of):
    turned = of("docsite.links").turned
    assert (
        turned("[x](../../scenarios) `[y](z)`", "docs/howto/mesh.md", "howto/mesh.md") == "[x](../gallery.md) `[y](z)`"
    )
    assert turned("![p](docs/images/a.png)", "README.md", "index.md") == "![p](images/a.png)"
    assert turned("[tool](../tools/setup_env.py)", "docs/design.md", "design.md") == "tool"


def test_every_target_that_a_page_stands_for_exists(of):
    assert all((ROOT / target).exists() for target in of("docsite.links").STANDS_FOR)


def test_every_equation_of_the_documents_can_be_drawn_in_the_colour_of_the_text(of):
    equations = of("docsite.equations")
    texts = [file.read_text(encoding="utf-8") for file in sorted((ROOT / "docs").glob("*.md"))]
    shown = [
        block for text in texts for block in re.findall(r"^```math\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
    ]
    assert len(shown) >= 4
    for block in shown:
        html = equations.formatted(block)
        assert html.count("<svg") == len(block.strip().splitlines())
        assert "currentColor" in html
        assert not re.search(r'(?:href|src)="(?!#)', html)


def test_a_state_diagram_becomes_a_table_of_its_transitions(of):
    text = "```mermaid\nstateDiagram-v2\n    [*] --> on_course\n    on_course --> [*]: the end\n```\n"
    table = of("docsite.diagrams").tables_for_diagrams(text)
    assert "| *start* | on course | at once |" in table
    assert "| on course | *end* | the end |" in table
    page = (ROOT / "docs/generators.md").read_text(encoding="utf-8")
    assert "mermaid" not in of("docsite.diagrams").tables_for_diagrams(page)


def test_a_line_that_is_no_transition_is_told(of):
    with pytest.raises(ValueError, match="'a -> b': must be 'state --> state: when'"):
        of("docsite.diagrams").tables_for_diagrams("```mermaid\nstateDiagram-v2\n a -> b\n```")


def test_a_site_that_asks_for_something_elsewhere_or_missing_is_told(of, tmp_path):
    (tmp_path / "index.html").write_text(
        '<script src="https://x.org/a.js"></script><img src="there.png"><img src="gone.png"><a href="https://x.org">',
        encoding="utf-8",
    )
    (tmp_path / "a.css").write_text("b { background: url(//x.org/f.woff) }", encoding="utf-8")
    (tmp_path / "there.png").touch()
    assert list(of("check_site").problems(tmp_path)) == [
        "index.html: https://x.org/a.js: is fetched from elsewhere: must be within the site",
        "index.html: gone.png: is not there",
        "a.css: //x.org/f.woff: is fetched from elsewhere: must be within the site",
    ]


def test_the_gallery_has_every_shipped_scenario_and_what_was_kept_is_of_its_present_form(of):
    record = of("docsite.gallery").read_record(ROOT / "docs/gallery")
    page = of("docsite.gallery").gallery_page(ROOT / "scenarios", record)
    files = {file.stem: file for file in (ROOT / "scenarios").glob("*.yaml")}
    assert set(record) == set(files), "run tools/make_gallery.py for those that are missing"
    assert {file.stem for file in (ROOT / "docs/gallery").glob("*.png")} == set(record)
    for name, file in files.items():
        assert f"`scenarios/{file.name}`" in page
        assert f"(gallery/{name}.png)" in page
    for name, kept in record.items():
        assert kept["scenario"] == of("make_gallery").fingerprint(files[name]), (
            f"run tools/make_gallery.py {name} again"
        )
        assert kept["status"] == "complete"
        assert (ROOT / f"docs/gallery/{name}.png").stat().st_size < 150_000


def test_a_scenario_that_was_not_run_is_shown_without_numbers(of):
    page = of("docsite.gallery").gallery_page(ROOT / "scenarios", {})
    assert page.count("which was not run for this page yet.") == len(list((ROOT / "scenarios").glob("*.yaml")))
