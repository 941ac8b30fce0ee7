// The computation as it was recorded: nodes in their order, operands first, and who uses them.
const data = JSON.parse(document.getElementById('data').textContent);
const functions = functions_of(m);

const record = (() => {
  const number = x => (x === 'NaN' ? NaN : x === 'Infinity' ? Infinity : x === '-Infinity' ? -Infinity : x);
  const fields = x =>
    x && typeof x === 'object' ? Object.fromEntries(Object.entries(x).map(([k, v]) => [k, k === 'of' && v ? v.map(number) : number(v)])) : number(x);
  const nodes = data.nodes.map(([id, op, name, operands, value, gradient, scope, box, slopes, back], index) => ({
    index,
    id,
    op: op >= 0 ? data.operations[op] : null,
    input: op === -1,
    constant: op === -2,
    name,
    operands,
    value: fields(value),
    gradient: fields(gradient),
    scope: scope || 0,
    box: box === undefined ? -1 : box,
    slopes: slopes ? slopes.map(number) : null,
    back: back ? back.map(number) : null,
    users: [],
  }));
  for (const node of nodes) node.operands.forEach((k, place) => nodes[k].users.push({user: node.index, place}));

  // A number of a state: of an array what does not change is that of the record.
  const read = (k, x) => {
    if (!x || typeof x !== 'object') return number(x);
    const {shape, type} = nodes[k].value;
    return {shape, type, zeros: 0, nan: 0, inf: 0, ...fields(x)};
  };

  const outputs = data.outputs || [],
    seeds = outputs.map((_, i) => number((data.seeds || [])[i] ?? 1));
  const is_array = node => typeof node.value === 'object' && node.value !== null;
  const scalar_only = !nodes.some(is_array);
  const has_function = node => node.op.f && functions[node.op.name];
  // Whether every number can be computed again here.
  const live = scalar_only && nodes.every(n => !n.op || has_function(n));
  const has_slopes = scalar_only && nodes.every(n => !n.op || has_function(n) || n.slopes);
  return {
    nodes,
    outputs,
    seeds,
    is_array,
    has_function,
    scalar_only,
    live,
    has_slopes,
    digits: data.digits || 4,
    title: data.title || '',
    scopes: data.scopes || [['', 0]],
    boxes: data.boxes || [],
    guards: data.guards || [],
    notes: data.notes || {},
    claims: data.claims || [],
    hidden: data.hidden || 0,
    drawings: data.drawings || [],
    // Read when they are asked for, as there are many.
    states: (data.states || []).map(s => ({label: s.label, values: new Map(s.values), gradients: new Map(s.gradients)})),
    read,
    all_states: data.allStates || 0,
  };
})();

const {nodes} = record;

// Everything above a node in the direction given, as a set of indices; no recursion, for chains may be long.
function reach(from, next) {
  const seen = new Set([from]),
    open = [from];
  while (open.length)
    for (const k of next(nodes[open.pop()]))
      if (!seen.has(k)) {
        seen.add(k);
        open.push(k);
      }
  return seen;
}
const operands_of = node => node.operands;
const users_of = node => node.users.map(u => u.user);

function scope_path(scope) {
  const names = [];
  for (; scope > 0; scope = record.scopes[scope][1]) names.unshift(record.scopes[scope][0]);
  return names.join('/');
}
