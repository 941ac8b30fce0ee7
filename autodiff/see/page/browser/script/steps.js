// The computation one step after the other: values in the order of the record, then the sweep back, a step for each use.
const steps = (() => {
  const value_at = new Int32Array(nodes.length),
    gradient_at = new Int32Array(nodes.length),
    carried_at = new Map();
  let list, forward, last, now;
  const at_of = (user, place) => carried_at.get(user * 8 + place);

  // Of the state that is shown: in another there may have been no sweep.
  function build() {
    list = [];
    gradient_at.fill(-1);
    carried_at.clear();
    for (const n of nodes)
      if (!n.constant) {
        list.push({kind: 'value', k: n.index});
        value_at[n.index] = list.length;
      }
    forward = list.length;
    record.scalar_only ? add_uses() : add_gradients();
    last = now = list.length;
  }
  function add_uses() {
    record.outputs.forEach(k => {
      if (sweep.swept(k)) list.push({kind: 'seed', k});
    });
    for (let k = nodes.length - 1; k >= 0; k--) {
      if (!nodes[k].op || !sweep.swept(k) || sweep.slope(k, 0) === null) continue;
      nodes[k].operands.forEach((operand, place) => {
        if (nodes[operand].constant) return;
        list.push({kind: 'carry', k: operand, user: k, place});
        carried_at.set(k * 8 + place, list.length);
      });
    }
  }
  function add_gradients() {
    for (let k = nodes.length - 1; k >= 0; k--) {
      const g = nodes[k].gradient;
      if (nodes[k].constant || g === null || g === 'zero' || g === 'dropped') continue;
      list.push({kind: 'gradient', k});
      gradient_at[k] = list.length;
    }
  }
  build();

  // The sum so far of what was added to a node; undefined before the first.
  function sum_until(k, t) {
    let sum = sweep.seed(k),
      any = false;
    if (record.outputs.includes(k)) any = t > forward + record.outputs.filter(o => sweep.swept(o)).indexOf(k);
    if (!any) sum = 0;
    for (const c of sweep.contributions(k))
      if (at_of(c.user, c.place) <= t) {
        sum += c.amount;
        any = true;
      }
    return any ? sum : undefined;
  }
  const known = {
    value: k => nodes[k].constant || value_at[k] <= now,
    gradient(k) {
      const g = sweep.gradients[k];
      if (g === null) return g;
      if (!record.scalar_only) return gradient_at[k] >= 0 && gradient_at[k] <= now ? g : undefined;
      return typeof g === 'number' ? sum_until(k, now) : undefined;
    },
    carried: (user, place) =>
      record.scalar_only
        ? at_of(user, place) <= now
        : gradient_at[nodes[user].operands[place]] >= 0 && gradient_at[nodes[user].operands[place]] <= now,
  };

  // What happens in step t, in words.
  function text(t) {
    if (t === 0) return 'Nothing is known yet but the program.';
    const s = list[t - 1],
      name = words.name(s.k);
    if (s.kind === 'value') return value_words(nodes[s.k]);
    if (s.kind === 'seed') return `The sweep starts at the output: ${words.total(s.k)} = ${format(sweep.seed(s.k))}.`;
    if (s.kind === 'gradient') {
      const parts = sweep.contributions(s.k);
      return `The gradient of ${name} has ${gradient_text(s.k)}${parts.length ? `, carried back by ${parts.map(c => words.name(c.user)).join(', ')}` : ', the seed of the sweep'}.`;
    }
    const before = sum_until(s.k, t - 1) || 0,
      amount = sweep.carried(s.user, s.place),
      after = sum_until(s.k, t);
    return (
      `${words.partial(s.user, s.k, s.place)} · ${words.total(s.user)} = ${format(sweep.slope(s.user, s.place))} · ${operand_text(sweep.gradients[s.user])} = ${format(amount)}, ` +
      `added to ${name}: ${format(before)} + ${operand_text(amount)} = ${format(after)}`
    );
  }
  function value_words(node) {
    const k = node.index,
      name = words.name(k);
    if (record.is_array(node))
      return `${node.name ? name + ' = ' : ''}${node.op ? words.over_names(node) : name}: ${arrays.type(node.value)}, norm ${format(node.value.norm)}`;
    if (node.input) return `${name} = ${format(sweep.values[k])}, an input`;
    const numbers = record.scalar_only ? words.over_numbers(node, o => sweep.values[o]) + ' = ' : '';
    return `${node.name ? name + ' = ' : ''}${words.over_names(node)} = ${numbers}${format(sweep.values[k])}`;
  }

  // Shows step t; only what differs from the step before is written again.
  function go(t) {
    t = Math.max(0, Math.min(last, t));
    const touched = new Set();
    for (let i = Math.min(t, now); i < Math.max(t, now); i++) {
      touched.add(list[i].k);
      if (list[i].kind === 'gradient') nodes[list[i].k].operands.forEach(o => touched.add(o));
    }
    const whole = t === last || now === last || touched.size > 2000;
    now = t;
    paint.show(t === last ? null : known);
    whole ? paint.all() : paint.some(touched);
    return t < last && t > 0 ? list[t - 1] : null;
  }
  return {
    build,
    get last() {
      return last;
    },
    get forward() {
      return forward;
    },
    text,
    value_words,
    go,
    now: () => now,
    known: () => (now === last ? null : known),
  };
})();
