// A chef's day on a phone: kept for when there is no connection, gone when its time is over or it may not be seen any more.
(function () {
  "use strict";
  var PAGES = "linju-door-pages", LOOK = 30000;   // ms
  var NOT_FOR_THEM = [401, 403, 404, 410];   // any other refusal, a proxy's that is busy, says nothing of who may see it
  var main = document.getElementById("main"), until = Number(main.dataset.until), print = main.querySelector("[data-print]");
  var here = location.pathname + location.search, wasOver = Date.now() >= until;

  if (print) {
    print.hidden = false;
    print.addEventListener("click", function () { window.print(); });
  }

  function wipe() {
    if (window.caches) { caches.open(PAGES).then(function (pages) { return pages.delete(here); }).catch(function () {}); }
    while (main.firstChild) { main.removeChild(main.firstChild); }
    document.getElementById("over").hidden = false;
  }

  // By the phone's own clock, also while the page is open and without a connection; by the server's word when there is one.
  function look() {
    if (Date.now() >= until) { wipe(); } else { keep().catch(function () {}); }
  }

  function keep() {
    return fetch(here, { credentials: "same-origin" }).then(function (answer) {
      if (answer.redirected || NOT_FOR_THEM.indexOf(answer.status) >= 0) { return wipe(); }
      var isOurs = answer.status === 200 && answer.headers.get("linju-kept-until") && main.firstChild;
      return isOurs && window.caches ? caches.open(PAGES).then(function (pages) { return pages.put(here, answer); }) : null;
    });
  }

  // A day that was over when it was opened is somebody looking back, with a connection.
  if (wasOver) {
    if (!navigator.onLine) { wipe(); }
    return;
  }
  setInterval(look, LOOK);
  if (navigator.serviceWorker && window.caches) {   // this page came before its worker did: it is kept by hand
    try { localStorage.setItem("linju-door", "1"); } catch (forbidden) { /* then nothing is kept either */ }
    navigator.serviceWorker.register(main.dataset.worker, { scope: "/door" }).then(function () { return navigator.serviceWorker.ready; })
      .then(keep).catch(function () {});
  }
})();
