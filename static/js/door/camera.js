// The camera: started by a tap, stopped when nobody looks, started again by itself; and the loop that reads codes, which nothing it reads ends.
(function (door) {
  "use strict";
  const PAUSE = 90;          // ms between two frames
  const GONE = 2500;         // ms out of sight after which a code counts as shown again
  const STILL = 5000;        // ms without a new frame after which the stream is dead
  const DARK = 12;           // mean brightness of 255; below it the lens is covered
  let stream = null, wanted = false, turn = 0, moved = 0, clock = -1;
  const seen = {};

  // state: "off", "starting", "on", or why it is not: "denied", "none", "busy", "insecure"
  const camera = door.camera = { state: "off", dark_since: 0, onstate: () => {}, oncode: () => {} };
  const canvas = document.createElement("canvas");

  function become(state) {
    camera.state = state;
    camera.onstate();
  }

  camera.start = function () {
    wanted = true;
    if (stream || camera.state === "starting" || document.hidden) { return; }
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) { become("insecure"); return; }
    become("starting");
    const mine = ++turn;
    const video = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } };
    navigator.mediaDevices.getUserMedia({ video: video, audio: false }).then((found) => {
      if (mine !== turn || !wanted) { end(found); return; }
      opened(found, mine);
    }, (error) => { if (mine === turn) { become(why(error)); } });
  };

  function why(error) {
    if (error.name === "NotAllowedError" || error.name === "SecurityError") { return "denied"; }
    return error.name === "NotFoundError" || error.name === "OverconstrainedError" ? "none" : "busy";
  }

  function opened(found, mine) {
    stream = found;
    const track = found.getVideoTracks()[0];
    track.addEventListener("ended", () => { if (mine === turn) { again(); } });
    camera.video.srcObject = found;
    Promise.resolve(camera.video.play()).catch(() => {});
    moved = Date.now();
    camera.dark_since = 0;
    become("on");
    door.decoder().then((read) => loop(read, mine), () => { if (mine === turn) { camera.stop(); become("broken"); } });
  }

  // Another app took the camera, or the phone slept: it comes back when it can.
  function again() {
    halt();
    become("off");
    if (wanted) { setTimeout(() => { if (wanted) { camera.start(); } }, 800); }
  }

  function end(found) { found.getTracks().forEach((track) => track.stop()); }

  function halt() {
    turn += 1;
    if (stream) { end(stream); }
    stream = null;
    camera.video.srcObject = null;
  }

  camera.stop = function () {
    wanted = false;
    halt();
    become("off");
  };

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { if (stream || camera.state === "starting") { halt(); become("off"); } } else if (wanted) { camera.start(); }
  });

  function loop(read, mine) {
    if (mine !== turn) { return; }
    camera.reader = read.name_of;
    frame(read).catch(() => null).then((text) => {
      if (mine !== turn) { return; }
      if (text) { sight(text); }
      if (Date.now() - moved > STILL) { again(); return; }
      setTimeout(() => loop(read, mine), PAUSE);
    });
  }

  // The middle square, scaled down: where the code is held, and what decoders are quick with.
  function frame(read) {
    const video = camera.video, side = Math.min(video.videoWidth, video.videoHeight);
    if (video.currentTime !== clock) { clock = video.currentTime; moved = Date.now(); }
    if (!side || video.readyState < 2) { return Promise.resolve(null); }
    const image = pixels(video, (video.videoWidth - side) / 2, (video.videoHeight - side) / 2, side, side, Math.min(side, read.side));
    watch_dark(image.data);
    return read(image);
  }

  function pixels(source, x, y, width, height, longest) {
    const scale = longest / Math.max(width, height);
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(source, x, y, width, height, 0, 0, canvas.width, canvas.height);
    return pen.getImageData(0, 0, canvas.width, canvas.height);
  }

  function watch_dark(data) {
    let sum = 0, n = 0;
    for (let i = 1; i < data.length; i += 4004) { sum += data[i]; n += 1; }
    camera.dark_since = sum / n < DARK ? camera.dark_since || Date.now() : 0;
  }

  // Held before the lens a code is one; gone for a while and back, it is shown again.
  function sight(text) {
    const now = Date.now(), before = seen[text] || 0;
    Object.keys(seen).forEach((key) => { if (now - seen[key] > GONE) { delete seen[key]; } });
    seen[text] = now;
    if (now - before > GONE) { camera.oncode(text, "camera"); }
  }

  // A picture taken by the phone's own camera app; null where it holds no code.
  camera.read_picture = function (file) {
    const image = new Image(), reader = new FileReader();   // the page's policy takes data:, not blob:
    const loaded = new Promise((resolve, reject) => { image.onload = resolve; image.onerror = reader.onerror = reject; });
    reader.onload = () => { image.src = reader.result; };
    reader.readAsDataURL(file);
    return Promise.all([door.decoder(), loaded]).then(([read]) => {
      const tries = [1600, 900, 500].map((side) => () => read(pixels(image, 0, 0, image.naturalWidth, image.naturalHeight, side)));
      return tries.reduce((before, next) => before.then((text) => text || next()), Promise.resolve(null));
    }).catch(() => null);
  };

  camera.has_torch = function () {
    const track = stream && stream.getVideoTracks()[0];
    return Boolean(track && track.getCapabilities && track.getCapabilities().torch);
  };
  camera.torch = (on) => stream && stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] }).catch(() => {});
})(window.door);
