// Arrays in the panel: type, statistics, a histogram, and the numbers as a map where there are few.
const arrays = (() => {
  const type = x => `${x.type || 'array'} [${(x.shape || []).join('×')}]`;
  const stats = ['max', 'mean', 'min', 'norm'];

  function table(value, gradient) {
    const both = gradient && typeof gradient === 'object' ? [value, gradient] : [value];
    const row = (label, cell) => `<tr><th scope="row">${label}</th>${both.map(x => `<td>${cell(x)}</td>`).join('')}</tr>`;
    const rows = stats.map(s => row(s, x => format(x[s])));
    rows.push(row('zeros', x => x.zeros ?? 0));
    if (both.some(x => x.nan || x.inf))
      rows.push(
        row('NaN', x => x.nan || 0),
        row('infinite', x => x.inf || 0),
      );
    return `<table class="stats"><thead><tr><td></td><th scope="col">value</th>${both[1] ? '<th scope="col">gradient</th>' : ''}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
  }

  // `range` is where the axis begins and ends, if that is further than the elements reach, and not so far that nothing could be seen.
  function histogram(x, title, range) {
    if (!x || !x.spread || !(x.max > x.min)) return '';
    const [low, high] = range && x.max - x.min > (range[1] - range[0]) / 12 ? range : [x.min, x.max],
      whole = 240,
      place = v => ((v - low) / (high - low)) * whole;
    const most = Math.max(...x.spread, 1),
      w = (place(x.max) - place(x.min)) / x.spread.length,
      gap = Math.min(0.5, w / 8),
      zero = place(0);
    const bars = x.spread
      .map((n, i) => {
        const middle = x.min + ((i + 0.5) / x.spread.length) * (x.max - x.min),
          h = n ? Math.max(1.5, (46 * n) / most) : 0;
        return `<rect x="${(place(x.min) + i * w + gap).toFixed(2)}" y="${50 - h}" width="${(w - 2 * gap).toFixed(2)}" height="${h}" class="${middle < 0 ? 'negative' : 'positive'}"><title>${count(n, 'element')} near ${format(middle)}</title></rect>`;
      })
      .join('');
    const line = zero > 0 && zero < whole ? `<line x1="${zero}" x2="${zero}" y1="0" y2="50"/>` : '';
    const ends = [format(low), format(high)];
    const label = `How the ${title} is spread from ${format(x.min)} to ${format(x.max)}`;
    return (
      `<figure class="histogram"><figcaption>${title}</figcaption>` +
      `<svg viewBox="0 0 ${whole} 51" preserveAspectRatio="none" role="img" aria-label="${label}">${bars}${line}</svg>` +
      `<div class="ends"><span>${ends[0]}</span><span>${ends[1]}</span></div></figure>`
    );
  }

  function map(x, title) {
    if (!x || !x.of || !x.shape || x.shape.length > 2) return '';
    const [rows, columns] = x.shape.length === 2 ? x.shape : [1, x.shape[0] ?? 1];
    const largest = x.of.reduce((most, v) => (Number.isFinite(v) ? Math.max(most, Math.abs(v)) : most), 0),
      size = 16;
    const cells = x.of
      .map((v, i) => {
        const row = Math.floor(i / columns),
          column = i % columns,
          strength = largest ? Math.abs(v) / largest : 0;
        const look = Number.isFinite(v) ? `class="${v < 0 ? 'negative' : 'positive'}" fill-opacity="${strength.toFixed(3)}"` : 'class="odd"';
        return `<rect x="${column * size}" y="${row * size}" width="${size - 1}" height="${size - 1}" ${look} data-text="[${x.shape.length === 2 ? row + ', ' : ''}${column}] = ${format(v)}"/>`;
      })
      .join('');
    const frame = `viewBox="0 0 ${columns * size} ${rows * size}" style="max-width:${columns * 28}px"`;
    return (
      `<figure class="map"><figcaption>${title} <output>the number under the pointer</output></figcaption>` +
      `<svg ${frame} role="img" aria-label="${title}, ${rows} by ${columns} numbers">${cells}</svg></figure>`
    );
  }

  function panel(k, with_gradient) {
    const v = nodes[k].value,
      g = with_gradient ? nodes[k].gradient : null;
    const range = states.range(k) || {};
    return table(v, g) + histogram(v, 'value', range.value) + histogram(g, 'gradient', range.gradient) + map(v, 'value') + map(g, 'gradient');
  }
  document.addEventListener('pointerover', e => {
    if (e.target.dataset && e.target.dataset.text) e.target.closest('figure').querySelector('output').textContent = e.target.dataset.text;
  });
  return {type, histogram, panel};
})();
