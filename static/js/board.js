// The screen in the shop: asks for its picture again and again, says when nobody answers, stays awake, and hides what only the host needs.
(function () {
  "use strict";
  var PACE = 1200, SLOW = 10000, PATIENCE = 4000, STILL = 3000;   // ms: between two looks; signed out; for one answer; without a move
  var board = document.querySelector("[data-board]"), told = document.querySelector("[data-lost]"), full = document.querySelector("[data-full]");
  var tag = document.getElementById("picture").dataset.tag, seen = Date.now(), misses = 0, still = 0, next = 0, isAsking = false, lock = null;

  function look() {
    clearTimeout(next);
    if (document.hidden || isAsking) { return; }
    isAsking = true;
    var stop = new AbortController(), timer = setTimeout(function () { stop.abort(); }, PATIENCE);
    var headers = { accept: "text/html, application/json", "if-none-match": "\"" + tag + "\"" };
    fetch(board.dataset.board, { headers: headers, signal: stop.signal, credentials: "same-origin", cache: "no-store" })
      .then(function (answer) { return answer.status === 200 ? answer.text().then(show) : answer.status; })
      .catch(function () { return 0; })
      .then(function (status) { clearTimeout(timer); isAsking = false; heard(status); });
  }

  // A proxy's own page with status 200 is no picture.
  function show(text) {
    var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("picture");
    if (!fresh) { return 0; }
    var old = document.getElementById("picture");
    old.parentNode.replaceChild(document.importNode(fresh, true), old);
    tag = fresh.dataset.tag;
    return 200;
  }

  function heard(status) {
    var isHere = status === 200 || status === 304, isOut = status === 401 || status === 403 || status === 404;
    misses = isHere ? 0 : misses + 1;
    if (isHere) { seen = Date.now(); }
    if (isHere || isOut || misses > 1) { say(isHere ? "" : isOut ? told.dataset.signedOut : told.dataset.lost.replace("{time}", clock(seen))); }
    next = setTimeout(look, isOut ? SLOW : PACE);
  }

  function say(words) {
    if (told.textContent !== words) { told.textContent = words; }
    told.hidden = !words;
  }

  function clock(moment) {
    var at = new Date(moment), minutes = at.getMinutes();
    return at.getHours() + ":" + (minutes < 10 ? "0" : "") + minutes;
  }

  // Where the browser can; it lets go by itself when the page is hidden.
  function stayAwake() {
    if (document.hidden || lock || !navigator.wakeLock) { return; }
    navigator.wakeLock.request("screen").then(function (given) {
      lock = given;
      lock.addEventListener("release", function () { lock = null; });
    }, function () { /* low battery, or not allowed */ });
  }

  function moved() {
    document.body.classList.remove("board-still");
    clearTimeout(still);
    still = setTimeout(function () { document.body.classList.add("board-still"); }, STILL);
  }

  function fill() {
    if (document.fullscreenElement) { document.exitFullscreen(); } else { document.documentElement.requestFullscreen().catch(function () {}); }
    stayAwake();
  }

  if (document.documentElement.requestFullscreen) {
    full.hidden = false;
    full.addEventListener("click", fill);
  }
  ["mousemove", "mousedown", "touchstart", "keydown", "focusin"].forEach(function (name) { document.addEventListener(name, moved, { passive: true }); });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { stayAwake(); look(); } });
  document.body.classList.add("board-live");
  stayAwake();
  moved();
  next = setTimeout(look, PACE);
})();
