// Derivations as LaTeX, to copy.
const latex = (() => {
  const known = ['sin', 'cos', 'tan', 'exp', 'log', 'sinh', 'cosh', 'tanh', 'max', 'min'];
  const number = x =>
    format(x)
      .replace('−', '-')
      .replace(/e(.*)/, (_, e) => `\\cdot 10^{${e.replace('−', '-')}}`)
      .replace('nan', '\\mathrm{NaN}')
      .replace('inf', '\\infty')
      .replace('∞', '\\infty');
  const bracketed_number = x => (x < 0 ? `\\left(${number(x)}\\right)` : number(x));
  const plain = text => text.replace(/[\\{}$&#%_^~]/g, c => (c === '\\' ? '\\backslash ' : c === '^' || c === '~' ? `\\${c}{}` : '\\' + c));

  function name(k) {
    const node = nodes[k];
    if (node.constant && !record.is_array(node)) return number(node.value);
    const text = words.name(k),
      indexed = /^(\p{L})_?(\d+)$/u.exec(text);
    if (indexed) return `${indexed[1]}_{${indexed[2]}}`;
    if (/^\p{L}$/u.test(text)) return text;
    if (words.simple(text)) return `\\mathit{${plain(text)}}`;
    return node.name ? `\\text{${plain(text)}}` : formula(node, name);
  }
  const atomic = k => words.simple(words.name(k)) || nodes[k].constant;
  const bracketed = k => (atomic(k) && !(nodes[k].constant && nodes[k].value < 0) ? name(k) : `\\left(${name(k)}\\right)`);

  function formula(node, write, brackets = bracketed) {
    const {op, operands} = node,
      [a, b] = operands;
    if (op.name === 'div') return `\\frac{${write(a)}}{${write(b)}}`;
    if (op.name === 'mul') return `${brackets(a)} \\cdot ${brackets(b)}`;
    if (op.name === 'square') return `${brackets(a)}^2`;
    if (op.name === 'pow') return `${brackets(a)}^{${write(b)}}`;
    if (op.name === 'sqrt') return `\\sqrt{${write(a)}}`;
    if (op.name === 'sigmoid') return `\\sigma\\left(${write(a)}\\right)`;
    if (op.name === 'abs') return `\\left|${write(a)}\\right|`;
    if (op.name === 'add' || op.name === 'sub') return `${write(a)} ${op.name === 'add' ? '+' : '-'} ${op.name === 'add' ? write(b) : brackets(b)}`;
    if (op.name === 'neg') return `-${brackets(a)}`;
    const called = known.includes(op.name) ? '\\' + op.name : `\\operatorname{${plain(op.name)}}`;
    return `${called}\\left(${operands.map(write).join(', ')}\\right)`;
  }

  const total = k =>
    record.outputs.length === 1 && record.seeds[0] === 1 ? `\\frac{d ${bracketed(record.outputs[0])}}{d ${bracketed(k)}}` : `\\overline{${name(k)}}`;
  const partial = (user, k) => `\\frac{\\partial ${bracketed(user)}}{\\partial ${bracketed(k)}}`;

  // The value line and the gradient line of a node.
  function derivation(k) {
    const node = nodes[k],
      lines = [];
    if (node.op && record.scalar_only) {
      const at = o => number(sweep.values[o]),
        in_brackets = o => bracketed_number(sweep.values[o]);
      lines.push(
        `${node.name ? name(k) + ' &= ' : '&\\phantom{=} '}${formula(node, name)} = ${formula(node, at, in_brackets)} = ${number(sweep.values[k])}`,
      );
    }
    const parts = sweep.contributions(k);
    if (parts.length && typeof sweep.gradients[k] === 'number') {
      const terms = parts.map(c => `${partial(c.user, k)} \\cdot ${total(c.user)}`);
      const numbers = parts.map(c => (c.slope === null ? number(c.amount) : `${bracketed_number(c.slope)} \\cdot ${bracketed_number(c.behind)}`));
      lines.push(`${total(k)} &= ${terms.join(' + ')} = ${numbers.join(' + ')} = ${number(sweep.gradients[k])}`);
    }
    return lines.length ? `\\begin{aligned}\n${lines.join(' \\\\\n')}\n\\end{aligned}` : '';
  }
  return {name, bracketed, formula, derivation, number};
})();
