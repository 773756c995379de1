# %% [markdown]
# # The heat sink by distance
#
# How far from the nodule must a vessel be, not to matter any more? The quick look's portal branch is moved away, run
# by run. Each run has its twin without the branch on the same mesh, so the difference is physics, not meshing.

# %%
import matplotlib.pyplot as plt
import pandas as pd

import ablasim

GAPS_MM = [
    1,
    3,
    6,
    10,
]  # from the nodule's surface to the branch's wall; the nodule's radius is 5 mm, the branch's 2 mm
COARSE = {
    "numerics.mesh": {"needle_mm": 0.8, "vessel_mm": 2, "tumour_mm": 2, "shell_mm": 2.5, "far_mm": 14, "growth": 0.45},
    "damage.models": ["cem43_240"],
    "heat_sink.twins": ["no_vessel"],
}


def case(gap_mm):
    x = 5 + gap_mm + 2
    return ablasim.load_scenario(
        "scenarios/rfa_quick_look.yaml",
        COARSE | {"vessels.portal_branch.points_mm": [[x, 0, -60], [x, 0, 60]]},
    )


# %%
rows = []
for gap_mm in GAPS_MM:
    summary = ablasim.run(case(gap_mm)).summary
    branch = summary["heat_sink"]["vessels"]["portal_branch"]
    rows.append(
        {
            "gap_mm": gap_mm,
            "minimum_margin_mm": summary["margin"]["minimum_mm"],
            "margin_loss_mm": summary["heat_sink"]["margin_loss_mm"],
            "volume_loss_percent": summary["heat_sink"]["volume_loss_percent"],
            "power_removed_end_w": branch["power_removed_end_w"],
        }
    )
table = pd.DataFrame(rows).set_index("gap_mm")
table.round(1)

# %% [markdown]
# The branch takes less power the farther away it is, and the margin that it costs falls to nothing much sooner than
# that: what counts is whether the cold wall lies within the reach of the zone.

# %%
figure, axes = plt.subplots(figsize=(6.5, 3.5), layout="constrained")
axes.plot(table.index, table["minimum_margin_mm"], "o-", color="tab:blue", label="with the branch")
axes.plot(
    table.index, table["minimum_margin_mm"] + table["margin_loss_mm"], "s--", color="tab:orange", label="without it"
)
axes.axhline(5, color="0.5", linewidth=1)
axes.set(xlabel="from the nodule to the branch's wall, mm", ylabel="smallest margin, mm", xlim=(0, None))
axes.legend()
plt.show()

# %% [markdown]
# The grey line is the margin asked for, 5 mm. These meshes are very coarse: a margin of the same case scatters by a
# tenth of a millimetre or two from mesh to mesh. `ablasim sink-reach` does the same search on the mesh of the
# scenario, and [the page on vessels](../vessels.md#how-far-a-vein-reaches) has the answer for veins of 2 to 10 mm
# beside the demo.
