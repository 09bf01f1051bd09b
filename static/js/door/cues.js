// What a host notices without looking: three tones, three pulses; and a screen that stays on.
(function (door) {
  "use strict";
  const TONES = { in: [[880, 0, 0.09], [1320, 0.1, 0.14]], again: [[660, 0, 0.12], [660, 0.18, 0.12]], wrong: [[220, 0, 0.45]] };   // Hz, s from, s long
  const PULSES = { in: [60], again: [80, 80, 80], wrong: [400] };
  let sound = null, lock = null, isAwake = false, isTouched = false;

  // Browsers let a page sound and shake only after a touch.
  function wake() {
    isTouched = true;
    const Sound = window.AudioContext || window.webkitAudioContext;
    if (!Sound) { return; }
    sound = sound || new Sound();
    if (sound.state === "suspended") { sound.resume().catch(() => {}); }
  }
  ["pointerdown", "keydown", "touchend"].forEach((touch) => document.addEventListener(touch, wake, { passive: true }));

  door.cue = function (tone) {
    const kind = tone === "ready" ? "in" : tone;
    door.cued = kind;
    if (navigator.vibrate && isTouched) { navigator.vibrate(PULSES[kind]); }
    if (sound && sound.state === "running" && !door.likes("mute")) { TONES[kind].forEach((note) => play(kind, ...note)); }
  };

  function play(kind, pitch, from, long) {
    const voice = sound.createOscillator(), volume = sound.createGain(), start = sound.currentTime + from;
    voice.type = kind === "wrong" ? "square" : "sine";
    voice.frequency.value = pitch;
    volume.gain.setValueAtTime(kind === "wrong" ? 0.25 : 0.5, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + long);
    voice.connect(volume);
    volume.connect(sound.destination);
    voice.start(start);
    voice.stop(start + long);
  }

  // The screen stays on while the camera reads. The browser takes the lock away whenever the page is hidden.
  door.stay_awake = function (yes) {
    isAwake = yes;
    if (!navigator.wakeLock) { return; }
    if (!yes) { if (lock) { lock.release().catch(() => {}); lock = null; } return; }
    if (lock || document.hidden) { return; }
    navigator.wakeLock.request("screen").then((given) => {
      lock = given;
      lock.addEventListener("release", () => { lock = null; });
      if (!isAwake) { lock.release().catch(() => {}); }
    }).catch(() => {});
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden && isAwake) { door.stay_awake(true); } });
})(window.door);
