// A box of the picture that stands for many nodes: what is in it, in the panel.
const boxes = (() => {
  function show(key) {
    const inside = picture.inside.get(key) || [],
      box = record.boxes.find(b => b.id === key),
      title = box ? box.name : 'Hidden nodes';
    const sized = inside
      .map(k => [k, size_of(sweep.gradients[k])])
      .filter(([, s]) => Number.isFinite(s))
      .sort((a, b) => b[1] - a[1]);
    const number = count(inside.length, 'node'),
      copies = box && box.copies > 1 ? `, ${box.copies} scopes that are alike` : '';
    const what = box ? `A box that stands for ${number}${copies}.` : `The picture leaves out ${number}; they are all in the record.`;
    why.close();
    document.getElementById('why').innerHTML =
      `<h2>${escape(title)}</h2><p class="quiet">${what}</p>` +
      (sized.length
        ? `<h3>Largest gradients in it</h3><ol class="way">${sized
            .slice(0, 12)
            .map(([k]) => `<li>${why.link(k)} <span class="quiet">value ${value_text(k)}, gradient ${gradient_text(k)}</span></li>`)
            .join('')}</ol>`
        : '') +
      `<h3>Nodes</h3><ul class="way">${inside
        .slice(0, 60)
        .map(k => `<li>${why.link(k)}</li>`)
        .join('')}</ul>${inside.length > 60 ? `<p class="quiet">and ${(inside.length - 60).toLocaleString('en')} more; find them by name.</p>` : ''}`;
    marks.put('chosen', [picture.elements.get(key).group]);
  }
  return {show};
})();
