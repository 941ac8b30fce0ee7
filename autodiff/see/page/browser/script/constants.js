// Constants that the drawing writes into the operations that use them, w × 1.5, rewritten where another state has other ones.
const constants = (() => {
  const is_number = k => nodes[k].constant && typeof nodes[k].value === 'number';
  const written = texts =>
    texts.filter(t => !/^(value|grad)$/.test(t.textContent.trim()) && !t.classList.contains('v') && !t.classList.contains('g'));

  function write(part, k) {
    const changed = nodes[k].operands.filter(o => is_number(o) && nodes[o].value !== states.recorded(o).value);
    if (!changed.length && !part.rewritten) return;
    part.rewritten ||= written(part.texts).map(t => [t, t.textContent]);
    for (const [text, was] of part.rewritten) {
      let now = was;
      for (const o of changed) {
        const before = format(Math.abs(states.recorded(o).value)),
          after = format(Math.abs(nodes[o].value));
        now = now.replace(new RegExp(`(?<![\\d.])${before.replace(/[.+]/g, '\\$&')}(?![\\d.])`), after);
      }
      if (text.textContent !== now) text.textContent = now;
    }
  }
  return {write};
})();
