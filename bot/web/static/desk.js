/* The desk of the live view: its forms are sent in place, and nothing that somebody is writing is lost by it. */

import { $, made } from "./dom.js";

const place = $("desk");
const draft = () => place.querySelector("input[type=text]");
let asked = 0;
let sending = false;

/** What can be done may be other things now. */
export async function readDesk(address) {
  const mine = ++asked;
  const response = await fetch(address, { redirect: "error" }).catch(() => null);
  if (response?.ok && mine === asked) fill(await response.text());
}

/** The last answer, the words in the field, the cursor in them and the focus stay what they were, if they still can. */
function fill(html, sent = false) {
  const words = sent ? "" : (draft()?.value ?? "");
  const held = place.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  const cursor = document.activeElement === draft() ? [draft().selectionStart, draft().selectionEnd] : null;
  const told = place.querySelector(".desk-told");
  place.replaceChildren(made(html));
  if (told && !place.querySelector(".desk-told").textContent) place.querySelector(".desk-told").replaceWith(told);
  if (draft()) draft().value = words;
  else if (words) place.querySelector(".desk-told").textContent += ` 你刚才写的还没有发：${words}`;
  if (held !== null) focus(held);
  if (cursor && document.activeElement === draft()) draft().setSelectionRange(...cursor);
}

const nameOf = (node) => node.id || node.getAttribute("formaction") || node.closest("form")?.getAttribute("action") || "";

function focus(name) {
  const controls = [...place.querySelectorAll("input[type=text], button, select")];
  (controls.find((node) => nameOf(node) === name) || draft() || controls[0] || place.querySelector(".desk-told"))?.focus();
}

async function send(form, button) {
  const fields = new URLSearchParams(new FormData(form));
  const tapped = Boolean(button?.name);
  if (tapped) {
    fields.set(button.name, button.value);
    fields.delete("text");
  }
  asked++; // an answer that was asked for before this is old
  const response = await fetch(button?.getAttribute("formaction") || form.action, {
    method: "POST", body: fields, headers: { "x-desk": "1" }, redirect: "error",
  }).catch(() => null);
  if (!response || ![200, 409].includes(response.status)) return location.reload();
  fill(await response.text(), response.ok && form.contains(draft()) && !tapped);
  place.querySelector(".desk-told").classList.toggle("no", response.status === 409);
}

place.addEventListener("submit", (event) => {
  event.preventDefault();
  if (sending) return;
  sending = true;
  for (const one of place.querySelectorAll("button")) one.setAttribute("aria-disabled", "true");
  send(event.target, event.submitter).finally(() => (sending = false));
});
