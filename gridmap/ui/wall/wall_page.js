// The wall screen as a page of the app. Streamlit calls the function again whenever the page looks
// at the plan; the scenes come by an address of their own, and only when they are others. The player
// stands before this in the same script.

const ECHO_MS = 3000;

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".wall");
  if (!root.board) {
    root.board = gmWall.board(root, (name, value) => setTriggerValue(name, value));
    root.asked = "";
  }
  const { board } = root;
  board.talk = (name, value) => setTriggerValue(name, value);
  board.heard = Date.now();
  // What keys have just changed here comes back as it was sent, and is no news.
  const ours = Date.now() - board.changed < ECHO_MS;
  if (!ours && JSON.stringify(board.settings) !== JSON.stringify(data.settings)) gmWall.set(board, data.settings);
  if (root.asked === data.key) return;
  root.asked = data.key;
  fetch(data.address)
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
    .then((values) => gmWall.take(board, values))
    .catch(() => {
      root.asked = ""; // asked for again when the page looks the next time; what is shown stays
    });
}
