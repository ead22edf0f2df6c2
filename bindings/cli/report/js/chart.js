// A chart with its title, key, values read out under it (by pointer or arrow keys), and its numbers as table and CSV.
// Series: {name, colour, dash, points, errors: [[low, high]], fill, steps, quiet}.
const charts = new Set();

function key_mark(s) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("width", "20");
  svg.setAttribute("height", "10");
  svg.setAttribute("aria-hidden", "true");
  const mark = document.createElementNS("http://www.w3.org/2000/svg", s.dots ? "circle" : "line");
  const set = s.dots ? { cx: 10, cy: 5, r: 4 } : { x1: 0, x2: 20, y1: 5, y2: 5, "stroke-width": 2.5, "stroke-dasharray": s.dash ? s.dash.join(" ") : "none" };
  for (const [name, value] of Object.entries(set)) mark.setAttribute(name, value);
  mark.style[s.dots ? "fill" : "stroke"] = `var(--${s.colour})`;
  svg.append(mark);
  return svg;
}

// Bars of 95 % intervals, under the points.
function error_bars(series) {
  return (u) => {
    const { ctx } = u, dpr = devicePixelRatio;
    series.forEach((s, i) => {
      if (!s.errors) return;
      ctx.save();
      ctx.strokeStyle = colour(s.colour);
      ctx.globalAlpha = 0.55;
      ctx.lineWidth = 1.5 * dpr;
      s.errors.forEach((ends, k) => {
        if (!ends || u.data[i + 1][k] == null || !known(ends[0]) || !known(ends[1])) return;
        const x = u.valToPos(u.data[0][k], "x", true);
        const y = ends.map((v) => Math.min(Math.max(u.valToPos(v, "y", true), u.bbox.top), u.bbox.top + u.bbox.height));
        ctx.beginPath();
        ctx.moveTo(x, y[0]);
        ctx.lineTo(x, y[1]);
        ctx.stroke();
      });
      ctx.restore();
    });
  };
}

// The test days' part of the ground, and above the lines its name.
function test_ground(begin) {
  return (u) => {
    const { ctx, bbox } = u, dpr = devicePixelRatio;
    const x = Math.max(bbox.left, Math.min(u.valToPos(begin - 0.5, "x", true), bbox.left + bbox.width));
    ctx.save();
    ctx.fillStyle = colour("shade");
    ctx.fillRect(x, bbox.top, bbox.left + bbox.width - x, bbox.height);
    ctx.restore();
  };
}

function ground_names(begin) {
  return (u) => {
    const { ctx, bbox } = u, dpr = devicePixelRatio;
    const x = Math.max(bbox.left, Math.min(u.valToPos(begin - 0.5, "x", true), bbox.left + bbox.width));
    ctx.save();
    ctx.font = `${11 * dpr}px system-ui, sans-serif`;
    ctx.textBaseline = "top";
    ctx.strokeStyle = colour("card");
    ctx.lineWidth = 4 * dpr;
    ctx.lineJoin = "round";
    ctx.fillStyle = colour("soft");
    const write = (text, at) => { ctx.strokeText(text, at, bbox.top + 4 * dpr); ctx.fillText(text, at, bbox.top + 4 * dpr); };
    ctx.textAlign = "left";
    write("test days", x + 6 * dpr);
    ctx.textAlign = "right";
    if (x - bbox.left > 60 * dpr) write("trained on", x - 6 * dpr);
    ctx.restore();
  };
}

// Holds all values and intervals; room above for the names of the ground.
function y_range(spec) {
  if (spec.y.range) return spec.y.range;
  const all = spec.series.flatMap((s) => [...s.values, ...(s.errors || []).flat()]).filter(known);
  if (all.length === 0 || spec.y.log) return null;
  const low = Math.min(...all), high = Math.max(...all), room = (high - low || Math.abs(high) || 1) * 0.06;
  const bottom = low >= 0 && low - room < 0 ? 0 : low - room;
  return [bottom, high + room * (spec.test_from === undefined ? 1 : 3.5)];
}

