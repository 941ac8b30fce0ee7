// A box of the picture that stands for many nodes: what is in it, in the panel, and whether it opens.
const boxes = (() => {
  const panel = document.getElementById('why');
  let open = null,
    inside = [],
    box = null,
    everything = false;
  const box_of = key => picture.plan.boxes.find(b => b.id === key);
  // The function that node k is the result of, if it is drawn as one and opens.
  const call_of = k => (stage.can_open('n' + nodes[k].id) ? box_of('n' + nodes[k].id) : undefined);

  const hidden_away = () =>
    record.hidden
      ? `It does not open: the record is large, and what is inside of boxes is not in this page.`
      : `It does not open: this page has room for ${count(record.drawings.length, 'drawing')}, of the outer boxes first, and not for this one.`;
  function opening(box) {
    if (!box) return '';
    if (stage.current() === box.id) return '<p class="quiet">It is open: what is in it is drawn.</p>';
    if (!stage.can_open(box.id)) return `<p class="quiet">${hidden_away()}</p>`;
    const first = box.copies > 1 ? `<p class="quiet">Inside is the first of the ${box.copies} that are alike, ${escape(box.name)}.</p>` : '';
    return `<p class="buttons"><button id="open_box">Open ${escape(box.name)}</button></p>${first}`;
  }

  function draw() {
    const title = box ? box.name + (box.copies > 1 ? ' ×' + box.copies : '') : 'Hidden nodes';
    const sized = inside
      .map(k => [k, size_of(paint.gradient_now(k))])
      .filter(([, s]) => Number.isFinite(s))
      .sort((a, b) => b[1] - a[1]);
    const number = count(inside.length, 'node'),
      copies = box && box.copies > 1 ? `, ${box.copies} scopes that are alike` : '';
    const what = box ? `A box that stands for ${number}${copies}.` : `The picture leaves out ${number}; they are all in the record.`;
    panel.innerHTML =
      `<h2>${escape(title)}</h2><p class="quiet">${what}</p>${opening(box)}` +
      (box ? parameters.panel(inside, box, everything) : '') +
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
  }
  function show(key) {
    why.close();
    open = key;
    inside = picture.inside.get(key) || [];
    box = box_of(key);
    everything = false;
    draw();
    panel.scrollTop = 0;
    marks.put('chosen', () => (picture.elements.has(key) && open === key ? [picture.elements.get(key).group] : []));
  }
  // For those who do not see it.
  function label() {
    for (const part of picture.order) {
      if (part.index >= 0 && !call_of(part.index)) continue;
      const box = box_of(part.key),
        number = count((picture.inside.get(part.key) || []).length, 'node'),
        opens = stage.can_open(part.key);
      if (part.index < 0) part.group.setAttribute('aria-label', box ? `${box.name}, a box of ${number}${opens ? ', which opens' : ''}` : `${number} that are hidden`);
      part.group.classList.toggle('opens', opens);
      if (!opens || part.group.querySelector(':scope > title')) continue;
      const title = document.createElementNS('http://www.w3.org/2000/svg', 'title');
      title.textContent = 'A double click opens it';
      part.group.prepend(title);
    }
  }

  function start() {
    panel.addEventListener('click', e => {
      if (e.target.id === 'open_box') stage.open(open, e.detail === 0);
      if (e.target.id === 'more_parameters') {
        everything = true;
        draw();
      }
    });
    document.addEventListener('shown', () => {
      if (open !== null) draw();
    });
    label();
  }
  const close = () => {
    open = null;
  };
  return {start, show, close, label, call_of, shown: () => open};
})();
