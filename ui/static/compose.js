/* Drag the things of a lesson or the questions of a quiz: what the Up and Down buttons do, by a handle. ECMAScript 5. */
(function () {
	'use strict';

	function each(list, fn) { Array.prototype.forEach.call(list, fn); }

	function keys(form) {
		return Array.prototype.map.call(form.querySelectorAll('[data-key]'), function (li) { return li.getAttribute('data-key'); });
	}

	function send(form) {
		keys(form).forEach(function (key) {
			var field = document.createElement('input');
			field.type = 'hidden';
			field.name = 'order';
			field.value = key;
			form.appendChild(field);
		});
		form.submit();
	}

	function point(e) { return e.touches && e.touches.length ? e.touches[0] : e; }

	// over puts the dragged thing where the finger is.
	function over(form, dragged, p) {
		var at = document.elementFromPoint(p.clientX, p.clientY);
		while (at && at !== form && !(at.getAttribute && at.getAttribute('data-key'))) at = at.parentNode;
		if (!at || at === form || at === dragged || at.parentNode !== dragged.parentNode) return;
		var box = at.getBoundingClientRect();
		at.parentNode.insertBefore(dragged, p.clientY > box.top + box.height / 2 ? at.nextSibling : at);
	}

	function grip(form, li) {
		var handle = document.createElement('span'), before;
		handle.className = 'grip';
		handle.setAttribute('aria-hidden', 'true');
		li.insertBefore(handle, li.firstChild);

		function move(e) {
			e.preventDefault();
			over(form, li, point(e));
		}
		function end() {
			['mousemove', 'touchmove'].forEach(function (name) { document.removeEventListener(name, move); });
			['mouseup', 'touchend', 'touchcancel'].forEach(function (name) { document.removeEventListener(name, end); });
			li.classList.remove('dragged');
			if (keys(form).join('\n') !== before) send(form);
		}
		function start(e) {
			e.preventDefault();
			before = keys(form).join('\n');
			li.classList.add('dragged');
			['mousemove', 'touchmove'].forEach(function (name) { document.addEventListener(name, move, { passive: false }); });
			['mouseup', 'touchend', 'touchcancel'].forEach(function (name) { document.addEventListener(name, end); });
		}
		handle.addEventListener('mousedown', start);
		handle.addEventListener('touchstart', start, { passive: false });
	}

	each(document.querySelectorAll('form[data-order]'), function (form) {
		each(form.querySelectorAll('[data-key]'), function (li) { grip(form, li); });
	});
}());
