// The text of Graphviz's SVG made into elements. Of a large one only the shapes, and apart from the page:
// what is in the window is put in, with its texts.
const make_drawing = source => {
  const frame = document.getElementById('view');
  const from = source.indexOf('<svg');
  const large = (source.match(/ class="node"/g) || []).length > 1200;
  const groups = []; // {kind, title, number, group, texts}
  const arrays_of = new Set(nodes.filter(record.is_array).map(n => 'n' + n.id));
  const decode = title =>
    title
      .replace(/&#45;/g, '-')
      .replace(/&gt;/g, '>')
      .replace(/&lt;/g, '<')
      .replace(/&amp;/g, '&')
      .replace(/&#160;/g, '\u00a0');

  // Takes nodes and lines out of the text: what is left is the frame of the picture, with its clusters.
  const shapes_only = /<(?:path|polygon|polyline|ellipse)[^>]*>/g,
    everything = /<(?:path|polygon|polyline|ellipse)[^>]*>|<text[^]*?<\/text>/g;
  function lean(text, made) {
    return text.replace(
      /<g id="[a-z]+(\d+)" class="(node|edge)">\s*<title>([^<]*)<\/title>([^]*?)(?=<!--|<g id="(?:node|edge|clust)\d|<\/g>\s*<\/svg>)/g,
      (all, number, kind, title, inner) => {
        const name = decode(title),
          whole = arrays_of.has(name),
          parts = inner.match(whole ? everything : shapes_only) || [];
        const kept = kind === 'edge' ? parts.slice(0, 1) : parts;
        groups.push({
          kind,
          title: name,
          number: +number,
          texts: whole ? '' : parts.slice(kept.length).join('') + (inner.match(/<text[^]*?<\/text>/g) || []).join(''),
        });
        made.push(
          `<g class="${kind}"${kind === 'node' ? ` id="at_${title}" data-key="${title}" tabindex="-1" role="button"` : ''}>${kept.join('')}</g>`,
        );
        return '';
      },
    );
  }

  const size = [frame.clientWidth, frame.clientHeight]; // measured while it is empty, which costs nothing
  const new_svg = name => document.createElementNS('http://www.w3.org/2000/svg', name);
  const made = [];
  if (from >= 0) frame.insertAdjacentHTML('afterbegin', large ? lean(source.slice(from), made) : source.slice(from));
  const svg = frame.querySelector('svg'),
    root = svg && svg.querySelector('g');
  // What Graphviz made small for paper is as large as the rest here, and a point of it is found by its offset alone.
  if (root) root.setAttribute('transform', root.getAttribute('transform').replace(/scale\([^)]*\)\s*/, ''));
  const layers = {edge: new_svg('g'), node: new_svg('g')};
  if (large) {
    const apart = new_svg('svg');
    apart.innerHTML = made.join('');
    let group = apart.firstElementChild;
    for (const item of groups) {
      item.group = group;
      group = group.nextElementSibling;
    }
    svg.classList.add('large');
    root.append(layers.edge, layers.node);
  } else if (svg)
    for (const group of svg.querySelectorAll('g.node,g.edge')) {
      const title = group.querySelector('title');
      groups.push({
        kind: group.classList.contains('node') ? 'node' : 'edge',
        title: title.textContent,
        number: +(group.id.match(/\d+/) || [0])[0],
        group,
        texts: null,
      });
      title.remove();
      const link = group.querySelector('a'); // its tooltip would hide what is below
      if (link) link.removeAttribute('xlink:title');
    }

  // Adds the texts of many groups at once, or takes them away.
  const mould = new_svg('svg');
  function add_texts(items) {
    mould.innerHTML = items.map(i => `<g>${i.texts}</g>`).join('');
    const made = [...mould.children];
    items.forEach((item, i) => item.group.append(...made[i].children));
  }
  const take_texts = item => {
    for (const t of [...item.group.children].slice(item.kind === 'edge' ? 1 : 0)) if (item.kind === 'edge' || t.tagName === 'text') t.remove();
  };
  // What the window, and whoever else must, remembers of this drawing.
  const memory = {};
  return {size, frame, svg, root, groups, layers, large, add_texts, take_texts, memory};
};

// The drawing that is shown; stage.js puts another in its place.
const drawing = make_drawing(document.getElementById('drawing').textContent);
