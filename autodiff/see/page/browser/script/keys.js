// The keyboard: one node is in the order of Tab at a time; arrows follow the lines.
const keys = (() => {
  let roving = null;
  function rove(k) {
    const part = picture.elements.get('n' + nodes[k].id);
    if (!part) return null;
    if (roving) roving.group.setAttribute('tabindex', -1);
    roving = part;
    part.group.setAttribute('tabindex', 0);
    return part;
  }
  // The node in the order of Tab is one that is there.
  function stay(parts) {
    if (roving && roving.group.isConnected) return;
    const part = [...parts].find(p => p.index >= 0);
    if (part) rove(part.index);
  }
  function focus(k) {
    const part = k === undefined ? null : rove(k);
    if (!part) return false;
    view.reveal(part);
    part.group.focus({preventScroll: true});
    return true;
  }
  const drawn = k => nodes[k].box === -1 && picture.elements.has('n' + nodes[k].id);
  const siblings = k => {
    const below = nodes[k].users[0] ? nodes[nodes[k].users[0].user].operands : picture.drawn;
    return [...new Set(below)].filter(drawn);
  };
  function follow(k, key) {
    const backwards = data.direction === 'right_to_left';
    if (key === (backwards ? 'ArrowRight' : 'ArrowLeft')) return focus(nodes[k].operands.find(drawn));
    if (key === (backwards ? 'ArrowLeft' : 'ArrowRight')) return focus(users_of(nodes[k]).find(drawn));
    const list = siblings(k),
      i = list.indexOf(k) + (key === 'ArrowDown' ? 1 : -1);
    return focus(list[(i + list.length) % list.length]);
  }

  function on_key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const target = e.target,
      typing = target.matches('input[type=text],input[type=search],textarea,select,input[type=range]');
    if (typing) return;
    const node = target.closest && target.closest('g.node'),
      k = node ? index_of(node) : -1;
    const done = () => e.preventDefault();
    if (e.key === 'Tab' && k >= 0) {
      // through the nodes in their order, then on
      const i = picture.drawn.indexOf(k) + (e.shiftKey ? -1 : 1);
      if (picture.drawn[i] !== undefined) {
        focus(picture.drawn[i]);
        done();
      }
      return;
    }
    if (e.key === 'Enter' || (e.key === ' ' && k >= 0)) {
      if (k >= 0) {
        tabs.open('why');
        why.show(k);
        done();
      }
      const title = target.closest && target.closest('.fold,.fold_title');
      if (title) {
        fold.toggle(+title.closest('[data-scope]').dataset.scope);
        done();
      }
      return;
    }
    if (k >= 0 && e.key.startsWith('Arrow')) {
      follow(k, e.key);
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
    if (e.key === 'Escape') {
      marks.way([]);
      marks.trace(null);
    }
  }
  const index_of = group => {
    const part = picture.elements.get(group.dataset.key);
    return part ? part.index : -1;
  };
  function start() {
    const first = view.large ? picture.drawn.at(-1) : picture.drawn[0];
    if (first !== undefined) rove(first);
    document.addEventListener('keydown', on_key);
    picture.view.addEventListener('focusin', e => {
      const node = e.target.closest('g.node');
      if (node && index_of(node) >= 0) rove(index_of(node));
    });
  }
  return {start, focus, stay, index_of};
})();
