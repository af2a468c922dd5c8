// HMAC-SHA256 of a text, in hex. Browsers sign by themselves on https pages alone; a page that was opened
// from a file manager, or from the plain address of an office, has to do it itself (FIPS 180-4, RFC 2104).

const gmSign = (() => {
  const BLOCK = 64;
  const { round, first } = constants();

  // The first 32 bits of the fractions of cube and square roots of the first primes.
  function constants() {
    const primes = [];
    for (let one = 2; primes.length < 64; one++) if (primes.every((prime) => one % prime)) primes.push(one);
    const bits = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
    return { round: primes.map((one) => bits(Math.cbrt(one))), first: primes.slice(0, 8).map((one) => bits(Math.sqrt(one))) };
  }

  const turn = (word, by) => (word >>> by) | (word << (32 - by));

  function padded(bytes) {
    const whole = new Uint8Array(Math.ceil((bytes.length + 9) / BLOCK) * BLOCK);
    whole.set(bytes);
    whole[bytes.length] = 0x80;
    const view = new DataView(whole.buffer);
    view.setUint32(whole.length - 8, Math.floor(bytes.length / 2 ** 29));
    view.setUint32(whole.length - 4, (bytes.length * 8) >>> 0);
    return view;
  }

  function sha256(bytes) {
    const view = padded(bytes);
    const hash = Int32Array.from(first);
    const words = new Int32Array(64);
    for (let start = 0; start < view.byteLength; start += BLOCK) {
      for (let at = 0; at < 16; at++) words[at] = view.getInt32(start + 4 * at);
      for (let at = 16; at < 64; at++) {
        const before = words[at - 15];
        const last = words[at - 2];
        const low = turn(before, 7) ^ turn(before, 18) ^ (before >>> 3);
        const high = turn(last, 17) ^ turn(last, 19) ^ (last >>> 10);
        words[at] = (words[at - 16] + low + words[at - 7] + high) | 0;
      }
      let [a, b, c, d, e, f, g, h] = hash;
      for (let at = 0; at < 64; at++) {
        const high = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
        const one = (h + high + ((e & f) ^ (~e & g)) + round[at] + words[at]) | 0;
        const low = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
        const two = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
      }
      for (const [at, word] of [a, b, c, d, e, f, g, h].entries()) hash[at] = (hash[at] + word) | 0;
    }
    const out = new DataView(new ArrayBuffer(32));
    hash.forEach((word, at) => out.setInt32(4 * at, word));
    return new Uint8Array(out.buffer);
  }

  const joined = (one, other) => {
    const both = new Uint8Array(one.length + other.length);
    both.set(one);
    both.set(other, one.length);
    return both;
  };

  const fromHex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

  // The key is given in hex, and is shorter than a block.
  function hmac(key, text) {
    const inner = new Uint8Array(BLOCK).fill(0x36);
    const outer = new Uint8Array(BLOCK).fill(0x5c);
    fromHex(key).forEach((byte, at) => { inner[at] ^= byte; outer[at] ^= byte; });
    return toHex(sha256(joined(outer, sha256(joined(inner, new TextEncoder().encode(text))))));
  }

  return { hmac, toHex };
})();
