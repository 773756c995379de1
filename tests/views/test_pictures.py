import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import rgb_to_hsv, to_rgb
from matplotlib.figure import Figure
from matplotlib.image import imread

from ablasim.views import frame, margin_plots, outline, planes, plots
from ablasim.views.cut import cut_mesh, cut_surface, plane_through
from ablasim.views.margin_plots import Course, coverage_plot, margin_map
from ablasim.views.margin_scene import MARGIN_CLASSES
from ablasim.views.plane_drawing import draw_bodies, label_axes
from ablasim.views.planes import temperature_plane_picture
from ablasim.views.plots import history_plot, present
from ablasim.views.scenes import geometry_picture, margin_picture, zone_picture
from ablasim.views.shapes import NeedleShape, VesselShape
from ablasim.views.staging import front, runs_through


@pytest.fixture(autouse=True)
def small_pictures(monkeypatch):
    monkeypatch.setattr(frame, "PIXELS", (240, 240))
    monkeypatch.setattr(frame, "DPI", 60)


def assert_is_a_picture(path):
    image = imread(path)[..., :3]
    assert min(image.shape[:2]) > 200
    assert len(np.unique((image.reshape(-1, 3) * 255).astype(int), axis=0)) > 50


def share_of_hue(path, colour):
    """Share of the picture with this colour's hue, whatever its shading; legend patches are below 0.2 %."""
    hue = rgb_to_hsv(to_rgb(colour))[0]
    pixels = rgb_to_hsv(imread(path)[..., :3])
    return np.mean((np.abs(pixels[..., 0] - hue) < 0.03) & (pixels[..., 1] > 0.3))


def test_the_zone_is_drawn_with_tumour_vessel_and_needle(tmp_path, zone, tumour, vessels, needles):
    zone_picture(tmp_path / "a.png", zone=zone, tumour=tumour, vessels=vessels, needles=needles)
    assert_is_a_picture(tmp_path / "a.png")


def test_a_run_that_ablates_nothing_still_has_its_picture(tmp_path, tumour, needles):
    nothing = np.zeros((0, 3)), np.zeros((0, 3), dtype=int)
    zone_picture(tmp_path / "a.png", zone=nothing, tumour=tumour, needles=needles)
    assert_is_a_picture(tmp_path / "a.png")


def test_the_margin_is_painted_in_its_classes_alone(tmp_path, tumour):
    points, triangles = tumour
    margin_mm = np.where(points[:, 2] > 0.0, 7.0, 2.0)
    margin_picture(tmp_path / "a.png", points=points, triangles=triangles, margin_mm=margin_mm)
    assert_is_a_picture(tmp_path / "a.png")
    shares = {colour: share_of_hue(tmp_path / "a.png", colour) for colour, _ in MARGIN_CLASSES}
    below_0, to_5, to_10, above_10 = shares.values()
    assert min(to_5, to_10) > 0.02
    assert max(below_0, above_10) < 0.01


def test_a_margin_that_is_nowhere_assessed_is_drawn_in_grey(tmp_path, tumour):
    points, triangles = tumour
    margin_picture(tmp_path / "a.png", points=points, triangles=triangles, margin_mm=np.full(len(points), np.nan))
    assert_is_a_picture(tmp_path / "a.png")


def test_the_set_up_is_drawn_without_a_tumour_too(tmp_path, vessels, needles):
    bounds = ([-0.05] * 3, [0.05] * 3)
    geometry_picture(tmp_path / "a.png", organ_bounds=bounds, vessels=vessels, needles=needles)
    assert_is_a_picture(tmp_path / "a.png")


def test_the_set_up_shows_the_sensors(tmp_path):
    bounds, sensors = ([-0.005] * 3, [0.005] * 3), np.array([[0.0, 0.0, 0.0], [0.002, 0.0, 0.0]])
    for name, points in (("with", sensors), ("without", None)):
        geometry_picture(tmp_path / f"{name}.png", organ_bounds=bounds, sensors=points)
    assert share_of_hue(tmp_path / "with.png", "#F0E442") > 0.005
    assert share_of_hue(tmp_path / "without.png", "#F0E442") == 0.0


