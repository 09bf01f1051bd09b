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

  // A form sent twice by two quick taps is sent once; the server knows it by its key anyway.
  function once(event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(function () { delete form.dataset.sent; }, 4000);
  }

  // A row of tabs wider than the screen opens where the current one can be seen.
  function reveal(row) {
    var current = row.querySelector("[aria-current]");
    if (current) { row.scrollLeft = current.offsetLeft + current.offsetWidth / 2 - row.clientWidth / 2; }
  }

  function start() {
    steppers(document);
    copiers(document);
  }

  document.addEventListener("submit", once);
  document.addEventListener("htmx:load", start);   // after every swap
  start();
  document.querySelectorAll(".tabs, .scroller").forEach(reveal);
})();
