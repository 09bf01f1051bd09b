// What a host does at the door. Each act is on the phone's disk before the page says it is done, and on its way to the server after.
(function (door) {
  "use strict";
  if (!door.page) { return; }
  const book = door.book;
  let turn = 0, last = 0, is_acting = false;

  // A code was read, however: the family's answer comes up. Later codes win over earlier ones.
  door.handle = function (text, how) {
    const mine = ++turn, secret = door.secret_in(text);
    if (!secret) { answer({ digest: "", family: null, how: how, is_foreign: true }); return Promise.resolve(); }
    return door.digest_of(secret).then((digest) => {
      if (mine !== turn) { return null; }
      if (digest === null) { location.assign("/T/" + secret); return null; }   // plain http: the server answers
      const family = book.roster && book.roster.families[digest];
      return answer({ digest: digest, family: family || null, how: how });
    });
  };

  // Nobody's code at all: let in by the host's word, when the roster is no help.
  door.handle_nobody = function () {
    turn += 1;
    door.show({ digest: "", family: null, how: "hand", panel: "note", isPlain: true });
  };

  // The family of a number or of a search.
  door.handle_family = function (digest, how) {
    turn += 1;
    return answer({ digest: digest, family: book.roster.families[digest], how: how });
  };

  function answer(shown) {
    door.still();
    if (door.is_over()) { return Promise.resolve(); }
    looked(shown);
    const isOpen = book.roster !== null && shown.family && book.roster.open.indexOf(door.verdict(Object.assign({ ticked: everybody(shown.family) }, shown))) >= 0;
    if (isOpen && door.likes("auto")) {
      shown.ticked = everybody(shown.family);
      return enter(shown, true).then(() => door.cue("in"));
    }
    door.show(shown);
    door.cue(door.$("answer").dataset.tone);
    if (!shown.family && shown.digest) { unknown(shown); }
    return Promise.resolve();
  }

  // Whom a helper saw is on record, also when that was without a connection.
  function looked(shown) {
    if (!door.set.helper || !shown.family) { return; }
    const verdict = door.verdict(Object.assign({}, shown, { ticked: everybody(shown.family) }));
    keep({ act: "look", ticket: shown.family.t, how: shown.how, shown: verdict });
  }

  const everybody = (family) => family.people.map((person) => person.id);

  // The server may know a code that signed up a minute ago; and what was shown is kept, whoever it was.
  function unknown(shown) {
    keep({ act: "miss", code: shown.digest, how: shown.how, shown: "unknown" });
    if (door.sync.link === "on") { door.sync.roster(); }
  }

  // A newer roster may know whom an older one did not.
  door.look_again = function () {
    const shown = door.shown, family = shown && book.roster && book.roster.families[shown.digest];
    if (!family || shown.done || shown.panel) { return; }
    if (shown.family) { shown.family = family; return; }
    door.show(Object.assign(shown, { family: family }));
    door.cue(door.$("answer").dataset.tone);
  };

  function keep(parts, entry) {
    const now = Math.max(Date.now(), last === Date.now() ? last + 1 : 0);
    last = now;
    const blank = { act: "", ticket: null, code: "", people: [], at: now, shown: "", how: "hand", undoes: "", why: "", heads: 0, told: "", walk_in: null, collector: null, checked: null };
    const scan = Object.assign(blank, { nonce: door.fresh(), session: door.set.session }, parts);
    const line = entry && Object.assign({ nonce: scan.nonce, act: scan.act, at: now + door.ahead, ticket: scan.ticket, shown: scan.shown, isUndone: false }, entry);
    return book.add(scan, line).then((isKept) => {
      door.sync.push();
      door.sync.onlink();
      door.draw_recent();
      return { scan: scan, line: line, isKept: isKept };
    });
  }

  // Where these are before an act, for its undoing.
  function standings(people) {
    const before = {};
    people.forEach((person) => { before[person.id] = book.standing(person.id); });
    return before;
  }

  function enter(shown, isAuto) {
    const family = shown.family, verdict = door.verdict(shown), coming = door.ticked(shown);
    const n = coming.length || family.heads || 0;
    const parts = { act: "enter", ticket: family.t, people: coming.map((person) => person.id), shown: verdict, how: shown.how };
    if (!coming.length) { parts.heads = n; }
    return keep(parts, { name: family.name, n: n, before: standings(coming) }).then((kept) => done(shown, "enter", verdict, n, kept, isAuto));
  }

  function done(shown, act, verdict, n, kept, isAuto) {
    Object.assign(shown, { done: { act: act, verdict: act === "enter" ? "in" : verdict, n: n, isKept: kept.isKept, nonce: kept.scan.nonce }, leaving: false, panel: "" });
    if (door.shown === shown || isAuto) { door.show(shown); }
    if (isAuto) { setTimeout(() => { if (door.shown === shown && !shown.said && !door.is_asking()) { door.close(); } }, 2500); }
  }

  function leave(shown) {
    const going = shown.family.people.filter((person) => shown.out.indexOf(person.id) >= 0);
    const parts = { act: "leave", ticket: shown.family.t, people: going.map((person) => person.id), shown: door.verdict(shown), how: shown.how };
    return keep(parts, { name: shown.family.name, n: going.length, before: standings(going) }).then((kept) => done(shown, "leave", "back", going.length, kept));
  }

  // Let in without a ticket, to be looked at later.
  function note(shown) {
    const n = Number(door.$("note-heads").value) || 1, told = door.$("note-told").value.trim();
    const parts = { act: "miss", code: shown.digest, heads: n, told: told, shown: "unknown", how: shown.how };
    return keep(parts, { name: told || door.say("nameless"), n: n, before: {} }).then((kept) => done(shown, "miss", "unknown", n, kept));
  }

  // Takes back one act of this phone, with why.
  door.take_back = function (line, why) {
    if (line.isUndone) { return Promise.resolve(); }
    line.isUndone = true;
    const parts = { act: "undo", ticket: line.ticket, undoes: line.nonce, why: why, shown: line.shown, before: line.before };
    return keep(parts).then(() => {
      if (door.shown && door.shown.done && door.shown.done.nonce === line.nonce) { door.close(); }
      door.draw_recent();
      door.tell(door.say("undone", { name: line.name }));
    });
  };

  // The server's word on an act of this phone, where it is another than the page's.
  door.hear = function (nonce, result) {
    const shown = door.shown, line = book.recent.find((each) => each.nonce === nonce);
    if (line && result.flag && result.say) { line.say = result.say; door.draw_recent(); }
    if (!shown || !shown.done || shown.done.nonce !== nonce || !result.say) { return; }
    shown.said = { tone: "again", word: door.say("look"), why: result.say, verdict: result.verdict };
    door.draw();
    door.cue("again");
  };

  const acts = {
    next: () => door.close(),
    enter: (shown) => enter(shown),
    overrule: (shown) => enter(shown),
    leave: (shown) => {
      const kept = door.kept(shown.family).map((person) => person.id);   // children are handed over
      const here = shown.family.people.filter((person) => book.standing(person.id)[0] === 1 && kept.indexOf(person.id) < 0);
      Object.assign(shown, { leaving: true, out: here.length === 1 ? [here[0].id] : [] });
      door.draw();
    },
    leave_now: leave,
    note: (shown) => { shown.panel = "note"; door.$("note-heads").value = "1"; door.$("note-told").value = ""; door.draw(); },
    note_now: note,
    undo: (shown) => door.ask_why(book.recent.find((line) => line.nonce === shown.done.nonce)),
  };

  Object.assign(door, { acts: acts, keep: keep, standings: standings, done: done });   // for hands.js

  // Behind the cover nothing is pressed; and two quick taps are one.
  door.act = function (name) {
    if (door.is_covered() || !door.shown || is_acting) { return; }
    is_acting = true;
    Promise.resolve(acts[name](door.shown)).then(() => { is_acting = false; }, () => { is_acting = false; });
  };

  door.tick = function (id, yes) {
    const list = door.shown.leaving ? "out" : "ticked";
    door.shown[list] = door.shown[list].filter((each) => each !== id).concat(yes ? [id] : []);
    door.draw();
  };
})(window.door);
