/* Improves the pages that take files: dropping, the list of what was chosen,
   a sign of work, pasting with the table structure kept. ES2018, no modules. */
(function () {
  'use strict';
  function each(sel, fn) { Array.prototype.forEach.call(document.querySelectorAll(sel), fn); }

  each('[data-drop]', function (zone) {
    var input = zone.querySelector('input[type=file]');
    var list = zone.querySelector('[data-picked]');
    zone.classList.add('scripted');
    var word = zone.querySelector('[data-dropword]');
    if (!window.matchMedia || !window.matchMedia('(hover: none) and (pointer: coarse)').matches) { // a finger drags no files
      word.textContent = word.getAttribute('data-dropword');
      zone.querySelector('[data-dropor]').hidden = false;
    }
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

  // A kit's files go up and are read one after the other: the page says which.
  // Without script, or without these, the form is sent as a form.
  function busy(form) {
    var box = document.createElement('div'), bar = document.createElement('progress'), line = document.createElement('p');
    box.className = 'busy';
    bar.max = 100;
    bar.setAttribute('aria-label', '进度');
    line.setAttribute('data-busyline', '');
    box.appendChild(bar);
    box.appendChild(line);
    form.appendChild(box);
    return {
      say: function (text, part) {
        line.textContent = text;
        if (part === null) { bar.removeAttribute('value'); } else { bar.value = Math.round(part * 100); }
      },
      end: function () { box.remove(); }
    };
  }
  function refuse(form, text, fields) {
    each('[data-refused]', function (el) { el.remove(); });
    each('.field.bad', function (el) { el.classList.remove('bad'); });
    var box = document.createElement('div'), p = document.createElement('p'), first = null;
    box.className = 'finding';
    box.setAttribute('role', 'alert');
    box.setAttribute('data-refused', '');
    p.textContent = text;
    box.appendChild(p);
    form.parentNode.insertBefore(box, form);
    Object.keys(fields || {}).forEach(function (name) {
      var at = document.getElementById('f-' + name + '-d'), input = document.getElementById('f-' + name);
      if (!at || !input) { return; }
      var m = document.createElement('span');
      m.className = 'msg';
      m.setAttribute('data-refused', '');
      m.textContent = fields[name];
      at.appendChild(m);
      at.parentNode.classList.add('bad');
      first = first || input;
    });
    box.scrollIntoView();
    if (first) { first.focus(); }
  }
  each('form[data-progress]', function (form) {
    var sending = false;
    form.addEventListener('submit', function (e) {
      if (!window.FormData || !window.JSON) { return; }
      e.preventDefault();
      if (sending) { return; }
      sending = true;
      var x = new XMLHttpRequest(), b = busy(form), seen = 0, ended = false;
      function end() { ended = true; sending = false; b.end(); }
      function lines() {
        var all = x.responseText.split('\n');
        for (; seen < all.length - 1; seen++) {
          var l;
          try { l = JSON.parse(all[seen]); } catch (err) { return; }
          if (l.at) { ended = true; b.say('读完了，正在打开清单…', 1); location.href = l.at; return; }
          if (l.error) { end(); refuse(form, l.error, l.fields); return; }
          b.say('正在读取和核对 ' + l.done + '/' + l.total + '：' + l.name, l.done / l.total);
        }
      }
      x.upload.onprogress = function (p) {
        if (p.lengthComputable) { b.say(p.loaded < p.total ? '正在上传 ' + Math.round(p.loaded / p.total * 100) + '%' : '已上传，正在拆开…', p.loaded / p.total); }
      };
      x.onprogress = function () { if (x.status === 200) { lines(); } };
      x.onload = function () {
        if (x.status === 200) { lines(); }
        if (ended) { return; }
        var page = new DOMParser().parseFromString(x.responseText, 'text/html').querySelector('main');
        end();
        refuse(form, page ? page.textContent.replace(/\s+/g, ' ').trim() : '没有完成，请再提交一次。');
      };
      x.onerror = x.onabort = function () {
        if (!ended) { end(); refuse(form, '连接中断，没有完成。文件还在框里，请检查网络后再提交一次；如果文件合计超过 160 MB，请分几次提交。'); }
      };
      x.open('POST', form.action);
      x.setRequestHeader('Accept', 'application/x-ndjson');
      x.send(new FormData(form));
      b.say('正在上传…', null);
    });
  });

  each('form[data-wait]:not([data-progress])', function (form) {
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
