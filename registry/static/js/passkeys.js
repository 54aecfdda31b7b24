// Passkeys: asks the browser for one, and sends what it says as an ordinary form.
"use strict";

const SAID = {
  NotAllowedError: "No passkey was used. Try again, or go another way.",
  AbortError: "No passkey was used. Try again, or go another way.",
  InvalidStateError: "This device has a passkey for your account already.",
};
const FAILED = "That did not work. Load this page again, or go another way.";

function sentence(words, link) {
  const line = document.createElement("p");
  line.className = "field-error";
  line.append(words);
  if (link) {
    const way = document.createElement("a");
    way.href = way.textContent = link;
    line.append(way);
  }
  return line;
}

async function optionsFor(place, form) {
  const answer = await fetch(place.dataset.options, { method: "POST", body: new FormData(form) });
  const json = (answer.headers.get("Content-Type") || "").startsWith("application/json");
  const told = json ? await answer.json() : { message: FAILED };
  if (!answer.ok || !json) throw { sentence: told.message || FAILED };
  return told;
}

async function ask(place, form) {
  const optionsJSON = await optionsFor(place, form);
  const { startRegistration, startAuthentication } = SimpleWebAuthnBrowser;
  return place.dataset.passkeys === "add"
    ? startRegistration({ optionsJSON })
    : startAuthentication({ optionsJSON });
}

function attach(place) {
  const form = place.querySelector("form");
  const box = form.querySelector('input[name$="answer"]');
  const says = place.querySelector("[data-passkey-says]");
  let busy = false;
  form.addEventListener("submit", async (event) => {
    if (box.value) return;
    event.preventDefault();
    event.stopPropagation();
    if (busy) return;
    busy = true;
    says.replaceChildren();
    try {
      box.value = JSON.stringify(await ask(place, form));
      form.querySelectorAll('input[type="password"]').forEach((field) => (field.value = ""));
      form.requestSubmit();
    } catch (error) {
      says.replaceChildren(sentence(error.sentence || SAID[error.name] || FAILED));
    }
    busy = false;
  });
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-without-script]").forEach((line) => (line.hidden = true));
  document.querySelectorAll("[data-passkeys]").forEach((place) => {
    place.hidden = false;
    if (location.origin !== place.dataset.origin) {
      place.replaceChildren(sentence("Passkeys work at ", place.dataset.origin));
    } else if (!SimpleWebAuthnBrowser.browserSupportsWebAuthn()) {
      place.replaceChildren(sentence("This browser cannot use passkeys."));
    } else {
      attach(place);
    }
  });
});

// Coming back to the page by the Back button begins anew.
window.addEventListener("pageshow", () => {
  document.querySelectorAll('[data-passkeys] input[name$="answer"]').forEach((box) => {
    box.value = "";
  });
});
