/* Making elements. Text only ever enters the page as text. */

export const $ = (id) => document.getElementById(id);

/** el("p", {class: "words", title: "…", onclick: f}, "text", otherElement) */
export function el(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((c) => c !== null && c !== undefined && c !== ""));
  return made;
}

const parser = document.createElement("template");

/** Our own server's HTML, in which every word was escaped; the policy of the page runs no script of it. */
export function made(html) {
  parser.innerHTML = html;
  return parser.content;
}

const clock = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false });

/** "14:05" in the shop's time, as on the cards. */
export function hour(iso) {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? "" : clock.format(at);
}

export function bird(small = false) {
  const face = el("span", { class: small ? "face small" : "face", "aria-hidden": "true" });
  face.append(el("img", { src: "/sandbox/static/starling.svg", alt: "" }));
  return face;
}

/** A person's coloured square with the end of their name. */
export function face(name, known = true, small = false) {
  const hue = known ? [...name].reduce((sum, c) => sum + c.codePointAt(0), 0) % 6 : "none";
  return el("span", { class: `face hue-${hue}${small ? " small" : ""}`, "aria-hidden": "true" }, [...name].slice(-2).join(""));
}

export function toast(text, ok = false) {
  if (!text) return;
  const note = el("p", { class: ok ? "toast ok" : "toast" }, text);
  $("toasts").append(note);
  setTimeout(() => note.classList.add("leaving"), 3600);
  setTimeout(() => note.remove(), 4000);
}

/** For those who listen to the page. */
export function sayAloud(text) {
  $("said-aloud").textContent = text;
}
