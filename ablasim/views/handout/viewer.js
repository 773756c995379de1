"use strict";
// A scene of triangle surfaces in mm: shaded from the viewer, turned with one finger, without any library.

const VERTEX = `#version 300 es
in vec3 place; in vec3 normal; in vec2 margin;
uniform mat4 toClip; uniform mat3 toView;
out vec3 facing; out vec2 measured;
void main() { gl_Position = toClip * vec4(place, 1.0); facing = toView * normal; measured = margin; }`;

// The margin is linear between points; where it is not known at all of them its known part decides.
const FRAGMENT = `#version 300 es
precision highp float;
in vec3 facing; in vec2 measured;
uniform vec3 colour; uniform float opacity; uniform float rim; uniform bool painted; uniform vec3 classes[5];
out vec4 seen;
void main() {
  float towards = abs(normalize(facing).z);
  vec3 tint = colour;
  if (painted) {
    float mm = measured.x / max(measured.y, 1e-6);
    tint = measured.y < 0.5 ? classes[4] : mm < 0.0 ? classes[0] : mm < 5.0 ? classes[1] : mm < 10.0 ? classes[2] : classes[3];
  }
  float alpha = mix(opacity, opacity * (0.05 + 0.95 * pow(1.0 - towards, 2.5)), rim);
  seen = vec4(tint * (0.55 + 0.45 * towards), 1.0) * alpha;
}`;

class Scene {
  constructor(canvas) {
    this.canvas = canvas;
    const gl = canvas.getContext("webgl2", { antialias: true, preserveDrawingBuffer: true, alpha: true });
    if (!gl) throw new Error("no WebGL 2");
    this.gl = gl;
    this.program = Scene.program(gl);
    this.items = [];
    this.camera = { centre: [0, 0, 0], towards: [0, -1, 0], up: [0, 0, 1], half: 50 };
    this.whenDrawn = () => {};
    this.hold();
  }

  static program(gl) {
    const program = gl.createProgram();
    for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
    return program;
  }

  add(look) {
    const item = { shown: true, opacity: 1, rim: 0, painted: false, count: 0, ...look };
    item.array = this.gl.createVertexArray();
    item.buffers = ["place", "normal", "margin", "corners"].map(() => this.gl.createBuffer());
    this.items.push(item);
    return item;
  }

