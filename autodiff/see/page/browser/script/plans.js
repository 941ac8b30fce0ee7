// What each drawing shows: the whole picture, and what is inside of its boxes. Of every node, which element it is or is part of: n12 by itself,
// s3 in a box, e12 as a neighbour of what is drawn, hidden, or null where it is not in the drawing.
const plans = (() => {
  const all = new Map();
  const whole = k => {
    const node = nodes[k];
    return node.box === -2 ? 'hidden' : node.box >= 0 ? record.boxes[node.box].id : 'n' + node.id;
  };
  all.set('whole', {id: 'whole', scope: 0, boxes: record.boxes, key_of: whole, outer: null});

  for (const d of record.drawings) {
    const neighbours = new Set(d.neighbours);
    const key_of = k => {
      const place = d.places[k - d.first];
      if (neighbours.has(k)) return 'e' + nodes[k].id;
      if (place === undefined || place === -3) return null;
      return place >= 0 ? d.boxes[place].id : place === -2 ? 'hidden' : 'n' + nodes[k].id;
    };
    all.set(d.id, {id: d.id, scope: d.scope, boxes: d.boxes, key_of, outer: null, more: d.moreNeighbours});
  }
  for (const plan of all.values())
    for (const box of plan.boxes) if (all.has(box.id) && box.id !== plan.id) Object.assign(all.get(box.id), {outer: plan.id, box});

  // The innermost drawing that has the node.
  function home(k) {
    let plan = all.get('whole');
    for (;;) {
      const inner = all.get(plan.key_of(k));
      if (!inner || inner === plan || (inner.key_of(k) || 'e').startsWith('e')) return plan;
      plan = inner;
    }
  }
  const trail = id => (id === null ? [] : [...trail(all.get(id).outer), id]);
  return {get: id => all.get(id), has: id => all.has(id), home, trail};
})();
