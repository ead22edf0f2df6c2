// Which groups move the score: shares over the days trained on and the test days, by day and by label.
function saliency_part(s, split, by, value) {
  return s.parts.find((part) => part.split === split && part.by === by && (value === undefined || part.value === value));
}

function saliency_table(s) {
  const train = saliency_part(s, "train", "all"), test = saliency_part(s, "test", "all");
  const rows = train.groups.map((group, i) => {
    const contrast = s.contrasts[i] || {};
    return { group: group.group, train: group.share, train_se: group.share_se, test: test.groups[i].share, test_se: test.groups[i].share_se,
      log_ratio: contrast.log_ratio, low: contrast.low, high: contrast.high, finding: contrast.finding ? "changed" : "" };
  }).sort((a, b) => b.train - a.train);
  const most = Math.max(...rows.flatMap((row) => [row.train, row.test]).filter(known), 1e-9);
  const bar = (row) => ["train", "test"].map((split) => el("div", { class: `b ${split}`, style: `width: ${((row[split] || 0) / most * 100).toFixed(1)}%` }));
  const columns = [
    { key: "group", label: "Group" },
    { key: "train", label: "Trained on", number: true, show: (v) => percent(v) }, { key: "train_se", label: "SE", number: true, show: (v) => percent(v, 2) },
    { key: "test", label: "Test", number: true, show: (v) => percent(v) }, { key: "test_se", label: "SE", number: true, show: (v) => percent(v, 2) },
    { key: "log_ratio", label: "Log ratio", number: true, show: decimal(3) }, { key: "low", label: "low", number: true, show: decimal(3) }, { key: "high", label: "high", number: true, show: decimal(3) },
    { key: "finding", label: "Finding", show: (v) => (v ? el("span", { class: "tag warning" }, v) : "") },
  ];
  const body = rows.map((row) => el("tr", {}, el("th", { scope: "row" }, row.group), el("td", { class: "bar-cell", "aria-hidden": "true" }, bar(row)), columns.slice(1).map((c) => cell(c, row))));
  const key = ["train", "test"].map((split) => el("li", {}, key_mark({ colour: split, dots: true }), split_words[split]));
  return el("div", { class: "card" },
    el("div", { class: "head" }, el("h3", {}, "Share of the saliency, by group"), csv_button("Saliency by group", columns, rows)),
    el("p", { class: "note" }, `Saliency: ${s.method.replace(/-/g, " ")}, of the ${s.target}. A group has changed when the 95 % interval of the log ratio lies beyond ± 0.1.`),
    el("ul", { class: "legend" }, key),
    el("div", { class: "scroll bars", tabindex: "0", role: "region", "aria-label": "Table: share of the saliency, by group" }, el("table", {},
      el("caption", { class: "visually-hidden" }, "Share of the saliency, by group"),
      el("thead", {}, el("tr", {}, head_cell(columns[0]), el("td", {}), columns.slice(1).map(head_cell))), el("tbody", {}, body))));
}

function saliency_days(figures, s) {
  const groups = s.parts[0].groups.map((g) => g.group), begin = split_days(figures, "train").length;
  const parts = figures.days.map((day) => saliency_part(s, day.split, "day", day.file));
  const share = (g) => parts.map((part) => part?.groups[g].share ?? null);
  const order = groups.map((_, g) => g).sort((a, b) => mean(share(b)) - mean(share(a)));
  const shown = order.slice(0, 8);
  const rows = figures.days.flatMap((day, i) => groups.map((group, g) => ({ day: day.name, split: day.split, group, share: parts[i]?.groups[g].share, share_se: parts[i]?.groups[g].share_se })));
  return chart({
    title: "Shares by day", note: order.length > 8 ? "The eight largest groups; the table has more." : null, says: shown.map((g) => `${groups[g]}: ${share(g).map((v) => percent(v, 0)).join(", ")}.`).join(" "),
    x: day_x(figures), y: { read: (v) => percent(v), format: (v) => `${+(v * 100).toPrecision(3)} %` }, test_from: begin, height: 280,
    series: shown.map((g, i) => ({ name: groups[g], colour: series_colour(i), points: true, values: share(g), dash: i > 3 ? [6, 3] : undefined })),
    columns: [{ key: "day", label: "Day" }, { key: "split", label: "Split" }, { key: "group", label: "Group" }, { key: "share", label: "Share", number: true }, { key: "share_se", label: "SE", number: true }], rows,
  });
}

function saliency_labels(s) {
  const groups = s.parts[0].groups.map((g) => g.group);
  const parts = ["train", "test"].flatMap((split) => ["0", "1"].map((value) => [split, value, saliency_part(s, split, "label", value)]));
  const columns = [{ key: "group", label: "Group" }, ...parts.map(([split, value]) => ({ key: `${split}${value}`, label: `${split}, ${value === "1" ? "click" : "other"}`, number: true, show: (v) => percent(v) }))];
  const rows = groups.map((group, g) => ({ group, ...Object.fromEntries(parts.map(([split, value, part]) => [`${split}${value}`, part?.groups[g].share ?? null])) })).sort((a, b) => b.train0 - a.train0);
  return el("div", { class: "card" }, el("div", { class: "head" }, el("h3", {}, "Shares by label"), csv_button("Saliency by label", columns, rows)), el("div", { class: "narrow" }, plain_table("Shares by label", columns, rows)));
}

function saliency(figures, checkpoint) {
  const s = checkpoint.saliency, more = checkpoint.groups_left_out;
  return [more > 0 ? el("p", { class: "note" }, `Groups that changed, and those of the largest shares. ${left_out(more, "group", "clicklens saliency")}`) : null, saliency_table(s), el("div", { class: "grid" }, saliency_days(figures, s), saliency_labels(s))];
}
