/* First script of every package page. A package runs in a frame without an origin, where touching localStorage,
   sessionStorage or document.cookie throws; most pages only want them to be there. This gives them storage that lives
   as long as the page, and tells the page around the frame where the reader is. ES5, no dependencies. */
(function () {
  'use strict';
  function Storage() { this.d = {}; this.k = []; }
  Storage.prototype = {
    getItem: function (k) { k = String(k); return Object.prototype.hasOwnProperty.call(this.d, '$' + k) ? this.d['$' + k] : null; },
    setItem: function (k, v) {
      k = String(k);
      if (!Object.prototype.hasOwnProperty.call(this.d, '$' + k)) { this.k.push(k); }
      this.d['$' + k] = String(v);
    },
    removeItem: function (k) {
      k = String(k);
      if (delete this.d['$' + k]) { this.k = this.k.filter(function (x) { return x !== k; }); }
    },
    clear: function () { this.d = {}; this.k = []; },
    key: function (i) { return i < this.k.length ? this.k[i] : null; }
  };
  Object.defineProperty(Storage.prototype, 'length', { get: function () { return this.k.length; } });
  function give(name) {
    try { if (window[name]) { return; } } catch (e) { /* opaque origin */ }
    var s = new Storage();
    try { Object.defineProperty(window, name, { get: function () { return s; }, configurable: true }); } catch (e) { /* as it was */ }
  }
  give('localStorage');
  give('sessionStorage');
  try { document.cookie; } catch (e) {
    var jar = '';
    try {
      Object.defineProperty(document, 'cookie', {
        get: function () { return jar; },
        set: function (v) { var c = String(v).split(';')[0]; jar = jar ? jar + '; ' + c : c; }
      });
    } catch (e2) { /* as it was */ }
  }
  if (window.parent !== window && window.parent.postMessage) {
    var say = function () {
      var end = Math.max(1, document.documentElement.scrollHeight - window.innerHeight);
      window.parent.postMessage({ lamplight: 1, path: location.pathname, title: document.title,
        read: Math.min(1, Math.max(0, (window.pageYOffset || 0) / end)) }, '*');
    };
    var waiting = 0;
    window.addEventListener('load', say);
    window.addEventListener('scroll', function () {
      if (!waiting) { waiting = setTimeout(function () { waiting = 0; say(); }, 1000); }
    });
  }
})();
