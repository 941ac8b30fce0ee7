// The texts of the picture that hold numbers: where they are, how wide, and how they are rewritten in their place.
const texts = (() => {
  const tag = element => element.tagName.toLowerCase();
  // In a node of a scalar: the number behind the word.
  function number_behind(texts, word) {
    const i = texts.findIndex(t => t.textContent.trim() === word);
    return i < 0 || !texts[i + 1] ? null : texts[i + 1];
  }

  // In a node of an array: marks what belongs to the value (class v) and to the gradient (class g).
  function mark_columns(parts) {
    const word = w => parts.texts.find(t => t.textContent.trim() === w),
      value = word('value'),
      grad = word('grad');
    if (!value) return;
    const from = parts.all.indexOf(value),
      then = grad ? parts.all.indexOf(grad) : Infinity,
      at = (e, a) => +e.getAttribute(a);
    const side_by_side = grad && Math.abs(at(value, 'y') - at(grad, 'y')) < 2;
    // Side by side, the columns end where their headings do; else the rows of the gradient are below.
    const edge = at(value, 'x') + width_of('value', at(value, 'font-size')) - 2;
    parts.all.slice(from).forEach((e, i) => {
      const x = tag(e) === 'text' ? at(e, 'x') : parseFloat(e.getAttribute('points') || e.getAttribute('x'));
      e.classList.add((side_by_side ? x >= edge && e !== grad : from + i > then) ? 'g' : 'v');
    });
  }

  // A rewritten number stays in its column: right-aligned at the end of the text that Graphviz placed.
  const widths = {
    ' ': 0.278,
    '.': 0.278,
    a: 0.556,
    d: 0.556,
    e: 0.556,
    g: 0.556,
    n: 0.556,
    i: 0.222,
    l: 0.222,
    r: 0.333,
    t: 0.278,
    f: 0.278,
    v: 0.5,
    u: 0.556,
  };
  const width_of = (text, size) => [...text].reduce((w, c) => w + (widths[c] || (/\d/.test(c) ? 0.556 : 0.584)), 0) * size;
  function keep_place(text) {
    if (text.getAttribute('text-anchor') === 'middle') return;
    const size = +text.getAttribute('font-size');
    text.dataset.end = +text.getAttribute('x') + width_of(text.textContent.trim(), size);
  }

  function write(text, words) {
    if (!text || text.textContent === words) return;
    if (!text.dataset.end) keep_place(text);
    text.textContent = words;
    if (text.dataset.end) {
      const size = +text.getAttribute('font-size'),
        wanted = width_of(words, size) * (text.getAttribute('font-weight') ? 1.05 : 1);
      const room = text.dataset.room ? +text.dataset.room : (text.dataset.room = room_for(text));
      const width = Math.min(wanted, room),
        beyond = Math.min(5, Math.max(0, wanted - room + 5)); // some of the margin, if it must be
      text.setAttribute('x', (+text.dataset.end + beyond - width).toFixed(2));
      if (wanted > room) {
        text.setAttribute('textLength', room.toFixed(2));
        text.setAttribute('lengthAdjust', 'spacingAndGlyphs');
      } else {
        text.removeAttribute('textLength');
        text.removeAttribute('lengthAdjust');
      }
    }
  }
  // From the end of the word in front of a number to its right end.
  function room_for(text) {
    const before = text.previousElementSibling;
    const start =
      before && before.tagName === 'text'
        ? +before.getAttribute('x') + width_of(before.textContent.trim(), +before.getAttribute('font-size')) + 2
        : +text.getAttribute('x');
    return Math.max(8, +text.dataset.end + 5 - start);
  }

  function center(text, words, middle) {
    if (!text.dataset.middle) {
      const bold = text.getAttribute('font-weight') ? 1.05 : 1;
      text.dataset.was = text.textContent;
      text.dataset.x = text.getAttribute('x');
      text.dataset.middle = middle ?? +text.getAttribute('x') + (width_of(text.textContent.trim(), 10) * bold) / 2;
    }
    text.textContent = words;
    text.setAttribute('text-anchor', 'middle');
    text.setAttribute('x', text.dataset.middle);
  }
  function restore(list) {
    for (const t of list)
      if (t.dataset.was !== undefined) {
        t.textContent = t.dataset.was;
        t.setAttribute('text-anchor', 'start');
        t.setAttribute('x', t.dataset.x);
      }
  }
  return {number_behind, mark_columns, width_of, write, center, restore};
})();
