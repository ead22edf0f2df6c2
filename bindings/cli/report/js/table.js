// Tables: plain, or with sorting, filters and pages. Every one gives its rows as CSV.
function csv_cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  let text = Array.isArray(value) ? value.join(" ") : String(value);
  if (/^[=+\-@\t\r]/.test(text)) text = `'${text}`; // a name is no formula
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

function csv_text(columns, rows) {
  const lines = [columns.map((c) => csv_cell(c.label)), ...rows.map((row) => columns.map((c) => csv_cell(row[c.key])))];
  return lines.map((line) => line.join(",")).join("\r\n") + "\r\n";
}

function csv_button(title, columns, rows) {
  return el("button", {
    type: "button", class: "small", "aria-label": `Save as CSV: ${title}`,
    onclick: () => {
      const address = URL.createObjectURL(new Blob([csv_text(columns, rows)], { type: "text/csv;charset=utf-8" }));
      const name = title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "figure";
      el("a", { href: address, download: `${name}.csv` }).click();
      setTimeout(() => URL.revokeObjectURL(address), 1000);
    },
  }, "CSV");
}

function cell(column, row) {
  const value = row[column.key];
  const shown = column.show ? column.show(value, row) : typeof value === "number" ? figure(value) : value ?? "–";
  return el("td", { class: column.number ? "n" : null }, [shown].flat());
}

const head_cell = (column) => el("th", { scope: "col", class: column.number ? "n" : null }, column.label);

function plain_table(title, columns, rows, most = 500) {
  const table = el("table", {},
    el("caption", { class: rows.length > most ? null : "visually-hidden" }, rows.length > most ? `${title}: the first ${most} of ${rows.length} rows; the CSV has all` : title),
    el("thead", {}, el("tr", {}, columns.map(head_cell))),
    el("tbody", {}, rows.slice(0, most).map((row) => el("tr", {}, columns.map((c) => cell(c, row))))));
  return el("div", { class: `scroll${rows.length > 14 ? " tall" : ""}`, tabindex: "0", role: "region", "aria-label": `Table: ${title}` }, table);
}

// A table that sorts by each column, filters by text and by chips ({label, options: [{name, keep(row)}]}), in pages.
function data_table(title, columns, rows, { sort, descending = true, chips = [], search, page = 25 }) {
  const state = { sort, descending, at: 0, text: "", picked: chips.map(() => 0) };
  const body = el("tbody"), said = el("span", { role: "status" });
  const heads = columns.map((column) => {
    const arrow = el("span", { class: "arrow", "aria-hidden": "true" });
    const button = el("button", { type: "button", onclick: () => {
      state.descending = state.sort === column.key ? !state.descending : Boolean(column.number);
      state.sort = column.key;
      state.at = 0;
      update();
    } }, column.number ? [arrow, column.label] : [column.label, arrow]);
    return { column, arrow, th: el("th", { scope: "col", class: column.number ? "n" : null }, button) };
  });
  const kept = () => {
    const words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
    return rows.filter((row) =>
      chips.every((group, i) => group.options[state.picked[i]].keep(row)) &&
      words.every((word) => columns.some((c) => !c.number && String(row[c.key]).toLowerCase().includes(word))));
  };
  const order = (a, b) => {
    const by = columns.find((c) => c.key === state.sort).by || ((v) => v), x = by(a[state.sort]), y = by(b[state.sort]);
    const missing = (v) => v === null || v === undefined || v === "" || (Array.isArray(v) && v.length === 0);
    if (missing(x) || missing(y)) return missing(x) - missing(y); // last, either way
    const sign = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), "en", { numeric: true });
    return state.descending ? -sign : sign;
  };
  const back = el("button", { type: "button", class: "small", onclick: () => { --state.at; update(); } }, "Previous");
  const next = el("button", { type: "button", class: "small", onclick: () => { ++state.at; update(); } }, "Next");
  function update() {
    const all = kept().sort(order), pages = Math.max(1, Math.ceil(all.length / page));
    state.at = Math.min(state.at, pages - 1);
    body.replaceChildren(...all.slice(state.at * page, (state.at + 1) * page).map((row) => el("tr", {}, columns.map((c) => cell(c, row)))));
    if (all.length === 0) body.append(el("tr", {}, el("td", { colspan: columns.length }, "Nothing passes the filters.")));
    for (const { column, arrow, th } of heads) {
      const here = column.key === state.sort;
      arrow.textContent = here ? (state.descending ? "↓" : "↑") : "";
      if (here) th.setAttribute("aria-sort", state.descending ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    }
    said.textContent = `${all.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")} rows` + (pages > 1 ? `, page ${state.at + 1} of ${pages}` : "");
    back.disabled = state.at === 0;
    next.disabled = state.at === pages - 1;
    back.hidden = next.hidden = pages === 1;
  }
  const groups = chips.map((group, i) => {
    const buttons = group.options.map((option, k) => el("button", {
      type: "button", class: "small", "aria-pressed": String(k === 0),
      onclick: () => {
        state.picked[i] = k;
        state.at = 0;
        buttons.forEach((b, j) => b.setAttribute("aria-pressed", String(j === k)));
        update();
      },
    }, option.name));
    return el("fieldset", {}, el("legend", {}, group.label), el("div", { class: "chips" }, buttons));
  });
  const field = search && el("label", { class: "field" }, search,
    el("input", { type: "search", oninput: (event) => { state.text = event.target.value; state.at = 0; update(); } }));
  update();
  return el("div", { class: "card" },
    el("div", { class: "head" }, el("h3", {}, title), csv_button(title, columns, rows)),
    field || groups.length ? el("div", { class: "tools" }, field, groups) : null,
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Table: ${title}` },
      el("table", {}, el("caption", { class: "visually-hidden" }, title), el("thead", {}, el("tr", {}, heads.map((h) => h.th))), body)),
    el("div", { class: "pager" }, said, back, next));
}
