// The editor of a text: an area to write in whose html goes to the server with
// the form. The server cleans what is pasted. Nothing is kept in the browser.
(function () {
  'use strict';
  var form = document.getElementById('draft'), area = document.getElementById('editor'), plain = document.getElementById('plain');
  if (!form || !area || !plain || !window.fetch || !window.FormData) { return; }
  var bar = form.querySelector('.toolbar'), said = document.getElementById('said'), raw = form.elements.html, text = form.elements.text;
  var pictures = document.getElementById('pictures'), saved = document.getElementById('autosaved'), limit = document.getElementById('limit-now');
  var dirty = form.getAttribute('data-dirty') === '1', stopped = false, busy = false, leaving = false;

  // Without script the text is edited as plain lines; here it is not.
  plain.hidden = true;
  text.disabled = true;
  Array.prototype.forEach.call(plain.querySelectorAll('input,button'), function (e) { e.disabled = true; });
  form.appendChild(raw);
  area.hidden = bar.hidden = false;
  area.contentEditable = 'true';
  var theme = form.elements.theme;
  if (theme) { theme.setAttribute('list', 'themes'); }
  try {
    document.execCommand('defaultParagraphSeparator', false, 'p');
    document.execCommand('styleWithCSS', false, false);
  } catch (e) { /* a browser that knows neither writes div, which the server reads as well */ }

  function tell(words, bad) {
    said.textContent = '';
    said.className = bad ? 'bad' : '';
    [].concat(words).forEach(function (w) {
      var p = document.createElement('p');
      p.textContent = w;
      said.appendChild(p);
    });
  }

  // What was, to go back to. Changes to tables are no commands of the browser,
  // so it cannot undo them itself.
  var past = [area.innerHTML], future = [], timer = 0;
  function remember() {
    clearTimeout(timer);
    timer = 0;
    if (area.innerHTML !== past[past.length - 1]) {
      past.push(area.innerHTML);
      if (past.length > 100) { past.shift(); }
      future = [];
    }
  }
  function changed() {
    dirty = true;
    if (!timer) { timer = setTimeout(remember, 700); }
  }
  function step(from, to) {
    remember();
    if (from === past ? past.length < 2 : !future.length) { return; }
    if (from === past) { to.push(past.pop()); } else { past.push(future.pop()); }
    area.innerHTML = past[past.length - 1];
    dirty = true;
    area.focus();
    rows();
  }

  // The caret is lost when a field of a panel has the focus.
  var range = null;
  document.addEventListener('selectionchange', function () {
    var s = document.getSelection();
    if (s.rangeCount && area.contains(s.anchorNode)) {
      range = s.getRangeAt(0);
      show();
    }
  });
  function back() {
    area.focus();
    var s = document.getSelection();
    if (range && area.contains(range.startContainer)) {
      s.removeAllRanges();
      s.addRange(range);
    } else {
      s.selectAllChildren(area);
      s.collapseToEnd();
    }
  }
  function up(tags) {
    var n = range ? range.startContainer : null;
    for (; n && n !== area; n = n.parentNode) {
      if (n.nodeType === 1 && tags.indexOf(n.tagName) >= 0) { return n; }
    }
    return null;
  }
  function show() {
    var table = !!up(['TABLE']);
    Array.prototype.forEach.call(form.querySelectorAll('.intable button'), function (b) { b.disabled = !table; });
    bar.querySelector('[data-cmd=h2]').setAttribute('aria-pressed', String(!!up(['H2'])));
    bar.querySelector('[data-cmd=h3]').setAttribute('aria-pressed', String(!!up(['H3'])));
    bar.querySelector('[data-cmd=bold]').setAttribute('aria-pressed', String(!!up(['B', 'STRONG'])));
  }

  // Whole blocks at the end of a paragraph stand after it, or the browser would
  // join the first to it.
  function after(html) {
    var s = document.getSelection(), n = s.anchorNode, rest = document.createRange();
    if (!s.isCollapsed) { return false; }
    if (n === area) { // between two blocks
      n = area.childNodes[s.anchorOffset - 1];
      while (n && n.nodeType !== 1) { n = n.previousSibling; }
    } else {
      while (n && n.parentNode !== area) { n = n.parentNode; }
      if (n && n.nodeType === 1) {
        rest.selectNodeContents(n);
        rest.setStart(s.anchorNode, s.anchorOffset);
        if (rest.toString().trim()) { return false; }
      }
    }
    if (!n || n.nodeType !== 1) { return false; }
    n.insertAdjacentHTML('afterend', html);
    if (!n.textContent.trim() && !n.querySelector('img,table')) { area.removeChild(n); }
    return true;
  }
  function insert(html, blocks) {
    back();
    remember();
    if (blocks && after(html)) {
      dirty = true;
      remember();
      rows();
      return;
    }
    if (!document.execCommand('insertHTML', false, html)) { area.insertAdjacentHTML('beforeend', html); }
    dirty = true;
    remember();
    rows();
  }

  function align(name) {
    back();
    remember();
    var e = up(['P', 'H2', 'H3', 'H4', 'TD', 'TH']);
    if (!e) {
      document.execCommand('formatBlock', false, '<p>');
      e = up(['P']);
    }
    if (e) {
      var had = e.classList.contains(name);
      e.className = '';
      e.removeAttribute('style');
      if (!had) { e.classList.add(name); }
    }
    changed();
  }

  var panels = { table: 'panel-table', link: 'panel-link', picture: 'panel-picture' };
  function panel(name) {
    Object.keys(panels).forEach(function (k) {
      var p = document.getElementById(panels[k]), open = k === name && p.hidden;
      p.hidden = !open;
      bar.querySelector('[data-cmd=' + k + ']').setAttribute('aria-expanded', String(open));
      if (open) {
        if (k === 'link') {
          var a = up(['A']);
          document.getElementById('l-href').value = a ? a.getAttribute('href') : '';
        }
        p.querySelector('input').focus();
      }
    });
    if (!name) { back(); }
  }

  var commands = {
    h2: function () { block(up(['H2']) ? 'p' : 'h2'); },
    h3: function () { block(up(['H3']) ? 'p' : 'h3'); },
    p: function () { block('p'); },
    bold: function () { run('bold'); },
    ul: function () { run('insertUnorderedList'); },
    ol: function () { run('insertOrderedList'); },
    center: function () { align('center'); },
    right: function () { align('right'); },
    clear: function () { run('removeFormat'); run('unlink'); if (!up(['TABLE'])) { block('p'); } },
    undo: function () { step(past, future); },
    redo: function () { step(future, past); },
    table: function () { panel('table'); },
    link: function () { panel('link'); },
    picture: function () { panel('picture'); }
  };
  function run(name) { back(); document.execCommand(name, false, null); changed(); show(); }
  function block(tag) { back(); document.execCommand('formatBlock', false, '<' + tag + '>'); changed(); show(); }

  bar.addEventListener('mousedown', function (e) { if (e.target.closest('button')) { e.preventDefault(); } }); // keeps the selection
  bar.addEventListener('click', function (e) {
    var b = e.target.closest('button[data-cmd]');
    if (b) { commands[b.getAttribute('data-cmd')](); }
  });
  // A toolbar is one stop of the Tab key; arrows go on inside it.
  var buttons = Array.prototype.slice.call(bar.querySelectorAll('button'));
  buttons.forEach(function (b, i) { b.tabIndex = i ? -1 : 0; });
  bar.addEventListener('keydown', function (e) {
    var i = buttons.indexOf(document.activeElement), to = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: buttons.length - 1 }[e.key];
    if (i < 0 || to === undefined) { return; }
    e.preventDefault();
    to = (to + buttons.length) % buttons.length;
    buttons[i].tabIndex = -1;
    buttons[to].tabIndex = 0;
    buttons[to].focus();
  });
  area.addEventListener('keydown', function (e) {
    var ctrl = e.ctrlKey || e.metaKey, key = e.key.toLowerCase();
    if (e.altKey && e.key === 'F10') { e.preventDefault(); buttons[0].focus(); return; }
    if (!ctrl) { return; }
    var cmd = e.altKey ? { Digit1: 'h2', Digit2: 'h3', Digit0: 'p' }[e.code] : key === 'z' ? (e.shiftKey ? 'redo' : 'undo') : { y: 'redo', b: 'bold' }[key];
    if (key === 's' && !e.altKey) { e.preventDefault(); autosave(); return; }
    if (cmd) { e.preventDefault(); commands[cmd](); }
  });
  area.addEventListener('input', changed);
  form.addEventListener('input', function () { dirty = true; });

  // Tables. Merged cells are left to the file they came from.
  function merged(table) {
    var m = table.querySelector('[rowspan],[colspan]');
    if (m) { tell('这个表格有合并的单元格，不能在这里增删行列。请在原文件里改好再粘贴。', true); }
    return !!m;
  }
  function cellLike(c) {
    var n = document.createElement(c ? c.tagName.toLowerCase() : 'td');
    n.appendChild(document.createElement('br'));
    return n;
  }
  var actions = {
    table: function () {
      var r = Math.min(60, Math.max(1, Number(document.getElementById('t-rows').value) || 3)), c = Math.min(12, Math.max(1, Number(document.getElementById('t-cols').value) || 3));
      var html = '<div class="scroll"><table class="grid"><tbody>', i, k;
      for (i = 0; i < r; i++) {
        html += '<tr>';
        for (k = 0; k < c; k++) { html += i ? '<td><br></td>' : '<th><br></th>'; }
        html += '</tr>';
      }
      insert(html + '</tbody></table></div><p><br></p>', true);
      panel('');
    },
    rowadd: function (cell, row, table) {
      if (merged(table)) { return; }
      var n = document.createElement('tr');
      Array.prototype.forEach.call(row.cells, function () { n.appendChild(cellLike(null)); });
      row.parentNode.insertBefore(n, row.nextSibling);
    },
    rowdel: function (cell, row, table) {
      if (merged(table)) { return; }
      row.parentNode.removeChild(row);
      if (!table.rows.length) { drop(table); }
    },
    coladd: function (cell, row, table) {
      if (merged(table)) { return; }
      var at = cell.cellIndex;
      Array.prototype.forEach.call(table.rows, function (r) { r.insertBefore(cellLike(r.cells[at]), r.cells[at] ? r.cells[at].nextSibling : null); });
    },
    coldel: function (cell, row, table) {
      if (merged(table)) { return; }
      var at = cell.cellIndex;
      Array.prototype.forEach.call(table.rows, function (r) { if (r.cells[at]) { r.removeChild(r.cells[at]); } });
      if (!table.rows[0] || !table.rows[0].cells.length) { drop(table); }
    },
    tabledel: function (cell, row, table) { drop(table); },
    link: function () {
      var to = document.getElementById('l-href').value.trim();
      if (!/^https?:\/\/[^\s]+$/.test(to)) { tell('网址要写全，以 http:// 或 https:// 开头。', true); return; }
      back();
      if (document.getSelection().isCollapsed && !up(['A'])) { insert('<a href="' + to.replace(/&/g, '&amp;').replace(/"/g, '&quot;') + '">' + to.replace(/&/g, '&amp;').replace(/</g, '&lt;') + '</a>'); } else if (up(['A'])) { up(['A']).setAttribute('href', to); } else { document.execCommand('createLink', false, to); }
      changed();
      panel('');
    },
    unlink: function () { run('unlink'); panel(''); },
    picture: function () {
      var file = document.getElementById('p-file').files[0], alt = document.getElementById('p-alt');
      if (!file) { tell('请选择要插入的图片。', true); return; }
      if (!alt.value.trim()) { tell('请写图片的文字说明，看不见图片的人要靠它了解内容。', true); alt.focus(); return; }
      var data = new FormData();
      data.append('picture', file);
      data.append('version', form.elements.version.value);
      send(form.getAttribute('data-picture'), data, function (a) {
        var img = document.createElement('img'), fig = document.createElement('figure');
        img.setAttribute('src', a.src);
        img.setAttribute('alt', alt.value.trim());
        fig.className = 'picture';
        fig.appendChild(img);
        insert(fig.outerHTML + '<p><br></p>', true);
        document.getElementById('p-file').value = alt.value = '';
        tell('图片已插入。');
        panel('');
      });
    }
  };
  function drop(table) {
    var box = table.parentNode !== area && table.parentNode.classList.contains('scroll') ? table.parentNode : table;
    box.parentNode.removeChild(box);
  }
  form.addEventListener('click', function (e) {
    var b = e.target.closest('button[data-do]');
    if (!b) { return; }
    var name = b.getAttribute('data-do'), cell = up(['TD', 'TH']), table = up(['TABLE']);
    remember();
    if (['rowadd', 'rowdel', 'coladd', 'coldel', 'tabledel'].indexOf(name) < 0) { actions[name](); return; }
    if (!cell || !table) { return; }
    actions[name](cell, cell.parentNode, table);
    range = null;
    changed();
    remember();
    show();
  });
  Array.prototype.forEach.call(form.querySelectorAll('.toolpanel'), function (p) {
    p.addEventListener('keydown', function (e) {
      if (e.key === 'Enter' && e.target.tagName === 'INPUT') {
        e.preventDefault();
        p.querySelector('button[data-do]').click();
      }
      if (e.key === 'Escape') { panel(''); }
    });
  });

  // Pasting: the server cleans what Word, WPS or a page put on the clipboard.
  function escape(s) { return s.replace(/&/g, '&amp;').replace(/</g, '&lt;'); }
  area.addEventListener('paste', function (e) {
    var c = e.clipboardData;
    if (!c) { return; }
    var html = c.getData('text/html'), words = c.getData('text/plain');
    if (!html && !words) {
      if (c.files && c.files.length) { e.preventDefault(); tell('图片请用“图片”按钮插入，并写文字说明。', true); }
      return;
    }
    e.preventDefault();
    if (!html) {
      html = words.split(/\r?\n/).map(function (l) { return l.trim() ? '<p>' + escape(l.trim()) + '</p>' : ''; }).join('');
    }
    var data = new FormData();
    data.append('html', html);
    tell('正在清理粘贴的内容……');
    fetch(form.getAttribute('data-clean'), { method: 'POST', body: data, credentials: 'same-origin' }).then(function (r) {
      if (!r.ok) { throw new Error(String(r.status)); }
      return r.json();
    }).then(function (a) {
      var box = document.createElement('div');
      box.innerHTML = a.html;
      var only = box.children.length === 1 && box.firstElementChild.tagName === 'P' && !box.firstElementChild.className;
      var cell = up(['TD', 'TH', 'LI']);
      if (cell && !box.querySelector('table,figure')) {
        insert(Array.prototype.map.call(box.children, function (n) { return n.innerHTML; }).join('<br>'));
      } else {
        insert(only ? box.firstElementChild.innerHTML : a.html, !only);
      }
      tell(['已粘贴，多余的格式已去掉。'].concat(a.dropped), a.dropped.length > 0);
    }).catch(function (err) {
      tell(err.message === '401' ? '登录已经过期，请在另一个窗口登录后再粘贴。' : '粘贴的内容没有读入，可能太大。请分几次粘贴，或者上传文件。', true);
    });
  });
  area.addEventListener('drop', function (e) { e.preventDefault(); tell('请用复制、粘贴或者“图片”按钮，不支持拖放。', true); });

  // The words for pictures stand in fields below the text, one for each.
  function rows() {
    var seen = {};
    Array.prototype.forEach.call(area.querySelectorAll('img'), function (img) {
      var id = (img.getAttribute('src') || '').split('/').pop();
      if (!/^\d+$/.test(id) || seen[id]) { return; }
      seen[id] = true;
      var row = pictures.querySelector('[data-file="' + id + '"]');
      if (!row) {
        row = document.createElement('div');
        row.className = 'picturerow';
        row.setAttribute('data-file', id);
        var pic = document.createElement('img'), box = document.createElement('div'), label = document.createElement('label'), input = document.createElement('input');
        pic.src = img.getAttribute('src');
        pic.alt = '';
        box.className = 'field';
        label.htmlFor = input.id = 'f-alt-' + id;
        label.textContent = '图片的说明';
        input.name = 'alt-' + id;
        input.maxLength = 200;
        input.value = img.getAttribute('alt') || '';
        box.appendChild(label);
        box.appendChild(input);
        row.appendChild(pic);
        row.appendChild(box);
        pictures.appendChild(row);
      }
    });
    Array.prototype.forEach.call(pictures.querySelectorAll('.picturerow'), function (row) {
      var on = !!seen[row.getAttribute('data-file')];
      row.hidden = !on;
      row.querySelector('input').disabled = !on;
    });
  }
  pictures.addEventListener('input', function (e) {
    var row = e.target.closest('.picturerow');
    Array.prototype.forEach.call(area.querySelectorAll('img'), function (img) {
      if (row && (img.getAttribute('src') || '').split('/').pop() === row.getAttribute('data-file')) { img.setAttribute('alt', e.target.value); }
    });
  });

  // Fields that do not fit the kind are put away.
  var kind = form.elements.kind;
  kind.addEventListener('change', function () {
    Array.prototype.forEach.call(form.querySelectorAll('fieldset[data-kinds]'), function (f) {
      f.hidden = f.getAttribute('data-kinds').split(' ').indexOf(kind.value) < 0;
    });
    if (kind.value === 'interpretation') {
      var p = form.querySelector('[name=policy_q]');
      if (p) { p.closest('details').open = true; }
    }
  });
  // What is proposed is taken over by a click.
  Array.prototype.forEach.call(form.querySelectorAll('[data-propose]'), function (p) {
    var b = document.createElement('button');
    b.type = 'button';
    b.className = 'btn plain small';
    b.textContent = '采用';
    b.addEventListener('click', function () {
      var f = form.elements[p.getAttribute('data-propose')];
      f.value = p.textContent;
      dirty = true;
      f.focus();
    });
    p.parentNode.appendChild(b);
  });

  // Saving every minute, with the version that was read: who saves over
  // somebody else is told and nothing is lost.
  function fill() { raw.value = area.innerHTML; }
  function send(to, data, done) {
    busy = true;
    return fetch(to, { method: 'POST', body: data, credentials: 'same-origin' }).then(function (r) {
      return r.json().then(function (a) { return { status: r.status, a: a }; });
    }).then(function (x) {
      busy = false;
      if (x.a.version) {
        form.elements.version.value = x.a.version;
        Array.prototype.forEach.call(document.querySelectorAll('aside input[name=version]'), function (i) { i.value = x.a.version; });
        saved.textContent = '已自动保存 ' + x.a.saved;
        var due = document.querySelector('aside details.due summary');
        if (limit && x.a.limit && !(due && x.a.limit.indexOf(due.textContent.slice(0, 10)) >= 0)) { limit.textContent = '按现在填的：' + x.a.limit; }
        done(x.a);
        return;
      }
      if (x.a.conflict) { stopped = true; }
      var why = x.a.conflict || x.a.message || (x.a.error && x.a.error.message) || '没有保存。';
      if (x.a.bad) { why += Object.keys(x.a.bad).map(function (k) { return x.a.bad[k]; }).join(''); }
      saved.textContent = why;
      tell(why, true);
    }).catch(function () {
      busy = false;
      saved.textContent = '没有连上服务器，稍后再自动保存。';
    });
  }
  function autosave() {
    if (busy || stopped || !dirty || leaving) { return; }
    fill();
    var data = new FormData(form);
    ['files', 'picture', 'do', 'key'].forEach(function (n) { data.delete(n); });
    dirty = false;
    send(form.getAttribute('data-auto'), data, function () {}).then(function () {
      if (!/^已自动保存/.test(saved.textContent)) { dirty = true; }
    });
  }
  setInterval(autosave, 60000);
  form.autosave = autosave;

  form.addEventListener('submit', function () {
    fill();
    leaving = true;
    setTimeout(function () { leaving = false; }, 3000);
  });
  window.addEventListener('beforeunload', function (e) {
    if (dirty && !leaving) { e.preventDefault(); e.returnValue = ''; }
  });
  rows();
  show();
  remember();
})();
