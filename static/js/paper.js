// The button that opens the printer's window; without script the browser's own menu does.
(function () {
  "use strict";
  var button = document.querySelector("[data-print]");
  button.hidden = false;
  document.querySelector("[data-without]").hidden = true;
  button.addEventListener("click", function () { window.print(); });
})();
