// What the search's dialog and its page run: MiniSearch over the records that site/search.go makes. Their text is hostile, so it is only ever text.
const boost = {id: 10, title: 5, names: 4, tags: 3, headings: 2, summary: 1, minute: 0.5};
const kinds = {pattern: 2, list: 0.3}; // what counts more or less than the rest
const word = /[^\n\r\p{Z}\p{P}]+/gu; // MiniSearch's own
const key = (name) => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
const make = (tag, className, ...children) => { const e = document.createElement(tag); e.className = className; e.append(...children); return e; };

const index = new MiniSearch({
  idField: "url", fields: Object.keys(boost), extractField: (record, field) => [record[field] ?? ""].flat().join(" "),
  searchOptions: {
    boost, prefix: true, fuzzy: (term) => term.length > 3 ? 0.2 : 0,
    weights: {fuzzy: 0.1, prefix: 0.4}, // beside the word itself
    boostDocument: (url) => kinds[records.get(url).kind] ?? 1,
  },
});
index.addAll(patlintIndex);
const records = new Map(patlintIndex.map((r) => [r.url, r]));
// named finds what somebody calls by its very name, however it is written: EC2.7, move-gp2-to-gp3, "Move gp2 to gp3". Of several records of one name the last kind counts.
const order = ["list", "type", "kind", "path", "page", "term", "chapter", "pattern"];
const named = new Map(patlintIndex.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)).flatMap((r) => [r.title, ...(r.names ?? []), r.id ?? r.title].map((n) => [key(n), r])));

// find gives the records that hold all words of a query or, where there are none, those that hold some.
const find = (query) => {
  const all = index.search(query, {combineWith: "AND"});
  const hits = (all.length ? all : index.search(query)).map((hit) => ({...records.get(hit.id), terms: hit.terms}));
  const exact = named.get(key(query));
  if (!exact || !key(query)) return hits;
  return [{...exact, terms: query.toLowerCase().match(word)}, ...hits.filter((hit) => hit.url !== exact.url)];
};

// marked is an element with a text in which the words that were found stand out.
const marked = (tag, className, text, terms) => {
  const out = make(tag, className);
  let done = 0;
  for (const {0: found, index: at} of text.matchAll(word)) {
    if (!terms.includes(found.toLowerCase())) continue;
    out.append(text.slice(done, at), make("mark", "", found));
    done = at + found.length;
  }
  out.append(text.slice(done));
  return out;
};

const hit = (record, i, root) => {
  const {id, kind, severity, summary = "", terms, title, url} = record;
  const row = make("span", "row", severity ? make("span", "sev " + severity, severity) : make("span", "tag", kind));
  if (kind === "pattern") row.append(marked("span", "id", id, terms));
  const share = (name) => { const words = name.toLowerCase().match(word) ?? [""]; return words.filter((w) => terms.includes(w)).length / words.length; };
  const [name = ""] = (record.names ?? []).toSorted((a, b) => share(b) - share(a));
  if (share(name)) row.append(marked("code", "", name, terms));
  const link = make("a", "", marked("b", "", title, terms), row, marked("span", "", summary, terms));
  Object.assign(link, {href: root + url, id: "hit-" + i, role: "option"});
  const item = make("li", "", link);
  item.role = "none";
  return item;
};

// missed is what the address of a page that is not there speaks of.
const missed = () => {
  let path = location.pathname;
  try { path = decodeURIComponent(path); } catch {} // it may be anything
  return (path.split("/").filter((p) => p && p !== "index.html").at(-1) ?? "").replace(/\.(html?|md)$/, "").replace(/[-_\s]+/g, " ").slice(0, 200);
};

