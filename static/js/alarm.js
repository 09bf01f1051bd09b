// Children whom nobody has fetched: a new banner sounds and shakes once on each device, at the latest when somebody touches it.
(function () {
  "use strict";
  var KEPT = "linju-alarms", MOST = 20;
  var sound = null, isDue = false, isTouched = false;

  function told() {
    try { return JSON.parse(localStorage.getItem(KEPT)) || []; } catch (forbidden) { return []; }
  }

  // Which of the banners no page of this device has told of; from now on they are told of.
  function fresh() {
    var known = told(), here = Array.prototype.map.call(document.querySelectorAll("[data-alarm]"), function (each) { return each.dataset.alarm; });
    var news = here.filter(function (key) { return known.indexOf(key) < 0; });
    if (news.length) {
      try { localStorage.setItem(KEPT, JSON.stringify(known.concat(news).slice(-MOST))); } catch (forbidden) { /* it sounds on each page then */ }
    }
    return news;
  }

  function look() {
    if (fresh().length) { isDue = true; ring(); }
  }

  // Browsers let a page sound and shake only after a touch.
  function touched() {
    var Sound = window.AudioContext || window.webkitAudioContext;
    isTouched = true;
    if (!sound && Sound) { sound = new Sound(); }
    if (sound && sound.state === "suspended") { sound.resume().then(ring, ring); } else { ring(); }
  }

  function ring() {
    if (!isDue || !isTouched) { return; }
    isDue = false;
    if (navigator.vibrate) { navigator.vibrate([300, 120, 300, 120, 300]); }
    if (sound && sound.state === "running") { [0, 0.35, 0.7].forEach(function (from) { play(660, from); play(880, from + 0.15); }); }
  }

  function play(pitch, from) {
    var voice = sound.createOscillator(), volume = sound.createGain(), start = sound.currentTime + from;
    voice.type = "square";
    voice.frequency.value = pitch;
    volume.gain.setValueAtTime(0.25, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.14);
    voice.connect(volume);
    volume.connect(sound.destination);
    voice.start(start);
    voice.stop(start + 0.15);
  }

  ["pointerdown", "keydown", "touchend"].forEach(function (touch) { document.addEventListener(touch, touched, { passive: true }); });
  document.addEventListener("linju:live", look);
  document.addEventListener("linju:alarm", look);   // the scanner's own
  look();
})();
