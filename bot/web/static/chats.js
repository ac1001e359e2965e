/* The customers' chats going on, at the right: live lines, and how long the customer has waited. */

import { $, el } from "./dom.js";
import { get } from "./server.js";

const CHANNELS = { chat: "在线聊天", phone: "电话", email: "邮件" };
const LINES = { none: 3, yellow: 4, orange: 5, red: 5 };
const LEVELS = { none: 0, yellow: 1, orange: 2, red: 3 };
const SAY = { none: "平稳", yellow: "留意", orange: "着急", red: "很着急" };
const chats = new Map();
let soon = 0;

export async function readChats() {
  all(await get("/chats"));
}

/** The chats, and no others. */
function all(list) {
  const going = new Set(list.map((chat) => chat.id));
  for (const id of chats.keys()) if (!going.has(id)) chats.delete(id);
  list.forEach(keep);
  draw();
}

/** Many changes at once are read once. */
function readSoon() {
  if (soon) return;
  soon = setTimeout(() => {
    soon = 0;
    readChats().catch(() => {});
  }, 200);
}

/** One chat as it now stands; without an id: something changed, read again. */
export function chatNews(news) {
  if (news.id === undefined) {
    readSoon();
    return;
  }
  if (news.gone) chats.delete(news.id);
  else keep(news);
  draw();
}

export function countWaits() {
  for (const node of document.querySelectorAll(".waits")) {
    const seconds = Math.floor((Date.now() - Number(node.dataset.since)) / 1000);
    node.textContent = `等了 ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    node.classList.toggle("long", seconds >= 60 && seconds < 180);
    node.classList.toggle("too-long", seconds >= 180);
  }
}

function keep(chat) {
  const known = chats.get(chat.id) ?? {};
  const waits = typeof chat.waiting === "number" ? Date.now() - chat.waiting * 1000 : null;
  chats.set(chat.id, { ...known, ...chat, seen: known.lines?.length ? new Set(known.lines.map(tag)) : null, waits: "waiting" in chat ? waits : known.waits });
}

const tag = (line) => `${line.at ?? ""}|${line.from}|${line.text}`;

function draw() {
  const order = [...chats.values()].sort((a, b) => Boolean(a.over) - Boolean(b.over) || (LEVELS[b.level] ?? 0) - (LEVELS[a.level] ?? 0));
  const before = new Set([...$("chat-list").children].map((node) => node.dataset.id));
  $("chat-list").replaceChildren(...order.map((chat) => drawChat(chat, !before.has(String(chat.id)))));
  const open = order.filter((chat) => !chat.over).length;
  $("no-chats").hidden = order.length > 0;
  $("chats-count").textContent = open || "";
  countWaits();
}

function drawChat(chat, fresh) {
  const where = [chat.shop, CHANNELS[chat.channel] ?? chat.channel].filter(Boolean).join(" · ");
  const waits = chat.waits && !chat.over ? el("span", { class: "waits", "data-since": chat.waits }) : null;
  const level = chat.over ? "已结束" : SAY[chat.level] ?? SAY.none;
  const head = el("div", { class: "chat-head" }, el("span", { class: "dot", title: level }), el("span", { class: "sr" }, level), drawWho(chat), el("span", { class: "chat-where" }, where), waits);
  const turns = (chat.lines ?? []).slice(-(LINES[chat.level] ?? 3)).map((line) => drawTurn(line, chat.seen && !chat.seen.has(tag(line))));
  const classes = `chat level-${chat.level in LEVELS ? chat.level : "none"}${chat.over ? " over" : ""}${fresh ? " fresh" : ""}`;
  return el("li", { class: classes, "data-id": chat.id }, head, el("div", { class: "turns" }, ...turns));
}

/** With a way to listen, where there is one. */
function drawWho(chat) {
  const name = chat.customer || "客户";
  if (!/^\/c\/\w+/.test(chat.url ?? "")) return el("span", { class: "chat-who" }, name);
  return el("a", { class: "chat-who", href: chat.url, target: "_blank", rel: "noopener", title: "旁听这段聊天" }, name, el("small", {}, "旁听"));
}

export function drawTurn(line, fresh = false) {
  const side = ["customer", "agent", "bot", "system"].includes(line.from) ? line.from : "system";
  const who = { customer: "客户：", agent: "客服：", bot: "机器人：", system: "" }[side];
  return el("div", { class: `turn ${side}${fresh ? " fresh" : ""}` }, el("span", { class: "sr" }, who), line.text);
}
