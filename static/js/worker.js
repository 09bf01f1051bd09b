// Keeps the door's page and what it needs, so that it opens without a connection. VERSION and SHELL stand above, written by the server.
// Nothing with a family's name is ever kept here: only the pages that name none, and files.
(function () {
  "use strict";
  var FILES = "linju-door-files", PAGES = "linju-door-pages", PATIENCE = 2500;   // ms a page may take
  var OURS = /^\/door(\/[0-9]+|\/route|\/help\/[0-9]+|\/help\/route)?$/, HELP = /^\/door\/help\//, DATED = /^\/door\/(help\/)?route/, UNTIL = "linju-kept-until";   // ms since 1970

  self.addEventListener("install", function (event) {
    event.waitUntil(caches.open(FILES).then(function (files) {
      return Promise.all(SHELL.map(function (address) {
        return files.match(address).then(function (known) { return known || files.add(new Request(address, { cache: "reload" })); });
      }));
    }));
  });

  self.addEventListener("activate", function (event) {
    event.waitUntil(tidy().then(function () { return self.clients.claim(); }));
  });

  // What neither this version nor a page kept from the one before names goes.
  function tidy() {
    return Promise.all([caches.open(FILES), texts()]).then(function (found) {
      return found[0].keys().then(function (requests) {
        return Promise.all(requests.map(function (request) {
          var path = new URL(request.url).pathname;
          var isNeeded = SHELL.indexOf(path) >= 0 || found[1].some(function (text) { return text.indexOf(path) >= 0; });
          return isNeeded || found[0].delete(request);
        }));
      });
    });
  }

  function texts() {
    return caches.open(PAGES).then(function (pages) { return pages.matchAll(); }).then(function (answers) {
      return Promise.all(answers.map(function (answer) { return answer.text(); }));
    });
  }

  self.addEventListener("fetch", function (event) {
    var request = event.request, address = new URL(request.url);
    if (request.method !== "GET" || address.origin !== self.location.origin) { return; }
    if (address.pathname.indexOf("/static/") === 0) {
      event.respondWith(file(request));
    } else if (request.mode === "navigate" && OURS.test(address.pathname)) {
      event.respondWith(page(request, DATED.test(address.pathname) ? address.pathname + address.search : address.pathname));
    }
  });

  // A file's name is its content: what is here is right.
  function file(request) {
    return caches.open(FILES).then(function (files) {
      return files.match(request).then(function (known) {
        return known || fetch(request).then(function (answer) {
          if (answer.status === 200) { files.put(request, answer.clone()); }
          return answer;
        });
      });
    });
  }

  // The server's page if it comes soon, else the one kept. Sent to the sign-in, no page is kept any longer.
  function page(request, path) {
    return soon(request).then(function (answer) {
      if (answer.status >= 500) { return kept(path, answer); }
      if (answer.status === 200) { keep(path, answer.clone()); }
      if (answer.type === "opaqueredirect") { caches.delete(PAGES); }
      if (answer.status === 404 || answer.status === 410) { caches.open(PAGES).then(function (pages) { pages.delete(path); }); }
      return answer;
    }, function () { return kept(path, Response.error()); });
  }

  // Whole or not at all: a connection may die between the first line and the last.
  function soon(request) {
    var stop = new AbortController(), timer = setTimeout(function () { stop.abort(); }, PATIENCE);
    return fetch(request, { signal: stop.signal }).then(function (answer) {
      if (answer.status !== 200) { return answer; }
      return answer.text().then(function (text) { return new Response(text, { status: 200, headers: answer.headers }); });
    }).then(function (answer) { clearTimeout(timer); return answer; }, function (error) { clearTimeout(timer); throw error; });
  }

  // A chef's day, with its addresses and telephones, only as long as it says itself.
  function keep(path, answer) {
    return fresh().then(function (pages) { return isOver(answer) || (DATED.test(path) && !answer.headers.get(UNTIL)) ? pages.delete(path) : pages.put(path, answer); });
  }

  function isOver(answer) {
    var until = answer.headers.get(UNTIL);
    return until !== null && Date.now() >= Number(until);
  }

  // The pages kept, without those whose time is over.
  function fresh() {
    return caches.open(PAGES).then(function (pages) {
      return pages.keys().then(function (requests) {
        return Promise.all(requests.map(function (request) {
          return pages.match(request).then(function (answer) { return answer && isOver(answer) ? pages.delete(request) : null; });
        }));
      }).then(function () { return pages; });
    });
  }

  // Of a session never opened here, the list of sessions.
  function kept(path, otherwise) {
    return fresh().then(function (pages) {
      return pages.match(path).then(function (known) { return known || (HELP.test(path) ? undefined : pages.match("/door")); });
    }).then(function (known) { return known || otherwise; });
  }
})();