  set(item, surface) {
    const gl = this.gl;
    item.count = surface ? surface.corners.length : 0;
    if (item.count) {
      gl.bindVertexArray(item.array);
      const arrays = [surface.points, surface.normals, surface.margin];
      ["place", "normal", "margin"].forEach((name, index) => {
        const where = gl.getAttribLocation(this.program, name);
        if (where < 0) return;
        if (!arrays[index]) return gl.disableVertexAttribArray(where);
        gl.bindBuffer(gl.ARRAY_BUFFER, item.buffers[index]);
        gl.bufferData(gl.ARRAY_BUFFER, arrays[index], gl.STATIC_DRAW);
        gl.enableVertexAttribArray(where);
        gl.vertexAttribPointer(where, name === "margin" ? 2 : 3, gl.FLOAT, false, 0, 0);
      });
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, item.buffers[3]);
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, surface.corners, gl.STATIC_DRAW);
      item.kind = surface.corners.BYTES_PER_ELEMENT === 2 ? gl.UNSIGNED_SHORT : gl.UNSIGNED_INT;
    }
    this.later();
  }

  later() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => { this.waiting = false; this.draw(); });
  }

  draw() {
    const gl = this.gl, canvas = this.canvas, ratio = Math.min(window.devicePixelRatio || 1, 2);
    const width = Math.round(canvas.clientWidth * ratio), height = Math.round(canvas.clientHeight * ratio);
    if (!width || !height) return;
    if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.depthMask(true);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.useProgram(this.program);
    const [toClip, toView] = this.matrices(width / height);
    gl.uniformMatrix4fv(this.at("toClip"), false, toClip);
    gl.uniformMatrix3fv(this.at("toView"), false, toView);
    gl.uniform3fv(this.at("classes"), this.classes.flat());
    const shown = this.items.filter((item) => item.shown && item.count);
    gl.disable(gl.BLEND);
    gl.disable(gl.CULL_FACE);
    shown.filter((item) => item.opacity === 1 && !item.rim).forEach((item) => this.drawItem(item));
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.depthMask(false);
    gl.enable(gl.CULL_FACE);
    for (const item of shown.filter((one) => one.opacity < 1 || one.rim)) {
      for (const side of [gl.FRONT, gl.BACK]) { gl.cullFace(side); this.drawItem(item); }
    }
    this.whenDrawn(canvas.clientHeight / (2 * this.camera.half));
  }

  drawItem(item) {
    const gl = this.gl;
    gl.bindVertexArray(item.array);
    gl.uniform3fv(this.at("colour"), item.colour);
    gl.uniform1f(this.at("opacity"), item.opacity);
    gl.uniform1f(this.at("rim"), item.rim);
    gl.uniform1i(this.at("painted"), item.painted ? 1 : 0);
    gl.drawElements(gl.TRIANGLES, item.count, item.kind, 0);
  }

  at(name) { return this.gl.getUniformLocation(this.program, name); }

  axes() {
    const towards = unit(this.camera.towards), right = unit(cross(this.camera.up, towards));
    return [right, cross(towards, right), towards];
  }

  matrices(aspect) {
    const [right, up, towards] = this.axes(), { centre, half } = this.camera, deep = 1000;
    const rows = [scaled(right, 1 / (half * aspect)), scaled(up, 1 / half), scaled(towards, -1 / deep)];
    const moved = rows.map((row) => -dot(row, centre));
    const clip = [];
    for (let k = 0; k < 3; k++) clip.push(rows[0][k], rows[1][k], rows[2][k], 0);
    clip.push(...moved, 1);
    const view = [];
    for (let k = 0; k < 3; k++) view.push(right[k], up[k], towards[k]);
    return [new Float32Array(clip), new Float32Array(view)];
  }

  look(view) { this.camera = { ...view }; this.later(); }

  turn(across, along) {
    const [right, up] = this.axes(), axis = unit(this.camera.up);
    let towards = turned(this.camera.towards, axis, -across);
    const raised = turned(towards, turned(right, axis, -across), -along);
    if (Math.abs(dot(unit(raised), axis)) < 0.995) towards = raised;
    this.camera.towards = towards;
    this.later();
    return up;
  }

  zoom(factor) { this.camera.half = Math.min(Math.max(this.camera.half * factor, 2), 500); this.later(); }

  shift(across, along) {
    const [right, up] = this.axes();
    this.camera.centre = this.camera.centre.map((x, k) => x - across * right[k] - along * up[k]);
    this.later();
  }

  hold() {
    const canvas = this.canvas, fingers = new Map();
    const mm = () => (2 * this.camera.half) / canvas.clientHeight;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
    });
    canvas.addEventListener("pointermove", (event) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const now = [event.clientX, event.clientY], step = [now[0] - before[0], now[1] - before[1]];
      const other = [...fingers].find(([id]) => id !== event.pointerId);
      if (other) {
        this.zoom(apart(before, other[1]) / Math.max(apart(now, other[1]), 1));
        this.shift(0.5 * step[0] * mm(), -0.5 * step[1] * mm());
      } else if (event.shiftKey || event.buttons & 6) this.shift(step[0] * mm(), -step[1] * mm());
      else this.turn(step[0] * 0.01, step[1] * 0.01);
      fingers.set(event.pointerId, now);
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => fingers.delete(event.pointerId));
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    canvas.addEventListener("wheel", (event) => { event.preventDefault(); this.zoom(Math.exp(event.deltaY * 0.001)); }, { passive: false });
  }
}

const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const scaled = (a, factor) => a.map((x) => x * factor);
const unit = (a) => scaled(a, 1 / Math.hypot(...a));
const apart = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

function turned(vector, axis, angle) {
  const across = cross(axis, vector), along = dot(axis, vector) * (1 - Math.cos(angle));
  return vector.map((x, k) => x * Math.cos(angle) + across[k] * Math.sin(angle) + axis[k] * along);
}

function bytesOf(text) { return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer; }

function unpacked(surface) {
  const points = new Float32Array(bytesOf(surface.points)), bytes = bytesOf(surface.triangles);
  const corners = points.length < 3 * 65536 ? new Uint16Array(bytes) : new Uint32Array(bytes);
  const margin = surface.margin ? new Float32Array(bytesOf(surface.margin)) : null;
  return { points, corners, margin, normals: normalsOf(points, corners) };
}

function normalsOf(points, corners) {
  const normals = new Float32Array(points.length), place = (i) => [points[3 * i], points[3 * i + 1], points[3 * i + 2]];
  for (let k = 0; k < corners.length; k += 3) {
    const [a, b, c] = [0, 1, 2].map((j) => place(corners[k + j]));
    const square = cross(b.map((x, j) => x - a[j]), c.map((x, j) => x - a[j]));
    for (let j = 0; j < 3; j++) for (let m = 0; m < 3; m++) normals[3 * corners[k + j] + m] += square[m];
  }
  for (let i = 0; i < normals.length; i += 3) {
    const length = Math.hypot(normals[i], normals[i + 1], normals[i + 2]) || 1;
    for (let m = 0; m < 3; m++) normals[i + m] /= length;
  }
  return normals;
}
