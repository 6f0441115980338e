// The catalog: checkboxes filter its cards in place, a table shows the same, and the address keeps the state.
const list = document.querySelector("#list");
const get = (id) => document.getElementById(id);
if (get("views")) {
  const step = list.classList.contains("many") ? 60 : Infinity;
  const boxes = [...document.querySelectorAll("#facets input")];
  const token = (box) => box.name + "=" + box.value;
  const word = (box) => box.parentNode.textContent;
  const rank = new Map(boxes.map((box, i) => [token(box), i]));
  const columns = [...document.querySelectorAll("[data-column]")].map((f) => [f.dataset.name, f.firstElementChild.textContent]);
  const items = [...list.children].map((card) => ({card, marks: card.dataset.marks.split(" "), title: card.querySelector("h3").textContent}));
  const first = "severity"; // the order of the page itself
  let view, sort, table, shown;

  const wanted = () => Map.groupBy(boxes.filter((box) => box.checked), (box) => box.name);
  // fits tells whether an item has one of the wanted values of each facet, leaving out one facet.
  const fits = (item, want, but) => [...want].every(([name, of]) => name === but || of.some((box) => item.marks.includes(token(box))));
  const value = (item, name) => item.marks.find((m) => m.startsWith(name + "="));
  const compare = (a, b) => {
    const by = sort.replace("-", "");
    const order = by === "title" ? a.title.localeCompare(b.title) : (rank.get(value(a, by)) ?? 999) - (rank.get(value(b, by)) ?? 999);
    return sort[0] === "-" ? -order : order;
  };

  const make = (tag, ...children) => { const e = document.createElement(tag); e.append(...children); return e; };
  const build = () => {
    const heads = [["title", "Pattern"], ...columns].map(([name, text]) => {
      const button = Object.assign(make("button", text), {type: "button", value: name, onclick: () => { sort = sort === name ? "-" + name : name; change(); }});
      return Object.assign(make("th", button), {scope: "col"});
    });
    table = Object.assign(make("div", make("table", make("thead", make("tr", ...heads)), make("tbody"))), {className: "scroll scan", tabIndex: 0, role: "group", ariaLabel: "Patterns"});
    for (const item of items) {
      const cells = columns.map(([name]) => name === "severity" ? item.card.querySelector(".sev").cloneNode(true) : rank.has(value(item, name)) ? word(boxes[rank.get(value(item, name))]) : "–");
      item.row = make("tr", make("th", item.card.querySelector("h3 a").cloneNode(true)), ...cells.map((c) => make("td", c)));
    }
    list.after(table);
  };

  const apply = () => {
    const want = wanted();
    const sorted = [...items].sort(compare);
    const hits = sorted.filter((item) => fits(item, want));
    if (view && !table) build();
    list.hidden = view;
    if (table) {
      table.hidden = !view;
      table.querySelector("tbody").append(...sorted.map((item) => item.row));
      for (const b of table.querySelectorAll("button")) b.parentNode.ariaSort = sort === b.value ? "ascending" : sort === "-" + b.value ? "descending" : "none";
    }
    list.append(...sorted.map((item) => item.card));
    for (const item of items) item.card.hidden = true, item.row && (item.row.hidden = true);
    for (const item of hits.slice(0, shown)) item.card.hidden = false, item.row && (item.row.hidden = false);
    for (const box of boxes) box.closest("li").lastElementChild.textContent = items.filter((item) => item.marks.includes(token(box)) && fits(item, want, box.name)).length;
    for (const b of get("views").children) b.ariaPressed = b.value === view;
    get("count").textContent = (want.size ? hits.length + " of " : "") + items.length + " patterns";
    if (boxes.length) get("chosen").textContent = want.size ? " (" + boxes.filter((box) => box.checked).length + ")" : "";
    get("rest").hidden = hits.length <= shown;
    const empty = get("empty");
    empty.hidden = hits.length;
    if (!hits.length && want.size) {
      const left = (name) => items.filter((item) => fits(item, want, name)).length;
      const [name, of] = [...want].sort((a, b) => left(b[0]) - left(a[0]))[0];
      const button = make("button", "Remove " + of.map(word).join(", "));
      button.onclick = () => { for (const box of of) box.checked = false; change(); get("results").focus(); };
      empty.replaceChildren("No pattern fits all filters. Without " + of.map(word).join(" or ") + " there are " + left(name) + ". ", button);
    }
  };

  // change puts the state into the address and shows it.
  const change = () => {
    const parts = [...wanted()].map(([name, of]) => name + "=" + of.map((box) => encodeURIComponent(box.value)));
    if (view) parts.push("view=" + view);
    if (sort !== first) parts.push("sort=" + sort);
    shown = step;
    try { history.pushState(null, "", location.pathname + (parts.length ? "?" + parts.join("&") : "")); } catch {} // some browsers keep no state of a file
    apply();
  };
  const restore = () => {
    const state = new URLSearchParams(location.search);
    for (const box of boxes) box.checked = (state.get(box.name) ?? "").split(",").includes(box.value);
    view = state.get("view") === "table" ? "table" : "";
    sort = state.get("sort") ?? first;
    shown = step;
    apply();
  };
  for (const box of boxes) box.onchange = change;
  for (const b of get("views").children) b.onclick = () => { view = b.value; change(); };
  get("rest").onclick = () => { shown += step; apply(); };
  if (boxes.length) get("clear").onclick = () => { for (const box of boxes) box.checked = false; change(); get("results").focus(); };
  addEventListener("popstate", restore);
  restore();
}
