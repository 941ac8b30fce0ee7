// Boxes open: the drawing of what is inside, the way there and back, and that all else works in it.
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {check, equal, contains, folder, on_file, real} from './harness.mjs';

const transformer = join(real, 'transformer__6_layers.html');
const place = page => page.locator('#place li').allInnerTexts();
const focused = page => page.evaluate(() => document.activeElement.id);
const record_of = async page => JSON.parse(await page.locator('#data').textContent());

await on_file(transformer, async (page, {text}) => {
  equal(await page.locator('#place').isVisible(), false, 'no place of the whole picture');
  await page.click('#at_s2');
  contains(await text('#why h2'), 'blocks.0 ×6');
  contains(await text('#why'), 'Inside is the first of the 6 that are alike, blocks.0.');
  await page.click('#open_box');
  equal((await place(page)).join('|'), 'whole picture|blocks.0 (the first of 6 alike)');
  equal(await page.locator('#view > svg').count(), 1, 'one drawing at a time');
  equal(await page.locator('#at_s2').count(), 0, 'the box itself is not in it');
  equal(await page.locator('.neighbour').count(), 3, 'what enters, and the two uses of what leaves');
  contains(await text('#why'), 'It is open');
  await page.dblclick('#at_s3');
  equal((await place(page)).join('|'), 'whole picture|blocks.0 (the first of 6 alike)|self_attn');
  await page.dblclick('#at_n29');
  equal((await place(page)).at(-1), 'attention');
  await page.click('#place li >> nth=1 >> button');
  equal((await place(page)).length, 2, 'the bread crumb leads back');
  await page.keyboard.press('Escape');
  equal(await page.locator('#place').isVisible(), false, 'Escape leads back');
  check(await page.locator('#at_s2.chosen').isVisible(), 'where it was opened is marked');
  const box = () => page.getAttribute('#view > svg', 'viewBox').then(b => b.split(' ').map(Number));
  for (let i = 0; i < 3; i++) await page.click('#zoom_in');
  await page.waitForTimeout(100);
  const before = await box();
  await page.evaluate(() => document.getElementById('at_s2').dispatchEvent(new MouseEvent('dblclick', {bubbles: true})));
  await page.click('#return');
  await page.waitForTimeout(100);
  equal(await page.locator('#place').isVisible(), false, 'the button leads back');
  const after = await box();
  check(Math.abs(before[2] - after[2]) < 1, 'it is as large as it was left', [before, after]);
});

// A function that is drawn as one.
await on_file(join(real, 'perceptron_with_batch_norm_and_dropout.html'), async (page, {text}) => {
  const loss = (await record_of(page)).boxes.find(b => b.name === 'cross_entropy');
  check(loss && loss.id.startsWith('n'), 'a function has the name of its result', loss);
  await page.click('#at_' + loss.id);
  contains(await text('#why'), 'Open cross_entropy');
  await page.click('#open_call');
  equal((await place(page)).join('|'), 'whole picture|cross_entropy');
  check((await page.locator('#view .node').count()) > 3, 'what is in it is drawn');
  await page.keyboard.press('Escape');
  equal(await page.locator('#place').isVisible(), false, 'and Escape leads back');
  await page.dblclick('#at_' + loss.id);
  equal((await place(page)).at(-1), 'cross_entropy', 'so does a double click');
});

// With keys alone.
await on_file(transformer, async (page, {text}) => {
  await page.evaluate(() => document.getElementById('at_s2').focus());
  contains(await page.getAttribute('#at_s2', 'aria-label'), 'blocks.0, a box of 270 nodes, which opens');
  await page.keyboard.press('Enter');
  contains(await text('#why h2'), 'blocks.0');
  await page.keyboard.press('Enter');
  equal((await place(page)).length, 2, 'Enter once more opens it');
  const first = await focused(page);
  check(/^at_[nes]\d+$/.test(first), 'its first node has the focus', first);
  await page.keyboard.press('Tab');
  check((await focused(page)) !== first, 'Tab goes on', await focused(page));
  await page.keyboard.press('Escape');
  equal(await focused(page), 'at_s2', 'and the box has it again');
  await page.keyboard.press('ArrowRight');
  check((await focused(page)) !== 'at_s2', 'arrows follow the lines of a box');
  await page.keyboard.press('ArrowLeft');
  equal(await focused(page), 'at_s2');
});

