// The screen at the venue: fetches its next code, counts down to it, hides a code that is no good any more, and stays awake.
(function () {
  "use strict";
  var PACE = 3000, PATIENCE = 4000, GOOD = 30000, STEP = 250;   // ms: between two looks; for one answer; a code is good after its time; of the clock
  var venue = document.querySelector("[data-venue]"), told = document.querySelector(".venue-lost"), full = document.querySelector("[data-full]");
  var changes = 0, next = 0, isAsking = false, lock = null;

  function picture() { return document.getElementById("picture"); }

  function look() {
    clearTimeout(next);
    if (document.hidden || isAsking) { return; }
    isAsking = true;
    var stop = new AbortController(), timer = setTimeout(function () { stop.abort(); }, PATIENCE);
    var headers = { accept: "text/html, application/json" };
    if (Date.now() < changes) { headers["if-none-match"] = "\"" + picture().dataset.tag + "\""; }   // after its time, whatever this clock did, all of it
    fetch(venue.dataset.venue, { headers: headers, signal: stop.signal, credentials: "same-origin", cache: "no-store" })
      .then(function (answer) { return answer.status === 200 ? answer.text().then(show) : answer.status; })
      .catch(function () { return 0; })
      .then(function (status) { clearTimeout(timer); isAsking = false; heard(status); });
  }

  // A proxy's own page with status 200 is no picture.
  function show(text) {
    var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("picture");
    if (!fresh) { return 0; }
    picture().parentNode.replaceChild(document.importNode(fresh, true), picture());
    begin();
    return 200;
  }

  function heard(status) {
    var isHere = status === 200 || status === 304;
    if (status === 404) { hide(told.dataset.gone); } else if (isHere) { say(""); }
    next = setTimeout(look, isHere ? Math.min(PACE, Math.max(changes - Date.now(), STEP)) : PACE);
  }

  function begin() {
    changes = Date.now() + Number(picture().dataset.left);
    tick();
  }

  function tick() {
    var line = document.querySelector("[data-next]"), left = Math.max(0, changes - Date.now());
    if (!line) { return; }
    line.hidden = false;
    line.querySelector("progress").value = left / 1000;
    line.lastElementChild.textContent = line.lastElementChild.dataset.seconds.replace("{n}", Math.ceil(left / 1000));
    if (Date.now() > changes + GOOD) { hide(told.dataset.lost); }
  }

  // Nobody should scan what would be refused.
  function hide(words) {
    document.body.classList.add("venue-old");
    say(words);
  }

  function say(words) {
    if (!words) { document.body.classList.remove("venue-old"); }
    if (told.textContent !== words) { told.textContent = words; }
    told.hidden = !words;
  }

  // Where the browser can; it lets go by itself when the page is hidden.
  function stayAwake() {
    if (document.hidden || lock || !navigator.wakeLock) { return; }
    navigator.wakeLock.request("screen").then(function (given) {
      lock = given;
      lock.addEventListener("release", function () { lock = null; });
    }, function () { /* low battery, or not allowed */ });
  }

  if (document.documentElement.requestFullscreen) {
    full.hidden = false;
    full.addEventListener("click", function () {
      if (document.fullscreenElement) { document.exitFullscreen(); } else { document.documentElement.requestFullscreen().catch(function () {}); }
      stayAwake();
    });
  }
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { tick(); stayAwake(); look(); } });
  begin();
  setInterval(tick, STEP);
  stayAwake();
  next = setTimeout(look, Math.min(PACE, changes - Date.now()));
})();
