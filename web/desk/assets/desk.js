/* Improves the pages that take files: dropping, the list of what was chosen,
   a sign of work, pasting with the table structure kept. ES2018, no modules. */
(function () {
  'use strict';
  function each(sel, fn) { Array.prototype.forEach.call(document.querySelectorAll(sel), fn); }

  each('[data-drop]', function (zone) {
    var input = zone.querySelector('input[type=file]');
    var list = zone.querySelector('[data-picked]');
    zone.classList.add('scripted');
    function show() {
      list.textContent = '';
      Array.prototype.forEach.call(input.files, function (f, i) {
        if (i > 60) { return; }
        var li = document.createElement('li');
        li.textContent = i === 60 ? '等 ' + input.files.length + ' 个文件' : f.name + '（' + size(f.size) + '）';
        list.appendChild(li);
      });
    }
    ['dragenter', 'dragover'].forEach(function (t) {
      zone.addEventListener(t, function (e) { e.preventDefault(); zone.classList.add('over'); });
    });
    ['dragleave', 'drop'].forEach(function (t) {
      zone.addEventListener(t, function () { zone.classList.remove('over'); });
    });
    zone.addEventListener('drop', function (e) {
      e.preventDefault();
      gather(e.dataTransfer, function (files) {
        if (!files.length) { return; }
        var dt = new DataTransfer();
        Array.prototype.forEach.call(input.files, function (f) { dt.items.add(f); });
        files.forEach(function (f) { dt.items.add(f); });
        input.files = dt.files;
        show();
      });
    });
    input.addEventListener('change', show);
  });
  // A file dropped beside the zone would replace the page and what is typed.
  ['dragover', 'drop'].forEach(function (t) {
    window.addEventListener(t, function (e) {
      if (document.querySelector('[data-drop]')) { e.preventDefault(); }
    });
  });

  function size(n) { return n < 1048576 ? Math.max(1, Math.round(n / 1024)) + ' KB' : (n / 1048576).toFixed(1) + ' MB'; }

  // gather walks dropped folders, which the plain list of files leaves out.
  function gather(data, done) {
    var entries = [], files = [], open = 1;
    Array.prototype.forEach.call(data.items || [], function (it) {
      var e = it.webkitGetAsEntry && it.webkitGetAsEntry();
      if (e) { entries.push(e); }
    });
    if (!entries.some(function (e) { return e.isDirectory; })) {
      done(Array.prototype.slice.call(data.files));
      return;
    }
    function close() { open--; if (open === 0) { done(files); } }
    function walk(e) {
      open++;
      if (e.isFile) { e.file(function (f) { files.push(f); close(); }, close); return; }
      var reader = e.createReader();
      (function more() {
        reader.readEntries(function (part) {
          part.forEach(walk);
          if (part.length && files.length < 5000) { more(); } else { close(); }
        }, close);
      })();
    }
    entries.forEach(walk);
    close();
  }

  each('form[data-wait]', function (form) {
    form.addEventListener('submit', function () {
      var p = document.createElement('p');
      p.className = 'busy';
      p.setAttribute('role', 'status');
      p.textContent = form.getAttribute('data-wait');
      form.appendChild(p);
    });
    window.addEventListener('pageshow', function () {
      var p = form.querySelector('.busy');
      if (p) { p.remove(); }
    });
  });

  // What a word processor puts on the clipboard keeps its tables only as html.
  each('[data-richpaste]', function (box) {
    var html = box.form.elements.html, note = box.form.querySelector('[data-richnote]');
    box.addEventListener('paste', function (e) {
      var h = e.clipboardData && e.clipboardData.getData('text/html');
      if (h && /<table/i.test(h)) {
        html.value = h;
        note.hidden = false;
        note.textContent = '已连同表格结构一起粘贴；框里只显示文字。';
      }
    });
    box.addEventListener('input', function (e) {
      if (e.inputType !== 'insertFromPaste') { html.value = ''; note.hidden = true; }
    });
  });
})();
