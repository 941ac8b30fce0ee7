// The parameters of a box, in the panel: how many, their statistics, and how values and gradients spread, of each and of all together.
const parameters = (() => {
  const few = 8,
    most_copies = 40;
  const size = x => (typeof x === 'object' ? (x.shape || []).reduce((a, b) => a * b, 1) : 1);
  const finite = x => size(x) - (x.nan || 0) - (x.inf || 0);
  const is_there = x => x !== null && x !== undefined && typeof x !== 'string';

  // Numbers as one array.
  function facts_of(list) {
    const numbers = list.filter(Number.isFinite),
      nan = list.filter(Number.isNaN).length,
      min = numbers.reduce((a, b) => Math.min(a, b), Infinity),
      max = numbers.reduce((a, b) => Math.max(a, b), -Infinity),
      spread = Array(20).fill(0);
    if (max > min) for (const x of numbers) spread[Math.min(19, Math.floor(((x - min) / (max - min)) * 20))]++;
    return {
      shape: [list.length],
      min: numbers.length ? min : 0,
      max: numbers.length ? max : 0,
      mean: numbers.length ? numbers.reduce((a, b) => a + b, 0) / numbers.length : 0,
      norm: Math.hypot(...numbers),
      zeros: numbers.filter(x => x === 0).length,
      nan,
      inf: list.length - numbers.length - nan,
      spread: max > min ? spread : undefined,
    };
  }
  // Arrays and numbers together: what can be told of all from what is told of each.
  function together(list) {
    const all = list.map(x => (typeof x === 'number' ? facts_of([x]) : x)),
      sum = f => all.reduce((s, x) => s + f(x), 0),
      n = sum(finite),
      some = all.filter(x => finite(x) > 0);
    return {
      shape: [sum(size)],
      min: some.reduce((a, x) => Math.min(a, x.min), some.length ? Infinity : 0),
      max: some.reduce((a, x) => Math.max(a, x.max), some.length ? -Infinity : 0),
      mean: n ? some.reduce((s, x) => s + x.mean * finite(x), 0) / n : 0,
      norm: Math.hypot(...some.map(x => x.norm)),
      zeros: sum(x => x.zeros || 0),
      nan: sum(x => x.nan || 0),
      inf: sum(x => x.inf || 0),
    };
  }

  const share = x => {
    const percent = size(x) ? (100 * (x.zeros || 0)) / size(x) : 0;
    return percent > 0 && percent < 0.1 ? '< 0.1 %' : format(percent, 2) + ' %';
  };
  function table(value, gradient) {
    const row = (label, x) =>
      `<tr><th scope="row">${label}</th>${['mean', 'norm', 'min', 'max'].map(s => `<td>${format(x[s], 3)}</td>`).join('')}<td>${share(x)}</td></tr>`;
    const odd = [value, gradient]
      .filter(x => x && (x.nan || x.inf))
      .map(x => `${x.nan || 0} NaN and ${x.inf || 0} infinite ${x === value ? 'values' : 'gradients'}`);
    return (
      '<table class="stats wide"><thead><tr><td></td>' +
      ['mean', 'norm', 'min', 'max', 'zeros'].map(s => `<th scope="col">${s}</th>`).join('') +
      `</tr></thead><tbody>${row('value', value)}${gradient ? row('grad', gradient) : ''}</tbody></table>` +
      (odd.length ? `<p class="odd">${odd.join(', ')}</p>` : '')
    );
  }
  const histograms = (value, gradient, range) =>
    `<div class="pair">${arrays.histogram(value, 'value', range && range.value)}${gradient ? arrays.histogram(gradient, 'gradient', range && range.gradient) : ''}</div>`;

  // What may be shown at this step; none if it is hidden.
  const value = k => paint.value_now(k);
  const gradient = k => {
    const g = paint.gradient_now(k);
    return is_there(g) ? g : null;
  };
  function card(title, v, g, range) {
    const name = `<p class="name">${title} <span class="quiet">${arrays.type(v)}</span></p>`;
    return `<div class="parameter">${name}${table(v, g)}${histograms(v, g, range)}</div>`;
  }
  const name = k => why.link(k, words.name(k)) + (nodes[k].scope ? ` <span class="quiet">${escape(scope_path(nodes[k].scope))}</span>` : '');

  // One row for each of the scopes that are alike, to compare them: norms, and how much larger than the gradients the values are.
  function copies_table(all, box) {
    const parent = record.scopes[box.scope][1],
      groups = new Map();
    for (const k of all) {
      let scope = nodes[k].scope;
      while (scope > 0 && record.scopes[scope][1] !== parent) scope = record.scopes[scope][1];
      groups.set(scope, [...(groups.get(scope) || []), k]);
    }
    if (groups.size < 2) return '';
    const rows = [...groups].slice(0, most_copies).map(([scope, list], i) => {
      const v = together(list.map(value)),
        known = list.filter(k => gradient(k) !== null),
        g = known.length ? together(known.map(gradient)) : null;
      const named = [...groups.keys()].every(s => record.scopes[s][0] === box.name) ? `${box.name} ${i + 1}` : record.scopes[scope][0];
      return `<tr><th scope="row">${escape(named)}</th><td>${format(v.norm, 3)}</td><td>${g ? format(g.norm, 3) : '?'}</td><td>${g && v.norm ? format(g.norm / v.norm, 2) : ''}</td></tr>`;
    });
    return (
      '<table class="stats wide copies"><thead><tr><td></td><th scope="col">norm</th><th scope="col">of the gradient</th><th scope="col">their ratio</th></tr></thead>' +
      `<tbody>${rows.join('')}</tbody></table>${groups.size > most_copies ? `<p class="quiet">and ${groups.size - most_copies} more</p>` : ''}`
    );
  }

  // `inside`: the nodes of a box.
  function panel(inside, box, everything) {
    const {copies} = box;
    const all = inside.filter(k => nodes[k].input && is_there(value(k)));
    if (!all.length) return '';
    const whole = all.filter(k => record.is_array(nodes[k])),
      numbers = all.filter(k => !record.is_array(nodes[k])),
      with_gradients = all.filter(k => gradient(k) !== null);
    const total = together(all.map(value)),
      n = total.shape[0],
      each = copies > 1 && n % copies === 0 ? `${copies} × ${(n / copies).toLocaleString('en')} = ` : '';
    const kinds = [whole.length ? count(whole.length, 'array') : '', numbers.length ? count(numbers.length, 'single number') : ''].filter(Boolean);
    const shown = everything ? whole : whole.slice(0, few);
    const of_numbers = {...facts_of(numbers.map(value)), type: 'float64'},
      of_gradients = numbers.every(k => gradient(k) !== null) ? facts_of(numbers.map(gradient)) : null;
    const gradients = with_gradients.length ? together(with_gradients.map(gradient)) : null;
    return (
      `<h3>Parameters</h3><p><b>${each}${count(n, 'number')}</b> in ${kinds.join(' and ')}.${all.length > 1 ? ' All together:' : ''}</p>` +
      table(total, gradients) +
      (copies > 1 ? copies_table(all, box) : '') +
      shown.map(k => card(name(k), value(k), gradient(k), states.range(k))).join('') +
      (shown.length < whole.length ? `<p><button id="more_parameters">Show all ${whole.length} arrays</button></p>` : '') +
      (!numbers.length ? '' : whole.length ? card('The single numbers', of_numbers, of_gradients) : histograms(of_numbers, of_gradients))
    );
  }
  return {panel};
})();
