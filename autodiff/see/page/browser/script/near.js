// Of a large picture only what is in the window is drawn; from far, all of it, without texts.
const near = (() => {
  function update() {
    const shown = drawing.memory.near || new Set(),
      next = new Set(),
      far = view.scale() <= 0.33,
      box = view.box(),
      offset = view.offset(),
      was_far = drawing.svg.classList.contains('far');
    if (!far) {
      const x0 = box[0] - offset[0] - box[2] / 3,
        y0 = box[1] - offset[1] - box[3] / 3,
        x1 = x0 + 1.67 * box[2],
        y1 = y0 + 1.67 * box[3];
      for (const list of [picture.elements.values(), picture.lines])
        for (const part of list) {
          const b = part.bounds;
          if (b[2] > x0 && b[0] < x1 && b[3] > y0 && b[1] < y1 && next.size < 4000) next.add(part);
        }
    }
    for (const part of shown)
      if (!next.has(part)) {
        picture.dry(part);
        part.near = false;
        if (!far) part.group.remove();
      }
    const fresh = [...next].filter(part => !part.near);
    picture.hydrate(fresh);
    for (const part of fresh) part.near = true;
    if (far !== was_far) {
      drawing.svg.classList.toggle('far', far);
      for (const layer of Object.values(drawing.layers)) layer.replaceChildren();
      const all = far ? drawing.groups : [...next].map(part => part.item);
      for (const kind of ['edge', 'node']) drawing.layers[kind].append(...all.filter(i => i.kind === kind).map(i => i.group));
    } else for (const part of fresh) drawing.layers[part.item.kind].append(part.group);
    drawing.memory.near = next;
    keys.stay(next);
    if (far && !was_far) return paint.all();
    for (const part of fresh)
      if (part.strokes) paint.line(part);
      else if (part.index >= 0) paint.node(part.index);
  }
  return {update};
})();
