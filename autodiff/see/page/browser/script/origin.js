// Walks back to the place where something was born: a value that is not finite, a gradient that is not, a gradient that is zero.
const origin = (() => {
  const b = k => `<b>${escape(words.name(k))}</b>`;

  function bad_value(k) {
    const way = [k];
    for (;;) {
      const from = nodes[k].operands.find(o => not_finite(sweep.values[o]));
      if (from === undefined) break;
      way.push((k = from));
    }
    const node = nodes[k];
    const why = !node.op
      ? `${b(k)} was ${value_text(k)} from the beginning: it is an ${node.constant ? 'constant' : 'input'}.`
      : record.is_array(node)
        ? `${b(k)} = ${escape(words.over_names(node))} is the first: its operands are finite and its result is not.`
        : `${b(k)} = ${escape(words.over_names(node))} = ${escape(words.over_numbers(node, o => sweep.values[o]))} = ${format(sweep.values[k])} is the first: its operands are finite and its result is not.${remark(node)}`;
    return {way, place: k, why};
  }
  function remark(node) {
    const [x, y] = node.operands.map(o => sweep.values[o]),
      name = node.op.name;
    if (/^log/.test(name) && x < 0) return ' The logarithm of a negative number is not defined.';
    if (/^log(2|10)?$/.test(name) && x === 0) return ' The logarithm of 0 is minus infinity.';
    if (name === 'sqrt' && x < 0) return ' The square root of a negative number is not defined.';
    if (name === 'div' && y === 0) return ' It divides by 0.';
    if (/^exp/.test(name) && x > 0) return ' It is too large for a number: it overflows.';
    if (name === 'pow' && x < 0) return ' A negative number has no power with this exponent.';
    return '';
  }

  function not_finite_from(k) {
    if (not_finite(sweep.values[k])) return bad_value(k);
    const way = [k];
    for (;;) {
      const terms = sweep.contributions(k);
      const passed = terms.find(c => not_finite(sweep.gradients[c.user]));
      if (passed) {
        way.push((k = passed.user));
        continue;
      }
      const born = terms.find(c => !Number.isFinite(c.amount));
      if (!born)
        return {way, place: k, why: `${b(k)} is the first on the way back: its contributions are finite, and their sum is too large for a number.`};
      way.push(born.user);
      const around = [...nodes[born.user].operands, born.user].find(o => not_finite(sweep.values[o]));
      const line =
        born.slope === null
          ? `The line from ${b(born.user)} back to ${b(k)} is the first that carries what is not finite`
          : `The local derivative ${escape(words.partial(born.user, k, born.place))} = ${format(born.slope)}`;
      if (around !== undefined) {
        const deeper = bad_value(around);
        return {
          way: [...way, ...deeper.way.filter(o => o !== born.user)],
          place: deeper.place,
          why: `${line}${born.slope === null ? '' : ' is not finite'}, for it is made of ${b(around)}, whose value is ${value_text(around)}. ${deeper.why}`,
        };
      }
      const at = record.scalar_only
        ? ` at ${escape(nodes[born.user].operands.map(o => words.name(o) + ' = ' + format(sweep.values[o])).join(', '))}`
        : '';
      return {
        way,
        place: born.user,
        why:
          born.slope === null || Number.isFinite(born.slope)
            ? `${line}; ${born.slope === null ? 'all values are finite' : `times ${gradient_text(born.user)} it is too large for a number`}.`
            : `${line} is not finite${at}, where the value itself is.`,
      };
    }
  }

  // Why the local derivative of a use is zero; said of its user.
  const saturates = /^(sigmoid|tanh|erf|erfc|softsign|softplus|log_sigmoid|silu|gelu|mish|elu|exp)$/;
  const stepped = /^(less|greater|equal|not_equal|logical|is|floor|ceil|round|trunc)/;
  function flat(c, k) {
    const node = nodes[c.user],
      v = o => sweep.values[o],
      x = v(node.operands[0]),
      name = node.op.name,
      other = node.operands[1 - c.place];
    const here = `${words.name(k)} = ${format(v(k))}`;
    if (name === 'relu') return `relu is off: it is flat for ${here}, which is not above 0.`;
    if (name === 'step' || name === 'sign') return `${name} is flat on both sides of 0.`;
    if (/mul$/.test(name)) return `it is a product whose other factor, ${words.name(other)}, is 0.`;
    if (/^(max|min)$/.test(name)) return `${name} did not choose ${here}, but ${words.name(other)} = ${format(v(other))}.`;
    if (name === 'select') return c.place === 0 ? 'a select is flat in what it asks.' : `select did not choose ${words.name(k)}.`;
    if (name === 'clamp') return `${format(x)} is outside the bounds of clamp, where it is flat.`;
    if (saturates.test(name)) return `${name} is saturated at ${here}; it is flat there to the last digit.`;
    if (stepped.test(name)) return `${name} is made of steps; between them it is flat.`;
    if (name === 'square' || name === 'pow' || name === 'abs') return `at ${here} the curve of ${name} is level.`;
    return `its local derivative by ${words.name(k)} is 0 at this place.`;
  }

  function zero_from(start) {
    if (sweep.gradients[start] === 'zero')
      return {
        way: [],
        ends: [],
        why: `No path leads from ${b(start)} to the output, so it cannot change it: zero by structure, whatever the numbers are.`,
      };
    const open = [start],
      seen = new Set(open),
      ends = [],
      way = new Set([start]);
    for (let i = 0; i < open.length; i++) {
      const k = open[i],
        terms = sweep.contributions(k);
      const own = sweep.seed(k);
      const live = terms.filter(c => c.amount !== 0);
      if (live.length) {
        ends.push({
          k,
          text: `its contributions cancel: ${live.map((c, j) => (j ? operand_text(c.amount) : format(c.amount))).join(' + ')}${own ? ' + ' + format(own) : ''} = ${gradient_text(k)}.`,
        });
        continue;
      }
      for (const c of terms) {
        way.add(c.user);
        if (c.slope === 0 && size_of(sweep.gradients[c.user]) !== 0) ends.push({k: c.user, text: flat(c, k)});
        else if (size_of(sweep.gradients[c.user]) === 0) {
          if (!seen.has(c.user)) {
            seen.add(c.user);
            open.push(c.user);
          }
        } else if (c.slope === null)
          ends.push({k: c.user, text: `it carries nothing back to ${words.name(k)}, though its own gradient is not zero.`});
        else ends.push({k: c.user, text: `${format(c.slope)} · ${operand_text(c.behind)} is too small for a number: it underflows to 0.`});
      }
    }
    const all_ways = ends.length === 1 ? 'All ways to the output end at one place:' : `All ways to the output end at one of ${ends.length} places:`;
    return {way: [...way], ends, why: ends.length ? all_ways : `Nothing was carried back to ${b(start)}: the sweep started with 0.`};
  }

  const applies = {
    not_finite: k => not_finite(sweep.values[k]) || not_finite(sweep.gradients[k]),
    zero: k => !nodes[k].constant && (sweep.gradients[k] === 'zero' || size_of(sweep.gradients[k]) === 0 || sweep.is_noise(k)),
  };
  return {not_finite_from, zero_from, applies};
})();