def test_the_temperature_plane_shows_lumens_and_survives_points_without_temperature(
    tmp_path, heated_block, tumour, vessels, needles
):
    points, cells, temperature_c, level = heated_block
    in_lumen = np.hypot(points[:, 0] - 0.016, points[:, 1]) < 0.003
    temperature_plane_picture(
        tmp_path / "a.png",
        points=points,
        cells=cells,
        temperature_c=np.where(in_lumen, np.nan, temperature_c),
        level=np.where(in_lumen, np.nan, level),
        origin=(0.0, 0.0, 0.0),
        normal=(0.0, -1.0, 0.0),
        tumour=tumour,
        vessels=vessels,
        needles=needles,
    )
    assert_is_a_picture(tmp_path / "a.png")
    assert share_of_hue(tmp_path / "a.png", "#0072B2") > 0.02


def test_needles_that_are_out_of_the_body_are_outlined_alone():
    left, right = (
        NeedleShape(name, (x, 0.0, -0.01), (0, 0, 1), 1.5e-3, 0.02, (x, 0.0, 0.05), is_out=name == "left")
        for name, x in (("left", -0.01), ("right", 0.01))
    )
    axes, plane = Figure().add_subplot(), plane_through((0.0, 0.0, 0.0), normal=(0, -1, 0), up=(0, 0, 1))
    out, there = draw_bodies(axes, plane, 30.0, (), [right, left])
    assert [out.get_label(), there.get_label()] == ["needles out of the body then", "right"]
    assert (out.get_facecolor()[3], there.get_facecolor()[3]) == (0.0, 1.0)
    assert [drawn.filled for drawn in axes.collections] == [False, True]


def test_a_cold_block_has_a_picture_without_isotherms(tmp_path, heated_block):
    points, cells, _, _ = heated_block
    body = np.full(len(points), 37.0)
    temperature_plane_picture(
        tmp_path / "a.png",
        points=points,
        cells=cells,
        temperature_c=body,
        origin=(0, 0, 0),
        normal=(0, -1, 0),
    )
    assert_is_a_picture(tmp_path / "a.png")


def test_axes_of_a_plane_say_where_they_start_and_where_up_is():
    axes = Figure().add_subplot()
    label_axes(axes, 10.0, "", plane_through((0.0, 0.0, -0.0085), normal=(0, -1, 0), up=(0, 0, 1)))
    assert (axes.get_xlabel(), axes.get_ylabel()) == (
        "across / mm from (0, 0, −8.5) mm",
        "up / mm from (0, 0, −8.5) mm",
    )
    label_axes(axes, 10.0, "", plane_through((0.0, 0.0, 0.0), normal=(0, -1, 0), up=(1, 0, 0)))
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("across / mm", "along (1, 0, 0) / mm")


def test_a_plane_keeps_right_and_up_and_goes_there_and_back():
    plane = plane_through((0.001, 0.0, 0.0), normal=(0.0, -2.0, 0.0), up=(0.0, 0.5, 3.0))
    np.testing.assert_allclose(plane.right, [1, 0, 0], atol=1e-15)
    np.testing.assert_allclose(plane.up, [0, 0, 1], atol=1e-15)
    np.testing.assert_allclose(plane.normal, [0, -1, 0], atol=1e-15)
    flat = np.array([[4.0, 5.0]])
    np.testing.assert_allclose(plane.solid(flat), [[0.005, 0.0, 0.005]])
    np.testing.assert_allclose(plane.flat(plane.solid(flat)), flat)


def test_up_along_the_view_is_refused():
    with pytest.raises(ValueError, match="choose another"):
        plane_through((0, 0, 0), normal=(0, 0, 1), up=(0, 0, 2))


