// Elements; text only ever becomes a text node.
const $ = id => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
function svg(tag, attributes = {}, ...inside) {
  const element = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
}
function html(tag, attributes = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value);
  }
  element.append(...inside);
  return element;
}
const cut = (text, length) => text.length > length ? `${text.slice(0, length - 1)}\u2026` : text;

function themeButton() {
  $("theme").addEventListener("click", () => {
    const { dataset } = document.documentElement, preferred = matchMedia("(prefers-color-scheme: dark)").matches;
    dataset.theme = (dataset.theme ?? (preferred ? "dark" : "light")) === "dark" ? "light" : "dark";
  });
}
