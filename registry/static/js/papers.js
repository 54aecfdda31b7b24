// Pages of a paper go at once, part by part, while somebody puts them in order; a lost connection costs a part at the most.
// Without this script the same form sends the files itself.
"use strict";

(() => {
  const form = document.querySelector("form[data-begin]");
  if (!form || !window.tus || !tus.isSupported) return;
  const PART = 256 * 1024;
  const WAITS = [0, 1000, 3000, 5000, 10000]; // milliseconds before it is tried again
  const BETWEEN = 10000; // once those are used up
  const list = form.querySelector("[data-list]");
  const told = form.querySelector("[data-told]");
  const button = form.querySelector(".form-actions button");
  const token = form.elements.csrf_token.value;
  const words = button.textContent;
  const pages = []; // in the order in which they are sent: { file, upload, item, state, url }

  function say(sentence) {
    if (told.textContent !== sentence) told.textContent = sentence;
  }

  // A file that began to come before the page was loaded again.
  function begun(file) {
    const known = [...form.querySelectorAll("[data-begun]")].find(({ dataset }) => dataset.name === file.name && dataset.size === String(file.size) && dataset.modified === String(file.lastModified));
    if (!known) return null;
    known.remove();
    return known.dataset.begun;
  }

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function control(text, about, act) {
    const made = element("button", text, "btn btn-link");
    made.type = "button";
    made.append(element("span", `: ${about}`, "visually-hidden"));
    made.addEventListener("click", act);
    return made;
  }

  async function draw(canvas, file) {
    try {
      const picture = await createImageBitmap(file);
      const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height);
      const [width, height] = [picture.width * scale, picture.height * scale];
      canvas.getContext("2d").drawImage(picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
      picture.close();
    } catch {
      canvas.classList.add("is-empty"); // a PDF, or a sort of photo that this browser cannot show
    }
  }

  function show(page) {
    const { file } = page;
    page.item = element("li");
    const canvas = element("canvas");
    canvas.width = canvas.height = 144;
    canvas.setAttribute("aria-hidden", "true");
    const name = element("div", "", "bring-name");
    page.bar = element("progress");
    page.bar.max = 100;
    page.bar.value = 0;
    page.bar.setAttribute("aria-label", `How much of ${file.name} has arrived`);
    page.words = element("small", "On its way");
    name.append(element("bdi", file.name), page.bar, page.words);
    const ways = element("div", "", "cluster");
    ways.append(
      control("Earlier", file.name, () => move(page, -1)),
      control("Later", file.name, () => move(page, 1)),
      control("Remove", file.name, () => remove(page)),
    );
    page.item.append(canvas, name, ways);
    draw(canvas, file);
  }

  function arrange() {
    list.replaceChildren(...pages.map(({ item }) => item));
    list.hidden = !pages.length;
    pages.forEach(({ item }, at) => {
      const [earlier, later] = item.querySelectorAll("button");
      earlier.hidden = at === 0;
      later.hidden = at === pages.length - 1;
    });
    button.textContent = pages.length > 1 ? `${words} (${pages.length})` : words;
  }

  function move(page, by) {
    const at = pages.indexOf(page);
    pages.splice(at, 1);
    pages.splice(at + by, 0, page);
    arrange();
    say(`${page.file.name} is number ${at + by + 1} now.`);
  }

  function remove(page) {
    pages.splice(pages.indexOf(page), 1);
    page.state = "removed";
    clearTimeout(page.waits);
    page.upload.abort(true).catch(() => {});
    arrange();
    say(`${page.file.name} was removed.`);
  }

  function note(page, sentence, wrong = false) {
    page.words.textContent = sentence;
    page.words.classList.toggle("is-wrong", wrong);
  }

  // What the server said, out of the page that it says it on.
  function sentenceOf(text) {
    const page = new DOMParser().parseFromString(text || "", "text/html");
    const said = page.querySelector(".field-error span, .error-summary li, [role=alert]") || page.querySelector("main p");
    return said ? said.textContent.trim() : "";
  }

  function failed(page, error) {
    const answer = error.originalResponse;
    const status = answer ? answer.getStatus() : 0;
    if (status >= 400 && status < 500) {
      page.state = "refused";
      const gone = status === 404 || status === 405 || status === 410;
      note(page, gone ? "It is no longer on its way, or you were signed out. Remove it, and choose it again." : sentenceOf(answer.getBody()) || "It was refused. Remove it, and choose another.", true);
      say(`${page.file.name}: ${page.words.textContent}`);
      return;
    }
    page.state = "waits";
    note(page, "The connection is lost. It goes on by itself when it is back; what has arrived is kept.");
    say(page.words.textContent);
    page.waits = setTimeout(() => goOn(page), BETWEEN);
  }

  function goOn(page) {
    if (page.state !== "waits") return;
    clearTimeout(page.waits);
    page.state = "coming";
    note(page, "On its way");
    page.upload.start();
  }

  function take(file) {
    if (file.size > Number(form.dataset.most)) {
      say(`${file.name} is larger than ${Number(form.dataset.most) / 1048576} MiB. Scan it at a lower resolution, or take a photo of it.`);
      return;
    }
    const page = { file, state: "coming" };
    page.upload = new tus.Upload(file, {
      endpoint: form.dataset.begin,
      uploadUrl: begun(file),
      chunkSize: PART,
      retryDelays: WAITS,
      storeFingerprintForResuming: false,
      headers: { "X-CSRFToken": token },
      metadata: { filename: file.name, modified: String(file.lastModified) },
      onShouldRetry: (error) => {
        const status = error.originalResponse ? error.originalResponse.getStatus() : 0;
        return navigator.onLine && (status < 400 || status >= 500 || status === 409);
      },
      onProgress: (sent, all) => {
        page.bar.value = Math.floor((sent * 100) / all);
      },
      onSuccess: () => {
        page.state = "here";
        page.bar.value = 100;
        note(page, "Arrived");
        say(`${file.name} arrived.`);
      },
      onError: (error) => failed(page, error),
    });
    show(page);
    pages.push(page);
    arrange();
    page.upload.start();
  }

  window.addEventListener("online", () => pages.forEach(goOn));

  // One page at a time, each behind those before it; the address of the answer takes the next one.
  async function send(page, where, more) {
    const sent = new FormData();
    sent.append("csrf_token", token);
    sent.append("uploads", page.upload.url.split("/").pop());
    if (more) sent.append("more", "yes");
    const answer = await fetch(where, { method: "POST", body: sent });
    if (!answer.ok) throw new Error(sentenceOf(await answer.text()) || "It could not be read.");
    return answer.url;
  }

  async function sendAll() {
    let where = form.getAttribute("action") || location.href;
    while (pages.length) {
      const page = pages[0];
      note(page, "Being read");
      try {
        where = await send(page, where, pages.length > 1);
      } catch (error) {
        // What went before is kept: the rest goes behind it.
        form.action = where;
        page.state = "refused";
        const lost = error instanceof TypeError;
        note(page, lost ? "The connection is lost. Look under “My credentials” whether it arrived, and send it again." : error.message, true);
        say(`${page.file.name}: ${page.words.textContent}`);
        return;
      }
      pages.shift();
      page.item.remove();
    }
    location.assign(where);
  }

  form.addEventListener("submit", (event) => {
    if (!pages.length) return; // nothing chosen: the server says so
    event.preventDefault();
    event.stopImmediatePropagation();
    const wrong = pages.find(({ state }) => state === "refused");
    const coming = pages.find(({ state }) => state !== "here");
    if (wrong || coming) {
      say(wrong ? `Remove ${wrong.file.name} first.` : `${coming.file.name} is still on its way. Send it when it has arrived.`);
      return;
    }
    button.disabled = true;
    say("The pages are being read. This takes a few seconds.");
    sendAll().finally(() => {
      button.disabled = false;
      arrange();
    });
  });

  form.querySelectorAll("input[type=file]").forEach((field) => {
    field.addEventListener("change", () => {
      [...field.files].forEach(take);
      field.value = ""; // the same file may be chosen again, and no file goes twice
    });
  });
  form.classList.add("is-quick");
  window.addEventListener("pageshow", () => {
    button.disabled = false;
  });
})();
