/* Talking with the server: questions, and news that arrive by themselves. */

const API = "/sandbox/api";

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error || "八哥没听清，请再试一次。");
  return body;
}

export async function get(path) {
  return answer(await fetch(API + path));
}

export async function post(path, body) {
  let response;
  try {
    response = await fetch(API + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  } catch {
    throw new Error("连不上八哥，稍等一下再试。");
  }
  return answer(response);
}

/** A file as it is; its name goes with the address. */
export async function upload(path, file) {
  const address = `${API}${path}?name=${encodeURIComponent(file.name)}`;
  let response;
  try {
    response = await fetch(address, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file });
  } catch {
    throw new Error("没有传完，稍等一下再试。");
  }
  return answer(response);
}

/** `hears.anew` is called when everything must be read again; the others get one piece of news each. */
export function listen(hears) {
  const source = new EventSource(`${API}/stream`);
  const told = (name, handler) => source.addEventListener(name, (event) => handler(JSON.parse(event.data)));
  told("hello", (hello) => {
    hears.live(true);
    if (hello.anew) hears.anew();
  });
  told("card", hears.card);
  told("said", hears.said);
  told("chats", hears.chats);
  source.onerror = () => {
    hears.live(false);
    // A browser gives up for good when the server answers with an error; we do not.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(hears), 2000);
  };
}
