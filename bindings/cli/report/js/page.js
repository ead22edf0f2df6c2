// The page: header, sections, the checkpoint that is looked at.
const figures = JSON.parse(document.getElementById("figures").textContent);
let looked_at = figures.checkpoints.length - 1; // the latest

const sections = [
  { id: "overview", title: "Overview", make: (c) => overview(figures, c) },
  { id: "findings", title: "Findings", lead: "What is wrong, how sure that is, and the command that looks closer or mends it.", make: (c) => (c.diagnosis ? findings(figures, c) : null) },
  { id: "metrics", title: "Metrics", lead: "How well every checkpoint ranks and predicts, day by day.", all: true, make: () => metrics(figures) },
  { id: "scores", title: "Scores", lead: "How far apart the scores of clicks and of other rows lie.", make: (c) => scores(figures, c) },
  { id: "calibration", title: "Calibration", lead: "Whether a predicted click rate is the one observed.", make: (c) => calibration(c) },
  { id: "drift", title: "Drift", lead: "How the test days differ from the days the model was trained on.", make: (c) => drift(figures, c) },
  { id: "saliency", title: "Saliency", lead: "Which groups of features move the score.", make: (c) => saliency(figures, c) },
  { id: "probe", title: "Probe", lead: "How much of the click each layer knows.", make: (c) => probe(figures, c) },
  { id: "spread", title: "Spread", lead: "Standard deviation of every neuron, largest first. Neurons at the right end carry little.", make: (c) => layer_grid(c, spread) },
  { id: "components", title: "Components", lead: "Rows of the test days in each layer's two largest principal components; as many clicks as others, where there are.", make: (c) => layer_grid(c, components) },
  { id: "neurons", title: "Neurons", make: (c) => neurons(c) },
];

function layer_grid(checkpoint, make) {
  if (checkpoint.layers.length === 0) return [el("p", { class: "card" }, "The model names no layers.")];
  const n = checkpoint.layers.length, columns = Math.ceil(n / Math.ceil(n / 4)); // rows of like length: five are three and two
  return [el("div", { class: "grid small", style: `--columns: ${columns}` }, checkpoint.layers.map(make))];
}

function fill() {
  const checkpoint = figures.checkpoints[looked_at], several = figures.checkpoints.length > 1;
  for (const { id, title, lead, all, make } of sections) {
    const place = document.getElementById(id);
    if (all && place.childElementCount) continue;
    const content = make(checkpoint);
    place.hidden = !content;
    document.getElementById(`to-${id}`).hidden = !content;
    const of = several && !all ? el("span", { class: "of" }, ` of ${checkpoint.name}`) : null;
    place.replaceChildren(el("h2", { id: `h-${id}` }, title, of), ...(lead ? [el("p", { class: "lead" }, lead)] : []), ...(content || []).filter(Boolean));
  }
}

function checkpoint_picker() {
  if (figures.checkpoints.length < 2) return [];
  const select = el("select", { id: "checkpoint", onchange: () => { looked_at = Number(select.value); fill(); } },
    figures.checkpoints.map((c, i) => el("option", { value: i, selected: i === looked_at }, c.name)));
  return [el("div", { class: "pick" }, el("label", { for: "checkpoint" }, "Checkpoint"), select)];
}

// The link of the section at the top of the window.
function watch_sections() {
  const links = Object.fromEntries(sections.map(({ id }) => [id, document.querySelector(`#to-${id} a`)]));
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      for (const [id, link] of Object.entries(links)) id === target.id ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
      const bar = links[target.id].closest("nav");
      bar.scrollTo({ left: links[target.id].offsetLeft - bar.clientWidth / 3 });
    }
  }, { rootMargin: "-15% 0px -75% 0px" });
  for (const { id } of sections) seen.observe(document.getElementById(id));
}

function begin() {
  const models = [...new Set(figures.checkpoints.map((c) => c.model).filter(Boolean))], days = figures.days;
  const rows = (split) => split_days(figures, split).reduce((n, i) => n + figures.checkpoints[0].metrics[i].rows, 0);
  const told = (split, words) => `${count(split_days(figures, split).length, "day")} ${words} (${count(rows(split), "row")})`;
  document.getElementById("title").textContent = models.join(", ") || figures.checkpoints.map((c) => c.name).join(", ");
  document.getElementById("facts").textContent =
    `${figures.checkpoints.map((c) => c.name).join(", ")}; output ${figures.task}. ${told("train", "trained on")}, ${told("test", "to test")}.`;
  document.getElementById("checkpoints").append(...checkpoint_picker());
  for (const { id, title } of sections) {
    document.getElementById("sections").append(el("li", { id: `to-${id}` }, el("a", { href: `#${id}` }, title)));
    document.getElementById("main").append(el("section", { id, "aria-labelledby": `h-${id}` }));
  }
  document.getElementById("foot").append(el("p", {}, `Made by clicklens ${figures.clicklens}. Numbers to seven digits. The same figures as JSON: clicklens report --json.`),
    el("p", {}, `Models: ${figures.checkpoints.map((c) => `${c.name} ${c.id}`).join(", ")}`));
  fill();
  watch_sections();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw_charts);
}

begin();
