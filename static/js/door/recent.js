// The last acts of this phone, and taking one back: three taps at most, each with a reason.
(function (door) {
  "use strict";
  if (!door.page) { return; }
  const book = door.book, sheet = door.$("why");
  let asked = null;

  door.draw_recent = function () {
    const lines = book.recent;
    door.$("recent").hidden = !lines.length;
    door.fill(door.$("recent-list"), lines, (row, line) => {
      door.text(row, "when", door.bare(line.at));
      door.text(row, "what", door.say("did_" + line.act, { name: line.name, n: line.n }) + (line.say ? door.say("colon") + line.say : ""));
      row.classList.toggle("is-undone", line.isUndone);
      const button = row.querySelector("button");
      button.hidden = line.isUndone;
      button.dataset.nonce = line.nonce;
    });
  };

  door.is_asking = () => !sheet.hidden;

  door.ask_why = function (line) {
    if (!line || door.is_covered()) { return; }
    asked = line;
    door.$("why-whom").textContent = door.say("undo_whom", { name: line.name });
    door.$("why-text").value = "";
    sheet.hidden = false;
    sheet.querySelector("button").focus();
  };

  function answered(why) {
    const line = asked;
    sheet.hidden = true;
    asked = null;
    if (line && why !== null) { door.take_back(line, why); }
  }

  sheet.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) { return; }
    if (button.dataset.why !== undefined) { answered(button.dataset.why); }
    if (button.id === "why-not") { answered(null); }
  });
  sheet.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = door.$("why-text").value.trim();
    if (typed) { answered(typed); }
  });
  sheet.addEventListener("keydown", (event) => { if (event.key === "Escape") { answered(null); } });

  door.$("recent-list").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) { door.ask_why(book.recent.find((line) => line.nonce === button.dataset.nonce)); }
  });
})(window.door);
