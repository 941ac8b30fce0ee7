// The local derivatives of the field's usual functions as formulas, for reading and for LaTeX. a, b, c are the operands, y the result.
const rules = (() => {
  const table = {
    add: [
      ['1', '1'],
      ['1', '1'],
    ],
    sub: [
      ['1', '1'],
      ['−1', '-1'],
    ],
    mul: [
      ['b', 'b'],
      ['a', 'a'],
    ],
    strong_mul: [
      ['b', 'b'],
      ['a', 'a'],
    ],
    div: [
      ['1/b', '\\frac{1}{b}'],
      ['−a/b²', '-\\frac{a}{b^2}'],
    ],
    neg: [['−1', '-1']],
    identity: [['1', '1']],
    stop_gradient: [['0', '0']],
    square: [['2 · a', '2a']],
    fma: [
      ['b', 'b'],
      ['a', 'a'],
      ['1', '1'],
    ],
    exp: [['y', 'y']],
    exp2: [['y · ln 2', 'y\\ln 2']],
    expm1: [['y + 1', 'y+1']],
    log: [['1/a', '\\frac{1}{a}']],
    log2: [['1/(a · ln 2)', '\\frac{1}{a\\ln 2}']],
    log10: [['1/(a · ln 10)', '\\frac{1}{a\\ln 10}']],
    log1p: [['1/(1 + a)', '\\frac{1}{1+a}']],
    sqrt: [['1/(2 · y)', '\\frac{1}{2y}']],
    cbrt: [['1/(3 · y²)', '\\frac{1}{3y^2}']],
    abs: [['sign(a)', '\\operatorname{sign}(a)']],
    pow: [
      ['b · a^(b − 1)', 'b\\,a^{b-1}'],
      ['y · ln a', 'y\\ln a'],
    ],
    hypot: [
      ['a/y', '\\frac{a}{y}'],
      ['b/y', '\\frac{b}{y}'],
    ],
    sin: [['cos(a)', '\\cos(a)']],
    cos: [['−sin(a)', '-\\sin(a)']],
    tan: [['1 + y²', '1+y^2']],
    asin: [['1/√(1 − a²)', '\\frac{1}{\\sqrt{1-a^2}}']],
    acos: [['−1/√(1 − a²)', '-\\frac{1}{\\sqrt{1-a^2}}']],
    atan: [['1/(1 + a²)', '\\frac{1}{1+a^2}']],
    atan2: [
      ['b/(a² + b²)', '\\frac{b}{a^2+b^2}'],
      ['−a/(a² + b²)', '-\\frac{a}{a^2+b^2}'],
    ],
    sinh: [['cosh(a)', '\\cosh(a)']],
    cosh: [['sinh(a)', '\\sinh(a)']],
    tanh: [['1 − y²', '1-y^2']],
    sigmoid: [['y · (1 − y)', 'y(1-y)']],
    log_sigmoid: [['1 − σ(a)', '1-\\sigma(a)']],
    softplus: [['σ(a)', '\\sigma(a)']],
    erf: [['2/√π · e^(−a²)', '\\frac{2}{\\sqrt{\\pi}}e^{-a^2}']],
    erfc: [['−2/√π · e^(−a²)', '-\\frac{2}{\\sqrt{\\pi}}e^{-a^2}']],
    relu: [['1 if a > 0, else 0', '[a>0]']],
    max: [
      ['1 if a > b, else 0', '[a>b]'],
      ['1 if b > a, else 0', '[b>a]'],
    ],
    min: [
      ['1 if a < b, else 0', '[a<b]'],
      ['1 if b < a, else 0', '[b<a]'],
    ],
    step: [['0', '0']],
    sign: [['0', '0']],
    leaky_relu: [
      ['1 if a > 0, else b', '[a>0]+b[a\\le 0]'],
      ['a if a < 0, else 0', 'a[a<0]'],
    ],
    select: [
      ['0', '0'],
      ['1 if a ≠ 0, else 0', '[a\\ne 0]'],
      ['1 if a = 0, else 0', '[a=0]'],
    ],
  };
  const fill = (template, node, write) =>
    template.replace(/(?<![\p{L}\\])([abcy])(?![\p{L}])/gu, (all, letter) =>
      write(letter === 'y' ? node.index : node.operands['abc'.indexOf(letter)]),
    );
  function symbol(user, place, tex = false) {
    const node = nodes[user],
      rule = node.op && table[node.op.name];
    if (!rule || !rule[place]) return null;
    return tex ? fill(rule[place][1], node, k => latex.bracketed(k)) : fill(rule[place][0], node, words.bracketed_name);
  }
  return {symbol};
})();
