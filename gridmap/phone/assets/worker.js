// Keeps the page of a link for use without a signal. Its scope is the folder of phone pages and nothing above.
// A kept page is shown at once; the page itself asks whether there is a newer one.

const KEPT = "gridmap-phone-1";
const MARK = "x-gridmap-mark";

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("gridmap-phone-") && name !== KEPT) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET" || event.request.mode !== "navigate") return;
  event.respondWith((async () => {
    const kept = await (await caches.open(KEPT)).match(event.request.url);
    return kept || fetch(event.request);
  })());
});

// A page says which one it is: what is newer is kept for the next time, what has ended is forgotten.
async function look(address, mark) {
  let fresh;
  try {
    fresh = await fetch(address, { cache: "no-store", credentials: "omit" });
  } catch {
    return "offline";
  }
  const cache = await caches.open(KEPT);
  if (fresh.status === 410) {
    await cache.delete(address);
    return "ended";
  }
  if (!fresh.ok || fresh.redirected) return "offline";
  const newer = fresh.headers.get(MARK) !== mark;
  await cache.put(address, fresh);
  return newer ? "new" : "kept";
}

self.addEventListener("message", (event) => {
  const { address, mark } = event.data || {};
  if (typeof address !== "string" || !address.startsWith(self.registration.scope)) return;
  event.waitUntil(look(address, mark).then((state) => event.source && event.source.postMessage({ phone: state })));
});
