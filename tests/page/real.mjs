// Pages that the library made, given as a folder in $REAL: whatever is in them, nothing goes wrong.
import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {check, contains, equal, on_file, real} from './harness.mjs';

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
    // Every box opens, and what is in it is there.
    const open = (id, type) => page.$eval('#at_' + id, (n, type) => n.dispatchEvent(new MouseEvent(type, {bubbles: true})), type);
    async function enter(boxes, depth) {
      for (const box of boxes) {
        await open(box.id, 'click');
        const told = await page.locator('#why').innerText();
        check(!/undefined|NaN|\[object/.test(told), `${box.id} is told of in words`, told);
        const d = data.drawings.find(d => d.id === box.id);
        if (!d) {
          contains(told, 'It does not open', box.id);
          continue;
        }
        await open(box.id, 'dblclick');
        equal(await page.locator('#place li').count(), depth + 1, `${box.id} is open`);
        const shown = await page.$$eval('#view g.node', all => all.map(n => n.dataset.key).filter(Boolean));
        const alone = d.places.flatMap((p, j) => (p === -1 ? ['n' + data.nodes[d.first + j][0]] : []));
        const there = new Set(shown),
          wanted = [...d.boxes.map(b => b.id), ...d.neighbours.map(k => 'e' + data.nodes[k][0])];
        check(
          wanted.every(k => there.has(k)),
          `${box.id} has its boxes and neighbours`,
          wanted.filter(k => !there.has(k)),
        );
        check(
          shown.every(k => wanted.includes(k) || alone.includes(k) || k === 'hidden'),
          `${box.id} has nothing else`,
          shown.filter(k => !wanted.includes(k) && !alone.includes(k)),
        );
        await enter(d.boxes, depth + 1);
        await page.keyboard.press('Escape');
        equal(await page.locator('#place li').count(), depth, `back from ${box.id}`);
      }
    }
    await page.$eval('#why', e => e.focus());
    await enter(data.boxes, 1);
  });
