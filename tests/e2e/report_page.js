// Runs inside a report's page, in a frame of the page that report_page_test.py makes; tells its parent what it found.
(async () => {
  const told = { errors: window.heard, width: innerWidth, dark: matchMedia("(prefers-color-scheme: dark)").matches };
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const shown = () => document.querySelector("#neurons .pager [role=status]").textContent;
  const chip = (name) => [...document.querySelectorAll("#neurons .chips button")].find((b) => b.textContent === name);
  try {
    await wait(1500);
    told.scroll = document.documentElement.scrollWidth;
    told.sections = [...document.querySelectorAll("main > section:not([hidden]) h2")].map((h) => h.textContent);
    const inked = (canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((v) => v !== 0);
    told.canvases = [...document.querySelectorAll(".plot canvas")].map(inked);
    told.plots = document.querySelectorAll(".plot").length;
    told.alternatives = document.querySelectorAll("figure details").length;
    told.csv = document.querySelectorAll("figure button[aria-label^='Save as CSV']").length;
    told.before = shown();
    const rows = () => [...document.querySelectorAll("#neurons tbody tr")].map((tr) => [...tr.children].map((td) => td.textContent));
    if (chip("l2")) {
      chip("l2").click();
      told.filtered = shown();
      told.layers = [...new Set(rows().map((row) => row[0]))];
      told.pressed = chip("l2").getAttribute("aria-pressed");
      const sort = [...document.querySelectorAll("#neurons th button")].find((b) => b.textContent.includes("Neuron"));
      sort.click(), sort.click();
      told.sorted = rows().map((row) => Number(row[1]));
      told.aria_sort = sort.closest("th").getAttribute("aria-sort");
      const search = document.querySelector("#neurons input[type=search]");
      search.value = "no such neuron";
      search.dispatchEvent(new Event("input"));
      told.none = shown();
    }
    const details = document.querySelector("#metrics figure details");
    details.open = true;
    await wait(50);
    told.numbers = details.querySelectorAll("tbody tr").length;
    const plot = document.querySelector("#metrics .plot");
    plot.focus();
    for (let i = 0; i < 2; ++i) plot.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    told.readout = plot.parentElement.querySelector(".readout").textContent;
    const select = document.getElementById("checkpoint");
    if (select) {
      select.value = "0";
      select.dispatchEvent(new Event("change"));
      await wait(300);
      told.of = document.querySelector("#scores h2").textContent;
    }
    // a name that a spreadsheet would take for a formula is text; numbers stay numbers
    told.csv_text = csv_text([{ key: "a", label: "=A" }, { key: "b", label: "B" }], [{ a: "=1+1", b: -2 }, { a: 'x,"y', b: null }, { a: ["p", "q"], b: 0.5 }]);
    told.hit = window.hit || 0;
    if (window.axe) told.axe = (await axe.run()).violations.map((v) => `${v.impact} ${v.id}: ${v.nodes[0].html.slice(0, 200)}`);
  } catch (error) {
    told.errors.push(String(error.stack));
  }
  parent.postMessage(told, "*");
})();
