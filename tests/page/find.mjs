// Find, fold, overlays, zoom and the keyboard.
import {on, check, equal, contains} from './harness.mjs';

await on('chain_rule', async (page, {text, has, node, frame}) => {
  await page.click('#view', {position: {x: 5, y: 5}});
  await page.keyboard.press('/');
  equal(await page.evaluate(() => document.activeElement.id), 'find');
  await page.keyboard.type('mul');
  equal(await text('#found'), '2 matches');
  check((await has(3, 'match')) && (await has(6, 'match')) && !(await has(4, 'match')), 'both products are marked');
  await page.keyboard.press('Enter');
  equal(await text('#found'), '1 of 2');
  contains(await text('#why h2'), 'u');
  await page.keyboard.press('Enter');
  contains(await text('#why h2'), 'J');
  await page.keyboard.press('Escape');
  check(!(await has(3, 'match')), 'the marks go');

  const box = () => page.getAttribute('#view > svg', 'viewBox').then(b => b.split(' ').map(Number));
  const before = await box();
  await page.click('#zoom_in');
  await frame();
  check((await box())[2] < before[2], 'zoom in');
  await page.click('#fit');
  await frame();
  equal((await box()).join(), before.join(), 'fit');
  await page.mouse.move(400, 600);
  await page.mouse.wheel(0, -400);
  await page.waitForTimeout(100);
  check((await box())[2] < before[2], 'the wheel zooms');
  await page.mouse.down();
  await page.mouse.move(450, 610, {steps: 4});
  await page.mouse.up();
  await frame();
  check((await box())[0] !== before[0], 'dragging pans');
  await page.keyboard.press('0');
  await frame();
  equal((await box()).join(), before.join(), 'the key 0 fits');

  await page.focus('#at_n0');
  await page.keyboard.press('ArrowRight');
  equal(await page.evaluate(() => document.activeElement.id), 'at_n4', 'right goes to the user');
  await page.keyboard.press('ArrowLeft');
  equal(await page.evaluate(() => document.activeElement.id), 'at_n0', 'left to the operand');
  await page.keyboard.press('ArrowDown');
  equal(await page.evaluate(() => document.activeElement.id), 'at_n3', 'down to the sibling');
  await page.keyboard.press('Tab');
  equal(await page.evaluate(() => document.activeElement.id), 'at_n4', 'Tab to the next of the record');
  await page.keyboard.press('Enter');
  contains(await text('#why h2'), 'v');
  await page.keyboard.press(',');
  equal(await text('#step_number'), '11 / 12', 'comma steps back');
  await page.keyboard.press('.');
  equal(await text('#step_number'), '12 / 12');
  equal((await node(3)).label, 'u, value 8, gradient 3');
  equal(await page.locator('g.node[tabindex="0"]').count(), 1, 'one node in the order of Tab');

  const fill = (await node(2)).fill;
  await page.selectOption('#overlay', 'value');
  check((await node(2)).fill !== fill, 'colours by value');
  await page.selectOption('#overlay', 'share');
  contains(await text('#legend_scale'), '100 %');
  await page.selectOption('#overlay', 'gradient');
  equal((await node(2)).fill, fill);
});

await on('arrays', async page => {
  await page.click('.fold_title');
  equal(await page.locator('g.fold').count(), 1, 'the frame is closed');
  contains(await page.locator('g.fold').textContent(), '2 nodes');
  contains(await page.locator('g.fold').textContent(), '|grad| up to 3.26');
  equal(await page.evaluate(() => getComputedStyle(document.querySelector('#at_n2')).visibility), 'hidden');
  check(await page.evaluate(() => document.querySelector('g.graph').lastElementChild.classList.contains('fold')), 'it is drawn above');
  await page.keyboard.press('Enter');
  equal(await page.locator('g.fold').count(), 0, 'Enter opens it again');
  equal(await page.evaluate(() => getComputedStyle(document.querySelector('#at_n2')).visibility), 'visible');
});
