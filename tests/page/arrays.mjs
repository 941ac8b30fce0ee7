// Arrays in the panel, and steps by node.
import {on, check, equal, contains} from './harness.mjs';

await on('arrays', async (page, {text, step}) => {
  await page.click('#at_n0');
  const panel = await text('#why');
  contains(panel, 'float64 [6×4]');
  contains(panel, 'through z: norm 3.26');
  contains(panel, 'mean');
  equal(await page.locator('.histogram').count(), 2);
  equal(await page.locator('.map').count(), 2, 'value and gradient');
  equal(await page.locator('.map').first().locator('rect').count(), 24);
  await page.locator('.map rect').first().hover();
  contains(await page.locator('.map output').first().innerText(), '[0, 0] = 0.8415');
  equal(await text('#step_number'), '10 / 10');
  await step(3);
  contains(await text('#said'), 'z = matmul(W, x): float64 [6], norm 5.687');
  const hidden = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('#at_n2 text')]
        .filter(t => t.textContent.trim() && getComputedStyle(t).visibility === 'hidden')
        .map(t => t.textContent.trim()),
    );
  equal((await hidden()).join(), '1,1.414', 'the gradient column is hidden');
  await step(8);
  contains(await text('#said'), 'The gradient of z has norm 1.414, carried back by h');
  equal((await hidden()).join(), '');
});
