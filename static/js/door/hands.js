// Children handed back at a door where they are left. With a connection the server's page asks for the code; without one, somebody
// who knows who stands there says so, and to whom.
(function (door) {
  "use strict";
  if (!door.page || !door.$("hand-who")) { return; }   // a helper hands nobody over
  const book = door.book, PROBE = 2500;   // ms until nobody answers
  const who = door.$("hand-who"), said = door.$("hand-said"), barred = door.$("hand-barred");

  const isIn = (person) => book.standing(person.id)[0] === 1;

  // All of the session's, when it is over: nobody fetched them.
  function left() {
    const roster = book.roster;
    if (!roster || !roster.drop_off || door.now() < roster.session.ends) { return 0; }
    return Object.values(roster.families).reduce((n, family) => n + door.kept(family).length, 0);
  }

  // The server's banner tells of it too, while it can be asked.
  door.draw_left = function () {
    const n = document.querySelector("[data-session='" + door.set.session + "']") ? 0 : left(), banner = door.$("door-left");
    banner.hidden = !n;
    if (n) { door.text(banner, "left", door.count("kids_left", n)); }
    if (n !== Number(banner.dataset.alarmed || 0)) {
      banner.dataset.alarmed = n;
      if (n) { banner.dataset.alarm = door.set.session + "-" + n; } else { delete banner.dataset.alarm; }
      document.dispatchEvent(new Event("linju:alarm"));
    }
  };

  function ask(shown) {
    if (door.sync.link !== "on") { open(shown); return Promise.resolve(); }
    return door.ask(door.set.base + door.set.session + "/changes.json?since=" + book.cursor, PROBE).then((answer) => {
      if (answer.status === 200) { location.assign(door.set.base + door.set.session + "/hand-over/" + shown.family.t); } else { open(shown); }
    });
  }

  function open(shown) {
    const names = shown.family.barred || [];
    Object.assign(shown, { panel: "hand", out: shown.family.people.filter(isIn).map((person) => person.id), leaving: true });
    who.value = "";
    door.$("hand-family").textContent = shown.family.name;
    document.querySelectorAll("[name=hand-how]").forEach((each) => { each.checked = false; });
    barred.hidden = !names.length;
    door.text(barred, "names", names.join(door.say("and")));
    refuse("");
    door.draw();
    document.querySelector("[data-panel=hand]").scrollIntoView({ block: "center" });
  }

  function refuse(words) {
    said.textContent = words;
    said.hidden = !words;
    if (words) { said.scrollIntoView({ block: "center" }); }
  }

  const plain = (name) => name.normalize("NFKC").replace(/\s/g, "").toLowerCase();

  // The server's rule is wider, and flags what it would refuse.
  function is_barred(family, name) {
    return (family.barred || []).some((other) => plain(name).indexOf(plain(other)) >= 0);
  }

  function hand(shown) {
    const how = document.querySelector("[name=hand-how]:checked"), name = who.value.trim(), family = shown.family;
    const going = family.people.filter((person) => shown.out.indexOf(person.id) >= 0);
    if (!going.length) { return refuse(door.say("hand_whom")); }
    if (!name) { return refuse(door.say("hand_who")); }
    if (is_barred(family, name)) { refuse(door.say("hand_barred", { name: name })); door.cue("wrong"); return undefined; }
    if (!how) { return refuse(door.say("hand_how")); }
    const parts = { act: "leave", ticket: family.t, people: going.map((person) => person.id), shown: door.verdict(shown), how: shown.how, collector: name, checked: how.value };
    const children = going.filter((person) => person.kind === "child").length;
    return door.keep(parts, { act: "hand", name: family.name, n: children, before: door.standings(going) })
      .then((kept) => door.done(Object.assign(shown, { to: name }), "hand", "back", children, kept));
  }

  door.acts.hand = ask;
  door.acts.hand_now = hand;
  door.$("hand-family").addEventListener("click", () => { who.value = door.$("hand-family").textContent; refuse(""); });
  setInterval(door.draw_left, 5000);
})(window.door);
