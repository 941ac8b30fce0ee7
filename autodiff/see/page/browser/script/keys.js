// The keyboard: one node is in the order of Tab at a time; arrows follow the lines.
const keys = (() => {
  let roving = null;
  function rove(part) {
    if (roving) roving.group.setAttribute('tabindex', -1);
    roving = part;
    part.group.setAttribute('tabindex', 0);
    return part;
  }
  // The node in the order of Tab is one that is there.
  function stay(parts) {
    if (roving && roving.group.isConnected) return;
    const part = [...parts].find(p => p.index >= 0);
    if (part) rove(part);
  }
  function focus(part) {
    if (!part) return false;
    rove(part);
    view.reveal(part);
    part.group.focus({preventScroll: true});
    return true;
  }
  // What stands at the other ends of the lines of a node, or of all nodes in a box.
  const inside = part => (part.index >= 0 ? [part.index] : picture.inside.get(part.key) || []);
  const first = (part, next) => {
    for (const k of inside(part)) for (const other of next(nodes[k]).map(picture.part)) if (other && other !== part) return other;
    return null;
  };
  const siblings = part => {
    const user = inside(part)
      .flatMap(k => users_of(nodes[k]))
      .find(u => picture.part(u) !== part);
    const parts = user === undefined ? picture.order : nodes[user].operands.map(picture.part);
    return [...new Set(parts)].filter(Boolean);
  };
  function follow(part, key) {
    const backwards = data.direction === 'right_to_left';
    if (key === (backwards ? 'ArrowRight' : 'ArrowLeft')) return focus(first(part, operands_of));
    if (key === (backwards ? 'ArrowLeft' : 'ArrowRight')) return focus(first(part, users_of));
    const list = siblings(part),
      i = list.indexOf(part) + (key === 'ArrowDown' ? 1 : -1);
    return focus(list[(i + list.length) % list.length]);
  }

  // A node is explained; a box as well, and opened when it is.
  function enter(part) {
    tabs.open('why');
    if (part.index >= 0 && why.open() === part.index && stage.can_open(part.key)) stage.open(part.key, true);
    else if (part.index >= 0) why.show(part.index);
    else if (boxes.shown() === part.key && stage.can_open(part.key)) stage.open(part.key, true);
    else boxes.show(part.key);
  }

  function on_key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const target = e.target,
      typing = target.matches('input[type=text],input[type=search],textarea,select,input[type=range]');
    if (typing) return;
    const node = target.closest && target.closest('g.node'),
      part = (node && picture.elements.get(node.dataset.key)) || null;
    const done = () => e.preventDefault();
    if (e.key === 'Tab' && part) {
      // through the nodes in their order, then on
      const next = picture.order[picture.order.indexOf(part) + (e.shiftKey ? -1 : 1)];
      if (next) {
        focus(next);
        done();
      }
      return;
    }
    if (e.key === 'Enter' || (e.key === ' ' && part)) {
      if (part) {
        enter(part);
        done();
      }
      const title = target.closest && target.closest('.fold,.fold_title');
      if (title) {
        fold.toggle(+title.closest('[data-scope]').dataset.scope);
        done();
      }
      return;
    }
    if (part && e.key.startsWith('Arrow')) {
      follow(part, e.key);
      return done();
    }
    if (target.closest && target.closest('[role=tablist]') && e.key.startsWith('Arrow')) return;
    if (e.key === ' ' && target.matches('button,summary')) return;
    const moves = {ArrowLeft: -1, ',': -1, ArrowRight: 1, '.': 1};
    if (moves[e.key]) {
      player.move(moves[e.key]);
      return done();
    }
    if (e.key === ' ') {
      player.play();
      return done();
    }
    if (e.key === 'Home') {
      player.pause();
      player.show(0);
      return done();
    }
    if (e.key === 'End') {
      player.pause();
      player.show(steps.last);
      return done();
    }
    if (e.key === '/') {
      find.focus();
      return done();
    }
    if (e.key === '+' || e.key === '=') return view.zoom(1.25);
    if (e.key === '-' || e.key === '−') return view.zoom(0.8);
    if (e.key === '0') return view.fit();
    if (e.key === '[' || e.key === ']') return states.move(e.key === '[' ? -1 : 1);
    if (e.key === 'Escape') {
      marks.way([]);
      marks.trace(null);
      stage.back();
    }
  }
  const index_of = group => {
    const part = picture.elements.get(group.dataset.key);
    return part ? part.index : -1;
  };
  // Into another drawing.
  function enter_drawing() {
    roving = null;
    const part = view.is_large() ? picture.order.at(-1) : picture.order[0];
    if (part) rove(part);
  }
  function start() {
    enter_drawing();
    document.addEventListener('keydown', on_key);
    picture.view.addEventListener('focusin', e => {
      const node = e.target.closest('g.node');
      if (node && picture.elements.has(node.dataset.key)) rove(picture.elements.get(node.dataset.key));
    });
  }
  return {start, enter: enter_drawing, focus, stay, index_of};
})();
