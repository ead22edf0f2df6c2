// Figures by layer: spread of the neurons, rows in two components, what a probe reads there.
// Lines over all rows, and thin dashes over those that the network knows all ids of: unknown ids alone draw test days together.
function spread(layer) {
  const { rank, train, test, known_rows, known_train, known_test } = layer.spread;
  const shown = [
    { key: "train", name: split_words.train, colour: "train", values: train }, { key: "test", name: split_words.test, colour: "test", values: test, dash: [7, 4] },
    { key: "known_train", name: `${split_words.train}, ids known`, colour: "train", values: known_train, dash: [2, 3], all: known_rows[0] === layer.rows },
    { key: "known_test", name: `${split_words.test}, ids known`, colour: "test", values: known_test, dash: [2, 5], all: known_rows[1] === layer.rows_test },
  ].filter((s) => s.values.length > 0 && !s.all); // of all rows it is the same line
  const known = `rows with all ids known: ${known_rows[0].toLocaleString("en")} trained on, ${known_rows[1].toLocaleString("en")} on test days`;
  return chart({
    title: layer.layer, height: 190,
    note: `${layer.op}, ${count(layer.width, "neuron")}; effective rank ${decimal(1)(layer.effective_rank)}; spread on test days × ${decimal(3)(layer.spread_ratio)}; ${known}`,
    says: `Standard deviations of the neurons in descending order: ${shown.map((s) => s.name).join("; ")}.`,
    x: { label: "neuron by rank", values: rank, read: (v) => `rank ${v}` }, y: { range: [0, Math.max(1e-9, ...shown.flatMap((s) => s.values)) * 1.06] },
    series: shown,
    columns: [{ key: "rank", label: "Rank", number: true }, ...shown.map((s) => ({ key: s.key, label: `SD ${s.name}`, number: true }))],
    rows: rank.map((r, i) => ({ rank: r, ...Object.fromEntries(shown.map((s) => [s.key, s.values[i]])) })),
  });
}

function components(layer) {
  const { share, click, other } = layer.components;
  const rows = [...other.map((p) => ({ label: 0, first: p[0], second: p[1] })), ...click.map((p) => ({ label: 1, first: p[0], second: p[1] }))].sort((a, b) => a.first - b.first);
  if (rows.length === 0) return el("figure", { class: "card" }, el("h3", {}, layer.layer), el("p", { class: "note" }, "Too few rows or too wide for components."));
  const of = (label) => rows.map((row) => (row.label === label ? row.second : null));
  return chart({
    title: layer.layer, height: 250, dots: true,
    note: `First component ${percent(share[0], 0)} of the variance, second ${percent(share[1], 0)}.`,
    says: `${click.length} rows with a click and ${other.length} without in the two largest principal components of ${layer.layer}.`,
    x: { label: "first component", values: rows.map((row) => row.first) }, y: {},
    series: [{ name: "no click", colour: "other", dots: true, values: of(0) }, { name: "click", colour: "click", dots: true, values: of(1) }],
    columns: [{ key: "label", label: "Click", number: true }, { key: "first", label: "First component", number: true }, { key: "second", label: "Second component", number: true }], rows,
  });
}

function probe(figures, checkpoint) {
  if (checkpoint.probe_missing) return [el("p", { class: "card" }, `No probe: ${checkpoint.probe_missing}`)];
  const { probe: p } = checkpoint, of = p.concepts[0], layers = of.layers.map((layer) => layer.layer);
  const names = Object.fromEntries(figures.days.map((d) => [d.file, d.name]));
  const day_names = short_names(of.days.map((day) => names[day.file] || day.file));
  const series = of.days.map((day, i) => ({
    name: of.days.length > 1 ? `day ${day_names[i]}` : day_names[i], colour: series_colour(i), points: true, values: day.layers.map((layer) => layer.auc),
    errors: of.days.length < 3 ? day.layers.map((layer) => (known(layer.auc_se) ? [layer.auc - 1.96 * layer.auc_se, layer.auc + 1.96 * layer.auc_se] : null)) : undefined,
  }));
  const control = (key, name, dash) => {
    const values = of.layers.map((layer) => layer.controls?.[key] ?? null);
    return values.some(known) ? [{ name, colour: "other", dash, values }] : [];
  };
  const controls = [...control("untrained", "control: untrained network", [8, 4]), ...control("shuffled_eval_auc", "control: shuffled labels", [2, 4])];
  const rows = of.days.flatMap((day) => day.layers.map((layer, i) => ({
    day: names[day.file] || day.file, layer: layer.layer, auc: layer.auc, auc_se: layer.auc_se,
    over: layer.over_layer_before?.difference, low: layer.over_layer_before?.low, high: layer.over_layer_before?.high, adds: layer.over_layer_before?.adds ?? "",
    untrained: of.layers[i].controls?.untrained, shuffled: of.layers[i].controls?.shuffled_eval_auc,
  })));
  const number = (key, label) => ({ key, label, number: true, show: decimal(4) });
  const columns = [{ key: "day", label: "Day" }, { key: "layer", label: "Layer" }, number("auc", "AUC"), number("auc_se", "SE"), number("over", "Over the layer before"),
    number("low", "low"), number("high", "high"), { key: "adds", label: "Adds" }, number("untrained", "Untrained"), number("shuffled", "Shuffled")];
  const fit = p.fit.map((file) => names[file] || file).join(", ");
  return [p.paper_mode ? el("p", { class: "card note" }, "Fitted on a day that the network was trained on: layers look better than they are. Name two or more test days for a fair probe.") : null,
    chart({
      title: "Probe AUC by layer and day", height: 280,
      note: `A logistic regression on each layer, fitted on ${fit}, evaluated on later days. Above the untrained network: what training put there.`,
      says: series.map((s) => `${s.name}: ${s.values.map(decimal(3)).join(", ")}.`).join(" "),
      x: { label: "layer", names: layers, values: layers.map((_, i) => i) }, y: { read: decimal(4) }, series: [...series, ...controls], columns, rows,
    })];
}
