"use strict";
// The number under the pointer, or of the place that the arrow keys have gone to.
for (const figure of document.querySelectorAll("figure[data-chart]")) {
  const data = JSON.parse(figure.dataset.chart);
  const svg = figure.querySelector("svg"), hair = svg.querySelector(".hair");
  const said = figure.querySelector(".said");
  const places = [...new Set(data.series.flatMap(([, points]) => points.map((p) => p[2])))].sort((a, b) => a - b);
  let place = -1;
  const format = (number) => String(Number(number.toPrecision(4)));
  const show = (at) => {
    place = at;
    const x = places[at];
    hair.setAttribute("x1", x);
    hair.setAttribute("x2", x);
    hair.classList.add("on");
    const found = data.series.map(([name, points]) => [name, points.find((p) => p[2] === x)]).filter(([, p]) => p);
    const first = found[0][1][0];
    const heading = data.kinds.length ? data.kinds[first] : `${data.x} ${format(first)}`;
    const values = found.map(([name, p]) => `${data.series.length > 1 ? name : data.y} ${format(p[1])}`);
    said.textContent = `${heading}: ${values.join(", ")}`;
  };
  const hide = () => {
    hair.classList.remove("on");
    said.textContent = "";
    place = -1;
  };
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    let nearest = 0;
    places.forEach((at, i) => {
      if (Math.abs(at - x) < Math.abs(places[nearest] - x)) nearest = i;
    });
    show(nearest);
  });
  svg.addEventListener("pointerleave", hide);
  figure.addEventListener("blur", hide);
  figure.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    show(Math.min(Math.max(place + step, 0), places.length - 1));
  });
}
for (const details of document.querySelectorAll("details.player")) {
  details.addEventListener("toggle", () => {
    const frame = details.querySelector("iframe");
    if (details.open && !frame.srcdoc) frame.srcdoc = frame.dataset.page;
  });
}
