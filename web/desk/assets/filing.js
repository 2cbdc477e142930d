/* Confirming cell by cell with the keyboard: Enter says that the figure is what
   the file has and goes on, j and k move, Ctrl and Enter save; the place in the
   file is shown.
   Without it the ticks and buttons do the same. ES2018. */
(function () {
  'use strict';
  var form = document.querySelector('form[data-confirm]');
  if (!form) { return; }
  var items = Array.prototype.slice.call(form.querySelectorAll('[data-item]'));
  var progress = form.querySelector('[data-progress]'), keys = form.querySelector('[data-keys]');
  if (keys) { keys.hidden = false; }
  function field(li) { return li.querySelector('input[type=text]'); }
  function tick(li) { return li.querySelector('input[type=checkbox]'); }

  function told() {
    var done = items.filter(function (li) { return tick(li).checked; }).length;
    items.forEach(function (li) { li.classList.toggle('ticked', tick(li).checked); });
    progress.textContent = items.length ? '勾选了 ' + done + ' 格，共 ' + items.length + ' 格。' + (done === items.length ? '按“保存勾选的”保存。' : '可以分几次做。') : '';
  }
  var shown = null;
  function show(li) {
    if (shown) { shown.classList.remove('here'); }
    shown = null;
    items.forEach(function (x) { x.classList.toggle('now', x === li); });
    var at = li.getAttribute('data-at'), el = at && document.getElementById(at.slice(1)), paper = form.querySelector('.paper');
    if (!el || !paper) { return; }
    shown = el;
    el.classList.add('here');
    if (paper.scrollHeight > paper.clientHeight) { paper.scrollTop += el.getBoundingClientRect().top - paper.getBoundingClientRect().top - paper.clientHeight / 3; }
  }
  function go(i) {
    if (i < 0 || i >= items.length) { return; } // the last Enter does not reach the button: a key held down saves nothing
    var f = field(items[i]);
    f.focus();
    f.select();
  }
  items.forEach(function (li, i) {
    var f = field(li), t = tick(li);
    li.addEventListener('focusin', function () { show(li); });
    t.addEventListener('change', told);
    f.addEventListener('input', function () { if (f.value.trim() === '') { t.checked = false; told(); } });
    li.addEventListener('keypress', function (e) { // some input methods send it all the same
      if (e.target.tagName !== 'BUTTON' && /^(Enter|j|k)$/.test(e.key)) { e.preventDefault(); }
    });
    li.addEventListener('keydown', function (e) {
      if (e.key === 'Enter' && e.ctrlKey) { e.preventDefault(); form.querySelector('.bar .btn[name=do]').click(); return; }
      if (e.ctrlKey || e.altKey || e.metaKey || e.isComposing || e.target.tagName === 'BUTTON') { return; }
      if (e.key === 'j' || e.key === 'ArrowDown') { e.preventDefault(); go(i + 1); }
      if (e.key === 'k' || e.key === 'ArrowUp') { e.preventDefault(); go(i - 1); }
      if (e.key === 'Enter') {
        e.preventDefault();
        if (f.value.trim() === '') { f.focus(); return; }
        t.checked = true;
        told();
        go(i + 1);
      }
    });
  });
  told();
  if (items.length) { go(0); }
})();
