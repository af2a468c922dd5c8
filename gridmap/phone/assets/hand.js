// Handing answers on: as a signed file, or to the address of the app where it answers.
// What is sent is the same file; its signature is what lets it in, so no cookie and no token goes along.

const gmHand = (() => {
  const FORMAT = "gridmap-answers-1";
  const MOST_BYTES = 6_000_000; // half of what the planner's side takes
  const MOST_ANSWERS = 200;
  const PATIENCE_MS = 20_000;
  const FIELDS = ["id", "kind", "place", "state", "seal", "said", "sentence", "lon", "lat", "photo"];

  // Keys in order, nothing that the planner's side does not ask for.
  const plain = (answer) => Object.fromEntries([...FIELDS].sort().filter((name) => answer[name] !== undefined).map((name) => [name, answer[name]]));

  // As many answers as one file may have, in their order.
  function batch(answers) {
    const chosen = [];
    let bytes = 0;
    for (const answer of answers) {
      bytes += JSON.stringify(answer).length * 1.5;
      if (chosen.length && (bytes > MOST_BYTES || chosen.length >= MOST_ANSWERS)) break;
      chosen.push(answer);
    }
    return chosen;
  }

  function write(link, answers) {
    const body = JSON.stringify({ answers: answers.map(plain), link: link.serial, person: link.person, plan: link.plan });
    return JSON.stringify({ body, format: FORMAT, link: link.serial, plan: link.plan, signature: gmSign.hmac(link.key, body) });
  }

  const named = (name, ending) => name.replace(/[\\/:*?"<>|\s]+/g, "-") + ending;

  function download(text, name) {
    const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    const anchor = Object.assign(document.createElement("a"), { href: url, download: named(name, ".gridmap-answers.json") });
    document.body.append(anchor);
    anchor.click();
    anchor.remove();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  // Some phones share no .json, but any text.
  function shared(text, name) {
    const kinds = [[".gridmap-answers.json", "application/json"], [".gridmap-answers.txt", "text/plain"]];
    const files = kinds.map(([ending, type]) => new File([text], named(name, ending), { type }));
    return files.find((file) => navigator.canShare && navigator.canShare({ files: [file] }));
  }

  const canShare = () => Boolean(shared("{}", "x"));

  // Gives whether it was passed on.
  async function share(text, name) {
    try {
      await navigator.share({ files: [shared(text, name)] });
      return true;
    } catch {
      return false;
    }
  }

  // Gives what the planner's side says; null when it cannot be reached.
  async function send(link, text) {
    const given = new AbortController();
    const timer = setTimeout(() => given.abort(), PATIENCE_MS);
    try {
      const answer = await fetch(`${link.address}/phone/answers`, {
        method: "POST", body: text, headers: { "Content-Type": "text/plain" },
        credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer", redirect: "error", signal: given.signal,
      });
      return await answer.json();
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  return { batch, write, download, share, canShare, send };
})();
