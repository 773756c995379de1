"""The page: sliders, scene, numbers and lessons. Thin: whatever it shows is made by `ablasim.app.session`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trame.ui.vuetify3 import VAppLayout
from trame.widgets import client, html
from trame.widgets import vtk as vtk_widgets
from trame.widgets import vuetify3 as v3

from ablasim.app import shapes
from ablasim.app.modalities import MODALITIES
from ablasim.app.session import Session
from ablasim.app.settings import DIAMETER, GAP, SPEED, TUMOUR, Range
from ablasim.views.margin_scene import MARGIN_CLASSES
from ablasim.views.planes import HEAT_COLOURS

STYLE, SCRIPT = ((Path(__file__).parent / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
CANNOT_DRAW = (
    "This browser cannot draw the scene, since WebGL is off. The numbers hold all the same. Turn on hardware "
    "acceleration in its settings, or try another browser."
)
NOTICE = "For research and teaching only, not for clinical decisions."


def _said(**attributes: str) -> dict[str, list[str]]:
    """Attributes that trame does not know, as an element's keyword; one that begins with ``bind_`` is an expression."""
    written = []
    for name, value in attributes.items():
        bound = name.startswith("bind_")
        key = name.removeprefix("bind_").replace("_", "-")
        written.append(f'{":" if bound else ""}{key}="{value}"')
    return {"raw_attrs": written}


def build_page(server: Any, session: Session) -> None:
    """Lay out the page of a window."""
    server.state.trame__title = "ablasim: the heat sink"
    with VAppLayout(server, theme=("dark ? 'dark' : 'light'",)) as layout:
        client.Style(STYLE)
        client.Script(SCRIPT)
        with html.Main(classes="page"):
            _head()
            with html.Section(classes="controls", **_said(aria_label="Settings")):
                _sliders()
                _compute(session)
            with html.Section(classes="view", **_said(aria_label="Scene")):
                _view(server, session)
                _time()
            with html.Section(classes="results", **_said(aria_label="Results")):
                _numbers()
                _lessons()
        html.Footer(NOTICE, classes="notice")
    layout.flush_content()


def _head() -> None:
    with html.Header(classes="head"):
        html.H1("What a vein takes from an ablation")
        with v3.VBtnToggle(
            v_model=("modality",),
            mandatory=True,
            density="comfortable",
            color="primary",
            variant="outlined",
            **_said(aria_label="Modality"),
        ):
            for name, modality in MODALITIES.items():
                v3.VBtn(modality.title, value=name, **_said(data_test=f"modality-{name}"))
        v3.VBtn("{{ dark ? 'Light' : 'Dark' }}", click="dark = !dark", variant="outlined", **_said(data_test="theme"))


def _slider(name: str, label: str, span: Range, note: str = "", **more: Any) -> None:
    with html.Div(classes="slider"):
        _slider_label(label, f"{{{{ {name} }}}} {span.unit}", name)
        _bare_slider(name, (span.low, span.high, span.step), f"{label}, {span.unit}", **more)
        if note:
            html.Small(note, classes="hint")


def _slider_label(label: str, value: str, name: str) -> None:
    with html.Div(classes="slider-label"):
        html.Span(label)
        html.Strong(value, **_said(data_test=f"value-{name}"))


def _bare_slider(name: str, ends: tuple[Any, Any, Any], label: Any, **more: Any) -> None:
    """A slider; its label is what a screen reader says of it."""
    v3.VSlider(
        name=label,
        v_model_number=(name,),
        min=ends[0],
        max=ends[1],
        step=ends[2],
        hide_details=True,
        density="compact",
        color="primary",
        **_said(data_test=f"slider-{name}"),
        **more,
    )


