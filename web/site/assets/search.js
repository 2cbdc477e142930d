// Completions while somebody types: a list under the box, by arrows or mouse.
// Without script the box is a box.
(function () {
  'use strict';
  var box = document.querySelector('input[data-suggest]');
  if (!box || !window.fetch) { return; }
  var list = document.createElement('ul'), at = -1, last = '', timer = 0;
  list.className = 'suggest'; list.id = 'suggest'; list.setAttribute('role', 'listbox'); list.hidden = true;
  box.setAttribute('role', 'combobox'); box.setAttribute('aria-controls', 'suggest'); box.setAttribute('aria-expanded', 'false'); box.setAttribute('aria-autocomplete', 'list');
  box.parentNode.insertBefore(list, box.nextSibling);
  function shut() { list.hidden = true; at = -1; box.setAttribute('aria-expanded', 'false'); box.removeAttribute('aria-activedescendant'); }
  function mark(n) {
    var all = list.children;
    if (!all.length) { return; }
    at = (n + all.length) % all.length;
    Array.prototype.forEach.call(all, function (x, i) { x.setAttribute('aria-selected', String(i === at)); });
    box.setAttribute('aria-activedescendant', all[at].id);
  }
  function take(x) { box.value = x.textContent; shut(); box.form.submit(); }
  function show(words) {
    list.textContent = ''; at = -1;
    words.forEach(function (w, i) {
      var x = document.createElement('li');
      x.id = 'suggest-' + i; x.textContent = w; x.setAttribute('role', 'option'); x.setAttribute('aria-selected', 'false');
      x.addEventListener('mousedown', function (e) { e.preventDefault(); take(x); });
      list.appendChild(x);
    });
    list.hidden = !words.length; box.setAttribute('aria-expanded', String(!!words.length));
  }
  box.addEventListener('input', function () {
    clearTimeout(timer);
    timer = setTimeout(function () {
      var q = box.value.trim();
      if (q === last) { return; }
      last = q;
      if (!q) { shut(); return; }
      fetch(box.getAttribute('data-suggest') + '?q=' + encodeURIComponent(q)).then(function (r) { return r.ok ? r.json() : []; }).then(function (w) { if (box.value.trim() === q) { show(w); } }, shut);
    }, 160);
  });
  box.addEventListener('keydown', function (e) {
    if (list.hidden) { return; }
    if (e.key === 'ArrowDown') { e.preventDefault(); mark(at + 1); } else if (e.key === 'ArrowUp') { e.preventDefault(); mark(at - 1); } else if (e.key === 'Escape') { shut(); } else if (e.key === 'Enter' && at >= 0) { e.preventDefault(); take(list.children[at]); }
  });
  box.addEventListener('blur', shut);
})();
