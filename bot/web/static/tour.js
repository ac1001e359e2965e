/* Ninety seconds as the supervisor. A step ends when the thing it speaks of has really happened, or when it is waved on. */

import { $, el, sayAloud } from "./dom.js";
import { open as openTry } from "./pasted.js";
import { everyCard, nodeOf, openRoom, state, toEnd } from "./rooms.js";

const DONE = "starling-tour-done";
const WAITING = "待认领";
const CLAIMED = "已认领";
const PATIENCE = 25000;
let story = null;
let at = -1;
let since = 0;
let alertKey = "";

const shown = (card) => !card.room.startsWith("@");
const ofStory = (cards) => cards.find((c) => c.room === story.room) ?? cards[0];
const alertCard = () => everyCard().find((c) => c.key === alertKey) ?? ofStory(everyCard().filter((c) => shown(c) && c.kind === "alert" && ["red", "orange"].includes(c.tone) && c.state === WAITING)) ?? null;
const newest = (...kinds) => everyCard().filter((c) => shown(c) && kinds.includes(c.kind)).sort((a, b) => (a.at < b.at ? 1 : -1));
const starCard = () => ofStory(newest("star")) ?? null;
const closed = () => Boolean(alertCard()) && ![WAITING, CLAIMED].includes(alertCard().state);
const cardNode = (card) => (card ? nodeOf(card.key)?.querySelector(".card") : null);
const claimButton = () => cardNode(alertCard())?.querySelector('[data-action="claim"]');

const narrow = () => matchMedia("(width < 1160px)").matches;

/* `done`: it has happened. `least`: seconds it stays to be read. */
const STEPS = [
  {
    title: () => `你好，我是八哥。给我 90 秒，你来当一回${story.person}。`,
    text: "我听着每一段客户聊天，趁还来得及的时候叫你。\n这里的一切都在真的发生：真的消息、真的判断、真的卡片。",
    next: "开始",
  },
  {
    title: () => (narrow() ? "点「客户」，能看到正在聊的每一位。" : "看右边，客户正在和客服聊。"),
    text: "你没空盯着每一段，没关系。有人快忍不住的时候，我会来叫你。",
    wait: "在听…",
    target: () => (narrow() ? $("chats-toggle") : $("chats")),
    done: () => Boolean(alertCard()),
    least: 2.5,
  },
  {
    title: () => "来了，有位客户需要你。",
    text: "第一行说客户要什么，引文是原话，下面是为什么提醒。按「认领」，全组就知道有人在管了。",
    wait: "等你认领",
    enter: () => goTo(alertCard()),
    target: () => cardNode(alertCard()),
    beckons: claimButton,
    done: taken,
  },
  {
    title: () => "同一张卡片，所有人都看到了。",
    text: "谁、几点接手的，都写在上面，不用再问「有人跟吗」。\n想帮客服一把，点「私下提示」，话只有 TA 看得到。",
    wait: "你接住了",
    enter: () => goTo(alertCard()),
    target: () => cardNode(alertCard()),
    done: () => true,
    least: 6,
  },
  {
    title: () => (narrow() ? "客服正在安抚，点「客户」能看到。" : "看右边，客服正在安抚。"),
    text: "不用守着。客户的气消了，你的卡片会自己收尾。",
    wait: "等客户回音",
    enter: () => goTo(alertCard()),
    target: () => (narrow() ? $("chats-toggle") : $("chats")),
    done: closed,
    least: 3,
  },
  {
    title: () => (closed() ? "✅ 你的卡片收尾了。" : "这张卡片还开着，客服还在安抚。"),
    text: "客户最后说了什么、从红到绿用了多久，都写在卡片上。",
    enter: () => goTo(alertCard()),
    target: () => cardNode(alertCard()),
    next: "下一步",
  },
  {
    title: () => "⭐ 服务之星出现了。",
    text: "做得好的那句话，当着全组夸，谁都能抄走。做得不够的，只私下说。",
    enter: () => goTo(starCard()),
    target: () => cardNode(starCard()),
    next: "下一步",
  },
  {
    title: () => "轮到你了：贴一段你的聊天。",
    text: "从你的客服工具里复制一段过来，当场看看八哥怎么听。",
    target: () => $("try-open"),
    tight: true,
    next: "贴一段",
    leave: openTry,
  },
];

/* Who comes after the story sees what it left behind, and waits for nothing. */
const latest = () => newest("alert", "star")[0] ?? null;
const LATER = [
  {
    title: () => `你好，我是八哥。你来当一回${story.person}。`,
    text: "刚才已经有几位客户来过，卡片都留在群里。客人还会陆续来。",
    next: "看最新的卡片",
  },
  {
    title: () => "这是最新的一张卡片。",
    text: "第一行说客户要什么，引文是原话，下面是为什么提醒、谁处理的。带按钮的，你都可以按。",
    enter: () => goTo(latest()),
    target: () => cardNode(latest()),
    next: "下一步",
  },
  STEPS.at(-1),
];
let steps = STEPS;

