// Every page of teachers and administrators by keyboard alone: Tab comes to all that can be used, shows where it is, and goes
// on. The pages are found as a person finds them, by the links of the ones before.
import { check, focus, phone, quiet, told, walk } from './kit.mjs';

const most = 160; // pages a person

// usable lists what the keyboard must come to, by its place among all elements; of radio buttons of one name the one that Tab stops at.
function usable() {
	const all = [...document.querySelectorAll('*')], groups = {};
	const out = [];
	for (const e of document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')) {
		if (e.disabled || e.type === 'hidden' || e.tabIndex < 0 || e.closest('[inert]')) continue;
		if (e.tagName === 'SUMMARY' && e !== e.parentElement.querySelector('summary')) continue;
		if (!e.checkVisibility({ visibilityProperty: true })) continue;
		if (e.type === 'radio') {
			const key = e.name + ' ' + (e.form ? all.indexOf(e.form) : '');
			if (groups[key]) continue;
			groups[key] = true;
			out.push({ group: key, what: e.outerHTML.slice(0, 120) });
			continue;
		}
		out.push({ at: all.indexOf(e), what: e.outerHTML.slice(0, 120) });
	}
	return out;
}

function here() {
	const all = [...document.querySelectorAll('*')], e = document.activeElement;
	return { at: all.indexOf(e), group: e.type === 'radio' ? e.name + ' ' + (e.form ? all.indexOf(e.form) : '') : undefined };
}

// tabs goes once through a page and says what it never came to and where the focus could not be seen.
async function tabs(page) {
	const want = await page.evaluate(usable), reached = new Set(), unseen = [];
	let last = '', stuck = false;
	for (let i = 0; i < want.length + 25; i++) {
		await page.keyboard.press('Tab');
		const h = await page.evaluate(here), f = await page.evaluate(focus);
		if (f.body) break;
		const key = h.group ?? h.at;
		stuck ||= last === key && f.what.indexOf('type="date"') < 0 && f.what.indexOf('type="time"') < 0 && !/<(video|audio)/.test(f.what); // these have stops inside
		last = key;
		reached.add(key);
		if (!f.style || !f.inside || f.over) unseen.push(f);
	}
	return { stops: reached.size, missed: want.filter((w) => !reached.has(w.group ?? w.at)).map((w) => w.what), unseen, stuck };
}

// shape is a page's address without its ids: one of each shape is opened.
const shape = (u) => u.pathname.split('/').map((p) => /^[0-9a-f]{12,}$|^[A-Za-z0-9_-]{18,}$/.test(p) ? '*' : p).join('/') + (u.search ? '?' + [...u.searchParams.keys()].sort().join('&') : '');

// person walks the pages under a path.
async function person(name, secret, under) {
	const context = await phone({ viewport: { width: 900, height: 800 } }), page = await context.newPage();
	await page.goto(told.http + '/login');
	for (let i = 0; i < 60 && !await page.evaluate(() => document.activeElement.id === 'f-name'); i++) await page.keyboard.press('Tab');
	await page.keyboard.type(name);
	await page.keyboard.press('Tab');
	await page.keyboard.type(secret);
	await Promise.all([page.waitForURL((u) => u.pathname !== '/login'), page.keyboard.press('Enter')]);
	check(`${name} signs in by keys`, await page.locator('html').getAttribute('data-person') !== null, page.url());
	const seen = new Set([under]), queue = [under];
	let pages = 0, stops = 0;
	while (queue.length && pages < most) {
		const path = queue.shift();
		const answer = await page.goto(told.http + path).catch(() => null); // a download is no page
		if (!answer || answer.status() !== 200 || !/html/.test(answer.headers()['content-type'] ?? '') || !await page.locator('main').count()) continue;
		pages++;
		const t = await tabs(page);
		stops += t.stops;
		check(`${name}, ${path}: Tab comes to everything`, t.missed.length === 0, t.missed.slice(0, 4));
		check(`${name}, ${path}: the focus is seen`, t.unseen.length === 0, t.unseen.slice(0, 2));
		check(`${name}, ${path}: Tab goes on`, !t.stuck);
		for (const href of await page.evaluate(() => [...document.querySelectorAll('a[href]')].filter((a) => a.origin === location.origin && !a.hasAttribute('download')).map((a) => a.href))) {
			const u = new URL(href), s = shape(u);
			if (!u.pathname.startsWith(under) || seen.has(s)) continue;
			seen.add(s);
			queue.push(u.pathname + u.search);
		}
	}
	console.log(`  ${name}: ${pages} pages, ${stops} stops`);
	check(`${name}: many pages were found`, pages > 12, pages);
	quiet(context, name, (t) => /status of 4/.test(t));
	await context.close();
}

walk(async () => {
	await person('Okello', 'lamp-light', '/teach');
	await person('Grace', 'lamp-light', '/admin');
});
