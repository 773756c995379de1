# %% [markdown]
# # A sweep, and how likely the margin is
#
# Nobody knows exactly where the needle will end up, how far the branch is from the nodule, and how well the liver is
# perfused. So *what is the margin?* becomes *how likely is a margin of 5 mm?* This is
# `docs/notebooks/margin_study.yaml`: the quick look's nodule, 32 draws of placement, distance and perfusion, each at
# two powers, 64 runs on a coarse mesh.
#
# ```sh
# ablasim sweep docs/notebooks/margin_study.yaml
# ablasim results results/margin_study --csv docs/notebooks/margin_study.csv
# ```
#
# The sweep takes some minutes on two cores, so its table is shipped beside this notebook. With the sweep's folder at
# hand, the first line would be `pandas.read_parquet("results/margin_study/table.parquet")`.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

table = pd.read_csv("docs/notebooks/margin_study.csv")
print(table["status"].value_counts().to_string())
table[["power_w", "placement_mm", "distance_mm", "perfusion_factor", "margin.minimum_mm"]].describe().round(2)

# %% [markdown]
# Points of the design that cannot be stay in the table with the status `invalid`, and a case that failed is `failed`:
# whoever leaves such rows out must say so. Only runs that are done count below.

# %%
done = table[table["status"] == "done"]
margin = done["margin.minimum_mm"]


def wilson(n_good, n, z=1.96):
    """Share and its 95 % interval, by Wilson: right for few runs and for shares near 0 and 1."""
    share, scale = n_good / n, 1 + z**2 / n
    centre = (share + z**2 / (2 * n)) / scale
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / scale
    return share, centre - half, centre + half


for power_w, group in done.groupby("power_w"):
    for asked_mm in (0, 5):
        share, low, high = wilson(int((group["margin.minimum_mm"] >= asked_mm).sum()), len(group))
        runs = f"{share:.0%} of {len(group)} runs ({low:.0%} to {high:.0%})"
        print(f"{power_w:.0f} W: margin of at least {asked_mm} mm in {runs}")

# %% [markdown]
# The interval holds what so few draws leave open. It does not hold that the distributions were chosen to teach, nor
# what damage models and meshes leave open.

# %%
figure, axes = plt.subplots(figsize=(6.5, 3.5), layout="constrained")
for (power_w, group), style in zip(done.groupby("power_w"), ("-", "--"), strict=True):
    ordered = np.sort(group["margin.minimum_mm"])
    axes.step(ordered, 1 - np.arange(len(ordered)) / len(ordered), style, where="post", label=f"{power_w:.0f} W")
axes.axvline(5, color="0.5", linewidth=1)
axes.set(xlabel="margin, mm", ylabel="share of runs with at least that margin", ylim=(0, 1.02))
axes.legend()
plt.show()

# %% [markdown]
# ## What it hangs on
#
# Rank correlations with the smallest margin: plain, robust, and enough for a first look. `distance_mm` is that of the
# branch, `placement_mm` how far the needle is off towards it.

# %%
inputs = ["power_w", "placement_mm", "distance_mm", "perfusion_factor"]
ranks = done[[*inputs, "margin.minimum_mm"]].rank().corr()["margin.minimum_mm"].drop("margin.minimum_mm")
ranks.round(2).rename("rank correlation").to_frame()

# %%
figure, axes = plt.subplots(figsize=(6.5, 3.5), layout="constrained")
shown = axes.scatter(
    done["placement_mm"], margin, c=done["distance_mm"], cmap="viridis", s=np.where(done["power_w"] > 20, 45, 18)
)
figure.colorbar(shown, label="from nodule to branch, mm")
axes.axhline(5, color="0.5", linewidth=1)
axes.set(xlabel="needle off its place, towards the branch, mm", ylabel="smallest margin, mm")
plt.show()

# %% [markdown]
# Large points are the higher power. A needle that is off its place costs margin on the side that it leaves, whichever
# that is: the relation bends, which a rank correlation does not see. [Studies](../study.md) says how to set up one of
# your own.
