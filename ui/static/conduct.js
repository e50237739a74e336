/* A film that stops where it is to stop, and a board that counts down. ECMAScript 5. */
(function () {
	'use strict';

	function each(list, fn) { Array.prototype.forEach.call(list, fn); }

	each(document.querySelectorAll('[data-conduct]'), function (root) {
		var film = root.querySelector('video'), start = +root.getAttribute('data-start'), end = +root.getAttribute('data-end');
		var stop = document.querySelector('[data-stop]'), stopped = false;
		if (!film) return;

		// What is asked stays out of sight until the film comes to it, or cannot be played.
		function show() {
			stopped = true;
			if (!stop) return;
			stop.hidden = false;
			stop.focus();
			if (stop.scrollIntoView) stop.scrollIntoView();
		}
		if (stop) {
			stop.hidden = true;
			film.addEventListener('error', show, true);
		}
		film.addEventListener('loadedmetadata', function () {
			if (film.currentTime < start) film.currentTime = start;
		});
		film.addEventListener('timeupdate', function () {
			if (stopped || !end || film.currentTime < end - 0.05) return;
			film.pause();
			if (document.exitFullscreen && document.fullscreenElement) document.exitFullscreen();
			show();
		});
		film.addEventListener('pause', function () {
			if (!stopped && end && film.currentTime >= end - 0.3) show();
		});
		film.addEventListener('ended', show);
	});

	// Minutes are counted from when the page came: no clock need be right.
	each(document.querySelectorAll('[data-countdown]'), function (out) {
		var left = +out.getAttribute('data-countdown'), begun = performance.now();
		function tick() {
			var s = Math.max(0, Math.round(left - (performance.now() - begun) / 1000));
			out.textContent = Math.floor(s / 60) + ':' + ('0' + s % 60).slice(-2);
		}
		tick();
		setInterval(tick, 1000);
	});
}());
