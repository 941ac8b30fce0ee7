// How a node changes over the states, in the panel: a line for its value and one for its gradient, of arrays for their norms.
const trend = (() => {
  const w = 300,
    h = 56;
  const number = x => (typeof x === 'number' ? x : x && typeof x === 'object' ? x.norm : null);

  function line(list, title, now) {
    const seen = list.filter(x => x !== null && Number.isFinite(x));
    if (seen.length < 2) return '';
    const low = Math.min(...seen),
      high = Math.max(...seen),
      x = i => 4 + (i * (w - 8)) / (list.length - 1),
      y = v => (high > low ? h - 5 - ((v - low) / (high - low)) * (h - 10) : h / 2);
    let pen = 'M';
    const path = list
      .map((v, i) => {
        if (v === null || !Number.isFinite(v)) {
          pen = 'M';
          return '';
        }
        const step = `${pen}${x(i).toFixed(1)} ${y(v).toFixed(1)}`;
        pen = 'L';
        return step;
      })
      .join('');
    const here = list[now],
      mark = here !== null && Number.isFinite(here) ? `<circle cx="${x(now).toFixed(1)}" cy="${y(here).toFixed(1)}" r="4"/>` : '';
    const what = `${title}, from ${format(list[0] ?? NaN)} to ${format(list[list.length - 1] ?? NaN)}, between ${format(low)} and ${format(high)}`;
    return (
      `<figure class="trend"><figcaption>${title} <span>${format(low)} … ${format(high)}</span></figcaption>` +
      `<svg viewBox="0 0 ${w} ${h}" role="img" aria-label="${escape(what)}"><path d="${path}"/>${mark}</svg></figure>`
    );
  }

  function panel(k, with_gradient) {
    if (states.size() < 2) return '';
    const kind = record.is_array(nodes[k]) ? 'norm of the ' : '',
      values = states.of(k).map(s => number(s.value)),
      gradients = states.of(k).map(s => number(s.gradient));
    const lines =
      line(values, kind + 'value', states.now()) + (with_gradient && !nodes[k].constant ? line(gradients, kind + 'gradient', states.now()) : '');
    return lines ? `<h3>Over the states</h3>${lines}` : '';
  }
  return {panel};
})();
