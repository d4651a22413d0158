// Plotly draws 700 px wide until the window is resized; this tells it when its box and its figure differ in width.
// It also gives the chart, which has neither role nor name, both: the summary is what a screen reader says of it.
function render({ model, el }) {
  let sizes, children;
  const watch = () => {
    const box = el.closest(".nk")?.querySelector(".nk-chart");
    if (!box) return requestAnimationFrame(watch);
    const fit = () => {
      const figure = box.querySelector(".main-svg");
      const plot = box.querySelector(".js-plotly-plot");
      plot?.setAttribute("role", "img");
      plot?.setAttribute("aria-label", model.get("summary"));
      if (figure && Math.abs(figure.clientWidth - box.clientWidth) > 2) window.dispatchEvent(new Event("resize"));
    };
    let later;
    const soon = () => {
      requestAnimationFrame(fit);
      clearTimeout(later); // and once more when plotly, which draws in steps, has come to rest
      later = setTimeout(fit, 500);
    };
    sizes = new ResizeObserver(soon);
    sizes.observe(box);
    children = new MutationObserver(soon); // a redraw brings a new figure
    children.observe(box, { childList: true, subtree: true });
  };
  watch();
  return () => {
    sizes?.disconnect();
    children?.disconnect();
  };
}
export default { render };
