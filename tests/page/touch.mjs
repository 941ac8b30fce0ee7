// Touch: moving an input computes everything again; decisions that flip are told.
import {on, check, equal, contains} from './harness.mjs';

await on('chain_rule', async (page, {text, node, frame, shown_lines}) => {
  await page.click('#at_n2');
  await page.click('#tab_touch');
  await page.fill('#number_1', '5');
  await frame();
  equal((await node(1)).value, '5');
  equal((await node(3)).value, '10');
  equal((await node(6)).value, '51');
  equal((await node(2)).gradient, '15');
  check((await shown_lines()).includes('← 15'), 'the line carries 15');
  contains(await page.locator('#why').textContent(), 'dJ/dc = 15', 'the derivation moves along');
  contains(await text('#touch'), 'dJ/dc = 15');
  contains(await text('#touched'), 'J = 51');
  await page.fill('#number_1', '-1.23456');
  await frame();
  equal((await node(2)).gradient, '−3.704');
  check((await node(2)).classes.includes('minus'), 'the sign is seen without colour');
  check((await page.locator('g.edge.minus').count()) === 1, 'and on its line');
  await page.fill('#number_1', 'no');
  check((await page.locator('#number_1.wrong').count()) === 1, 'what is no number is told');
  await page.fill('#number_1', '100');
  check(+(await page.getAttribute('#slide_1', 'max')) >= 100, 'the range follows what is typed');
  await page.click('#reset');
  equal((await node(6)).value, '45');
  equal((await node(2)).gradient, '12');
  check((await shown_lines()).includes('← 12'), 'reset');
  await page.evaluate(() => {
    const s = document.getElementById('slide_0');
    s.value = 1;
    s.dispatchEvent(new Event('input', {bubbles: true}));
  });
  await frame();
  equal((await node(6)).value, '27', 'the slider moves');
  equal(await page.inputValue('#number_0'), '1');
});

await on('max', async (page, {text, node, has, frame}) => {
  await page.click('#tab_touch');
  await page.fill('#number_0', '1');
  await frame();
  contains(await text('#banner'), 'm: max chose a; now it chooses b.');
  check(await has(2, 'flipped'), 'the max is marked');
  equal((await node(1)).gradient, '3');
  await page.click('#reset');
  check(await page.locator('#banner').isHidden(), 'the banner goes');
});

await on('guard', async (page, {text, has, frame}) => {
  await page.click('#tab_touch');
  await page.fill('#number_0', '2');
  await frame();
  contains(
    await text('#banner'),
    'The program compared x < 1 and it was true; now it is false: it would have taken another way, and what is shown is not its result.',
  );
  check(await has(0, 'flipped'), 'x is marked');
});

await on('relu_off', async (page, {text, node, frame}) => {
  await page.click('#tab_touch');
  await page.fill('#number_0', '2');
  await frame();
  contains(await text('#banner'), 'w · x was not above 0; now it is above 0');
  equal((await node(0)).gradient, '15');
});

await on('arrays', async (page, {text}) => {
  await page.click('#tab_touch');
  contains(await text('#touch'), 'arrays');
});
