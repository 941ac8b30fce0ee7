// What part of the picture is in the window: pan, zoom, fit; and of large pictures, which texts are worth laying out.
const view = (() => {
  const {frame} = drawing;
  const offset_of = root =>
    root ? (root.getAttribute('transform').match(/translate\(([^)]*)\)/) || ['', '0 0'])[1].split(/[ ,]+/).map(Number) : [0, 0];
  let {large} = drawing,
    offset = offset_of(drawing.root);
  let box = [0, 0, 100, 100],
    full = box,
    waiting = 0,
    settling = 0;

  function content() {
    const b = [Infinity, Infinity, -Infinity, -Infinity];
    const add = x => {
      if (x) {
        b[0] = Math.min(b[0], x[0]);
        b[1] = Math.min(b[1], x[1]);
        b[2] = Math.max(b[2], x[2]);
        b[3] = Math.max(b[3], x[3]);
      }
    };
    for (const p of picture.elements.values()) add(p.bounds);
    picture.lines.forEach(l => {
      add(l.bounds);
      if (!large) l.texts.forEach(t => add(bounds.of(t)));
    });
    picture.clusters.forEach(c => add(c.bounds));
    return [b[0] + offset[0] - 14, b[1] + offset[1] - 14, b[2] - b[0] + 28, b[3] - b[1] + 28];
  }

  let frame_size = drawing.size;
  const size = () => frame_size.map(x => x || 1);
  const scale = () => {
    const [w, h] = size();
    return Math.min(w / box[2], h / box[3]);
  };
  function apply() {
    waiting = 0;
    drawing.svg.setAttribute('viewBox', box.map(x => x.toFixed(2)).join(' '));
    if (large && !settling)
      settling = setTimeout(() => {
        settling = 0;
        near.update();
      }, 60);
  }
  let is_fitted = true; // until someone moves the picture
  const move = to => {
    box = to;
    if (!waiting) waiting = requestAnimationFrame(apply);
  };

  // The window in the shape of the frame, so that a point of it is found by a rule of three.
  function framed([x, y, w, h], most = 2.2) {
    const [fw, fh] = size(),
      z = Math.min(fw / w, fh / h, most);
    return [x + w / 2 - fw / z / 2, y + h / 2 - fh / z / 2, fw / z, fh / z];
  }
  const fit = () => {
    is_fitted = true;
    move(framed(full));
  };
  function zoom(factor, at) {
    is_fitted = false;
    const [fw, fh] = size(),
      r = frame.getBoundingClientRect();
    const px = at ? (at[0] - r.left) / fw : 0.5,
      py = at ? (at[1] - r.top) / fh : 0.5;
    const z = Math.min(12, Math.max(Math.min(fw / full[2], fh / full[3]) / 2, scale() * factor));
    const w = fw / z,
      h = fh / z;
    move([box[0] + px * (box[2] - w), box[1] + py * (box[3] - h), w, h]);
  }
  const pan = (dx, dy) => {
    is_fitted = false;
    const z = scale();
    move([box[0] - dx / z, box[1] - dy / z, box[2], box[3]]);
  };

  // Brings a part into the window if it is not there.
  function reveal(part, always = false) {
    if (!part) return;
    const [x0, y0, x1, y1] = part.bounds,
      x = (x0 + x1) / 2 + offset[0],
      y = (y0 + y1) / 2 + offset[1];
    const inside = x0 + offset[0] > box[0] && x1 + offset[0] < box[0] + box[2] && y0 + offset[1] > box[1] && y1 + offset[1] < box[1] + box[3];
    const z = always ? Math.max(scale(), 0.8) : scale(),
      [fw, fh] = size();
    if (!inside || z > scale()) {
      is_fitted = false;
      move([x - fw / z / 2, y - fh / z / 2, fw / z, fh / z]);
    }
    if (large && waiting) {
      cancelAnimationFrame(waiting);
      apply();
      near.update();
    }
  }

  let kept = null;
  function whole(yes) {
    if (yes && !large) {
      kept = box;
      box = full.slice();
    } else if (kept) {
      box = kept;
      kept = null;
    }
    apply();
  }

  // Another drawing: each is left as it was seen, and found so again.
  const leave = () => {
    drawing.memory.view = {box, full, is_fitted, size: frame_size};
  };
  function enter() {
    ({large} = drawing);
    offset = offset_of(drawing.root);
    const seen = drawing.memory.view;
    if (seen) ({box, full, is_fitted} = seen);
    else full = content();
    if (!seen || is_fitted) {
      is_fitted = true;
      box = framed(full);
    } else {
      const z = Math.min(seen.size[0] / box[2], seen.size[1] / box[3]),
        [w, h] = size();
      box = [box[0] + (box[2] - w / z) / 2, box[1] + (box[3] - h / z) / 2, w / z, h / z];
    }
    cancelAnimationFrame(waiting);
    apply();
    if (large) near.update();
  }

  const pointers = new Map();
  let moved = 0;
  function start() {
    if (!drawing.svg) return;
    full = content();
    const [fw, fh] = size();
    box = framed(full);
    if (Math.min(fw / full[2], fh / full[3]) < 0.3 && record.outputs.length) {
      reveal(picture.part(record.outputs[0]), true);
    }
    cancelAnimationFrame(waiting);
    apply();
    if (large) near.update();
    new ResizeObserver(([{contentRect: r}]) => {
      if (kept || (r.width === frame_size[0] && r.height === frame_size[1])) return;
      const z = scale();
      frame_size = [r.width, r.height];
      if (is_fitted) return fit();
      const [w, h] = size();
      move([box[0] + (box[2] - w / z) / 2, box[1] + (box[3] - h / z) / 2, w / z, h / z]);
    }).observe(frame);
    frame.addEventListener(
      'wheel',
      e => {
        e.preventDefault();
        zoom(Math.exp(-e.deltaY * (e.ctrlKey ? 0.01 : 0.0016)), [e.clientX, e.clientY]);
      },
      {passive: false},
    );
    frame.addEventListener('pointerdown', e => {
      if (e.button || e.target.closest('button,details')) return;
      pointers.set(e.pointerId, [e.clientX, e.clientY]);
      moved = 0;
    });
    window.addEventListener('pointerup', e => {
      pointers.delete(e.pointerId);
      frame.classList.remove('dragged');
    });
    window.addEventListener('pointercancel', e => pointers.delete(e.pointerId));
    window.addEventListener('pointermove', e => {
      const was = pointers.get(e.pointerId);
      if (!was) return;
      const is = [e.clientX, e.clientY];
      if (pointers.size === 2) {
        const [other] = [...pointers].filter(([id]) => id !== e.pointerId).map(([, p]) => p),
          far = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
        zoom(far(is, other) / Math.max(1, far(was, other)), [(is[0] + other[0]) / 2, (is[1] + other[1]) / 2]);
      } else pan(is[0] - was[0], is[1] - was[1]);
      moved += Math.abs(is[0] - was[0]) + Math.abs(is[1] - was[1]);
      if (moved > 4) frame.classList.add('dragged');
      pointers.set(e.pointerId, is);
    });
  }
  return {
    start,
    fit,
    whole,
    zoom,
    pan,
    reveal,
    leave,
    enter,
    scale,
    was_dragged: () => moved > 4,
    is_large: () => large,
    box: () => box,
    everything: () => full,
    offset: () => offset,
  };
})();
