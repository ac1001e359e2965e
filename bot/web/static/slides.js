/* 一分钟案例: five slides, twelve seconds each. Plays by itself, unless people asked for less motion. */

const SECONDS = 12;
const slides = [...document.querySelectorAll("[data-slide]")];
const dots = [...document.querySelectorAll("[data-dot]")];
const stage = document.getElementById("slides");
const play = document.getElementById("play");
const told = document.getElementById("told");
const still = matchMedia("(prefers-reduced-motion: reduce)");
let at = 0;
let timer = 0;

function show(number) {
  at = Math.max(0, Math.min(slides.length - 1, number));
  slides.forEach((slide, i) => { slide.hidden = i !== at; });
  dots.forEach((dot, i) => {
    dot.classList.toggle("past", i < at);
    dot.classList.toggle("now", i === at);
    dot.toggleAttribute("aria-current", i === at);
  });
  if (timer) wait();
  else told.textContent = `第 ${at + 1} 页，${slides[at].querySelector("h1").textContent}`;
}

function wait() {
  clearTimeout(timer);
  timer = setTimeout(() => (at + 1 < slides.length ? show(at + 1) : stop("再看一遍")), SECONDS * 1000);
}

function start() {
  stage.classList.add("playing");
  play.textContent = "暂停";
  timer = 1;
  show(at + 1 < slides.length || slides.length === 1 ? at : 0);
}

function stop(words = "播放") {
  clearTimeout(timer);
  timer = 0;
  stage.classList.remove("playing");
  play.textContent = words;
}

function toggle() {
  if (timer) stop();
  else start();
}

const KEYS = { ArrowRight: () => show(at + 1), ArrowLeft: () => show(at - 1), Home: () => show(0), End: () => show(slides.length - 1) };
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " " && !event.target.closest("button, a")) {
    event.preventDefault();
    toggle();
  }
  KEYS[event.key]?.();
});
play.addEventListener("click", toggle);
document.getElementById("next").addEventListener("click", () => show(at + 1));
document.getElementById("back").addEventListener("click", () => show(at - 1));
dots.forEach((dot, i) => dot.addEventListener("click", () => show(i)));
document.addEventListener("visibilitychange", () => { if (document.hidden && timer) stop(); });

let from = 0;
stage.addEventListener("touchstart", (event) => { from = event.touches[0].clientX; }, { passive: true });
stage.addEventListener("touchend", (event) => {
  const moved = event.changedTouches[0].clientX - from;
  if (Math.abs(moved) > 50) show(at + (moved < 0 ? 1 : -1));
});

document.getElementById("player").hidden = false;
stage.classList.add("ready");
show(0);
if (still.matches) stop();
else start();
