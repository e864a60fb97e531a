// Keeps the page beside the choices in step with them. Without it the button below the form does the same.

const WAIT_MS = 350;

for (const form of document.querySelectorAll("form[data-preview]")) {
  const target = document.querySelector(form.dataset.target);
  let timer;
  let latest = 0;

  for (const button of form.querySelectorAll("[data-without-script]")) button.hidden = true;

  form.addEventListener("input", () => {
    clearTimeout(timer);
    target.classList.add("is-behind");
    timer = setTimeout(refresh, WAIT_MS);
  });

  /** Ask for the page of these choices; only the latest answer counts. */
  async function refresh() {
    const mine = ++latest;
    const answer = await fetch(form.dataset.preview, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (!answer.ok || mine !== latest) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== latest) return;
    target.replaceChildren(...page.querySelector(form.dataset.target).childNodes);
    target.classList.remove("is-behind");
  }
}