/** `be` makes the visitor someone. */
export function setUp(told, be) {
  story = told;
  if (!story) return;
  const begin = () => {
    be(story.person);
    steps = story.over ? LATER : STEPS;
    go(0);
  };
  $("tour-again").hidden = false;
  $("tour-again").addEventListener("click", begin);
  $("coach-skip").addEventListener("click", end);
  $("coach-next").addEventListener("click", () => {
    steps[at].leave?.();
    go(at + 1);
  });
  state.watchers.add(look);
  addEventListener("resize", ringAround);
  $("scroll").addEventListener("scroll", ringAround, { passive: true });
  addEventListener("keydown", (event) => event.key === "Escape" && at >= 0 && !$("try").open && end());
  setInterval(tick, 400);
  if (!localStorage.getItem(DONE)) begin();
}

/** Something happened; perhaps what this step waits for. */
function look() {
  if (at < 0) return;
  remember();
  if (steps === STEPS && at === 1 && !alertCard() && starCard()) {
    steps = LATER; // nobody waits any more: no use in listening for it
    go(1);
    return;
  }
  const step = steps[at];
  if (!step.done?.()) return;
  const rest = Math.max(700, (step.least ?? 0) * 1000 - (Date.now() - since));
  setTimeout(() => steps[at] === step && go(at + 1), rest);
}

/** Nobody is kept waiting for something that does not come. */
function tick() {
  ringAround();
  if (at < 0 || !$("coach-next").hidden || Date.now() - since < PATIENCE) return;
  $("coach-next").textContent = "下一步";
  $("coach-next").hidden = false;
}

/** Whichever alert the visitor claims is theirs from now on. */
function taken() {
  alertKey = ofStory(everyCard().filter((c) => shown(c) && c.kind === "alert" && c.state === CLAIMED))?.key ?? alertKey;
  return Boolean(alertCard()) && alertCard().state !== WAITING;
}

function remember() {
  if (at < 3 && !everyCard().some((c) => c.key === alertKey)) alertKey = alertCard()?.key ?? "";
}

function go(number) {
  if (number >= steps.length) return end();
  at = number;
  since = Date.now();
  if (number === 0) alertKey = "";
  remember();
  const step = steps[at];
  state.still = Boolean(step.enter);
  step.enter?.();
  $("coach-title").textContent = step.title();
  $("coach-text").textContent = step.text;
  $("coach-wait").textContent = step.wait ?? "";
  $("coach-next").hidden = !step.next;
  $("coach-next").textContent = step.next ?? "";
  $("coach-dots").replaceChildren(...steps.map((_, n) => el("i", { class: n === at ? "on" : "" })));
  $("coach").hidden = false;
  $("coach").classList.toggle("beside", (at > 1 || steps === LATER) && Boolean(step.target));
  document.body.classList.add("touring");
  sayAloud(`${step.title()}${step.text}`);
  if (step.next) $("coach-next").focus({ preventScroll: true });
  ringAround();
  look();
  return undefined;
}

function end() {
  at = -1;
  state.still = false;
  localStorage.setItem(DONE, "yes");
  $("coach").hidden = true;
  $("ring").hidden = true;
  document.body.classList.remove("touring");
  document.querySelector(".beckons")?.classList.remove("beckons");
  toEnd();
  if (!narrow()) $("words").focus({ preventScroll: true });
}

function goTo(card) {
  if (!card) return;
  if (card.room !== state.open) openRoom(card.room);
  nodeOf(card.key)?.scrollIntoView({ block: narrow() ? "start" : "center", behavior: "smooth" });
}

function ringAround() {
  const target = at >= 0 ? steps[at].target?.() : null;
  const button = at >= 0 ? steps[at].beckons?.() : null;
  for (const other of document.querySelectorAll(".beckons")) if (other !== button) other.classList.remove("beckons");
  button?.classList.add("beckons");
  const box = seen(target);
  const ring = $("ring");
  ring.hidden = !box || $("try").open;
  if (ring.hidden) return;
  const air = steps[at].tight ? 5 : 4;
  ring.classList.toggle("tight", Boolean(steps[at].tight));
  Object.assign(ring.style, { top: `${box.top - air}px`, left: `${box.left - air}px`, width: `${box.right - box.left + 2 * air}px`, height: `${box.bottom - box.top + 2 * air}px` });
}

/** The part of it that can be seen; null when there is none. */
function seen(target) {
  if (!target) return null;
  const { top, left, right, bottom } = target.getBoundingClientRect();
  const pane = target.closest("#scroll")?.getBoundingClientRect();
  const box = { left, right, top: Math.max(top, pane?.top ?? 0), bottom: Math.min(bottom, pane?.bottom ?? innerHeight) };
  return right > left && right > 0 && left < innerWidth && box.bottom - box.top > 20 ? box : null;
}
