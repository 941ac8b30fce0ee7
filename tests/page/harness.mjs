// A browser, pages from the fixtures, and checks that are counted.
import {chromium} from 'playwright-core';
import {execFileSync} from 'node:child_process';
import {mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const folder = resolve(process.argv[2] || join(here, '..', 'pages'));
// Pages that the library made.
export const real = process.env.REAL ? resolve(process.env.REAL) : null;
let passed = 0,
  failed = 0,
  browser = null,
  open_page = null,
  where = '';

// Cases that differ from a fixture in a few fields.
const variants = {
  unswept: [
    'chain_rule',
    d => {
      d.outputs = d.seeds = [];
      for (const n of d.nodes) n[5] = null;
    },
  ],
  dropped: [
    'chain_rule',
    d => {
      for (const n of d.nodes.slice(3)) n[5] = 'dropped';
    },
  ],
  two_outputs: [
    'chain_rule',
    d => {
      d.outputs = [3, 6];
      d.seeds = [2, 1];
      d.nodes[3][5] = 5;
      d.nodes[1][5] = 10;
      d.nodes[2][5] = 20;
    },
  ],
  nasty: [
    'chain_rule',
    d => {
      d.title = '</title><script>alert(1)</script>@SCRIPT@';
      d.nodes[2][2] = '<img src=x onerror=alert(1)>';
      d.nodes[3][2] = '"&\'</script><!--<script>';
      d.scopes.push(['<b>', 0]);
      d.nodes[3][6] = 1;
      d.notes = {3: ['bad', '<i>']};
      d.guards = [{question: '<', a: 2, b: 3, bNode: null, answer: 1, place: '<u>'}];
    },
  ],
  fixed: [
    'chain_rule',
    d => {
      d.operations[2].f = false;
      d.nodes[3][8] = [2, 4];
      d.nodes[6][8] = [15, 3];
    },
  ],
};
function make_page(name, from) {
  const path = end => join(from, name + end);
  writeFileSync(join(folder, name + '.html'), execFileSync('python3', [join(here, 'join.py'), path('.json'), path('.svg')], {maxBuffer: 1 << 28}));
}
export function make_pages() {
  mkdirSync(folder, {recursive: true});
  for (const [name, [from, change]] of Object.entries(variants)) {
    const one = JSON.parse(readFileSync(join(here, 'fixtures', from + '.json'), 'utf8')),
      file = join(folder, name + '.json');
    change(one.data);
    writeFileSync(file, JSON.stringify(one));
    writeFileSync(join(folder, name + '.html'), execFileSync('python3', [join(here, 'join.py'), file, join(here, 'fixtures', from + '.svg')]));
  }
  for (const file of readdirSync(join(here, 'fixtures')).filter(f => f.endsWith('.json'))) make_page(file.slice(0, -5), join(here, 'fixtures'));
  execFileSync('python3', [join(here, 'make_fixtures.py'), '--chain', folder]); // fourteen megabytes
  make_page('chain', folder);
}
export async function start() {
  browser = await chromium.launch({executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox']});
}
export async function finish() {
  await browser.close();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

export function check(good, what, found) {
  if (good) {
    passed++;
    return;
  }
  failed++;
  console.log(`FAILED ${where}: ${what}${found === undefined ? '' : `\n    found: ${JSON.stringify(found)}`}`);
}
export const equal = (found, wanted, what = '') => check(found === wanted, `${what} should be ${JSON.stringify(wanted)}`, found);
export const contains = (text, part, what = '') => check(String(text).includes(part), `${what} should contain ${JSON.stringify(part)}`, text);

// Runs `act` on a new page; no error, no word on the console and no request may come of it.
export const on = (name, act, options) => on_file(join(folder, name + '.html'), act, options);
export async function on_file(file, act, options = {}) {
  const context = await browser.newContext({viewport: {width: 1360, height: 820}, ...options}),
    page = await context.newPage(),
    trouble = [];
  page.setDefaultTimeout(5000);
  where = basename(file, '.html');
  page.on('console', m => trouble.push(`console: ${m.text()}`));
  page.on('pageerror', e => trouble.push(`error: ${e.message}`));
  page.on('request', r => {
    if (!/^(file|data):/.test(r.url()) || (r.url().startsWith('file:') && !r.url().endsWith(encodeURI(basename(file)))))
      trouble.push(`request: ${r.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  try {
    await act(page, tools(page));
  } catch (e) {
    check(false, `ran into ${String(e.message).split('\n')[0]}`);
  }
  equal(trouble.join('; '), '', 'trouble');
  await context.close();
}

// Short ways to ask a page.
function tools(page) {
  const text = selector => page.locator(selector).innerText();
  const node = id =>
    page.evaluate(id => {
      const part = document.getElementById('at_n' + id),
        texts = [...part.querySelectorAll('text')];
      const behind = word => {
        const i = texts.findIndex(t => t.textContent.trim() === word);
        return i < 0 || getComputedStyle(texts[i + 1]).visibility === 'hidden' ? null : texts[i + 1].textContent;
      };
      return {
        value: behind('value'),
        gradient: behind('grad'),
        classes: [...part.classList],
        label: part.getAttribute('aria-label'),
        fill: part.querySelector('.shape').getAttribute('fill'),
      };
    }, id);
  const has = async (id, name) => (await node(id)).classes.includes(name);
  const step = t =>
    page.evaluate(t => {
      const s = document.getElementById('step');
      s.value = t;
      s.dispatchEvent(new Event('input'));
    }, t);
  const shown_lines = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('g.edge text')].filter(t => getComputedStyle(t).visibility !== 'hidden').map(t => t.textContent),
    );
  const frame = () => page.evaluate(() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r))));
  return {text, node, has, step, shown_lines, frame};
}
