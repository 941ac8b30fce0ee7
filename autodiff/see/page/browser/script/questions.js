// The questions asked by the buttons below a derivation, each answered there and marked in the picture.
const questions = (() => {
  const numbers = k => `value ${value_text(k)}${nodes[k].constant ? '' : `, gradient ${gradient_text(k)}`}`;
  const stop = k => `<li>${why.link(k)} <span class="quiet">${numbers(k)}</span></li>`;
  const end = e => `<li>${why.link(e.k)}: ${escape(e.text)}</li>`;
  const actions = {
    why_not_finite() {
      const found = origin.not_finite_from(why.open());
      marks.way(found.way, found.place);
      why.say(`<h3>Where it comes from</h3><p>${found.why}</p><ol class="way">${found.way.map(stop).join('')}</ol>`);
      stage.show(found.place);
    },
    why_zero() {
      const found = origin.zero_from(why.open());
      marks.way(found.way, found.ends.length ? found.ends[0].k : null);
      const shown = found.ends.slice(0, 12);
      why.say(
        `<h3>Why it is zero</h3><p>${found.why}</p><ul class="way">${shown.map(end).join('')}</ul>` +
          (found.ends.length > 12 ? `<p>and ${found.ends.length - 12} more.</p>` : ''),
      );
    },
    largest_paths() {
      const found = paths.largest(why.open()),
        g = Math.abs(sweep.gradients[why.open()]);
      marks.lines_way(
        [...new Set(found.flatMap(p => p.nodes))],
        found.flatMap(p => p.uses),
      );
      const part = p => (g ? `, ${format((100 * Math.abs(p.amount)) / g, 3)} % of the size of the gradient` : '');
      const chain = p =>
        p.nodes.length <= 7
          ? p.nodes.map(k => why.link(k)).join(' → ')
          : [...p.nodes.slice(0, 3).map(k => why.link(k)), '…', ...p.nodes.slice(-3).map(k => why.link(k))].join(' → ');
      why.say(
        `<h3>Largest paths to the output</h3><p>The product of the local derivatives along each.</p>` +
          `<ol class="way">${found.map(p => `<li>${chain(p)}: ${why.signed(p.amount)}${part(p)}</li>`).join('')}</ol>`,
      );
    },
    copy_latex() {
      const text = latex.derivation(why.open());
      why.say(
        `<h3>LaTeX</h3><textarea id="latex" rows="7" readonly aria-label="The derivation as LaTeX">${escape(text)}</textarea><p id="copied" class="quiet"></p>`,
      );
      const area = document.getElementById('latex'),
        told = ok => {
          document.getElementById('copied').textContent = ok ? 'Copied.' : 'Press Ctrl+C to copy it.';
        };
      area.select();
      if (navigator.clipboard)
        navigator.clipboard.writeText(text).then(
          () => told(true),
          () => told(document.execCommand('copy')),
        );
      else told(document.execCommand('copy'));
    },
  };
  document.getElementById('why').addEventListener('click', e => {
    const act = actions[e.target.id];
    if (act) act();
  });
  return actions;
})();
