// What is marked in the picture: the chosen node, a way through it, what is found. One class each, set on what is affected alone.
const marks = (() => {
  const set = {}, // class → elements that have it now
    asked = {}; // class → what finds them, in whatever drawing is shown
  function put(name, find) {
    asked[name] = find;
    for (const e of set[name] || []) e.classList.remove(name);
    set[name] = find().filter(Boolean);
    for (const e of set[name]) e.classList.add(name);
  }
  const again = () => Object.entries(asked).forEach(([name, find]) => put(name, find));
  const group = k => {
    const part = picture.part(k);
    return part && part.group;
  };
  const choose = k => put('chosen', () => (k === null ? [] : [group(k)]));

  // A way: nodes, and the lines between them.
  function way(indices, place = null) {
    put('on_way', () => {
      const keys = new Set(indices.map(k => picture.key_of(k)));
      const lines = picture.lines.filter(l => keys.has(l.from) && keys.has(l.to) && l.from !== l.to);
      return [...indices.map(group), ...(indices.length > 1 ? lines.map(l => l.group) : [])];
    });
    put('born', () => (place === null ? [] : [group(place)]));
  }
  function lines_way(indices, uses) {
    put('on_way', () => [
      ...indices.map(group),
      ...uses.map(u => {
        const l = picture.line_of(u.user, u.place);
        return l && l.group;
      }),
    ]);
    put('born', () => []);
  }

  // Leaves only what is on a path through the node.
  let traced = null;
  function trace(k) {
    if (k === traced || !picture.svg) return;
    traced = k;
    picture.svg.classList.toggle('tracing', k !== null);
    if (k === null) return put('on', () => []);
    const on = new Set([...reach(k, operands_of), ...reach(k, users_of)]),
      keys = new Set();
    for (const o of on) keys.add(picture.key_of(o));
    put('on', () => [
      ...[...keys]
        .map(key => picture.elements.get(key))
        .filter(Boolean)
        .map(p => p.group),
      ...picture.lines.filter(l => keys.has(l.from) && keys.has(l.to)).map(l => l.group),
    ]);
  }
  return {put, again, choose, way, lines_way, trace, group};
})();
