// Hears what the map in its frame asks of the page around it: a comment, or a border.

export default function listen({ parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("div");
  window.removeEventListener("message", root.heard);
  root.heard = ({ origin, source, data }) => {
    if (origin !== window.location.origin || !data?.gridmap) return;
    const ours = [...document.querySelectorAll("iframe")].some((one) => one.contentWindow === source);
    if (ours) setTriggerValue("asked", data.gridmap);
  };
  window.addEventListener("message", root.heard);
  return () => window.removeEventListener("message", root.heard);
}
