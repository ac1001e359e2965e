/* Forms of the desk are sent in place, so that whoever listens keeps their place in the talk. */

const place = document.getElementById("desk");
const parser = document.createElement("template");

async function send(form, button) {
  const fields = new URLSearchParams(new FormData(form));
  if (button?.name) {
    fields.set(button.name, button.value);
    fields.delete("text");
  }
  const response = await fetch(button?.getAttribute("formaction") || form.action, {
    method: "POST", body: fields, headers: { "x-desk": "1" }, redirect: "error",
  }).catch(() => null);
  if (!response || ![200, 409].includes(response.status)) return location.reload();
  parser.innerHTML = await response.text(); // our own server's HTML, in which every word was escaped
  place.replaceChildren(parser.content);
  place.querySelector(".desk-told")?.classList.toggle("no", response.status === 409);
}

place?.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  for (const one of place.querySelectorAll("button")) one.disabled = true;
  send(event.target, button);
});