def _sliders() -> None:
    html.H2("Set")
    near = "{{ numbers.to_tumour }} from the tumour's edge to the vein's wall"
    still = "{{ ranges.speed.matters ? '' : 'Speed does not change the field of pulses.' }}"
    _slider("gap_mm", "Vein: wall to applicator's axis", GAP, near)
    _slider("diameter_mm", "Vein: diameter", DIAMETER)
    _slider("speed_mm_s", "Vein: speed of the blood", SPEED, still, disabled=("!ranges.speed.matters",))
    with html.Div(classes="slider"):
        _slider_label("{{ ranges.power.name }}", "{{ power }} {{ ranges.power.unit }}", "power")
        ends = ("ranges.power.low",), ("ranges.power.high",), ("ranges.power.step",)
        _bare_slider("power", ends, ("ranges.power.name + ', ' + ranges.power.unit",))
    _slider("tumour_mm", "Tumour: diameter", TUMOUR)


def _compute(session: Session) -> None:
    with html.Div(classes="compute"):
        v3.VBtn(
            "Compute this one",
            click=session.compute,
            v_if=("!computing",),
            color="primary",
            block=True,
            disabled=("is_computed",),
            **_said(data_test="compute"),
        )
        with html.Div(v_if=("computing",)):
            v3.VProgressLinear(
                model_value=("progress",),
                indeterminate=("!progress",),
                height=18,
                color="primary",
                **_said(aria_label="Progress of the solver"),
            )
            v3.VBtn(
                "Cancel ({{ progress ? progress + ' %' : 'making the mesh' }})",
                click=session.cancel,
                variant="outlined",
                block=True,
                **_said(data_test="cancel"),
            )
        html.P("{{ origin }}", classes="hint", **_said(data_test="origin"))
        html.P("{{ message }}", v_if=("message",), classes="message", **_said(role="status", data_test="message"))


class _View(vtk_widgets.VtkLocalView):  # type: ignore[misc]  # trame has no types
    """The scene in the browser; its own `update` sends all bodies again beside those that have changed."""

    def __init__(self, window: Any, **look: Any) -> None:
        super().__init__(window, **look)
        self._window = window

    def renew(self) -> None:
        """Put the whole scene where a window that opens finds it: what lies there may be long forgotten."""
        with self.server.state:
            self.update()

    def send_changes(self) -> None:
        """Send the bodies that have changed."""
        if self.server.protocol:
            self.server.protocol.publish("trame.vtk.delta", self._helper.scene(self._window, widgets=[]))


def _view(server: Any, session: Session) -> None:
    with html.Div(classes="scene", **_said(role="img", bind_aria_label="numbers.scene_words")):
        window = session.scene.plotter.render_window
        view = _View(window, ref="scene", interactor_settings=("interactor_settings", ORBIT))
        session.push, session.push_camera, session.renew = view.send_changes, view.push_camera, view.renew
        server.controller.on_client_connected.add(view.update)
    _legend()
    html.P(CANNOT_DRAW, v_if=("!can_draw",), classes="cannot-draw", **_said(role="alert", data_test="cannot-draw"))
    with html.Div(classes="view-bar"):
        with v3.VBtnToggle(
            v_model=("show",), multiple=True, density="compact", variant="outlined", **_said(aria_label="Show")
        ):
            for name, words in SHOWN.items():
                v3.VBtn(words, value=name, size="small", **_said(data_test=f"show-{name}"))
        for name, words in VIEWS.items():
            v3.VBtn(
                words,
                click=(session.look, f"['{name}']"),
                size="small",
                variant="text",
                **_said(data_test=f"view-{name}"),
            )


def _legend() -> None:
    with html.Div(classes="legend", **_said(aria_hidden="true")):
        for colour, words in (
            (shapes.ZONE, "ablation zone"),
            (shapes.GHOST, "zone without the vein"),
            (shapes.LOST, "lost to the vein, in the plane"),
            (shapes.VESSEL, "vein"),
            (shapes.ACTIVE, "applicator, active part"),
        ):
            _swatch(colour, words)
        html.Div("margin on the tumour", classes="legend-title")
        for colour, words in MARGIN_CLASSES:
            _swatch(colour, words.split(":")[0])
        html.Div("temperature in the plane", classes="legend-title")
        html.Div(classes="heat", style=f"background: linear-gradient(to right, {', '.join(HEAT_COLOURS)})")
        with html.Div(classes="heat-ends"):
            html.Span(f"{shapes.COLDEST_SHOWN_C:.0f} °C")
            html.Span(f"{shapes.HOTTEST_SHOWN_C:.0f} °C")


