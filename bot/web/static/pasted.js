/* The box for a chat of one's own: what was found, at the words it was found in. */

import { tone } from "./card.js";
import { drawTurn } from "./chats.js";
import { $, el } from "./dom.js";
import { post } from "./server.js";

const SAMPLES = {
  "退款被拖": "客户：退款什么时候到账？\n客服：亲，请耐心等待哦\n客户：上周就说等，我都问了三遍了\n客服：亲，系统在处理呢\n客户：你们是不是骗子？再不退我就打 12315 投诉，叫你们主管来",
  "一段好服务": "客户：你们是骗子吧，发来的杯子是碎的\n客服：这事搁我身上我也急。您拍张照给我，我现在就给您补发，不用您寄回\n客户：真的吗？不用退回来？\n客服：不用的，我盯到底，18 点前给您发新单号\n客户：姐姐你人真好，太感谢了，下次还找你",
  "从微信复制": "王女士 14:02\n在吗？我的尺码发错了\n王女士 14:05\n人呢？？\n客服小李 14:11\n亲亲在的呢\n王女士 14:12\n等了快十分钟，太慢了，我要退货",
};
const SUMS = {
  red: ["red", "要马上有人管", "这位客户快留不住了。"],
  orange: ["orange", "客户已经着急了", "趁还来得及，搭把手。"],
  yellow: ["yellow", "有一点苗头", "现在接住，就不会变大。"],
  star: ["green", "⭐ 值得全组看看", "这样的话，大家都可以抄走。"],
  rescued: ["green", "⭐ 开头着急，后来接住了", "客户带着气进来，走的时候满意了。这段值得全组看看。"],
  none: ["green", "聊得平稳", "没有听到要着急的地方。"],
};
const SEVERITY = { red: "red", orange: "orange", yellow: "yellow" };

export function setUp() {
  const fill = (text) => () => {
    $("pasted").value = text;
    $("try-form").requestSubmit();
  };
  $("samples").append(...Object.entries(SAMPLES).map(([name, text]) => el("button", { type: "button", class: "chip", onclick: fill(text) }, name)));
  $("try-open").addEventListener("click", open);
  $("try-form").addEventListener("submit", send);
}

export function open() {
  if (!$("try").open) $("try").showModal();
  $("pasted").focus();
}

async function send(event) {
  event.preventDefault();
  const button = $("try-send");
  button.disabled = true;
  button.textContent = "正在听…";
  try {
    show(await post("/try", { text: $("pasted").value || $("pasted").placeholder }));
  } catch (error) {
    $("verdict").replaceChildren(el("p", { class: "unchecked" }, error.message));
  }
  button.disabled = false;
  button.textContent = "让八哥听听";
}

function show(told) {
  const turns = told.messages.flatMap((message) => heard(message, told.findings.filter((f) => f.message === message.id)));
  const loose = told.findings.filter((f) => !told.messages.some((m) => m.id === f.message));
  const unchecked = told.unchecked?.length ? el("p", { class: "unchecked", title: told.unchecked.join("\n") }, `有 ${told.unchecked.length} 项没法检查（多半是没有时间）。没检查，不等于没问题。`) : null;
  const hint = told.hint ? el("p", { class: "unchecked" }, told.hint) : null;
  $("verdict").replaceChildren(sum(told), ...(hint ? [hint] : []), el("div", { class: "heard" }, ...turns, ...note(loose, "customer")), ...(unchecked ? [unchecked] : []));
  $("pasted").rows = 4;
  $("verdict").firstElementChild.scrollIntoView({ block: "nearest", behavior: "smooth" });
}

function sum(told) {
  const [colour, head, more] = told.ended && told.level in SEVERITY ? ["green", "⭐ 开头着急，后来接住了", `${told.ended}。这段值得全组看看。`] : SUMS[kindOf(told)];
  const meter = told.risk >= 0.3 && !told.ended ? el("div", { class: "meter" }, `流失风险 ${Math.round(told.risk * 100)}%`, el("progress", { max: "1", value: String(told.risk), "aria-label": "流失风险" })) : null;
  return el("div", { class: `sum ${tone(colour)}` }, el("p", {}, el("b", {}, head), el("small", {}, more)), meter);
}

function kindOf(told) {
  const star = told.findings.some((f) => f.kind === "star");
  if (star && told.level === "none") return "star";
  if (star && told.level !== "red" && !(told.risk >= 0.3)) return "rescued";
  return told.level in SUMS ? told.level : "none";
}

function heard(message, findings) {
  const turn = drawTurn(message);
  const marks = spans(message.text, findings);
  if (marks.length) {
    const parts = [];
    let from = 0;
    for (const [start, end, finding] of marks) {
      parts.push(message.text.slice(from, start), el("mark", { class: toneOf(finding) }, message.text.slice(start, end)));
      from = end;
    }
    turn.replaceChildren(turn.firstChild, ...parts, message.text.slice(from));
  }
  return [turn, ...note(findings, message.from === "customer" ? "customer" : "agent")];
}

/** Where to mark: the words a finding names in 「」, else its quote; a whole message only when there is nothing finer. */
function spans(text, findings) {
  const found = findings.flatMap((finding) => {
    const named = [...finding.says.matchAll(/「([^」]+)」/g)].map((m) => m[1]).filter((words) => text.includes(words));
    const all = named.length ? named : [finding.quote].filter((words) => words && text.includes(words));
    return all.map((words) => [text.indexOf(words), text.indexOf(words) + words.length, finding]);
  });
  const finer = found.filter(([start, end]) => end - start < text.length);
  const marks = (finer.length ? finer : found.slice(0, 1)).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return marks.filter(([start], n) => n === 0 || start >= Math.max(...marks.slice(0, n).map((m) => m[1])));
}

/** All that was found in one message, the loudest first. */
function note(findings, side) {
  if (!findings.length) return [];
  const loudest = [...findings].sort((a, b) => rank(b) - rank(a));
  const lines = loudest.flatMap((finding) => [
    el("div", { class: toneOf(finding) }, el("b", {}, `${finding.kind === "star" ? "⭐ " : ""}${finding.says}`), finding.rule ? el("code", {}, ` ${finding.rule}`) : null),
    finding.advice ? el("p", {}, `可以这样做：${finding.advice}`) : null,
  ]);
  return [el("div", { class: `note ${side} ${toneOf(loudest[0])}` }, ...lines.filter(Boolean))];
}

const rank = (finding) => ["none", "yellow", "orange", "red"].indexOf(finding.severity);
const toneOf = (finding) => tone(finding.kind === "star" ? "green" : SEVERITY[finding.severity] ?? "grey");
