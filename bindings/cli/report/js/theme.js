// Elements, numbers as people read them, colours of the style sheet. Text from the figures is only ever set as text.
function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "class") node.className = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  for (const child of children.flat()) if (child !== null && child !== undefined) node.append(child);
  return node;
}

const known = (value) => typeof value === "number" && Number.isFinite(value);

function figure(value, digits = 4) {
  if (!known(value)) return "–";
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return value.toLocaleString("en");
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.5 * 10 ** -digits || size >= 1e6)) return value.toExponential(2);
  return value.toFixed(size >= 100 ? 1 : size >= 10 ? Math.min(digits, 2) : digits);
}
const decimal = (digits) => (value) => (known(value) ? value.toFixed(digits) : "–");
const percent = (value, digits = 1) => (known(value) ? `${(value * 100).toFixed(digits)} %` : "–");
const count = (n, one, many = `${one}s`) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
const mean = (values) => {
  const all = values.filter(known);
  return all.length ? all.reduce((a, b) => a + b, 0) / all.length : null;
};
const plain = (words) => words.replace(/_/g, " ");

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const series_colour = (i) => `c${(i % 8) + 1}`;

// Names without what all of them begin and end with, cut at what is no letter or digit: day=01.tsv, day=02.tsv: 01, 02.
function short_names(names) {
  if (names.length < 2) return names.slice();
  const shared = (texts) => {
    let n = 0;
    while (n < texts[0].length && texts.every((t) => t[n] === texts[0][n])) ++n;
    while (n > 0 && /[\p{L}\p{N}]/u.test(texts[0][n - 1])) --n;
    return n;
  };
  const begin = shared(names);
  const rest = names.map((name) => name.slice(begin));
  const end = shared(rest.map((name) => [...name].reverse().join("")));
  const cut = rest.map((name) => name.slice(0, name.length - end));
  return new Set(cut).size === new Set(names).size && cut.every((name) => name) ? cut : names.slice();
}
