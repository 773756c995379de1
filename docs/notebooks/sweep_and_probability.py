# %% [markdown]
# # A sweep, and how likely the margin is
#
# Two of the shipped studies, both of the demo: a metastasis of 20 mm, one cooled electrode for 12 minutes, a hepatic
# vein of 6 mm. The first varies what one may choose or find: the vein's distance and the power. The second varies
# what nobody knows beforehand: where the needle really ends up.
#
# ```sh
# ablasim sweep studies/vessel_distance_power.yaml
# ablasim sweep studies/placement_error.yaml
# ablasim results results/placement_error --columns towards_vein_mm,status,margin.minimum_mm --csv placement.csv
# ```
#
# Each takes some minutes on two cores, so some columns of their tables are shipped beside this notebook, as `ablasim
# results` writes them. With the folder of a study at hand,
# `pandas.read_parquet("results/placement_error/table.parquet")` has them all.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

sweep = pd.read_csv("docs/notebooks/vessel_distance_power.csv")
print(sweep["status"].value_counts().to_string())
margins = sweep.pivot(index="power_w", columns="distance_mm", values="margin.minimum_mm")
margins.round(1)

# %% [markdown]
# Smallest margin in mm, over the power (rows) and the distance from the tumour to the vein's wall (columns). Points
# of a design that cannot be stay in the table with the status `invalid`, cases that failed as `failed`: whoever
# leaves rows out must say so. Here all are `done`.

# %%
figure, axes = plt.subplots(figsize=(6.5, 3.8), layout="constrained")
shown = axes.contourf(margins.columns, margins.index, margins, levels=np.arange(-3, 8), cmap="viridis")
lines = axes.contour(margins.columns, margins.index, margins, levels=[0, 5], colors="white", linewidths=1.5)
axes.clabel(lines, fmt="%g mm")
axes.plot(sweep["distance_mm"], sweep["power_w"], "k.", markersize=4)
axes.set(xlabel="from the tumour to the vein's wall, mm", ylabel="power, W")
figure.colorbar(shown, label="smallest margin, mm")
plt.show()

# %% [markdown]
# Dots are runs, on coarse meshes; between them the map is linear and nothing more. With the vein within 6 mm of the
# tumour none of these powers reaches 5 mm; with the vein 10 mm away 29 W do.
#
# ## How likely is it?
#
# The second study: 32 placements drawn from normal distributions of 2 mm along each axis, cut at 6 mm. That size is
# chosen for the example; take that of your own guidance.

# %%
placement = pd.read_csv("docs/notebooks/placement_error.csv")
done = placement[placement["status"] == "done"]
margin = done["margin.minimum_mm"]


def wilson(n_good, n, z=1.96):
    """Share and its 95 % interval, by Wilson: right for few runs and for shares of 0 and 1."""
    share, scale = n_good / n, 1 + z**2 / n
    centre = (share + z**2 / (2 * n)) / scale
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / scale
    return share, max(centre - half, 0.0), min(centre + half, 1.0)


for asked_mm in (0, 1, 2, 5):
    share, low, high = wilson(int((margin >= asked_mm).sum()), len(done))
    print(f"at least {asked_mm} mm: {share:4.0%} of {len(done)} runs, 95 % interval {low:.0%} to {high:.0%}")

# %% [markdown]
# No run of 32 left living tumour, and none reached 5 mm. That does not make the first certain or the second
# impossible: the interval says what so few runs leave open. It does not hold what damage models, tissue values and
# the mesh leave open.

# %%
figure, axes = plt.subplots(figsize=(6.5, 3.2), layout="constrained")
ordered = np.sort(margin)
axes.step(ordered, 1 - np.arange(len(ordered)) / len(ordered), where="post", color="tab:blue")
axes.set(xlabel="margin, mm", ylabel="share of runs with\nat least that margin", xlim=(0, 3), ylim=(0, 1.02))
plt.show()

# %% [markdown]
# ## What it hangs on
#
# Rank correlations with the smallest margin: plain, robust, and enough for a first look.

# %%
inputs = ["towards_vein_mm", "sideways_mm", "along_needle_mm"]
ranks = done[[*inputs, "margin.minimum_mm"]].rank().corr()["margin.minimum_mm"].drop("margin.minimum_mm")
ranks.round(2).rename("rank correlation").to_frame()

# %%
figure, axes = plt.subplots(figsize=(6.5, 3.2), layout="constrained")
shown = axes.scatter(done["towards_vein_mm"], margin, c=np.abs(done["sideways_mm"]), cmap="viridis")
figure.colorbar(shown, label="off sideways, mm")
axes.set(xlabel="needle off its place, towards the vein, mm", ylabel="smallest margin, mm")
plt.show()

# %% [markdown]
# A needle nearer to the vein heats the tissue before its wall better, and the margin there grows until it falls on
# the other side: the relation bends, which a rank correlation does not see. [Studies](../study.md) says how to set up
# one of your own.
