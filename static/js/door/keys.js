// Hand scanners type what they read, quickly and with Enter at its end. A person types into a field, or slowly.
(function (door) {
  "use strict";
  if (!door.page) { return; }
  const QUICK = 80, LEAST = 8;   // ms between two keys; keys
  const MARKS = { Slash: "/", Period: ".", Minus: "-", Semicolon: ":" };
  let typed = "", last = 0;

  // With a Chinese input method on, keys come without their letters; their places on the keyboard tell.
  function letter(event) {
    if (event.key.length === 1) { return event.key; }
    if (event.key !== "Process" && event.keyCode !== 229) { return ""; }
    const place = /^(?:Key|Digit)(.)$/.exec(event.code);
    return place ? place[1] : MARKS[event.code] || "";
  }

  document.addEventListener("keydown", (event) => {
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "checkbox" || event.ctrlKey || event.altKey || event.metaKey) { return; }
    const now = Date.now(), isQuick = now - last < QUICK;
    last = now;
    if (event.key === "Enter" || event.key === "Tab") {
      const code = typed;
      typed = "";
      if (isQuick && code.length >= LEAST) {
        event.preventDefault();   // not a press on whatever has the focus
        event.stopPropagation();
        door.uncover();
        door.handle(code, "scanner");
      }
      return;
    }
    const next = letter(event);
    if (next) { typed = (isQuick ? typed : "") + next; }
    if (isQuick && next === " ") { event.preventDefault(); }
  }, true);
})(window.door);
