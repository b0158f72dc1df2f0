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
