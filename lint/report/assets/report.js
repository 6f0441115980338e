'use strict';
// Filters, the copy buttons and print. Without this script everything is there to read. No text becomes HTML here: textContent only.
(() => {
  const filters = document.getElementById('filters');
  const fields = Array.from(filters?.querySelectorAll('input, select') ?? []);
  const shown = document.getElementById('shown');
  const none = document.getElementById('none');
  const said = document.getElementById('said');
  const groups = Array.from(document.querySelectorAll('.group'), el => {
    const n = el.querySelector('.n');
    return {el, n, words: n.textContent, open: el.open, findings: Array.from(el.querySelectorAll('.finding'), f => ({el: f, text: null}))};
  });
  const listed = groups.reduce((sum, g) => sum + g.findings.length, 0);
  let filtering = false;

  const text = (g, f) => f.text ??= (g.el.querySelector('summary').textContent + ' ' + (g.el.querySelector('.about')?.textContent ?? '') + ' ' + f.el.textContent).toLowerCase();

  const wanted = () => {
    const out = {};
    for (const field of fields) if (field.value.trim()) out[field.name] = field.value.trim();
    return out;
  };

  const apply = () => {
    const {q, ...exact} = wanted();
    const words = q ? q.toLowerCase().split(/\s+/) : [];
    const active = words.length > 0 || Object.keys(exact).length > 0;
    if (!active && !filtering) return;
    let sum = 0;
    for (const g of groups) {
      if (active && !filtering) g.open = g.el.open;
      let n = 0;
      for (const f of g.findings) {
        const fits = Object.keys(exact).every(k => f.el.dataset[k] === exact[k]) && words.every(w => text(g, f).includes(w));
        f.el.hidden = !fits;
        if (fits) n++;
      }
      sum += n;
      g.el.hidden = active && n === 0;
      g.el.open = active ? n > 0 : g.open;
      g.n.textContent = active ? n + ' of ' + g.words : g.words;
    }
    filtering = active;
    shown.textContent = active ? sum + ' of ' + listed + ' listed findings' : shown.dataset.all;
    none.hidden = !active || sum > 0;
  };

  const remember = () => {
    const state = new URLSearchParams(wanted()).toString();
    if (state || location.hash.includes('=')) history.replaceState(null, '', '#' + state);
  };

  const restore = () => {
    if (!location.hash.includes('=')) return;
    const state = new URLSearchParams(location.hash.slice(1));
    for (const field of fields) {
      field.value = state.get(field.name) ?? '';
      if (field.selectedIndex === -1) field.value = ''; // a value that this report does not have
    }
    apply();
  };

  if (filters) {
    let timer;
    shown.dataset.all = shown.textContent;
    filters.hidden = false;
    filters.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(() => { apply(); remember(); }, 120);
    });
    filters.querySelector('input').addEventListener('keydown', e => { // some browsers do this by themselves, others do not
      if (e.key !== 'Escape' || e.isComposing || !e.target.value) return;
      e.preventDefault();
      e.target.value = '';
      clearTimeout(timer);
      apply();
      remember();
    });
    filters.querySelector('button').addEventListener('click', () => {
      for (const field of fields) field.value = '';
      apply();
      remember();
    });
    addEventListener('hashchange', restore);
    restore();
  }

  if (navigator.clipboard) {
    document.documentElement.classList.add('js');
    document.addEventListener('click', async e => {
      const button = e.target.closest?.('.copy');
      if (!button) return;
      try {
        await navigator.clipboard.writeText(button.closest('figure').querySelector('code').textContent.trimEnd() + '\n');
        said.textContent = button.textContent = 'Copied';
      } catch {
        said.textContent = button.textContent = 'Not copied';
      }
      setTimeout(() => { button.textContent = 'Copy'; said.textContent = ''; }, 2000);
    });
  }

  let closed = [];
  addEventListener('beforeprint', () => {
    closed = Array.from(document.querySelectorAll('details:not([open])'));
    for (const el of closed) el.open = true;
  });
  addEventListener('afterprint', () => {
    for (const el of closed) el.open = false;
  });
})();
