/* The rooms at the left and the stream of the one that is open. */

import { drawItem } from "./card.js";
import { $, bird, el, hour, sayAloud, toast } from "./dom.js";
import { get, post } from "./server.js";

/* `still`: something in the room is being pointed at, do not scroll away from it. */
export const state = { me: "", people: [], rooms: [], open: "", standing: new Map(), unread: new Map(), watchers: new Set(), still: false };

const SETTLES = 700; // milliseconds
let following = true;

export const ownRoom = () => `@${state.me}`;
export const itemsIn = (room) => [...(state.standing.get(room)?.values() ?? [])].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
export const everyCard = () => [...state.standing.values()].flatMap((room) => [...room.values()]).filter((i) => i.type !== "said");
export const nodeOf = (key) => document.querySelector(`#items [data-key="${CSS.escape(key)}"]`);

/** Everything a room holds, read again. */
export async function readRoom(room) {
  const items = await get(`/rooms/${encodeURIComponent(room)}/history`);
  const held = hold(room);
  for (const item of items) {
    const known = held.get(item.key);
    if (!known || known.version <= item.version) held.set(item.key, item);
  }
}

export async function readAll() {
  // The direct messages of the others are read when the visitor becomes them.
  const places = [...state.rooms.map((r) => r.id), ownRoom()];
  state.standing.clear(); // it may be another Starling that answers now
  await Promise.all(places.map(readRoom));
  drawRoom();
  drawRooms();
  state.watchers.forEach((watch) => watch());
}

/** News: something new, or something known that changed. */
export function arrive(item) {
  const held = hold(item.room);
  const known = held.get(item.key);
  if (known && known.version >= item.version) return;
  held.set(item.key, item);
  if (item.room === state.open) show(item, Boolean(known));
  if (!known && item.room !== state.open && item.person !== state.me) state.unread.set(item.room, (state.unread.get(item.room) ?? 0) + 1);
  if (item.type !== "said" && (item.room === state.open || item.room === ownRoom())) sayAloud(`${known ? "卡片更新" : "新卡片"}：${item.title}${item.state ? `，${item.state}` : ""}`);
  drawRooms();
  state.watchers.forEach((watch) => watch());
}

export function openRoom(room) {
  state.open = room;
  state.unread.delete(room);
  drawRooms();
  drawRoom();
  state.watchers.forEach((watch) => watch());
}

export function drawRooms() {
  const groups = state.rooms.map((room, n) => place(room.id, room.name, el("span", { class: `face hue-${n % 6}`, "aria-hidden": "true" }, [...room.name.replace(/群$/, "")].slice(-2).join(""))));
  redraw($("groups"), groups);
  redraw($("direct"), [place(ownRoom(), "八哥", bird())]);
  const mine = [...state.unread].filter(([room]) => !room.startsWith("@") || room === ownRoom()).reduce((sum, [, n]) => sum + n, 0);
  document.title = mine ? `(${mine}) 八哥 · 沙盒` : "八哥 · 沙盒";
}

export function drawRoom() {
  const direct = state.open.startsWith("@");
  $("room-name").textContent = direct ? "八哥" : state.rooms.find((r) => r.id === state.open)?.name ?? "";
  $("room-note").textContent = direct ? `只有${state.me}看得到` : "八哥在这个群里值班";
  $("items").replaceChildren(...itemsIn(state.open).map((item) => drawItem(item, state.me, presser(item))));
  $("quiet-room").hidden = itemsIn(state.open).length > 0;
  toEnd(false);
}

export function toEnd(smooth = true) {
  const scroll = $("scroll");
  following = true;
  scroll.scrollTo({ top: scroll.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  $("newer").hidden = true;
}

/** Stay with the newest while the visitor does; whoever scrolls up is left in peace. */
export function follow() {
  const scroll = $("scroll");
  let last = 0;
  scroll.addEventListener("scroll", () => {
    const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 40;
    if (atEnd) $("newer").hidden = true;
    following = atEnd || (following && scroll.scrollTop >= last);
    last = scroll.scrollTop;
  });
  new ResizeObserver(() => following && !state.still && toEnd()).observe($("items"));
  $("newer").addEventListener("click", () => toEnd());
}

function hold(room) {
  if (!state.standing.has(room)) state.standing.set(room, new Map());
  return state.standing.get(room);
}

function show(item, changed) {
  const made = drawItem(item, state.me, presser(item));
  const old = nodeOf(item.key);
  $("quiet-room").hidden = true;
  if (old) {
    const typing = old.contains(document.activeElement);
    old.replaceWith(made);
    if (typing) made.querySelector("button, input")?.focus({ preventScroll: true });
    if (changed) settle(made.querySelector(".card"));
    return;
  }
  made.classList.add("fresh");
  $("items").append(made);
  if ((following && !state.still) || item.person === state.me) toEnd();
  else $("newer").hidden = false;
}

/** Whoever taps twice must not press what has just taken the place of the button. */
function settle(card) {
  card?.classList.add("changed", "settling");
  setTimeout(() => card?.classList.remove("settling"), SETTLES);
}

function presser(item) {
  return async (button, action, value, form) => {
    button.disabled = true;
    button.classList.add("busy");
    try {
      const reply = await post("/act", { room: item.room, key: item.key, person: state.me, action, value, form });
      toast(reply.toast, reply.ok);
    } catch (error) {
      toast(error.message);
    }
    button.disabled = false;
    button.classList.remove("busy");
  };
}

function place(room, name, picture) {
  const last = itemsIn(room).at(-1);
  const words = !last ? "" : last.type === "said" ? `${last.person}：${last.text}` : last.title;
  const unread = state.unread.get(room);
  const inner = [
    picture,
    el("span", { class: "place-name" }, name),
    el("span", { class: "place-time" }, last ? hour(last.at) : ""),
    el("span", { class: "place-last" }, words || "还没有消息"),
    unread ? el("span", { class: "badge", "aria-label": `${unread} 条未读` }, unread > 99 ? "99+" : String(unread)) : null,
  ];
  const current = room === state.open;
  return el("li", {}, el("button", { type: "button", class: "place", "data-room": room, "aria-current": current ? "true" : null, onclick: () => openRoom(room) }, ...inner));
}

/** Keeps the focus where it was. */
function redraw(list, items) {
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.room : null;
  list.replaceChildren(...items);
  if (focused) [...list.querySelectorAll("button")].find((b) => b.dataset.room === focused)?.focus({ preventScroll: true });
}
