// Puts the parts together.
(() => {
  const $ = id => document.getElementById(id);
  const view_element = picture.view;
  let hovering = 0;

  // A tooltip with all digits, of what is shown.
  function tell(group, k) {
    let title = group.querySelector(':scope > title');
    if (!title) group.prepend((title = document.createElementNS('http://www.w3.org/2000/svg', 'title')));
    const g = paint.gradient_now(k),
      v = paint.value_now(k),
      full = x => (typeof x === 'number' ? String(x).replace('-', '−') : null);
    title.textContent = [words.name(k), full(v) && `value ${full(v)}`, full(g) && `gradient ${full(g)}`].filter(Boolean).join('\n');
  }
  view_element.addEventListener('pointerover', e => {
    if (e.pointerType === 'touch') return;
    const node = e.target.closest('g.node');
    clearTimeout(hovering);
    const k = node ? keys.index_of(node) : -1;
    if (k >= 0) tell(node, k);
    hovering = setTimeout(() => marks.trace(k >= 0 && !view_element.classList.contains('dragged') ? k : null), k >= 0 ? 120 : 60);
  });
  view_element.addEventListener('pointerleave', () => {
    clearTimeout(hovering);
    marks.trace(null);
  });
  view_element.addEventListener('click', e => {
    if (view.was_dragged()) return;
    const title = e.target.closest('.fold,.fold_title');
    if (title) return fold.toggle(+title.closest('[data-scope]').dataset.scope);
    const node = e.target.closest('g.node'),
      k = node ? keys.index_of(node) : -1;
    if (k >= 0) {
      tabs.open('why');
      why.show(k);
    } else if (node) {
      tabs.open('why');
      boxes.show(node.dataset.key);
    }
  });
  view_element.addEventListener('dblclick', e => {
    const node = e.target.closest('g.node');
    if (node && !view.was_dragged()) stage.open(node.dataset.key);
  });
  document.addEventListener('click', e => {
    const link = e.target.closest('[data-node]');
    if (!link) return;
    const k = +link.dataset.node;
    tabs.open('why');
    why.show(k);
    stage.show(k);
  });
  document.addEventListener('pointerover', e => {
    const link = e.target.closest && e.target.closest('[data-node]');
    marks.put('pointed', () => (link ? [marks.group(+link.dataset.node)] : []));
  });

  const overlays = $('overlay');
  overlays.querySelector('[value=verdict]').disabled = !Object.keys(record.notes).length;
  overlays.querySelector('[value=not_finite]').disabled = !nodes.some(n => not_finite(n.value) || not_finite(n.gradient));
  overlays.addEventListener('change', () => {
    paint.overlay(overlays.value);
    const bad =
      overlays.value === 'not_finite' ? [...nodes].reverse().find(n => not_finite(n.value)) || nodes.find(n => not_finite(n.gradient)) : null;
    if (bad) {
      const found = origin.not_finite_from(bad.index);
      marks.way(found.way, found.place);
    } else marks.way([]);
  });
  $('zoom_in').addEventListener('click', () => view.zoom(1.3));
  $('zoom_out').addEventListener('click', () => view.zoom(1 / 1.3));
  $('fit').addEventListener('click', view.fit);

  if (!picture.svg) return;
  document.body.classList.remove('loading');
  view.start();
  for (const part of [keys, fold, find, why, boxes, exercise, touch, states, theme, tabs, stage]) part.start();
  player.start();
  if (record.hidden)
    $('hidden_count').textContent = `${count(record.hidden, 'node')} of the record ${record.hidden === 1 ? 'is' : 'are'} not in this page.`;
  if (record.outputs.length) why.show(record.outputs[0]);
  else if (nodes.length) why.show(nodes.length - 1);
  if (record.claims.length) tabs.open('exercise');
  document.body.dataset.ready = Math.round(performance.now());
})();
