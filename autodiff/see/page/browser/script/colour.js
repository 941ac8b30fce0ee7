// Blue for positive, orange for negative, the stronger the larger the logarithm, between the powers of ten around what is shown.
const colour = (() => {
  const ramps = {
    light: {
      blue: ['#f1f6fc', '#84bde2'],
      orange: ['#fff5eb', '#fdae6b'],
      green: ['#f4f8f1', '#9ccb8b'],
      zero: '#ffffff',
      odd: '#e7d4e8',
      unknown: '#eeeeee',
    },
    dark: {
      blue: ['#1c2733', '#1a5288'],
      orange: ['#2b231c', '#7d3f10'],
      green: ['#20281f', '#2f5f2a'],
      zero: '#1d2228',
      odd: '#4a2a55',
      unknown: '#2c3138',
    },
  };
  const parse = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
  const mix = (pale, strong, t) =>
    '#' +
    parse(pale)
      .map((p, i) =>
        Math.round(p + (parse(strong)[i] - p) * t)
          .toString(16)
          .padStart(2, '0'),
      )
      .join('');
  const is_dark = () => document.documentElement.dataset.theme === 'dark';

  function scale_of(sizes) {
    let smallest = Infinity,
      largest = 0;
    for (const s of sizes)
      if (s > 0 && s < Infinity) {
        smallest = Math.min(smallest, s);
        largest = Math.max(largest, s);
      }
    if (!largest) return {low: -1, high: 1};
    const high = Math.ceil(Math.log10(largest)),
      low = Math.min(high - 2, Math.max(high - 8, Math.floor(Math.log10(smallest))));
    return {low, high};
  }
  const strength = (size, {low, high}) => Math.min(1, Math.max(0, (Math.log10(size) - low) / (high - low)));

  function fill(x, scale) {
    const ramp = ramps[is_dark() ? 'dark' : 'light'];
    if (x === null || x === undefined) return ramp.unknown;
    if (!Number.isFinite(x)) return ramp.odd;
    if (x === 0) return ramp.zero;
    return mix(...(x > 0 ? ramp.blue : ramp.orange), Math.round(24 * strength(Math.abs(x), scale)) / 24);
  }
  const share = t => mix(...ramps[is_dark() ? 'dark' : 'light'].green, t);
  const plain = name => ramps[is_dark() ? 'dark' : 'light'][name];

  // A colour of the picture for a dark page: as far from black as it was from white.
  const turned = new Map();
  function turn(hex) {
    const named = {white: '#ffffff', black: '#000000'}[hex] || hex;
    if (!is_dark() || !/^#[0-9a-f]{6}$/i.test(named)) return hex;
    if (!turned.has(named)) {
      const [r, g, b] = parse(named).map(v => v / 255),
        top = Math.max(r, g, b),
        bottom = Math.min(r, g, b);
      const light = (top + bottom) / 2,
        spread = top - bottom;
      const to = 0.13 + (1 - light) * 0.62,
        s = Math.min(0.75, light === 1 || light === 0 ? 0 : spread / (1 - Math.abs(2 * light - 1)));
      const hue = !spread ? 210 : 60 * (top === r ? ((g - b) / spread + 6) % 6 : top === g ? (b - r) / spread + 2 : (r - g) / spread + 4);
      turned.set(named, `hsl(${hue.toFixed(0)} ${(s * 100).toFixed(0)}% ${(to * 100).toFixed(0)}%)`);
    }
    return turned.get(named);
  }
  // A cell of a map, in hundredths of the largest.
  const heat = x => (x === null ? '#b06fbf' : mix(plain('zero'), x < 0 ? '#d94801' : '#2171b5', Math.min(1, Math.abs(x) / 100)));
  const text = x => (typeof x !== 'number' ? '#5f5f5f' : !Number.isFinite(x) ? '#762a83' : x > 0 ? '#08458a' : x < 0 ? '#8a2c04' : '#5f5f5f');
  const line = x => (typeof x !== 'number' ? '#a3a8ae' : Number.isNaN(x) ? '#762a83' : x > 0 ? '#4292c6' : x < 0 ? '#e6701d' : '#a3a8ae');
  return {scale_of, strength, fill, share, plain, heat, turn, text, line, is_dark};
})();
