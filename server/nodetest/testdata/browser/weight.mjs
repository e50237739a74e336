// What pages weigh on the wire, with a cold and a warm phone.
import { check, phone, signIn, told, walk } from './kit.mjs';

const KB = 1024;

walk(async () => {
	const context = await phone();
	const page = await context.newPage();
	let asked = [];
	page.on('requestfinished', (r) => asked.push(r));
	const open = async (path) => {
		asked = [];
		await page.goto(told.http + path, { waitUntil: 'networkidle' });
		let bytes = 0, script = 0, requests = 0, pictures = 0, largest = 0;
		const list = [];
		for (const r of asked) {
			const response = await r.response();
			if (!response || response.fromServiceWorker()) continue;
			const { responseBodySize: n } = await r.sizes();
			// Playwright tells of what came from the phone's own store by a size below zero.
			if (n < 0) continue;
			requests++;
			if (r.resourceType() === 'image') {
				pictures += n;
				largest = Math.max(largest, n);
				continue;
			}
			bytes += n;
			if (r.resourceType() === 'script') script += n;
			list.push(`${r.resourceType()} ${n}`);
		}
		return { bytes, requests, script, pictures, largest, list };
	};

	const first = await open('/');
	check(`the first view: ${first.bytes} bytes in ${first.requests} requests, at most 30 KB in 4, no picture among them`, first.bytes <= 30 * KB && first.requests <= 4 && first.pictures === 0, first);
	check(`the one script: ${first.script} bytes, at most 10 KB`, first.script > 0 && first.script <= 10 * KB, first);
	const pages = { library: '/library', search: '/search?q=counting', login: '/login', course: `/course/${told.courses.numbers}`, zim: `/course/${told.courses.zim}` };
	for (const [name, path] of Object.entries(pages)) {
		const w = await open(path);
		check(`${name} later: ${w.bytes} bytes, at most 8 KB without covers`, w.bytes <= 8 * KB, w);
		check(`${name}: its largest cover has ${w.largest} bytes, at most 6 KB`, w.largest <= 6 * KB, w);
		check(`${name}: at most one script is loaded`, await page.evaluate(() => document.scripts.length) <= 1);
	}
	await signIn(page, 'Yusuf', '7070');
	const links = await (async () => {
		await page.goto(`${told.http}/course/${told.courses.numbers}`);
		const topic = await page.locator("main a.card").nth(1).getAttribute('href');
		await page.goto(told.http + topic);
		return page.locator("main a.card").evaluateAll((all) => all.map((a) => a.getAttribute('href')));
	})();
	for (const path of ['/', '/progress', '/settings', ...links.slice(0, 4)]) {
		const w = await open(path);
		const html = w.list.filter((l) => l.startsWith('document'));
		check(`${path} later, signed in: ${w.bytes} bytes (${html}), at most 8 KB`, w.bytes <= 8 * KB, w);
	}
	const again = await open(links[0]);
	check(`the same page again: ${again.bytes} bytes in ${again.requests} requests, at most 1 KB, all of them asking whether it changed`, again.bytes + again.pictures <= KB, again);
	const home = await open('/');
	check(`home again: ${home.bytes} bytes, nothing but HTML`, home.bytes <= 8 * KB && home.requests <= 2, home);
	check('no page asks anything of elsewhere', asked.every((r) => r.url().startsWith(told.http)), asked.map((r) => r.url()));
});
