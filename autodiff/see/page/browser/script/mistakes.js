// What each usual mistake would have given, to explain a wrong answer.
const mistakes = (() => {
  const near = (x, y) => Number.isFinite(x) && Number.isFinite(y) && (x === y || Math.abs(x - y) <= 2e-3 * Math.max(Math.abs(x), Math.abs(y)));

  // Slopes that a mistaken rule would give for one use: [slope, what went wrong].
  function wrong_slopes(c, k) {
    const node = nodes[c.user],
      values = node.operands.map(o => sweep.values[o]),
      [a, b] = values,
      y = sweep.values[c.user],
      list = [];
    const me = words.name(k),
      [A, B] = node.operands.map(words.bracketed_name);
    const add = (x, text) => list.push([x, text]);
    switch (node.op.name) {
      case 'mul':
      case 'strong_mul':
        add(
          values[c.place],
          `You took ${me} itself as the local derivative. The derivative of a product by ${me} is the other factor, ${words.name(node.operands[1 - c.place])} = ${format(values[1 - c.place])}.`,
        );
        break;
      case 'div':
        if (c.place === 0) {
          add(b, `You multiplied by ${B}. The derivative of ${A}/${B} by ${A} is 1/${B}.`);
          add(a / b, `You took the quotient itself. The derivative of ${A}/${B} by ${A} is 1/${B}.`);
          add(-a / b / b, `That is the derivative by the divisor, −${A}/${B}². By ${A} it is 1/${B}.`);
        } else {
          add(1 / b, `You took 1/${B}. That is the derivative by the dividend; by the divisor ${B} it is −${A}/${B}².`);
          add(-a / b, `You took −${A}/${B}. The derivative of ${A}/${B} by ${B} is −${A}/${B}², with the square.`);
          add(a, `You took ${A}. The derivative of ${A}/${B} by ${B} is −${A}/${B}².`);
          add(-1 / b / b, `You forgot the dividend ${A}: the derivative of ${A}/${B} by ${B} is −${A}/${B}².`);
        }
        break;
      case 'sigmoid': {
        add(a * (1 - a), `You put the input ${format(a)} of σ into σ(1 − σ). It takes the output: ${format(y)} · (1 − ${format(y)}).`);
        const s = 1 / (1 + Math.exp(-y));
        add(s * (1 - s), 'You applied σ once more before σ(1 − σ). The output already is σ.');
        add(y, 'You took σ itself. Its derivative is σ · (1 − σ).');
        add(1 - y, 'You took 1 − σ. The derivative is σ · (1 − σ).');
        break;
      }
      case 'tanh':
        add(1 - a * a, `You put the input ${format(a)} of tanh into 1 − tanh². It takes the output: 1 − ${operand_text(y)}².`);
        add(1 - y, 'You forgot the square: the derivative of tanh is 1 − tanh².');
        add(y, 'You took tanh itself. Its derivative is 1 − tanh².');
        add(1 - Math.tanh(y) ** 2, 'You applied tanh once more. The output already is tanh.');
        break;
      case 'sin':
        add(-Math.cos(a), 'The sign: the derivative of sin is +cos.');
        add(Math.sin(a), 'You took sin itself. Its derivative is cos.');
        break;
      case 'cos':
        add(Math.sin(a), 'The sign: the derivative of cos is −sin.');
        add(Math.cos(a), 'You took cos itself. Its derivative is −sin.');
        break;
      case 'log':
        add(a, 'You took the argument itself. The derivative of log is 1 over it.');
        add(y, `You took the logarithm itself. Its derivative is 1/${A}.`);
        break;
      case 'exp':
        add(a, 'You took the exponent. The derivative of exp is exp itself.');
        break;
      case 'sqrt':
        add(1 / y, `You forgot the ½: the derivative of √${A} is 1/(2√${A}).`);
        add(0.5 * y, `You multiplied by the root; the derivative of √${A} is 1/(2√${A}).`);
        break;
      case 'square':
        add(a, `You forgot the 2: the derivative of ${A}² is 2 · ${A}.`);
        add(a * a, `You took the square itself. Its derivative is 2 · ${A}.`);
        break;
      case 'pow':
        if (c.place === 0) {
          add(a ** (b - 1), `You forgot the exponent in front: ${B} · ${A}^(${B} − 1).`);
          add(b * a ** b, `You forgot to take 1 from the exponent: ${B} · ${A}^(${B} − 1).`);
        }
        break;
      case 'sub':
        if (c.place === 1) add(1, 'The sign: what is subtracted has the local derivative −1.');
        break;
    }
    if (near(c.slope, 1)) return list;
    add(1, `You forgot the inner derivative: ${words.partial(c.user, k, c.place)} = ${format(c.slope)} is missing.`);
    return list;
  }

  // The sentences for an answer, the likeliest mistake first.
  function explain(k, answer) {
    const truth = sweep.gradients[k],
      uses = sweep.contributions(k),
      seed = sweep.seed(k),
      candidates = [],
      doubled = [];
    const add = (x, text) => candidates.push([x, text]),
      me = words.name(k);
    const times = uses.length === 2 ? 'twice' : uses.length + ' times';
    const counted = taken => (taken.length === 1 ? `what comes through ${words.name(taken[0].user)}` : `${taken.length} of them`);
    if (uses.length > 1) {
      const amounts = uses.map(c => c.amount),
        most = uses.length <= 8 ? 1 << uses.length : 0;
      for (let set = 1; set < most - 1; set++) {
        const taken = uses.filter((_, i) => (set >> i) & 1),
          sum = taken.reduce((s, c) => s + c.amount, seed);
        if (taken.length < uses.length) add(sum, `You forgot the sum over all uses. ${me} is used ${times}; you counted only ${counted(taken)}.`);
      }
      add(
        amounts.reduce((p, x) => p * x, 1),
        'You multiplied the contributions of the uses. They add up.',
      );
    }
    for (let i = 0; i < uses.length; i++) {
      const c = uses[i],
        rest = uses.reduce((s, o, j) => (j === i ? s : s + o.amount), seed);
      for (const [x, text] of wrong_slopes(c, k)) {
        if (x === 1 && uses.length === 1 && text.startsWith('You forgot the inner'))
          add(c.behind, `That is the gradient behind alone, ${words.total(c.user)}. ${text}`);
        else add(rest + x * c.behind, text);
        if (!near(c.behind, 1)) doubled.push([rest + x, `${text} And the gradient behind it, ${format(c.behind)}, is missing.`]);
      }
      if (!near(c.behind, 1))
        add(
          rest + c.slope,
          `You gave the local derivative alone${uses.length > 1 ? ` for the use in ${words.name(c.user)}` : ''}. It is still to be multiplied by the gradient behind it, ${words.total(c.user)} = ${format(c.behind)}.`,
        );
      if (uses.length > 1 && !near(c.amount, c.behind)) add(c.behind, `That is the gradient behind alone, ${words.total(c.user)}.`);
    }
    add(-truth, 'The size is right, the sign is not.');
    add(sweep.values[k], `That is the value of ${me}, not its gradient.`);
    if (uses.length === 1) {
      if (uses[0].behind !== 0) add(uses[0].slope / uses[0].behind, 'You divided by the gradient behind. The chain rule multiplies.');
      add(uses[0].slope + uses[0].behind, 'You added the local derivative and the gradient behind. Along a path they are multiplied.');
    }
    if (truth !== 0) add(1 / truth, 'You have it upside down: the derivative of the input by the output.');
    add(0, `It is not 0: a change of ${me} does reach the output.`);
    return [...new Set([...candidates, ...doubled].filter(([x]) => near(x, answer) && !near(x, truth)).map(([, text]) => text))];
  }
  const is_right = (text, answer, truth) => {
    if (near(0, truth) || Math.abs(truth) < 1e-300) return Math.abs(answer) < 1e-9;
    if (Math.abs(answer - truth) <= 1e-3 * Math.abs(truth)) return true;
    const digits = digits_typed(text);
    return is_plain_number(text) && digits >= 2 && digits <= 17 && +truth.toPrecision(digits) === answer;
  };
  return {explain, is_right};
})();
