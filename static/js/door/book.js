// The roster in hand and who is where: the server's word and, on top, this phone's own scans that it has not heard of yet.
(function (door) {
  "use strict";
  const OUT = [0, 0, ""], INSIDE = 1, LEFT = 2;
  const KEPT = 5;   // scans of this phone that can be undone from the list
  const LATE = 12 * 3600e3;   // ms after which a list without an end of its own is old

  const mine = (session) => "recent-" + (session || door.set.session);   // this phone's last acts

  const own = {};   // this page's scans that the server has not named, by nonce

  const book = door.book = {
    roster: null, inside: {}, cursor: 0, heads: {}, recent: [], queue: [], device: "", isKept: true,
    onchange: () => {},
  };

  // Everything this phone has of the session, before any question to the server.
  book.load = function () {
    return Promise.all([door.store.get("kv", "me"), door.store.get("kv", "ahead"), device()]).then(([me, ahead]) => {
      door.ahead = ahead || 0;
      return me === door.set.me ? null : book.wipe().then(() => door.store.change([["put", "kv", door.set.me, "me"]]));
    }).then(expire).then(() => Promise.all([
      door.store.get("roster", door.set.session), door.store.get("state", door.set.session), door.store.get("state", mine()), book.refresh(),
    ])).then(([roster, state, recent]) => {
      book.roster = roster || null;
      if (roster) { Object.assign(book, { inside: roster.inside, cursor: roster.at, heads: roster.heads }); }
      Object.assign(book, state || {}, { recent: recent || [] });
    }).catch(() => { book.isKept = false; }).then(() => { book.device = book.device || door.fresh(); });
  };

  function device() {
    return door.store.get("kv", "device").then((known) => {
      book.device = known || door.fresh();
      return known ? null : door.store.change([["put", "kv", book.device, "device"]]);
    });
  }

  // Lists of sessions that are over for half a day go; what waits to be uploaded stays.
  function expire() {
    return Promise.all([door.store.keys("roster"), door.store.all("roster"), door.store.keys("state")]).then(([keys, rosters, states]) => {
      const old = keys.filter((key, n) => (rosters[n].wipe_at || rosters[n].at + LATE) < door.now());
      const kept = keys.concat(door.set.session).filter((key) => old.indexOf(key) < 0);
      const names = states.filter((key) => !kept.some((session) => key === session || key === mine(session)));
      const edits = old.map((key) => ["delete", "roster", key]).concat(names.map((key) => ["delete", "state", key]));
      return edits.length ? door.store.change(edits).then(() => door.nameless(old)) : null;
    });
  }

  // Whatever names a family goes from this phone; scans that are not uploaded stay.
  book.wipe = function () {
    Object.assign(book, { roster: null, inside: {}, cursor: 0, heads: {}, recent: [] });
    return door.store.change([["clear", "roster"], ["clear", "state"]]).catch(() => {});
  };

  book.expire = function () {
    if (book.roster && (book.roster.wipe_at || Infinity) < door.now()) { return book.wipe().then(() => door.nameless([door.set.session])); }
    return Promise.resolve();
  };

  // Another tab of this phone may have scanned or uploaded meanwhile. This page's own stay in hand until the server has named them:
  // one may be stored only after the look began, or could not be stored at all.
  book.refresh = function () {
    return door.store.all("queue").then((kept) => {
      const known = new Set(kept.map((scan) => scan.nonce));
      book.queue = kept.concat(Object.values(own).filter((scan) => !known.has(scan.nonce))).sort((a, b) => a.order - b.order);
    });
  };

  book.waiting = () => book.queue.length;

  // The server's roster in place of the one before.
  book.take = function (roster) {
    book.roster = roster;
    book.inside = roster.inside;
    book.cursor = roster.at;
    book.heads = roster.heads;
    return door.store.change([["put", "roster", roster, door.set.session], kept()]).catch(() => { book.isKept = false; });
  };

  // What changed, by the server: of everybody named, where they are now.
  book.hear = function (said, isChanges) {
    Object.assign(book.inside, said.inside);
    book.heads = said.heads || book.heads;
    if (isChanges) { book.cursor = said.at; }
  };

  function kept() {
    const state = { inside: book.inside, cursor: book.cursor, heads: book.heads };
    return ["put", "state", state, door.set.session];
  }
  book.keep = () => (book.roster ? door.store.change([kept()]) : Promise.resolve()).catch(() => { book.isKept = false; });

  // An act at the door: on the disk first. Gives false where the phone could not store it; it is uploaded all the same while this page is open.
  book.add = function (scan, entry) {
    scan.order = Math.max(Date.now(), ...book.queue.map((each) => each.order + 1));
    if (entry) { book.recent = [entry, ...book.recent].slice(0, KEPT); }
    return door.store.change([["put", "queue", scan], ["put", "state", book.recent, mine()]]).then(() => true, () => false)
      .then((isStored) => {
        book.isKept = book.isKept && isStored;
        own[scan.nonce] = scan;
        book.queue = book.queue.filter((each) => each.nonce !== scan.nonce).concat([scan]);
        return isStored;
      });
  };

  // The server has these; only then do they go, together with what it said.
  book.settle = function (nonces) {
    nonces.forEach((nonce) => { delete own[nonce]; });
    book.queue = book.queue.filter((scan) => nonces.indexOf(scan.nonce) < 0);
    return door.store.change([...nonces.map((nonce) => ["delete", "queue", nonce]), ...(book.roster ? [kept()] : [])]);
  };

  // Where somebody is: [0 outside, 1 inside, 2 left; since; by whom].
  book.standing = function (id) {
    let now = book.inside[id] || OUT;
    book.queue.forEach((scan) => {
      if (scan.session === door.set.session && (scan.people.indexOf(id) >= 0 || scan.before && scan.before[id])) { now = after(now, scan, id); }
    });
    return now;
  };

  function after(now, scan, id) {
    const moment = scan.at + door.ahead;
    if (scan.act === "enter") { return now[0] === INSIDE ? now : [INSIDE, moment, door.set.name]; }
    if (scan.act === "leave") { return now[0] === INSIDE ? [LEFT, moment, door.set.name] : now; }
    return scan.before && scan.before[id] || now;
  }

  // People inside, never scans.
  book.heads_inside = function () {
    const touched = new Set();
    book.queue.forEach((scan) => {
      if (scan.session === door.set.session) { scan.people.concat(Object.keys(scan.before || {}).map(Number)).forEach((id) => touched.add(String(id))); }
    });
    const settled = Object.keys(book.inside).filter((id) => book.inside[id][0] === INSIDE && !touched.has(id)).length;
    return settled + [...touched].filter((id) => book.standing(Number(id))[0] === INSIDE).length;
  };

  // The table's word on one person, on several together, and whether these may be inside together. The page has no rule of its own.
  const said = (family, n, where) => book.roster.order[(family.says[n] || family.says[0])[where]];
  const earlier = (one, other) => book.roster.order.indexOf(one) <= book.roster.order.indexOf(other) ? one : other;

  book.of_person = (family, person) => said(family, family.people.indexOf(person), book.standing(person.id)[0]);

  book.of_people = function (family, people) {
    if (!family.people.length) { return on_the_day(said(family, 0, 0)); }
    const all = (people.length ? people : family.people).map((person) => book.of_person(family, person));
    const first = on_the_day(all.reduce(earlier));
    return book.roster.open.indexOf(first) >= 0 && !keeps_company(family, people) ? "guardian" : first;
  };

  // The table holds from the session's day on; before it, tickets are of another day.
  const on_the_day = (verdict) => (door.now() < (book.roster.from || 0) ? earlier(verdict, "other_day") : verdict);

  function keeps_company(family, coming) {
    const table = book.roster.company;
    if (!table) { return true; }
    const together = family.people.filter((person) => coming.indexOf(person) >= 0 || book.standing(person.id)[0] === INSIDE);
    const adults = together.filter((person) => person.kind === "adult").length;
    return together.length - adults <= table[Math.min(adults, table.length - 1)];
  }
})(window.door);
