// Answers that are not handed on yet, kept in the browser until somebody takes them away.
// Where a browser keeps nothing (some viewers of files), they live as long as the page, and it says so.

const gmKept = (() => {
  // States of an answer: "kept"; "filed", written into a file; "sent", "outdated" or "refused" as the planner's side said.
  const WAITING = ["kept", "filed"];

  function open(name) {
    let memory = [];
    let lasting = true;
    try {
      const text = localStorage.getItem(name);
      const found = text ? JSON.parse(text) : [];
      if (Array.isArray(found)) memory = found.filter((one) => one && typeof one.id === "string");
      localStorage.setItem(name, JSON.stringify(memory));
    } catch {
      lasting = false;
    }
    if (lasting && navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});

    // Gives whether there was room.
    function write(answers) {
      if (lasting) {
        try {
          localStorage.setItem(name, JSON.stringify(answers));
        } catch {
          return false;
        }
      }
      memory = answers;
      return true;
    }

    return {
      get lasting() { return lasting; },
      get all() { return memory; },
      get waiting() { return memory.filter((one) => WAITING.includes(one.now)); },
      add: (answer) => write([...memory, { ...answer, now: "kept" }]),
      remove: (id) => write(memory.filter((one) => one.id !== id)),
      // What is done with needs no photo here any more.
      change: (id, now, why = null) => write(memory.map((one) => {
        if (one.id !== id) return one;
        const { photo, ...rest } = one;
        return { ...(WAITING.includes(now) ? one : rest), now, why };
      })),
      // The last word on a place: an answer of a kind in the state that the page shows.
      of: (place, state, kind) => memory.filter((one) => one.place === place && one.state === state && one.kind === kind).pop(),
    };
  }

  return { open, WAITING };
})();
