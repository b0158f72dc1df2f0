// Keyboard comforts for staff; every page is complete without this file.
(function () {
  "use strict";
  var waiting = 0;

  function typing(target) {
    return target.closest("input, textarea, select, [contenteditable]") !== null;
  }

  // "/" goes to the search field. "g" and then a letter opens the menu entry with that data-key.
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) { return; }
    var find = document.querySelector("[data-find]");
    if (event.key === "/" && find && find.offsetParent !== null) {
      event.preventDefault();
      find.focus();
      return;
    }
    if (event.key === "g") { waiting = event.timeStamp; return; }
    if (waiting && event.timeStamp - waiting < 1500 && /^[a-z]$/.test(event.key)) {
      var entry = document.querySelector("[data-key=" + event.key + "]");
      if (entry) { event.preventDefault(); entry.click(); }
    }
    waiting = 0;
  });

  // "Choose all on this page" ticks the boxes of its own table; the dock counts them.
  document.querySelectorAll("table").forEach(function (table) {
    var all = table.querySelector("[data-choose-all]");
    var boxes = Array.prototype.slice.call(table.querySelectorAll("tbody .pick input[type=checkbox]"));
    var form = table.closest("form");
    var count = form && form.querySelector("[data-chosen]");
    function tell() {
      if (count) { count.textContent = String(boxes.filter(function (box) { return box.checked; }).length); }
    }
    if (all) {
      all.hidden = false;
      all.addEventListener("change", function () {
        boxes.forEach(function (box) { box.checked = all.checked; });
        tell();
      });
    }
    boxes.forEach(function (box) { box.addEventListener("change", tell); });
  });

  document.querySelectorAll("[data-with-script]").forEach(function (part) { part.hidden = false; });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  var problem = document.querySelector(".summary.problem");
  if (problem) { problem.focus(); }
})();
