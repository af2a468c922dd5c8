// The list of what was answered here: what is not handed on yet, how to hand it on, what came of it.

const gmWaiting = (() => {
  const KINDS = { confirm: "confirm", confirm_post: "confirm", dispute: "dispute", dispute_post: "dispute" };

  function row(list, one, desk) {
    const { say } = desk;
    const item = make("li", list, { class: `phone-answer phone-${one.now}` });
    make("b", item, {}, `${say(`phone.kind_${KINDS[one.kind]}`)} · ${desk.nameOf(one.place)}`);
    if (one.sentence) make("span", item, {}, one.sentence);
    const about = one.photo ? say("phone.with_photo") : "";
    make("span", item, { class: "phone-quiet" }, `${one.said.slice(0, 16).replace("T", " ")} ${about}`);
    make("span", item, { class: "phone-now" }, say(`phone.now_${one.now}`));
    const why = one.why && gmParts.pick(one.why, desk.language);
    if (why) make("span", item, {}, why);
    make("button", item, { type: "button" }, say(gmKept.WAITING.includes(one.now) ? "phone.take_back" : "phone.tidy")).onclick = () => desk.remove(one);
  }

  function buttons(parent, desk) {
    const { say } = desk;
    const line = make("div", parent, { class: "phone-row" });
    if (desk.page.link.address) {
      const send = make("button", line, { type: "button", class: "phone-main" }, say(desk.sending ? "phone.sending" : "phone.send"));
      send.disabled = desk.sending;
      send.onclick = () => desk.send(true);
    }
    if (gmHand.canShare()) make("button", line, { type: "button" }, say("phone.share")).onclick = () => desk.file(gmHand.share);
    const kind = desk.page.link.address ? "" : "phone-main"; // the first way where there is no address
    make("button", line, { type: "button", class: kind }, say("phone.download")).onclick = () => desk.file((text, name) => { gmHand.download(text, name); return true; });
    make("p", parent, { class: "phone-quiet" }, say(desk.page.link.address ? "phone.hand_note" : "phone.hand_file_note"));
  }

  function show(parent, desk) {
    const { say, kept } = desk;
    parent.replaceChildren();
    const count = kept.waiting.length;
    const part = gmParts.section(parent, say("phone.waiting", { count }), "phone-part phone-waiting");
    if (!kept.lasting) make("p", part, { class: "phone-warn" }, say("phone.not_lasting"));
    make("p", part, { class: "phone-said", role: "status" }, desk.told);
    if (!kept.all.length) make("p", part, { class: "phone-quiet" }, say("phone.none"));
    const list = make("ul", part, { class: "phone-answers" });
    for (const one of [...kept.all].reverse()) row(list, one, desk);
    if (count) buttons(part, desk);
  }

  return { show };
})();
