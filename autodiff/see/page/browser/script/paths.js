// The paths from a node to the outputs that add the most to its gradient.
const paths = (() => {
  function largest(start, k = 3) {
    const through = reach(start, users_of),
      best = new Map(); // node → its best paths: {amount, use, next}
    const order = [...through].sort((a, b) => b - a);
    for (const n of order) {
      const seed = sweep.seed(n),
        list = seed ? [{amount: seed, use: null, next: null}] : [];
      for (const use of nodes[n].users) {
        const slope = sweep.slope(use.user, use.place);
        for (const next of best.get(use.user) || []) if (slope) list.push({amount: slope * next.amount, use, next});
      }
      list.sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount));
      best.set(n, list.slice(0, k));
    }
    return best.get(start).map(path => {
      const uses = [];
      for (let p = path; p.use; p = p.next) uses.push(p.use);
      return {amount: path.amount, uses, nodes: [start, ...uses.map(u => u.user)]};
    });
  }
  return {largest};
})();