def test_a_cut_keeps_linear_fields_exact(heated_block):
    points, cells, _, _ = heated_block
    plane = plane_through((0.0, 0.0012, 0.0), normal=(0, -1, 0), up=(0, 0, 1))
    cut, values = cut_mesh(plane, points, cells, {"x_mm": 1e3 * points[:, 0], "none": None})
    np.testing.assert_allclose(values["x_mm"], cut.x, atol=1e-4)
    assert set(values) == {"x_mm"}


def test_the_outline_of_a_sphere_is_its_circle(tumour):
    plane = plane_through((0, 0, 0), normal=(0, -1, 0), up=(0, 0, 1))
    outline = np.vstack(cut_surface(plane, tumour))
    np.testing.assert_allclose(np.linalg.norm(outline, axis=1), 10.0, atol=0.15)


def test_the_history_leaves_out_what_is_not_there(tmp_path):
    time_s = np.linspace(0.0, 720.0, 20)
    gap = np.where(time_s < 600.0, 50.0, np.nan)
    history = {"time_s": time_s, "power_w": gap, "impedance_ohm": gap, "hepatic_vein_power_removed_w": gap}
    history_plot(tmp_path / "a.png", history)
    assert_is_a_picture(tmp_path / "a.png")


def test_the_history_marks_where_an_electrode_is_moved(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(Axes, "axvline", lambda _axes, moment, **_: drawn.append(moment))
    history = {"time_s": np.arange(1.0, 6.0), "power_w": np.ones(5), "impedance_ohm": np.ones(5)}
    history_plot(tmp_path / "a.png", history)
    assert drawn == []
    history_plot(tmp_path / "b.png", history | {"in_place": np.array(["left", "left", "", "right", "right"])})
    assert drawn == [2.0, 3.0, 2.0, 3.0]


def test_several_needles_are_seen_side_by_side_if_a_vessel_runs_between_them():
    vein = VesselShape("vein", [[0, 0, -0.05], [0, 0, 0.05]], 0.006)
    pair = [
        NeedleShape(name, (x, 0, -0.01), (0, 0, 1), 0.0015, 0.02, (x, 0, 0.05))
        for name, x in (("a", -0.01), ("b", 0.01))
    ]
    middle = np.zeros(3)
    assert runs_through([vein], pair, middle)
    towards, up = front([vein], pair, middle)
    np.testing.assert_allclose(np.cross(up, towards), [1, 0, 0], atol=1e-12)
    aside = vein._replace(points=[[0, 0.02, -0.05], [0, 0.02, 0.05]])
    assert not runs_through([aside], pair, middle)
    towards, up = front([aside], pair, middle)
    np.testing.assert_allclose(np.cross(up, towards), [0, 1, 0], atol=1e-12)


def test_tines_have_one_entry_for_each_electrode_on_the_map(tmp_path, monkeypatch):
    shown = []
    monkeypatch.setattr(margin_plots, "save", lambda figure, path: shown.append(figure))
    directions = lattice(200)
    tines = [Course("star", [[0, 0, 0.01], [x, y, 0.0]]) for x, y in ((0.02, 0.0), (-0.01, 0.017), (-0.01, -0.017))]
    margin_map(tmp_path / "a.png", centre=[0, 0, 0], points=0.01 * directions, margin_mm=np.full(200, 4.0), tines=tines)
    words = [text.get_text() for text in shown[0].legends[0].get_texts()]
    assert [word for word in words if "star" in word] == ["star: ends of tines"]
    ends = [line.get_xdata()[0] for line in shown[0].axes[0].lines if line.get_marker() == "s"]
    np.testing.assert_allclose(ends, [0.0, 2.102, -2.102], atol=1e-3)


def test_moves_and_events_of_the_generator_are_told_apart(tmp_path, monkeypatch):
    shown = []
    monkeypatch.setattr(plots, "save", lambda figure, path: shown.append(figure))
    history = {
        "time_s": np.arange(4.0),
        "power_w": np.ones(4),
        "in_place": np.array(["left", "left", "right", "right"]),
    }
    history_plot(tmp_path / "a.png", history | {"generator_event": ["roll_off", "", "", "pair_switched:2"]})
    lines = shown[0].axes[0].lines
    styles = {line.get_xdata()[0]: line.get_linestyle() for line in lines if len(set(line.get_xdata())) == 1}
    assert styles == {0.0: ":", 3.0: ":", 1.0: "-."}
    assert "dash-dotted: an electrode is moved" in shown[0].get_suptitle()


def test_curves_keep_off_the_frame(tmp_path, monkeypatch):
    shown = []
    monkeypatch.setattr(plots, "save", lambda figure, path: shown.append(figure))
    time_s = np.linspace(0.0, 100.0, 11)
    columns = {
        "zone_volume_ml": np.linspace(0.0, 30.0, 11),
        "power_w": np.zeros(11),
        "voltage_v": np.linspace(12.0, 13.0, 11),
        "max_temperature_c": 37 + time_s,
    }
    history_plot(tmp_path / "a.png", {"time_s": time_s, **columns})
    for axes in shown[0].axes:
        for line in axes.lines:
            for values, limits in zip(line.get_data(), (axes.get_xlim(), axes.get_ylim()), strict=True):
                assert limits[0] < values.min()
                assert values.max() < limits[1]


def test_temperatures_of_all_runs_have_one_scale(tmp_path, heated_block, monkeypatch):
    shown = []
    monkeypatch.setattr(planes, "save", lambda figure, path: shown.append(figure))
    points, cells, temperature_c, _ = heated_block
    for hottest in (1.0, 2.0):
        field = 37.0 + hottest * (temperature_c - 37.0)
        temperature_plane_picture(
            tmp_path / "a.png", points=points, cells=cells, temperature_c=field, origin=(0, 0, 0), normal=(0, -1, 0)
        )
    mild, hot = (figure.axes[1] for figure in shown)
    assert mild.get_ylim() == hot.get_ylim() == (37.0, 110.0)
    assert "up to" in hot.get_ylabel()
    assert "up to" not in mild.get_ylabel()


def test_lumens_are_drawn_over_what_lies_between_outlines(tmp_path, monkeypatch):
    shown = []
    monkeypatch.setattr(outline, "save", lambda figure, path: shown.append(figure))
    angles = np.linspace(0.0, 2.0 * np.pi, 72, endpoint=False)
    zone = {"angles": angles, "radii_mm": np.full(72, 12.0), "twin_radii_mm": np.full(72, 20.0)}
    vessels = {"vein": (0.0, 16.0)}
    for lumen in (None, lambda angle, radius: np.hypot(radius * np.cos(angle) - 16.0, radius * np.sin(angle)) - 3.0):
        outline.outline_plot(tmp_path / "a.png", **zone, vessels=vessels, lumen=lumen)
    without, drawn = ([text.get_text() for text in figure.axes[0].get_legend().get_texts()] for figure in shown)
    assert drawn == [*without, "lumen: no tissue"]


def test_of_many_sensors_the_hottest_are_drawn(tmp_path):
    history = dict.fromkeys(("time_s", "power_w", "zone_volume_ml"), np.array([0.0, 60.0]))
    history |= {f"s{i}_sensor_c": np.array([37.0, 40.0 + i]) for i in range(14)}
    *_, panel = present(history)
    assert panel.label == "sensors, 12 hottest of 14 / °C"
    assert [label for _, label in panel.columns] == [f"s{i}" for i in range(13, 1, -1)]
    history_plot(tmp_path / "a.png", history)
    assert_is_a_picture(tmp_path / "a.png")


@pytest.mark.parametrize(("count", "lines", "words"), [(3, 3, "roll-off"), (99, 0, "roll-off 99 times")])
def test_events_are_marked_unless_they_are_so_many_that_they_hide_the_curve(count, lines, words, monkeypatch, tmp_path):
    shown = []
    monkeypatch.setattr(plots, "save", lambda figure, path: shown.append(figure))
    events = ["roll_off: 90 Ω"] * count + [""] * (100 - count)
    history_plot(tmp_path / "a.png", {"time_s": np.arange(100.0), "power_w": np.ones(100), "generator_event": events})
    axes = shown[0].axes[0]
    assert len([line for line in axes.lines if len(set(line.get_xdata())) == 1]) == lines
    assert words in [text.get_text() for text in axes.get_legend().get_texts()]


@pytest.mark.parametrize("history", [{"power_w": [1.0, 2.0]}, {"time_s": [0.0, 1.0]}])
def test_a_history_with_nothing_to_plot_is_refused(tmp_path, history):
    with pytest.raises(ValueError, match="time_s"):
        history_plot(tmp_path / "a.png", history)


def lattice(n):
    """Directions spread evenly over the sphere."""
    height = 1.0 - (2.0 * np.arange(n) + 1.0) / n
    turn = np.pi * (3.0 - np.sqrt(5.0)) * np.arange(n)
    return np.column_stack([np.sqrt(1 - height**2) * np.cos(turn), np.sqrt(1 - height**2) * np.sin(turn), height])


def share_of_colour(path, colour):
    """Share of the picture that has this very colour."""
    return np.mean(np.abs(imread(path)[..., :3] - to_rgb(colour)).max(axis=-1) < 0.01)


@pytest.fixture
def sharp_pictures(monkeypatch):
    """So many pixels that the cells of a map are larger."""
    monkeypatch.setattr(frame, "DPI", 130)


@pytest.mark.usefixtures("sharp_pictures")
def test_the_flat_map_gives_each_class_its_share_of_the_area(tmp_path):
    directions = lattice(4000)
    margin = np.where(directions[:, 2] > 0.5, 11.0, np.where(directions[:, 0] > 0, 9.0, 1.0))
    margin_map(tmp_path / "a.png", centre=[0, 0, 0], points=0.01 * directions, margin_mm=margin)
    shares = np.array([share_of_colour(tmp_path / "a.png", colour) for colour, _ in MARGIN_CLASSES])
    # A cap above z = 1/2 is a quarter of the sphere, and half of the rest is on either side of x = 0.
    np.testing.assert_allclose(shares / shares.sum(), [0.0, 0.375, 0.375, 0.25], atol=0.035)  # lines and words on top


@pytest.mark.usefixtures("sharp_pictures")
def test_the_flat_map_marks_vessels_needle_and_minimum_and_leaves_grey_what_is_not_assessed(tmp_path):
    directions = lattice(3000)
    directions = directions[directions[:, 2] < 0.7]
    shapes = {
        "vessels": [Course("vein", [[0.016, 0, -0.05], [0.016, 0, 0.05]]), Course("far", [[0.2, 0, 0], [0.2, 0.1, 0]])],
        "needles": [Course("electrode", [[0.001, 0, -0.015], [0.001, 0, 0.05]])],
    }
    margin_map(
        tmp_path / "a.png",
        centre=[0, 0, 0],
        points=0.01 * directions,
        margin_mm=5.0 - 4.0 * directions[:, 0],
        minimum_at=[0.01, 0, 0],
        **shapes,
    )
    assert_is_a_picture(tmp_path / "a.png")
    assert share_of_colour(tmp_path / "a.png", "#B2182B") > 2e-4
    assert share_of_colour(tmp_path / "a.png", "#D9D9D9") > 0.03


@pytest.mark.usefixtures("sharp_pictures")
def test_a_surface_met_twice_in_one_direction_shows_the_smaller_margin(tmp_path):
    directions = lattice(3000)
    points = np.concatenate([0.01 * directions, 0.02 * directions])
    margin = np.concatenate([np.full(3000, 3.0), np.full(3000, 13.0)])
    margin_map(tmp_path / "a.png", centre=[0, 0, 0], points=points, margin_mm=margin)
    shares = [share_of_colour(tmp_path / "a.png", colour) for colour, _ in MARGIN_CLASSES]
    assert shares[1] > 0.3
    assert shares[3] < 0.02  # the legend's patch


def test_the_coverage_of_the_surface_is_drawn(tmp_path):
    coverage_plot(tmp_path / "a.png", np.linspace(-1, 11, 50), np.linspace(100, 0, 50))
    assert_is_a_picture(tmp_path / "a.png")
