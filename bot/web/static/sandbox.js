/* The sandbox's page: who I am, what I type, and everything wired together. */

import { chatNews, countWaits, readChats } from "./chats.js";
import { $, el, face, toast } from "./dom.js";
import * as pasted from "./pasted.js";
import { arrive, drawRooms, everyCard, follow, openRoom, ownRoom, readAll, readRoom, state } from "./rooms.js";
import { get, listen, post } from "./server.js";
import * as tour from "./tour.js";

const STRANGER = { name: "路人", role: "stranger", title: "陌生人" };
const FIRST = { lead: 1, qa: 1, senior: 1, agent: 2, stranger: 1 };
const typed = [];
let back = 0;

function be(name) {
  const direct = state.open === ownRoom();
  state.me = name;
  sessionStorage.setItem("starling-me", name);
  comeAs(name);
  drawMe();
  openRoom(direct ? ownRoom() : state.open);
  readRoom(ownRoom()).then(() => (state.open === ownRoom() ? openRoom(ownRoom()) : drawRooms())).catch(() => {});
}

/** The pages that cards link to know me by a cookie, which all tabs share: it follows the tab that was used last. */
function comeAs(name) {
  return post("/be", { person: name }).catch(() => {});
}

function drawMe() {
  const me = state.people.find((p) => p.name === state.me) ?? STRANGER;
  const others = state.people.some((p) => p.name !== me.name && state.unread.get(`@${p.name}`));
  $("me").replaceChildren(face(me.name, me.role !== "stranger", true), me.name, el("small", {}, me.title), others ? el("span", { class: "badge", title: "别的身份有新私信" }) : "");
  $("me").setAttribute("aria-label", `我是${me.name}，${me.title}。换一个身份`);
  drawPeople();
}

/** One of each kind comes first: who is asked for most must not be looked for. */
function drawPeople() {
  const first = Object.entries(FIRST).flatMap(([role, n]) => state.people.filter((p) => p.role === role).slice(0, n));
  const rest = state.people.filter((p) => !first.includes(p));
  const open = $("people").querySelector("details")?.open || rest.some((p) => p.name === state.me);
  const unread = rest.some((p) => state.unread.get(`@${p.name}`)) ? el("span", { class: "badge", title: "有新私信" }) : null;
  const more = rest.length ? [el("details", { open }, el("summary", {}, `更多同事（${rest.length}）`, unread), ...rest.map(drawPerson))] : [];
  $("people").replaceChildren(...first.map(drawPerson), ...more);
}

function drawPerson(person) {
  const unread = state.unread.get(`@${person.name}`);
  const choose = () => {
    $("who").hidePopover();
    be(person.name);
  };
  const name = el("span", { class: "person-name" }, person.name, el("small", {}, person.title));
  const badge = unread ? el("span", { class: "badge", "aria-label": `${unread} 条私信` }, String(unread)) : null;
  return el("button", { type: "button", class: "person", "aria-pressed": String(person.name === state.me), onclick: choose }, face(person.name, person.role !== "stranger"), name, badge);
}

/** What could be typed here now. */
function drawChips() {
  const commands = (card) => (card.buttons ?? []).map((b) => b.command).filter(Boolean);
  const offered = everyCard().filter((c) => c.room === state.open && c.kind === "alert").map(commands).findLast((c) => c.length) ?? [];
  const words = ["帮助", "告警", ...offered.slice(0, 2)];
  if ($("chips").dataset.words === words.join()) return;
  $("chips").dataset.words = words.join();
  $("chips").replaceChildren(...words.map((w) => el("button", { type: "button", class: "chip", onclick: () => say(w) }, w)));
}

async function say(text) {
  if (!text.trim()) return;
  typed.push(text);
  back = typed.length;
  try {
    await post("/say", { room: state.open, person: state.me, text });
  } catch (error) {
    toast(error.message);
    if (!$("words").value) $("words").value = text;
  }
}

function setUpLine() {
  $("say").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("words").value;
    $("words").value = "";
    say(text);
  });
  $("words").addEventListener("keydown", (event) => {
    // Enter and the arrows belong to the input method while it is composing.
    if (event.isComposing) return;
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    back = Math.max(0, Math.min(typed.length, back + (event.key === "ArrowUp" ? -1 : 1)));
    $("words").value = typed[back] ?? "";
    event.preventDefault();
  });
}

function setUpChats() {
  const open = (yes) => {
    $("chats").classList.toggle("open", yes);
    $("chats-toggle").setAttribute("aria-expanded", String(yes));
    (yes ? $("chats-close") : $("chats-toggle")).focus({ preventScroll: true });
  };
  $("chats-toggle").addEventListener("click", () => open(!$("chats").classList.contains("open")));
  $("chats-close").addEventListener("click", () => open(false));
  setInterval(countWaits, 1000);
}

function live(on) {
  $("live").classList.toggle("on", on);
  $("live").textContent = on ? "实时" : "正在重连…";
}

async function anew() {
  try {
    await Promise.all([readAll(), readChats()]);
  } catch {
    setTimeout(anew, 2000);
  }
}

async function begin() {
  const told = await get("/start");
  const lead = told.people.find((p) => p.role === "lead") ?? told.people[0] ?? STRANGER;
  const story = told.story && { person: lead.name, room: told.rooms[0]?.id, ...told.story };
  const people = told.people.map((p) => ({ role: "agent", title: "", ...p }));
  state.people = people.some((p) => p.name === STRANGER.name) ? people : [...people, STRANGER];
  state.rooms = told.rooms;
  const before = sessionStorage.getItem("starling-me");
  state.me = state.people.some((p) => p.name === before) ? before : lead.name;
  state.watchers.add(drawMe);
  state.watchers.add(drawChips);
  setUpLine();
  follow();
  setUpChats();
  pasted.setUp();
  openRoom(story?.room ?? state.rooms[0]?.id ?? ownRoom());
  comeAs(state.me);
  window.addEventListener("focus", () => comeAs(state.me));
  drawMe();
  drawChips();
  tour.setUp(story, be);
  listen({ live, anew, card: arrive, said: (bubble) => arrive({ ...bubble, type: "said" }), chats: chatNews });
}

begin().catch(() => {
  live(false);
  setTimeout(() => location.reload(), 3000);
});
