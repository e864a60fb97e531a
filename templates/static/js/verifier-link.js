// A scanned link carries the KlusCV behind its `#`, which browsers keep to themselves. It is moved into
// the form and out of the address bar and the history; it leaves this device only when the reader says so.

const form = document.querySelector("[data-link]");
const digits = decodeURIComponent(location.hash.slice(1));

if (/^\d{20,}$/.test(digits)) {
  form.elements.text.value = `${location.origin}${location.pathname}#${digits}`;
  form.hidden = false;
  document.querySelector("[data-no-link]").hidden = true;
  history.replaceState(null, "", location.pathname + location.search);
}

addEventListener("hashchange", () => location.reload());
