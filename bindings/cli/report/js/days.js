// Figures by day: metrics of all checkpoints; scores, calibration and drift of one.
const metric_choices = [
  { key: "auc", label: "AUC", se: "auc_se", good: "higher is better" },
  { key: "logloss", label: "Log loss", se: "logloss_se", good: "lower is better" },
  { key: "normalized_entropy", label: "Normalised entropy", good: "lower is better; 1 is a constant score" },
  { key: "calibration", label: "Predicted / observed clicks", se: "calibration_se", good: "1 is calibrated" },
];

function day_x(figures) {
  return { label: "day", names: short_names(figures.days.map((day) => day.name)), values: figures.days.map((_, i) => i) };
}

function metrics(figures) {
  const rows = figures.checkpoints.flatMap((checkpoint) => checkpoint.metrics.map((m, i) => ({
    checkpoint: checkpoint.name, day: figures.days[i].name, split: figures.days[i].split, ...m,
  })));
  const columns = [{ key: "checkpoint", label: "Checkpoint" }, { key: "day", label: "Day" }, { key: "split", label: "Split" },
    ...["rows", "clicks", "auc", "auc_se", "logloss", "logloss_se", "normalized_entropy", "calibration", "calibration_se", "slope", "intercept"]
      .map((key) => ({ key, label: key.replace(/_/g, " "), number: true }))];
  const days = split_days(figures, "train").length;
  const one = ({ key, label, se, good }) => chart({
    title: `${label} by day`, note: `${good[0].toUpperCase()}${good.slice(1)}.${se ? " Bars: 95 % intervals, clustered." : ""}`,
    says: figures.checkpoints.map((c) => `${c.name}: ${decimal(4)(day_mean(figures, c, "train", key))} on the days trained on, ${decimal(4)(day_mean(figures, c, "test", key))} on the test days.`).join(" "),
    x: day_x(figures), y: { read: decimal(4) }, test_from: days,
    series: figures.checkpoints.map((checkpoint, i) => ({
      name: checkpoint.name, colour: series_colour(i), dash: [undefined, [9, 4], [3, 3]][i % 3], points: true, values: checkpoint.metrics.map((m) => m[key]),
      errors: se && checkpoint.metrics.map((m) => (known(m[se]) ? [m[key] - 1.96 * m[se], m[key] + 1.96 * m[se]] : null)),
    })), columns, rows,
  });
  return [el("div", { class: "grid" }, metric_choices.map(one))];
}

const split_words = { train: "days trained on", test: "test days" };

function scores(figures, checkpoint) {
  const s = checkpoint.scores;
  const one = (split) => {
    const of = [0, 1].map((label) => s.histograms.find((h) => h.split === split && h.label === label).counts);
    const totals = of.map((counts) => counts.reduce((a, b) => a + b, 0));
    const edges = [...of[0], 0].map((_, i) => s.from + i * s.width);
    const share = (label) => [...of[label].map((n) => (totals[label] ? n / totals[label] : 0)), null];
    const rows = of[0].map((_, i) => ({ from: edges[i], to: edges[i + 1], no_click: of[0][i], click: of[1][i] }));
    return chart({
      title: `Scores, ${split_words[split]}`, note: `Logits in steps of ${s.width}; each curve is the share of its own rows: ${totals[1].toLocaleString("en")} clicks, ${totals[0].toLocaleString("en")} others.`,
      says: "Histogram of logits, of rows with and without a click.",
      x: { label: "logit", values: edges, read: decimal(2) }, y: { read: percent, format: (v) => `${+(v * 100).toPrecision(3)} %` },
      series: [
        { name: "no click", colour: "other", steps: true, fill: true, values: share(0), dash: [6, 3] },
        { name: "click", colour: "click", steps: true, fill: true, values: share(1) },
      ],
      columns: [{ key: "from", label: "Logit from", number: true }, { key: "to", label: "to", number: true }, { key: "no_click", label: "No click", number: true }, { key: "click", label: "Click", number: true }],
      rows,
    });
  };
  return [el("div", { class: "grid" }, one("train"), one("test"))];
}

