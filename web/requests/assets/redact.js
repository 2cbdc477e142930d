// Boxes are drawn on the picture of a page with the mouse, a pen or a finger.
// They are kept as lines of the field that can also be written by hand, so the
// form needs nothing of this.
(function () {
  'use strict';
  var sheet = document.getElementById('sheet'), area = document.getElementById('boxes'), ground = document.getElementById('ground');
  if (!sheet || !area || !ground || !window.PointerEvent) { return; }
  var svg = sheet.querySelector('svg'), tally = document.getElementById('tally'), touch = document.getElementById('touchdraw');
  var page = sheet.getAttribute('data-page'), high = Number(sheet.getAttribute('data-high')), full = 10000;
  var hints = document.querySelectorAll('.drawhint'), i;
  for (i = 0; i < hints.length; i++) { hints[i].hidden = false; }
  sheet.classList.add('ready');

  function name() {
    var o = ground.options[ground.selectedIndex];
    return o ? o.text.replace(/（.*$/, '') : '';
  }

  function lines() {
    return area.value.split('\n').filter(function (l) { return l.trim() !== ''; });
  }

  function rect(x, y, w, h) {
    var r = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    r.setAttribute('x', x);
    r.setAttribute('y', y);
    r.setAttribute('width', w);
    r.setAttribute('height', h);
    return r;
  }

  function redraw() {
    var all = lines();
    svg.textContent = '';
    all.forEach(function (l, n) {
      var f = l.trim().split(/\s+/), v = f.slice(1, 5).map(Number);
      if (f[0] !== page || v.length < 4 || v.some(isNaN)) { return; }
      var r = rect(v[0] * full / 100, v[1] * high / 100, (v[2] - v[0]) * full / 100, (v[3] - v[1]) * high / 100);
      var t = document.createElementNS('http://www.w3.org/2000/svg', 'title');
      t.textContent = (f[5] || '') + '，点一下去掉';
      r.appendChild(t);
      r.setAttribute('data-line', n);
      svg.appendChild(r);
    });
    tally.textContent = '已选 ' + all.length + ' 处';
  }

  function at(e) {
    var b = svg.getBoundingClientRect();
    function within(v) { return Math.max(0, Math.min(1, v)); }
    return { x: within((e.clientX - b.left) / b.width), y: within((e.clientY - b.top) / b.height) };
  }

  function percent(v) { return String(Math.round(v * full) / 100); }

  var from = null, mark = null;
  svg.addEventListener('pointerdown', function (e) {
    if (e.button !== 0 || e.pointerType === 'touch' && !touch.checked) { return; }
    from = at(e);
    mark = rect(from.x * full, from.y * high, 0, 0);
    mark.setAttribute('class', 'new');
    svg.appendChild(mark);
    svg.setPointerCapture(e.pointerId);
    e.preventDefault();
  });
  svg.addEventListener('pointermove', function (e) {
    if (!from) { return; }
    var to = at(e);
    mark.setAttribute('x', Math.min(from.x, to.x) * full);
    mark.setAttribute('y', Math.min(from.y, to.y) * high);
    mark.setAttribute('width', Math.abs(to.x - from.x) * full);
    mark.setAttribute('height', Math.abs(to.y - from.y) * high);
  });
  svg.addEventListener('pointerup', function (e) {
    if (!from) { return; }
    var to = at(e), start = from;
    from = null;
    svg.removeChild(mark);
    if (Math.abs(to.x - start.x) > 0.004 && Math.abs(to.y - start.y) > 0.003) {
      var box = [page, percent(Math.min(start.x, to.x)), percent(Math.min(start.y, to.y)), percent(Math.max(start.x, to.x)), percent(Math.max(start.y, to.y)), name()];
      area.value = lines().concat([box.join(' ')]).join('\n') + '\n';
      redraw();
      return;
    }
    // A tap takes away the box under it, the topmost first.
    var rects = svg.querySelectorAll('rect'), k;
    for (k = rects.length - 1; k >= 0; k--) {
      var r = rects[k], x = Number(r.getAttribute('x')) / full, y = Number(r.getAttribute('y')) / high;
      if (to.x >= x && to.x <= x + Number(r.getAttribute('width')) / full && to.y >= y && to.y <= y + Number(r.getAttribute('height')) / high) {
        var rest = lines();
        rest.splice(Number(r.getAttribute('data-line')), 1);
        area.value = rest.length ? rest.join('\n') + '\n' : '';
        redraw();
        return;
      }
    }
  });
  svg.addEventListener('pointercancel', function () {
    if (from) { from = null; svg.removeChild(mark); }
  });
  touch.addEventListener('change', function () { sheet.classList.toggle('touch', touch.checked); });
  area.addEventListener('input', redraw);
  redraw();
})();
