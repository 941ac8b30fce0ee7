// Where the recorded way would not have been taken with other numbers: guards of the program, and functions made of pieces.
const decisions = (() => {
  const answers = {
    '<': (a, b) => a < b,
    '<=': (a, b) => a <= b,
    '≤': (a, b) => a <= b,
    '>': (a, b) => a > b,
    '>=': (a, b) => a >= b,
    '≥': (a, b) => a >= b,
    '==': (a, b) => a === b,
    '=': (a, b) => a === b,
    '!=': (a, b) => a !== b,
    '≠': (a, b) => a !== b,
  };
  const side = x => (x > 0 ? 'above 0' : x < 0 ? 'below 0' : 'at 0'),
    on = x => (x > 0 ? 'above 0' : 'not above 0');
  const pieces = {
    max: (n, a, b) => (a > b ? n(0) : b > a ? n(1) : 'both alike'),
    min: (n, a, b) => (a < b ? n(0) : b < a ? n(1) : 'both alike'),
    abs: (n, a) => side(a),
    sign: (n, a) => side(a),
    relu: (n, a) => on(a),
    step: (n, a) => on(a),
    leaky_relu: (n, a) => on(a),
    elu: (n, a) => on(a),
    clamp: (n, a, b, c) => (a < b ? 'below the lower bound' : a > c ? 'above the upper bound' : 'between the bounds'),
    select: (n, a) => (a !== 0 ? n(1) : n(2)),
  };
  const chooses = /^(max|min|select)$/;
  const piece = (node, value) => pieces[node.op.name](i => words.name(node.operands[i]), ...node.operands.map(value));

  // What is decided otherwise now than when it was recorded: {node, text}.
  function flipped() {
    const list = [];
    for (const g of record.guards) {
      if (!answers[g.question]) continue;
      const b = g.bNode === null || g.bNode === undefined ? Number(g.b) : sweep.values[g.bNode];
      const now = answers[g.question](sweep.values[g.a], b) ? 1 : 0;
      if (now === (g.answer ? 1 : 0)) continue;
      const asked = `${words.name(g.a)} ${g.question} ${g.bNode === null || g.bNode === undefined ? format(b) : words.name(g.bNode)}`;
      list.push({
        node: g.a,
        guard: true,
        text:
          `The program compared ${asked} and it was ${g.answer ? 'true' : 'false'}; now it is ${now ? 'true' : 'false'}: ` +
          `it would have taken another way, and what is shown is not its result.${g.place ? ` (${g.place})` : ''}`,
      });
    }
    for (const node of nodes) {
      if (!node.op || !pieces[node.op.name]) continue;
      const was = piece(node, k => nodes[k].value),
        now = piece(node, k => sweep.values[k]);
      if (was === now) continue;
      const name = words.name(node.index),
        of = words.name(node.operands[0]);
      list.push({
        node: node.index,
        guard: false,
        text: chooses.test(node.op.name)
          ? `${name}: ${node.op.name} chose ${was}; now it chooses ${now}.`
          : `${name}: ${of} was ${was}; now it is ${now}, on another piece of ${node.op.name}.`,
      });
    }
    return list;
  }
  return {flipped};
})();
