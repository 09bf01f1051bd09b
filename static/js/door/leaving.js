// Signing out: first what waits is uploaded, then names leave the phone. What could not be uploaded stays, for the next sign-in.
(function (door) {
  "use strict";
  const IN_ALL = 8000;   // ms

  // Nobody's names are on this phone after it; resolves with how many scans still wait.
  door.leave = function (token) {
    return Promise.race([upload(token), new Promise((resolve) => setTimeout(resolve, IN_ALL))]).catch(() => {})
      .then(() => door.store.all("queue")).then((queue) => queue.length, () => 0);
  };

  function upload(token) {
    return Promise.all([door.store.all("queue"), door.store.get("kv", "device")]).then(([queue, device]) => {
      const sessions = [...new Set(queue.map((scan) => scan.session))];
      return Promise.all(sessions.map((session) => send(session, queue.filter((scan) => scan.session === session), device, token)));
    });
  }

  function send(session, scans, device, token) {
    if (!scans.length) { return Promise.resolve(); }
    const batch = scans.sort((a, b) => a.order - b.order).slice(0, 200), rest = scans.slice(200);
    return door.ask("/door/" + session + "/scans.json", IN_ALL, { device: device, sent_at: Date.now(), scans: batch }, token).then((answer) => {
      if (answer.status !== 200) { return undefined; }
      const known = batch.filter((scan) => answer.said.results[scan.nonce]);
      return door.store.change(known.map((scan) => ["delete", "queue", scan.nonce])).then(() => (known.length ? send(session, rest, device, token) : undefined));
    });
  }

  // Rosters, states and kept pages go; the queue, whose scans name people by number, stays.
  door.forget = function () {
    const pages = window.caches ? caches.delete("linju-door-pages") : Promise.resolve();
    const names = door.store.change([["clear", "roster"], ["clear", "state"], ["delete", "kv", "me"]]);
    return Promise.all([pages, names, door.nameless()]).catch(() => {});
  };
})(window.door);
