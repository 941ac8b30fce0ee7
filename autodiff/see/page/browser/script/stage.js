// Which drawing is shown: the whole picture, or what is inside of a box. Its place stands above it, and leads back.
const stage = (() => {
  const bar = document.getElementById('place'),
    made = new Map([['whole', {drawing: {...drawing}, picture: {...picture}}]]);
  let trail = ['whole'];
  const current = () => trail[trail.length - 1];

  function parts_of(id) {
    if (!made.has(id)) {
      const fresh = make_drawing(document.getElementById('drawing_' + id).textContent),
        bound = make_picture(fresh, plans.get(id));
      bounds.measure(bound);
      made.set(id, {drawing: fresh, picture: bound});
      fold.bind(bound);
    }
    return made.get(id);
  }

  function go_to(next) {
    if (next.join() === trail.join()) return;
    marks.trace(null);
    view.leave();
    drawing.svg.remove();
    trail = next;
    const parts = parts_of(current());
    Object.assign(drawing, parts.drawing);
    Object.assign(picture, parts.picture);
    if (!drawing.svg.isConnected) drawing.frame.prepend(drawing.svg);
    view.enter();
    paint.all();
    marks.again();
    boxes.label();
    keys.enter();
    draw_place();
    player.show(steps.now(), true);
  }

  function name_of(id) {
    const {scope, outer, box} = plans.get(id);
    if (!outer) return 'whole picture';
    const names = [],
      end = plans.get(outer).scope;
    for (let s = scope; s > 0 && s !== end; s = record.scopes[s][1]) names.unshift(record.scopes[s][0]);
    return names.join(' › ') + (box.copies > 1 ? ` (the first of ${box.copies} alike)` : '');
  }
  function draw_place() {
    const inside = trail.length > 1,
      {more} = plans.get(current());
    bar.hidden = !inside;
    bar.innerHTML =
      `<button id="return" aria-label="Back to ${escape(inside ? name_of(trail[trail.length - 2]) : '')}">‹ Back</button><ol>` +
      trail
        .map((id, i) =>
          i === trail.length - 1
            ? `<li aria-current="location">${escape(name_of(id))}</li>`
            : `<li><button class="link" data-place="${i}">${escape(name_of(id))}</button></li>`,
        )
        .join('') +
      `</ol>${more ? `<span class="quiet">${count(more, 'more neighbour')} not drawn</span>` : ''}`;
    document.getElementById('view').setAttribute('aria-label', `${trail.map(name_of).join(', ')}. ${described}`);
  }
  const described = document.getElementById('view').getAttribute('aria-label');

  // Opens a box of the drawing that is shown; `focused` if it was done with keys.
  function open(key, focused = false) {
    if (!can_open(key)) return;
    go_to([...trail, key]);
    if (focused) keys.focus(picture.order[0]);
  }
  const can_open = key => plans.has(key) && key !== current() && picture.elements.has(key);
  function back(steps_back = 1) {
    if (trail.length < 2) return false;
    const from = trail[trail.length - steps_back],
      had_focus = drawing.svg.contains(document.activeElement) || bar.contains(document.activeElement);
    go_to(trail.slice(0, trail.length - steps_back));
    const part = picture.elements.get(from);
    if (part && had_focus) keys.focus(part);
    if (part) boxes.show(from);
    return true;
  }
  // To where the node is drawn by itself, or as near to it as there is a drawing.
  const go = k => go_to(plans.trail(plans.home(k).id));
  // Brings a node into the window: here if this drawing has it in any way.
  function show(k) {
    if (!picture.part(k)) go(k);
    view.reveal(picture.part(k));
  }
  // Whether another drawing shows more of it than the one that is seen.
  const hides = k => plans.home(k).id !== current() && picture.key_of(k) !== 'n' + nodes[k].id;

  function start() {
    bar.addEventListener('click', e => {
      if (e.target.id === 'return') back();
      else if (e.target.dataset.place) back(trail.length - 1 - e.target.dataset.place);
    });
    draw_place();
  }
  return {start, open, can_open, back, go, show, hides, current, name_of};
})();
