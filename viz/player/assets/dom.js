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
function write(element, text) {  // what says so already is left alone
  if (element.textContent !== text) element.textContent = text;
}
const pen = document.createElement("canvas").getContext("2d");
pen.font = `650 12.5px ${getComputedStyle(document.body).fontFamily}`;  // once: it makes the page style anew what was drawn
function trim(text, room) {  // as much of a title as there is room for
  const letters = [...text].slice(0, 60);
  if (letters.length === text.length && letters.length * 13 < room) return text;  // no letter is wider
  let shown = letters.join(""), n = letters.length;
  while (n > 1 && pen.measureText(shown).width > room) shown = `${letters.slice(0, --n).join("")}\u2026`;
  return shown;
}

function keyboardHint() {  // in a frame, keys reach the page after a click into it
  const hint = html("p", { id: "hint", class: "muted" }, "click to use the keyboard"), update = () => { hint.hidden = self === top || document.hasFocus(); };
  document.body.append(hint);
  addEventListener("focus", update);
  addEventListener("blur", update);
  update();
}

const darkness = matchMedia("(prefers-color-scheme: dark)");
const theme = () => document.documentElement.dataset.theme ?? (darkness.matches ? "dark" : "light");
function themeButton(repaint = () => {}) {  // what is painted, not styled, has to be painted again
  darkness.addEventListener("change", repaint);
  $("theme").addEventListener("click", () => {
    document.documentElement.dataset.theme = theme() === "dark" ? "light" : "dark";
    repaint();
  });
}
