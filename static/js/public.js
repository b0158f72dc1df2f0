(function () {
"use strict";
var leave = document.querySelector("a.leave");
var pressed = [];
function go() {
document.documentElement.hidden = true;
if ("open" in leave.dataset) { window.location.assign(leave.href); } else { window.location.replace(leave.href); }
}
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
document.querySelectorAll("[data-with-script]").forEach(function (part) { part.hidden = false; });
document.querySelectorAll("[data-print]").forEach(function (button) {
button.hidden = false;
button.addEventListener("click", function () { window.print(); });
});
document.querySelectorAll("form[method=post]").forEach(function (form) {
var sent = -Infinity;
form.addEventListener("submit", function (event) {
if (event.timeStamp - sent < 4000) { event.preventDefault(); return; }
sent = event.timeStamp;
if (form.dataset.first) { window.history.replaceState(null, "", form.dataset.first); }
});
});
window.addEventListener("pageshow", function (event) { if (event.persisted) { window.location.reload(); } });
var problem = document.querySelector(".summary.problem");
if (problem) { problem.focus(); }
})();
