// What the page says first: the figures of the checkpoint looked at, all checkpoints side by side, findings.
const split_days = (figures, split) => figures.days.map((day, i) => (day.split === split ? i : -1)).filter((i) => i >= 0);

// Means over the days of a split, each day counting once.
function day_mean(figures, checkpoint, split, key) {
  return mean(split_days(figures, split).map((i) => checkpoint.metrics[i][key]));
}

function summary(figures, checkpoint) {
  const of = (split, key) => day_mean(figures, checkpoint, split, key);
  const sum = (key) => checkpoint.layers.reduce((n, layer) => n + layer[key], 0);
  return {
    name: checkpoint.name, model: checkpoint.model,
    auc_train: of("train", "auc"), auc_test: of("test", "auc"),
    gap: known(of("train", "auc")) && known(of("test", "auc")) ? of("test", "auc") - of("train", "auc") : null,
    logloss_test: of("test", "logloss"), calibration_test: of("test", "calibration"),
    dead: sum("dead"), duplicates: sum("duplicates"), saturated: sum("saturated"),
    drifted: checkpoint.drift.filter((day) => day.found > 0).length,
  };
}

function tile(term, value, small) {
  return el("div", {}, el("dt", {}, term), el("dd", {}, value, el("small", {}, small)));
}

function overview(figures, checkpoint) {
  const s = summary(figures, checkpoint), width = checkpoint.layers.reduce((n, layer) => n + layer.width, 0);
  const tests = split_days(figures, "test").length, trains = split_days(figures, "train").length;
  const worst = s.gap === null ? "" : s.gap < 0 ? `${decimal(4)(-s.gap)} below the days trained on` : `${decimal(4)(s.gap)} above the days trained on`;
  return [el("dl", { class: "tiles" },
    tile("AUC, test", decimal(4)(s.auc_test), worst),
    tile("AUC, trained on", decimal(4)(s.auc_train), `mean of ${count(trains, "day")} trained on`),
    tile("Log loss, test", decimal(4)(s.logloss_test), `mean of ${count(tests, "test day")}`),
    tile("Calibration, test", decimal(3)(s.calibration_test), "predicted / observed clicks"),
    tile("Neuron findings", (s.dead + s.duplicates + s.saturated).toLocaleString("en"), `${s.dead} dead, ${s.saturated} saturated, ${s.duplicates} duplicate of ${width.toLocaleString("en")}`),
    tile("Days that drifted", checkpoint.drift_missing ? "–" : `${s.drifted} of ${tests}`, "test days against those trained on")),
  figures.checkpoints.length > 1 ? side_by_side(figures) : null];
}

function side_by_side(figures) {
  const columns = [
    { key: "name", label: "Checkpoint" },
    { key: "auc_train", label: "AUC trained on", number: true, show: decimal(4) },
    { key: "auc_test", label: "AUC test", number: true, show: decimal(4) },
    { key: "gap", label: "Difference", number: true, show: decimal(4) },
    { key: "logloss_test", label: "Log loss test", number: true, show: decimal(4) },
    { key: "calibration_test", label: "Calibration test", number: true, show: decimal(3) },
    { key: "dead", label: "Dead neurons", number: true },
    { key: "drifted", label: "Days drifted", number: true },
  ];
  const rows = figures.checkpoints.map((checkpoint) => summary(figures, checkpoint));
  return el("div", { class: "card" }, el("div", { class: "head" }, el("h3", {}, "Checkpoints side by side"), csv_button("Checkpoints", columns, rows)),
    plain_table("Means over days", columns, rows));
}

function copy_button(text) {
  const button = el("button", { type: "button", class: "small", "aria-label": `Copy command: ${text}`, onclick: async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(button.previousElementSibling); // no clipboard for files: ready to copy by hand
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  } }, "Copy");
  return button;
}

const left_out = (n, what, command) => (n > 0 ? `${count(n, what)} more: ${command} lists all.` : "");

function evidence_text(e) {
  return `${plain(e.name)} ${figure(e.value)}${known(e.low) && known(e.high) ? ` [${figure(e.low)}, ${figure(e.high)}]` : ""}`;
}

// Names of files without the folders of the days: texts name them to be read, commands to be run.
function without_folders(figures, text) {
  const folders = new Set(figures.days.map((day) => day.file.slice(0, day.file.length - day.name.length)));
  return [...folders].filter((folder) => folder).reduce((t, folder) => t.replaceAll(folder, ""), text);
}

// Lines break behind the slashes of paths rather than within names.
const breakable = (text) => text.split("/").flatMap((part, i, all) => (i === 0 ? [part] : [/(^| )$/.test(all[i - 1]) ? "/" : ["/", el("wbr")], part].flat()));

// A command to copy; other advice is a sentence.
function what_to_do(command) {
  if (!command.startsWith("clicklens ")) return command ? el("p", { class: "advice" }, command) : null;
  return el("div", { class: "command" }, el("code", {}, breakable(command)), copy_button(command));
}

// What was measured beside the finding itself: a few figures, the others one click away.
function evidence(f) {
  const told = f.evidence.filter((e) => known(e.value)).map(evidence_text), at_once = told.length > 5 ? 4 : 5, more = told.slice(at_once);
  if (f.evidence_left_out) more.push(`and ${f.evidence_left_out.toLocaleString("en")} more`);
  return [told.length ? el("p", { class: "note" }, told.slice(0, at_once).join("; ")) : null,
    more.length ? el("details", { class: "figures" }, el("summary", {}, count(told.length - Math.min(at_once, told.length) + f.evidence_left_out, "more figure")), el("p", { class: "note" }, more.join("; "))) : null];
}

function finding(figures, f) {
  return el("article", { class: "finding" },
    el("h3", {}, el("span", { class: `tag ${f.severity}` }, f.severity), el("span", {}, without_folders(figures, f.text))),
    evidence(f),
    f.caveat ? el("p", { class: "note" }, without_folders(figures, f.caveat)) : null,
    what_to_do(f.command));
}

// The first of each kind is open; the others, such as the same drift on six more days, are one click away.
function findings(figures, checkpoint) {
  const { diagnosis } = checkpoint, rank = { fault: 0, warning: 1, note: 2 }, kinds = new Map();
  const all = [...diagnosis.findings].sort((a, b) => rank[a.severity] - rank[b.severity]);
  for (const f of all) kinds.set(f.kind, [...(kinds.get(f.kind) || []), f]);
  const columns = ["severity", "kind", "subject", "text", "caveat", "command"].map((key) => ({ key, label: key }));
  return [el("div", { class: "card" },
    el("div", { class: "head" }, el("p", { class: "note" }, `${count(all.length + diagnosis.left_out, "finding")} among ${count(diagnosis.checked, "check")}, ${diagnosis.not_enough} without enough data. ${left_out(diagnosis.left_out, "finding", "clicklens diagnose")}`), csv_button("Findings", columns, all)),
    [...kinds].map(([kind, [first, ...more]]) => el("div", { class: "kind" }, finding(figures, first),
      more.length ? el("details", {}, el("summary", {}, `${more.length} more: ${plain(kind)} of ${[...new Set(more.map((f) => f.subject))].join(", ")}`), more.map((f) => finding(figures, f))) : null)))];
}
