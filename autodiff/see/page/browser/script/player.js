// The bar at the foot: a slider over the steps, and play.
const player = (() => {
  const $ = id => document.getElementById(id);
  const slider = $('step'),
    said = $('said'),
    button = $('play'),
    number = $('step_number');
  let timer = 0,
    marked = [];

  function show(t, quiet = false) {
    if (exercise.is_running() && t < steps.last) return pause(); // a step would tell what is asked for
    const step = steps.go(t),
      now = steps.now();
    slider.value = now;
    slider.setAttribute('aria-valuetext', `step ${now} of ${steps.last}`);
    number.textContent = `${now} / ${steps.last}`;
    for (const e of marked) e.classList.remove('now');
    marked = [];
    if (step) {
      const part = picture.part(step.k),
        line = step.kind === 'carry' ? picture.line_of(step.user, step.place) : null;
      if (part) {
        marked.push(part.group);
        if (!quiet) view.reveal(part);
      }
      if (line) marked.push(line.group);
      for (const e of marked) e.classList.add('now');
    }
    document.body.classList.toggle('stepping', now < steps.last);
    said.textContent = now === steps.last ? done() : steps.text(now);
    document.dispatchEvent(new Event('shown'));
  }
  function done() {
    const back = steps.last - steps.forward;
    if (exercise.is_running()) return 'An exercise is under way: the gradients are hidden, and asked for one by one.';
    const unswept = record.outputs.length === 0;
    return unswept
      ? 'All values are shown. No sweep has been run back.'
      : `All is shown: ${count(steps.forward, 'node')}, ${back ? count(back, 'step') + ' back' : 'no sweep yet'}. Press play to see it happen.`;
  }
  function pause() {
    clearInterval(timer);
    timer = 0;
    button.textContent = '▶';
    button.setAttribute('aria-label', 'Play');
  }
  function play() {
    if (timer || exercise.is_running()) return pause();
    if (steps.now() >= steps.last) show(0);
    button.textContent = '❚❚';
    button.setAttribute('aria-label', 'Pause');
    const pace = +$('pace').value;
    timer = setInterval(() => {
      show(steps.now() + 1);
      if (steps.now() >= steps.last) pause();
    }, pace);
  }
  const resize = () => {
    slider.max = steps.last;
  };
  function start() {
    resize();
    slider.addEventListener('input', () => {
      pause();
      show(+slider.value);
    });
    button.addEventListener('click', play);
    $('back').addEventListener('click', () => {
      pause();
      show(steps.now() - 1);
    });
    $('forth').addEventListener('click', () => {
      pause();
      show(steps.now() + 1);
    });
    $('pace').addEventListener('change', () => {
      if (timer) {
        pause();
        play();
      }
    });
    show(steps.last, true);
  }
  return {
    start,
    show,
    resize,
    play,
    pause,
    move: by => {
      pause();
      show(steps.now() + by);
    },
    is_playing: () => !!timer,
  };
})();
