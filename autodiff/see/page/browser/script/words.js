// What nodes are called, and formulas written over their names.
const words = (() => {
  const longest = 30;
  const infix = node => node.op && node.operands.length === 2 && node.op.sign && !/[\p{L}\d²√]/u.test(node.op.sign);
  const operator = op => (op.sign === '×' ? '·' : op.sign === '-' ? '−' : op.sign);
  const strength = op => ({'+': 1, '−': 1, '-': 1, '×': 2, '·': 2, '÷': 2, '/': 2})[op.sign] || 0;

  // The formula of a node, its operands written by `text(operand index, place)`.
  function apply(node, text, bracketed = text) {
    const {op, operands} = node;
    if (infix(node)) return `${bracketed(operands[0], 0)} ${operator(op)} ${bracketed(operands[1], 1)}`;
    if (operands.length === 1 && (op.sign === '−' || op.sign === '-')) return '−' + bracketed(operands[0], 0);
    if (op.name === 'square') return bracketed(operands[0], 0) + '²';
    if (operands.length === 2 && op.name === 'pow') return `${bracketed(operands[0], 0)}^${bracketed(operands[1], 1)}`;
    const called = op.sign && /\p{L}|√/u.test(op.sign) ? op.sign : op.name;
    return `${called}(${operands.map(text).join(', ')})`;
  }

  const memory = new Map();
  function formula_or_number(node, depth) {
    if (node.constant) return record.is_array(node) ? '#' + node.id : format(node.value);
    if (node.name) return node.name;
    if (!node.op || depth > 6) return '#' + node.id;
    const key = node.index;
    if (memory.has(key)) return memory.get(key);
    const inner = k => formula_or_number(nodes[k], depth + 1);
    const bracketed = (k, place) => {
      const text = inner(k),
        child = nodes[k];
      const plain = child.name || child.constant || !child.op || text.startsWith('#');
      if (child.constant && child.value < 0) return `(${text})`;
      if (plain || !(infix(child) || text.startsWith('−'))) return text;
      const mine = strength(node.op),
        its = strength(child.op);
      return (mine && its > mine) || (its === mine && mine && place === 0) ? text : `(${text})`;
    };
    let text = apply(node, inner, bracketed);
    if (text.length > longest) text = '#' + node.id;
    if (depth === 0) memory.set(key, text);
    return text;
  }
  const name = k => formula_or_number(nodes[k], 0);
  const simple = text => /^[\p{L}\p{N}_.#\[\]′]+$/u.test(text);
  // A name that is a formula in brackets, as the command line gives to steps without one.
  const enclosed = text => {
    let open = 0;
    return text.startsWith('(') && [...text].every((c, i) => (open += (c === '(') - (c === ')')) > 0 || i === text.length - 1) && open === 0;
  };
  const bracketed_name = k => {
    const n = name(k);
    return simple(n) || enclosed(n) || /^\d*\.?\d+$/.test(n) ? n : n.length > 16 && !nodes[k].name ? '#' + nodes[k].id : `(${n})`;
  };

  // dJ/du; with several outputs, or another seed than 1, the name of what the sweep computes: the gradient.
  const one = () => record.outputs.length === 1 && record.seeds[0] === 1;
  const total = k => (one() ? `d${bracketed_name(record.outputs[0])}/d${bracketed_name(k)}` : `grad ${bracketed_name(k)}`);
  const partial = (user, operand, place) => {
    const twice = nodes[user].operands.filter(o => o === operand).length > 1;
    return `∂${bracketed_name(user)}/∂${bracketed_name(operand)}${twice ? '₁₂₃₄₅₆₇₈₉'[place] || '' : ''}`;
  };

  const over_names = node =>
    apply(
      node,
      k => name(k),
      k => bracketed_name(k),
    );
  const over_numbers = (node, value) =>
    apply(
      node,
      k => format(value(k)),
      k => operand_text(value(k)),
    );
  const heading = node => (node.op ? `${name(node.index)}${node.name ? ' = ' + over_names(node) : ''}` : name(node.index));
  const kind = node => (node.input ? 'input' : node.constant ? 'constant' : node.op.name);
  const forget = () => memory.clear();
  return {forget, name, bracketed_name, total, partial, over_names, over_numbers, heading, kind, infix, apply, simple};
})();

const escape = text => String(text).replace(/[&<>"]/g, c => ({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'})[c]);
const count = (n, noun) => `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;
