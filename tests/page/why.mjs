// Why: the derivation of a node, where a zero or a NaN comes from, and the largest paths.
import {on, check, equal, contains} from './harness.mjs';

await on('chain_rule', async (page, {text, has}) => {
  await page.click('#at_n2');
  const panel = await text('#why');
  contains(panel, '∂u/∂c · dJ/du');
  contains(panel, '= 4 · 3 = 12');
  contains(panel, '∂u/∂c = b = 4');
  contains(panel, 'dJ/dc = 12');
  check(await has(2, 'chosen'), 'c is marked');
  await page.click('#why .link:has-text("u")');
  contains(await text('#why h2'), 'u');
  contains(await text('#why'), '= 4 · 2');
  await page.click('#copy_latex');
  contains(await page.inputValue('#latex'), 'u &= b \\cdot c = 4 \\cdot 2 = 8');
  contains(await page.inputValue('#latex'), '\\frac{d J}{d u} &= \\frac{\\partial v}{\\partial u} \\cdot \\frac{d J}{d v} = 1 \\cdot 3 = 3');
  await page.hover('#at_n0');
  await page.waitForTimeout(250);
  check((await has(4, 'on')) && !(await has(3, 'on')), 'only what is on a path through a stays');
  await page.mouse.move(5, 400);
  await page.waitForTimeout(200);
  equal(await page.locator('svg.tracing').count(), 0, 'and all comes back');
  await page.click('#at_n2');
  await page.click('#largest_paths');
  contains(await text('#answer'), 'c → u → v → J: 12, 100 %');
  equal(await page.locator('g.edge.on_way').count(), 3, 'lines of the path');
});

await on('two_uses', async (page, {text}) => {
  await page.click('#at_n0');
  contains(await text('#why'), '3 contributions');
  contains(await text('#why'), 'dy/dx = 5 + 3 + 3 = 11');
  await page.click('#largest_paths');
  contains(await text('#answer'), 'x → 5 · x → y: 5, 45.5 %');
});

await on('not_finite', async (page, {text, has}) => {
  await page.click('#at_n6');
  await page.click('#why_not_finite');
  contains(await text('#answer'), 'p = log(a − b) = log(−1) = nan is the first');
  contains(await text('#answer'), 'logarithm of a negative number is not defined');
  check(await has(4, 'born'), 'p is marked as the place');
  check(await has(6, 'on_way'), 'y is on the way');
  await page.click('#at_n2');
  await page.click('#why_not_finite');
  contains(await text('#answer'), '∂y/∂q = nan is not finite, for it is made of p');
  check((await has(5, 'on_way')) && (await has(4, 'born')), 'the way of the gradient');
  await page.selectOption('#overlay', 'not_finite');
  check(await has(4, 'born'), 'the overlay marks the way');
});

await on('relu_off', async (page, {text, has}) => {
  await page.click('#at_n0');
  await page.click('#why_zero');
  contains(await text('#answer'), 'relu is off: it is flat for w · x = −6');
  check((await has(3, 'on_way')) && (await has(4, 'born')), 'the way to the relu');
  await page.click('#at_n2');
  await page.click('#why_zero');
  contains(await text('#answer'), 'a product whose other factor, relu(w · x), is 0');
  await page.click('#at_n3');
  contains(await text('#why'), '✗ FAIL: 0 ≠ 4', 'the note');
  await page.selectOption('#overlay', 'verdict');
  contains(await text('#legend_scale'), '✗ bad');
});

await on('cancel', async (page, {text}) => {
  await page.click('#at_n0');
  await page.click('#why_zero');
  contains(await text('#answer'), 'its contributions cancel:');
});

await on('max', async (page, {text}) => {
  await page.click('#at_n1');
  await page.click('#why_zero');
  contains(await text('#answer'), 'max did not choose b = 1.5, but a = 2');
});

await on('loose', async (page, {text, node}) => {
  equal((await node(1)).gradient, '∅');
  await page.click('#at_n1');
  contains(await text('#why'), 'zero by structure');
  await page.click('#why_zero');
  contains(await text('#answer'), 'No path leads from k to the output');
  await page.click('#at_n2');
  contains(await text('#why'), '12 contributions', 'a node of many uses');
  equal(await page.locator('.terms li').count(), 8);
  contains(await page.locator('.terms li').first().innerText(), '12', 'the largest first');
  await page.click('#more');
  equal(await page.locator('.terms li').count(), 12);
  await page.click('#at_n3');
  contains(await text('#why'), '≈ 0', 'rounding is not a gradient');
});
