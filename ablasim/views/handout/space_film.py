"""Pictures of a film in space: tumour, vessels and applicators, and the zone as it grows, with its twin as a ghost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from PIL import Image

from ablasim.views.frame import only_errors_of_vtk, scale_bar, unit
from ablasim.views.handout.bodies import tumour_with_margin
from ablasim.views.handout.plane_film import image_of
from ablasim.views.handout.replay import Moment, Replay
from ablasim.views.handout.times import DISCLAIMER, clock_words
from ablasim.views.handout.viewpoints import viewpoints
from ablasim.views.publish import shapes_of
from ablasim.views.shapes import TUMOUR_COLOUR, ZONE_COLOUR, surface_mesh
from ablasim.views.staging import add_bodies, add_mesh, add_plates, legend_of

GHOST_COLOUR = "#5B2A86"
PIXELS = 560
SIZE_INCHES, DOTS = (6.6, 7.2), 90


class SpaceFilm:
    """A film in space, seen from the front.

    Parameters
    ----------
    replay : Replay
        The run.
    """

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        end = replay.end()
        self._view = viewpoints(replay, [end.zone, end.twin])[0]
        self._shapes = shapes_of(replay.run.anatomy)
        self._has_twin = end.twin is not None

    def pictures(self, indices: Sequence[int]) -> Iterator[Image.Image]:
        """Pictures of some saved times, all of one size."""
        import pyvista as pv

        with only_errors_of_vtk():
            plotter = pv.Plotter(off_screen=True, window_size=[PIXELS, PIXELS], lighting="light kit")
            try:
                self._set_up(plotter)
                for index in indices:
                    moment = self.replay.moment(index)
                    actors = self._add_changing(plotter, moment)
                    seen = np.array(plotter.screenshot(return_img=True))
                    for actor in actors:
                        plotter.remove_actor(actor, render=False)
                    yield self._framed(seen, moment)
            finally:
                plotter.close()

    def _set_up(self, plotter: Any) -> None:
        plotter.set_background("white")
        tumour, _ = tumour_with_margin(self.replay)
        if tumour is not None:
            add_mesh(plotter, surface_mesh(tumour), TUMOUR_COLOUR, smooth=True)
        add_bodies(plotter, self._shapes["vessels"], ())
        add_plates(plotter, list(self.replay.run.anatomy.plates.values()), opacity=0.2)
        plotter.enable_parallel_projection()
        plotter.enable_anti_aliasing("ssaa")
        plotter.enable_depth_peeling(number_of_peels=4)
        centre, towards, up = (np.array(self._view[key]) for key in ("centre", "towards", "up"))
        half = self._view["half"]
        plotter.camera_position = [centre + 10.0 * half * unit(towards), centre, unit(up)]
        plotter.camera.parallel_scale = half

    def _add_changing(self, plotter: Any, moment: Moment) -> list[Any]:
        before = set(plotter.actors)
        add_bodies(plotter, (), [needle for needle in self._shapes["needles"] if needle.name not in moment.out])
        for surface, colour, opacity in ((moment.zone, ZONE_COLOUR, 0.5), (moment.twin, GHOST_COLOUR, 0.25)):
            if surface is not None and len(surface.triangles):
                add_mesh(plotter, surface_mesh(surface), colour, opacity=opacity, smooth=True)
        plotter.reset_camera_clipping_range()
        return [name for name in plotter.actors if name not in before]

    def _framed(self, seen: Any, moment: Moment) -> Image.Image:
        figure = Figure(figsize=SIZE_INCHES, dpi=DOTS)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.02, 0.13, 0.96, 0.81))
        axes.imshow(seen)
        axes.set_xticks([])
        axes.set_yticks([])
        scale_bar(axes, PIXELS, self._view["half"])
        volume = "" if moment.zone_ml is None else f"  zone {moment.zone_ml:5.1f} ml"
        axes.set_title(f"{clock_words(moment.time_s):>10}{volume}", fontsize=12, family="DejaVu Sans Mono")
        legend = [(ZONE_COLOUR, "zone so far"), *([(GHOST_COLOUR, "without vessels")] if self._has_twin else [])]
        legend += [] if self.replay.run.anatomy.tumour is None else [(TUMOUR_COLOUR, "tumour")]
        legend += legend_of(
            self._shapes["vessels"], self._shapes["needles"], list(self.replay.run.anatomy.plates.values())
        )
        handles = [Patch(facecolor=colour, edgecolor="0.4", label=label) for colour, label in legend]
        figure.legend(
            handles=handles, loc="lower center", ncols=3, frameon=False, fontsize=8.5, bbox_to_anchor=(0.5, 0.03)
        )
        figure.text(0.5, 0.012, DISCLAIMER, ha="center", fontsize=8, color="0.3")
        return image_of(figure)
