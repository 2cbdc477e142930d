/* Improves the filling page: sums and identities as one types, pasting a block
   from a spreadsheet, copying as rich text, a warning before leaving. What must
   hold comes from the server as data; the server checks it again. ES2018. */
(function () {
  'use strict';
  var form = document.getElementById('fill');
  if (!form) { return; }
  var spec = JSON.parse(form.getAttribute('data-form'));
  var inputs = spec.cells.map(function (id) { return form.elements[id]; });
  var index = {};
  spec.cells.forEach(function (id, i) { index[id] = i; });
  var dirty = false;

  // parse gives millionths for money and integers for counts, null for no
  // figure. Six decimals of 万元 stay exact: below 2^53 for any real amount.
  function parse(i) {
    var s = inputs[i].value.trim().replace(/[０-９]/g, function (c) { return String.fromCharCode(c.charCodeAt(0) - 0xfee0); }).replace(/，/g, ',');
    if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(s)) { s = s.replace(/,/g, ''); }
    if (spec.types[i] === 'money') {
      var m = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(s);
      return m ? Number(m[1]) * 1e6 + Number(((m[2] || '') + '000000').slice(0, 6)) : null;
    }
    if (spec.types[i] === 'signed') { s = s.replace(/^[+增]/, '').replace(/^减/, '-'); return /^-?\d{1,9}$/.test(s) ? Number(s) : null; }
    return /^\d{1,9}$/.test(s) ? Number(s) : null;
  }
  function sum(side) {
    var n = 0;
    for (var k = 0; k < side.length; k++) {
      var v = parse(side[k]);
      if (v === null) { return null; }
      n += v;
    }
    return n;
  }
  function show(n, i) { return spec.types[i] === 'money' ? String(n / 1e6) : String(n); }
  function table(i) { return spec.cells[i].split('.')[0]; }

  // A sum is a single cell that an equation gives from others.
  var sums = [];
  spec.identities.forEach(function (e) {
    if (e.op === '=' && e.right.length === 1 && e.left.length > 1) {
      sums.push(e);
      inputs[e.right[0]].setAttribute('data-sum', '');
    }
  });

  function fails(e) {
    var a = sum(e.left), b = sum(e.right);
    if (a === null || b === null) { return null; }
    if (e.op === '=' ? a === b : e.op === '<=' ? a <= b : a >= b) { return null; }
    return { a: a, b: b };
  }
  function line(e) { // what the repeated identity speaks of: the sum's row and column
    return spec.labels[e.right[0]];
  }
  function words(e, f) {
    var i = e.right[0];
    if (e.code === 'T3-BALANCE') {
      return '“' + spec.labels[e.left[0]].split(' · ').pop() + '”一列收办不平：第一项加第二项是 ' + show(f.a, i) + '，第三项加第四项是 ' + show(f.b, i) + '。';
    }
    if (e.op === '=') { return '“' + line(e) + '”应为 ' + show(f.a, i) + '，现在是 ' + show(f.b, i) + '。'; }
    return '“' + spec.labels[e.left[0]] + '”为 ' + show(f.a, i) + '，与“' + e.right.map(function (k) { return spec.labels[k]; }).join('”“') + '”合计 ' + show(f.b, i) + ' 不符，请核对。';
  }

  var summary = form.querySelector('[data-summary]');
  function refresh() {
    var lists = {}, bad = {}, n = 0;
    spec.identities.forEach(function (e) {
      var f = fails(e);
      if (!f) { return; }
      n++;
      var t = table(e.right[0]);
      (lists[t] = lists[t] || []).push([e, f]);
      e.right.forEach(function (i) { bad[i] = true; });
      if (e.code === 'T3-BALANCE') { e.left.forEach(function (i) { bad[i] = true; }); }
    });
    inputs.forEach(function (el, i) {
      el.closest('td').classList.toggle('livebad', !!bad[i]);
    });
    Array.prototype.forEach.call(form.querySelectorAll('[data-live]'), function (ul) {
      ul.textContent = '';
      (lists[ul.getAttribute('data-live')] || []).slice(0, 12).forEach(function (p) {
        var li = document.createElement('li'), a = document.createElement('a');
        a.href = '#' + inputs[p[0].right[0]].closest('td').id;
        a.textContent = words(p[0], p[1]);
        a.addEventListener('click', function () { setTimeout(function () { inputs[p[0].right[0]].focus(); }, 0); });
        li.appendChild(a);
        ul.appendChild(li);
      });
    });
    sums.forEach(function (e) {
      var v = sum(e.left), el = inputs[e.right[0]];
      el.placeholder = v === null ? '' : show(v, e.right[0]);
    });
    var empty = inputs.filter(function (el) { return el.value.trim() === ''; }).length;
    Array.prototype.forEach.call(form.querySelectorAll('[data-empty]'), function (el) { el.textContent = empty; });
    var first = form.querySelector('[data-live] li');
    summary.textContent = (n ? '随填核对：' + n + ' 处不平。' + first.textContent + (n > 1 ? '等。' : '') : '随填核对：已填的数字都平衡。') + (empty ? '还有 ' + empty + ' 格空着。' : '');
    summary.classList.toggle('warned', n > 0);
  }

  var due = 0;
  form.addEventListener('input', function (e) {
    dirty = true;
    if (e.target.tagName === 'TEXTAREA') { counted(e.target); }
    clearTimeout(due);
    due = setTimeout(refresh, 60);
  });

  // Rows and columns as they stand in the printed table.
  function grid(el) {
    var t = el.closest('table'), rows = [];
    Array.prototype.forEach.call(t.rows, function (tr) {
      var r = tr.querySelectorAll('td input');
      if (r.length) { rows.push(Array.prototype.slice.call(r)); }
    });
    return rows;
  }
  function at(rows, el) {
    for (var y = 0; y < rows.length; y++) {
      var x = rows[y].indexOf(el);
      if (x >= 0) { return [y, x]; }
    }
    return [0, 0];
  }
  // block cuts a copied block: header rows without figures and label columns go.
  function block(text, width) {
    var rows = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n').map(function (l) { return l.split('\t').map(function (c) { return c.trim(); }); });
    var figure = /^[+-]?[\d０-９][\d０-９,，.]*$/, mark = /^(\/|-|—|——|不适用|)$/;
    if (rows.some(function (r) { return r.some(function (c) { return figure.test(c); }); })) {
      rows = rows.filter(function (r) { return r.some(function (c) { return figure.test(c); }) || r.every(function (c) { return mark.test(c); }); });
    }
    var first = 0;
    rows.forEach(function (r) {
      r.forEach(function (c, i) { if (i + 1 > first && !figure.test(c) && !mark.test(c) && /[\u4e00-\u9fff]/.test(c) && !/\d/.test(c.replace(/^[（(]?[\d一二三四五六七八九十]+[)）.、．]/, ''))) { first = i + 1; } });
    });
    // A merged label leaves empty columns behind it; only what is too wide for
    // the table is taken for them.
    function spare() { return rows.every(function (r) { return r.length - first > width && r[first] === ''; }); }
    while (first > 0 && rows.length && spare()) { first++; }
    return rows.map(function (r) { return r.slice(first); });
  }
  form.addEventListener('paste', function (e) {
    var el = e.target;
    if (el.tagName !== 'INPUT' || index[el.name] === undefined) { return; }
    var text = (e.clipboardData || window.clipboardData).getData('text');
    if (!/[\t\n]/.test(text.replace(/[\r\n]+$/, ''))) { return; }
    e.preventDefault();
    var rows = grid(el), from = at(rows, el), put = 0, lost = 0;
    block(text, rows[from[0]].length - from[1]).forEach(function (r, dy) {
      r.forEach(function (c, dx) {
        var y = rows[from[0] + dy], target = y && y[from[1] + dx];
        if (!target) { if (c !== '') { lost++; } return; }
        target.value = c.slice(0, 24);
        put++;
      });
    });
    dirty = true;
    refresh();
    summary.textContent = '已粘贴 ' + put + ' 格。' + (lost ? '有 ' + lost + ' 个数超出表格，没有填入，请检查起始格。' : '') + summary.textContent;
  });

  // Enter and the arrows move between cells, as in a spreadsheet.
  form.addEventListener('keydown', function (e) {
    var el = e.target;
    if (el.tagName !== 'INPUT' || index[el.name] === undefined) { return; }
    var dy = e.key === 'ArrowDown' || e.key === 'Enter' ? 1 : e.key === 'ArrowUp' ? -1 : 0;
    if (!dy || e.ctrlKey || e.altKey || e.isComposing) { return; }
    var rows = grid(el), p = at(rows, el), row = rows[p[0] + dy];
    e.preventDefault();
    if (row) { var t = row[Math.min(p[1], row.length - 1)]; t.focus(); t.select(); }
  });

  Array.prototype.forEach.call(form.querySelectorAll('[data-tools]'), function (p) { p.hidden = false; });
  Array.prototype.forEach.call(form.querySelectorAll('[data-sums]'), function (b) {
    b.hidden = !sums.some(function (e) { return table(e.right[0]) === b.getAttribute('data-sums'); });
    b.parentNode.querySelector('[data-sumshint]').hidden = b.hidden;
    b.addEventListener('click', function () {
      var t = b.getAttribute('data-sums'), put = 0;
      for (var pass = 0; pass < 3; pass++) { // a sum may feed another
        sums.forEach(function (e) {
          var i = e.right[0], v = sum(e.left);
          if (table(i) === t && inputs[i].value.trim() === '' && v !== null) { inputs[i].value = show(v, i); put++; }
        });
      }
      dirty = dirty || put > 0;
      refresh();
      summary.textContent = (put ? '填上了 ' + put + ' 个合计格。' : '没有可填的合计格：分项还没有填全，或者合计已经填了。') + summary.textContent;
    });
  });

  function counted(el) {
    var c = el.parentNode.querySelector('.count');
    if (!c) {
      c = document.createElement('span');
      c.className = 'count';
      el.parentNode.appendChild(c);
    }
    c.textContent = el.value.replace(/\s/g, '').length + ' 字';
  }
  Array.prototype.forEach.call(form.querySelectorAll('.chapter textarea[name^="aspect"],.chapter textarea[name^="chapter"],.chapter textarea[name="opening"]'), counted);

  // Leaving loses what is typed and not saved.
  var leaving = false;
  form.addEventListener('submit', function () { leaving = true; setTimeout(function () { leaving = false; }, 1500); });
  window.addEventListener('beforeunload', function (e) {
    if (dirty && !leaving) { e.preventDefault(); e.returnValue = ''; }
  });

  // Rich text goes onto the clipboard as html with its inline styles. Without
  // leave to write there, the button opens the page to select by hand.
  var rich = form.querySelector('[data-rich]'), done = form.querySelector('[data-richdone]');
  if (rich) { rich.addEventListener('click', function (e) {
    if (!form.elements.organ.value.trim()) { // else a new tab would open to say so
      e.preventDefault();
      done.textContent = '还不能复制：请先在页首填写机关全称。';
      form.elements.organ.focus();
      return;
    }
    if (!window.fetch) { return; }
    e.preventDefault();
    var data = new FormData(form);
    data.set('do', 'richtext');
    ['draft', 'lastfile'].forEach(function (n) { data.delete(n); });
    fetch(form.action, { method: 'POST', body: data, credentials: 'same-origin' }).then(function (r) {
      if (!r.ok) { throw new Error(r.status); }
      return r.text();
    }).then(function (html) {
      var plain = new DOMParser().parseFromString(html, 'text/html').body.textContent;
      function put(ev) {
        ev.preventDefault();
        ev.clipboardData.setData('text/html', html);
        ev.clipboardData.setData('text/plain', plain);
      }
      document.addEventListener('copy', put);
      var ok = document.execCommand('copy');
      document.removeEventListener('copy', put);
      if (!ok) { throw new Error('copy'); }
      done.textContent = '已复制，可以到另一个系统的编辑框里粘贴了。';
    }).catch(function () {
      done.textContent = '浏览器不允许直接复制，请在新打开的页面里全选复制。';
      var b = document.createElement('button');
      b.name = 'do'; b.value = 'rich'; b.formTarget = '_blank'; b.hidden = true;
      form.appendChild(b); b.click(); b.remove();
    });
  }); }

  refresh();
})();
