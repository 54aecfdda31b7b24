// A copy of a sheet says loudly when it is old: on another day than its own, and some hours after it was made.
// The day is that of the clinic's own clock. Without a script its words say which day it is of.
"use strict";

(() => {
  const sheet = document.querySelector("[data-sheet-day]");
  const told = sheet && sheet.querySelector(".sheet-old");
  if (!told) return;
  const { sheetDay, sheetZone, sheetMade, sheetWords } = sheet.dataset;

  function dayThere(moment) {
    const parts = new Intl.DateTimeFormat("en-GB", { timeZone: sheetZone, year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(moment);
    const part = (name) => parts.find(({ type }) => type === name).value;
    return `${part("year")}-${part("month")}-${part("day")}`;
  }

  function words(moment) {
    const today = dayThere(moment);
    if (today > sheetDay) return `OLD COPY. This sheet is of ${sheetWords}, and that day is over. Do not go by it: get a new one.`;
    if (today < sheetDay) return `This sheet is of a day to come, ${sheetWords}. Get a new one on that day.`;
    const hours = Math.floor((moment - new Date(sheetMade)) / 3600000);
    return hours >= 1 ? `This copy is ${hours} ${hours === 1 ? "hour" : "hours"} old. Look at the registry, or get a new one.` : "";
  }

  function look() {
    const said = words(new Date());
    if (told.textContent !== said) told.textContent = said;
    told.hidden = !said;
  }

  look();
  setInterval(look, 30000);
})();
