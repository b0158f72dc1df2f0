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
form.addEventListener("submit", function (event) {
if (form.dataset.sent) { event.preventDefault(); return; }
form.dataset.sent = "1";
window.addEventListener("pageshow", function () { delete form.dataset.sent; }, { once: true });
});
});
var problem = document.querySelector(".summary.problem");
if (problem) { problem.focus(); }
})();
