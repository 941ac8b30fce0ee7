// The numbers in the drawing of an array, rewritten for another state: its statistics, how its elements spread, its cells, or all elements of
// a small one. They stand in two columns, marked v and g by texts.js.
const array_texts = (() => {
  const statistics = ['max', 'mean', 'min', 'norm'],
    at = (e, a) => +e.getAttribute(a),
    said = e => e.textContent.trim();
  const glyphs = ['\u00a0', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

  // Per column: the texts of each row, and the cells.
  function bind(part) {
    const columns = {v: {rows: {}, cells: [], numbers: []}, g: {rows: {}, cells: [], numbers: []}};
    for (const name of [...statistics, 'zeros', 'spread']) {
      const label = part.texts.find(t => said(t) === name);
      if (!label) continue;
      const row = part.texts.filter(t => t !== label && said(t) && Math.abs(at(t, 'y') - at(label, 'y')) < 3 && at(t, 'x') > at(label, 'x'));
      for (const t of row) (columns[t.classList.contains('g') ? 'g' : 'v'].rows[name] ||= []).push(t);
    }
    part.cells.forEach((c, i) => {
      if (part.cell_fills[i] && part.cell_fills[i] !== 'none') columns[c.classList.contains('g') ? 'g' : 'v'].cells.push(c);
    });
    const from = part.texts.findIndex(t => said(t) === 'value');
    for (const t of part.texts.slice(from))
      if (from >= 0 && said(t) && !/^(value|grad)$/.test(said(t))) columns[t.classList.contains('g') ? 'g' : 'v'].numbers.push(t);
    for (const c of Object.values(columns))
      for (const t of c.numbers) t.dataset.recorded = [t.textContent, t.getAttribute('fill'), t.getAttribute('x')].join('\u0001');
    return (part.columns = columns);
  }
  function restore(columns) {
    for (const {numbers} of Object.values(columns))
      for (const t of numbers) {
        const [text, fill, x] = t.dataset.recorded.split('\u0001');
        t.textContent = text;
        t.setAttribute('fill', fill);
        t.setAttribute('x', x);
        t.removeAttribute('textLength');
      }
  }

  function share(x) {
    const percent = (100 * x.zeros) / x.shape.reduce((a, b) => a * b, 1);
    return percent > 0 && percent < 0.1 ? '< 0.1 %' : format(percent, 2) + ' %';
  }
  function column({rows, cells, numbers}, x, is_gradient) {
    const known = x && typeof x === 'object';
    if (!Object.keys(rows).length) return elements(numbers, cells, known ? x.of : null, is_gradient);
    for (const name of statistics)
      for (const t of rows[name] || []) {
        // Where the record has rounding there is room for little.
        texts.write(t, known ? format(x[name], t.dataset.recorded.startsWith('≈') ? 2 : undefined) : '–');
        if (is_gradient && name !== 'norm') t.setAttribute('fill', colour.text(known ? x[name] : null));
      }
    for (const t of rows.zeros || []) texts.write(t, known ? share(x) : '–');
    spread(rows.spread || [], known ? x.bars : null);
    // The signs in the cells are those of the record.
    for (const t of numbers) if (t.dataset.recorded.startsWith('−\u0001')) t.textContent = '';
    cells.forEach((c, i) => c.setAttribute('fill', known && x.cells && i < x.cells.length ? colour.heat(x.cells[i]) : colour.plain('unknown')));
  }
  // Below 0, a line, and above; or one of both alone.
  function spread(row, bars) {
    const rule = row.find(t => t.dataset.recorded.startsWith('|')),
      list = row.filter(t => t !== rule);
    if (!list.length) return;
    const [negative, ...counts] = bars || [0],
      most = Math.max(...counts, 1),
      text = counts.map(n => (n ? glyphs[1 + Math.round((7 * n) / most)] : glyphs[0])).join('');
    const two = list.length > 1;
    list[0].textContent = two ? text.slice(0, negative) : text;
    if (!two) return list[0].setAttribute('fill', colour.line(negative === counts.length && negative ? -1 : 1));
    list[1].textContent = text.slice(negative);
    const end = at(list[0], 'x') + 5.42 * negative;
    if (rule) rule.setAttribute('x', end);
    list[1].setAttribute('x', end + (rule ? 2.34 : 0));
  }
  function elements(numbers, cells, of, is_gradient) {
    numbers.forEach((t, i) => {
      texts.write(t, of && i < of.length ? format(of[i]) : '–');
      if (is_gradient) t.setAttribute('fill', colour.text(of ? of[i] : null));
      if (cells[i]) cells[i].setAttribute('fill', of ? colour.fill(of[i], paint.scale()) : colour.plain('unknown'));
    });
  }

  // After the cells have their recorded colours.
  function write(part, value, gradient) {
    if (part.neighbour || (!part.columns && !states.are_others())) return;
    const columns = part.columns || bind(part);
    if (!states.are_others()) return restore(columns);
    column(columns.v, value, false);
    column(columns.g, gradient, true);
  }
  return {write};
})();
