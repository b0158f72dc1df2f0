// Comforts for whoever has scripts; every page is complete without this file.
(function () {
  "use strict";
  var leave = document.querySelector("a.leave");
  var pressed = [];

  // A page that keeps nothing open is taken out of Back. One that does stays there: asked for again without its
  // cookie, it shows the everyday page as well, while the page before it would be the beginning of the form.
  function go() {
    document.documentElement.hidden = true;
    if ("open" in leave.dataset) { window.location.assign(leave.href); } else { window.location.replace(leave.href); }
  }

  // Shift three times within two seconds does what the button does.
  document.addEventListener("keyup", function (event) {
    if (event.key !== "Shift") { pressed = []; return; }
    pressed = pressed.concat(event.timeStamp).slice(-3);
    if (leave && pressed.length === 3 && event.timeStamp - pressed[0] < 2000) {
      go();
    }
  });

  if (leave) {
    leave.addEventListener("click", function (event) {
      event.preventDefault();
      go();
    });
  }

  // Sentences that are only true while this script runs.
  document.querySelectorAll("[data-with-script]").forEach(function (part) { part.hidden = false; });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  // The same form pressed twice is sent once; whoever stopped a page that would not come may press again.
  document.querySelectorAll("form[method=post]").forEach(function (form) {
    var sent = -Infinity;
    form.addEventListener("submit", function (event) {
      if (event.timeStamp - sent < 4000) { event.preventDefault(); return; }
      sent = event.timeStamp;
      // The first page gives its place in Back to the first question, which after leaving shows the everyday page.
      if (form.dataset.first) { window.history.replaceState(null, "", form.dataset.first); }
    });
  });

  // A page the browser kept whole is asked for again: it may have been left since.
  window.addEventListener("pageshow", function (event) { if (event.persisted) { window.location.reload(); } });

  var problem = document.querySelector(".summary.problem");
  if (problem) { problem.focus(); }
})();
