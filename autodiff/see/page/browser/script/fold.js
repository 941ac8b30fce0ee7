// Scopes that are frames can be closed: an opaque box over what is in them.
const fold = (() => {
  const svg_element = (name, attributes, text) => {
    const e = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
    if (text !== undefined) e.textContent = text;
    return e;
  };
  const is_within = (scope, ancestor) => {
    for (; scope > 0; scope = record.scopes[scope][1]) if (scope === ancestor) return true;
    return false;
  };
  const closed = new Map();

  function close(cluster) {
    const {
        bounds: [x0, y0, x1, y1],
        scope,
      } = cluster,
      inside = nodes.filter(n => is_within(n.scope, scope));
    const sizes = inside.map(n => size_of(sweep.gradients[n.index])).filter(Number.isFinite),
      x = (x0 + x1) / 2,
      y = (y0 + y1) / 2;
    const title = record.scopes[scope] ? record.scopes[scope][0] : cluster.text ? cluster.text.textContent : '';
    const size = Math.max(9, Math.min(16, (x1 - x0) / Math.max(8, title.length * 0.62), (y1 - y0) / 4));
    const box = svg_element('g', {
      class: 'fold',
      'data-scope': scope,
      tabindex: 0,
      role: 'button',
      'aria-expanded': 'false',
      'aria-label': `${title}, closed, ${count(inside.length, 'node')}. Open it.`,
    });
    const line = (text, dy, scale, type) =>
      svg_element('text', {x, y: y + dy * size, 'text-anchor': 'middle', 'font-size': (size * scale).toFixed(1), class: type}, text);
    box.append(
      svg_element('rect', {x: x0, y: y0, width: x1 - x0, height: y1 - y0, rx: 8}),
      line(title, -0.6, 1, 'name'),
      line(count(inside.length, 'node'), 0.7, 0.75, ''),
      ...(sizes.length ? [line(`|grad| up to ${format(sizes.reduce((a, b) => Math.max(a, b), 0))}`, 1.8, 0.75, '')] : []),
    );
    picture.root.append(box);
    const keys = new Set(inside.map(n => picture.key_of(n.index)));
    const gone = [...keys]
      .map(k => picture.elements.get(k))
      .filter(Boolean)
      .map(p => p.group);
    gone.push(...picture.lines.filter(l => keys.has(l.from) && keys.has(l.to)).map(l => l.group));
    for (const c of picture.clusters)
      if (c !== cluster && is_within(c.scope, scope)) gone.push(c.group, ...[closed.get(c.scope)].filter(Boolean).map(f => f.box));
    for (const g of gone) g.classList.add('folded');
    closed.set(scope, {box, gone});
    return box;
  }
  function open(scope) {
    const {box, gone} = closed.get(scope);
    box.remove();
    closed.delete(scope);
    for (const g of gone) g.classList.remove('folded');
    // What is inside another closed one stays hidden.
    for (const f of closed.values()) for (const g of f.gone) g.classList.add('folded');
  }
  function toggle(scope) {
    const cluster = picture.clusters.find(c => c.scope === scope);
    if (!cluster) return;
    if (closed.has(scope)) {
      open(scope);
      if (cluster.title) cluster.title.focus({preventScroll: true});
    } else close(cluster).focus({preventScroll: true});
  }
  function bind(picture) {
    for (const c of picture.clusters)
      if (c.text) {
        c.text.classList.add('fold_title');
        c.title = c.text;
        for (const [k, v] of Object.entries({
          tabindex: 0,
          role: 'button',
          'aria-expanded': 'true',
          'aria-label': `${c.text.textContent.trim()}, open. Close it.`,
        }))
          c.text.setAttribute(k, v);
      }
  }
  return {start: () => bind(picture), bind, toggle};
})();
