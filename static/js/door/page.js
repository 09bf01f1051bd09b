// The page itself: what is pressed, and what stands above it all: how many are in, whether we are connected, how many scans wait.
(function (door) {
  "use strict";
  if (!door.page) { return; }
  const book = door.book, sync = door.sync, camera = door.camera;
  const REASONS = ["denied", "none", "busy", "insecure", "broken"];

  door.tell = (words) => { door.$("door-told").textContent = words; };

  function draw_state() {
    const waiting = book.waiting(), state = door.$("door-state");
    const is_over = door.is_over();
    const link = is_over ? "over" : { new: "linking", on: "linked", off: "unlinked", signed_out: "signed_out", gone: "gone" }[sync.link];
    state.dataset.link = is_over ? "gone" : sync.link;
    door.$("door-link").textContent = door.say(link);
    door.$("door-waiting").hidden = !waiting;
    door.$("door-waiting").dataset.n = waiting;
    door.text(door.$("door-waiting"), "waiting", waiting ? door.count("waiting", waiting) : "");
    door.$("door-again").hidden = is_over || sync.link !== "signed_out";
    if (door.set.helper && sync.link === "signed_out") { door.put_away(); }   // the link was taken back
    door.$("door-unkept").hidden = book.isKept;
    door.$("door-roster").hidden = book.roster !== null || sync.link === "new" || is_over || !door.$("door-again").hidden;
    document.querySelectorAll("[data-online]").forEach((each) => { each.hidden = sync.link !== "on"; });
    door.page.dataset.ready = String(book.roster !== null);
  }

  function draw_count() {
    if (!book.roster) { return; }
    const words = door.say("count", { n: book.heads_inside(), all: book.heads.expected || book.roster.expected });
    document.querySelectorAll("[data-count]").forEach((each) => { each.textContent = words; });
    const check = book.heads.check || 0;
    door.$("door-check").hidden = !check;
    door.text(door.$("door-check"), "check", check ? door.count("check", check) : "");
  }

  function draw_all() {
    if (door.is_over()) { door.shut(); }
    draw_state();
    draw_count();
    door.look_again();
    if (door.shown && !book.roster && door.shown.family) { door.close(); }
    if (door.draw_left) { door.draw_left(); }
    door.draw();
  }

  camera.onstate = function () {
    const box = door.$("camera");
    box.dataset.state = camera.state;
    door.stay_awake(camera.state === "on");
    door.$("camera-start").hidden = camera.state === "on" || camera.state === "starting";
    door.$("camera-torch").hidden = !(camera.state === "on" && camera.has_torch());
    REASONS.forEach((reason) => { door.$("camera-" + reason).hidden = camera.state !== reason; });
    if (camera.state === "on") { door.like("camera", true); }
  };
  camera.oncode = (text, how) => {
    if (door.is_covered() || door.is_asking()) { return; }
    if (door.shown && door.shown.panel) { return; }   // the host is typing about the last one
    door.handle(text, how);
  };

  sync.onlink = () => { draw_state(); draw_count(); };
  sync.onchange = draw_all;
  sync.onresult = door.hear;

  function press(event) {
    const button = event.target.closest("[data-do]");
    if (button && button.dataset.do !== "move") { door.act(button.dataset.do); }
  }

  function step(event) {
    const button = event.target.closest("[data-heads]"), field = door.$("note-heads");
    if (button) { field.value = Math.min(Math.max((Number(field.value) || 1) + Number(button.dataset.heads), 1), 30); }
  }

  function toggles() {
    document.querySelectorAll("[data-like]").forEach((button) => {
      const draw = () => button.setAttribute("aria-pressed", String(door.likes(button.dataset.like)));
      button.addEventListener("click", () => { door.like(button.dataset.like, !door.likes(button.dataset.like)); draw(); });
      draw();
    });
  }

  // Pages that only the server has: without a connection the button says so, or does what can be done without.
  function needs_line(event) {
    const link = event.target.closest("[data-line]");
    if (!link || sync.link === "on" || sync.link === "new") { return; }
    event.preventDefault();
    if (link.dataset.line === "let-in") { door.handle_nobody(); } else { door.tell(door.say("needs_line")); }
  }

  function torch() {
    const button = door.$("camera-torch"), on = button.getAttribute("aria-pressed") !== "true";
    camera.torch(on);
    button.setAttribute("aria-pressed", String(on));
  }

  function listen() {
    door.$("answer").addEventListener("click", (event) => { press(event); step(event); });
    door.$("answer").addEventListener("change", (event) => {
      if (event.target.type === "checkbox") { door.tick(Number(event.target.value), event.target.checked); }
    });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && door.shown && !door.is_asking()) { door.close(); } });
    door.$("camera-start").addEventListener("click", camera.start);
    door.$("camera-torch").addEventListener("click", torch);
    if (door.$("let-in")) { door.$("let-in").addEventListener("click", door.handle_nobody); }
    document.addEventListener("click", needs_line);
    document.querySelectorAll("[data-scripted]").forEach((each) => { each.hidden = false; });
    door.$("f-photo").classList.add("unseen");
    door.$("photo").classList.remove("scan-photo");
    document.querySelectorAll("[data-plain]").forEach((each) => { each.hidden = true; });
  }

  function start() {
    try { localStorage.setItem("linju-door", "1"); } catch (forbidden) { /* then nothing is kept either */ }
    camera.video = door.$("camera").querySelector("video");
    toggles();
    listen();
    const isWechat = /MicroMessenger/i.test(navigator.userAgent);
    door.$("wechat").hidden = !isWechat;
    door.$("insecure").hidden = window.isSecureContext;
    door.$("camera").hidden = isWechat || !window.isSecureContext;
    book.load().then(() => {
      draw_all();
      door.draw_recent();
      sync.start();
      setInterval(() => book.expire().then(draw_all), door.set.until ? 1000 : 60000);
      if (door.likes("camera") && !isWechat && window.isSecureContext && !door.is_over()) { camera.start(); }
    });
    if (navigator.serviceWorker && window.caches) {
      navigator.serviceWorker.register(door.set.worker, { scope: "/door" }).then(() => navigator.serviceWorker.ready).then(keep_pages).catch(() => {});
    }
    if (navigator.storage && navigator.storage.persist) { navigator.storage.persist().catch(() => {}); }
  }

  // This page came before its worker did: it is kept by hand, with the app's first page.
  function keep_pages() {
    const paths = door.set.helper ? [location.pathname] : [location.pathname, "/door"];
    return caches.open("linju-door-pages").then((pages) => Promise.all(paths.map((path) =>
      fetch(path, { credentials: "same-origin" }).then((answer) => (answer.status === 200 && !answer.redirected ? pages.put(path, answer) : null)))));
  }

  start();
})(window.door);