ORBIT = [
    {"button": 1, "action": "Rotate"},
    {"button": 2, "action": "Pan"},
    {"button": 3, "action": "Zoom", "scrollEnabled": True},
    {"button": 1, "action": "Pan", "shift": True},
    {"button": 1, "action": "Zoom", "alt": True},
]
SHOWN = {"zone": "Zone", "ghost": "Without vein", "plane": "Cut open", "tumour": "Tumour", "vessel": "Vein"}
VIEWS = {"front": "Front", "oblique": "Oblique", "above": "From above"}


def _swatch(colour: str, words: str) -> None:
    with html.Div(classes="swatch"):
        html.Span(style=f"background: {colour}", classes="patch")
        html.Span(words)


def _time() -> None:
    with html.Div(classes="time"):
        v3.VBtn(
            "{{ playing ? 'Pause' : 'Play' }}",
            click="playing = !playing",
            color="primary",
            size="small",
            **_said(data_test="play"),
        )
        ends = ("ranges.time.low",), ("ranges.time.high",), ("ranges.time.step",)
        _bare_slider("time_s", ends, "Time since the treatment began, s")
        html.Strong("{{ numbers.clock }}", classes="clock", **_said(data_test="clock"))


FOUND = (
    ("where it is", "place"),
    ("margin without the vein", "twin_margin"),
    ("margin taken by the vein", "margin_lost"),
    ("zone", "volume"),
    ("zone without the vein", "twin_volume"),
    ("zone lost to the vein", "loss"),
    ("heat the vein carries away", "removed"),
    ("heat delivered", "delivered"),
    ("hottest place", "hottest"),
)


def _numbers() -> None:
    html.H2("Find")
    with html.Div(classes="numbers", **_said(aria_live="polite")):
        with html.Div(classes="headline"):
            html.Span("Smallest margin")
            html.Strong("{{ numbers.margin }}", **_said(data_test="margin"))
            html.Span("{{ numbers.class }}", classes="class", **_said(data_test="class"))
        with html.Div(classes="shares", **_said(role="img", bind_aria_label="numbers.shares_words")):
            html.Div(
                "{{ share >= 12 ? share + ' %' : '' }}",
                v_for=("(share, k) in numbers.shares",),
                key=("k",),
                classes=("'share share-' + k",),
                style=("{ width: share + '%' }",),
            )
        with html.Table(), html.Tbody():
            for words, name in FOUND:
                with html.Tr():
                    html.Td(words)
                    html.Td(f"{{{{ numbers.{name} }}}}", **_said(data_test=name))
    html.Span("{{ answer }}", classes="unseen", **_said(data_test="answer", aria_hidden="true"))


def _lessons() -> None:
    html.H2("Learn")
    with html.Div(classes="lessons"):
        with v3.VBtnToggle(
            v_model=("lesson",), density="compact", variant="outlined", color="primary", **_said(aria_label="Lessons")
        ):
            v3.VBtn(
                "{{ i + 1 }}",
                v_for=("(each, i) in lessons",),
                key=("i",),
                value=("i",),
                size="small",
                **_said(bind_aria_label="'Lesson ' + (i + 1) + ': ' + each.title", bind_data_test="'lesson-' + i"),
            )
        with html.Article(v_if=("lesson >= 0 && lessons[lesson]",), **_said(data_test="lesson")):
            html.H3("{{ lessons[lesson].title }}")
            html.P("{{ words }}", v_for=("(words, k) in lessons[lesson].paragraphs",), key=("k",))
            html.P("Try: {{ lessons[lesson].question }}", classes="question")
        with html.Div(v_if=("!(lesson >= 0)",), classes="hint"):
            html.P("Five short lessons: each sets the sliders and asks a question.")
            with html.Ol():
                html.Li("{{ each.title }}", v_for=("(each, i) in lessons",), key=("i",))
