// <div id="x" data-live="/address" data-pace="4000"> asks for itself again and again: 200 brings another one in its place, 204 says that nothing is new.
// `data-at-once`: it asks as soon as the page is there; `data-always`: in a tab nobody looks at too; `data-lost="y"`: what #y says while nobody answers.
(function () {
  "use strict";
  var PATIENCE = 6000, MISSES = 2;   // ms for one answer; in a row until it is said

  function watch(id) {
    var next = 0, isAsking = false, misses = 0;

    function look() {
      var part = document.getElementById(id);
      clearTimeout(next);
      if (!part || !part.dataset.live || isAsking) { return; }
      if (document.hidden && part.dataset.always === undefined) { wait(part); return; }
      isAsking = true;
      ask(part.dataset.live).then(function (status) {
        isAsking = false;
        misses = status === 200 || status === 204 ? 0 : misses + 1;
        var now = document.getElementById(id);
        if (now) { lost(now, status); wait(now); }
      });
    }

    function wait(part) { next = setTimeout(look, Number(part.dataset.pace)); }

    function ask(address) {
      var stop = new AbortController(), timer = setTimeout(function () { stop.abort(); }, PATIENCE);
      var headers = { accept: "text/html, application/json" };   // signed out, we are told so instead of being sent away
      return fetch(address, { headers: headers, signal: stop.signal, credentials: "same-origin", cache: "no-store" })
        .then(function (answer) { return answer.status === 200 ? answer.text().then(show) : answer.status; })
        .catch(function () { return 0; })
        .then(function (status) { clearTimeout(timer); return status; });
    }

    // A proxy's own page with status 200 is none of ours.
    function show(text) {
      var fresh = new DOMParser().parseFromString(text, "text/html").getElementById(id), old = document.getElementById(id);
      if (!fresh || !old) { return 0; }
      old.parentNode.replaceChild(document.importNode(fresh, true), old);
      document.dispatchEvent(new Event("linju:live"));
      return 200;
    }

    function lost(part, status) {
      var notice = part.dataset.lost && document.getElementById(part.dataset.lost);
      if (!notice) { return; }
      notice.hidden = misses < MISSES && status !== 401;
      if (!notice.hidden) { notice.textContent = status === 401 ? notice.dataset.signedOut : notice.dataset.words; }
    }

    document.addEventListener("visibilitychange", function () { if (!document.hidden) { look(); } });
    if (document.getElementById(id).dataset.atOnce === undefined) { wait(document.getElementById(id)); } else { look(); }
  }

  document.querySelectorAll("[data-live]").forEach(function (part) { watch(part.id); });
})();
