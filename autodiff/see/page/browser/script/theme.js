// Light or dark: as the system has it, until the button is pressed.
const theme = (() => {
  const button = document.getElementById('theme'),
    asked = window.matchMedia('(prefers-color-scheme: dark)');
  let chosen = null;
  function set() {
    const dark = chosen === null ? asked.matches : chosen;
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    button.setAttribute('aria-label', dark ? 'Light page' : 'Dark page');
    button.textContent = dark ? '☀' : '☾';
  }
  set();
  function start() {
    const change = dark => {
      chosen = dark;
      set();
      paint.all();
    };
    button.addEventListener('click', () => change(!colour.is_dark()));
    asked.addEventListener('change', () => {
      if (chosen === null) change(null);
    });
    // Paper is white, and has the whole picture.
    let before = null;
    window.matchMedia('print').addEventListener('change', e => {
      if (e.matches) before = chosen;
      change(e.matches ? false : before);
      view.whole(e.matches);
    });
  }
  return {start};
})();
