// Plotly draws 700 px wide until the window is resized; this tells it whenever its box changes or gets a new figure.
function render({ el }) {
  const resized = () => requestAnimationFrame(() => window.dispatchEvent(new Event("resize")));
  let sizes, children;
  const watch = () => {
    const box = el.closest(".nk")?.querySelector(".nk-chart");
    if (!box) return requestAnimationFrame(watch);
    sizes = new ResizeObserver(resized);
    sizes.observe(box);
    children = new MutationObserver(resized);
    children.observe(box, { childList: true, subtree: true });
  };
  watch();
  return () => {
    sizes?.disconnect();
    children?.disconnect();
  };
}
export default { render };
