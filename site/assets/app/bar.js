// The bar: its theme button goes round system, light, dark.
const themes = {system: "light", light: "dark", dark: "system"};
const root = document.documentElement;
const button = document.querySelector("#theme");
const show = () => { button.textContent = "Theme: " + (root.dataset.theme || "system"); };
button.onclick = () => {
  const next = themes[root.dataset.theme || "system"];
  if (next === "system") delete root.dataset.theme; else root.dataset.theme = next;
  try { if (next === "system") localStorage.removeItem("theme"); else localStorage.theme = next; } catch {} // a browser that keeps nothing
  show();
};
show();
