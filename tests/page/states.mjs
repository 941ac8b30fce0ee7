// Other states of a record: the slider, and all that follows it.
import {join} from 'node:path';
import {check, equal, contains, on_file, real} from './harness.mjs';

const record_of = async page => JSON.parse(await page.locator('#data').textContent());
const label = page => page.locator('#state_name').innerText();
const numbers = s => s.replace(/−/g, '-');

await on_file(
  join(real, 'training_of_a_neuron.html'),
  async (page, {text, node, step, frame}) => {
    const data = await record_of(page),
      at = (s, k) => [data.states[s].values.find(v => v[0] === k)[1], data.states[s].gradients.find(v => v[0] === k)[1]];
    const near = (found, wanted, what) => check(Math.abs(Number(numbers(found)) - wanted) <= 2e-3 * Math.abs(wanted), what, [found, wanted]);
    equal(await label(page), 'epoch 10');
    equal(await text('#state_number'), '12 / 12');
    const heading = () => page.evaluate(() => document.querySelectorAll('#at_n3 text')[0].textContent.trim());
    equal(await heading(), 'w × 2');
    const before = await node(0);
    await page.focus('#state');
    await page.keyboard.press('ArrowLeft');
    equal(await label(page), 'epoch 9');
    equal(await page.getAttribute('#state', 'aria-valuetext'), 'epoch 9, 11 of 12');
    equal(await heading(), 'w × 1.9', 'a constant that is written into an operation');
    await page.keyboard.press('Home');
    equal(await label(page), 'before the sweep');
    equal(await text('#step_number'), '7 / 7', 'there are no steps back');
    equal((await node(0)).gradient, '?');
    await page.keyboard.press('ArrowRight');
    equal(await label(page), 'epoch 0');
    equal(await text('#step_number'), '14 / 14');
    contains(await text('#why'), 'J = ');
    await page.click('#at_n3');
    contains(await text('#why h2'), 'w · 1');
    for (const k of [0, 1]) {
      const now = await node(data.nodes[k][0]);
      near(now.value, at(1, k)[0], 'value');
      near(now.gradient, at(1, k)[1], 'gradient');
    }
    check((await node(0)).fill !== before.fill, 'its colour follows');
    equal(await page.evaluate(() => getComputedStyle(document.querySelector('.node .shape')).transitionDuration), '0s', 'without motion');
    // The derivation is that of the state, and adds up.
    await page.click('#at_n1');
    contains(await text('#why'), 'b = 0.5');
    equal(await page.locator('#why .warning').count(), 0, 'contributions add up');
    equal(await page.locator('.trend').count(), 2);
    const dot = () => page.locator('.trend circle').first().getAttribute('cx');
    const far_left = await dot();
    await page.keyboard.press(']');
    equal(await label(page), 'epoch 1');
    check(+(await dot()) > +far_left, 'the mark goes along');
    contains(await text('#why'), 'b = ');
    near((await node(1)).value, at(2, 1)[0], 'value');
    // Steps.
    await step(1);
    contains(await text('#said'), 'an input');
    near((await text('#said')).match(/= (\S+),/)[1], at(2, 0)[0], 'the step says the number of the state');
    await page.keyboard.press('[');
    equal(await text('#step_number'), '1 / 14', 'the step stays');
    near((await text('#said')).match(/= (\S+),/)[1], at(1, 0)[0], 'and says that of the other');
    await page.keyboard.press('End');
    // Touched, it starts from the state, and comes back to it.
    await page.click('#tab_touch');
    equal(await page.inputValue('#number_0'), '-1');
    await page.fill('#number_0', '3');
    await frame();
    equal((await node(0)).value, '3');
    await page.click('#reset');
    equal((await node(0)).value, '−1');
    // Back at the last, all is as it was recorded.
    await page.evaluate(() => {
      const s = document.getElementById('state');
      s.value = s.max;
      s.dispatchEvent(new Event('input'));
    });
    equal(JSON.stringify(await node(0)), JSON.stringify(before));
    await page.click('#tab_exercise');
    await page.keyboard.press('[');
    equal(await label(page), 'epoch 9');
  },
  {reducedMotion: 'reduce'},
);

await on_file(join(real, 'training_of_a_network.html'), async (page, {text}) => {
  const data = await record_of(page);
  const go = i =>
    page.evaluate(i => {
      const s = document.getElementById('state');
      s.value = i;
      s.dispatchEvent(new Event('input'));
    }, i);
  const drawn = id => page.evaluate(id => [...document.querySelectorAll(`#at_n${id} text`)].map(t => t.textContent).join('|'), id);
  const fills = id =>
    page.evaluate(id => [...document.querySelectorAll(`#at_n${id} polygon, #at_n${id} path`)].map(t => t.getAttribute('fill')).join('|'), id);
  const box = () => page.locator('#at_s1').textContent();
  const box_before = await box();
  await page.dblclick('#at_s1');
  const k = data.nodes.find(n => n[2] === 'W1')[0],
    at = (s, what) => data.states[s][what].find(v => v[0] === k)[1];
  const recorded = await drawn(k),
    recorded_fills = await fills(k);
  await go(0);
  const short = x => (Math.abs(x) < 1 ? String(x).slice(0, 5) : String(x).slice(0, 4)).replace('-', '−');
  contains(await drawn(k), short(at(0, 'values').max), 'its statistics are those of the state');
  contains(await drawn(k), short(at(0, 'values').norm));
  check((await drawn(k)) !== recorded && (await fills(k)) !== recorded_fills, 'numbers, spread and cells are drawn anew');
  await page.click(`#at_n${k}`);
  for (const s of [0, 7, 20]) {
    await go(s);
    const of = (data.states[s].values.find(v => v[0] === k) || [0, data.nodes[k][4]])[1].of;
    equal(await page.locator('.map').first().locator('rect').count(), 48);
    await page.locator('.map rect').nth(5).hover();
    const said = await page.locator('.map output').first().innerText();
    contains(said, '[0, 5] = ');
    check(Math.abs(Number(numbers(said.split('= ')[1])) - of[5]) < 2e-3 * Math.abs(of[5]), `the number under the pointer in state ${s}`, [
      said,
      of[5],
    ]);
    equal(await page.locator('#why .histogram').count(), 2);
  }
  equal(await drawn(k), recorded, 'as recorded');
  equal(await fills(k), recorded_fills);
  await go(3);
  contains(await text('#why'), 'recorded of the last state alone');
  await page.click('#return');
  check((await box()) !== box_before, 'a box says the gradients of the state', await box());
  await page.click('#at_s1');
  contains(await text('#why'), '72 numbers in 2 arrays');
  const grads = await page.locator('#why .stats.wide >> nth=1').locator('tbody tr').nth(1).locator('td').allInnerTexts();
  check(
    Math.abs(Number(numbers(grads[1])) - at(3, 'gradients').norm) < 6e-3 * at(3, 'gradients').norm,
    'its parameters are those of the state',
    grads,
  );
  await go(20);
  equal(await box(), box_before);
});

// A page without states has no slider.
await on_file(join(real, 'LeNet.html'), async page => {
  equal(await page.locator('#states').isVisible(), false);
  await page.keyboard.press('[');
});
