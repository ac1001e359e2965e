/* A checkup: a file is dropped anywhere on the page, read, asked about when in doubt, and its report opened. */

import { $, el, sayAloud } from "./dom.js";
import { get, post, upload } from "./server.js";

const LARGEST = 50 * 1024 * 1024;
const EVERY = 500; // milliseconds between two looks at where it stands
let watched = ""; // the checkup this page waits for

function setUp() {
  $("checkup-open").addEventListener("click", () => open());
  $("checkup-file").addEventListener("change", (event) => take(event.target.files));
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  let inside = 0; // a drag enters and leaves every element it crosses
  const over = (on) => { inside = Math.max(0, inside + (on ? 1 : -1)); $("dropping").hidden = inside === 0; };
  addEventListener("dragenter", (event) => carries(event) && over(true));
  addEventListener("dragleave", (event) => carries(event) && over(false));
  addEventListener("dragover", (event) => carries(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    inside = 0;
    $("dropping").hidden = true;
    take(event.dataTransfer.files);
  });
}

function open(...shown) {
  $("checkup-body").replaceChildren(...(shown.length ? shown : welcome()));
  if (!$("checkup").open) $("checkup").showModal();
}

function welcome() {
  watched = "";
  return [
    el("button", { type: "button", class: "drop-here", onclick: () => $("checkup-file").click() },
      el("b", {}, "把导出文件拖到这里，或点一下来选"),
      el("span", {}, "千牛、京东、抖店、七鱼……导出的 xlsx、csv、jsonl 都行，不用改表头")),
    el("p", { class: "checkup-note" }, "只在这台电脑上看。看完给你一份体检报告：先看哪十段、该夸谁、明天晨会讲什么、客户最常遇到什么。客户信息会隐去，客服不写名字。"),
  ];
}

async function take(files) {
  const file = files?.[0];
  $("checkup-file").value = "";
  if (!file) return;
  if (file.size > LARGEST) return failed("文件超过 50 MB。按月份分开导出，或在终端里用 python -m bot checkup。");
  open(...working(`正在收 ${file.name}……`));
  try {
    const { id } = await upload("/checkup", file);
    await watch(id);
  } catch (error) {
    failed(error.message);
  }
}

async function watch(id) {
  watched = id;
  for (;;) {
    const told = await get(`/checkup/${id}`);
    if (watched !== id) return;
    if (told.progress) {
      progress(told.progress);
      await new Promise((resolve) => setTimeout(resolve, EVERY));
      continue;
    }
    if (told.ask) open(...asked(id, told));
    else if (told.unsure) open(...mapped(id, told.map, told.unsure));
    else if (told.error) failed(told.error, id);
    else finished(id, told.done);
    return;
  }
}

function working(words) {
  return [el("div", { class: "checkup-working" }, el("progress", { "aria-label": "进度" }), el("p", { id: "checkup-words" }, words))];
}

function progress(words) {
  if (!$("checkup-words")) $("checkup-body").replaceChildren(...working(words));
  $("checkup-words").textContent = words;
}

function asked(id, told) {
  const { titles, columns, rows, speakers, doubts } = told.ask;
  const head = el("tr", {}, ...titles.map((title, n) => el("th", { scope: "col" }, title, el("small", {}, columns[n]))));
  const body = rows.map((row) => el("tr", {}, ...row.map((cell) => el("td", {}, cell || "（空）"))));
  const who = speakers.length ? el("p", { class: "checkup-note" }, `谁是谁：${speakers.map(([word, person]) => `${word} = ${person}`).join("，")}`) : null;
  return [
    el("p", {}, "有几处是猜的，看一眼对不对："),
    el("ul", { class: "doubts" }, ...doubts.map((doubt) => el("li", {}, doubt))),
    el("div", { class: "checkup-table", tabindex: "0", role: "region", "aria-label": "猜的读法" }, el("table", {}, el("thead", {}, head), el("tbody", {}, ...body))),
    ...(who ? [who] : []),
    el("div", { class: "try-row" },
      el("button", { type: "button", class: "quiet", onclick: () => open(...mapped(id, told.map, "告诉八哥每一列是什么。")) }, "不对，我来改"),
      el("button", { type: "button", class: "primary", onclick: () => go(id) }, "对，就这样读")),
  ];
}

function mapped(id, text, why) {
  const field = el("textarea", { id: "checkup-map", rows: "16", spellcheck: "false", "aria-label": "每一列是什么" });
  field.value = text;
  return [
    el("p", {}, why),
    el("p", { class: "checkup-note" }, "在等号右边写表头里的名字（没有表头就写第几列），行首的 # 去掉才算数。"),
    field,
    el("p", { id: "checkup-wrong", class: "checkup-wrong", hidden: true }),
    el("div", { class: "try-row" }, el("span", {}), el("button", { type: "button", class: "primary", onclick: () => go(id, field.value) }, "按这个读")),
  ];
}

async function go(id, map = "") {
  try {
    await post(`/checkup/${id}`, map ? { map } : {});
    progress("正在读……");
    watched = id;
    await again(id, map);
  } catch (error) {
    failed(error.message);
  }
}

/** With a mapping that was wrong, the words stay where they can be mended. */
async function again(id, map) {
  await watch(id);
  const told = map ? await get(`/checkup/${id}`) : {};
  if (told.error) open(...mapped(id, map, told.error));
}

function failed(words) {
  open(el("p", { class: "checkup-wrong" }, words), ...welcome());
  sayAloud(words);
}

function finished(id, done) {
  const address = `/sandbox/api/checkup/${id}/report`;
  const opened = window.open(address, "_blank");
  open(
    el("ul", { class: "headlines" }, ...done.headlines.map((line) => el("li", {}, line))),
    el("div", { class: "try-row" },
      el("a", { class: "quiet", href: `/sandbox/api/checkup/${id}/picture`, download: "体检图.png" }, "存下那张图"),
      el("a", { class: "quiet", href: `/sandbox/api/checkup/${id}/text`, download: "体检报告.md" }, "存成 Markdown"),
      el("button", { type: "button", class: "quiet", onclick: () => open() }, "再来一份"),
      el("a", { id: "checkup-report", class: "primary", href: address, target: "_blank" }, opened ? "报告已打开，再看一次" : "打开体检报告")),
  );
  sayAloud("体检报告写好了");
}

setUp();
