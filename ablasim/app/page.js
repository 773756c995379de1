// Runs once in a window: follows the system's light or dark, and tells whether the browser can draw the scene.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) { // found again by the button for the page before, without its connection
    window.location.reload();
  }
});
(function begin() {
  const state = window.trame?.state;
  if (!state || !window.trame.client?.isConnected()) { // what is set before goes nowhere
    setTimeout(begin, 50);
    return;
  }
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  let followed = system.matches;
  if (typeof state.get("dark") !== "boolean") {
    state.set("dark", followed);
  }
  system.addEventListener("change", () => {
    if (state.get("dark") === followed) { // else the user has chosen
      state.set("dark", system.matches);
    }
    followed = system.matches;
  });
  const canvas = document.createElement("canvas");
  state.set("can_draw", Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl")));
})();

// The button of the page that stands in once the connection is lost: back to this window's own server if it runs, else to
// the address that opens windows.
window.findAgain = async (front) => {
  const answers = (address) =>
    fetch(address, { method: "HEAD", mode: "no-cors", cache: "no-store" }).then(() => true, () => false);
  const said = document.getElementById("not-found");
  said.textContent = "Looking …";
  if (await answers(window.location.href)) {
    window.location.reload();
  } else if (await answers(front)) {
    window.location.assign(front);
  } else {
    said.textContent = "Not found: the app is not running yet. Start it as said above, then press again.";
  }
};
