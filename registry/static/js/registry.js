// What a page does more comfortably with a script. Every page is whole without it.
"use strict";

// What went wrong, or why not, is read first.
function focusAlert(root) {
  const alert = root.querySelector("[data-focus]");
  if (alert) alert.focus();
}

// A menu closes when somebody turns to something else; one within another only with that.
function closeMenus(except) {
  document.querySelectorAll("details.drop[open]").forEach((menu) => {
    const outermost = menu.parentElement.closest("details.drop") || menu;
    if (!outermost.contains(except)) menu.open = false;
  });
}

document.addEventListener("DOMContentLoaded", () => focusAlert(document));
document.addEventListener("htmx:after:swap", () => focusAlert(document));
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("focusin", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.drop[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A form pressed twice is sent once; coming back to the page by the Back button frees it again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  // A download leaves the page where it is: the button must work again.
  setTimeout(() => delete form.dataset.sent, 4000);
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// Printing needs a script, so its buttons show only where there is one.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
});

// To copy needs a script too; without one, or where it may not, what is to be copied is marked as a whole.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-copy]").forEach((button) => {
    const field = document.getElementById(button.dataset.copy);
    const told = button.parentElement.querySelector("[data-copied]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
        told.textContent = "Copied.";
      } catch {
        told.textContent = "It is marked: copy it with the keyboard, or by a long press.";
      }
    });
  });
});

// Another treatment takes its own time, unless another length was typed: that one stays.
document.addEventListener("input", (event) => {
  const usual = event.target.name === "minutes" && event.target.form && event.target.form.elements.usual;
  if (usual) usual.value = "";
});
document.addEventListener("change", (event) => {
  const chosen = event.target.selectedOptions && event.target.selectedOptions[0];
  const form = event.target.form;
  if (!chosen || !chosen.dataset.minutes || !form.elements.usual) return;
  const usual = event.target.querySelector(`option[value="${CSS.escape(form.elements.usual.value)}"]`);
  const typed = form.elements.minutes.value.trim();
  if (typed && !(usual && usual.dataset.minutes === typed)) return;
  form.elements.minutes.value = chosen.dataset.minutes;
  form.elements.usual.value = chosen.value;
});
