// The button that opens the printer's window; without script the browser's own menu does.
(function () {
  "use strict";
  var button = document.querySelector("[data-print]");
  if (!button) { return; }
  button.hidden = false;
  document.querySelector("[data-without]").hidden = true;
  button.addEventListener("click", function () { window.print(); });
  // A sheet just kept prints itself, once: looked at again, its button does.
  if (!("printNow" in button.dataset) || performance.getEntriesByType("navigation").some(function (each) { return each.type !== "navigate"; })) { return; }
  window.addEventListener("load", function () { window.print(); });
})();
