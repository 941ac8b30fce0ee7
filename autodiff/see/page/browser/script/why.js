// The derivation of a node, in the panel: what it is, its value with numbers in place, its gradient as the sum over its uses.
const why = (() => {
  const panel = document.getElementById('why');
  let open = null,
    everything = false,
    extra = '';

  const link = (k, text = words.name(k)) => `<button class="link" data-node="${k}">${escape(text)}</button>`;
  const signed = (x, text = format(x)) => `<b class="${x > 0 ? 'positive' : x < 0 ? 'negative' : ''}${Number.isFinite(x) ? '' : ' odd'}">${text}</b>`;
  const number = x => `<b class="${Number.isFinite(x) ? '' : 'odd'}">${format(x)}</b>`;
  const box = html => `<div class="sum">${html}</div>`;

  function description(node) {
    const place = scope_path(node.scope),
      what = node.input ? 'An input' : node.constant ? 'A constant' : `An operation (${words.kind(node)})`;
    const output = record.outputs.includes(node.index) ? ' It is an output.' : '';
    const used = node.users.length
      ? ` It is used ${node.users.length === 1 ? 'once' : node.users.length === 2 ? 'twice' : node.users.length + ' times'}.`
      : output
        ? ''
        : ' Nothing uses it.';
    return `${what}, node ${node.id}${place ? ` in ${escape(place)}` : ''}.${output}${used}`;
  }

  function value_part(node) {
    if (record.is_array(node)) return `<p>${escape(arrays.type(node.value))}${node.op ? ' = ' + linked_formula(node) : ''}</p>`;
    const v = sweep.values[node.index];
    if (!node.op) return box(`${escape(words.name(node.index))} = ${number(v)}`);
    const numbers = record.scalar_only ? `= ${escape(words.over_numbers(node, o => sweep.values[o]))}<br>` : '';
    return box(`${node.name ? escape(node.name) + ' ' : ''}= ${linked_formula(node)}<br>${numbers}= ${number(v)}`);
  }
  const linked_formula = node =>
    words
      .apply(
        node,
        k => `\u0001${k}\u0002`,
        k => (words.simple(words.name(k)) ? `\u0001${k}\u0002` : `(\u0001${k}\u0002)`),
      )
      .replace(/[&<>]/g, escape)
      .replace(/\u0001(\d+)\u0002/g, (_, k) => (nodes[k].constant ? escape(words.name(+k)) : link(+k)));

  function term(c, k) {
    const formula = rules.symbol(c.user, c.place),
      carried = signed(c.amount);
    const symbol = `<span class="symbol">${escape(words.partial(c.user, k, c.place))} · ${escape(words.total(c.user))}</span>`;
    if (c.slope === null)
      return `<li>${symbol}<br>through ${link(c.user)}: ${record.is_array(nodes[k]) ? 'norm ' + number(c.amount) : carried}${c.share === undefined ? '' : `, ${Math.round(c.share * 100)} %`}</li>`;
    const rule =
      formula && !/^[−\d]+$/.test(formula) && formula !== '1'
        ? `<span class="rule">${escape(words.partial(c.user, k, c.place))} = ${escape(formula)} = ${format(c.slope)}</span>`
        : '';
    return `<li>${symbol}<br>= ${format(c.slope)} · ${operand_text(c.behind)} = ${carried}<span class="through">through ${link(c.user)}</span>${rule}</li>`;
  }

  const single = 'One use, one contribution: the local derivative times the gradient behind it.';
  function gradient_part(node) {
    const k = node.index,
      g = sweep.gradients[k],
      total = escape(words.total(k));
    if (node.constant) return '<p>A constant carries no gradient.</p>';
    if (g === null) return '<p>Its gradient is not computed: no sweep has covered it.</p>';
    if (g === 'zero') return box(`${total} = <b>∅</b>`) + '<p>No path leads from here to the output: zero by structure.</p>';
    if (g === 'dropped') return '<p>Its gradient was not kept: the sweep was told to keep those of inputs alone.</p>';
    const known = steps.known();
    const all = sweep.contributions(k).filter(c => !known || known.carried(c.user, c.place)),
      seed = sweep.seed(k);
    if (known && known.gradient(k) === undefined) return '<p>Its gradient is not known at this step. Go on, and see what is carried back.</p>';
    const sum_of_sizes = all.reduce((s, c) => s + Math.abs(c.amount), 0);
    const terms = all.map(c => ({...c, share: all.length > 1 && sum_of_sizes ? Math.abs(c.amount) / sum_of_sizes : undefined}));
    if (terms.length > 8) terms.sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount));
    const shown = everything ? terms : terms.slice(0, 8);
    const parts = [];
    if (seed) parts.push(`<p>The sweep starts here, with ${format(seed)}: an output changes as fast as itself.</p>`);
    if (terms.length)
      parts.push(
        `<p>${terms.length === 1 ? single : `${terms.length} contributions, one for each use. They add up.`}</p><ol class="terms">${shown.map(c => term(c, k)).join('')}</ol>`,
      );
    if (states.are_others() && !record.scalar_only && !terms.length && !seed)
      parts.push('<p>What each use carries back was recorded of the last state alone.</p>');
    if (terms.length > shown.length) parts.push(`<p><button id="more">Show all ${terms.length}, the largest first</button></p>`);
    if (known && record.scalar_only) return parts.join('') + box(`${total} so far = ${signed(known.gradient(k))}`);
    parts.push(sum_line(total, terms, seed, g, k));
    return parts.join('');
  }
  function sum_line(total, terms, seed, g, k) {
    if (typeof g === 'object') return box(`${total}: norm <b>${format(g.norm)}</b>`);
    const amounts = [...(seed ? [seed] : []), ...terms.map(c => c.amount)];
    const added = amounts.length > 1 && amounts.length <= 8 ? amounts.map((x, i) => (i ? operand_text(x) : format(x))).join(' + ') + ' = ' : '';
    const sum = amounts.reduce((a, b) => a + b, 0),
      off = record.scalar_only && Math.abs(sum - g) > 1e-9 * (Math.abs(g) + amounts.reduce((a, x) => a + Math.abs(x), 0));
    return (
      box(`${total} = ${added}${signed(g, gradient_text(k))}`) +
      (off ? `<p class="warning">These add up to ${format(sum)}, not to the ${format(g)} recorded.</p>` : '') +
      (sweep.is_noise(k) ? `<p>The ${format(g)} that remains is rounding: the contributions cancel.</p>` : '')
    );
  }

  function buttons(node) {
    const k = node.index,
      list = [];
    if (origin.applies.not_finite(k)) list.push('<button id="why_not_finite">Why is this not finite?</button>');
    if (!steps.known() && origin.applies.zero(k)) list.push('<button id="why_zero">Why is this zero?</button>');
    if (record.has_slopes && node.users.length && typeof sweep.gradients[k] === 'number')
      list.push('<button id="largest_paths">Largest paths</button>');
    if (record.scalar_only) list.push('<button id="copy_latex">Copy as LaTeX</button>');
    const call = boxes.call_of(k);
    if (call) list.push(`<button id="open_call">Open ${escape(call.name)}</button>`);
    if (stage.hides(k))
      list.push(`<button id="go_there">Show it in ${plans.home(k).outer ? escape(stage.name_of(plans.home(k).id)) : 'the whole picture'}</button>`);
    return `<p class="buttons">${list.join('')}</p>`;
  }
  function note(k) {
    const [mood, text] = record.notes[k] || [];
    return text ? `<p class="note ${mood}">${{good: '✓ ', bad: '✗ ', doubtful: '! '}[mood] || ''}${escape(text)}</p>` : '';
  }

  function draw() {
    if (open === null) return;
    const node = nodes[open];
    const known = steps.known(),
      seen = !known || known.gradient(open) !== undefined;
    const value = known && !known.value(open) ? '<p>Its value is not known at this step.</p>' : value_part(node);
    const gradient = exercise.hides(open)
      ? ''
      : `<h3>Gradient</h3>${gradient_part(node)}${record.is_array(node) && (!known || known.value(open)) ? arrays.panel(open, seen) : ''}${buttons(node)}`;
    panel.innerHTML =
      `<h2>${escape(node.op && node.name ? node.name : words.name(open))}</h2><p class="quiet">${description(node)}</p>${note(open)}` +
      `<h3>Value</h3>${value}${gradient}${known ? '' : trend.panel(open, !exercise.hides(open))}<div id="answer" aria-live="polite">${extra}</div>`;
  }
  function show(k) {
    boxes.close();
    open = k;
    everything = false;
    extra = '';
    marks.choose(k);
    marks.way([]);
    draw();
    panel.scrollTop = 0;
  }
  function say(html) {
    extra = html;
    document.getElementById('answer').innerHTML = html;
  }

  function start() {
    panel.addEventListener('click', e => {
      if (e.target.id === 'go_there') {
        const k = open;
        stage.go(k);
        why.show(k);
        view.reveal(picture.part(k));
        return;
      }
      if (e.target.id === 'open_call') return stage.open('n' + nodes[open].id, e.detail === 0);
      if (e.target.id !== 'more') return;
      everything = true;
      draw();
    });
    document.addEventListener('shown', () => {
      if (open !== null) {
        extra = '';
        draw();
      }
    });
  }
  const close = () => {
    open = null;
    marks.way([]);
  };
  return {start, show, close, draw, open: () => open, link, signed, say};
})();
