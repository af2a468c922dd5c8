// @ts-check
// Asking Python, one question at a time: the next is sent when the last is answered.

const gmTalk = (() => {
  const PATIENCE_MS = 120_000;

  /**
   * @param {(ask: Ask) => void} send
   * @param {(kind: string) => void} waiting told what is waited for; "" for nothing
   */
  function start(send, waiting) {
    /** @type {Ask[]} */
    let queue = [];
    /** @type {Ask | null} */
    let open = null;
    let count = 0;
    let timer = 0;

    function next() {
      if (open || !queue.length) return;
      open = /** @type {Ask} */ (queue.shift());
      clearTimeout(timer);
      timer = setTimeout(() => { open = null; waiting(""); next(); }, PATIENCE_MS);
      waiting(open.kind);
      send(open);
    }

    return {
      /** @param {string} kind @param {Record<string, unknown>} [fields] */
      ask(kind, fields = {}) {
        // A look at an older choice interests nobody any more.
        queue = queue.filter((ask) => ask.kind !== "look");
        count += 1;
        queue.push({ ...fields, seq: `${Date.now()}-${count}`, kind });
        next();
      },
      /** @param {string} seq */
      answered(seq) {
        if (!open || open.seq !== seq) return;
        open = null;
        clearTimeout(timer);
        waiting("");
        next();
      },
      /** What was asked and is not answered yet, the first one first. @returns {Ask[]} */
      get unanswered() { return open ? [open, ...queue] : queue; },
      get busy() { return open !== null && open.kind !== "look"; },
      stop() { clearTimeout(timer); queue = []; },
    };
  }

  return { start };
})();
