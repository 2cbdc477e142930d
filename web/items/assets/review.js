// Copies the public text with its inline styles; where the browser does not give
// leave, the link beside the button opens the text to select by hand.
(function () {
  var b = document.querySelector('[data-copy]'), said = document.querySelector('[data-copied]');
  if (!b || !window.fetch) { return; }
  b.hidden = false;
  var html = '';
  fetch('/desk/items/' + b.getAttribute('data-text') + '/portal/text', { credentials: 'same-origin' }).then(function (r) {
    if (!r.ok) { throw new Error(r.status); }
    return r.text();
  }).then(function (t) { html = t; }).catch(function () { b.hidden = true; });
  b.addEventListener('click', function () {
    function put(e) {
      e.preventDefault();
      e.clipboardData.setData('text/html', html);
      e.clipboardData.setData('text/plain', new DOMParser().parseFromString(html, 'text/html').body.textContent);
    }
    document.addEventListener('copy', put);
    var ok = html && document.execCommand('copy');
    document.removeEventListener('copy', put);
    said.textContent = ok ? '已复制，到门户的编辑框里粘贴即可。' : '浏览器不允许直接复制，请点旁边的“打开正文，全选复制”。';
  });
})();
