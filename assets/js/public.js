// Comforts for whoever has scripts; every page is complete without this file.
(function () {
  "use strict";
  var leave = document.querySelector("a.leave");
  var pressed = [];

  // Shift three times within two seconds does what the button does. replace() keeps this page out of Back.
  document.addEventListener("keyup", function (event) {
    if (event.key !== "Shift") { pressed = []; return; }
    pressed = pressed.concat(event.timeStamp).slice(-3);
    if (leave && pressed.length === 3 && event.timeStamp - pressed[0] < 2000) {
      document.documentElement.hidden = true;
      window.location.replace(leave.href);
    }
  });


  if (leave) {
    leave.addEventListener("click", function (event) {
      event.preventDefault();
      document.documentElement.hidden = true;
      window.location.replace(leave.href);
    });
  }

  // Sentences that are only true while this script runs.
  document.querySelectorAll("[data-with-script]").forEach(function (part) { part.hidden = false; });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  // The same form pressed twice is sent once.
  document.querySelectorAll("form[method=post]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
      window.addEventListener("pageshow", function () { delete form.dataset.sent; }, { once: true });
    });
  });

  var problem = document.querySelector(".summary.problem");
  if (problem) { problem.focus(); }
})();
