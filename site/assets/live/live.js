// Loads the page again when its site has changed, and shows what is wrong with the site. Only patlint site serve adds this script.
{
  const version = document.currentScript.dataset.version;
  const place = "live:" + location.pathname;
  const scrolled = sessionStorage.getItem(place);
  if (scrolled !== null) {
    sessionStorage.removeItem(place);
    scrollTo({top: Number(scrolled), behavior: "instant"});
  }

  const box = document.createElement("section");
  box.id = "mistakes";
  box.setAttribute("role", "alert");
  const line = (tag, text) => Object.assign(document.createElement(tag), {textContent: text});
  const show = (mistakes) => {
    box.replaceChildren();
    if (mistakes.length === 0) return box.remove();
    const list = document.createElement("ul");
    list.append(...mistakes.map((text) => line("li", text)));
    box.append(line("p", mistakes.length === 1 ? "1 mistake in the catalog" : mistakes.length + " mistakes in the catalog"), list);
    document.body.append(box);
  };

  new EventSource("/.patlint/events").onmessage = (event) => {
    const state = JSON.parse(event.data);
    if (state.version === version) return show(state.mistakes);
    sessionStorage.setItem(place, scrollY);
    location.reload();
  };
}
