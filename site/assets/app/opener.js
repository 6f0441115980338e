// The search: its button, / and Ctrl-K open a dialog, and load what searches. A page with a field of its own needs no dialog.
const button = document.querySelector("#find"), hint = button.lastElementChild; // it is hidden where somebody wants no key
let box = document.querySelector("#ask"), started;
const add = (tag, what) => new Promise((onload, onerror) => { document.head.append(Object.assign(document.createElement(tag), what, {onload, onerror})); });
const load = (src) => add("script", {src, async: false});
const start = () => {
  started ||= Promise.all([load(button.dataset.index), load(button.dataset.script)]).then(() => patlintSearch(box, button), () => {
    started = 0;
    box.querySelector(".said").textContent = "The search did not load.";
  });
};
const open = () => {
  if (!box) {
    document.body.insertAdjacentHTML("beforeend", `<dialog class="search" aria-label="Search" closedby="any"><div class="ask"><input type="text" id="query" aria-label="Search for" autocomplete="off" spellcheck="false">
      <button type="button">Close</button><p class="said" role="status">Loading</p><ul class="hits"></ul></div></dialog>`);
    box = document.body.lastElementChild;
    box.querySelector("button").onclick = () => box.close();
    box.style.opacity = 0; // until its sheet is there; the field takes what is typed meanwhile
    const show = () => { box.style.opacity = ""; };
    add("link", {rel: "stylesheet", href: button.dataset.sheet}).then(show, show);
  }
  if (box.open === false) box.showModal();
  box.querySelector("#query").select();
  start();
};
button.onclick = open;
try { hint.hidden = localStorage.slash === "off"; } catch {} // a browser that keeps nothing
const texts = "input:not([type=checkbox],[type=radio]),select,textarea,[contenteditable]"; // in them / is a character
document.addEventListener("keydown", (e) => {
  if (e.altKey || !(e.ctrlKey || e.metaKey ? !e.shiftKey && e.key.toLowerCase() === "k" : e.key === "/" && !e.target.closest(texts) && !hint.hidden)) return;
  e.preventDefault();
  open();
});
if (box) start();
