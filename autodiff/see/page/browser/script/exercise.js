// An exercise: all gradients are hidden, and asked for one by one, from the output back.
const exercise = (() => {
  const panel = document.getElementById('exercise');
  const possible = record.scalar_only && record.has_slopes && record.outputs.length > 0;
  const wanted = n =>
    !n.constant &&
    Number.isFinite(sweep.gradients[n.index]) &&
    Number.isFinite(n.value) &&
    n.users.length > 0 &&
    (n.box === -1 || n.box === undefined);
  const claimed = record.claims.map(c => c.node);
  let questions = [],
    at = 0,
    state = new Map(),
    running = false;

  const current = () => questions[at];
  const hidden = k => running && state.has(k) && !state.get(k).open;
  function conceal() {
    const set = new Set(running ? questions.filter(k => !state.get(k).open) : []);
    paint.conceal(set);
    paint.all();
    document.dispatchEvent(new Event('shown'));
  }

  function begin() {
    if (!possible) {
      panel.innerHTML = '<p>An exercise needs a record of scalars and a sweep that has been run back.</p>';
      return;
    }
    if (sweep.is_changed()) touch.reset();
    player.show(steps.last, true);
    questions = nodes
      .filter(wanted)
      .map(n => n.index)
      .reverse();
    if (questions.length > 40) questions = questions.filter((k, i) => i < 40 || claimed.includes(k));
    if (!questions.length) {
      panel.innerHTML = '<p>There is no gradient to ask for.</p>';
      return;
    }
    state = new Map(questions.map(k => [k, {open: false, tries: 0, hinted: false, shown: false, given: '', verdict: ''}]));
    at = 0;
    running = true;
    marks.choose(null);
    marks.way([]);
    for (const claim of record.claims) {
      const number = claim.value === 'NaN' ? NaN : Number(claim.value);
      if (state.has(claim.node)) {
        at = questions.indexOf(claim.node);
        mark(claim.node, String(claim.value), number);
      }
    }
    const wrong = questions.findIndex(k => state.get(k).verdict && !state.get(k).open);
    at =
      record.claims.length && wrong >= 0
        ? wrong
        : Math.max(
            0,
            questions.findIndex(k => !state.get(k).open),
          );
    conceal();
    draw();
    follow();
  }
  // The steps would tell what is asked for.
  function follow() {
    document.body.classList.toggle('exercising', running);
    player.show(steps.last, true);
  }
  function end() {
    if (!running) return;
    running = false;
    follow();
    marks.put('asked', () => []);
    conceal();
  }

  const unexplained =
    'None of the usual mistakes gives it. Take one use of the node after the other: local derivative times gradient behind, and add.';
  function mark(k, text, answer) {
    const s = state.get(k),
      truth = sweep.gradients[k];
    s.given = text;
    if (Number.isNaN(answer)) {
      s.verdict = '<p class="verdict wrong">That is not a number. You may write 3*4, 1/2 or −2.5e−3.</p>';
      return;
    }
    s.tries++;
    if (mistakes.is_right(text, answer, truth)) {
      s.open = true;
      s.verdict = `<p class="verdict right">✓ Right. ${escape(words.total(k))} = ${format(truth)}.</p>`;
      return;
    }
    const found = mistakes.explain(k, answer);
    s.verdict =
      `<p class="verdict wrong">✗ ${format(answer)} is not ${escape(words.total(k))}. ${escape(found[0] || unexplained)}</p>` +
      (found.length > 1 ? `<p class="quiet">Or: ${escape(found[1])}</p>` : '');
  }

  function hint(k) {
    const lines = sweep.contributions(k).map(c => {
      const formula = rules.symbol(c.user, c.place);
      return `${words.partial(c.user, k, c.place)} · ${words.total(c.user)}${formula ? `,  with ${words.partial(c.user, k, c.place)} = ${formula}` : ''}`;
    });
    const seed = sweep.seed(k);
    return `<div class="sum">${escape(words.total(k))} =<br>${seed ? 'the seed of the sweep<br>+ ' : ''}${lines.map(escape).join('<br>+ ')}</div>`;
  }

  const score = () => {
    const all = [...state.values()],
      alone = all.filter(s => s.open && !s.shown && !s.hinted && s.tries === 1).length;
    return {right: all.filter(s => s.open && !s.shown).length, alone, done: all.filter(s => s.open).length, all: all.length};
  };
  function draw() {
    const k = current(),
      s = state.get(k),
      {right, alone, done, all} = score();
    marks.put('asked', () => [marks.group(k)]);
    if (done === all && s.finished) {
      panel.innerHTML = `<h2>Done</h2><p class="score"><b>${right} of ${all}</b> gradients found, ${alone} of them at the first try and without a hint.</p><p class="buttons"><button id="again">Once more</button></p>`;
      return;
    }
    const node = nodes[k];
    panel.innerHTML =
      `<p class="quiet">${done} of ${all} done. The gradients are asked from the output back.</p><h2>What is ${escape(words.total(k))}?</h2>` +
      `<p>${escape(words.heading(node))}, value ${value_text(k)}. It is used in ${node.users
        .map(u => why.link(u.user))
        .filter((x, i, l) => l.indexOf(x) === i)
        .slice(0, 6)
        .join(', ')}.</p>` +
      `<form id="answer_form"><input id="answer_field" type="text" inputmode="text" autocomplete="off" aria-label="Your answer" value="${escape(s.given)}" ${s.open ? 'readonly' : ''}><button type="submit" ${s.open ? 'disabled' : ''}>Check</button></form>` +
      `<div aria-live="assertive">${s.verdict}</div>${s.hinted ? hint(k) : ''}` +
      `<p class="buttons"><button id="hint" ${s.open ? 'disabled' : ''}>Hint</button><button id="reveal" ${s.open ? 'disabled' : ''}>Show it</button><button id="next">${done === all ? 'Score' : 'Next'}</button></p>` +
      '<p class="buttons"><button class="link" id="stop">End the exercise</button></p>';
  }
  function next() {
    if (score().done === questions.length) {
      state.get(current()).finished = true;
      return draw();
    }
    do at = (at + 1) % questions.length;
    while (state.get(current()).open);
    draw();
    stage.show(current());
    document.getElementById('answer_field').focus();
  }

  function start() {
    panel.addEventListener('submit', e => {
      e.preventDefault();
      const text = document.getElementById('answer_field').value;
      mark(current(), text, arithmetic(text));
      conceal();
      draw();
      document.getElementById(state.get(current()).open ? 'next' : 'answer_field').focus();
    });
    panel.addEventListener('click', e => {
      const k = current(),
        s = state.get(k);
      if (e.target.id === 'hint') {
        s.hinted = true;
        draw();
      }
      if (e.target.id === 'reveal') {
        s.open = s.shown = true;
        s.verdict = `<p class="verdict">It is ${format(sweep.gradients[k])}.</p>${hint(k)}`;
        conceal();
        draw();
      }
      if (e.target.id === 'next') next();
      if (e.target.id === 'again') begin();
      if (e.target.id === 'stop') {
        end();
        panel.innerHTML = '<p>The exercise is over, and all gradients are shown.</p><p class="buttons"><button id="again">Start again</button></p>';
      }
    });
  }
  return {start, begin, end, hides: hidden, is_running: () => running};
})();