// The 1, 2 or 5 of a power of ten at or below a positive number.
function round_below(v) {
  const power = 10 ** Math.floor(Math.log10(v));
  return power * [5, 2, 1].find((m) => m * power <= v * (1 + 1e-9));
}

function calibration(checkpoint) {
  const of = Object.fromEntries(checkpoint.scores.calibration.map((c) => [c.split, c.points]));
  const all = [...of.train, ...of.test];
  if (all.length === 0) return [el("p", { class: "card" }, "No rows with finite scores.")];
  const xs = [...new Set(all.map((p) => p.predicted))].sort((a, b) => a - b);
  const at = (split, pick) => xs.map((x) => {
    const point = of[split].find((p) => p.predicted === x);
    return point ? pick(point) : null;
  });
  const log = all.every((p) => p.observed > 0 && p.predicted > 0);
  const values = all.flatMap((p) => [p.predicted, p.observed]);
  const range = log ? [round_below(Math.min(...values) / 1.25), Math.min(Math.max(...values) * 1.25, 1)] : [0, Math.max(...values) * 1.08];
  const ends = xs.map((x) => x);
  const series = (split) => ({
    name: split_words[split], colour: split, points: true, values: at(split, (p) => p.observed), errors: at(split, (p) => [p.low, p.high]),
    dash: split === "test" ? [7, 4] : undefined,
  });
  const rows = ["train", "test"].flatMap((split) => of[split].map((p) => ({ split, ...p })));
  return [el("div", { class: "grid" }, chart({
    title: "Calibration curve", note: `Rows in up to 20 parts of like scores${log ? ", both axes logarithmic" : ""}. Above the grey line clicks are more than predicted. Bars: 95 % of independent rows.`,
    says: "Observed click rate against the predicted one, with the diagonal of a calibrated model.", height: 340,
    x: { label: "predicted click rate", values: xs, log, range, read: (v) => `predicted ${percent(v, 2)}`, format: (v) => `${+(v * 100).toPrecision(2)} %` },
    y: { label: "", log, range, read: (v) => percent(v, 2), format: (v) => `${+(v * 100).toPrecision(2)} %` },
    series: [{ name: "calibrated", colour: "other", dash: [2, 4], values: ends, quiet: true }, series("train"), series("test")],
    columns: [{ key: "split", label: "Split" }, ...["predicted", "observed", "low", "high", "rows", "clicks"].map((key) => ({ key, label: key, number: true }))], rows,
  }))];
}

const drift_words = { score: "score", element: "dense input", ids: "ids of a feature", missing: "missing values", unknown: "unknown ids", neuron: "neuron", saliency: "saliency", auc: "AUC", slope: "calibration slope", calibration: "calibration" };

function drift_heat(figures, checkpoint) {
  const names = short_names(figures.days.map((d) => d.name)).slice(split_days(figures, "train").length);
  const kinds = [...new Set(checkpoint.drift.flatMap((day) => day.kinds.map((k) => k.kind)))];
  const columns = [{ key: "kind", label: "What" }, ...checkpoint.drift.map((_, i) => ({ key: `d${i}`, label: names[i] }))];
  const rows = kinds.map((kind) => ({
    kind: drift_words[kind] || kind,
    ...Object.fromEntries(checkpoint.drift.map((day, i) => {
      const k = day.kinds.find((each) => each.kind === kind);
      return [`d${i}`, k ? `${k.found} of ${k.found + k.unchanged + k.not_enough}` : null];
    })),
  }));
  const body = kinds.map((kind, r) => el("tr", {}, el("th", { scope: "row" }, rows[r].kind), checkpoint.drift.map((day, i) => {
    const k = day.kinds.find((each) => each.kind === kind);
    if (!k) return el("td", { class: "n" }, "–");
    const share = k.found / (k.found + k.unchanged + k.not_enough);
    return el("td", { class: "n", style: share > 0 ? `background: color-mix(in srgb, var(--test) ${Math.round(12 + 28 * share)}%, var(--card))` : null }, rows[r][`d${i}`]);
  })));
  return el("div", { class: "card" },
    el("div", { class: "head" }, el("h3", {}, "What moved, by test day"), csv_button("What moved", columns, rows)),
    el("p", { class: "note" }, "How many of those looked at differ from the days trained on, after false-discovery control and by enough to matter."),
    el("div", { class: "scroll heat", tabindex: "0", role: "region", "aria-label": "Table: what moved, by test day" }, el("table", {},
      el("caption", { class: "visually-hidden" }, "What moved, by test day"),
      el("thead", {}, el("tr", {}, columns.map((c, i) => el("th", { scope: "col", class: i ? "n" : null }, c.label)))), el("tbody", {}, body))));
}

