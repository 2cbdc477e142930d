/* Turns the pages of a screen and asks every 20 seconds for what is new. Without
   the network it goes on with what it has; what the server no longer gives is
   taken out of this browser at once. */
(function () {
  'use strict';
  var root = document.documentElement, base = root.getAttribute('data-base'), box = document.getElementById('pages');
  var state = document.getElementById('state'), clock = document.getElementById('clock');
  var key = 'gongkai-screen:' + base, every = 20000, stay = (+root.getAttribute('data-seconds') || 12) * 1000;
  var tag = '', at = 0, turn = 0, asking = false, fresh = 0;

  function two(n) { return (n < 10 ? '0' : '') + n; }
  function tick() {
    var d = new Date();
    clock.textContent = (d.getMonth() + 1) + '月' + d.getDate() + '日 星期' + '日一二三四五六'.charAt(d.getDay()) + ' ' + two(d.getHours()) + ':' + two(d.getMinutes());
  }
  function show(n) {
    var all = box.querySelectorAll('.slide');
    if (!all.length) return;
    at = n % all.length;
    for (var i = 0; i < all.length; i++) {
      if (i === at) all[i].classList.add('on'); else all[i].classList.remove('on');
    }
  }
  function next() { show(at + 1); turn = setTimeout(next, stay); }
  function put(html) {
    box.innerHTML = html;
    clearTimeout(turn);
    show(Math.min(at, box.querySelectorAll('.slide').length - 1));
    turn = setTimeout(next, stay);
  }
  function keep(v) { try { if (v) localStorage.setItem(key, JSON.stringify(v)); else localStorage.removeItem(key); } catch (e) { /* no room: the page goes on from memory */ } }
  function kept() { try { return JSON.parse(localStorage.getItem(key)); } catch (e) { return null; } }
  function forget() {
    keep(null);
    tag = '';
    if (window.caches) caches.keys().then(function (names) { names.forEach(function (n) { if (n === key) caches.delete(n); }); }).catch(function () {});
    if (navigator.serviceWorker) navigator.serviceWorker.getRegistrations().then(function (all) {
      all.forEach(function (r) { if (r.scope.slice(-base.length) === base) r.unregister(); });
    }).catch(function () {});
  }
  function gone() {
    forget();
    clearTimeout(turn);
    box.innerHTML = '<section class="slide on plain"><h2>本屏已停播</h2><p>播放地址已更换或停用。</p></section>';
  }
  function offline() {
    var k = tag || fresh ? null : kept();
    if (k && k.html) { fresh = k.at; stay = k.stay || stay; put(k.html); }
    var d = new Date(fresh);
    state.textContent = fresh ? '网络中断，内容更新于 ' + two(d.getHours()) + ':' + two(d.getMinutes()) : '网络中断';
  }
  function ask() {
    if (asking) return;
    asking = true;
    fetch(base + '/pages', { cache: 'no-store', credentials: 'omit', headers: tag ? { 'If-None-Match': tag } : {} }).then(function (r) {
      if (r.status === 404) { gone(); return; }
      if (r.status === 304) { fresh = Date.now(); state.textContent = ''; return; }
      if (!r.ok) throw new Error(r.status);
      stay = (+r.headers.get('X-Seconds') || stay / 1000) * 1000;
      var t = r.headers.get('ETag') || '';
      return r.text().then(function (html) {
        tag = t;
        fresh = Date.now();
        state.textContent = '';
        keep({ tag: t, html: html, at: fresh, stay: stay });
        put(html);
      });
    }).catch(offline).then(function () { asking = false; });
  }
  tick();
  setInterval(tick, 1000);
  if (root.getAttribute('data-gone')) { forget(); return; }
  turn = setTimeout(next, stay);
  ask();
  setInterval(ask, every);
  if (navigator.serviceWorker) navigator.serviceWorker.register(base + '/worker.js', { scope: base }).catch(function () {});
}());
