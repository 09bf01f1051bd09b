// What this phone keeps: a session's roster and state, scans that are not uploaded yet, and a few values of its own.
(function (door) {
  "use strict";
  // A helper's phone may be somebody's who works here: neither finds the other's list.
  const NAME = door.set.helper ? "linju-help" : "linju-door", STORES = { roster: null, state: null, queue: { keyPath: "nonce" }, kv: null };
  const PATIENCE = 3000, HUNG = new Error("the storage does not answer");   // ms
  let opened = null;

  function open() {
    opened = opened || new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        Object.keys(STORES).forEach((name) => request.result.createObjectStore(name, STORES[name] || undefined));
      };
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        request.result.onclose = () => { opened = null; };
        request.result.onversionchange = () => { request.result.close(); opened = null; };
        resolve(request.result);
      };
    });
    return opened;
  }

  // One transaction; done once all of it is on the disk. iOS may have dropped the connection while the phone slept: once more, then.
  function run(names, mode, work) {
    const attempt = () => soon(open()).then((base) => soon(new Promise((resolve, reject) => {
      const tx = base.transaction(names, mode, { durability: "strict" });
      const request = work(tx);
      tx.oncomplete = () => resolve(request && request.result);
      tx.onabort = tx.onerror = () => reject(tx.error);
    })));
    return attempt().catch((error) => { opened = null; if (error === HUNG) { throw error; } return attempt(); });
  }

  // Some phones' storage never answers; nobody at the counter waits for it.
  function soon(promise) {
    let timer = 0;
    const late = new Promise((resolve, reject) => { timer = setTimeout(() => reject(HUNG), PATIENCE); });
    return Promise.race([promise, late]).then((value) => { clearTimeout(timer); return value; }, (error) => { clearTimeout(timer); throw error; });
  }

  door.store = {
    get: (name, key) => run([name], "readonly", (tx) => tx.objectStore(name).get(key)),
    all: (name) => run([name], "readonly", (tx) => tx.objectStore(name).getAll()),
    keys: (name) => run([name], "readonly", (tx) => tx.objectStore(name).getAllKeys()),
    // Several changes, all or none: ["put", store, value, key], ["delete", store, key], ["clear", store].
    change: (edits) => run([...new Set(edits.map((edit) => edit[1]))], "readwrite", (tx) => {
      edits.forEach(([verb, name, ...values]) => { tx.objectStore(name)[verb](...values.filter((each) => each !== undefined)); });
    }),
  };

  // What a host typed about somebody goes from scans of these sessions, or of all, that still wait; the scans stay. Children handed over
  // by such a scan count as here until somebody says once more to whom: the safe side.
  door.nameless = (sessions) => door.store.all("queue").then((queue) => {
    const told = queue.filter((scan) => (scan.told || scan.walk_in || scan.collector) && (!sessions || sessions.indexOf(scan.session) >= 0));
    return told.length ? door.store.change(told.map((scan) => ["put", "queue", Object.assign(scan, { told: "", walk_in: null, collector: null })])) : null;
  });
})(window.door);
