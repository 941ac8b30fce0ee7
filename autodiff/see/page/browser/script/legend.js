// What the signs and colours mean, below the picture.
const legend = (() => {
  const element = document.getElementById('legend_scale');
  const titles = {gradient: 'gradient', value: 'value', share: '|value · gradient|', verdict: 'verdict', not_finite: 'finite or not'};
  function draw(scale, overlay) {
    let cells = [];
    if (overlay === 'gradient' || overlay === 'value') {
      const powers = [],
        stride = Math.max(1, Math.ceil((scale.high - scale.low) / 4));
      for (let p = scale.high; p >= scale.low; p -= stride) powers.push(10 ** p);
      cells = [...powers.map(p => -p), 0, ...powers.reverse()].map(x => [colour.fill(x, scale), power_text(x)]);
      if (nodes.some(n => not_finite(n.value) || not_finite(n.gradient))) cells.push([colour.plain('odd'), 'not finite']);
    } else if (overlay === 'share') cells = [0, 0.5, 1].map(t => [colour.share(t), `${t * 100} %`]);
    else if (overlay === 'verdict')
      cells = [
        [colour.share(0.7), '✓ good'],
        [colour.fill(-1, {low: -2, high: 2}), '! doubtful'],
        [colour.fill(-1, {low: -1, high: 0}), '✗ bad'],
      ];
    else
      cells = [
        [colour.plain('zero'), 'finite'],
        [colour.plain('odd'), 'not finite'],
      ];
    element.innerHTML = `<b>${titles[overlay]}</b>` + cells.map(([fill, text]) => `<i style="background:${fill}">${text}</i>`).join('');
  }
  const power_text = x => {
    const p = Math.round(Math.log10(Math.abs(x)));
    return x === 0 ? '0' : (x < 0 ? '−' : '') + (Math.abs(p) < 4 ? format(10 ** p) : `1e${p < 0 ? '−' : ''}${Math.abs(p)}`);
  };
  return {draw};
})();
