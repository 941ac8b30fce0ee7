// Writes what is known so far into the picture: numbers, colours and the widths of the lines.
const paint = (() => {
  let overlay = 'gradient',
    scale = colour.scale_of([]),
    largest_share = 0,
    known = null,
    concealed = new Set();

  // What may be shown of a node now: its number, `undefined` while it is hidden.
  function gradient_now(k) {
    if (concealed.has(k)) return undefined;
    return known ? known.gradient(k) : sweep.gradients[k];
  }
  const value_now = k => (known && !known.value(k) ? undefined : sweep.values[k]);

  function fill_of(k) {
    const node = nodes[k];
    if (value_now(k) === undefined) return colour.plain('unknown');
    if (overlay === 'value')
      return colour.fill(not_finite(sweep.values[k]) ? NaN : record.is_array(node) ? sweep.values[k].norm : sweep.values[k], scale);
    if (overlay === 'share') return colour.share(share_of(k) / (largest_share || 1));
    if (overlay === 'verdict') {
      const mood = (record.notes[k] || [])[0];
      return mood === 'good'
        ? colour.share(0.7)
        : mood === 'doubtful'
          ? colour.fill(-1, {low: -2, high: 2})
          : mood === 'bad'
            ? colour.fill(-1, {low: -1, high: 0})
            : colour.plain('zero');
    }
    if (overlay === 'not_finite') return not_finite(sweep.values[k]) || not_finite(sweep.gradients[k]) ? colour.plain('odd') : colour.plain('zero');
    const g = gradient_now(k);
    if (not_finite(sweep.values[k])) return colour.plain('odd');
    if (g === 'zero' || (typeof g === 'number' && known === null && sweep.is_noise(k))) return colour.plain('zero');
    if (typeof g === 'object' && g) return not_finite(g) ? colour.plain('odd') : g.norm === 0 ? colour.plain('zero') : colour.plain('zero');
    return colour.fill(typeof g === 'number' ? g : null, scale);
  }
  const share_of = k => {
    const s = size_of(sweep.values[k]) * size_of(sweep.gradients[k]);
    return Number.isFinite(s) ? s : 0;
  };

  function node(k) {
    const part = picture.own(k);
    if (!part || !picture.is_seen(part)) return;
    const v = value_now(k),
      g = gradient_now(k),
      {classList} = part.group;
    classList.toggle('unvalued', v === undefined);
    classList.toggle('ungraded', g === undefined);
    if (!record.is_array(nodes[k]) && !part.dry) {
      if (v !== undefined) {
        texts.write(part.value, value_text(k));
        if (part.value && not_finite(v)) part.value.setAttribute('fill', '#762a83');
        else if (part.value) part.value.setAttribute('fill', nodes[k].constant ? '#5f5f5f' : '#1a1a1a');
      }
      if (part.gradient && g !== undefined) {
        texts.write(part.gradient, gradient_text(k, g));
        part.gradient.setAttribute('fill', colour.text(g));
      }
    }
    classList.toggle('minus', typeof g === 'number' && g < 0);
    if (!nodes[k].constant || part.shapes.length > 0)
      part.shapes.forEach((s, i) => {
        if (i === 0 && s.getAttribute('fill') !== 'none') s.setAttribute('fill', nodes[k].constant ? colour.turn(part.fill) : fill_of(k));
      });
    part.cells.forEach((c, i) => {
      if (part.cell_fills[i] && part.cell_fills[i] !== 'none') c.setAttribute('fill', colour.turn(part.cell_fills[i]));
    });
    if (!part.dry && states.size() > 1) constants.write(part, k);
    if (record.is_array(nodes[k]) && !part.dry) array_texts.write(part, sweep.values[k], sweep.gradients[k]);
    if (!part.dry) part.group.setAttribute('aria-label', label(k, v, g));
  }
  function label(k, v, g) {
    const value = v === undefined ? '' : `, value ${value_text(k)}`;
    const words_of = {'?': 'not computed', '∅': 'zero, for no path leads to the output', '≈ 0': 'zero but for rounding'};
    const text = g === undefined || nodes[k].constant ? '' : gradient_text(k, g);
    return words.name(k) + value + (text ? `, gradient ${words_of[text] || text}` : '');
  }

  // A line shows what is carried along all the uses it stands for.
  function line(l) {
    if (!l.uses.length || !picture.is_seen(l)) return;
    let sum = 0,
      all = true,
      any = false;
    for (const u of l.uses) {
      const carried = sweep.carried(u.user, u.place);
      if (carried === null || concealed.has(u.operand) || (known && !known.carried(u.user, u.place))) {
        all = false;
        continue;
      }
      any = true;
      sum = record.scalar_only ? sum + carried : Math.hypot(sum, carried);
    }
    l.group.classList.toggle('uncarried', !any && (!!l.slope || !!l.carried));
    if (!any) {
      strokes(l, null, 1);
      return;
    }
    if (sweep.is_changed() && all) {
      if (l.slope && l.uses.length === 1)
        texts.center(l.slope, l.slope.textContent.match(/^∂[₀-₉]*/)[0] + ' ' + format(sweep.slope(l.uses[0].user, l.uses[0].place)));
      // Of what a function adds up inside, the norms of the parts do not tell that of the sum.
      const unknown = !record.scalar_only && l.uses.length > 1 && l.to.startsWith('n');
      if (l.carried) texts.center(l.carried, unknown ? `${l.arrow} ?` : `${l.arrow} ${format(sum)}`);
    } else texts.restore(l.texts);
    if (l.carried && record.scalar_only) l.carried.setAttribute('fill', colour.text(sum));
    if (record.scalar_only) strokes(l, sum, width_for(l, sum));
    else strokes(l, undefined);
  }
  // What is carried back to a node in all: counted once for all its lines.
  let totals = new Map();
  function total_of(operand) {
    if (!totals.has(operand))
      totals.set(
        operand,
        nodes[operand].users.reduce((t, u) => t + Math.abs(sweep.carried(u.user, u.place) || 0), 0),
      );
    return totals.get(operand);
  }
  function width_for(l, sum) {
    const total = total_of(l.uses[0].operand);
    return total > 0 && Number.isFinite(sum) ? Math.max(1, 0.5 + (1.7 * Math.abs(sum)) / total) : 1;
  }
  function strokes(l, sum, width) {
    l.group.classList.toggle('minus', typeof sum === 'number' && sum < 0);
    l.group.classList.toggle('quiet', sum === null);
    if (sum === undefined) return;
    const c = colour.line(sum === null ? undefined : sum);
    for (const s of l.strokes) {
      s.setAttribute('stroke', c);
      s.setAttribute('stroke-width', width.toFixed(2));
      if (s.tagName !== 'path') s.setAttribute('fill', c);
    }
  }

  function settle() {
    const sizes = [];
    totals = new Map();
    largest_share = 0;
    for (const n of nodes) {
      const g = sweep.gradients[n.index];
      if (overlay === 'value') {
        if (!n.constant) sizes.push(size_of(sweep.values[n.index]));
      } else if (typeof g === 'number' && !sweep.is_noise(n.index)) sizes.push(Math.abs(g));
      largest_share = Math.max(largest_share, share_of(n.index));
    }
    scale = colour.scale_of(sizes);
  }
  // What a box says of the gradients in it.
  const largest_of = g => (typeof g === 'object' && g ? (g.nan || g.inf ? NaN : Math.max(Math.abs(g.min), Math.abs(g.max))) : Math.abs(g));
  function largest_in(part) {
    part.largest ??= part.texts.find(t => t.textContent.includes('|grad| up to')) || null;
    if (!part.largest) return;
    if (!sweep.is_changed()) return texts.restore([part.largest]);
    const sizes = picture.inside
      .get(part.key)
      .map(k => sweep.gradients[k])
      .filter(g => g !== null && typeof g !== 'string')
      .map(largest_of);
    const largest = sizes.reduce((a, b) => (b > a || Number.isNaN(b) ? b : a), 0);
    texts.center(part.largest, sizes.length ? `|grad| up to ${format(largest)}` : 'no gradient', (part.bounds[0] + part.bounds[2]) / 2);
  }
  function boxes() {
    for (const part of picture.elements.values())
      if (part.index < 0) {
        if (part.shapes[0] && part.fill !== 'none') part.shapes[0].setAttribute('fill', colour.turn(part.fill));
        largest_in(part);
      }
    for (const c of picture.clusters)
      if (c.shape) {
        c.fill = c.fill || c.shape.getAttribute('fill');
        c.shape.setAttribute('fill', colour.turn(c.fill));
      }
  }
  function all() {
    settle();
    for (const part of picture.elements.values()) if (part.index >= 0) node(part.index);
    picture.lines.forEach(line);
    boxes();
    legend.draw(scale, overlay);
  }
  function some(indices) {
    const keys = new Set();
    for (const k of indices) {
      node(k);
      keys.add(picture.key_of(k));
    }
    for (const key of keys) (picture.touching.get(key) || []).forEach(line);
  }
  return {
    all,
    some,
    node,
    line,
    label,
    show: what => {
      known = what;
    },
    conceal: set => {
      concealed = set;
    },
    overlay: name => {
      overlay = name;
      all();
    },
    scale: () => scale,
    gradient_now,
    value_now,
  };
})();
