// What can go wrong with answers that wait on a phone: no room, no storage, two tabs, a refusal, time that nobody looked.
import { ask, check, drawn, fill, phone, shot, signIn, submit, told, until, walk } from './kit.mjs';

walk(async () => {
	const address = `${told.http}/exercise/${told.spare}`;
	const attempts = async () => (await ask({ ask: 'person', person: told.amina })).attempts;
	const foot = (page) => page.locator('#outbox').innerText();
	const stored = (page, key) => page.evaluate((k) => Object.keys(localStorage).filter((x) => x.startsWith(k)).flatMap((x) => JSON.parse(localStorage.getItem(x))), key);
	const cut = (page, does = (route) => route.abort('connectionfailed')) => page.route('**/attempt', does);
	const answer = async (page) => {
		await page.goto(address);
		await fill(page, (await drawn(page)).right);
		await submit(page);
	};
	const context = await phone();
	const page = await context.newPage();
	await signIn(page, 'Amina', '4711');
	let had = await attempts();

	// Two tabs hold two answers each of its own; both send everything.
	const other = await context.newPage();
	await cut(page);
	await cut(other);
	await answer(page);
	await page.waitForSelector('.banner.waiting');
	await answer(other);
	await other.waitForSelector('.banner.waiting');
	check('two wait, and the foot counts them', (await stored(page, 'lamp.out.')).length === 2 && /\(2\)/.test(await foot(other)), await foot(other));
	await shot(other, 'outbox-two');
	await page.unroute('**/attempt');
	await other.unroute('**/attempt');
	await Promise.all([page, other].map((p) => p.evaluate(() => window.dispatchEvent(new Event('online')))));
	await until(page, () => !Object.keys(localStorage).some((k) => k.startsWith('lamp.out.')));
	check('sent from two tabs at once, each counts once', await attempts() === had + 2, await attempts() - had);
	await other.close();
	had += 2;

	// The phone has no room.
	await page.goto(address);
	await fill(page, (await drawn(page)).right);
	await page.evaluate(() => { Storage.prototype.setItem = function () { throw new DOMException('full', 'QuotaExceededError'); }; });
	await cut(page);
	await submit(page);
	await page.waitForSelector('.banner.waiting');
	check('with no room it says to leave the page open', /open/i.test(await foot(page)) && (await stored(page, 'lamp.out.')).length === 0, await foot(page));
	await shot(page, 'outbox-full');
	await page.unroute('**/attempt');
	await page.evaluate(() => window.dispatchEvent(new Event('online')));
	await until(page, () => document.getElementById('outbox').textContent === document.getElementById('outbox').getAttribute('data-saved'));
	check('and sends it from the page', await attempts() === had + 1, await attempts() - had);
	had++;

	// A phone that keeps nothing for pages.
	const secret = await phone();
	await secret.addInitScript(() => Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } }));
	const closed = await secret.newPage();
	await signIn(closed, 'Amina', '4711');
	await cut(closed);
	await answer(closed);
	await closed.waitForSelector('.banner.waiting');
	await closed.unroute('**/attempt');
	await closed.evaluate(() => window.dispatchEvent(new Event('online')));
	await until(closed, () => document.getElementById('outbox').textContent === document.getElementById('outbox').getAttribute('data-saved'));
	check('a private window sends it from the page too', await attempts() === had + 1, await attempts() - had);
	had++;

	// The box refuses what waited: the child is told, also on the next page, until they have seen it.
	await cut(page);
	await answer(page);
	await page.waitForSelector('.banner.waiting');
	await page.evaluate(() => {
		for (const k of Object.keys(localStorage)) {
			if (k.startsWith('lamp.out.')) localStorage.setItem(k, localStorage.getItem(k).replace(/seed=\d+/, 'seed=987654321987654321'));
		}
	});
	await page.unroute('**/attempt');
	await page.goto(told.http + '/settings');
	await page.waitForSelector('.banner.refused');
	const said = await page.locator('.banner.refused').innerText();
	check('a refused answer is told in the box\'s words', said.length > 80 && (await stored(page, 'lamp.out.')).length === 0, said);
	await shot(page, 'outbox-refused');
	await page.goto(told.http + '/library');
	check('and again on the next page', await page.locator('.banner.refused a').getAttribute('href') === new URL(address).pathname, await page.locator('.banner.refused').count());
	await page.click('.banner.refused button');
	await page.goto(told.http + '/settings');
	check('until it was seen', await page.locator('.banner.refused').count() === 0);
	check('it did not count', await attempts() === had);
});
