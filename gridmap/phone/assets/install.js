// Where the app serves the page: it is kept for use without a signal, can be installed, and says when there is a newer one.

const gmInstall = (() => {
  const LOOK_AGAIN_MS = 600_000;
  const address = location.href.replace(/#.*/, "");
  let offer = null; // what a browser gives that installs
  let state = "";

  function draw(parent, { say }) {
    parent.replaceChildren();
    const part = gmParts.section(parent, say("phone.install_title"));
    if (state === "ended") make("p", part, { class: "phone-bad", role: "alert" }, say("phone.ended"));
    if (state === "new") {
      make("p", part, { class: "phone-warn", role: "status" }, say("phone.new"));
      make("button", part, { type: "button", class: "phone-main" }, say("phone.reload")).onclick = () => location.reload();
    }
    if (state === "kept" || state === "offline") make("p", part, { class: "phone-good", role: "status" }, say("phone.install_kept"));
    if (!("serviceWorker" in navigator)) {
      make("p", part, { class: "phone-quiet" }, say("phone.install_insecure"));
      return;
    }
    if (offer) {
      make("button", part, { type: "button" }, say("phone.install")).onclick = () => { offer.prompt(); offer = null; };
    }
    if (!matchMedia("(display-mode: standalone)").matches) make("p", part, { class: "phone-quiet" }, say("phone.install_note"));
  }

  function start(mark, redraw) {
    if (!("serviceWorker" in navigator)) return;
    const { serviceWorker } = navigator;
    window.addEventListener("beforeinstallprompt", (event) => { event.preventDefault(); offer = event; redraw(); });
    serviceWorker.addEventListener("message", ({ data }) => {
      // A page that was told that it is old stays so until it is opened anew.
      if (!data || !data.phone || (state === "new" && data.phone !== "ended")) return;
      state = data.phone;
      redraw();
    });
    serviceWorker.startMessages();
    const ask = async () => (await serviceWorker.ready).active.postMessage({ address, mark });
    serviceWorker.register("worker.js").then(ask).catch(() => {});
    window.addEventListener("online", ask);
    setInterval(ask, LOOK_AGAIN_MS);
  }

  return { start, draw };
})();
