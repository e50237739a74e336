// The box goes away under a learner's hands: the answer waits on the phone, and is sent and counted once when it is back.
import { ask, check, drawn, fill, phone, shot, signIn, submit, told, walk } from './kit.mjs';

walk(async () => {
	const context = await phone();
	const page = await context.newPage();
	const counted = async () => (await ask({ ask: 'person', person: told.learner })).attempts;
	const waiting = () => page.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith('lamp.out.')).flatMap((k) => JSON.parse(localStorage.getItem(k))));
	await signIn(page, 'Sefo', '1470');
	const exercises = [];
	await page.goto(told.http + '/search?q=practice');
	exercises.push(...await page.locator('main a.card[href^="/exercise/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href'))));
	check('there is something to practise', exercises.length > 1, exercises);
	await page.goto(told.http + exercises[0]);
	let q = await drawn(page);
	await fill(page, q.right);

	await ask({ ask: 'stop' });
	await submit(page);
	await page.waitForSelector('form.question .banner.waiting');
	check('the page says that the answer waits on this phone', /phone/i.test(await page.locator('form.question .banner.waiting').innerText()), await page.locator('form.question .banner.waiting').innerText());
	check('and in the foot', (await page.locator('#outbox').innerText()).length > 5);
	await shot(page, 'outbox-waiting');
	await submit(page);
	await page.waitForFunction(() => !document.querySelector('.busy'));
	let kept = await waiting();
	check('pressed again, it waits once', kept.length === 1, kept);
	check('what was typed is still there', Object.entries(q.right).every(([k]) => kept[0].b.includes(encodeURIComponent(k) + '=')), kept);

	await ask({ ask: 'start' });
	check('nothing was counted yet', await counted() === 0);
	await page.evaluate(() => window.dispatchEvent(new Event('online')));
	await page.waitForFunction(() => !Object.keys(localStorage).some((k) => k.startsWith('lamp.out.')));
	check('when the box is back the answer is sent, and counted once', await counted() === 1, await counted());
	check('the foot says it is saved', await page.locator('#outbox').innerText() === await page.locator('#outbox').getAttribute('data-saved'));
	await submit(page);
	await page.waitForSelector('#result');
	check('answered again on the same page: shown, not counted again', await counted() === 1 && await page.locator('#result.is-right').count() === 1, await counted());

	// The phone is closed while an answer waits; another child signs in; the answer stays its owner's.
	await page.goto(told.http + exercises[1]);
	q = await drawn(page);
	await fill(page, q.right);
	await page.route('**/attempt', (route) => route.abort('connectionfailed'));
	await submit(page);
	await page.waitForSelector('form.question .banner.waiting');
	await page.unroute('**/attempt');
	await page.goto(told.http + '/settings');
	kept = await waiting();
	if (kept.length) {
		await page.waitForFunction(() => !Object.keys(localStorage).some((k) => k.startsWith('lamp.out.')));
	}
	check('the next page sends what waited', await counted() === 2, await counted());

	await page.goto(told.http + exercises[1]);
	q = await drawn(page);
	await fill(page, q.right);
	await page.route('**/attempt', (route) => route.abort('connectionfailed'));
	await submit(page);
	await page.waitForSelector('form.question .banner.waiting');
	await context.clearCookies();
	await page.unroute('**/attempt');
	await page.goto(told.http + '/login');
	await page.waitForTimeout(500);
	check('signed out, it waits', (await waiting()).length === 1 && await counted() === 2);
	await signIn(page, 'Ines', 'a lamp at night');
	await page.waitForTimeout(500);
	check('somebody else does not send it', (await waiting()).length === 1 && await counted() === 2);
	await context.clearCookies();
	await signIn(page, 'Sefo', '1470');
	await page.waitForFunction(() => !Object.keys(localStorage).some((k) => k.startsWith('lamp.out.')));
	check('its owner does, with a token of the new session', await counted() === 3, await counted());
});
