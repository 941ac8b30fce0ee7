// The special functions against known values, the format of numbers and the parser, taken from the page's own files.
import {readFileSync} from 'node:fs';
import {check, equal} from './harness.mjs';

const source = name => readFileSync(new URL(`../../autodiff/see/page/browser/script/${name}.js`, import.meta.url), 'utf8');
const {m, format, arithmetic} = new Function(
  `'use strict'; const record = {digits: 4}; ${source('special')} ${source('number')} return {m, format, arithmetic};`,
)();
const near = (x, y, what, most = 2e-14) => check(Math.abs(x - y) <= most * Math.max(Math.abs(y), 1e-300), `${what} should be ${y}`, x);

near(m.erf(0.1), 0.1124629160182849, 'erf(0.1)');
near(m.erf(0.5), 0.5204998778130465, 'erf(0.5)');
near(m.erf(1), 0.8427007929497149, 'erf(1)');
near(m.erf(-2), -0.9953222650189527, 'erf(−2)');
near(m.erfc(1), 0.15729920705028513, 'erfc(1)');
near(m.erfc(2), 0.004677734981047266, 'erfc(2)');
near(m.erfc(5), 1.5374597944280349e-12, 'erfc(5)');
near(m.erfc(10), 2.088487583762545e-45, 'erfc(10)');
near(m.erfc(-1), 1.842700792949715, 'erfc(−1)');
near(m.tgamma(0.5), 1.772453850905516, 'Γ(½)');
near(m.tgamma(5), 24, 'Γ(5)');
near(m.tgamma(-1.5), 2.3632718012073544, 'Γ(−1.5)');
near(m.tgamma(10.3), 716430.6890623764, 'Γ(10.3)');
near(m.tgamma(170.5), 5.56209241456e305, 'Γ(170.5)', 1e-13);
near(m.lgamma(0.1), 2.252712651734206, 'lgamma(0.1)');
near(m.lgamma(100), 359.1342053695754, 'lgamma(100)');
near(m.lgamma(-0.5), 1.2655121234846454, 'lgamma(−0.5)');
check(Math.abs(m.lgamma(1)) < 1e-14 && Math.abs(m.lgamma(2)) < 1e-14, 'lgamma is 0 at 1 and 2');
near(m.digamma(1), -0.5772156649015329, 'digamma(1)');
equal(m.copysign(3, -0), -3);
equal(m.round(-2.5), -3);
equal(m.round(0.49999999999999994), 0);
equal(m.fmod(-7, 3), -1);
equal(m.fma(0.1, 10, -1), 5.551115123125783e-17);
near(m.hypot(3e200, 4e200), 5e200, 'hypot');
equal(m.exp2(10), 1024);

for (const [x, text] of [
  [12, '12'],
  [-0.19661193, '−0.1966'],
  [0.000012, '1.2e−5'],
  [NaN, 'nan'],
  [Infinity, 'inf'],
  [-Infinity, '−inf'],
  [12345.6, '1.235e4'],
  [123456, '123456'],
  [1234567, '1.235e6'],
  [0.00012345, '0.0001234'],
  [0.99999, '1'],
  [1e300, '1e300'],
  [-0, '0'],
  [9999.96, '1e4'],
  [2.25, '2.25'],
  [-123456.7, '−1.235e5'],
])
  equal(format(x), text, `format(${x})`);
for (const [text, x] of [
  ['3*4', 12],
  ['1/2', 0.5],
  ['-2.5e-3', -0.0025],
  ['−2 + 3 · 4', 10],
  ['2^3^2', 512],
  ['-2^2', -4],
  ['(1+2)*3', 9],
  ['.5', 0.5],
])
  equal(arithmetic(text), x, text);
for (const text of ['', 'x', '3 4', '(1', 'alert(1)', '1+', '**']) check(Number.isNaN(arithmetic(text)), `${text} is no number`, arithmetic(text));
