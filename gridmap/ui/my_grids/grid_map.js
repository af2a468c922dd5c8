// The map of the page "my grid" as a part of a Streamlit page, which calls this on every run.

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".my-grid");
  if (!root.board) root.board = gmOwnMap.begin(root);
  root.board.send = (place) => setTriggerValue("place", place);
  const unfollow = gmTheme.follow(() => root.board.layer?.show(true)); // what is drawn on a canvas
  gmOwnMap.show(root.board, data);
  return () => {
    unfollow();
    root.board.position.stop();
  };
}
