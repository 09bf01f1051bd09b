// Between this phone and the server: the roster and what changes come down, scans go up and are forgotten only when the server names them.
(function (door) {
  "use strict";
  const book = door.book;
  const PACE = 1500, PUSH = 5000, SLOWEST = 15000;   // ms between two looks at the server; between two tries to upload; when it fails
  const BATCH = 200;
  const SOON = 6000, LONG = 20000;   // ms a question may take; a roster
  const stuck = new Set();   // scans the server cannot read, until the page is opened again
  let timer = 0, pace = PACE, looking = null, isPushing = false, isAsked = false, size = BATCH;
  let settled = 0;   // answers to uploads; what was asked for before the last one is older than it

  // link: "new" nothing heard yet, "on", "off", "signed_out", "gone" (not ours to see)
  const sync = door.sync = { link: "new", onlink: () => {}, onchange: () => {}, onresult: () => {} };
  const base = (session) => door.set.base + session;

  sync.start = function () {
    addEventListener("online", () => { sync.soon(); sync.push(); });
    addEventListener("offline", () => found("off"));
    document.addEventListener("visibilitychange", () => { if (!document.hidden) { sync.soon(); sync.push(); } });
    setInterval(() => { if (book.waiting()) { sync.push(); } }, PUSH);
    sync.push();
    sync.soon();
  };

  sync.soon = function () {
    clearTimeout(timer);
    pace = PACE;
    look();
  };

  function found(link) {
    if (sync.link !== link) { sync.link = link; sync.onlink(); }
  }

  // Down.

  function look() {
    clearTimeout(timer);
    if (document.hidden || door.is_over()) { return; }   // asked again when somebody looks
    if (looking) { timer = setTimeout(look, 300); return; }
    looking = book.roster ? changes() : roster();
    looking.then((isFine) => {
      looking = null;
      pace = isFine ? PACE : Math.min(pace * 2, SLOWEST);
      timer = setTimeout(look, pace);
    });
  }

  function changes() {
    const address = base(door.set.session) + "/changes.json?since=" + book.cursor + "&rev=" + encodeURIComponent(book.roster.rev);
    const before_it = settled;
    return door.ask(address, SOON).then((answer) => {
      if (answer.status !== 200) { return failed(answer.status); }
      clock(answer.said.at);
      found("on");
      if (!book.roster || before_it !== settled) { return true; }   // wiped meanwhile; or older than what an upload told
      if (answer.said.rev !== book.roster.rev) { return roster(); }
      const before = JSON.stringify(answer.said.inside) + JSON.stringify(book.heads);
      book.hear(answer.said, true);
      if (before !== heard) { book.keep(); }
      heard = JSON.stringify(answer.said.inside) + JSON.stringify(book.heads);
      sync.onchange();
      return true;
    });
  }
  let heard = "";

  function roster() {
    const before_it = settled;
    return door.ask(base(door.set.session) + "/roster.json", LONG).then((answer) => {
      if (answer.status !== 200) { return failed(answer.status); }
      if (before_it !== settled) { return roster(); }
      clock(answer.said.at);
      return book.take(answer.said).then(() => {
        found("on");
        sync.onchange();
        if (book.waiting()) { sync.push(); }
        return true;
      });
    });
  }
  sync.roster = roster;

  function clock(at) {
    const ahead = at - Date.now();
    if (Math.abs(ahead - door.ahead) > 2000) { door.store.change([["put", "kv", ahead, "ahead"]]).catch(() => {}); }
    door.ahead = ahead;
  }

  // Without a sign-in, or of a session that is not theirs: no names stay here, what waits does.
  function failed(status) {
    const link = { 401: "signed_out", 403: "signed_out", 404: "gone" }[status] || "off";
    found(link);
    if (link !== "off") { return book.wipe().then(() => { sync.onchange(); return false; }); }
    return false;
  }

  // Up.

  sync.push = function () {
    if (isPushing) { isAsked = true; return Promise.resolve(); }
    isPushing = true;
    return book.refresh().catch(() => {}).then(sessions).catch(() => {}).then(() => {
      isPushing = false;
      sync.onlink();
      if (isAsked) { isAsked = false; if (sync.link === "on" && book.waiting()) { sync.push(); } }
    });
  };

  // This door's scans first; a phone may still hold those of another.
  function sessions() {
    const all = [...new Set(book.queue.map((scan) => scan.session))];
    all.sort((a, b) => (b === door.set.session) - (a === door.set.session));
    return all.reduce((before, session) => before.then(() => batches(session)), Promise.resolve());
  }

  function batches(session, isRetry) {
    const batch = book.queue.filter((scan) => scan.session === session && !stuck.has(scan.nonce)).slice(0, size);
    if (!batch.length) { return Promise.resolve(); }
    const token = book.roster && book.roster.token || door.set.token;
    return door.ask(base(session) + "/scans.json", SOON, { device: book.device, sent_at: Date.now(), scans: batch.map(bare) }, token)
      .then((answer) => {
        if (answer.status === 200) { return taken(session, batch, answer.said); }
        if (answer.status === 403 && !isRetry) { return renewed().then((isNew) => (isNew ? batches(session, true) : undefined)); }
        if ([400, 413, 422].indexOf(answer.status) >= 0) { return smaller(session, batch); }
        if (session !== door.set.session && answer.status === 404) { return undefined; }
        return failed(answer.status);
      });
  }

  // Without what is only this phone's.
  function bare(scan) {
    const { order, session, before, ...sent } = scan;
    return sent;
  }

  function taken(session, batch, said) {
    const nonces = batch.map((scan) => scan.nonce).filter((nonce) => said.results && said.results[nonce]);
    clock(said.at);
    found("on");
    size = BATCH;
    settled += 1;
    if (session === door.set.session && book.roster) { book.hear(said, false); }
    return book.settle(nonces).catch(() => {}).then(() => {
      nonces.forEach((nonce) => sync.onresult(nonce, said.results[nonce]));
      sync.onchange();
      return nonces.length ? batches(session) : undefined;
    });
  }

  // The browser was closed since, and its form's token with it.
  function renewed() {
    return roster();
  }

  // One that the server cannot read must not hold up the others; alone, it is set aside and stays counted.
  function smaller(session, batch) {
    if (batch.length === 1) { stuck.add(batch[0].nonce); } else { size = Math.ceil(batch.length / 2); }
    return batches(session);
  }
})(window.door);
