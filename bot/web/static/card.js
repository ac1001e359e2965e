/* Drawing what stands in a room: cards with their blocks and buttons, and what people typed. */

import { bird, el, face, hour } from "./dom.js";

const TONES = ["red", "orange", "yellow", "green", "blue", "grey"];
const BLOCKS = { text, quote, facts, picture, table, choices, form };

export const tone = (name) => `tone-${TONES.includes(name) ? name : "grey"}`;

/** `press(button, action, value, form)` is called for every press. */
export function drawCard(item, press) {
  const state = item.state ? el("span", { class: "state" }, item.state) : null;
  const head = el("div", { class: "card-head" }, el("h3", {}, item.title), state);
  const body = el("div", { class: "card-body" });
  if (item.mentions?.length) body.append(el("p", { class: "called" }, item.mentions.map((name) => `@${name}`).join(" ")));
  for (const block of item.blocks ?? []) body.append(BLOCKS[block.type]?.(block, press) ?? "");
  const buttons = (item.buttons ?? []).map((b, place) => button(b, place, press)).filter(Boolean);
  if (buttons.length) body.append(el("div", { class: "presses" }, ...buttons));
  return el("article", { class: `card ${tone(item.tone)}${item.tone === "green" ? " settled" : ""}`, "aria-label": item.title }, head, body);
}

export function drawItem(item, me, press) {
  if (item.type === "said") return drawSaid(item, item.person === me);
  const by = el("p", { class: "item-by" }, el("b", {}, "八哥"), el("span", { class: "tag" }, "机器人"), el("time", { datetime: item.at }, hour(item.at)));
  return el("li", { class: "item", "data-key": item.key }, bird(), by, drawCard(item, press));
}

function drawSaid(item, mine) {
  const by = el("p", { class: "item-by" }, el("b", {}, item.person), el("time", { datetime: item.at }, hour(item.at)));
  return el("li", { class: mine ? "item mine" : "item", "data-key": item.key }, face(item.person), by, el("p", { class: "bubble" }, item.text));
}

function text(block) {
  return el("p", { class: "words" }, block.text);
}

function quote(block) {
  return el("blockquote", { class: "quote" }, block.who ? el("cite", {}, block.who) : null, `「${block.text}」`, block.at ? el("time", {}, block.at) : null);
}

function facts(block) {
  return el("dl", { class: "facts" }, ...block.rows.flatMap(([label, value]) => [el("dt", {}, label), el("dd", {}, value)]));
}

function picture(block) {
  return el("img", { class: "picture", src: `/sandbox/api/pictures/${encodeURIComponent(block.image)}`, alt: block.alt, loading: "lazy" });
}

function table(block) {
  const head = el("tr", {}, ...block.columns.map((c) => el("th", { scope: "col" }, c)));
  const rows = block.rows.map((row) => el("tr", {}, ...row.map((cell) => el("td", {}, cell))));
  return el("div", { class: "table", tabindex: "0" }, el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows)));
}

function choices(block, press) {
  const options = block.options.map(([words, value]) => el("button", { type: "button", class: "press", onclick: (e) => press(e.currentTarget, block.action, value) }, words));
  return el("div", { class: "presses", role: "group" }, ...options);
}

function form(block, press) {
  const words = el("input", { type: "text", name: "text", "aria-label": block.label, placeholder: block.label, maxlength: "500", required: true });
  const submit = el("button", { type: "submit", class: "press" }, block.submit);
  const send = (event) => {
    event.preventDefault();
    press(submit, block.action, block.value, { text: words.value });
  };
  const long = block.label.length > 12; // more than a line in which one writes can show
  if (long) words.placeholder = "";
  return el("form", { class: "fill", onsubmit: send }, long ? el("label", { "aria-hidden": "true" }, block.label) : null, words, submit);
}

function button(b, place, press) {
  const style = b.style === "danger" ? " danger" : b.style === "primary" || (place === 0 && b.style !== "default") ? " main" : "";
  if (!b.url) return el("button", { type: "button", class: `press${style}`, "data-action": b.action, onclick: (e) => press(e.currentTarget, b.action, b.value) }, b.text);
  const safe = /^https?:\/\//.test(b.url) || /^\/[^/\\]/.test(b.url);
  return safe ? el("a", { class: `press${style}`, href: b.url, target: "_blank", rel: "noopener noreferrer" }, b.text) : null;
}
