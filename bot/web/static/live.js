/* The live view: pieces of the page are replaced as the server draws them anew; waits count by themselves. */

import { readDesk } from "./desk.js";
import { $, made } from "./dom.js";

const page = $("listening");
const talk = $("talk");
const NEAR = 180; // pixels from the end that still count as being there
let source = null;

/** On a desktop the talk scrolls in its pane, on a phone with the page. */
function scroller() {
  return getComputedStyle($("scroll")).overflowY === "auto" ? $("scroll") : document.scrollingElement;
}

function atEnd() {
  const place = scroller();
  const end = place === $("scroll") ? place.scrollHeight : $("now").getBoundingClientRect().bottom + place.scrollTop;
  return place.clientHeight + place.scrollTop >= end - NEAR;
}

function toEnd(smooth = true) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const place = scroller();
  const end = place === $("scroll") ? place.scrollHeight : $("now").getBoundingClientRect().bottom + place.scrollTop - place.clientHeight + $("desk").offsetHeight + 16;
  place.scrollTo({ top: end, behavior: smooth && !still ? "smooth" : "instant" });
  $("newer").hidden = true;
}

function showParts(parts) {
  for (const [name, html] of Object.entries(parts)) {
    for (const place of page.querySelectorAll(`[data-part="${name}"]`)) place.replaceChildren(made(html));
  }
  if ("matters" in parts) readDesk(`${page.dataset.desk}${came()}`);
  count();
}

/** Changed and new lines, then all of them in their order. Returns whether something was said. */
function showLines(lines, order) {
  const known = new Map([...talk.children].map((node) => [node.dataset.key, node]));
  let said = false;
  for (const [key, html] of lines) {
    const node = made(html).firstElementChild;
    if (known.has(key)) known.get(key).replaceWith(node);
    else {
      node.classList.add("fresh");
      said ||= node.classList.contains("say");
    }
    known.set(key, node);
  }
  let after = null;
  for (const key of order) {
    const node = known.get(key);
    const wanted = after ? after.nextElementSibling : talk.firstElementChild;
    if (node !== wanted) talk.insertBefore(node, wanted);
    after = node;
    known.delete(key);
  }
  for (const gone of known.values()) gone.remove();
  return said;
}

function show(told) {
  const there = atEnd();
  const said = showLines(told.lines, told.order);
  showParts(told.parts);
  if (there) toEnd();
  else if (said) $("newer").hidden = false;
}

const came = () => (page.dataset.came ? `?from=${page.dataset.came}` : "");

function spell(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  return `${Math.floor(minutes / 60)} 小时 ${minutes % 60} 分`;
}

function count() {
  const waits = page.querySelector(".waits");
  $("bar-wait").hidden = !waits;
  if (!waits) return;
  const seconds = Math.max(0, (Date.now() - Date.parse(waits.dataset.since)) / 1000);
  const limit = Number(waits.dataset.limit);
  const level = seconds >= limit ? "red" : seconds >= limit * 0.6 ? "orange" : "";
  waits.querySelector(".count").textContent = spell(seconds);
  waits.dataset.level = $("bar-wait").dataset.level = level;
  $("bar-wait").textContent = `等了 ${spell(seconds)}`;
}

function live(on) {
  $("live").classList.toggle("on", on);
  $("live").textContent = on ? "实时" : "正在重连…";
}

function listen() {
  const mark = page.dataset.version;
  source = new EventSource(`${page.dataset.stream}?since=${mark}${page.dataset.came ? `&from=${page.dataset.came}` : ""}`);
  source.onopen = () => live(true);
  for (const name of ["whole", "change"]) {
    source.addEventListener(name, (event) => {
      page.dataset.version = event.lastEventId;
      show(JSON.parse(event.data));
    });
  }
  source.addEventListener("again", again);
  source.onerror = () => {
    live(false);
    // A browser gives up for good when it is not let in; the page then asks whether it still may.
    if (source.readyState === EventSource.CLOSED) setTimeout(reach, 2000);
  };
}

/** Read the page anew: it may lead to the login, or say kindly why not. */
function again() {
  source.close();
  location.reload();
}

async function reach() {
  const response = await fetch("/healthz").catch(() => null);
  if (response?.ok) again();
  else setTimeout(reach, 2000);
}

function seen() {
  near = atEnd();
  if (near) $("newer").hidden = true;
}

let near = true; // while whoever reads is at the end, a desk that grows does not hide it
for (const place of [window, $("scroll")]) place.addEventListener("scroll", seen, { passive: true });
new ResizeObserver(() => near && toEnd(false)).observe($("desk"));
$("newer").addEventListener("click", () => toEnd());
setInterval(count, 1000);
count();
listen();
toEnd(false);
