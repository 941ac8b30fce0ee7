// Search by name or operation, and marks on what is found.
const find = (() => {
  const field = document.getElementById('find'),
    counted = document.getElementById('found');
  let found = [],
    at = -1;
  function search() {
    const text = field.value.trim().toLowerCase();
    found = !text
      ? []
      : nodes
          .filter(
            n =>
              (!n.constant || n.name) &&
              (n.name.toLowerCase().includes(text) ||
                (n.op && (n.op.name === text || n.op.name.startsWith(text) || n.op.sign === text)) ||
                `#${n.id}` === text ||
                words.name(n.index).toLowerCase().includes(text)),
          )
          .map(n => n.index);
    at = -1;
    marks.put('match', () => [...new Set(found.map(marks.group))]);
    counted.textContent = text ? (found.length ? count(found.length, 'match').replace('matchs', 'matches') : 'none') : '';
  }
  function next(back) {
    if (!found.length) return;
    at = (at + (back ? found.length - 1 : 1)) % found.length;
    counted.textContent = `${at + 1} of ${found.length}`;
    tabs.open('why');
    stage.go(found[at]);
    why.show(found[at]);
    view.reveal(picture.part(found[at]), true);
  }
  function start() {
    field.addEventListener('input', search);
    field.addEventListener('keydown', e => {
      if (e.key === 'Enter') {
        e.preventDefault();
        next(e.shiftKey);
      }
      if (e.key === 'Escape') {
        field.value = '';
        search();
        field.blur();
      }
    });
  }
  return {
    start,
    focus: () => {
      field.focus();
      field.select();
    },
  };
})();
