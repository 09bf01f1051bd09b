// A helper's page: it ends with its link, and looks for families on the server alone.
(function (door) {
  "use strict";
  if (!door.page) { return; }
  const SOON = 6000;   // ms a question may take
  let isShut = false;

  // Nothing is read or shown any more.
  door.put_away = function () {
    if (door.shown) { door.close(); }
    door.camera.stop();
    document.querySelectorAll("main > section, main > .scan-likes, #door-check").forEach((each) => { each.hidden = true; });
  };

  // The hours are over; the page itself is not kept either.
  door.shut = function () {
    if (isShut) { return; }
    isShut = true;
    door.put_away();
    door.$("door-over").hidden = false;
    if (window.caches) { caches.open("linju-door-pages").then((pages) => pages.delete(location.pathname)).catch(() => {}); }
  };

  if (!door.set.helper) { return; }
  const form = door.$("search"), field = form.querySelector("input[name=find]"), list = door.$("search-list"), none = door.$("search-none");
  let turn = 0;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (/\/T\//i.test(field.value)) { door.handle(field.value, "scanner"); clear(); return; }   // a scanner typed it in here
    look();
  });

  // A few families, as the server may show them; what is not on this phone's list yet is fetched.
  function look() {
    const mine = ++turn, typed = field.value;
    draw([], "");
    if (!typed.trim()) { return; }
    if (door.sync.link !== "on") { draw([], door.say("needs_line")); return; }
    const token = door.book.roster && door.book.roster.token || door.set.token;
    door.ask(door.set.base + door.set.session + "/search.json", SOON, { find: typed }, token).then((answer) => {
      if (mine !== turn) { return; }
      if (answer.status !== 200) { draw([], door.say("needs_line")); door.sync.soon(); return; }
      draw(answer.said.found, answer.said.say || (answer.said.found.length ? "" : door.say("none_found")));
      if (answer.said.found.some((each) => each.digest && !known(each.digest))) { door.sync.roster(); }
    });
  }

  const known = (digest) => door.book.roster && door.book.roster.families[digest];

  function draw(found, words) {
    none.hidden = !words;
    none.textContent = words;
    door.fill(list, found, (row, family) => {
      row.dataset.digest = family.digest;
      ["name", "party", "word"].forEach((name) => door.text(row, name, family[name]));
    });
  }

  function clear() {
    turn += 1;
    field.value = "";
    field.blur();
    draw([], "");
  }

  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-digest]");
    if (!row || door.is_covered() || !known(row.dataset.digest)) { return; }
    const how = /^\d{6}$/.test(field.value.replace(/[ -]/g, "")) ? "number" : "search";
    const digest = row.dataset.digest;
    clear();
    door.handle_family(digest, how);
  });
})(window.door);
