// Pages that the library made, given as a folder in $REAL: whatever is in them, nothing goes wrong.
import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {check, equal, on_file, real} from './harness.mjs';

for (const file of real ? readdirSync(real).filter(f => f.endsWith('.html')) : [])
  await on_file(join(real, file), async page => {
    const data = JSON.parse(await page.locator('#data').textContent());
    const ids = await page.$$eval('g.node', all => all.map(n => n.id).filter(id => /^at_n\d+$/.test(id)));
    check(ids.length > 0, 'there are nodes', ids.length);
    // Each node explains itself: a click, by script, as some are out of sight.
    for (const id of ids.slice(0, 60)) {
      await page.$eval('#' + id, n => n.dispatchEvent(new MouseEvent('click', {bubbles: true})));
      const text = await page.locator('#why').innerText();
      check(text.length > 20, `${id} is explained`, text);
      check(!/undefined|\[object/.test(text), `${id} is explained in words`, text);
      check(!/[∂d]\(\([^()]*\)\)/.test(text), `${id} is explained without double brackets`, text);
    }
    const last = +(await page.locator('#step').getAttribute('max'));
    check(last > 0, 'there are steps', last);
    for (const t of [0, Math.floor(last / 3), Math.floor((2 * last) / 3), last]) {
      await page.$eval('#step', (s, t) => ((s.value = t), s.dispatchEvent(new Event('input', {bubbles: true}))), t);
      const said = await page.locator('#said').innerText();
      check(!/undefined|NaN of|\[object/.test(said), `step ${t} is said`, said);
    }
    equal(data.version, 1, 'version');
  });
