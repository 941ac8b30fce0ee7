// Light and dark, contrast, narrow screens, print, and what assistive software is told.
import {on, check, equal, contains} from './harness.mjs';

// The lowest contrast of any text with what is behind it.
const lowest = page =>
  page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const rgb = (colour, under = [255, 255, 255]) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      return [r, g, b].map((c, i) => (c * a) / 255 + under[i] * (1 - a / 255));
    };
    const light = c => {
      const [r, g, b] = c.map(v => ((v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (a, b) => {
      const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
      return (x + 0.05) / (y + 0.05);
    };
    const ground = rgb(getComputedStyle(document.body).backgroundColor);
    const solid = c => c !== 'rgba(0, 0, 0, 0)' && c !== 'transparent';
    function behind(e) {
      for (; e; e = e.parentElement) {
        const c = getComputedStyle(e).backgroundColor;
        if (c && solid(c)) return rgb(c);
      }
      return ground;
    }
    let low = {ratio: 99};
    const see = (ink, paper, what) => {
      const r = ratio(rgb(ink), paper);
      if (r < low.ratio) low = {ratio: +r.toFixed(2), what, ink, paper: paper.join()};
    };
    for (const t of document.querySelectorAll('#view svg text')) {
      if (!t.textContent.trim() || getComputedStyle(t).visibility === 'hidden' || getComputedStyle(t).display === 'none') continue;
      const group = t.closest('g.node,g.cluster,g.fold'),
        shape = group && group.querySelector('.shape,path,polygon,rect'),
        box = t.getBoundingClientRect();
      let paper = shape ? getComputedStyle(shape).fill : 'none';
      for (const cell of group ? group.querySelectorAll('polygon:not(.shape)') : []) {
        const c = cell.getBoundingClientRect(),
          x = box.x + box.width / 2,
          y = box.y + box.height / 2;
        if (x > c.left && x < c.right && y > c.top && y < c.bottom && cell.getAttribute('fill') !== 'none') paper = getComputedStyle(cell).fill;
      }
      see(getComputedStyle(t).fill, paper === 'none' ? ground : rgb(paper, ground), t.textContent);
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const e = walker.currentNode.parentElement;
      if (!walker.currentNode.textContent.trim() || e.closest('svg,script,option') || !e.checkVisibility()) continue;
      see(getComputedStyle(e).color, behind(e), walker.currentNode.textContent.trim());
    }
    for (const e of document.querySelectorAll('input'))
      if (e.checkVisibility()) {
        see(getComputedStyle(e).color, behind(e), 'field ' + e.id);
        if (e.placeholder) see(getComputedStyle(e, '::placeholder').color, behind(e), 'placeholder');
      }
    return low;
  });

for (const colorScheme of ['light', 'dark']) {
  for (const name of ['chain_rule', 'not_finite', 'relu_off', 'sigmoid', 'arrays', 'quotient', 'loose'])
    await on(
      name,
      async page => {
        await page.waitForTimeout(250); // colours fade
        const say = async where => {
          const low = await lowest(page);
          check(low.ratio >= 4.5, `contrast in ${colorScheme}, ${where}`, low);
        };
        await say('at first');
        for (const overlay of ['value', 'share', 'verdict']) {
          if (await page.isDisabled(`#overlay [value=${overlay}]`)) continue;
          await page.selectOption('#overlay', overlay);
          await page.waitForTimeout(250);
          await say(overlay);
        }
        await page.click('#tab_touch');
        await say('touch');
        await page.click('summary');
        await say('signs');
      },
      {colorScheme},
    );
}

await on('chain_rule', async (page, {node}) => {
  const light = (await node(2)).fill;
  await page.click('#theme');
  equal(await page.getAttribute('html', 'data-theme'), 'dark');
  check((await node(2)).fill !== light, 'the fills change');
  await page.click('#theme');
  equal((await node(2)).fill, light);
  equal(await page.getAttribute('html', 'data-theme'), 'light');
});

await on(
  'chain_rule',
  async page => {
    const wide = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    check(wide[0] <= wide[1], 'nothing is wider than a small screen', wide);
    const [main, side] = await page.evaluate(() => ['main', 'aside'].map(s => document.querySelector(s).getBoundingClientRect().toJSON()));
    check(side.top >= main.bottom, 'the panel is below');
    check(main.height > 200, 'the picture has room', main.height);
    await page.click('#collapse');
    check(await page.locator('#why').isHidden(), 'the panel closes');
    equal(await page.getAttribute('#collapse', 'aria-expanded'), 'false');
  },
  {viewport: {width: 390, height: 844}},
);

await on(
  'chain_rule',
  async page => {
    await page.click('#at_n2');
    await page.emulateMedia({media: 'print'});
    for (const gone of ['footer', '.tools', '.tab_bar', '.corner', '.buttons'])
      check(await page.locator(gone).first().isHidden(), `${gone} is not printed`);
    check((await page.locator('#why').isVisible()) && (await page.locator('#view svg').isVisible()), 'picture and derivation are');
    equal(await page.getAttribute('html', 'data-theme'), 'light', 'paper is white');
  },
  {colorScheme: 'dark'},
);

await on(
  'sigmoid',
  async page => {
    equal(await page.evaluate(() => getComputedStyle(document.querySelector('.shape')).transitionDuration), '0s', 'no motion where it is not wanted');
  },
  {reducedMotion: 'reduce'},
);
