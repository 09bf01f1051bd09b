// A phone put into a pocket checks nobody in: after a while without a code or a touch, or in the dark, the camera stops behind a cover
// that opens only when pressed for a moment.
(function (door) {
  "use strict";
  if (!door.page) { return; }
  const IDLE = 60000, DARK = 4000, PRESS = 800;   // ms
  const cover = door.$("cover"), button = cover.querySelector("button");
  let touched = Date.now(), pressed = 0;

  door.still = () => { touched = Date.now(); };
  door.is_covered = () => !cover.hidden;

  ["pointerdown", "keydown"].forEach((touch) => document.addEventListener(touch, door.still, true));

  setInterval(() => {
    const camera = door.camera, now = Date.now();
    if (camera.state !== "on" || door.is_covered()) { return; }
    if (now - touched > IDLE || camera.dark_since && now - camera.dark_since > DARK) { shut(); }
  }, 500);

  function shut() {
    door.camera.stop();
    door.stay_awake(false);
    cover.hidden = false;
    document.body.classList.add("is-covered");
    button.focus();
  }

  door.uncover = function () {
    if (!door.is_covered()) { return; }
    cover.hidden = true;
    document.body.classList.remove("is-covered");
    door.still();
    door.camera.start();
  };

  function press(event) {
    if (event.type === "keydown" && (event.repeat || event.key !== "Enter" && event.key !== " ")) { return; }
    event.preventDefault();
    clearTimeout(pressed);
    cover.classList.add("is-pressed");
    pressed = setTimeout(() => { release(); door.uncover(); }, PRESS);
  }

  function release() {
    clearTimeout(pressed);
    cover.classList.remove("is-pressed");
  }

  ["pointerdown", "keydown"].forEach((start) => button.addEventListener(start, press));
  ["pointerup", "pointerleave", "pointercancel", "keyup", "blur"].forEach((end) => button.addEventListener(end, release));
  button.addEventListener("contextmenu", (event) => event.preventDefault());
})(window.door);
