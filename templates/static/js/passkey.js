// Passkeys: ask the server what is to be signed, let the device sign it, and hand the answer back.
// Binary values travel as base64url in JSON (Web Authentication, "Serialization").

const decode = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-passkey-part]")) part.hidden = false;
  for (const button of document.querySelectorAll("[data-passkey]")) {
    button.addEventListener("click", () => run(button));
  }
}

/** Go through one ceremony; whatever goes wrong, the page says so and nothing has changed. */
async function run(button) {
  const kind = button.dataset.passkey;
  const failed = button.closest("[data-passkey-part]").querySelector("[data-passkey-failed]");
  failed.hidden = true;
  button.disabled = true;
  try {
    const options = await post(`/passkeys/${kind}/options`);
    if (options === null) return;
    const name = encodeURIComponent(document.querySelector("#passkey-name")?.value ?? "");
    const answer = kind === "new" ? await create(options) : await get(options);
    const entered = await post(kind === "new" ? `/passkeys/new?name=${name}` : `/passkeys/${kind}`, answer);
    if (entered !== null) location.assign(button.dataset.next);
  } catch (reason) {
    console.info(reason.name, reason.message);
    failed.hidden = false;
  } finally {
    button.disabled = false;
  }
}

/** Send JSON; null when the server first wants to know once more who this is. */
async function post(address, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const said = await answer.json();
  if (said.code === "confirmation-needed") {
    location.assign("/account/bevestigen");
    return null;
  }
  if (!answer.ok) throw new Error(said.code);
  return said;
}

async function create(options) {
  options.challenge = decode(options.challenge);
  options.user.id = decode(options.user.id);
  for (const known of options.excludeCredentials ?? []) known.id = decode(known.id);
  const made = await navigator.credentials.create({ publicKey: options });
  return written(made, {
    attestationObject: encode(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

async function get(options) {
  options.challenge = decode(options.challenge);
  for (const known of options.allowCredentials ?? []) known.id = decode(known.id);
  const shown = await navigator.credentials.get({ publicKey: options });
  const handle = shown.response.userHandle;
  return written(shown, {
    authenticatorData: encode(shown.response.authenticatorData),
    signature: encode(shown.response.signature),
    userHandle: handle && encode(handle),
  });
}

function written(credential, response) {
  return {
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    response: { clientDataJSON: encode(credential.response.clientDataJSON), ...response },
    clientExtensionResults: {},
  };
}
