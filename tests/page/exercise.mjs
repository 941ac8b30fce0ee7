// Exercise: gradients are hidden, answers marked, wrong ones explained.
import {on, check, equal, contains} from './harness.mjs';

const answer = async (page, x) => {
  await page.fill('#answer_field', String(x));
  await page.click('#answer_form button');
};
const verdict = page => page.locator('.verdict').innerText();

await on('chain_rule', async (page, {text, node, has, shown_lines}) => {
  await page.click('#tab_exercise');
  for (const id of [0, 1, 2, 3, 4]) equal((await node(id)).gradient, null, `gradient of n${id} is hidden`);
  equal((await shown_lines()).length, 0, 'the lines do not tell');
  contains(await text('#exercise h2'), 'dJ/dv');
  check(await has(4, 'asked'), 'v is marked');
  await answer(page, 15);
  contains(await verdict(page), 'local derivative');
  await answer(page, '1 + 2');
  contains(await verdict(page), '✓ Right. dJ/dv = 3');
  equal((await node(4)).gradient, '3', 'what is found is shown');
  await page.click('#next');
  contains(await text('#exercise h2'), 'dJ/du');
  await answer(page, 'x');
  contains(await verdict(page), 'not a number');
  await page.click('#hint');
  contains(await text('#exercise'), '∂v/∂u · dJ/dv');
  await answer(page, 3);
  await page.click('#next');
  contains(await text('#exercise h2'), 'dJ/dc');
  await answer(page, 6);
  contains(await verdict(page), 'You took c itself as the local derivative. The derivative of a product by c is the other factor, b = 4.');
  await answer(page, 4);
  contains(await verdict(page), 'the local derivative alone');
  await answer(page, 3);
  contains(await verdict(page), 'That is the gradient behind alone');
  await answer(page, -12);
  contains(await verdict(page), 'the sign is not');
  await answer(page, 2);
  contains(await verdict(page), 'the value of c');
  await page.click('#reveal');
  contains(await text('#exercise'), 'It is 12');
  await page.click('#next');
  await answer(page, '2*3');
  await page.click('#next');
  await answer(page, '3.000');
  await page.click('#next');
  contains(await text('.score'), '4 of 5 gradients found, 2 of them at the first try');
  await page.click('#tab_touch');
  equal((await node(2)).gradient, '12', 'all is shown again');
});

await on('sigmoid', async (page, {text, node}) => {
  await page.click('#tab_exercise');
  await page.keyboard.press('Home');
  check(await page.locator('#step').isHidden(), 'no steps meanwhile');
  await page.click('#stop');
  equal((await node(4)).gradient, '0.2475', 'ended: all is shown');
  check(await page.locator('#step').isVisible(), 'and the steps are back');
  await page.click('#again');
  equal((await node(4)).gradient, null);
});

await on('two_uses', async (page, {text}) => {
  await page.click('#tab_exercise');
  while (!(await text('#exercise h2')).includes('dy/dx?')) {
    await answer(page, 1);
    await page.click('#next');
  }
  await answer(page, 5);
  contains(await verdict(page), 'You forgot the sum over all uses. x is used 3 times');
  await answer(page, 6);
  contains(await verdict(page), 'You forgot the sum');
  await answer(page, 11);
  contains(await verdict(page), 'Right');
});

await on('sigmoid', async (page, {text}) => {
  await page.click('#tab_exercise');
  contains(await text('#exercise h2'), 'dy/dz');
  await answer(page, -0.2 * 1.2);
  contains(await verdict(page), 'You put the input −0.2 of σ into σ(1 − σ)');
  await answer(page, '0.45');
  contains(await verdict(page), 'You took σ itself');
  await answer(page, 1);
  contains(await verdict(page), 'gradient behind alone');
  await answer(page, '0.25');
  contains(await verdict(page), 'Right', 'as many digits as typed');
});

await on('quotient', async (page, {text, has}) => {
  equal(await page.getAttribute('#tab_exercise', 'aria-selected'), 'true', 'claims open the exercise');
  contains(await text('#exercise h2'), 'dy/db');
  check(await has(1, 'asked'), 'b is marked');
  contains(await verdict(page), '0.3932 is not dy/db. You took 1/b.');
  await answer(page, -0.5 * 1.5728954659318548);
  contains(await verdict(page), 'with the square');
  await answer(page, -0.1966);
  contains(await verdict(page), 'Right');
  while (!(await text('#exercise h2')).includes('dy/dq')) {
    await page.click('#next');
  }
  await answer(page, (1 - 0.25) * 2);
  contains(await verdict(page), 'You put the input 0.5 of tanh into 1 − tanh²');
});
