# %% [markdown]
# # A first simulation
#
# A nodule of 10 mm lies 3 mm from a portal branch of 4 mm. One cooled electrode, 20 W for 6 minutes: is there a
# margin of 5 mm all round, also on the side of the branch? The mesh is coarse; this is for trying things out, not for
# the last digit.
#
# Start it in the root of a checkout. For research and teaching only, not for clinical decisions.

# %%
import matplotlib.pyplot as plt
import numpy as np

import ablasim

scenario = ablasim.load_scenario("scenarios/rfa_quick_look.yaml")
print(scenario.title)

# %% [markdown]
# A scenario is checked when it is loaded and never changes afterwards. Running it takes half a minute on one core:
# the run itself, and two twins on the same mesh, one without the branch and one in which its blood stands still.

# %%
result = ablasim.run(scenario)
print(f"complete: {result.is_complete}, {result.summary['mesh']['n_points']} mesh points")

# %% [markdown]
# ## The answer
#
# `result.summary` has every headline number; the unit is in its name.

# %%
zone, margin, heat_sink = (result.summary[key] for key in ("zone", "margin", "heat_sink"))
print(f"ablation zone      {zone['volume_ml']:5.1f} ml")
print(f"smallest margin    {margin['minimum_mm']:5.1f} mm, class {margin['class']}, near {margin['nearest_vessel']}")
print(f"without the branch {margin['minimum_mm'] + heat_sink['margin_loss_mm']:5.1f} mm")
print(
    f"other damage models: {min(z['minimum_margin_mm'] for z in zone['by_damage_model'].values()):.1f} to "
    f"{max(z['minimum_margin_mm'] for z in zone['by_damage_model'].values()):.1f} mm"
)

# %% [markdown]
# No: on the side of the branch the margin is below 5 mm; without it, it would not be. What damage model one believes
# matters as much.
#
# ## The course

# %%
history = result.history()
figure, (above, below) = plt.subplots(2, 1, figsize=(6.5, 4.5), sharex=True, layout="constrained")
minutes = history["time_s"] / 60
above.plot(minutes, history["impedance_ohm"], color="tab:blue")
above.set_ylabel("impedance, Ω")
below.plot(minutes, history["max_temperature_c"], color="tab:red")
below.set(xlabel="time, min", ylabel="highest temperature, °C")
plt.show()

# %% [markdown]
# Warm tissue conducts better, so impedance falls. After the power is off the run goes on until all tissue is below 43
# °C, because damage goes on.
#
# ## Along the line to the branch
#
# Temperatures at the end of power, along x, from the electrode through the nodule's edge (5 mm) to the branch's wall
# (8 mm). The line is read from the mesh's nearest points.

# %%
points = 1e3 * result.case.mesh.points  # mm
temperature = result.actual.temperature_end_of_power - 273.15
near = (np.hypot(points[:, 1], points[:, 2]) < 1.2) & (np.abs(points[:, 0]) < 20) & (np.abs(points[:, 0]) > 0.75)
order = np.argsort(points[near, 0])
figure, axes = plt.subplots(figsize=(6.5, 3), layout="constrained")
axes.plot(points[near, 0][order], temperature[near][order], ".", color="tab:red")
axes.axvspan(8, 12, color="tab:blue", alpha=0.2, label="branch")
axes.axvspan(-5, 5, color="tab:grey", alpha=0.2, label="nodule")
axes.set(xlabel="x, mm", ylabel="temperature, °C")
axes.legend()
plt.show()

# %% [markdown]
# The side of the branch is colder at the same distance. [The heat sink by distance](heat_sink_by_distance.ipynb)
# moves it away.
