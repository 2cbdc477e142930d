/* Improves writing the prose: a figure goes in where the cursor stands, and the
   list of figures can be searched. Everything works without it. ES2018. */
(function () {
  'use strict';
  var form = document.getElementById('prose');
  if (!form) { return; }
  var text = form.elements.text;
  var at = -1;
  function note() {
    // The server counts characters, and a line's end as one.
    at = Array.from(text.value.slice(0, text.selectionStart)).length;
  }
  ['keyup', 'click', 'select', 'input'].forEach(function (e) { text.addEventListener(e, note); });
  form.addEventListener('click', function (e) {
    if (e.target.name === 'insert') { form.elements.cursor.value = String(at); }
  });

  var box = document.querySelector('.factfind');
  if (!box) { return; }
  box.hidden = false;
  var input = box.querySelector('input');
  var rows = Array.prototype.slice.call(document.querySelectorAll('[data-fact]'));
  input.addEventListener('input', function () {
    var q = input.value.trim();
    rows.forEach(function (li) { li.hidden = q !== '' && li.getAttribute('data-fact').indexOf(q) < 0; });
    Array.prototype.slice.call(document.querySelectorAll('.factlist section')).forEach(function (s) {
      s.hidden = !s.querySelector('[data-fact]:not([hidden])');
    });
  });
  input.addEventListener('keydown', function (e) { if (e.key === 'Enter') { e.preventDefault(); } });
}());
