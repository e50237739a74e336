/* Sends a file in pieces, and goes on where it was after a cut, a reload or a box that was switched off. ECMAScript 5. */
(function () {
	'use strict';

	var form = document.querySelector('form[data-pieces]');
	if (!form || !window.FormData || !window.File || !File.prototype.slice) return;
	var input = form.querySelector('input[type=file]'), line = form.querySelector('.sending'),
		button = form.querySelector('button'), address = form.getAttribute('data-pieces'),
		token = form.querySelector('input[name=token]').value, busy = false, bar, words;

	function say(key, percent) {
		words.textContent = form.getAttribute('data-' + key).replace('{percent}', percent);
	}

	function show(have, size) {
		var percent = size ? Math.floor(100 * have / size) : 100;
		bar.value = percent;
		say('sending', percent + '%');
	}

	function ask(method, url, body, type, done) {
		var x = new XMLHttpRequest();
		x.open(method, url, true);
		x.timeout = 120000;
		if (type) x.setRequestHeader('Content-Type', type);
		x.setRequestHeader('X-Token', token);
		x.onload = function () {
			var answer = null;
			try { answer = JSON.parse(x.responseText); } catch (e) { /* of a proxy, or half of one */ }
			done(x.status, answer);
		};
		x.onerror = x.ontimeout = x.onabort = function () { done(0, null); };
		x.send(body);
		return x;
	}

	function stop(key) {
		busy = false;
		button.disabled = false;
		say(key, '');
	}

	function start(file) {
		if (busy) return;
		busy = true;
		button.disabled = true;
		if (!bar) {
			bar = document.createElement('progress');
			bar.max = 100;
			words = document.createElement('p');
			line.appendChild(bar);
			line.appendChild(words);
		}
		bar.setAttribute('aria-label', file.name);
		if (file.size > +form.getAttribute('data-most')) return stop('large');
		show(0, file.size);
		begin(file, 1000);
	}

	function begin(file, wait) {
		var body = 'token=' + encodeURIComponent(token) + '&name=' + encodeURIComponent(file.name) + '&size=' + file.size +
			'&stamp=' + encodeURIComponent(file.lastModified || '');
		ask('POST', address, body, 'application/x-www-form-urlencoded', function (status, a) {
			if (status === 200 && a) send(file, a, 1000);
			else if (a && a.problem) stop(form.getAttribute('data-' + a.problem) ? a.problem : 'other');
			else if (status >= 400 && status < 500) stop('other');
			else later(wait, function () { begin(file, Math.min(2 * wait, 30000)); });
		});
	}

	/* later waits for a box that does not answer, and says so. */
	function later(wait, next) {
		say('waiting', '');
		setTimeout(next, wait);
	}

	function send(file, a, wait) {
		var from = a.have, x;
		show(from, file.size);
		if (from >= file.size) return finish(a, wait, file);
		x = ask('POST', address + '/' + a.id + '?at=' + from, file.slice(from, from + a.piece), 'application/octet-stream', function (status, b) {
			if ((status === 200 || status === 409) && b) send(file, b, 1000);
			else if (b && b.problem === 'full') stop('full');
			else if (status >= 400 && status < 500) stop('other');
			else later(wait, function () { look(file, a, Math.min(2 * wait, 30000)); });
		});
		if (x.upload) x.upload.onprogress = function (e) { show(from + Math.min(e.loaded, a.piece), file.size); };
	}

	/* look asks how much the box holds, for a piece may have come though its answer did not. */
	function look(file, a, wait) {
		ask('GET', address + '/' + a.id, null, '', function (status, b) {
			if (status === 200 && b) send(file, b, 1000);
			else if (status === 404) begin(file, 1000);
			else if (status >= 400 && status < 500) stop('other');
			else later(wait, function () { look(file, a, Math.min(2 * wait, 30000)); });
		});
	}

	function finish(a, wait, file) {
		say('checking', '');
		ask('POST', address + '/' + a.id + '?done=1', '', 'application/octet-stream', function (status, b) {
			if (status === 200 && b && b.url) location.href = b.url;
			else if (b && b.problem && form.getAttribute('data-' + b.problem)) stop(b.problem);
			else if (status >= 400 && status < 500) stop('other');
			else later(wait, function () { look(file, a, Math.min(2 * wait, 30000)); });
		});
	}

	form.addEventListener('submit', function (e) {
		if (!input.files || !input.files[0]) return;
		e.preventDefault();
		start(input.files[0]);
	});
	Array.prototype.forEach.call(document.querySelectorAll('[data-go-on]'), function (link) {
		link.addEventListener('click', function (e) {
			e.preventDefault();
			input.click();
			input.focus();
		});
	});
	window.addEventListener('beforeunload', function (e) {
		if (busy && bar.value < 100) e.returnValue = ' ';
	});
}());