// Steps, explanations, search, colours and the pointer, inside.
await on_file(transformer, async (page, {text, step, frame}) => {
  const data = await record_of(page);
  await page.dblclick('#at_s2');
  const drawn = data.drawings.find(d => d.id === 's2');
  const index = drawn.first + drawn.places.lastIndexOf(-1),
    id = data.nodes[index][0];
  const steps = data.nodes.slice(0, index + 1).filter(n => n[1] !== -2).length;
  await step(steps);
  check(await page.locator(`#at_n${id}.now`).isVisible(), 'the step marks its node');
  check(await page.locator(`#at_n${id}.ungraded`).isVisible(), 'its gradient is not known');
  await step(2);
  equal(await page.locator('#view .now').count(), 0, 'a step elsewhere marks nothing here');
  await page.keyboard.press('End');
  await page.click(`#at_n${id}`);
  contains(await text('#why'), `node ${id} in blocks.0`);
  await page.locator(`#at_n${id}`).hover();
  await page.waitForTimeout(300);
  check((await page.locator('#view svg.tracing .on').count()) > 2, 'the pointer leaves what is on a path');
  await page.mouse.move(5, 5);
  await page.selectOption('#overlay', 'value');
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.keyboard.type('softmax');
  check((await page.locator('.match').count()) > 0, 'found in the box that is drawn');
  await page.keyboard.press('Enter');
  equal((await place(page)).at(-1), 'attention', 'the search opens what it is in');
  contains(await text('#why'), 'An operation (softmax)');
  equal(await page.locator('.node.match.chosen').count(), 1, 'and is marked there');
  await page.click('#theme');
  await frame();
  equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  // A link to what is in none of the drawings but its own.
  await page.click('#place li >> nth=0 >> button');
  await page.fill('#find', 'cross_entropy');
  await page.click('#at_s62');
  await page.click('#why .way >> nth=1 >> .link >> nth=0');
  contains(await text('#go_there'), 'Show it in next');
  await page.click('#go_there');
  equal((await place(page)).at(-1), 'next');
  equal(await page.locator('.chosen').count(), 1);
  await page.click('#place li >> nth=0 >> button');
  await page.dblclick('#at_n315');
  await page.click('.neighbour');
  contains(await text('#why'), 'node 309');
  equal(await page.locator('.neighbour.chosen').count(), 1);
  await page.locator('.neighbour').hover();
  await page.waitForTimeout(300);
  equal(await page.locator('#view g.edge.on').count(), 4, 'its line, and those behind it, but not that of the constant');
});

