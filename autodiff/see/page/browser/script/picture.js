// The SVG that Graphviz drew: which element is which node, line and frame, and the texts in it that hold numbers.
const picture = (() => {
  const view = document.getElementById('view'), svg = view.querySelector('svg');
  const root = svg ? svg.querySelector('g') : null;
  const elements = new Map();                          // 'n12', 's3' or 'hidden' → its parts
  const lines = [], clusters = [];
  const sideways = /^(↑|↓|←|→)/;
  const by_id = new Map(nodes.map(n => ['n' + n.id, n.index]));
  const key_of = k => {
    const node = nodes[k];
    return node.box === -2 ? 'hidden' : node.box >= 0 ? record.boxes[node.box].id : 'n' + node.id;
  };

  const tag = element => element.tagName.toLowerCase();
  function parts_of(group) {
    const all = [...group.querySelectorAll('ellipse,polygon,path,polyline,text')];
    const first = all.findIndex(e => tag(e) === 'text');
    const shapes = (first < 0 ? all : all.slice(0, first)).filter(e => tag(e) !== 'text');
    shapes.forEach(s => s.classList.add('shape'));
    return {group, shapes, texts: all.filter(e => tag(e) === 'text'), all};
  }

  // In a node of a scalar: the number behind the word.
  function number_behind(texts, word) {
    const i = texts.findIndex(t => t.textContent.trim() === word);
    return i < 0 || !texts[i + 1] ? null : texts[i + 1];
  }

  // In a node of an array: marks what belongs to the value (class v) and to the gradient (class g).
  function mark_columns(parts) {
    const word = w => parts.texts.findIndex(t => t.textContent.trim() === w);
    const value = parts.texts[word('value')], grad = parts.texts[word('grad')];
    if (!value) return;
    const y = t => Math.round(+t.getAttribute('y'));
    const start = parts.all.indexOf(value), side_by_side = grad && Math.abs(y(value) - y(grad)) < 2;
    const blanks = new Map();
    let left = Infinity;
    parts.all.slice(start).forEach(e => {
      let mine = 'v';
      if (side_by_side && tag(e) === 'text') {
        if (!e.textContent.trim()) blanks.set(y(e), (blanks.get(y(e)) || 0) + 1);
        if ((blanks.get(y(e)) || 0) >= 2) { mine = 'g'; if (e.textContent.trim()) left = Math.min(left, +e.getAttribute('x')); }
      } else if (grad && !side_by_side && parts.all.indexOf(e) >= parts.all.indexOf(grad)) mine = 'g';
      e.classList.add(mine);
    });
    if (side_by_side) parts.all.slice(start).filter(e => tag(e) === 'polygon').forEach(e => {
      if (parseFloat(e.getAttribute('points')) >= left - 3) e.classList.replace('v', 'g');
    });
  }

  function bind_node(group, title) {
    const parts = parts_of(group), index = by_id.has(title) ? by_id.get(title) : -1;
    Object.assign(parts, {key: title, index});
    if (index >= 0) {
      const node = nodes[index];
      if (record.is_array(node)) mark_columns(parts);
      else {
        parts.value = number_behind(parts.texts, 'value') || (node.constant ? parts.texts[0] : null);
        parts.gradient = number_behind(parts.texts, 'grad');
      }
      group.classList.add(node.constant ? 'constant' : node.input ? 'input' : 'operation');
    }
    if (parts.gradient) parts.gradient.classList.add('g');
    if (parts.value) parts.value.classList.add('v');
    parts.cells = parts.all.filter(e => tag(e) !== 'text' && !parts.shapes.includes(e));
    parts.fill = parts.shapes[0] ? parts.shapes[0].getAttribute('fill') : null;
    parts.cell_fills = parts.cells.map(c => c.getAttribute('fill'));
    elements.set(title, parts);
    group.dataset.key = title;
    group.setAttribute('id', 'at_' + title);
  }

  // A rewritten number stays in its column: right-aligned at the end of the text that Graphviz placed.
  const width_of = (text, size) => [...text].reduce((w, c) => w + (/[0-9∞nae≈]/.test(c) ? 0.556 : c === '.' || c === ' ' ? 0.278 : 0.584), 0) * size;
  function keep_place(text) {
    if (text.getAttribute('text-anchor') === 'middle') return;
    const size = +text.getAttribute('font-size');
    text.dataset.end = +text.getAttribute('x') + width_of(text.textContent.trim(), size);
  }

  function bind_line(group, title) {
    const [from, to] = title.split('->').map(s => s.split(':')[0]);
    const texts = [...group.querySelectorAll('text')];
    const line = {group, from, to, number: +(group.id.match(/\d+/) || [0])[0], texts, uses: [],
      slope: texts.find(t => t.textContent.trim().startsWith('∂')),
      carried: texts.find(t => sideways.test(t.textContent.trim())), strokes: [...group.querySelectorAll('path,polygon')]};
    if (line.carried) line.arrow = line.carried.textContent.trim()[0];
    group.dataset.line = lines.length;
    texts.forEach(t => { t.classList.add('g'); });
    lines.push(line);
  }

  if (root) {
    for (const group of svg.querySelectorAll('g.node,g.edge,g.cluster')) {
      const titled = group.querySelector('title'), title = titled.textContent;
      titled.remove();
      if (group.classList.contains('node')) bind_node(group, title);
      else if (group.classList.contains('edge')) bind_line(group, title);
      else {
        const scope = +title.replace('cluster_', '');
        group.dataset.scope = scope;
        clusters.push({group, scope, shape: group.querySelector('path,polygon'), text: group.querySelector('text')});
      }
    }
    for (const a of svg.querySelectorAll('a')) a.removeAttribute('xlink:title');
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
  const given = new Map(), line_of = new Map();
  for (const node of nodes) node.operands.forEach((operand, place) => {
    const p = pair(key_of(operand), key_of(node.index)), here = between.get(p);
    if (!here) return;
    const turn = given.get(p) || 0, line = here[Math.min(turn, here.length - 1)];
    given.set(p, turn + 1);
    line.uses.push({operand, user: node.index, place});
    line_of.set(node.index * 8 + place, line);
  });

  const inside = new Map();                            // key → indices of the nodes it stands for
  for (const node of nodes) {
    const key = key_of(node.index);
    if (!inside.has(key)) inside.set(key, []);
    inside.get(key).push(node.index);
  }
  const touching = new Map();                          // key → its lines
  for (const line of lines) for (const key of new Set([line.from, line.to])) {
    if (!touching.has(key)) touching.set(key, []);
    touching.get(key).push(line);
  }
  const part = k => elements.get(key_of(k)) || null;
  const drawn = nodes.filter(n => n.box === -1 && elements.has('n' + n.id)).map(n => n.index);
  return {view, svg, root, elements, lines, clusters, key_of, part, inside, touching, width_of, drawn,
    keep_place, line_of: (user, place) => line_of.get(user * 8 + place) || null};
})();
