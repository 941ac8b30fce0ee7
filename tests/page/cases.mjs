// Records without a sweep, with gradients that were not kept, with several outputs, and with operations the page cannot compute.
import {on, check, equal, contains} from './harness.mjs';

await on('unswept', async (page, {text, step}) => {
  equal(await text('#step_number'), '6 / 6', 'only values');
  await page.click('#at_n2');
  contains(await text('#why'), 'no sweep has covered it');
  await step(4);
  equal(await text('#said'), 'u = b · c = 4 · 2 = 8');
  await page.click('#tab_exercise');
  contains(await text('#exercise'), 'a sweep that has been run back');
});

await on('dropped', async (page, {text, node}) => {
  equal((await node(3)).gradient, '3', 'computed here again');
  await page.click('#at_n2');
  contains(await text('#why'), '= 4 · 3 = 12');
});

await on('two_outputs', async (page, {text, step, node}) => {
  equal(await text('#step_number'), '13 / 13', 'a seed for each');
  await page.click('#at_n3');
  contains(await text('#why'), 'The sweep starts here, with 2');
  contains(await text('#why'), 'grad u = 2 + 3 = 5');
  await step(8);
  equal((await node(3)).gradient, '2');
  await page.click('#at_n2');
  await page.keyboard.press('End');
  contains(await text('#why'), '∂u/∂c · grad u');
  contains(await text('#why'), '= 4 · 5 = 20');
});

await on('fixed', async (page, {text}) => {
  await page.click('#at_n2');
  contains(await text('#why'), '= 4 · 3 = 12', 'slopes from the data');
  await page.click('#tab_touch');
  contains(await text('#touch'), 'cannot compute mul again');
});

// Names may hold anything.
await on('nasty', async (page, {text, frame}) => {
  await page.click('#at_n2');
  contains(await text('#why h2'), '<img src=x onerror=alert(1)>');
  contains(await text('#why'), '"&\'</script><!--<script>');
  await page.click('#copy_latex');
  await page.click('#at_n3');
  contains(await text('#why'), 'in <b>');
  contains(await text('#why'), '✗ <i>');
  await page.click('#largest_paths');
  await page.click('#tab_touch');
  await page.fill('#number_2', '5');
  await frame();
  contains(await text('#banner'), '<img src=x onerror=alert(1)> < 3');
  await page.click('#tab_exercise');
  for (let i = 0; i < 5; i++) {
    await page.fill('#answer_field', '77');
    await page.click('#answer_form button');
    await page.click('#hint');
    await page.click('#reveal');
    await page.click('#next');
  }
  await page.fill('#find', '<img');
  equal(await text('#found'), '1 match');
  equal(await page.locator('img').count(), 0);
  contains(await page.title(), '</title><script>');
});
