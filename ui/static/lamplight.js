// What a script adds to pages that are complete without it: an outbox for answers that could not be sent, a transcript
// that follows, a number pad. ECMAScript 5, for Chrome 49, Android 4.4 WebView and KaiOS 2.5.
(function () {
	'use strict';
	var root = document.documentElement, person = root.getAttribute('data-person') || '', store = null;
	root.className += ' js';
	try {
		store = window.localStorage;
		store.setItem('lamp.try', '1');
		store.removeItem('lamp.try');
		store.setItem('lamp.who', person);
	} catch (e) { store = null; }
	// A page that the browser kept and shows again, as on the way back, is read anew when somebody else had the phone since.
	window.addEventListener('pageshow', function (e) {
		var who = person;
		try { who = store ? store.getItem('lamp.who') : null; } catch (x) { who = null; }
		if (e.persisted && who !== person) {
			root.hidden = true;
			location.reload();
		}
	}, false);

	function each(selector, within, fn) {
		var all = (within || document).querySelectorAll(selector), i;
		for (i = 0; i < all.length; i++) { fn(all[i]); }
	}
	function on(node, event, fn) { node.addEventListener(event, fn, false); }

	// The outbox: a list of {u: address, b: body} a person, oldest first. An answer keeps its attempt id, so the box counts
	// it once however often it arrives, from however many tabs. What the phone has no room for, or keeps for nobody as in a
	// private window, is held by the page: open.
	var box = 'lamp.out.' + person, no = 'lamp.no.' + person, open = [], sending = false, tries = 0, timer = 0;
	function kept(key) {
		try { return JSON.parse(store.getItem(key)) || []; } catch (e) { return []; }
	}
	function keep(key, list) {
		try {
			if (list.length) { store.setItem(key, JSON.stringify(list)); } else { store.removeItem(key); }
			return true;
		} catch (e) { return false; }
	}
	function waiting() { return kept(box).concat(open); }
	function others(list, w) { return list.filter(function (x) { return x.u !== w.u || x.b !== w.b; }); }
	function drop(w) {
		keep(box, others(kept(box), w));
		open = others(open, w);
	}
	function say(word) {
		var p = document.getElementById('outbox'), n = waiting().length;
		if (word === 'waiting' && open.length) { word = 'open'; }
		if (p) { p.textContent = (word ? p.getAttribute('data-' + word) : '') + (n > 1 && word && word !== 'saved' ? ' (' + n.toLocaleString(root.lang) + ')' : ''); }
	}
	function gone(x) { return x && (x.status === 401 || x.status === 403); }
	function token() {
		return root.getAttribute('data-token') || '';
	}
	function body(form) {
		var parts = [], i, f;
		for (i = 0; i < form.elements.length; i++) {
			f = form.elements[i];
			if (!f.name || f.disabled || f.type === 'submit' || f.type === 'button' || f.type === 'file' || f.type === 'fieldset') { continue; }
			if ((f.type === 'radio' || f.type === 'checkbox') && !f.checked) { continue; }
			parts.push(encodeURIComponent(f.name) + '=' + encodeURIComponent(f.value));
		}
		return parts.join('&');
	}
	// post calls done(request) for any answer of the box, and done(null) when there was none.
	function post(address, text, done) {
		var x = new XMLHttpRequest(), over = false;
		function end(value) { if (!over) { over = true; done(value); } }
		x.open('POST', address, true);
		x.timeout = 15000;
		x.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
		x.onload = function () { end(x); };
		x.onerror = x.ontimeout = x.onabort = function () { end(null); };
		x.send(text);
	}
	// settled: the box has taken the answer, or says that it never will; anything else is kept and tried again.
	function settled(x) { return x && (x.status >= 200 && x.status < 300 || x.status === 400 || x.status === 404 || x.status === 409 || x.status === 413); }
	function flush() {
		var first = waiting()[0];
		if (sending || !first || !person || !token()) {
			if (first) { say(person ? 'waiting' : 'sign-in'); }
			return;
		}
		sending = true;
		say('waiting');
		post(first.u, first.b.replace(/(^|&)token=[^&]*/, '$1token=' + encodeURIComponent(token())), function (x) {
			sending = false;
			if (!settled(x)) {
				say(gone(x) ? 'sign-in' : 'waiting');
				later();
				return;
			}
			tries = 0;
			drop(first); // and not the first of the list: another tab may have sent it as well
			if (x.status >= 400) { refuse(first, x); }
			if (waiting().length) { flush(); } else { say(x.status < 400 ? 'saved' : ''); }
		});
	}
	// later tries again in 5 s, then 10, 20 … up to two minutes, each phone at its own moment.
	function later() {
		window.clearTimeout(timer);
		timer = window.setTimeout(flush, Math.min(5000 * Math.pow(2, tries++), 120000) * (0.75 + Math.random() / 2));
	}
	function soonest() {
		tries = 0;
		flush();
	}
	// refuse keeps what the box said of an answer that it will never take, until the child has seen it.
	function refuse(w, x) {
		var page = document.implementation.createHTMLDocument(''), text = '', list = kept(no);
		page.documentElement.innerHTML = x.responseText;
		each('#content .empty h1, #content .empty > p, #content .banner.careful:not([data-clock]) p', page, function (p) { text += '\n' + p.textContent.replace(/^\s+|\s+$/g, ''); });
		list.push({ u: w.u.replace(/\/(attempt|answer)(?=\?|$)/, ''), t: text });
		list = list.slice(-5);
		keep(no, list);
		tell(list);
	}
	function tell(list) {
		var p = document.getElementById('outbox'), content = document.getElementById('content');
		each('.banner.refused', document, function (b) { b.parentNode.removeChild(b); });
		if (!p || !content || !person) { return; }
		list.forEach(function (w) {
			var d = document.createElement('div'), all = d.appendChild(document.createElement('div')), a = document.createElement('a'), b = document.createElement('button');
			d.className = 'banner careful refused';
			d.setAttribute('role', 'alert');
			(p.getAttribute('data-refused') + w.t).split('\n').forEach(function (line) { all.appendChild(document.createElement('p')).textContent = line; });
			a.href = w.u;
			a.textContent = p.getAttribute('data-refused-open');
			all.appendChild(document.createElement('p')).appendChild(a);
			b.className = 'button plain';
			b.type = 'button';
			b.textContent = p.getAttribute('data-refused-ok');
			on(b, 'click', function () {
				keep(no, kept(no).filter(function (x) { return x.u !== w.u || x.t !== w.t; }));
				d.parentNode.removeChild(d);
			});
			all.appendChild(b);
			content.insertBefore(d, content.firstChild);
		});
	}
	// show puts the main part of the page that came back in the place of ours.
	function show(html, address) {
		var page = document.implementation.createHTMLDocument(''), fresh, old = document.getElementById('content'), result;
		page.documentElement.innerHTML = html;
		fresh = page.getElementById('content');
		if (!fresh || !old) { window.location.href = address || window.location.href; return; }
		old.innerHTML = fresh.innerHTML;
		document.title = page.title;
		if (address && window.history.replaceState) { window.history.replaceState(null, '', address); }
		wake(old);
		result = document.getElementById('result') || old;
		result.focus();
		window.scrollTo(0, 0);
	}
	// away says that the box did not take the answer now and may later.
	function away(x) { return !x || x.status === 401 || x.status === 403 || x.status === 502 || x.status === 503 || x.status === 504 || x.status === 507; }
	// queue puts an answer into the outbox, once however often it is pressed. Of one that is saved as it is filled in, the
	// last waits alone.
	function queue(form, text) {
		function bare(b) { return b.replace(/(^|&)tenths=[^&]*/, ''); }
		var u = form.getAttribute('action'), id = /(?:^|&)(attempt=[^&]*)/.exec(text), saving = form.getAttribute('data-autosave') !== null, list;
		function other(x) {
			return x.u !== u || bare(x.b) !== bare(text) && !(saving && id && ('&' + x.b).indexOf('&' + id[1] + '&') >= 0);
		}
		list = kept(box).filter(other);
		open = open.filter(other);
		if (!store || !keep(box, list.concat([{ u: u, b: text }]))) { open.push({ u: u, b: text }); }
		later();
	}
	// time fills in how long the question has been looked at, in tenths of a second; of a page what leave has not told yet.
	function time(form) {
		each('[data-tenths]', form, function (f) {
			f.value = String(Math.round((Date.now() - (pages.test(window.location.pathname) ? since : form.shown)) / 100));
		});
	}
	// leave tells how long a page, a book or a film was looked at. While nobody looks no time passes.
	var since = Date.now(), hidden = 0, pages = /^\/resource\//;
	function leave() {
		var tenths = Math.round((Date.now() - since) / 100), text, address = window.location.pathname;
		since = hidden = Date.now();
		if (!person || !token() || tenths < 20 && place() === began || !pages.test(address)) { return; }
		text = 'spent=' + tenths + place() + '&token=' + encodeURIComponent(token());
		if (navigator.sendBeacon && window.Blob) {
			navigator.sendBeacon(address, new Blob([text], { type: 'application/x-www-form-urlencoded' }));
		} else { post(address, text, function () {}); }
	}
	// place says where in a chapter the top of the window is, in ten thousandths of the chapter.
	var began = '', book = document.querySelector('[data-piece]');
	function place() {
		var p, b;
		if (!book) { return ''; }
		p = book.getAttribute('data-piece').split('.');
		b = book.getBoundingClientRect();
		return '&place=' + p[0] + '.' + Math.min(9999, Math.round(+p[1] + Math.max(0, Math.min(1, -b.top / (b.height || 1))) * (p[2] - p[1])));
	}
	// resume scrolls to where the chapter was left; once more when its pictures are there, unless somebody was quicker.
	function resume() {
		var b = book && book.getBoundingClientRect(), at = book && +book.getAttribute('data-at');
		if (at && !window.location.hash && place() === began) { window.scrollTo(0, b.top + window.pageYOffset + 1 + b.height * at / 10000); }
		began = place();
	}
	began = place();
	resume();
	on(window, 'load', resume);
	on(document, 'visibilitychange', function () {
		if (document.hidden) { leave(); return; }
		each('[data-tenths]', document, function (f) { f.form.shown += Date.now() - (hidden || Date.now()); });
		since = Date.now();
		hidden = 0;
		soonest();
	});
	on(window, 'pagehide', function () { if (!hidden) { leave(); } });
	on(document, 'submit', function (e) { if (e.target.className === 'finish') { since = Date.now(); } }); // it tells by itself
	function send(form, event) {
		var pressed = form.pressed, saving = form.getAttribute('data-autosave') !== null, text, address = form.getAttribute('action');
		form.pressed = null;
		time(form);
		if (pressed && pressed.name && !saving || !person) { return; }
		if (event) { event.preventDefault(); }
		if (form.busy) {
			form.next = saving ? { pressed: pressed } : null;
			return;
		}
		form.busy = true;
		text = body(form);
		if (pressed && pressed.name) { text += '&' + encodeURIComponent(pressed.name) + '=' + encodeURIComponent(pressed.value); }
		each('button[type=submit]', form, function (b) { b.className += ' busy'; });
		post(address, text, function (x) {
			form.busy = false;
			each('button[type=submit]', form, function (b) { b.className = b.className.replace(' busy', ''); });
			if (x && x.status < 500 && x.status !== 401 && x.status !== 403) {
				say(x.status < 300 ? 'saved' : '');
				show(x.responseText, x.responseURL && x.responseURL.indexOf(address) < 0 ? x.responseURL : '');
				flush();
				return;
			}
			if (!away(x)) { show(x.responseText, ''); }
			queue(form, text);
			say(gone(x) ? 'sign-in' : 'waiting');
			note(form);
		});
	}
	// autosave sends what is filled in so far whenever a field changes; the box answers with no page.
	function autosave(form) {
		var text, next;
		if (!person) { return; }
		if (form.busy) { form.again = true; return; }
		time(form);
		text = body(form) + '&auto=1';
		form.busy = true;
		form.shown = Date.now();
		post(form.getAttribute('action'), text, function (x) {
			form.busy = false;
			if (x && x.status === 204) {
				say('saved');
			} else if (!settled(x)) {
				queue(form, text);
				say(gone(x) ? 'sign-in' : 'waiting');
			} else if (x.status >= 400) {
				refuse({ u: form.getAttribute('action') }, x);
			}
			next = form.next;
			form.next = null;
			if (next) { form.again = false; form.pressed = next.pressed; send(form, null); return; }
			if (form.again) { form.again = false; autosave(form); }
		});
	}
	// soon saves when nothing was typed for a second.
	function soon(form) {
		window.clearTimeout(form.timer);
		form.timer = window.setTimeout(function () { if (document.documentElement.contains(form)) { autosave(form); } }, 1000);
	}
	// note says beside the form that its answer waits on this phone.
	function note(form) {
		var p = document.getElementById('outbox'), d;
		each('.banner.waiting', form, function (b) { b.parentNode.removeChild(b); });
		d = document.createElement('div');
		d.className = 'banner waiting';
		d.setAttribute('role', 'status');
		d.appendChild(document.createElement('p')).textContent = p ? p.textContent : '';
		form.appendChild(d);
	}

	// A player: ten seconds back and on, slower, where it stopped last time, and a transcript that follows and seeks.
	function player(root) {
		var media = root.querySelector('video, audio'), key, told = 0, last = 0, scroll = document.querySelector('[data-transcript]');
		if (!media) { return; }
		key = 'lamp.at.' + person + window.location.pathname;
		on(media, 'loadedmetadata', function () {
			var at = +root.getAttribute('data-at') || (store && !/[?&]t=/.test(window.location.search) ? parseFloat(store.getItem(key)) : 0);
			if (at > 0 && at < media.duration - 1) { media.currentTime = at; }
		});
		function tell(force) {
			var now = Date.now(), done = Math.round(100 * media.currentTime / (media.duration || 1e9));
			if (!force && now - told < 15000) { return; }
			told = now;
			try { if (store) { store.setItem(key, String(media.currentTime)); } } catch (e) { return; }
			if (person && media.currentTime !== last) {
				last = media.currentTime;
				post(window.location.pathname, 'progress=' + done + '&at=' + Math.round(media.currentTime) + '&token=' + encodeURIComponent(root.getAttribute('data-token') || ''), function () {});
			}
		}
		on(media, 'timeupdate', function () { tell(false); if (scroll) { follow(scroll, media.currentTime); } });
		on(media, 'pause', function () { tell(true); });
		on(media, 'ended', function () { tell(true); });
		each('[data-skip]', root, function (b) {
			on(b, 'click', function () { media.currentTime = Math.max(0, media.currentTime + parseFloat(b.getAttribute('data-skip'))); });
		});
		each('[data-speed]', root, function (b) {
			on(b, 'change', function () { media.playbackRate = +b.value; });
		});
		if (scroll) {
			each('[data-start]', scroll, function (a) {
				on(a, 'click', function (e) {
					e.preventDefault();
					media.currentTime = parseFloat(a.getAttribute('data-start'));
					play(media);
				});
			});
		}
	}
	// turns lets keys, and of pictures a swipe, turn to the page before and after.
	function turns(nav) {
		var back = getComputedStyle(nav).direction === 'rtl', from = null, slide = document.querySelector('.slide, .document-page');
		function go(onward) {
			var a = nav.querySelector('[rel=' + (onward !== back ? 'next' : 'prev') + ']');
			if (a) { window.location.href = a.href; }
		}
		on(document, 'keydown', function (e) {
			if (e.altKey || e.ctrlKey || e.metaKey || e.shiftKey || /INPUT|SELECT|TEXTAREA|AUDIO|VIDEO/.test(e.target.tagName)) { return; }
			if (e.keyCode === 37 || e.keyCode === 39) { go(e.keyCode === 39); }
		});
		if (!slide) { return; }
		on(slide, 'touchstart', function (e) { from = e.touches.length === 1 ? e.touches[0] : null; });
		on(slide, 'touchend', function (e) {
			var to = e.changedTouches[0], x = from && to.clientX - from.clientX;
			if (from && Math.abs(x) > 60 && Math.abs(x) > 2 * Math.abs(to.clientY - from.clientY)) { go(x < 0); }
			from = null;
		});
	}
	// letters fetches the sheet of each script that the phone draws as it draws a letter that does not exist.
	function letters() {
		var list = (root.getAttribute('data-fonts') || '').split(' '), canvas = document.createElement('canvas'), pen = canvas.getContext && canvas.getContext('2d'), i, link;
		function drawn(letter) {
			pen.clearRect(0, 0, 32, 32);
			pen.fillText(letter, 4, 24);
			return canvas.toDataURL();
		}
		if (!pen || list.length < 2) { return; }
		canvas.width = canvas.height = 32;
		pen.font = '20px sans-serif';
		for (i = 0; i + 1 < list.length; i += 2) {
			if (drawn(list[i + 1]) !== drawn('\u0378') && drawn(list[i + 1]) !== drawn(' ')) { continue; }
			link = document.createElement('link');
			link.rel = 'stylesheet';
			link.href = list[i];
			document.head.appendChild(link);
		}
	}
	// reader lets the phone's own voice read a question, if it has one for its language.
	function reader(b) {
		var speech = window.speechSynthesis, node = document.getElementById(b.getAttribute('data-read')), lang;
		if (!speech || !window.SpeechSynthesisUtterance || !node) { return; }
		lang = node.getAttribute('lang') || root.getAttribute('lang') || 'en';
		function look() {
			if (speech.getVoices().some(function (v) { return v.lang.slice(0, 2) === lang.slice(0, 2); })) { b.className = b.className.replace(' later', ''); }
		}
		look();
		speech.onvoiceschanged = look;
		on(b, 'click', function () {
			var words = [], u;
			each('.stem, .choice-face, .hint-card p', node, function (p) { words.push(p.textContent); });
			u = new window.SpeechSynthesisUtterance(words.join('. ') || node.textContent);
			u.lang = lang;
			u.rate = 0.9;
			speech.cancel();
			speech.speak(u);
		});
	}
	// play starts a film or sound; newer browsers hand back a promise, which breaks when somebody pauses at once.
	function play(media) {
		var begun = media.play();
		if (begun && begun['catch']) { begun['catch'](function () {}); }
	}
	function follow(list, now) {
		var current = null;
		each('[data-start]', list, function (a) { if (parseFloat(a.getAttribute('data-start')) <= now) { current = a; } });
		each('.now', list, function (a) { if (a !== current) { a.className = ''; a.removeAttribute('aria-current'); } });
		if (current && current.className !== 'now') { current.className = 'now'; current.setAttribute('aria-current', 'true'); }
	}

	// pad types into the field it is for.
	function pad(root) {
		var field = document.getElementById(root.getAttribute('data-pad'));
		function type(text) {
			field.value = text;
			if (field.form && field.form.getAttribute('data-autosave') !== null) { soon(field.form); }
		}
		each('[data-digit]', root, function (b) { on(b, 'click', function () { type(field.value + b.getAttribute('data-digit')); }); });
		each('[data-erase]', root, function (b) { on(b, 'click', function () { type(field.value.slice(0, -1)); }); });
	}

	function wake(within) {
		each('[data-tenths]', within, function (f) {
			f.form.shown = Date.now();
			on(f.form, 'submit', function () { time(f.form); });
		});
		each('form[data-outbox]', within, function (form) {
			each('button[type=submit]', form, function (b) { on(b, 'click', function () { form.pressed = b; }); });
			on(form, 'submit', function (e) { send(form, e); });
			if (form.getAttribute('data-autosave') !== null) {
				on(form, 'change', function () { window.clearTimeout(form.timer); autosave(form); });
				on(form, 'input', function () { soon(form); });
			}
		});
		each('[data-player]', within, player);
		each('[data-turns]', within, turns);
		each('form.search', within, suggest);
		each('[data-pad]', within, pad);
		each('[data-clock]', within, clock);
		each('[data-print]', within, function (b) { on(b, 'click', function () { window.print(); }); });
		each('#f-words', within, function (f) { f.value = f.value || location.hash.slice(1); }); // the code on a recovery sheet brings them
		each('[data-read]', within, reader);
		each('[data-say]', within, function (a) {
			on(a, 'click', function (e) {
				e.preventDefault();
				play(new Audio(a.getAttribute('data-say')));
			});
		});
		each('[data-play]', within, function (b) {
			var sound = null;
			on(b, 'click', function () {
				sound = sound || new Audio(b.getAttribute('data-play'));
				sound.currentTime = 0;
				play(sound);
			});
		});
	}
	// clock shows in time that a turn or a session ends, and goes on when it has. Whoever touches the page is still here; an
	// answer that was begun stays on the page.
	function clock(note) {
		var left = +note.getAttribute('data-clock'), grace = +note.getAttribute('data-grace'), stay = note.getAttribute('data-stay');
		var since = Date.now(), asked = since, begun = false, x, events = ['keydown', 'input', 'click', 'touchstart'], i, timer;
		function touched(e) {
			var now = Date.now();
			begun = begun || e.type === 'input';
			if (now - asked < 60000 && note.className.indexOf('later') > 0) { return; }
			asked = since = now;
			note.className = 'banner careful later';
			x = new XMLHttpRequest();
			x.open('GET', stay, true);
			x.send();
		}
		for (i = 0; stay && i < events.length; i++) { on(document, events[i], touched); }
		timer = window.setInterval(function () {
			var gone = (Date.now() - since) / 1000 - left;
			if (!document.body.contains(note)) { // another page came in its place
				window.clearInterval(timer);
				for (i = 0; i < events.length; i++) { document.removeEventListener(events[i], touched, false); }
				return;
			}
			if (gone >= 0) { note.className = 'banner careful'; }
			if (gone >= grace && !(stay && begun) || gone >= 0 && !stay && !document.querySelector('form[data-outbox]')) { window.location.href = note.getAttribute('data-then'); }
		}, 1000);
	}
	// Titles that begin with what is being typed, as links under the field.
	function suggest(form) {
		var field = form.querySelector('input[type=search]'), list = document.createElement('ul'), wait = 0, asked = '', x = null;
		function show(titles, where, addresses) {
			var i, a, small;
			list.textContent = '';
			for (i = 0; i < titles.length; i++) {
				a = document.createElement('a');
				a.href = addresses[i];
				a.setAttribute('dir', 'auto');
				a.textContent = titles[i];
				if (where[i] && where[i] !== titles[i]) {
					small = document.createElement('small');
					small.textContent = where[i];
					a.appendChild(small);
				}
				list.appendChild(document.createElement('li')).appendChild(a);
			}
		}
		function ask() {
			var typed = field.value.replace(/^\s+/, '');
			if (typed === asked) { return; }
			asked = typed;
			if (x) { x.abort(); }
			if (!typed) { show([]); return; }
			x = new XMLHttpRequest();
			x.open('GET', '/search/suggest?q=' + encodeURIComponent(typed), true);
			x.onload = function () {
				var all;
				try { all = JSON.parse(this.responseText); } catch (e) { return; }
				if (all[0] === asked) { show(all[1], all[2], all[3]); }
			};
			x.send();
		}
		list.className = 'suggest';
		form.appendChild(list);
		on(field, 'input', function () {
			window.clearTimeout(wait);
			wait = window.setTimeout(ask, 200);
		});
	}
	// together asks every few seconds what the class looks at, while somebody looks at the page. The page that shows it is
	// read anew when that changes; any other gets a line that leads there, and goes there by itself where nothing is being
	// written. A teacher's page gets who has answered, and whose hand is up.
	function together() {
		var live = document.querySelector('[data-live]'), pull = '', typed = false, stop = false;
		function get(address, done) {
			var x = new XMLHttpRequest();
			x.open('GET', address, true);
			x.timeout = 10000;
			x.onload = function () { done(x); };
			x.send();
		}
		function teach() {
			get(live.getAttribute('data-live'), function (x) {
				if (x.status === 205) { window.location.replace(window.location.pathname); }
				if (x.status === 200 && !live.contains(document.activeElement)) { live.innerHTML = x.responseText; }
			});
		}
		function learn() {
			var here = document.querySelector('[data-now]');
			get('/now/at?k=' + encodeURIComponent(here ? here.getAttribute('data-now') : pull || '.'), function (x) {
				var content = document.getElementById('content'), line;
				stop = x.status === 410;
				if (x.status !== 200) { return; }
				if (here || x.getResponseHeader('Lamp-Go') && !typed && !document.querySelector('form.question')) {
					window.location.replace('/now' + (here ? '' : '?go'));
					return;
				}
				pull = x.getResponseHeader('Lamp-Now') || '';
				each('.now-call', document, function (d) { d.parentNode.removeChild(d); });
				if (!pull || !content) { return; }
				line = document.createElement('div');
				line.className = 'now-call';
				line.setAttribute('role', 'status');
				line.innerHTML = x.responseText;
				content.insertBefore(line, content.firstChild);
			});
		}
		function ask() {
			if (stop) { return; }
			window.setTimeout(ask, 4000 + Math.random() * 2000);
			if (!document.hidden) { (live ? teach : learn)(); }
		}
		on(document, 'input', function () { typed = true; });
		window.setTimeout(ask, 1000);
	}
	// A box that is unsure of the time hears what this phone's clock says, when the page has long come. A teacher then says
	// whether that is right.
	if (root.getAttribute('data-dates')) {
		window.setTimeout(function () {
			var x = new XMLHttpRequest();
			x.open('GET', root.getAttribute('data-dates') + '?at=' + new Date().getTime(), true);
			x.send();
		}, 5000);
	}
	wake(document);
	letters();
	if (person) { together(); }
	if (person) { tell(kept(no)); }
	flush();
	on(window, 'online', soonest);
	on(window, 'storage', function (e) { if (e.key === box && !sending) { say(waiting().length ? 'waiting' : 'saved'); } });
	on(window, 'beforeunload', function (e) {
		if (open.length) {
			e.preventDefault();
			e.returnValue = '';
		}
	});
})();
