/* Improves the pages of collecting: all boxes at once, how many are ticked, the
   queue by keys. Everything works without it. ES2018. */
(function () {
  'use strict';
  function all(sel, root) { return Array.prototype.slice.call((root || document).querySelectorAll(sel)); }

  var bulk = document.querySelector('[data-bulk]');
  if (bulk) {
    var boxes = all('input[name=organ]', bulk), head = bulk.querySelector('[data-all]'), count = bulk.querySelector('[data-picked-count]');
    var word = count.textContent;
    var show = function () {
      var n = 0;
      boxes.forEach(function (b) {
        if (b.checked) { n++; }
        b.closest('tr').classList.toggle('picked', b.checked);
      });
      count.textContent = n ? '已选 ' + n + ' 个机关：' : word;
      head.checked = n > 0 && n === boxes.length;
      head.indeterminate = n > 0 && n < boxes.length;
    };
    head.hidden = false;
    head.addEventListener('change', function () {
      boxes.forEach(function (b) { b.checked = head.checked; });
      show();
    });
    var last = -1;
    boxes.forEach(function (b, i) {
      b.addEventListener('click', function (e) { // with Shift a whole stretch
        if (e.shiftKey && last >= 0) {
          for (var k = Math.min(i, last); k <= Math.max(i, last); k++) { boxes[k].checked = b.checked; }
        }
        last = i;
        show();
      });
    });
    show();
  }

  var ticked = document.querySelector('[data-ticked]');
  if (ticked) {
    var ticks = all('input[form=back]');
    var tell = function () {
      var n = 0;
      ticks.forEach(function (b) {
        if (b.checked) { n++; }
        if (b.classList.contains('tick')) { b.closest('td').classList.toggle('marked', b.checked); }
      });
      ticked.textContent = n ? '（' + n + ' 条）' : '';
    };
    ticks.forEach(function (b) { b.addEventListener('change', tell); });
    window.addEventListener('pageshow', tell);
    tell();
  }

  document.addEventListener('keydown', function (e) {
    if (e.ctrlKey || e.altKey || e.metaKey || e.defaultPrevented || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) && e.target.type !== 'checkbox') { return; }
    var at = document.querySelector('a[data-key="' + (/^[jk]$/i.test(e.key) ? e.key.toLowerCase() : '-') + '"]');
    if (at) { at.click(); }
  });
})();
