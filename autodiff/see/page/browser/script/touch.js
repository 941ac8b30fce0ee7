// Touch the inputs: every number of the picture is computed again.
const touch = (() => {
  const panel = document.getElementById('touch'),
    banner = document.getElementById('banner');
  const inputs = record.live ? nodes.filter(n => n.input) : [];
  const now = new Map(inputs.map(n => [n.index, n.value])),
    ranges = new Map();
  const half = x => 2 * Math.max(1, Number.isFinite(x) ? Math.abs(x) : 1);
  let waiting = 0;

  function why_not() {
    if (!record.scalar_only) return 'This record has arrays, which are not computed again in the page.';
    const missing = nodes.find(n => n.op && !record.has_function(n));
    return `The page cannot compute ${missing ? escape(missing.op.name) : 'all operations'} again, so the inputs stand as they were recorded.`;
  }

  const result = k =>
    typeof sweep.gradients[k] === 'number' || sweep.gradients[k] === 'zero'
      ? `${escape(words.total(k))} = ${why.signed(sweep.gradients[k], gradient_text(k))}`
      : '';
  const outputs = () => record.outputs.map(k => `${why.link(k)} = <b>${value_text(k)}</b>`).join('<br>');
  function row(n) {
    const [low, high] = ranges.get(n.index);
    return (
      `<div class="input_row" data-row="${n.index}"><label for="number_${n.index}">${why.link(n.index)}</label>` +
      `<input type="range" id="slide_${n.index}" aria-label="${escape(words.name(n.index))}" min="${low}" max="${high}" step="any" value="${n.value}" data-input="${n.index}">` +
      `<input type="text" inputmode="decimal" id="number_${n.index}" value="${n.value}" data-number="${n.index}" autocomplete="off"><output data-result="${n.index}">${result(n.index)}</output></div>`
    );
  }
  function start() {
    if (!record.live || !inputs.length) {
      panel.innerHTML = `<p>${inputs.length || !record.live ? why_not() : 'There are no inputs to move.'}</p>`;
      return;
    }
    for (const n of inputs) ranges.set(n.index, [n.value - half(n.value), n.value + half(n.value)]);
    const many = inputs.length > 60;
    panel.innerHTML =
      `<p class="quiet">Move an input: the values and the whole sweep are computed again.</p>` +
      (record.outputs.length ? `<div class="sum" id="touched">${outputs()}</div>` : '') +
      `${(many ? inputs.slice(0, 60) : inputs).map(row).join('')}` +
      `${many ? `<p class="quiet">The first 60 of ${inputs.length} inputs.</p>` : ''}<p class="buttons"><button id="reset" disabled>Reset</button></p>`;
    panel.addEventListener('input', e => {
      const d = e.target.dataset;
      if (d.input) {
        set(+d.input, +e.target.value);
        document.getElementById('number_' + d.input).value = short(+e.target.value);
      } else if (d.number) typed(+d.number, e.target);
    });
    panel.addEventListener('click', e => {
      if (e.target.id === 'reset') reset();
    });
  }
  const short = x => String(+x.toPrecision(5));
  function typed(k, field) {
    const x = arithmetic(field.value);
    field.classList.toggle('wrong', Number.isNaN(x));
    if (Number.isNaN(x)) return;
    const slider = document.getElementById('slide_' + k),
      [low, high] = ranges.get(k);
    if (x < low || x > high) {
      ranges.set(k, [x - half(x), x + half(x)]);
      [slider.min, slider.max] = ranges.get(k);
    }
    slider.value = x;
    set(k, x);
  }
  function set(k, x) {
    now.set(k, x);
    if (!waiting) waiting = requestAnimationFrame(update);
  }
  function update() {
    waiting = 0;
    sweep.run(now);
    document.getElementById('reset').disabled = false;
    refresh();
  }
  function refresh() {
    paint.all();
    for (const e of panel.querySelectorAll('[data-result]')) e.innerHTML = result(+e.dataset.result);
    if (record.outputs.length) document.getElementById('touched').innerHTML = outputs();
    const flipped = sweep.is_changed() ? decisions.flipped() : [];
    marks.put('flipped', () => flipped.map(f => marks.group(f.node)));
    banner.hidden = !flipped.length;
    banner.innerHTML =
      flipped
        .slice(0, 4)
        .map(f => `<p>${escape(f.text)} ${why.link(f.node, 'Show it')}</p>`)
        .join('') + (flipped.length > 4 ? `<p>and ${flipped.length - 4} more.</p>` : '');
    player.show(steps.now(), true);
  }
  function reset() {
    for (const n of inputs) {
      now.set(n.index, n.value);
      const slider = document.getElementById('slide_' + n.index);
      if (!slider) continue;
      const range = [n.value - half(n.value), n.value + half(n.value)];
      ranges.set(n.index, range);
      [slider.min, slider.max] = range;
      slider.value = n.value;
      document.getElementById('number_' + n.index).value = n.value;
    }
    sweep.restore();
    if (!document.getElementById('reset')) return;
    document.getElementById('reset').disabled = true;
    refresh();
  }
  return {start, reset};
})();
