// Small comforts. Every page works without them; what they need stays hidden until it can work.

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
    announce(button, button.dataset.done);
  });
}

for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.canShare) continue;
  button.hidden = false;
  button.addEventListener("click", () => share(button));
}

for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector("input[type=file]");
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("is-over"); });
  }
  for (const kind of ["dragleave", "drop"]) {
    zone.addEventListener(kind, () => zone.classList.remove("is-over"));
  }
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

for (const button of document.querySelectorAll("[data-back]")) {
  // Going back keeps what was typed in the form; a page that was opened by itself has nowhere to go.
  button.hidden = history.length < 2;
  button.addEventListener("click", () => history.back());
}

for (const part of document.querySelectorAll("[data-live]")) keepFresh(part);

/** Replace a part of the page by its newer self every two seconds, until the server says it is final. */
function keepFresh(part) {
  for (const spare of part.querySelectorAll("[data-live-without]")) spare.hidden = true;
  setTimeout(async () => {
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return keepFresh(part);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const newer = page.getElementById(part.id);
    if (!newer) return location.reload();
    part.replaceWith(newer);
    if ("live" in newer.dataset) keepFresh(newer);
  }, 2000);
}

/** Share the file at data-share under the name data-name, through the phone's own share sheet. */
async function share(button) {
  const answer = await fetch(button.dataset.share);
  if (!answer.ok) return location.assign(button.dataset.share);
  const blob = await answer.blob();
  const files = [new File([blob], button.dataset.name, { type: blob.type })];
  if (!navigator.canShare({ files })) return location.assign(button.dataset.share);
  await navigator.share({ files }).catch((reason) => { if (reason.name !== "AbortError") throw reason; });
}

/** Say in the button itself that it worked, aloud and for two seconds. */
function announce(button, words) {
  const label = button.querySelector("span") ?? button;
  const before = label.textContent;
  button.setAttribute("aria-live", "polite");
  label.textContent = words;
  setTimeout(() => { label.textContent = before; }, 2000);
}
