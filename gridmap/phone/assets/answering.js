// Confirming and disputing: what somebody presses and writes becomes an answer that is kept.

const gmAnswering = (() => {
  const LONGEST_SENTENCE = 500;

  function now() {
    const date = new Date();
    const offset = -date.getTimezoneOffset();
    const two = (number) => String(number).padStart(2, "0");
    const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19);
    const away = Math.abs(offset);
    return `${local}${offset < 0 ? "-" : "+"}${two(Math.floor(away / 60))}:${two(away % 60)}`;
  }

  const newId = () => gmSign.toHex(crypto.getRandomValues(new Uint8Array(8)));

  const answer = (kind, { place, state, seal }, more = {}) => ({ id: newId(), kind, place, state, seal, said: now(), ...more });

  // The button of a receipt, or what has become of it.
  function receipt(parent, one, kind, desk) {
    const { say, kept } = desk;
    const word = (name) => (kind === "confirm" ? `my_grids.${name}` : `my_grids.place_${name}`);
    const before = kept.of(one.place, one.state, kind);
    if (one.confirmed) {
      make("p", parent, { class: "phone-good", role: "status" }, say(word("confirmed"), { date: one.confirmed }));
      return;
    }
    if (before && before.now !== "refused") {
      const text = gmKept.WAITING.includes(before.now) ? "phone.confirmed_waiting" : "phone.confirmed_sent";
      make("p", parent, { class: gmKept.WAITING.includes(before.now) ? "phone-warn" : "phone-good", role: "status" }, say(text, { date: before.said.slice(0, 10) }));
      return;
    }
    const button = make("button", parent, { type: "button", class: "phone-main" }, say(word("confirm")));
    button.onclick = () => desk.keep(answer(kind, one));
    if (kind === "confirm") make("p", parent, { class: "phone-quiet" }, say("my_grids.confirm_note"));
  }

  function photoField(form, draft, say) {
    const label = make("label", form, { class: "phone-photo" });
    make("span", label, {}, say("phone.photo"));
    const input = make("input", label, { type: "file", accept: "image/*", capture: "environment" });
    const told = make("p", form, { class: "phone-quiet", role: "status" });
    const shown = make("div", form, { class: "phone-photo-shown" });
    const show = () => {
      shown.replaceChildren();
      if (!draft.photo) return;
      make("img", shown, { src: draft.photo, alt: say("phone.photo_alt") });
      make("button", shown, { type: "button" }, say("phone.photo_away")).onclick = () => { draft.photo = ""; input.value = ""; show(); };
    };
    input.onchange = async () => {
      if (!input.files.length) return;
      told.textContent = say("phone.photo_reading");
      draft.photo = await gmPhoto.shrink(input.files[0]);
      told.textContent = draft.photo ? "" : say("phone.photo_bad");
      show();
    };
    show();
  }

  // The form of a dispute. `draft` keeps what was begun while the page is drawn anew.
  function dispute(parent, one, kind, desk) {
    const { say } = desk;
    const word = (name) => (kind === "dispute" ? `my_grids.${name}` : `my_grids.place_${name}`);
    const draft = desk.draft(one.place);
    const box = make("details", parent, { class: "phone-dispute" });
    box.open = draft.open || (kind === "dispute" && Boolean(desk.place));
    box.ontoggle = () => { draft.open = box.open; };
    make("summary", box, {}, say(word("dispute")));
    const form = make("form", box, { novalidate: "" });
    make("p", form, { class: "phone-quiet" }, say(word("dispute_note")));
    if (kind === "dispute") {
      const { place } = desk;
      const at = place ? say("my_grids.place", { lon: place.lon.toFixed(6), lat: place.lat.toFixed(6) }) : say("my_grids.no_place");
      make("p", form, { class: "phone-pin" }, at);
    }
    const label = make("label", form);
    make("span", label, {}, say("my_grids.sentence"));
    const sentence = make("textarea", label, { rows: "3", maxlength: String(LONGEST_SENTENCE), placeholder: say(word("sentence_hint")) });
    sentence.value = draft.sentence;
    sentence.oninput = () => { draft.sentence = sentence.value; };
    photoField(form, draft, say);
    const told = make("p", form, { class: "phone-bad", role: "alert" });
    make("button", form, { type: "submit", class: "phone-main" }, say("phone.note_down"));
    form.onsubmit = (event) => {
      event.preventDefault();
      const missing = kind === "dispute" && !desk.place ? "my_grids.no_place" : draft.sentence.trim() ? "" : "phone.no_sentence";
      if (missing) {
        told.textContent = say(missing);
        return;
      }
      const more = { sentence: draft.sentence.trim() };
      if (draft.photo) more.photo = draft.photo.slice(draft.photo.indexOf(",") + 1);
      if (kind === "dispute") Object.assign(more, desk.place);
      if (desk.keep(answer(kind, one, more))) desk.forget(one.place);
      else told.textContent = say("phone.full");
    };
  }

  return { receipt, dispute };
})();
