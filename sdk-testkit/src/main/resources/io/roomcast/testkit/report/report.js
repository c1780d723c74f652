(() => {
  const root = document.documentElement;
  document.getElementById("theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
  for (const plot of document.querySelectorAll(".plot")) {
    const svg = plot.querySelector("svg");
    const cross = svg.querySelector(".cross");
    const { lines } = JSON.parse(plot.querySelector("script").textContent);
    const tip = plot.appendChild(document.createElement("div"));
    tip.className = "tip";
    tip.hidden = true;
    svg.addEventListener("pointermove", event => {
      const box = svg.getBoundingClientRect();
      const x = (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
      const nearest = lines.filter(line => line.points.length).map(line => ({
        name: line.name,
        point: line.points.reduce((best, point) => Math.abs(point[0] - x) < Math.abs(best[0] - x) ? point : best)
      }));
      if (!nearest.length) return;
      const at = nearest[0].point;
      cross.setAttribute("x1", at[0]);
      cross.setAttribute("x2", at[0]);
      cross.style.visibility = "visible";
      tip.replaceChildren(...[at[1], ...nearest.map(n => `${n.name}: ${n.point[2]}`)].flatMap((text, i) =>
        i ? [document.createElement("br"), text] : [text]));
      tip.hidden = false;
      const left = at[0] / svg.viewBox.baseVal.width * box.width + box.left - plot.getBoundingClientRect().left;
      tip.style.left = `${left + 12 + tip.offsetWidth > plot.clientWidth ? left - tip.offsetWidth - 4 : left + 12}px`;
      tip.style.top = "44px";
    });
    svg.addEventListener("pointerleave", () => {
      tip.hidden = true;
      cross.style.visibility = "hidden";
    });
  }
})();
