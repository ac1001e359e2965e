"""The sandbox's own drawing of every example card, as pictures for the eye: desktop and phone, light and dark."""

import base64
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from bot import charts
from bot.painter import WIDTH
from handlers.cards.card import Block, Card, Picture, to_json
from tests.browser.conftest import FLAGS, open_theatre
from tests.gallery.drawings import CARDS

LOOKS = {
    f"{name}-{scheme}": (width, scheme)
    for name, width in (("desktop", 620), ("phone", 366))
    for scheme in ("light", "dark")
}
SHEET = 10  # cards on one picture: few enough to read
# The page's own module and style sheets; only the places where cards stand are ours.
DRAW = """
async ([cards, width]) => {
  const { drawCard } = await import("/sandbox/static/card.js");
  const sheet = document.createElement("main");
  sheet.style.cssText = `display:grid;gap:18px;padding:18px;align-items:start`;
  sheet.style.gridTemplateColumns = `repeat(auto-fill,${width}px)`;
  for (const [name, card] of cards) {
    const place = document.createElement("section");
    place.dataset.name = name;
    place.append(name, drawCard(card, () => {}));
    for (const img of place.querySelectorAll("img.picture")) {
      img.loading = "eager";
      img.src = card.blocks.find((block) => block.type === "picture").image;
      await img.decode();
    }
    sheet.append(place);
  }
  document.body.replaceChildren(sheet);
  document.documentElement.style.cssText = document.body.style.cssText = "height:auto;overflow:visible";
  return [...document.querySelectorAll("section")].filter((s) => s.scrollWidth > s.clientWidth + 1
    || [...s.querySelectorAll("*")].some((e) => !e.closest(".table, .sr") && e.scrollWidth > e.clientWidth + 1
      && e.clientWidth && getComputedStyle(e).overflowX === "visible")).map((s) => s.dataset.name);
}
"""


async def paint(folder: Path) -> None:
    """One picture of ten cards after the other; raises when words run out of a card."""
    folder.mkdir(parents=True, exist_ok=True)
    cards = [(name, to_json(_illustrated(card))) for name, card in CARDS.items()]
    async with async_playwright() as playwright, open_theatre() as theatre:
        browser = await playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)
        found = {look: await _paint(browser, theatre.address, cards, folder / look) for look in LOOKS}
        await browser.close()
    if any(found.values()):
        raise SystemExit(f"words run out of: {found}")


async def _paint(browser: Browser, address: str, cards: list[tuple[str, Any]], to: Path) -> list[str]:
    width, scheme = LOOKS[to.name]
    viewport: Any = {"width": 4 * width if width < 500 else 3 * width, "height": 900}
    page: Page = await browser.new_page(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
    spilt: list[str] = []
    for n in range(0, len(cards), SHEET):
        await page.goto(f"{address}/sandbox")
        spilt += await page.evaluate(DRAW, [cards[n : n + SHEET], width])
        await page.screenshot(path=f"{to}-{n // SHEET + 1:02}.png", full_page=True)
    await page.close()
    return spilt


def _illustrated(card: Card) -> Card:
    return replace(card, blocks=tuple(_drawn(block) for block in card.blocks))


def _drawn(block: Block) -> Block:
    if not isinstance(block, Picture):
        return block
    png = base64.b64encode(charts.png(block.spec, WIDTH)).decode()
    return replace(block, image=f"data:image/png;base64,{png}", spec={})


def _chromium() -> str:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or "chromium"
