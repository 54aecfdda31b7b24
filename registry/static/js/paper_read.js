// What was read of a paper while its form lay open goes into fields that nobody has touched. Without a script: "Look again".
"use strict";

const touched = new Set();
["input", "change"].forEach((kind) =>
  document.addEventListener(kind, (event) => event.target.name && touched.add(event.target.name))
);

document.addEventListener("htmx:after:swap", () => {
  const news = document.querySelector("[data-fill]");
  if (!news) return;
  news.querySelectorAll("[data-field]").forEach(({ dataset: { field, value } }) => {
    if (touched.has(field)) return;
    document.getElementsByName(field).forEach((input) => {
      if (input.type === "checkbox") input.checked = input.checked || input.value === value || value === "yes";
      else if (input.tagName === "SELECT" || !input.value) input.value = value;
    });
  });
  news.remove();
});
