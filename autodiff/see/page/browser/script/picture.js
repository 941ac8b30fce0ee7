// The SVG that Graphviz drew: which element is which node, line and frame, and the texts in it that hold numbers.
const make_picture = (drawing, plan) => {
  const {svg, root, frame: view} = drawing;
  const elements = new Map(); // 'n12', 's3' or 'hidden' → its parts
  const lines = [],
    clusters = [];
  const sideways = /^(↑|↓|←|→)/;
  const by_id = new Map(nodes.flatMap(n => ['n', 'e'].map(sign => [sign + n.id, n.index])));
  const {key_of} = plan;

  const tag = element => element.tagName.toLowerCase();
  function parts_of(group) {
    const all = drawing.large ? [...group.children] : [...group.querySelectorAll('ellipse,polygon,path,polyline,text')];
    const first = all.findIndex(e => tag(e) === 'text');
    const shapes = (first < 0 ? all : all.slice(0, first)).filter(e => tag(e) !== 'text');
    shapes.forEach(s => s.classList.add('shape'));
    return {group, shapes, texts: all.filter(e => tag(e) === 'text'), all};
  }

  function bind_node(item) {
    const {group, title} = item,
      parts = parts_of(group),
      index = by_id.has(title) ? by_id.get(title) : -1;
    const neighbour = title.startsWith('e');
    Object.assign(parts, {key: title, index, item, neighbour, dry: item.texts !== null && item.texts !== ''});
    if (neighbour) group.classList.add('neighbour');
    if (index >= 0) group.classList.add(nodes[index].constant ? 'constant' : nodes[index].input ? 'input' : 'operation');
    if (!parts.dry && !neighbour) bind_node_texts(parts);
    parts.cells = parts.all.filter(e => tag(e) !== 'text' && !parts.shapes.includes(e));
    parts.fill = parts.shapes[0] ? parts.shapes[0].getAttribute('fill') : null;
    parts.cell_fills = parts.cells.map(c => c.getAttribute('fill'));
    if (!/^([nes]\d+|hidden)$/.test(title)) {
      group.classList.add('printed_legend');
      return;
    }
    elements.set(title, parts);
    if (drawing.large) return;
    for (const [name, value] of Object.entries({id: 'at_' + title, 'data-key': title, tabindex: -1, role: 'button'})) group.setAttribute(name, value);
  }
  function bind_node_texts(parts) {
    const node = nodes[parts.index];
    if (!node) return;
    if (record.is_array(node)) return texts.mark_columns(parts);
    parts.value = texts.number_behind(parts.texts, 'value') || (node.constant ? parts.texts[0] : null);
    parts.gradient = texts.number_behind(parts.texts, 'grad');
    if (parts.gradient) parts.gradient.classList.add('g');
    if (parts.value) parts.value.classList.add('v');
  }

  const strokes_of = group => [...(drawing.large ? group.children : group.querySelectorAll('path,polygon'))].filter(e => tag(e) !== 'text');
  function bind_line(item) {
    const {group, title, number} = item,
      [from, to] = title.split('->').map(t => t.split(':')[0]);
    const line = {group, from, to, number, item, uses: [], texts: [], dry: !!item.texts, strokes: strokes_of(group)};
    if (!line.dry) bind_line_texts(line);
    lines.push(line);
  }
  function bind_line_texts(line) {
    line.texts = [...line.group.querySelectorAll('text')];
    line.slope = line.texts.find(t => t.textContent.trim().startsWith('∂'));
    line.carried = line.texts.find(t => sideways.test(t.textContent.trim()));
    if (line.carried) line.arrow = line.carried.textContent.trim()[0];
    for (const t of line.texts) t.classList.add('g');
  }

  // Of a large picture: gives texts to those parts, and takes them from these.
  function hydrate(parts) {
    parts = parts.filter(p => p.dry);
    drawing.add_texts(parts.map(p => p.item));
    for (const p of parts) {
      p.dry = false;
      if (p.strokes) {
        p.strokes = strokes_of(p.group);
        bind_line_texts(p);
        continue;
      }
      p.texts = [...p.group.querySelectorAll('text')];
      bind_node_texts(p);
    }
  }
  function dry(part) {
    if (!part.item.texts || part.dry) return;
    drawing.take_texts(part.item);
    part.dry = true;
    if (part.strokes) Object.assign(part, {texts: [], slope: null, carried: null, strokes: part.strokes.slice(0, 1)});
    else Object.assign(part, {texts: [], value: null, gradient: null});
  }

  if (root) {
    for (const item of drawing.groups) item.kind === 'node' ? bind_node(item) : bind_line(item);
    for (const group of svg.querySelectorAll('g.cluster')) {
      const scope = +group.querySelector('title').textContent.replace('cluster_', '');
      // A frame around all is the title and legend of the picture, which the page has itself.
      if (!(scope > 0)) {
        group.classList.add('printed_legend');
        continue;
      }
      group.dataset.scope = scope;
      clusters.push({group, scope, shape: group.querySelector('path,polygon'), text: group.querySelector('text')});
    }
    for (const t of svg.querySelectorAll('title')) t.remove();
    for (const child of root.children) if (tag(child) !== 'g') child.classList.add('printed_legend');
    svg.removeAttribute('width');
    svg.removeAttribute('height');
  }

  // The uses of a node that each line stands for: one, or all between two boxes.
  const between = new Map();
  const pair = (from, to) => from + '>' + to;
  lines.sort((a, b) => a.number - b.number);
  lines.forEach(line => {
    const p = pair(line.from, line.to);
    if (!between.has(p)) between.set(p, []);
    between.get(p).push(line);
  });
  const given = new Map(),
    line_of = new Map();
  for (const node of nodes)
    node.operands.forEach((operand, place) => {
      const p = pair(key_of(operand), key_of(node.index)),
        here = between.get(p); // none of a node that is not in this drawing
      if (!here) return;
      const turn = given.get(p) || 0,
        line = here[Math.min(turn, here.length - 1)];
      given.set(p, turn + 1);
      line.uses.push({operand, user: node.index, place});
      line_of.set(node.index * 8 + place, line);
    });

  const inside = new Map(); // key → indices of the nodes it stands for
  for (const node of nodes) {
    const key = key_of(node.index);
    if (key === null) continue;
    if (!inside.has(key)) inside.set(key, []);
    inside.get(key).push(node.index);
  }
  const touching = new Map(); // key → its lines
  for (const line of lines)
    for (const key of new Set([line.from, line.to])) {
      if (!touching.has(key)) touching.set(key, []);
      touching.get(key).push(line);
    }
  const part = k => elements.get(key_of(k)) || null;
  // Of a large picture only what is in the window is drawn, unless all of it is seen from far.
  const is_seen = part => !drawing.large || part.near || svg.classList.contains('far');
  // Nodes that are drawn by themselves, and all there is for a key to go to, in the order of the record.
  const drawn = nodes.filter(n => key_of(n.index) === 'n' + n.id && elements.has('n' + n.id)).map(n => n.index);
  const order = [...inside.keys()].filter(key => elements.has(key)).map(key => elements.get(key));
  const own = k => elements.get('n' + nodes[k].id) || elements.get('e' + nodes[k].id) || null;
  return {
    plan,
    view,
    svg,
    root,
    elements,
    lines,
    clusters,
    key_of,
    part,
    inside,
    touching,
    drawn,
    order,
    own,
    hydrate,
    dry,
    is_seen,
    line_of: (user, place) => line_of.get(user * 8 + place) || null,
  };
};

// The picture that is shown, as bound to the drawing.
const picture = make_picture(drawing, plans.get('whole'));
