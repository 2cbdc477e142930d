// While somebody writes what he wants, published information that may be it is
// pointed out. Nothing of this is needed: the button beside it does the same.
(function () {
  'use strict';
  var form = document.querySelector('form.apply');
  if (!form || !window.fetch) { return; }
  var text = form.elements.wanted, organ = form.elements.organ, box = document.getElementById('found');
  if (!text || !organ || !box) { return; }
  var timer = 0, last = '', first = true;

  function line(parent, tag, words) {
    var x = document.createElement(tag);
    x.textContent = words;
    parent.appendChild(x);
    return x;
  }

  function show(answer) {
    var found = answer.found || [], hints = answer.hints || [];
    box.textContent = '';
    box.hidden = found.length + hints.length === 0;
    if (found.length > 0) {
      first = false;
      line(box, 'h3', '这些已经公开，看看是不是您要的');
      var list = document.createElement('ul');
      found.forEach(function (f) {
        var item = document.createElement('li'), a = line(item, 'a', f.title);
        a.href = f.href;
        a.target = '_blank';
        a.rel = 'noopener';
        line(item, 'small', f.note);
        list.appendChild(item);
      });
      box.appendChild(list);
      var done = line(box, 'button', '就是我要的，不用申请了');
      done.className = 'btn plain small';
      done.name = 'do';
      done.value = 'avoided';
      done.formNoValidate = true;
    }
    hints.forEach(function (h) { line(box, 'p', h).className = 'note'; });
  }

  function ask() {
    var words = text.value.trim();
    if (words === last || words.length < 4) { return; }
    last = words;
    var body = new URLSearchParams();
    body.set('organ', organ.value);
    body.set('wanted', words.slice(0, 1000));
    if (first) { body.set('first', '1'); }
    fetch('/apply/suggest', { method: 'POST', body: body, credentials: 'same-origin' }).then(function (r) {
      return r.ok ? r.json() : null;
    }).then(function (answer) {
      if (answer && text.value.trim() === words) { show(answer); }
    }).catch(function () { }); // pointing out is a courtesy
  }

  text.addEventListener('input', function () {
    clearTimeout(timer);
    timer = setTimeout(ask, 700);
  });
  text.addEventListener('blur', ask);
})();
