// Other states of the record, such as one an epoch: the slider puts their numbers in the place of those recorded, and all that shows or
// explains a number follows.
const states = (() => {
  const $ = id => document.getElementById(id);
  const recorded = nodes.map(({value, gradient, slopes, back}) => ({value, gradient, slopes, back}));
  const is_same = s => s.values.size === 0 && s.gradients.size === 0;
  // The last is the record itself, if it is none of its own.
  const list = [...record.states];
  if (list.length && !is_same(list[list.length - 1])) list.push({label: 'as recorded', values: new Map(), gradients: new Map()});
  const last = Math.max(0, list.length - 1);
  let now = last;

  const number_at = (state, k) => ({
    value: state.values.has(k) ? record.read(k, state.values.get(k)) : recorded[k].value,
    gradient: state.gradients.has(k) ? record.read(k, state.gradients.get(k)) : recorded[k].gradient,
  });
  const of = k => list.map(s => number_at(s, k));
  const are_others = () => now !== last;

  // From the smallest to the largest element in any state, so that histograms can be compared.
  function range(k) {
    if (list.length < 2) return null;
    const ends = name => {
      const seen = of(k)
        .map(s => s[name])
        .filter(x => x && typeof x === 'object');
      return seen.length ? [Math.min(...seen.map(x => x.min)), Math.max(...seen.map(x => x.max))] : null;
    };
    return {value: ends('value'), gradient: ends('gradient')};
  }

  function go(i) {
    i = Math.max(0, Math.min(last, i));
    if (list.length < 2 || i === now) return;
    if (exercise.is_running()) exercise.end();
    now = i;
    nodes.forEach((node, k) => {
      Object.assign(node, recorded[k], number_at(list[i], k));
      // What uses carry back is recorded of one state alone; between numbers it is computed again.
      if (are_others()) node.slopes = node.back = null;
    });
    words.forget();
    const at_end = steps.now() === steps.last,
      step = steps.now();
    sweep.restore();
    steps.build();
    player.resize();
    touch.reset();
    paint.show(null);
    paint.all();
    player.show(at_end ? steps.last : Math.min(step, steps.last), true);
    draw();
  }
  function draw() {
    const slider = $('state');
    slider.value = now;
    slider.setAttribute('aria-valuetext', `${list[now].label}, ${now + 1} of ${list.length}`);
    $('state_name').textContent = list[now].label;
    $('state_number').textContent = `${now + 1} / ${list.length}`;
  }
  function start() {
    if (list.length < 2) return;
    $('states').hidden = false;
    $('state').max = last;
    $('state').addEventListener('input', () => {
      player.pause();
      go(+$('state').value);
    });
    const left_out = record.all_states - record.states.length;
    $('state_name').title = left_out > 0 ? `${record.states.length} of ${record.all_states} states are in this page, in equal distances` : '';
    draw();
  }
  return {start, go, move: by => go(now + by), now: () => now, size: () => list.length, recorded: k => recorded[k], of, range, are_others};
})();
