/* First script of every package page. A package runs in a frame without an origin, where touching localStorage,
   sessionStorage or document.cookie throws, and forms, windows and alerts do nothing. This gives the page storage that it
   was given by the page around the frame (in the frame's name, so that it is there before any script of the package), says
   what changes, and what was scored or reached, to that page, and does in the frame what the frame may not do. Whatever it
   says is checked there and on the box. ES5, no dependencies. */
(function () {
  'use strict';
  var given = {}, framed = false, most = 65536, last = '', waiting = 0, kept = { l: {}, s: {}, c: {}, a: null };
  try { given = JSON.parse(window.name) || {}; } catch (e) { given = {}; }
  framed = given.lamplight === 1 && window.parent !== window;
  try {
    var old = framed && given.state ? JSON.parse(given.state) : null;
    ['l', 's', 'c'].forEach(function (k) { if (old && old[k] && typeof old[k] === 'object') { kept[k] = old[k]; } });
    if (old && old.a !== undefined) { kept.a = old.a; }
    last = old ? given.state : JSON.stringify(kept);
  } catch (e) { last = ''; }
  function has(o, k) { return Object.prototype.hasOwnProperty.call(o, k); }
  function tell(o) {
    if (window.parent === window || !window.parent.postMessage) { return; }
    o.lamplight = 1;
    o.path = location.pathname;
    try { window.parent.postMessage(o, '*'); } catch (e) { /* nobody listens */ }
  }

  /* save tells what is kept, if it changed; the frame's name carries it to the package's next page. */
  function save() {
    var s, size;
    clearTimeout(waiting);
    waiting = 0;
    if (!framed) { return; }
    try {
      s = JSON.stringify(kept);
      size = unescape(encodeURIComponent(s)).length;
    } catch (e) { return; }
    if (s === last) { return; }
    last = s;
    given.state = s;
    window.name = JSON.stringify(given);
    tell(size > most ? { full: true } : { state: s });
  }
  function changed() { if (!waiting) { waiting = setTimeout(save, 250); } }

  /* Storage as HTML has it: methods, and keys as properties where the browser has Proxy. */
  function storage(bag) {
    var methods = {
      getItem: function (k) { k = '$' + k; return has(bag, k) ? bag[k] : null; },
      setItem: function (k, v) { bag['$' + k] = String(v); changed(); },
      removeItem: function (k) { delete bag['$' + k]; changed(); },
      clear: function () { Object.keys(bag).forEach(function (k) { delete bag[k]; }); changed(); },
      key: function (i) { var k = Object.keys(bag)[i]; return k === undefined ? null : k.slice(1); }
    };
    Object.defineProperty(methods, 'length', { get: function () { return Object.keys(bag).length; } });
    if (typeof Proxy !== 'function') { return methods; }
    return new Proxy(methods, {
      get: function (m, k) { return typeof k !== 'string' || k in m ? m[k] : has(bag, '$' + k) ? bag['$' + k] : undefined; },
      set: function (m, k, v) { methods.setItem(k, v); return true; },
      has: function (m, k) { return typeof k === 'string' && (k in m || has(bag, '$' + k)); },
      deleteProperty: function (m, k) { methods.removeItem(k); return true; },
      ownKeys: function () { return Object.keys(methods).concat(Object.keys(bag).map(function (k) { return k.slice(1); })).filter(function (k, i, a) { return a.indexOf(k) === i; }); },
      getOwnPropertyDescriptor: function (m, k) {
        return has(bag, '$' + k) ? { value: bag['$' + k], enumerable: true, configurable: true, writable: true } : { value: m[k], enumerable: false, configurable: true, writable: true };
      }
    });
  }
  function give(name, bag) {
    try { if (window[name]) { return; } } catch (e) { /* opaque origin */ }
    var s = storage(bag);
    try { Object.defineProperty(window, name, { get: function () { return s; }, configurable: true }); } catch (e) { /* as it was */ }
  }
  give('localStorage', kept.l);
  give('sessionStorage', kept.s);
  try { document.cookie; } catch (e) {
    try {
      Object.defineProperty(document, 'cookie', {
        get: function () { return Object.keys(kept.c).map(function (k) { return k.slice(1) + '=' + kept.c[k]; }).join('; '); },
        set: function (v) {
          var parts = String(v).split(';'), at = parts[0].indexOf('='), k = '$' + parts[0].slice(0, at).trim(), rest = parts.slice(1).join(';');
          var ends = /expires\s*=\s*([^;]+)/i.exec(rest);
          if (at < 1) { return; }
          if (/max-age\s*=\s*(0|-)/i.test(rest) || ends && Date.parse(ends[1]) < Date.now()) { delete kept.c[k]; } else { kept.c[k] = parts[0].slice(at + 1).trim(); }
          changed();
        }
      });
    } catch (e2) { /* as it was */ }
  }

  /* What a package may say of its learner's way: server/player/README.md. */
  function number(x) { x = Number(x); return x === x ? x : 0; }
  try {
    window.lamplight = {
      language: typeof given.lang === 'string' ? given.lang : '',
      progress: function (share) { tell({ progress: number(share) }); },
      score: function (got, of) { tell({ score: number(got), of: number(of) || 100 }); },
      complete: function () { save(); tell({ complete: true }); },
      state: function (value) {
        if (arguments.length) { kept.a = value; changed(); }
        return kept.a;
      }
    };
  } catch (e) { /* the package has the name */ }

  /* note shows a few words over the page, since alert and links out of the box do nothing here. */
  function note(text) {
    var d = document.createElement('div'), p = document.createElement('p'), b = document.createElement('button');
    if (!document.body) { return; }
    d.setAttribute('role', 'alertdialog');
    d.setAttribute('style', 'all:initial;position:fixed;z-index:2147483647;left:8px;right:8px;top:8px;padding:12px;border:2px solid #333;background:#fff;color:#000;font:16px/1.4 sans-serif;box-shadow:0 2px 12px #0006');
    p.setAttribute('style', 'margin:0 0 8px;white-space:pre-wrap;word-wrap:break-word;max-height:40vh;overflow:auto');
    b.setAttribute('style', 'min-width:64px;min-height:44px;font:inherit');
    p.setAttribute('dir', 'auto');
    p.textContent = String(text).slice(0, 2000);
    b.type = 'button';
    b.textContent = 'OK';
    b.onclick = function () { if (d.parentNode) { d.parentNode.removeChild(d); } };
    d.appendChild(p);
    d.appendChild(b);
    document.body.appendChild(d);
    b.focus();
  }
  window.alert = function (text) { note(text === undefined ? '' : text); };
  function inside(url) { return url.protocol === location.protocol && url.host === location.host; }
  window.open = function (address) {
    var a = document.createElement('a');
    a.href = address || '';
    if (!address || !inside(a)) { note(address || ''); return null; }
    location.href = a.href;
    return window;
  };

  /* A link to a new window opens here, one that leads out of the box shows where; a form is asked as if it could be sent,
     and one whose answer is a page of the package leads there. */
  function onClick(e) {
    var n = e.target;
    while (n && n.nodeName !== 'A' && n.nodeName !== 'AREA' && n.nodeName !== 'BUTTON' && n.nodeName !== 'INPUT') { n = n.parentNode; }
    if (!n || e.defaultPrevented) { return; }
    if (n.nodeName === 'A' || n.nodeName === 'AREA') {
      if (n.href && /^https?:$/.test(n.protocol) && !inside(n)) {
        e.preventDefault();
        note(n.href);
      } else if (/^_(blank|new|top|parent)$/i.test(n.target)) { n.target = '_self'; }
    } else if (n.form && !n.disabled && (n.type === 'submit' || n.type === 'image')) {
      e.preventDefault();
      send(n.form, n);
    }
  }
  function onKey(e) {
    var n = e.target, f = n && n.form;
    if (e.defaultPrevented || e.keyCode !== 13 || !f || n.nodeName !== 'INPUT' || /^(button|reset|file|checkbox|radio|submit|image)$/.test(n.type)) { return; }
    if (!f.querySelector('[type=submit],[type=image],button:not([type])')) {
      e.preventDefault();
      send(f, null);
    }
  }
  function send(form, by) {
    var event, q = [], i, f, a;
    if (form.checkValidity && !form.noValidate && !(by && by.formNoValidate) && !form.checkValidity()) {
      if (form.reportValidity) { form.reportValidity(); }
      return;
    }
    event = document.createEvent('Event');
    event.initEvent('submit', true, true);
    if (!form.dispatchEvent(event) || !/^get$/i.test(form.getAttribute('method') || 'get') || !form.getAttribute('action')) { return; }
    for (i = 0; i < form.elements.length; i++) {
      f = form.elements[i];
      if (f.name && !f.disabled && !/^(submit|button|image|file|reset)$/.test(f.type) && (!/^(checkbox|radio)$/.test(f.type) || f.checked)) {
        q.push(encodeURIComponent(f.name) + '=' + encodeURIComponent(f.value));
      }
    }
    a = document.createElement('a');
    a.href = form.getAttribute('action');
    if (inside(a)) { location.href = a.href.split(/[?#]/)[0] + '?' + q.join('&'); }
  }
  window.addEventListener('click', onClick, false);
  window.addEventListener('keydown', onKey, false);

  if (window.parent !== window) {
    var say = function () {
      var end = Math.max(1, document.documentElement.scrollHeight - window.innerHeight);
      tell({ title: document.title, read: Math.min(1, Math.max(0, (window.pageYOffset || 0) / end)) });
    }, later = 0;
    window.addEventListener('load', say);
    window.addEventListener('scroll', function () {
      if (!later) { later = setTimeout(function () { later = 0; say(); }, 1000); }
    });
    window.addEventListener('pagehide', save);
    window.addEventListener('unload', save);
    document.addEventListener('visibilitychange', function () { if (document.hidden) { save(); } });
    tell({ begun: true });
  }
})();
