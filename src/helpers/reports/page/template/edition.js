(function () {
  var data = JSON.parse(document.getElementById("search").textContent);
  var box = document.querySelector(".find"), field = box.querySelector("input");
  var list = box.querySelector("ol"), note = box.querySelector("[role=status]");
  var MOST = 60;
  function english() { return /^#en/.test(location.hash); }
  function folded(text) { return text.normalize("NFKC").toLowerCase(); }
  ["areas", "regions", "periods", "labels"].forEach(function (name) {
    data[name].forEach(function (row) { row.text = folded(row.slice(0, 4).join("\n")); });
  });
  function has(row, word) { return row.text.indexOf(word) >= 0; }
  /* How well words fit names, the first name counting most; 0 where a word is in none of them. */
  function fit(words, names) {
    var sum = 0;
    for (var i = 0; i < words.length; i += 1) {
      var at = names.findIndex(function (row) { return has(row, words[i]); });
      if (at < 0) { return 0; }
      sum += at ? 1 : names[0].slice(1, 4).some(function (n) { return folded(n) === words[i]; }) ? 12 : 10;
    }
    return sum;
  }
  function figures(words, at) {
    var found = [];
    data.figures.forEach(function (row) {
      var region = data.regions[row[0]], period = data.periods[row[1]];
      for (var i = 2; i < row.length; i += 5) {
        var area = data.areas[row[i]], label = data.labels[row[i + 1]], text = row[i + 3 + at];
        var score = text ? fit(words, [label, area, region, period]) : 0;
        if (score) {
          found.push({ score: score, text: text, value: row[i + 2], name: label[1 + at],
            key: [label[0], region[0], period[0]].join("|"), place: [region, period, area],
            href: address(at, region, period, area) + "#" + label[0] });
        }
      }
    });
    return found;
  }
  function address(at, region, period, area) {
    return [at ? "en" : "zh", region[0], period[0], area[0]].join("/") + ".html";
  }
  function reports(words, at) {
    var found = [];
    data.reports.forEach(function (row) {
      var region = data.regions[row[0]], period = data.periods[row[1]];
      row[2 + at].forEach(function (one) {
        var area = data.areas[one], score = fit(words, [area, region, period]);
        if (score) { found.push({ score: score, name: area[1 + at], place: [region, period], href: address(at, region, period, area) }); }
      });
    });
    return found;
  }
  function pages(words) {
    return data.regions.filter(function (row) {
      return row[4] && words.some(function (word) { return has(row, word); });
    }).map(function (row) {
      var rest = words.filter(function (word) { return !has(row, word); }).join(" ");
      return { name: row[english() ? 2 : 1], place: [], href: row[4] + "?q=" + encodeURIComponent(rest || row[1]) + (english() ? "#en" : "") };
    });
  }
  function item(hit, at) {
    var li = document.createElement("li"), link = document.createElement("a");
    link.href = hit.href;
    if (hit.text) {
      var number = document.createElement("data");
      number.value = hit.value;
      number.dataset.figure = hit.key;
      number.textContent = hit.text;
      link.append(hit.name + (at ? ": " : "："), number);
    } else { link.textContent = hit.name; }
    var place = document.createElement("span");
    place.className = "at";
    place.textContent = hit.place.map(function (row) { return row[1 + at]; }).join(" · ");
    li.append(link, place);
    return li;
  }
  function best(hits) { return hits.sort(function (a, b) { return b.score - a.score; }); }
  function search() {
    var at = english() ? 1 : 0, words = folded(field.value).split(/[\s,，、·|]+/).filter(Boolean);
    var numbers = words.length ? best(figures(words, at)) : [];
    var others = words.length ? pages(words).concat(best(reports(words, at)).slice(0, numbers.length ? 4 : MOST)) : [];
    var hits = others.concat(numbers);
    list.replaceChildren.apply(list, hits.slice(0, MOST).map(function (hit) { return item(hit, at); }));
    var said = data.words[at], told = !hits.length ? said.none : said.some.replace("#", hits.length) +
      (hits.length > MOST ? said.more.replace("#", MOST) : "");
    note.textContent = words.length ? told : "";
    box.lang = at ? "en" : "zh-CN";
  }
  /* Down and up walk from the field through the results; Escape returns. */
  box.addEventListener("keydown", function (event) {
    var stops = [field].concat(Array.from(list.querySelectorAll("a")));
    var step = { ArrowDown: 1, ArrowUp: -1 }[event.key], at = stops.indexOf(document.activeElement);
    if (event.key === "Enter" && at === 0 && stops[1]) { stops[1].focus(); }
    else if (event.key === "Escape" && at > 0) { field.focus(); }
    else if (step && stops[at + step]) { stops[at + step].focus(); }
    else { return; }
    event.preventDefault();
  });
  field.addEventListener("input", search);
  addEventListener("hashchange", search);
  field.value = new URLSearchParams(location.search).get("q") || "";
  box.hidden = false;
  search();
})();
