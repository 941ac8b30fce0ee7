// Where the parts of the picture are, from their attributes, for asking the browser would lay all of it out.
const bounds = (() => {
  function bounds_of(shape) {
    if (!shape) return null;
    if (shape.tagName === 'ellipse') {
      const [cx, cy, rx, ry] = ['cx', 'cy', 'rx', 'ry'].map(a => +shape.getAttribute(a));
      return [cx - rx, cy - ry, cx + rx, cy + ry];
    }
    if (shape.tagName === 'text') {
      const x = +shape.getAttribute('x'),
        y = +shape.getAttribute('y');
      return [x - 8, y - 10, x + 5.5 * shape.textContent.length + 8, y + 3];
    }
    const numbers = (shape.getAttribute('points') || shape.getAttribute('d')).match(/-?[\d.]+(e-?\d+)?/g).map(Number);
    const b = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i + 1 < numbers.length; i += 2) {
      b[0] = Math.min(b[0], numbers[i]);
      b[2] = Math.max(b[2], numbers[i]);
      b[1] = Math.min(b[1], numbers[i + 1]);
      b[3] = Math.max(b[3], numbers[i + 1]);
    }
    return b;
  }
  function measure(picture) {
    for (const part of picture.elements.values()) part.bounds = bounds_of(part.shapes[0] || part.texts[0]) || [0, 0, 0, 0];
    for (const line of picture.lines) line.bounds = bounds_of(line.strokes[0]);
    for (const c of picture.clusters) c.bounds = bounds_of(c.shape);
  }
  measure(picture);
  return {of: bounds_of, measure};
})();
