"use strict";
// The controls: time, what is shown, where it is seen from. DATA is what Python has written into the page.

const byId = (id) => document.getElementById(id);
const colourOf = (hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16) / 255);
const GHOST = { light: "#2b2f36", dark: "#e6e9ee" };
const PLAY_S = 10, LONGEST_MS = 400;

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function begin(data) {
  let scene;
  try {
    scene = new Scene(byId("canvas"));
  } catch {
    document.body.classList.add("flat");
    return;
  }
  scene.classes = [...data.classes, data.not_assessed].map(colourOf);
  const moments = data.moments.map((moment) => ({ ...moment, surfaces: null }));
  const fixed = data.bodies.map((body) => {
    const item = scene.add({ ...body, colour: colourOf(body.colour), painted: Boolean(body.margin), canBePainted: Boolean(body.margin) });
    scene.set(item, unpacked(body));
    return item;
  });
  const zone = scene.add({ group: "zone", colour: colourOf(data.zone_colour), opacity: 0.6, rim: 0.7 });
  const twin = scene.add({ group: "twin", colour: colourOf(GHOST.light), opacity: 0.7, rim: 1 });
  const items = [...fixed, zone, twin];
  const slider = byId("time"), play = byId("play");
  let timer = 0;

  function show(index) {
    const moment = moments[index];
    moment.surfaces ??= [moment.zone, moment.twin].map((surface) => surface && unpacked(surface));
    scene.set(zone, moment.surfaces[0]);
    scene.set(twin, moment.surfaces[1]);
    slider.value = index;
    slider.setAttribute("aria-valuetext", moment.label);
    byId("clock").textContent = moment.label;
    byId("readings").textContent = moment.readings;
    refresh();
  }

  function refresh() {
    const out = moments[slider.value].out, boxes = new Map([...document.querySelectorAll("#switches input")].map((box) => [box.dataset.group, box.checked]));
    for (const item of items) {
      item.shown = boxes.get(item.group) !== false && !(item.needle && out.includes(item.needle));
      item.painted = Boolean(item.canBePainted) && boxes.get("paint") !== false;
    }
    twin.colour = colourOf(GHOST[isDark() ? "dark" : "light"]);
    byId("classes").hidden = boxes.get("paint") !== true || boxes.get("tumour") === false;
    scene.later();
  }

  function stop() { clearInterval(timer); timer = 0; play.textContent = "▶ Play"; play.setAttribute("aria-pressed", "false"); }

  function start() {
    if (Number(slider.value) === moments.length - 1) show(0);
    play.textContent = "❚❚ Pause";
    play.setAttribute("aria-pressed", "true");
    timer = setInterval(() => {
      const next = Number(slider.value) + 1;
      if (next < moments.length) show(next);
      if (next >= moments.length - 1) stop();
    }, Math.min((1000 * PLAY_S) / moments.length, LONGEST_MS));
  }

  function look(name) {
    const view = data.views.find((one) => one.name === name);
    scene.look({ centre: [...view.centre], towards: [...view.towards], up: [...view.up], half: view.half });
    document.querySelectorAll("#views button").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.view === name)));
    for (const item of fixed) if (item.group.startsWith("vessel ")) item.opacity = view.tumour_alone ? 0.3 : 1;
    for (const box of document.querySelectorAll("#switches input")) {
      if (["zone", "twin"].includes(box.dataset.group)) box.checked = !view.tumour_alone;
    }
    refresh();
  }

  function scaleBar(pixelsPerMm) {
    const longest = Math.max(140, 0.18 * byId("canvas").clientWidth);
    const length = [100, 50, 20, 10, 5, 2, 1].find((mm) => mm * pixelsPerMm < longest) || 1;
    byId("bar").style.width = `${length * pixelsPerMm}px`;
    byId("bar-words").textContent = `${length} mm`;
  }

  const keys = {
    ArrowLeft: () => scene.turn(-0.1, 0), ArrowRight: () => scene.turn(0.1, 0),
    ArrowUp: () => scene.turn(0, -0.1), ArrowDown: () => scene.turn(0, 0.1),
    "+": () => scene.zoom(0.9), "=": () => scene.zoom(0.9), "-": () => scene.zoom(1.1),
    Home: () => look(data.views[0].name), " ": () => play.click(),
  };
  byId("canvas").addEventListener("keydown", (event) => {
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });
  scene.whenDrawn = scaleBar;
  slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
  play.addEventListener("click", () => (timer ? stop() : start()));
  byId("switches").addEventListener("change", refresh);
  byId("views").addEventListener("click", (event) => event.target.dataset.view && look(event.target.dataset.view));
  byId("theme").addEventListener("click", refresh);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", refresh);
  new ResizeObserver(() => scene.later()).observe(byId("canvas"));
  play.hidden = moments.length < 2;
  slider.disabled = moments.length < 2;
  look(data.views[0].name);
  show(moments.length - 1);
  document.documentElement.dataset.ready = "yes";
}

byId("theme").addEventListener("click", () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; });
begin(JSON.parse(byId("data").textContent));
