// The numbers shown: those recorded, or evaluated again from changed inputs, and what each use of a node carries back.
const sweep = (() => {
  const values = nodes.map(n => n.value),
    gradients = nodes.map(n => n.gradient);
  let changed = false,
    slope_memory = new Map();

  const arguments_of = node => node.operands.map(k => values[k]);
  function slope(user, place) {
    const node = nodes[user];
    if (node.slopes && !changed) return node.slopes[place];
    const key = user * 8 + place;
    let s = slope_memory.get(key);
    if (s === undefined) {
      const f = node.op && record.has_function(node);
      s = f && record.scalar_only ? f.slopes[place](...arguments_of(node), values[user]) : node.slopes ? node.slopes[place] : null;
      slope_memory.set(key, s);
    }
    return s;
  }

  // Whether the sweep went through the node: what it carries back counts.
  const swept = k => typeof gradients[k] === 'number';
  const carried = (user, place) => {
    if (!record.scalar_only) return nodes[user].back ? nodes[user].back[place] : null;
    const s = slope(user, place);
    // An exact zero behind carries zero, as the library has it.
    return swept(user) && s !== null ? s * gradients[user] : null;
  };

  // One for each use, in the order of the sweep: last user first.
  function contributions(k) {
    if (nodes[k].constant) return [];
    const list = [];
    for (let i = nodes[k].users.length - 1; i >= 0; i--) {
      const {user} = nodes[k].users[i];
      let from = i;
      while (from > 0 && nodes[k].users[from - 1].user === user) from--;
      for (let j = from; j <= i; j++) {
        const {place} = nodes[k].users[j],
          amount = carried(user, place);
        if (amount !== null && gradients[user] !== 'zero' && gradients[user] !== null)
          list.push({user, place, slope: record.scalar_only ? slope(user, place) : null, behind: gradients[user], amount});
      }
      i = from;
    }
    return list;
  }
  const seed = k => {
    const i = record.outputs.indexOf(k);
    return i < 0 ? 0 : record.seeds[i];
  };

  // A gradient that is only rounding: far smaller than what was added up.
  function is_noise(k) {
    const g = gradients[k];
    if (typeof g !== 'number' || g === 0 || nodes[k].users.length < 2 || !record.scalar_only) return false;
    return Math.abs(g) < 1e-13 * contributions(k).reduce((sum, c) => sum + Math.abs(c.amount), Math.abs(seed(k)));
  }

  // Adds up the gradients anew from the seeds.
  function backward() {
    const sums = new Float64Array(nodes.length),
      reached = new Uint8Array(nodes.length);
    record.outputs.forEach((k, i) => {
      sums[k] += record.seeds[i];
      reached[k] = 1;
    });
    for (let k = nodes.length - 1; k >= 0; k--) {
      if (!reached[k] || !nodes[k].op) continue;
      nodes[k].operands.forEach((o, place) => {
        if (nodes[o].constant) return;
        sums[o] += slope(k, place) * sums[k];
        reached[o] = 1;
      });
    }
    nodes.forEach((n, k) => {
      gradients[k] = n.constant ? null : reached[k] ? sums[k] : 'zero';
    });
  }

  // Evaluates the record from the values of its inputs: `inputs` is a map from index to number.
  function run(inputs) {
    changed = true;
    slope_memory = new Map();
    for (const node of nodes)
      values[node.index] = node.op
        ? record.has_function(node).value(...arguments_of(node))
        : inputs.has(node.index)
          ? inputs.get(node.index)
          : node.value;
    backward();
  }
  function restore() {
    changed = false;
    slope_memory = new Map();
    nodes.forEach((n, k) => {
      values[k] = n.value;
      gradients[k] = n.gradient;
    });
    recall();
  }
  // A sweep told to keep the inputs' gradients alone: the others are computed here again, where that is possible.
  const recall = () => {
    if (!record.live || !nodes.some(n => n.gradient === 'dropped')) return;
    backward();
    nodes.forEach((n, k) => {
      if (n.gradient !== 'dropped') gradients[k] = n.gradient;
    });
  };
  recall();
  return {values, gradients, slope, carried, contributions, seed, is_noise, run, restore, swept, is_changed: () => changed || states.are_others()};
})();

// The size of a value or a gradient: the number, or the norm of an array. NaN if there is none.
const size_of = x => (typeof x === 'number' ? Math.abs(x) : x && typeof x === 'object' ? (x.nan || x.inf ? NaN : x.norm) : NaN);
const not_finite = x => (typeof x === 'number' ? !Number.isFinite(x) : !!x && typeof x === 'object' && (x.nan > 0 || x.inf > 0));

function gradient_text(k, g = sweep.gradients[k]) {
  if (g === null || g === undefined) return '?';
  if (g === 'zero') return '∅';
  if (g === 'dropped') return 'not kept';
  if (typeof g === 'object') return 'norm ' + format(g.norm);
  return g === sweep.gradients[k] && sweep.is_noise(k) ? '≈ 0' : format(g);
}
const value_text = k => {
  const v = sweep.values[k];
  return typeof v === 'object' && v ? 'norm ' + format(v.norm) : format(v);
};
