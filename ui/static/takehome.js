// The script inside a take-home file. It keeps answers on the phone, says which are right where that can be told, and
// brings them back to the box: by the form, a link, or a code for a camera. ECMAScript 5; the file reads without it.
(function () {
	'use strict';
	var d = document, form = d.getElementById('take'), salt = form.getAttribute('data-salt'), ticket = form.elements.ticket ? form.elements.ticket.value : '';
	var key = 'lamp.take.' + (salt || window.location.pathname), store = null, kept = {};
	try {
		store = window.localStorage;
		kept = JSON.parse(store.getItem(key)) || {};
	} catch (e) { kept = {}; }

	function all(selector, within) { return Array.prototype.slice.call((within || d).querySelectorAll(selector)); }
	function say(word) { return form.getAttribute('data-' + word) || ''; }
	function save() {
		try { store.setItem(key, JSON.stringify(kept)); } catch (e) { /* the page holds them as long as it is open */ }
	}

	// controls of a question, those of one field together, in order.
	function fields(q) {
		var out = [], seen = {};
		all('input, select', q).forEach(function (c) {
			var at = seen[c.name];
			if (at === undefined) {
				seen[c.name] = at = out.length;
				out.push([]);
			}
			out[at].push(c);
		});
		return out;
	}
	// values is what is filled in: a line, a tab between fields; '' when nothing is.
	function values(q) {
		var line = fields(q).map(function (group) {
			return group.filter(function (c) { return c.type !== 'radio' && c.type !== 'checkbox' || c.checked; }).map(function (c) {
				return c.value.replace(/[\t\r\n]+/g, ' ').replace(/^ +| +$/g, '');
			}).join(',');
		});
		return line.join('') ? line.join('\t') : '';
	}
	function fill(q, line) {
		var parts = line.split('\t');
		fields(q).forEach(function (group, i) {
			var value = parts[i] || '', chosen = value.split(',');
			group.forEach(function (c) {
				if (c.type === 'radio' || c.type === 'checkbox') { c.checked = chosen.indexOf(c.value) >= 0; } else { c.value = value; }
			});
		});
	}

	function hash(h, text) {
		var i;
		for (i = 0; i < text.length; i++) {
			h = h ^ text.charCodeAt(i);
			h = (h + (h << 1) + (h << 4) + (h << 7) + (h << 8) + (h << 24)) >>> 0;
		}
		return ('0000000' + h.toString(16)).slice(-8);
	}
	var zeros = [0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0x1040, 0x17E0, 0xFF10];
	// plain writes a number as the box does; '' when it could be read in two ways.
	function plain(text) {
		var out = text.replace(/[^\x00-\x7f]/g, function (c) {
			var n = c.charCodeAt(0), i;
			for (i = 0; i < zeros.length; i++) {
				if (n >= zeros[i] && n < zeros[i] + 10) { return String(n - zeros[i]); }
			}
			return c === '\u2212' || c === '\u2013' ? '-' : c === '\u066B' ? '.' : c;
		}).replace(/\s/g, '');
		return /^-?\d{1,15}(\.\d{1,9})?$/.test(out) ? String(parseFloat(out)) : '';
	}
	// right says whether a line is right: true, false, or null where only the box can tell.
	function right(q, line) {
		var check = q.getAttribute('data-check'), text;
		if (q.getAttribute('data-type') === 'number') { line = plain(line); }
		if (!check || !line) { return null; }
		text = salt + '|' + q.getAttribute('data-q') + '|' + line;
		return hash(2166136261, text) + hash(84696351, text) === check;
	}

	function show(q, line) {
		var was = right(q, line), worked = q.getAttribute('data-worked'), box = q.querySelector('.worked'), h;
		all('input, select', q).forEach(function (c) { c.disabled = true; });
		q.querySelector('.check').hidden = true;
		q.querySelector('.check').style.display = 'none';
		q.className = was === true ? 'is-right' : was === false ? 'is-wrong' : 'is-kept';
		q.querySelector('.verdict').textContent = say(was === true ? 'right' : was === false ? 'not-yet' : 'kept');
		if (worked && was !== true) {
			h = d.createElement('h3');
			h.textContent = say('worked');
			h.lang = d.documentElement.lang;
			box.innerHTML = decodeURIComponent(escape(window.atob(worked)));
			box.insertBefore(h, box.firstChild);
		}
	}
	var questions = all('fieldset[data-q]');
	questions.forEach(function (q) {
		var n = q.getAttribute('data-q'), check = q.querySelector('.check');
		check.hidden = false;
		if (kept[n]) {
			fill(q, kept[n].v);
			if (kept[n].done) { show(q, kept[n].v); }
		}
		function changed() {
			if (!(kept[n] && kept[n].done)) {
				kept[n] = { v: values(q) };
				save();
				count();
			}
		}
		q.addEventListener('change', changed, false);
		q.addEventListener('input', changed, false);
		check.querySelector('button').addEventListener('click', function () {
			var line = values(q);
			if (!line) {
				q.querySelector('.verdict').textContent = say('first');
				return;
			}
			kept[n] = { v: line, done: 1 };
			save();
			show(q, line);
			count();
		}, false);
	});

	// lines are all answers as the box reads them. The first answer that was checked counts.
	function lines() {
		return questions.map(function (q) {
			var n = q.getAttribute('data-q'), line = kept[n] && kept[n].done ? kept[n].v : values(q);
			return line ? n + '=' + line + '\n' : '';
		}).join('');
	}
	function parcel() {
		return ticket + '.' + window.btoa(unescape(encodeURIComponent(lines()))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
	}
	function count() {
		var p = d.getElementById('count'), n, address, link;
		if (!p) { return; }
		n = lines().split('\n').length - 1;
		p.textContent = p.getAttribute('data-text').replace('{n}', n.toLocaleString(d.documentElement.lang)).replace('{of}', questions.length.toLocaleString(d.documentElement.lang));
		link = d.getElementById('link');
		address = form.getAttribute('action') + '?d=' + parcel();
		link.href = address;
		link.parentNode.style.display = address.length > 2000 ? 'none' : '';
		d.getElementById('text').value = parcel();
		d.getElementById('qr').innerHTML = '';
		d.getElementById('ways').hidden = !n;
	}
	form.addEventListener('submit', function () { form.elements.answers.value = lines(); }, false);
	if (ticket) {
		d.getElementById('code').addEventListener('click', function () {
			var box = d.getElementById('qr'), m = code(d.getElementById('link').href), i, j, path = '';
			if (!m) {
				box.textContent = say('too-long');
				return;
			}
			for (i = 0; i < m.length; i++) {
				for (j = 0; j < m.length; j++) { if (m[i][j]) { path += 'M' + (j + 4) + ' ' + (i + 4) + 'h1v1h-1z'; } }
			}
			box.innerHTML = '<svg viewBox="0 0 ' + (m.length + 8) + ' ' + (m.length + 8) + '" shape-rendering="crispEdges"><path d="' + path + '"/></svg>';
		}, false);
		count();
	}

	// code makes a QR code (ISO/IEC 18004) of Latin text: bytes, level L, versions 1 to 20, mask 0. Rows of true for dark;
	// null when the text is too long.
	function code(text) {
		var checks = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28];
		var blocks = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8];
		var v, total, room, aligned, size, grid = [], taken = [], bits = [], bytes = [], i, j, k, n;
		for (v = 1; v <= 20; v++) {
			aligned = v > 1 ? Math.floor(v / 7) + 2 : 0;
			total = (16 * v + 128) * v + 64 - (aligned ? (25 * aligned - 10) * aligned - 55 : 0) - (v > 6 ? 36 : 0) >> 3;
			room = total - checks[v - 1] * blocks[v - 1];
			if (text.length + (v < 10 ? 2 : 3) <= room) { break; }
		}
		if (v > 20) { return null; }
		function push(value, width) {
			while (width--) { bits.push(value >> width & 1); }
		}
		push(4, 4);
		push(text.length, v < 10 ? 8 : 16);
		for (i = 0; i < text.length; i++) { push(text.charCodeAt(i) & 255, 8); }
		push(0, Math.min(4, room * 8 - bits.length));
		while (bits.length % 8) { bits.push(0); }
		for (i = 0; i < bits.length; i += 8) {
			for (j = n = 0; j < 8; j++) { n = n << 1 | bits[i + j]; }
			bytes.push(n);
		}
		for (n = 236; bytes.length < room; n ^= 236 ^ 17) { bytes.push(n); }
		bytes = interleave(bytes, total, checks[v - 1], blocks[v - 1]);

		size = 17 + 4 * v;
		for (i = 0; i < size; i++) {
			grid.push([]);
			taken.push([]);
		}
		function set(x, y, dark) {
			if (x >= 0 && y >= 0 && x < size && y < size) {
				grid[y][x] = !!dark;
				taken[y][x] = true;
			}
		}
		function square(x, y, radius, light) {
			var dx, dy, far;
			for (dy = -radius; dy <= radius; dy++) {
				for (dx = -radius; dx <= radius; dx++) {
					far = Math.max(Math.abs(dx), Math.abs(dy));
					set(x + dx, y + dy, far !== light && far !== 4);
				}
			}
		}
		for (i = 0; i < size; i++) {
			set(6, i, i % 2 === 0);
			set(i, 6, i % 2 === 0);
		}
		square(3, 3, 4, 2);
		square(size - 4, 3, 4, 2);
		square(3, size - 4, 4, 2);
		var places = [6], step = aligned && Math.floor((v * 8 + aligned * 3 + 5) / (aligned * 4 - 4)) * 2;
		for (i = aligned - 2; i >= 0; i--) { places.push(size - 7 - i * step); }
		for (i = 0; i < aligned; i++) {
			for (j = 0; j < aligned; j++) {
				if (!(i === 0 && (j === 0 || j === aligned - 1) || j === 0 && i === aligned - 1)) { square(places[i], places[j], 2, 1); }
			}
		}
		// 0x77C4: level L and mask 0 with their check bits.
		for (i = 0; i < 15; i++) {
			n = 0x77C4 >> i & 1;
			set(8, i < 6 ? i : i < 8 ? i + 1 : size - 15 + i, n);
			set(i < 8 ? size - 1 - i : i < 9 ? 7 : 14 - i, 8, n);
		}
		set(8, size - 8, 1);
		if (v > 6) {
			for (i = 0, k = v; i < 12; i++) { k = k << 1 ^ (k >> 11) * 0x1F25; }
			k = v << 12 | k;
			for (i = 0; i < 18; i++) {
				set(size - 11 + i % 3, Math.floor(i / 3), k >> i & 1);
				set(Math.floor(i / 3), size - 11 + i % 3, k >> i & 1);
			}
		}
		for (i = 0, j = size - 1; j > 0; j -= 2) {
			if (j === 6) { j = 5; }
			for (n = 0; n < size; n++) {
				for (k = 0; k < 2; k++) {
					var x = j - k, y = (j + 1 & 2) === 0 ? size - 1 - n : n;
					if (!taken[y][x]) {
						grid[y][x] = !!((i < bytes.length * 8 ? bytes[i >> 3] >> 7 - (i & 7) & 1 : 0) ^ (x + y) % 2 === 0);
						i++;
					}
				}
			}
		}
		return grid;
	}
	// interleave adds the check bytes of Reed and Solomon to each block and shuffles the blocks together.
	function interleave(bytes, total, checks, blocks) {
		var short = blocks - total % blocks, length = Math.floor(total / blocks) - checks, parts = [], out = [], divisor = [], i, j, at = 0, root = 1;
		for (i = 0; i < checks; i++) { divisor.push(i === checks - 1 ? 1 : 0); }
		for (i = 0; i < checks; i++) {
			for (j = 0; j < checks; j++) { divisor[j] = times(divisor[j], root) ^ (divisor[j + 1] || 0); }
			root = times(root, 2);
		}
		for (i = 0; i < blocks; i++) {
			j = length + (i < short ? 0 : 1);
			parts.push({ data: bytes.slice(at, at + j), rest: rest(bytes.slice(at, at + j), divisor) });
			at += j;
		}
		for (i = 0; i <= length; i++) {
			parts.forEach(function (p) { if (i < p.data.length) { out.push(p.data[i]); } });
		}
		for (i = 0; i < checks; i++) { parts.forEach(function (p) { out.push(p.rest[i]); }); }
		return out;
	}
	function rest(data, divisor) {
		var out = divisor.map(function () { return 0; });
		data.forEach(function (b) {
			var factor = b ^ out.shift();
			out.push(0);
			divisor.forEach(function (x, i) { out[i] ^= times(x, factor); });
		});
		return out;
	}
	function times(x, y) {
		var z = 0, i;
		for (i = 7; i >= 0; i--) {
			z = z << 1 ^ (z >> 7) * 0x11D;
			z ^= (y >> i & 1) * x;
		}
		return z;
	}

})();
