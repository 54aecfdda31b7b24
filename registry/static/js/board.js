// The board over the diary's list: drawn by EventCalendar, and both kept up to date while somebody looks.
// Times are the clinic's wall clock as text, "2027-03-01T14:00"; the browser's own zone is never asked.
"use strict";

(() => {
  const EVERY = 5000; // milliseconds between two looks
  const A_MINUTE = 60000; // who is late or under way changes with the clock
  const WIDE = window.matchMedia("(min-width: 600px)");
  const root = document.getElementById("board");
  if (!root) return;
  const said = root.querySelector(".live-board-said");
  const why = root.querySelector(".live-board-why");
  const drawn = root.querySelector(".live-board-drawn");
  const byRoom = root.dataset.by === "rooms";
  const labels = new Map(); // the heads of columns, by column and day
  let mark = "";
  let data = null;
  let calendar = null;
  let looking = false;
  let busy = false; // somebody drags, or waits for the answer
  let dropped = 0; // when, for a click comes after it
  let listIsOld = false;
  let listedAt = Date.now();
  let refused = [];

  const later = (wall, minutes) => {
    const at = new Date(`${wall}:00Z`);
    at.setUTCMinutes(at.getUTCMinutes() + minutes);
    return at.toISOString().slice(0, 16);
  };
  const dayAfter = (day) => later(`${day}T00:00`, 24 * 60);
  const minutesOf = (delta) => (delta.days || 0) * 24 * 60 + (delta.seconds || 0) / 60;

  // Looking whether anything changed.
  async function look() {
    if (looking || busy || document.hidden) return;
    looking = true;
    try {
      const headers = { "HX-Request": "true" };
      if (mark) headers["If-None-Match"] = mark;
      const answer = await fetch(root.dataset.board, { headers });
      if (answer.status === 401) return signedOut(answer.headers.get("HX-Redirect"));
      if (answer.status !== 200 && answer.status !== 304) throw new Error(answer.statusText);
      root.classList.remove("is-cut-off");
      if (answer.status === 200) take(await answer.json(), answer.headers.get("ETag"));
      const goesOn = "today" in root.dataset && Date.now() - listedAt >= A_MINUTE;
      if ((listIsOld || goesOn) && !typing()) await refreshList();
    } catch {
      if (!root.classList.contains("is-cut-off")) {
        root.classList.add("is-cut-off");
        say("This page cannot be brought up to date just now. It goes on trying.");
      }
    } finally {
      looking = false;
    }
  }

  function take(fresh, tag) {
    if (busy) return; // what is dragged stays; it is asked for again afterwards
    if (data || fresh.seen !== root.dataset.seen) listIsOld = true;
    [data, mark] = [fresh, tag];
    draw();
  }

  function signedOut(where) {
    clearInterval(timer);
    const link = Object.assign(document.createElement("a"), { href: where || "/sign-in", textContent: "Sign in again" });
    say("You were signed out, so this page is not brought up to date any more. ", link);
  }

  const typing = () => document.activeElement?.matches("#live :is(input, select, textarea, summary)");

  async function refreshList() {
    listIsOld = false;
    listedAt = Date.now();
    await window.htmx.ajax("GET", window.location.href, { target: "#live", select: "#live", swap: "outerMorph" });
  }

  function say(...words) {
    const line = document.createElement("p");
    line.append(...words);
    show(line);
  }

  // Over the lower edge of the window, so that nothing moves; it stays until it is closed, or something else is said.
  function show(...pieces) {
    const close = element("button", "btn btn-quiet live-board-close", "Close");
    close.type = "button";
    close.addEventListener("click", () => {
      said.replaceChildren();
      said.focus({ preventScroll: true });
    });
    said.replaceChildren(element("div", "live-board-told", ...pieces), close);
  }

  // Drawing.
  function draw() {
    if (!("drawn" in root.dataset) || !WIDE.matches || !data) return;
    drawn.hidden = false;
    const changing = {
      resources: data.columns.map(({ id, title, hours }) => ({ id, title, extendedProps: { hours } })),
      events: [...data.appointments.map(asEvent), ...shutHours(), ...offHours()],
      slotMinTime: data.opens,
      slotMaxTime: data.closes,
      timeZone: data.offset,
    };
    if (calendar) {
      // What did not change is left alone, or the board would scroll back to its first hour.
      Object.entries(changing).forEach(([name, value]) => told(name, value) && calendar.setOption(name, value));
    } else {
      Object.entries(changing).forEach(([name, value]) => told(name, value));
      calendar = window.EventCalendar.create(root.querySelector(".live-board-grid"), { ...options(), ...changing });
    }
    tellLeftOut();
  }

  const lastTold = new Map();
  function told(name, value) {
    const text = JSON.stringify(value);
    const isNew = lastTold.get(name) !== text;
    lastTold.set(name, text);
    return isNew || name === "events"; // a refused drop may have left an event elsewhere
  }

  function tellLeftOut() {
    const note = drawn.querySelector(".live-board-left-out") || drawn.appendChild(document.createElement("p"));
    note.className = "live-board-left-out muted";
    note.hidden = !data.left_out && !data.chosen;
    const many = data.left_out === 1 ? "1 more is not drawn" : `${data.left_out} more are not drawn`;
    const why = data.chosen ? "" : data.days.length > 1 ? ": a week shows those with most to do" : ": nothing is booked for them then";
    const ways = data.others.map(({ who, words }) => chooseLink(who, `Show ${words}`));
    if (data.chosen) ways.push(chooseLink("", "Show those with most to do"));
    note.replaceChildren(data.left_out ? `${many}${why}. ` : "", ...ways.flatMap((way) => [way, " "]));
  }

  function chooseLink(who, words) {
    const to = new URL(window.location.href);
    if (who) to.searchParams.set("who", who);
    else to.searchParams.delete("who");
    return Object.assign(document.createElement("a"), { href: to, textContent: words, dir: "auto" });
  }

  function options() {
    const days = data.days.length;
    return {
      view: days > 1 ? "resourceTimeGridWeek" : "resourceTimeGridDay",
      date: data.days[0].day,
      firstDay: 1,
      locale: "en-GB",
      headerToolbar: { start: "", center: "", end: "" },
      dayHeaderFormat: { weekday: "short", day: "numeric", month: "short" },
      slotLabelFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
      eventTimeFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
      allDaySlot: false,
      nowIndicator: true,
      datesAboveResources: days > 1,
      columnWidth: data.columns.length * days > 6 ? "minmax(150px, 1fr)" : undefined,
      slotDuration: "00:15:00",
      slotLabelInterval: "01:00:00",
      snapDuration: "00:05:00",
      slotHeight: 20,
      scrollTime: firstSeen(),
      slotEventOverlap: false,
      editable: false,
      longPressDelay: 400,
      eventContent: ({ event, timeText }) => ({ domNodes: event.display === "background" ? [] : contentOf(event, timeText) }),
      resourceLabelContent: ({ resource, date }) => ({ domNodes: [headOf(resource, date && dayOf(date))] }),
      dateClick: book,
      dragConstraint: (info) => tellWhy(info),
      eventDragStart: ({ event }) => begin(event.extendedProps),
      eventDragStop: end,
      eventDrop: (info) => moved(info),
      eventResizeStart: () => (busy = true),
      eventResize: (info) => resized(info),
    };
  }

  // A day is seen from its first hour, today from the hour that is now.
  function firstSeen() {
    const [day, clock] = data.now.split("T");
    const hour = `${clock.slice(0, 2)}:00`;
    return data.days.length === 1 && data.days[0].day === day && data.opens < hour && hour < data.closes ? hour : data.opens;
  }

  const dayOf = (date) => [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((n) => String(n).padStart(2, "0")).join("-");

  function asEvent(one) {
    return {
      id: one.id,
      resourceIds: [one.column],
      start: one.start,
      end: one.end,
      allDay: false,
      title: one.title,
      startEditable: one.moves, // the library lets everything be dragged that says nothing of it
      durationEditable: one.moves,
      classNames: [`is-${one.state}`, one.needles ? "is-needling" : "is-other"],
      extendedProps: one,
    };
  }

  // What lies before, between and after the hours in which the clinic is open.
  function shutHours() {
    return data.days.flatMap(({ day, open }) => {
      const edges = [[`${day}T00:00`], ...open.flatMap(([from, to]) => [[`${day}T${from}`], [to === "00:00" ? dayAfter(day) : `${day}T${to}`]]), [dayAfter(day)]].flat();
      const shut = [];
      for (let at = 0; at < edges.length; at += 2) if (edges[at] < edges[at + 1]) shut.push([edges[at], edges[at + 1]]);
      return shut.map(([start, end]) => background(`shut-${start}`, start, end, data.columns.map(({ id }) => id), "is-shut"));
    });
  }

  // What of that somebody is not there for, in their column.
  function offHours() {
    return data.columns.flatMap(({ id, hours }) => hours.flatMap(({ off }) => off.map(([from, to]) => background(`off-${id}-${from}`, from, to, [id], "is-off"))));
  }

  // The library fills heads again and again: the same one is given back, with what was added to it since.
  function headOf(resource, day) {
    const hours = resource.extendedProps.hours.find((each) => each.day === (day || data.days[0].day));
    const key = JSON.stringify([resource.id, day, resource.title, hours?.words]);
    if (labels.has(key)) return labels.get(key).label;
    // Where a word is too long for the column it ends in dots; none is broken in the middle.
    const words = resource.title.split(/( )|(?<=-)/).filter(Boolean).map((word) => (word === " " ? word : element("span", "column-word", word)));
    const name = element("span", "column-name", ...words);
    Object.assign(name, { title: resource.title, dir: "auto" });
    const label = element("div", "column-head", name);
    if (hours) label.append(element("span", "column-hours", hours.words));
    labels.set(key, { id: resource.id, day, label });
    return label;
  }

  function background(id, start, end, resourceIds, className) {
    return { id, start, end, resourceIds, allDay: false, display: "background", classNames: [className] };
  }

  const STATES = { held: ["pause", "On hold"], begun: ["hourglass", "Begun"], done: ["check", "Done"], no_show: ["absent", "Did not come"] };

  function contentOf(event, timeText) {
    const one = event.extendedProps;
    const moving = event.display === "preview";
    const state = STATES[one.state];
    const title = element("a", "drawn-title", icon(one.needles ? "needle" : "person"), ` ${one.title}`);
    Object.assign(title, { href: one.href, tabIndex: -1, draggable: false, dir: "auto" });
    const time = element("p", "drawn-time", ...timesOf(moving ? timeText : one.clock));
    if (state) time.prepend(element("span", "drawn-state", icon(state[0]), ` ${state[1]}`), " ");
    const lines = [title, time, element("p", "drawn-what", one.what), element("p", "drawn-where", byRoom ? one.practitioner : one.room)];
    if (one.note) lines.push(element("p", "drawn-note", one.note));
    const body = element("div", "drawn", ...lines);
    body.title = [one.clock, state?.[1], one.title, one.what, one.practitioner, one.room, one.note].filter(Boolean).join(" · ");
    return [body];
  }

  // Until when is left out as a whole where there is no room for it.
  function timesOf(clock) {
    const [from, until] = clock.split(/(?=[\u2013-])/);
    return [element("span", "", from), ...(until ? [element("span", "", until)] : [])];
  }

  function element(name, className, ...inside) {
    const made = document.createElement(name);
    made.className = className;
    made.append(...inside);
    return made;
  }

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    const use = svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "use"));
    use.setAttribute("href", `${root.dataset.icons}#${name}`);
    return svg;
  }

  // Booking at an empty place, and opening what is booked.
  function book({ dateStr, resource }) {
    if (!root.dataset.book || Date.now() - dropped < 400) return;
    const to = new URL(root.dataset.book, window.location.href);
    to.searchParams.set("day", dateStr.slice(0, 10));
    const quarter = Math.floor(Number(dateStr.slice(14, 16)) / 15) * 15;
    to.searchParams.set("time", `${dateStr.slice(11, 14)}${String(quarter).padStart(2, "0")}`);
    to.searchParams.set(byRoom ? "room_id" : "practitioner_id", resource.id);
    window.location.assign(to);
  }

  root.addEventListener("click", (event) => {
    const link = event.target.closest?.(".ec-event")?.querySelector("a");
    if (!link) return;
    const afterADrop = busy || Date.now() - dropped < 400;
    if (afterADrop) event.preventDefault();
    else if (!event.target.closest("a")) link.click();
  }, true);

  // Dragging: who may not take it is greyed as soon as it is known.
  async function begin(one) {
    busy = true;
    root.classList.add("is-dragging"); // what was said stays, and lets the pointer through
    refused = [];
    const asked = new URL(root.dataset.board, window.location.href).searchParams;
    const answer = await fetch(`${one.href}/${byRoom ? "rooms" : "takers"}?from=${asked.get("from")}&days=${asked.get("days")}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok || !busy) return;
    refused = (await answer.json()).map((each) => ({ days: [], ...each, column: String(each.practitioner ?? each.room) }));
    if (busy) refused.forEach(grey);
  }

  // Whole days of a column, or the hours for which somebody else has the room.
  const greyed = ({ column, days, from, to }) =>
    from ? (from < to ? [background(`no-${column}-${from}`, from, to, [column], "is-refused")] : [])
      : days.map((day) => background(`no-${column}-${day}`, `${day}T00:00`, dayAfter(day), [column], "is-refused"));

  function grey(each) {
    greyed(each).forEach((one) => calendar.addEvent(one));
    if (each.from) return;
    labels.forEach(({ id, day, label }) => {
      if (id !== each.column || (day && !each.days.includes(day)) || !label.isConnected) return;
      label.append(element("span", "refused-word", icon("barred"), ` ${each.word}`));
      label.title = each.sentence;
    });
  }

  function end() {
    dropped = Date.now();
    root.classList.remove("is-dragging");
    refused.flatMap(greyed).forEach(({ id }) => calendar.removeEventById(id));
    root.querySelectorAll(".refused-word").forEach((word) => {
      word.parentElement.removeAttribute("title");
      word.remove();
    });
    why.textContent = "";
  }

  // Nothing is forbidden while dragging: the drop is judged by the rules, with every reason.
  function tellWhy({ event, delta }) {
    const one = event.extendedProps;
    const [start, until] = [one.start, one.end].map((wall) => later(wall, minutesOf(delta)));
    const column = event.resourceIds[0];
    const isThere = ({ days, from, to }) => (from ? from < until && start < to : days.includes(start.slice(0, 10)));
    const found = refused.find((each) => each.column === column && isThere(each));
    const sentence = found ? whyOf(found) : "";
    if (why.textContent !== sentence) why.textContent = sentence;
    return true;
  }

  function whyOf({ column, practitioner, word, sentence }) {
    if (practitioner === undefined || word === "Off") return sentence;
    const name = data.columns.find(({ id }) => String(id) === column)?.title;
    return `${name} ${word === "May not" ? "may not take it" : "is not there"}: ${sentence}`;
  }

  function moved({ event, delta, newResource, revert }) {
    const one = event.extendedProps;
    const minutes = minutesOf(delta);
    const start = later(one.start, minutes);
    const column = newResource ? newResource.id : String(one.column);
    if (!minutes && column === String(one.column)) return idle();
    send(one, { day: start.slice(0, 10), time: minutes ? start.slice(11) : one.time, minutes: one.minutes, column }, revert);
  }

  function resized({ event, endDelta, revert }) {
    dropped = Date.now();
    const one = event.extendedProps;
    const longer = minutesOf(endDelta);
    if (!longer) return idle();
    send(one, { day: one.start.slice(0, 10), time: one.time, minutes: one.minutes + longer, column: String(one.column) }, revert);
  }

  function idle() {
    busy = false;
  }

  async function send(one, { day, time, minutes, column }, revert) {
    const changed = column !== String(one.column) ? column : "";
    const body = new URLSearchParams({ csrf_token: root.dataset.token, seen_version: one.version, day, time, minutes });
    body.set(byRoom ? "room_id" : "practitioner_id", byRoom ? column : changed);
    await post(`${one.href}/drop`, body, revert);
  }

  // What became of it was said over the board, with a button that undoes it.
  said.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    await post(event.target.action, new URLSearchParams(new FormData(event.target)), () => {});
    if (!said.contains(document.activeElement)) said.focus();
  });

  async function post(to, body, revert) {
    try {
      const answer = await fetch(to, { method: "POST", headers: { "HX-Request": "true" }, body });
      if (!answer.ok) revert();
      if ([200, 409, 422].includes(answer.status)) tell(await answer.text());
      else if (answer.status === 401) signedOut(answer.headers.get("HX-Redirect"));
      else say("It could not be changed, so it stays as it was. Load this page again and try once more.");
    } catch {
      revert();
      say("There was no answer. Load this page again to see whether it was changed.");
    }
    idle();
    look();
  }

  function tell(page) {
    const piece = new DOMParser().parseFromString(page, "text/html").body;
    show(...piece.children);
    const alert = said.querySelector("[data-focus]");
    if (!alert) return;
    alert.removeAttribute("data-focus"); // or every change of the list would take the focus there again
    alert.focus({ preventScroll: true });
  }

  const timer = setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
  WIDE.addEventListener("change", draw);
  look();
})();
