// The panel's three pages: why, touch, exercise.
const tabs = (() => {
  const list = [...document.querySelectorAll('[role=tab]')];
  const opened = () => list.find(t => t.getAttribute('aria-selected') === 'true').dataset.page;
  function open(page) {
    if (opened() === page) return;
    for (const t of list) {
      const mine = t.dataset.page === page;
      t.setAttribute('aria-selected', mine);
      t.tabIndex = mine ? 0 : -1;
      document.getElementById(t.dataset.page).hidden = !mine;
    }
    if (page === 'exercise' && !exercise.is_running()) exercise.begin();
    if (page === 'touch' && exercise.is_running()) exercise.end();
  }
  function start() {
    const bar = list[0].parentElement;
    bar.addEventListener('click', e => {
      const t = e.target.closest('[role=tab]');
      if (t) open(t.dataset.page);
    });
    bar.addEventListener('keydown', e => {
      const i = list.indexOf(e.target),
        by = {ArrowLeft: -1, ArrowRight: 1}[e.key];
      if (i < 0 || !by) return;
      const t = list[(i + by + list.length) % list.length];
      open(t.dataset.page);
      t.focus();
      e.preventDefault();
    });
    document.getElementById('collapse').addEventListener('click', e => {
      const shut = document.body.classList.toggle('panel_shut');
      e.target.setAttribute('aria-expanded', !shut);
      e.target.setAttribute('aria-label', shut ? 'Show the panel' : 'Hide the panel');
    });
  }
  return {start, open, opened};
})();
