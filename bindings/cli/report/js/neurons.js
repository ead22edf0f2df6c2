// Every neuron as a line to sort and filter.
function neuron_rows(checkpoint) {
  return checkpoint.layers.flatMap((layer) => layer.neurons.neuron.map((neuron, i) => {
    const row = { layer: layer.layer, neuron };
    for (const [key, values] of Object.entries(layer.neurons)) if (key !== "neuron") row[key] = values[i];
    row.ratio = row.sd > 0 && known(row.sd_test) ? row.sd_test / row.sd : null;
    return row;
  }));
}

const finding_words = { dead: "dead", provably_dead: "provably dead", always_on: "always on", saturated: "saturated", duplicate: "duplicate" };

function neurons(checkpoint) {
  const rows = neuron_rows(checkpoint), width = checkpoint.layers.reduce((n, layer) => n + layer.width, 0);
  if (rows.length === 0) return [el("p", { class: "card" }, "The model names no layers.")];
  const share = (value) => percent(value, 0), tag = (f) => el("span", { class: `tag ${f === "always_on" ? "" : "warning"}` }, finding_words[f] || f);
  const number = (key, label, show = decimal(4)) => ({ key, label, number: true, show });
  const columns = [
    { key: "layer", label: "Layer" }, { key: "neuron", label: "Neuron", number: true, show: String },
    number("sd", "SD trained on"), number("sd_test", "SD test"), number("ratio", "Ratio", decimal(2)),
    { key: "findings", label: "Findings", show: (all) => all.map(tag) }, number("mean", "Mean"),
    number("active", "Active", share), number("active_test", "Active test", share), number("auc", "AUC", decimal(3)), number("auc_test", "AUC test", decimal(3)),
    number("label_correlation", "Corr. click", decimal(3)), number("score_correlation", "Corr. score", decimal(3)),
  ];
  const kinds = [...new Set(rows.flatMap((row) => row.findings))];
  const chips = [];
  if (checkpoint.layers.length > 1) chips.push({ label: "Layer", options: [{ name: "All", keep: () => true }, ...checkpoint.layers.map((layer) => ({ name: layer.layer, keep: (row) => row.layer === layer.layer }))] });
  if (kinds.length) chips.push({ label: "Findings", options: [{ name: "All", keep: () => true }, ...kinds.map((kind) => ({ name: finding_words[kind] || kind, keep: (row) => row.findings.includes(kind) }))] });
  return [rows.length < width ? el("p", { class: "note" }, `${rows.length.toLocaleString("en")} of ${width.toLocaleString("en")} neurons: those with findings, then those that vary most.`) : null,
    data_table("Every neuron", columns, rows, { sort: "sd", chips, search: "Search layer or finding" })];
}