// keyChoice is the choice whether the key / opens the search, for those whose software presses keys that they did not.
const keyChoice = ({dataset, firstElementChild: hint}) => {
  const box = make("input", ""), links = Object.assign(make("a", "", "All from A to Z"), {href: dataset.page});
  Object.assign(box, {type: "checkbox", checked: !hint.hidden, onchange: () => {
    hint.hidden = !box.checked;
    try { localStorage.slash = box.checked ? "on" : "off"; } catch {} // then it holds for this page
  }});
  return make("p", "", make("label", "", box, " The key ", make("kbd", "", "/"), " opens the search"), links);
};

// remembered is the last query of the tab.
const remembered = (query) => { try { return query === undefined ? sessionStorage.search : sessionStorage.search = query; } catch {} };

// patlintSearch makes the field of a dialog or of a page search. site/assets/app/opener.js calls it.
globalThis.patlintSearch = (box, button) => {
  const {root} = button.dataset;
  const input = box.querySelector("#query"), said = box.querySelector(".said"), list = box.querySelector(".hits"), all = document.querySelector("#all");
  const page = !box.matches("dialog"), most = page ? 60 : 12;
  const offer = make("p", "offer");
  let at = 0;
  const choose = (i) => {
    const options = list.querySelectorAll("a");
    at = (i + options.length) % options.length || 0;
    options.forEach((o, n) => { o.ariaSelected = n === at; });
    if (options[at]) input.setAttribute("aria-activedescendant", options[at].id); else input.removeAttribute("aria-activedescendant");
    return options[at];
  };
  const run = () => {
    const query = input.value.trim(), hits = query ? find(query) : [];
    list.replaceChildren(...hits.slice(0, most).map((h, i) => hit(h, i, root)));
    list.hidden = !hits.length;
    input.ariaExpanded = !list.hidden;
    said.textContent = !query ? "" : !hits.length ? "Nothing found for “" + query + "”." : hits.length > most ? "The first " + most + " of " + hits.length + " results" : hits.length + (hits.length === 1 ? " result" : " results");
    offer.hidden = !query || hits.length;
    if (!offer.hidden) suggest(query);
    if (all) all.hidden = query;
    choose(0);
  };
  const suggest = (query) => {
    offer.replaceChildren(Object.assign(make("a", "", "Browse the catalog"), {href: root + "patterns/index.html"}));
    const near = (query.match(word) ?? []).map((w) => index.autoSuggest(w, {fuzzy: 0.4})[0]?.terms[0] ?? "").join(" ").trim();
    if (!near) return;
    const again = () => { input.value = near; typed(); input.focus(); };
    offer.prepend(Object.assign(make("button", "", "Search for " + near), {type: "button", onclick: again}), " ");
  };
  const typed = () => {
    run();
    if (!page) remembered(input.value);
    else if (all) try { history.replaceState(null, "", location.pathname + (input.value ? "?q=" + encodeURIComponent(input.value) : "")); } catch {} // a file
  };
  for (const [name, value] of Object.entries({role: "combobox", "aria-controls": "hits", "aria-autocomplete": "list"})) input.setAttribute(name, value);
  Object.assign(list, {id: "hits", role: "listbox", ariaLabel: "Results"});
  said.after(offer);
  input.oninput = typed;
  input.onkeydown = (e) => {
    const by = {ArrowDown: 1, ArrowUp: -1}[e.key];
    if (by) choose(at + by)?.scrollIntoView({block: "nearest"});
    else if (e.key === "Enter" && !e.isComposing) list.querySelectorAll("a")[at]?.click();
    else return;
    e.preventDefault();
  };
  list.onclick = (e) => { if (!page && e.target.closest("a")?.pathname === location.pathname) box.close(); }; // a place of this page
  input.placeholder = "Words, an ID, or an ID of another tool";
  if (!page) box.append(keyChoice(button));
  if (!input.value) { // nobody has typed while this was loading
    input.value = "missed" in box.dataset ? missed() : page ? new URLSearchParams(location.search).get("q") ?? "" : remembered() ?? "";
    if (!page) input.select();
  }
  run();
};
