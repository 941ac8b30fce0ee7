// Step: values appear in the order of the record, then gradients, one contribution after the other.
import {on, check, equal, contains} from './harness.mjs';

await on('chain_rule', async (page, {text, node, has, step, shown_lines}) => {
  equal(await text('#step_number'), '12 / 12', 'opens at the end');
  equal((await node(2)).gradient, '12');
  await step(0);
  for (const id of [0, 1, 2, 3, 4, 6]) {
    equal((await node(id)).value, null, `value of n${id} at the start`);
    equal((await node(id)).gradient, null);
  }
  equal((await shown_lines()).length, 0, 'lines say nothing yet');
  await step(4);
  equal(await text('#said'), 'u = b · c = 4 · 2 = 8');
  check(await has(3, 'now'), 'u is marked');
  equal((await node(3)).value, '8');
  equal((await node(4)).value, null, 'v is not known yet');
  await page.click('#at_n4');
  contains(await text('#why'), 'Its value is not known at this step.', 'the panel does not tell either');
  await step(7);
  contains(await text('#why'), 'Its gradient is not known at this step.');
  contains(await text('#said'), 'dJ/dJ = 1');
  await step(12);
  await page.click('#view', {position: {x: 5, y: 5}}); // leaves the node, whose arrows follow lines
  await page.keyboard.press('ArrowLeft');
  equal(await text('#step_number'), '11 / 12', 'the left arrow goes back');
  equal(await text('#said'), '∂u/∂b · dJ/du = 2 · 3 = 6, added to b: 0 + 6 = 6');
  equal((await node(1)).gradient, '6');
  equal((await node(2)).gradient, null, 'c is not known yet');
  check((await page.locator('g.edge.now').count()) === 1, 'the line is marked');
  await page.keyboard.press('Home');
  equal(await text('#step_number'), '0 / 12');
  await page.keyboard.press('End');
  equal(await text('#step_number'), '12 / 12');
  equal((await node(2)).gradient, '12');
  equal(await page.locator('.now').count(), 0, 'nothing is marked at the end');
  await page.selectOption('#pace', '60');
  await page.click('#view', {position: {x: 5, y: 5}});
  await page.keyboard.press('Space');
  equal(await page.getAttribute('#play', 'aria-label'), 'Pause');
  await page.waitForFunction(() => document.getElementById('step_number').textContent === '12 / 12', null, {timeout: 4000});
  equal(await page.getAttribute('#play', 'aria-label'), 'Play', 'stops at the end');
  equal(await page.getAttribute('#said', 'aria-live'), 'polite');
  await page.focus('#find');
  await page.keyboard.press('ArrowLeft');
  equal(await text('#step_number'), '12 / 12', 'arrows in a field do not step');
});

await on('two_uses', async (page, {text, node, step}) => {
  const last = +(await text('#step_number')).split('/ ')[1];
  const sums = [];
  for (let t = last - 2; t <= last; t++) {
    await step(t);
    sums.push((await node(0)).gradient);
  }
  equal(sums.join(), '5,8,11', 'x grows by each use');
  await step(last - 1);
  equal(await text('#said'), '∂(x · x)/∂x₁ · dy/d(x · x) = 3 · 1 = 3, added to x: 5 + 3 = 8');
});
