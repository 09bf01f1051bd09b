// Small comforts; every page works without them.
(function () {
  "use strict";

  function steppers(root) {
    root.querySelectorAll("[data-stepper]").forEach(function (stepper) {
      var field = stepper.querySelector("input");
      stepper.querySelectorAll("[data-step]").forEach(function (button) {
        button.hidden = false;
        button.onclick = function () {
          var next = (parseInt(field.value, 10) || 0) + Number(button.dataset.step);
          field.value = Math.min(Math.max(next, Number(field.min)), Number(field.max));
        };
      });
    });
  }

  // <button data-copy="#id" data-done="words"> copies a field's value or an element's text.
  function copiers(root) {
    root.querySelectorAll("[data-copy]").forEach(function (button) {
      button.hidden = false;
      button.onclick = function () {
        var source = document.querySelector(button.dataset.copy);
        var text = source.value === undefined ? source.textContent : source.value;
        copy(text, source).then(function () { tell(button); });
      };
    });
  }

  function copy(text, source) {
    if (navigator.clipboard && window.isSecureContext) {
      return navigator.clipboard.writeText(text).catch(function () { return select(source); });
    }
    return select(source);
  }

  function select(source) {   // old WebViews: select the field, the old command copies it
    if (source.select) {
      source.select();
      source.setSelectionRange(0, source.value.length);
    } else {
      var range = document.createRange();
      range.selectNodeContents(source);
      window.getSelection().removeAllRanges();
      window.getSelection().addRange(range);
    }
    return document.execCommand("copy") ? Promise.resolve() : Promise.reject();
  }

  function tell(button) {
    var before = button.innerHTML;
    button.textContent = button.dataset.done || "✓";
    setTimeout(function () { button.innerHTML = before; }, 2000);
  }

  // A file is chosen with our own button, in the page's language; without script the browser's is there.
  function pickers(root) {
    root.querySelectorAll("[data-picker]").forEach(function (picker) {
      var field = picker.querySelector("input");
      var picked = picker.querySelector("[data-picked]");
      var none = picked.textContent;
      field.classList.add("unseen");
      picker.querySelector(".file-face").hidden = false;
      field.onchange = function () { picked.textContent = field.files.length ? field.files[0].name : none; };
      field.onchange();
    });
  }

  // <form data-filter="#list"> shows, while one types, the parts of the list whose data-find has it; sent, the server searches.
  function filters(root) {
    root.querySelectorAll("[data-filter]").forEach(function (form) {
      var field = form.querySelector("input[type=text]");
      var parts = document.querySelectorAll(form.dataset.filter + " [data-find]");
      field.oninput = function () {
        var wanted = field.value.trim().toLowerCase();
        if (/^[0-9 ]+$/.test(wanted)) { wanted = wanted.replace(/ /g, ""); }
        parts.forEach(function (part) { part.hidden = part.dataset.find.indexOf(wanted) < 0; });
      };
    });
  }

  // A form sent twice by two quick taps is sent once; the server knows it by its key anyway.
  function once(event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(function () { delete form.dataset.sent; }, 4000);
  }

  // Shown again by the back button, a form may be sent again at once.
  function again(event) {
    if (event.persisted) { document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; }); }
  }

  // A button whose swap failed (bad wifi, a token too old) is pressed without script's help: the page it gives says what is wrong.
  function plainly(event) {
    var button = event.detail.elt;
    if (button.type === "submit" && button.form && button.form.requestSubmit) { button.form.requestSubmit(button); }
  }

  // Large type and back without leaving the page: a form half filled stays as it is.
  function resize(event) {
    var link = event.target.closest("[data-size-switch]");
    if (!link || !window.fetch) { return; }
    event.preventDefault();
    fetch(link.href, { redirect: "manual" });   // sets the cookie
    var root = document.documentElement, words = link.querySelector("[data-other]"), other = words.dataset.other;
    words.dataset.other = words.textContent;
    words.textContent = other;
    if (root.dataset.size) { delete root.dataset.size; } else { root.dataset.size = "large"; }
    link.search = link.search.replace(/size=(large)?/, root.dataset.size ? "size=" : "size=large");
  }

  // A phone that stood at a door has families' names and maybe scans. Signing out, what waits is uploaded first and then the names go;
  // where somebody has to sign in, nobody's names stay either.
  function atDoor(address, then) {
    var stood = false;
    try { stood = localStorage.getItem("linju-door") === "1"; } catch (forbidden) { /* then nothing was kept */ }
    if (!stood) { return false; }
    var script = document.createElement("script");
    script.src = address;
    script.onload = function () { then(window.door); };
    script.onerror = function () { then(null); };
    document.head.appendChild(script);
    return true;
  }

  function leave(event) {
    var part = event.target.closest("[data-leaving]"), form = event.target;
    var isHeld = part && atDoor(part.dataset.leaving, function (door) {
      if (!door) { form.submit(); return; }
      door.leave(form.elements._csrf_token.value).then(function (left) {
        if (left && !window.confirm(part.dataset.still.replace("{n}", left))) { delete form.dataset.sent; return; }
        door.forget().then(function () { form.submit(); });
      });
    });
    if (isHeld) { event.preventDefault(); }
  }

  function forget() {
    var form = document.querySelector("[data-forget]");
    if (form) { atDoor(form.dataset.forget, function (door) { if (door) { door.forget(); } }); }
  }

  // A row of tabs wider than the screen opens where the current one can be seen.
  function reveal(row) {
    var current = row.querySelector("[aria-current]");
    if (current) { row.scrollLeft = current.offsetLeft + current.offsetWidth / 2 - row.clientWidth / 2; }
  }

  // <div data-day-of="#f-day" data-known='{"2026-10-01": "words", "2027": "words"}'> says what its date is: a special day, else of its year.
  function days(root) {
    root.querySelectorAll("[data-day-of]").forEach(function (part) {
      var field = document.querySelector(part.dataset.dayOf), said = part.querySelector("[data-said]"), known = JSON.parse(part.dataset.known);
      field.oninput = function () {
        var words = known[field.value] || known[field.value.slice(0, 4)] || "";
        said.querySelector("span").textContent = words;
        said.hidden = !words;
      };
    });
  }

  // <div data-after="q-3" data-after-value="12"> is there while the field q-3 has that value (or one of several, parted by spaces);
  // hidden, nothing of it is sent. Inside it, [data-plain] says without script when it matters.
  function follow(root) {
    root.querySelectorAll("[data-after]").forEach(function (part) {
      var form = part.closest("form"), wanted = part.dataset.afterValue.split(" ");
      var isThere = Array.prototype.some.call(form.elements, function (field) {
        return field.name === part.dataset.after && !field.disabled && (field.checked || !/radio|checkbox/.test(field.type))
          && wanted.indexOf(field.value) >= 0;
      });
      part.hidden = !isThere;
      part.querySelectorAll("input, select, textarea").forEach(function (field) { field.disabled = !isThere; });
      part.querySelectorAll("[data-plain]").forEach(function (words) { words.hidden = true; });
    });
  }

  // Counts down by the server's time, which each answer of its clock tells to be at least so late: never early, and late by one way of
  // the quickest of three answers. Asked again when the phone wakes up, and shortly before the end.
  function countdown(part) {
    var opens = Number(part.dataset.opens), ahead = Number(part.dataset.now) - Date.now(), asked = 0;

    function now() { return Date.now() + ahead; }

    function ask(left, best) {
      asked = Date.now();
      fetch(part.dataset.clock, { cache: "no-store" }).then(function (answer) { return answer.json(); }).then(function (said) {
        best = Math.max(best, said.now - Date.now());
        if (left > 1) { ask(left - 1, best); } else { ahead = best; }
      }).catch(function () {});
    }

    function words(seconds) {
      var days = Math.floor(seconds / 86400), rest = new Date((seconds % 86400) * 1000).toISOString();
      var clock = seconds % 86400 < 3600 && !days ? rest.slice(14, 19) : rest.slice(11, 19);
      return (days ? part.dataset.days.replace("{n}", days) + " " : "") + clock;
    }

    function tick() {
      var left = opens - now();
      if (left <= 0) { open(); return; }
      part.textContent = words(Math.ceil(left / 1000));
      if (Date.now() - asked > (left < 15000 ? 5000 : 60000)) { ask(3, -Infinity); }
      part.timer = setTimeout(tick, left % 1000 || 1000);
    }

    function open() {
      document.querySelectorAll("[data-before-opening]").forEach(function (each) { each.hidden = true; });
      document.querySelectorAll("[data-at-opening]").forEach(function (each) { each.hidden = false; });
      document.querySelectorAll("[data-locked]").forEach(function (each) { each.disabled = false; });
    }

    clearTimeout(part.timer);
    if (opens > now()) { document.querySelectorAll("[data-locked]").forEach(function (each) { each.disabled = true; }); }
    part.hidden = false;
    part.recount = function () { clearTimeout(part.timer); asked = 0; tick(); };
    tick();
  }

  function recount() {
    if (!document.hidden) { document.querySelectorAll("[data-opens]").forEach(function (part) { part.recount(); }); }
  }

  function countdowns(root) {
    root.querySelectorAll("[data-opens]").forEach(function (part) { if (!part.recount) { countdown(part); } });
  }

  function start() {
    follow(document);
    steppers(document);
    copiers(document);
    pickers(document);
    filters(document);
    days(document);
    countdowns(document);
  }

  document.addEventListener("change", function () { follow(document); });
  document.addEventListener("submit", once);
  document.addEventListener("submit", leave);
  document.addEventListener("click", resize);
  window.addEventListener("pageshow", again);
  window.addEventListener("pageshow", function () { follow(document); });   // "back" brings what was typed
  document.addEventListener("visibilitychange", recount);
  document.addEventListener("htmx:sendError", plainly);
  document.addEventListener("htmx:responseError", plainly);
  document.addEventListener("htmx:load", start);   // after every swap
  document.addEventListener("linju:live", start);
  start();
  forget();
  document.querySelectorAll(".tabs, .scroller").forEach(reveal);
})();