function uplot_options(spec, width) {
  const soft = colour("soft"), line = colour("line"), font = "12px system-ui, sans-serif";
  const axis = { stroke: soft, font, labelFont: font, labelSize: 20, ticks: { stroke: line, width: 1, size: 4 }, grid: { stroke: line, width: 1 } };
  const x_axis = { ...axis, label: spec.x.names ? undefined : spec.x.label, labelSize: 16, labelGap: -4, grid: { show: false }, size: 28 };
  if (spec.x.names) {
    const longest = Math.max(...spec.x.names.map((n) => n.length)) * 7 + 14;
    const step = Math.max(1, Math.ceil(spec.x.names.length * longest / Math.max(width - 60, 60)));
    x_axis.splits = () => spec.x.names.map((_, i) => i).filter((i) => i % step === 0);
    x_axis.values = (u, at) => at.map((i) => spec.x.names[i] ?? "");
  } else if (spec.x.format) x_axis.values = (u, at) => at.map((v) => (v == null ? "" : spec.x.format(v)));
  const y_axis = { ...axis, size: 52, values: (u, at) => at.map((v) => (v == null ? "" : (spec.y.format || tick)(v))) };
  const ys = y_range(spec);
  const x_range = spec.x.names ? [-0.5, spec.x.names.length - 0.5] : spec.x.range;
  return {
    width, height: spec.height || 240, legend: { show: false }, axes: [x_axis, y_axis],
    padding: [8, spec.x.format ? 24 : 12, 0, 0], // the last value of such an axis stands in the corner
    cursor: { show: !spec.dots, y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: {
      x: { time: false, distr: spec.x.log ? 3 : 1, ...(x_range ? { range: () => x_range } : {}) },
      y: { distr: spec.y.log ? 3 : 1, ...(ys ? { range: () => ys } : {}) },
    },
    series: [{}, ...spec.series.map((s) => ({
      label: s.name, stroke: s.dots ? undefined : colour(s.colour), width: s.dots ? 0 : 2, dash: s.dash, spanGaps: true,
      fill: s.fill ? `${colour(s.colour)}26` : undefined,
      paths: s.dots ? () => null : s.steps ? uPlot.paths.stepped({ align: 1 }) : undefined,
      points: s.dots ? { show: true, size: 4.5, width: 0, fill: `${colour(s.colour)}b0` }
        : { show: Boolean(s.points), size: 6, width: 0, fill: colour(s.colour) },
    }))],
    hooks: {
      drawClear: spec.test_from === undefined ? [] : [test_ground(spec.test_from)],
      draw: [error_bars(spec.series), ...(spec.test_from === undefined ? [] : [ground_names(spec.test_from)])],
    },
  };
}

const tick = (v) => (Math.abs(v) >= 1e4 || (v !== 0 && Math.abs(v) < 1e-3) ? v.toExponential(0) : String(+v.toPrecision(4)));

class Chart {
  constructor(place, readout, spec) {
    Object.assign(this, { place, readout, spec, at: null });
    place.addEventListener("keydown", (event) => this.key(event));
    this.draw();
    new ResizeObserver(() => {
      const width = place.clientWidth;
      if (this.plot && width > 0 && width !== this.plot.width) this.draw();
    }).observe(place);
    charts.add(this);
  }
  draw() {
    this.plot?.destroy();
    const options = uplot_options(this.spec, Math.max(this.place.clientWidth, 240));
    options.hooks.setCursor = [(u) => this.read(u.cursor.idx)];
    this.plot = new uPlot(options, [this.spec.x.values, ...this.spec.series.map((s) => s.values)], this.place);
    for (const canvas of this.place.querySelectorAll("canvas")) canvas.setAttribute("aria-hidden", "true");
  }
  read(at) {
    this.at = at;
    if (at === null || at === undefined) return this.readout.replaceChildren(" ");
    const { x, y, series } = this.spec, format = y.read || figure;
    const where = x.names ? x.names[at] : (x.read || figure)(x.values[at]);
    const values = series.filter((s) => !s.quiet && known(s.values[at])).map((s) => `${s.name} ${format(s.values[at])}`);
    this.readout.textContent = `${where}: ${values.join(", ")}`;
  }
  key(event) {
    if (this.spec.dots || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    const last = this.spec.x.values.length - 1;
    const at = this.at === null ? 0 : Math.max(0, Math.min(last, this.at + (event.key === "ArrowRight" ? 1 : -1)));
    this.plot.setCursor({ left: this.plot.valToPos(this.spec.x.values[at], "x"), top: 10 }, false);
    this.read(at);
  }
}

// spec: {title, note, says, x, y, series, columns, rows, height}; `says` is the chart in a sentence.
function chart(spec) {
  const place = el("div", {
    class: "plot", tabindex: spec.dots ? null : "0", role: spec.dots ? "img" : "group", "aria-roledescription": spec.dots ? null : "chart",
    "aria-label": `${spec.title}. ${spec.says || ""}${spec.dots ? "" : " Arrow keys read values."}`,
  });
  const readout = el("p", { class: "readout", "aria-live": "polite" }, " ");
  const details = el("details", {}, el("summary", {}, "Numbers"));
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(plain_table(spec.title, spec.columns, spec.rows));
  });
  const named = spec.series.filter((s) => !s.unnamed);
  requestAnimationFrame(() => { if (place.isConnected) new Chart(place, readout, spec); });
  return el("figure", { class: "card" },
    el("div", { class: "head" }, el("h3", {}, spec.title), csv_button(spec.title, spec.columns, spec.rows)),
    spec.note ? el("p", { class: "note" }, spec.note) : null,
    named.length > 1 || spec.dots ? el("ul", { class: "legend" }, named.map((s) => el("li", {}, key_mark(s), s.name))) : null,
    place, spec.dots ? null : readout, details);
}

function redraw_charts() {
  for (const each of charts) each.place.isConnected ? each.draw() : charts.delete(each);
}
