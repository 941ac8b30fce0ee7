// What the functions of the record need beyond Math, good to about 1e-14: `m.erf(x)`, `m.exp(x)`, …
const m = {};
for (const key of Object.getOwnPropertyNames(Math)) m[key] = Math[key];

m.exp2 = x => 2 ** x;
m.isnan = x => (Number.isNaN(x) ? 1 : 0);
m.isinf = x => (Math.abs(x) === Infinity ? 1 : 0);
m.fmod = (a, b) => a % b;
m.round = x => m.copysign(Math.floor(Math.abs(x) + 0.5) - (Math.abs(x) === 0.49999999999999994 ? 1 : 0), x);
m.copysign = (a, b) => ((b < 0 || Object.is(b, -0)) === (a < 0 || Object.is(a, -0)) ? a : -a);

m.fma = (a, b, c) => {
  const p = a * b;
  if (!Number.isFinite(p) || !Number.isFinite(c) || Math.abs(a) > 1e290 || Math.abs(b) > 1e290) return p + c;
  const halves = x => {
    const t = 134217729 * x,
      high = t - (t - x);
    return [high, x - high];
  };
  const [ah, al] = halves(a),
    [bh, bl] = halves(b);
  const lost = al * bl - (p - ah * bh - al * bh - ah * bl);
  const s = p + c,
    v = s - p;
  return s + (p - (s - v) + (c - v) + lost);
};

// exp(−x²) without the rounding error of x².
const exp_minus_square = x => {
  const z = Math.fround(x);
  return Math.exp(-z * z) * Math.exp((z - x) * (z + x));
};

m.erf = x => {
  const a = Math.abs(x);
  if (!(a < 1.5)) return Number.isNaN(x) ? NaN : m.copysign(1 - m.erfc(a), x);
  let term = x,
    sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
};

m.erfc = x => {
  if (!(x >= 1)) return 1 - m.erf(x);
  if (x > 27.3) return 0;
  let fraction = x; // a continued fraction, from its far end
  for (let n = 160; n >= 1; n--) fraction = x + n / 2 / fraction;
  return exp_minus_square(x) / (Math.sqrt(Math.PI) * fraction);
};

// Stirling's series, for x of 10 and more.
const stirling_tail = x => {
  const c = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
  let sum = 0,
    power = 1 / x;
  for (const k of c) {
    sum += k * power;
    power /= x * x;
  }
  return sum;
};

// sin(πx) for any x.
const sin_pi = x => {
  const r = Math.abs(x) % 2,
    s = r > 1.5 ? Math.sin(Math.PI * (r - 2)) : r > 0.5 ? Math.sin(Math.PI * (1 - r)) : Math.sin(Math.PI * r);
  return x < 0 ? -s : s;
};

m.tgamma = x => {
  if (x === 0) return 1 / x;
  if (x < 0 && (Number.isInteger(x) || x === -Infinity)) return NaN;
  if (x > 171.7) return Infinity;
  if (x < 0.5) return Math.PI / (sin_pi(x) * m.tgamma(1 - x));
  if (Number.isInteger(x)) {
    let p = 1;
    for (let k = 2; k < x; k++) p *= k;
    return p;
  }
  let shift = 1;
  while (x < 12) shift *= x++;
  const half = x ** (x / 2 - 0.25);
  return (Math.sqrt(2 * Math.PI) * half * Math.exp(-x) * half * Math.exp(stirling_tail(x))) / shift;
};

m.lgamma = x => {
  if (Number.isNaN(x)) return NaN;
  if (!Number.isFinite(x) || (x <= 0 && Number.isInteger(x))) return Infinity;
  if (x < 0.5) return Math.log(Math.PI / Math.abs(sin_pi(x))) - m.lgamma(1 - x);
  if (x < 12) return Math.log(m.tgamma(x));
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + stirling_tail(x);
};

m.digamma = x => {
  if (x <= 0 && Number.isInteger(x)) return NaN;
  if (x < 0.5) return m.digamma(1 - x) - Math.PI / Math.tan(Math.PI * x);
  let shift = 0;
  while (x < 12) shift += 1 / x++;
  const c = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];
  let sum = 0,
    power = 1 / (x * x);
  for (const k of c) {
    sum += k * power;
    power /= x * x;
  }
  return Math.log(x) - 0.5 / x - sum - shift;
};
