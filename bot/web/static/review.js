/* One key, one verdict: 1 to 4 judge, J and K move; keys typed with Ctrl, Alt or ⌘, or into a field, are not ours. */

const talk = document.getElementById("review-talk");
const mark = talk?.querySelector("mark");
if (talk && mark) talk.scrollTop = Math.max(0, mark.getBoundingClientRect().top - talk.getBoundingClientRect().top - talk.clientHeight / 3);

let gone = false; // a verdict is on its way: further keys wait for the next page

function onKey(event) {
  if (gone || event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, textarea")) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!target) return;
  event.preventDefault();
  gone = true;
  target.click();
}

document.addEventListener("keydown", onKey);
window.addEventListener("pageshow", () => { gone = false; });
