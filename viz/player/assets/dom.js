// DOM: makes elements; text becomes text nodes only, never markup.
const $ = id => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
const on = (id, event, action) => $(id).addEventListener(event, action);
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
function write(element, text) {  // the same text is not written again
  if (element.textContent !== text) element.textContent = text;
}
const pen = document.createElement("canvas").getContext("2d");
pen.font = `650 12.5px ${getComputedStyle(document.body).fontFamily}`;  // once: reading the font restyles what was drawn
function trim(text, room) {  // as much of a title as fits into `room` pixels
  const letters = [...text].slice(0, 60);
  if (letters.length === text.length && letters.length * 13 < room) return text;  // no letter is wider than 13 pixels
  let shown = letters.join(""), n = letters.length;
  while (n > 1 && pen.measureText(shown).width > room) shown = `${letters.slice(0, --n).join("")}\u2026`;
  return shown;
}

function keyboardHint() {  // in a frame, keys reach the page only after a click into it
  const hint = html("p", { id: "hint", class: "muted" }, "click to use the keyboard"), update = () => { hint.hidden = self === top || document.hasFocus(); };
  document.body.append(hint);
  addEventListener("focus", update);
  addEventListener("blur", update);
  update();
}

const darkness = matchMedia("(prefers-color-scheme: dark)");
function themeButton(repaint) {  // canvases do not follow the style, so they are painted again
  darkness.addEventListener("change", repaint);
  on("theme", "click", () => {
    const { dataset } = document.documentElement;
    dataset.theme = (dataset.theme ?? (darkness.matches ? "dark" : "light")) === "dark" ? "light" : "dark";
    repaint();
  });
}

// What all pages share: the heading, the buttons at the top, the keys.
const help = () => $("keys").showModal();
function furnish(heading, repaint = () => {}) {
  for (const id in heading) $(id).textContent = heading[id];
  on("help", "click", help);
  themeButton(repaint);
  keyboardHint();
}
function onKeys(actions) {  // an action that returns false leaves its key to the browser
  document.addEventListener("keydown", event => {
    const { target, key } = event, field = target.matches("input:not(#slider), select") && key !== "Escape";
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") || field || (key === " " && target.matches("button"))) return;
    if (actions[key] && actions[key](target) !== false) event.preventDefault();
  });
}
function showPlaying(yes) {
  $("play").setAttribute("aria-label", yes ? "Pause" : "Play");
  document.body.classList.toggle("playing", yes);
}
