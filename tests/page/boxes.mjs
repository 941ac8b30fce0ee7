// Boxes that stand for many nodes, and what the picture hides.
import {on, check, equal, contains} from './harness.mjs';

await on('hidden', async (page, {text, step, node, frame}) => {
  await page.click('#at_hidden');
  contains(await text('#why'), 'The picture leaves out 3');
  await page.click('#why .link >> nth=0');
  contains(await text('#why'), 'An operation (sin)');
  check((await page.locator('#at_hidden.chosen').count()) === 1, 'its sign is marked');
  await step(200);
  check((await page.locator('#at_hidden.now').count()) === 1, 'a step in it marks it');
  await page.keyboard.press('End');
  await page.evaluate(() => document.getElementById('at_s7').dispatchEvent(new MouseEvent('click', {bubbles: true})));
  contains(await text('#why'), 'tail');
  contains(await text('#why'), '2 scopes that are alike');
  contains(await text('#why'), 'It does not open: the record is large');
  await page.click('#tab_touch');
  await page.fill('#number_0', '0');
  await frame();
  equal((await node(400)).value, '0');
  contains(await page.locator('#hidden_count').textContent(), '3 nodes of the record are not in this page.');
});