function drift(figures, checkpoint) {
  if (checkpoint.drift_missing) return [el("p", { class: "card" }, `No comparison: ${checkpoint.drift_missing}`)];
  const rate = (pick) => checkpoint.metrics.map((m) => (m.rows ? pick(m) : null));
  const observed = rate((m) => m.clicks / m.rows), predicted = rate((m) => (known(m.calibration) ? (m.calibration * m.clicks) / m.rows : null));
  const rows = figures.days.map((day, i) => ({ day: day.name, split: day.split, observed: observed[i], predicted: predicted[i] }));
  const begin = split_days(figures, "train").length;
  const day_names = Object.fromEntries(figures.days.map((d) => [d.file, d.name]));
  const psi = figures.days.map((day, i) => checkpoint.drift[i - begin]?.score_psi ?? null);
  const found = checkpoint.drift.flatMap((day) => day.findings.map((f) => ({ ...f, day: day_names[day.file] || day.file, what: drift_words[f.kind] || f.kind })));
  const columns = [{ key: "day", label: "Day" }, { key: "what", label: "What" }, { key: "name", label: "Name" },
    ...[["reference", "Trained on"], ["live", "Test"], ["effect", "Effect"], ["psi", "PSI"]].map(([key, label]) => ({ key, label, number: true, show: decimal(4) })),
    { key: "z", label: "z", number: true, show: decimal(1), by: (z) => (known(z) ? Math.abs(z) : z) },
    { key: "q", label: "q", number: true, show: (q) => (known(q) && q < 1e-4 ? "< 0.0001" : decimal(4)(q)) }];
  const kinds = [...new Set(found.map((f) => f.what))];
  return [el("div", { class: "grid" },
    chart({
      title: "Click rate by day", note: "What the model predicts on the average, and what was clicked.", says: "Observed and predicted click rate by day.",
      x: day_x(figures), y: { read: (v) => percent(v, 2), format: (v) => `${+(v * 100).toPrecision(3)} %` }, test_from: begin,
      series: [{ name: "observed", colour: "other", points: true, dash: [6, 4], values: observed }, { name: "predicted", colour: "c1", points: true, values: predicted }],
      columns: [{ key: "day", label: "Day" }, { key: "split", label: "Split" }, { key: "observed", label: "Observed", number: true }, { key: "predicted", label: "Predicted", number: true }], rows,
    }),
    chart({
      title: "Scores' population stability index", note: "Of a test day's scores against those of the days trained on; 0.1 is a shift worth a look, 0.25 a large one.", says: "PSI of the scores by test day.",
      x: { label: "day", names: day_x(figures).names.slice(begin), values: psi.slice(begin).map((_, i) => i) }, y: { read: decimal(4), range: [0, Math.max(0.12, ...psi.filter(known).map((v) => v * 1.15))] },
      series: [{ name: "PSI", colour: "test", points: true, values: psi.slice(begin) }],
      columns: [{ key: "day", label: "Day" }, { key: "psi", label: "PSI", number: true }], rows: figures.days.slice(begin).map((day, i) => ({ day: day.name, psi: psi[begin + i] })),
    })),
  drift_heat(figures, checkpoint),
  found.length ? data_table("Drift findings", columns, found, {
    sort: "z", search: "Search names", page: 10,
    chips: kinds.length > 1 ? [{ label: "What", options: [{ name: "All", keep: () => true }, ...kinds.map((kind) => ({ name: kind, keep: (row) => row.what === kind }))] }] : [],
  }) : el("p", { class: "card" }, "No difference between any test day and the days trained on is both certain and large.")];
}
