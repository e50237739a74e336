// An app as people write them: storage by method and by property, a cookie, a state, forms.
(function () {
	function id(x) { return document.getElementById(x); }
	function show() { id('count').textContent = 'count ' + (localStorage.getItem('count') || 0) + ', mood ' + (localStorage.mood || 'none') + ', cookie ' + document.cookie + ', session ' + sessionStorage.getItem('s') + ', keys ' + localStorage.length; }
	id('more').onclick = function () {
		localStorage.setItem('count', Number(localStorage.getItem('count') || 0) + 1);
		localStorage.mood = 'glad';
		sessionStorage.setItem('s', 'x');
		document.cookie = 'level=3; path=/; expires=Fri, 31 Dec 2100 23:59:59 GMT';
		document.cookie = 'gone=1; max-age=0';
		show();
	};
	id('words').value = (window.lamplight.state() || {}).words || '';
	id('words').oninput = function () { window.lamplight.state({ words: id('words').value }); };
	id('half').onclick = function () { window.lamplight.progress(0.5); };
	id('right').onclick = function () { window.lamplight.score(8, 10); };
	id('done').onclick = function () { window.lamplight.complete(); };
	id('say').onclick = function () { alert('Well done'); };
	id('statement').onclick = function () {
		parent.postMessage(JSON.stringify({ actor: {}, verb: { id: 'http://adlnet.gov/expapi/verbs/passed' }, object: {}, result: { score: { raw: 9, max: 10 }, completion: true } }), '*');
	};
	id('own').onsubmit = function (e) { e.preventDefault(); id('own-out').textContent = 'sent ' + id('own-in').value; };
	show();
})();
