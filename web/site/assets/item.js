// Size of the text, print, copy the address. Nothing of this is needed to read.
(function () {
  'use strict';
  var text = document.getElementById('text'), said = document.querySelector('.tools .said');
  var tools = document.querySelectorAll('.tools .js');
  if (!tools.length) { return; }
  Array.prototype.forEach.call(tools, function (x) {
    if (x.hasAttribute('data-copy') && !(navigator.clipboard && navigator.clipboard.writeText)) { return; }
    x.hidden = false;
  });
  var sizes = document.querySelectorAll('.tools [data-size]');
  function size(name) {
    if (!text) { return; }
    text.classList.remove('s', 'l');
    if (name === 's' || name === 'l') { text.classList.add(name); }
    Array.prototype.forEach.call(sizes, function (b) { b.setAttribute('aria-pressed', String(b.getAttribute('data-size') === name)); });
    try { localStorage.setItem('textsize', name); } catch (e) { /* not kept */ }
  }
  Array.prototype.forEach.call(sizes, function (b) {
    b.addEventListener('click', function () { size(b.getAttribute('data-size')); });
  });
  try { size(localStorage.getItem('textsize') || 'm'); } catch (e) { size('m'); }
  document.addEventListener('click', function (e) {
    var b = e.target;
    if (b.hasAttribute && b.hasAttribute('data-print')) { window.print(); }
    if (b.hasAttribute && b.hasAttribute('data-copy')) {
      navigator.clipboard.writeText(b.getAttribute('data-copy')).then(function () { said.textContent = '网址已复制'; }, function () { said.textContent = '浏览器不允许复制，请从地址栏复制'; });
    }
  });
})();