// Parameters: all, their sums, and each.
await on_file(transformer, async (page, {text}) => {
  const data = await record_of(page);
  const box = data.nodes.filter(n => n[1] === -1 && n[7] === data.boxes.findIndex(b => b.id === 's2'));
  const size = n => n[4].shape.reduce((a, b) => a * b, 1),
    total = box.reduce((s, n) => s + size(n), 0);
  await page.click('#at_s2');
  contains(await text('#why'), `6 × ${(total / 6).toLocaleString('en')} = ${total.toLocaleString('en')} numbers in 72 arrays`);
  const cells = await page.locator('#why .stats.wide >> nth=0').locator('tbody tr').first().locator('td').allInnerTexts();
  const sum = box.reduce((s, n) => s + n[4].mean * size(n), 0),
    norm = Math.hypot(...box.map(n => n[4].norm)),
    zeros = box.reduce((s, n) => s + n[4].zeros, 0);
  const number = s => Number(s.replace('−', '-').replace(' %', ''));
  const near = (found, wanted, what) =>
    check(Math.abs(number(found) - wanted) <= 0.006 * Math.abs(wanted) + 0.05 * (what === 'zeros'), what, [found, wanted]);
  near(cells[0], sum / total, 'mean');
  near(cells[1], norm, 'norm');
  near(cells[2], Math.min(...box.map(n => n[4].min)), 'min');
  near(cells[3], Math.max(...box.map(n => n[4].max)), 'max');
  near(cells[4], (100 * zeros) / total, 'zeros');
  const third = box.filter(n => {
    let s = n[6];
    while (data.scopes[s][1] !== 0) s = data.scopes[s][1];
    return data.scopes[s][0] === 'blocks.2';
  });
  const row = await page.locator('.copies tbody tr').nth(2).locator('th,td').allInnerTexts();
  equal(row[0], 'blocks.2', 'those that are alike are compared');
  equal(third.length, 12);
  near(row[1], Math.hypot(...third.map(n => n[4].norm)), 'its norm');
  near(row[2], Math.hypot(...third.map(n => n[5].norm)), 'and that of its gradient');
  equal(await page.locator('.copies tbody tr').count(), 6);
  equal(await page.locator('.parameter').count(), 8);
  await page.click('#more_parameters');
  equal(await page.locator('.parameter').count(), 72);
  contains(await page.locator('.parameter').first().innerText(), 'in_proj_weight blocks.0/self_attn float32 [192×64]');
  equal(await page.locator('.parameter').first().locator('.histogram').count(), 2, 'of values and of gradients');
  await page.click('.parameter .link');
  contains(await text('#why h2'), 'in_proj_weight');
  await page.click('#go_there');
  equal((await place(page)).at(-1), 'self_attn');
});

// Single numbers are counted as well, and hidden gradients are not told.
await on_file(join(real, 'network_2_8_8_1_of_scalars.html'), async (page, {text}) => {
  await page.evaluate(() => document.querySelector('#view g.node[data-key^=s]').dispatchEvent(new MouseEvent('click', {bubbles: true})));
  contains(await text('#why'), 'single numbers');
  const rows = () => page.locator('#why .stats.wide >> nth=0').locator('tbody tr').count();
  equal(await rows(), 2);
  await page.keyboard.press('Home');
  equal(await page.locator('#why .stats.wide').count(), 0, 'nothing is known at the first step');
});

// An exercise that begins inside of a box.
await on_file(join(real, 'network_2_8_8_1_of_scalars.html'), async (page, {text}) => {
  await page.evaluate(() => document.querySelector('#view g.node[data-key=s11]').dispatchEvent(new MouseEvent('dblclick', {bubbles: true})));
  equal((await place(page)).join('|'), 'whole picture|layer2 › neuron (the first of 8 alike)');
  await page.click('#tab_exercise');
  await page.fill('#answer_field', '77');
  await page.click('#answer_form button');
  await page.click('#reveal');
  contains(await text('#exercise'), 'It is ');
  await page.click('#next');
  await page.keyboard.press('Escape');
  equal(await page.locator('#view .asked').count(), 1, 'what is asked for is marked in the whole');
  await page.click('#tab_touch');
  const input = page.locator('#touch input[type=text]').nth(3);
  await input.fill('2.25');
  await page.waitForTimeout(100);
  await page.locator('#touch .input_row .link').nth(3).click();
  await page.click('#go_there');
  contains((await place(page)).at(-1), 'neuron');
  check((await page.locator('#view .node.chosen').textContent()).includes('2.25'), 'what was touched is seen inside');
});

// A page with no room for one of its boxes.
const html = readFileSync(transformer, 'utf8'),
  shut = join(folder, 'shut.html');
writeFileSync(
  shut,
  html.replace('"id":"s62","scope":62,"first"', '"id":"s9999","scope":62,"first"').replace('id="drawing_s62"', 'id="drawing_s9999"'),
);
await on_file(shut, async (page, {text}) => {
  await page.dblclick('#at_s62');
  equal(await page.locator('#place').isVisible(), false);
  contains(await text('#why'), 'It does not open: this page has room for');
  await page.locator('#at_s62').focus();
  await page.keyboard.press('Enter');
  equal(await page.locator('#place').isVisible(), false);
});
