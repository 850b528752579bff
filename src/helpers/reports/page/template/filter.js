document.querySelectorAll(".filter").forEach(function (box) {
  var home = box.parentNode, note = box.querySelector(".none");
  var fields = Array.from(box.querySelectorAll("select"));
  function apply() {
    var chosen = fields.filter(function (f) { return f.value; }), left = 0;
    home.querySelectorAll(".group").forEach(function (group) {
      var fits = chosen.every(function (f) { return group.dataset[f.dataset.field] === f.value; });
      group.hidden = !fits;
      if (fits) { left += 1; if (chosen.length) { group.open = true; } }
    });
    note.textContent = left ? "" : note.dataset.none;
  }
  fields.forEach(function (f) { f.addEventListener("change", apply); });
  box.hidden = false;
  apply();
});
