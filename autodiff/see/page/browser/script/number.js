// Numbers as the picture writes them: `digits` significant digits, − for the sign, whole numbers below a million in full.
function format(x, digits = record.digits) {
  if (Number.isNaN(x)) return 'nan';
  if (x === 0) return '0';
  if (x < 0) return '−' + format(-x, digits);
  if (x === Infinity) return 'inf';
  if (Number.isInteger(x) && x < 1e6) return String(x);
  const [mantissa, exponent] = x.toExponential(digits - 1).split('e');
  const trim = s => (s.includes('.') ? s.replace(/\.?0+$/, '') : s);
  if (+exponent < -4 || +exponent >= Math.max(digits, 1)) return trim(mantissa) + 'e' + (exponent < 0 ? '−' : '') + exponent.replace(/[+-]/, '');
  return trim(x.toFixed(Math.max(0, digits - 1 - exponent)));
}

// In brackets if it is negative, to stand behind an operator.
const operand_text = x => (x < 0 || Object.is(x, -0) ? `(${format(x)})` : format(x));

// The value of simple arithmetic: numbers, + − * / ^ and brackets. NaN if it is none.
function arithmetic(text) {
  const tokens =
    text
      .replace(/[−–]/g, '-')
      .replace(/[·×]/g, '*')
      .replace(/÷/g, '/')
      .match(/(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[-+*/^()]|\S/gi) || [];
  let at = 0;
  const next = sign => tokens[at] === sign && ++at;
  const sum = () => {
    let x = product();
    for (;;)
      if (next('+')) x += product();
      else if (next('-')) x -= product();
      else return x;
  };
  const product = () => {
    let x = signed();
    for (;;)
      if (next('*')) x *= signed();
      else if (next('/')) x /= signed();
      else return x;
  };
  const signed = () => (next('-') ? -signed() : next('+') ? signed() : power());
  const power = () => {
    const x = atom();
    return next('^') ? x ** signed() : x;
  };
  const atom = () => {
    if (next('(')) {
      const x = sum();
      return next(')') ? x : NaN;
    }
    return /^[\d.]/.test(tokens[at] || '') ? Number(tokens[at++]) : NaN;
  };
  if (tokens.length > 200) return NaN; // deep nesting would need a deep stack
  const x = sum();
  return at === tokens.length && at > 0 ? x : NaN;
}

const is_plain_number = text => /^\s*[-+−]?(\d+\.?\d*|\.\d+)(e[-+−]?\d+)?\s*$/i.test(text);
const digits_typed = text => text.replace(/e.*$/i, '').replace(/\D/g, '').replace(/^0+/, '').length;
