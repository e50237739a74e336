// The page around an app: it takes what the app says (progress, points, what is to be kept), posts it to the box with the
// person's token, and fills the screen. What the frame says counts only while it shows the package it was opened with, and
// is checked again on the box. ECMAScript 5, for Chrome 49, Android 4.4 WebView and KaiOS 2.5.
(function () {
	'use strict';
	var frame = document.querySelector('iframe[data-app]'), box = document.getElementById('app-box'), status = document.getElementById('app-status');
	var full = document.getElementById('app-full'), close = document.getElementById('app-close');
	if (!frame || !box) { return; }
	var base = frame.getAttribute('data-app'), address = frame.getAttribute('data-save'), token = document.documentElement.getAttribute('data-token') || '';
	var here = false, told = {}, sent = '', timer = 0, due = 0, busy = false, lastPost = 0, tries = 0, over = false;

	function say(word) { if (status) { status.textContent = word ? status.getAttribute('data-' + word) || '' : ''; } }
	// share is a part of the whole in basis points, −1 for what is none: an app that counts to a hundred has not said 1.
	function share(x) { return typeof x === 'number' && x >= 0 && x <= 1 ? Math.round(10000 * x) : -1; }

	// hear takes what the shim in the package's pages says. A page that it is not in, or of another package, is not heard.
	function hear(e) {
		var m = e.data, x;
		if (e.source !== frame.contentWindow || e.origin !== 'null' || !m) { return; }
		if (m.lamplight === 1) {
			here = typeof m.path === 'string' && m.path.slice(0, base.length) === base;
			if (!here) { return; }
			if (typeof m.state === 'string' && m.state.length <= 65536) { told.state = m.state; soon(Math.max(1500, lastPost + 8000 - Date.now())); }
			if (m.full) { say('full'); }
			if ((x = share(m.progress)) >= 0) { told.progress = Math.max(told.progress || 0, x); soon(3000); }
			if (m.of > 0 && (x = share(m.score / m.of)) >= 0) { told.score = Math.max(told.score || 0, x); soon(1000); }
			if (m.complete === true) { told.complete = 1; soon(500); }
		} else if (here) { statement(m); }
	}

	// statement takes an xAPI statement (1.0.3, 2.4) that a package posts by itself, as an object or as text.
	function statement(m) {
		var s = m, r, x;
		try { if (typeof m === 'string' && m.length < 20000) { s = JSON.parse(m); } } catch (e) { return; }
		s = s && s.statement || s;
		r = s && s.verb && s.verb.id && s.result;
		if (!r || typeof r !== 'object') { return; }
		if (r.score && (x = share(typeof r.score.scaled === 'number' ? r.score.scaled : r.score.raw / r.score.max)) >= 0) { told.score = Math.max(told.score || 0, x); soon(1000); }
		if (r.completion === true && /\/(completed|passed|mastered)$/.test(s.verb.id)) { told.complete = 1; soon(500); }
	}

	// soon posts in so many milliseconds, and not within two seconds of the last post.
	function soon(wait) {
		if (!address || over) { return; }
		var at = Math.max(Date.now() + wait, lastPost + 2000);
		if (timer && due <= at) { return; }
		clearTimeout(timer);
		due = at;
		timer = setTimeout(post, at - Date.now());
	}
	function escaped(s) { return s.replace(/[%&+;=#]/g, encodeURIComponent); }
	function body() {
		var b = 'token=' + encodeURIComponent(token), k, all = ['progress', 'score', 'complete'];
		for (k = 0; k < all.length; k++) { if (told[all[k]] !== undefined) { b += '&' + all[k] + '=' + told[all[k]]; } }
		if (told.state !== undefined && told.state !== sent) { b += '&state=' + escaped(told.state); }
		return b;
	}
	function some() { return told.progress !== undefined || told.score !== undefined || told.complete || told.state !== undefined && told.state !== sent; }
	function post() {
		var x, now = told;
		timer = 0;
		if (busy || over || !some()) { return; }
		busy = true;
		lastPost = Date.now();
		x = new XMLHttpRequest();
		x.open('POST', address, true);
		x.timeout = 20000;
		x.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
		x.onload = function () { answered(x, now); };
		x.onerror = x.ontimeout = function () { answered(null, now); };
		x.send(body());
		told = { state: now.state };
	}
	function answered(x, was) {
		var k;
		busy = false;
		if (x && x.status >= 200 && x.status < 300) {
			tries = 0;
			if (was.state !== undefined) { sent = was.state; }
			say('saved');
		} else if (x && (x.status === 401 || x.status === 403 || x.status === 404)) {
			over = true;
			say('sign-in');
		} else if (x && (x.status === 400 || x.status === 413)) {
			sent = was.state;
			say('full');
		} else {
			for (k in was) { if (told[k] === undefined || k !== 'state' && was[k] > told[k]) { told[k] = was[k]; } }
			tries++;
			say('waiting');
			soon(Math.min(120000, 5000 * Math.pow(2, tries)));
			return;
		}
		if (some()) { soon(3000); }
	}

	// leave sends what is left when the page goes: by beacon where it fits one, else as it can.
	function leave() {
		var b, x;
		if (!address || over || !some()) { return; }
		b = body();
		try {
			if (navigator.sendBeacon && navigator.sendBeacon(address, new Blob([b], { type: 'application/x-www-form-urlencoded' }))) {
				sent = told.state;
				told = { state: sent };
				return;
			}
		} catch (e) { /* as below */ }
		try {
			x = new XMLHttpRequest();
			x.open('POST', address, false);
			x.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
			x.send(b);
			sent = told.state;
			told = { state: sent };
		} catch (e) { /* the box is gone: the state of eight seconds ago was kept */ }
	}

	// Full screen: over all of the page, and the browser's own where it has one.
	function fill(on) {
		var ask = box.requestFullscreen || box.webkitRequestFullscreen, end = document.exitFullscreen || document.webkitExitFullscreen;
		box.className = on ? 'app-box app-full' : 'app-box';
		try {
			if (on && ask) { ask.call(box); }
			if (!on && end && (document.fullscreenElement || document.webkitFullscreenElement)) { end.call(document); }
		} catch (e) { /* over the page is enough */ }
		(on ? close : full).focus();
	}
	function ended() {
		if (document.fullscreenElement || document.webkitFullscreenElement) { return; }
		if (/app-full/.test(box.className)) { fill(false); } else { full.focus(); }
	}

	window.addEventListener('message', hear, false);
	window.addEventListener('pagehide', leave, false);
	window.addEventListener('beforeunload', leave, false);
	document.addEventListener('visibilitychange', function () { if (document.hidden) { leave(); } }, false);
	if (full && close) {
		full.addEventListener('click', function () { fill(true); }, false);
		close.addEventListener('click', function () { fill(false); }, false);
		document.addEventListener('fullscreenchange', ended, false);
		document.addEventListener('webkitfullscreenchange', ended, false);
		document.addEventListener('keydown', function (e) { if (e.keyCode === 27 && /app-full/.test(box.className)) { fill(false); } }, false);
	}
})();
