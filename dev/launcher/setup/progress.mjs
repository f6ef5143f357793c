const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const SHOWN_AFTER_MS = 1000;

/** `1234` -> `1.2 s` */
export function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/**
 * Shows steps that take over a second: on a terminal one line that spins, elsewhere a plain line when the
 * step turns out to be slow and another with the elapsed time when it is done. Quick steps stay silent.
 * Steps may overlap.
 */
export function createProgress(stream = process.stderr) {
  const running = new Map();
  const spins = stream.isTTY === true;
  let frame = 0;
  let drawing;

  function erase() {
    if (spins) stream.write('\r\x1b[2K');
  }

  function draw() {
    const now = Date.now();
    const slow = [...running].filter(([, started]) => now - started >= SHOWN_AFTER_MS / 4);
    if (slow.length === 0) return;
    frame = (frame + 1) % FRAMES.length;
    const text = slow.map(([name, started]) => `${name} ${seconds(now - started)}`).join(' · ');
    const width = (stream.columns || 80) - 3;
    stream.write(`\r\x1b[2K${FRAMES[frame]} ${text.slice(0, width)}`);
  }

  function startDrawing() {
    if (!spins || drawing !== undefined) return;
    drawing = setInterval(draw, 100);
    drawing.unref();
  }

  function stopDrawing() {
    if (running.size > 0 || drawing === undefined) return;
    clearInterval(drawing);
    drawing = undefined;
  }

  return {
    /** Does `work`, shows it as `name`, and passes its result or its error on. */
    async step(name, work) {
      const started = Date.now();
      running.set(name, started);
      startDrawing();
      const slow = spins
        ? undefined
        : setTimeout(() => stream.write(`  … ${name}\n`), SHOWN_AFTER_MS).unref();
      let mark = '✗';
      try {
        const result = await work();
        mark = '✓';
        return result;
      } finally {
        clearTimeout(slow);
        running.delete(name);
        erase();
        const elapsed = Date.now() - started;
        if (elapsed >= SHOWN_AFTER_MS) stream.write(`  ${mark} ${name} (${seconds(elapsed)})\n`);
        stopDrawing();
      }
    },
    /** Writes a line without tearing the one that spins. */
    print(line) {
      erase();
      stream.write(`${line}\n`);
    },
  };
}
