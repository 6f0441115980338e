// A text page: its copy buttons, its contents while the reader scrolls, and its folds in print.
const status = document.createElement("p");
status.className = "unseen";
status.setAttribute("role", "status");
document.body.append(status);

// The linter's messages stand between the lines of an example and are no part of it.
const source = (code) => {
  const copy = code.cloneNode(true);
  copy.querySelectorAll(".says").forEach((el) => el.remove());
  return copy.textContent.trimEnd();
};

// Where there is no clipboard, or none for pages from a disk, a selection can still be copied.
const write = async (text) => {
  try { return await navigator.clipboard.writeText(text); } catch {}
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "unseen";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("not copied");
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest(".copy");
  if (!button) return;
  const code = button.closest("figure, p").querySelector("code");
  let said = "Copied";
  try { await write(source(code) + (button.closest("figure") ? "\n" : "")); } catch { said = "Not copied"; }
  button.focus();
  button.textContent = status.textContent = said;
  setTimeout(() => { button.textContent = "Copy"; status.textContent = ""; }, 2000);
});

// The heading nearest above the upper third of the window is the one at which the reader is.
const entries = new Map(Array.from(document.querySelectorAll(".wide a"), (a) => [decodeURIComponent(a.hash.slice(1)), a]));
const heads = Array.from(document.querySelectorAll("main :is(h2, h3)[id]")).filter((h) => entries.has(h.id));
let here;
const follow = () => {
  const edge = innerHeight / 3;
  let now = heads.findLast((h) => h.getBoundingClientRect().top < edge);
  if (heads.length && scrollY > 0 && scrollY + innerHeight >= document.documentElement.scrollHeight - 2) now = heads.at(-1);
  const a = now && entries.get(now.id);
  if (a === here) return;
  here?.removeAttribute("aria-current");
  a?.setAttribute("aria-current", "true");
  here = a;
};
if (heads.length) {
  let waiting = false;
  addEventListener("scroll", () => {
    if (!waiting) requestAnimationFrame(() => { waiting = false; follow(); });
    waiting = true;
  }, {passive: true});
  follow();
}

let folded = [];
addEventListener("beforeprint", () => {
  folded = Array.from(document.querySelectorAll("details:not([open])"));
  for (const el of folded) el.open = true;
});
addEventListener("afterprint", () => { for (const el of folded) el.open = false; });
