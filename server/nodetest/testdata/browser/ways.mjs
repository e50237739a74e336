// Every way in, on every phone: the card's link and its code, a tile with pictures, a PIN, a password; a look round as a
// guest, and what was done then taken along.
import { ask, drawn, fill, go, inLooks, quiet, submit, told, walk } from './kit.mjs';

const refused = (t) => /status of (401|429)/.test(t);

walk(() => inLooks(async ({ look, name, page, right, open }) => {
	const here = () => new URL(page.url()).pathname;
	const person = () => page.locator('html').getAttribute('data-person');
	const isIn = async (what, id) => right(`${what} signs in`, await person() === id && here() === '/', [page.url(), await person(), id]);
	const out = async () => {
		await page.goto(told.http + '/settings');
		await go(page, 'form[action="/logout"] button');
		right('signed out', !await person());
	};
	const tile = async (id) => {
		await page.goto(told.http + '/login');
		await go(page, `.ways a[href*="${told.class}"]`);
		await page.look('class tiles');
		await go(page, `.people a[href*="${id}"]`);
	};

	await page.look('login');
	await page.goto(`${told.http}/card/${told.card}`);
	right('opening the card signs nobody in', !await person());
	await page.look('card');
	await go(page, '.card-me button');
	await isIn('the card', told.people.Zainab);
	await out();
	await page.fill('#f-card', told.card.toLowerCase().replace(/(.{4})/g, '$1 '));
	await go(page, 'form:has(#f-card) button');
	await isIn('its code', told.people.Zainab);
	await out();

	await tile(told.people.Musa);
	await page.look('pictures');
	for (const n of ['sun', 'fish', 'moon']) await go(page, `button.picture[value$="${n}"]`);
	right('a wrong picture: said, and the same child asked', await page.locator('[role=alert]').count() === 1 && await page.locator('.picked .has').count() === 0 && !await person());
	for (const n of ['sun', 'fish', 'drum']) await go(page, `button.picture[value$="${n}"]`);
	await isIn('pictures', told.people.Musa);
	await out();

	await tile(look.learners.guest.id);
	await page.look('PIN');
	await page.fill('#f-secret', '9999');
	await go(page, look.script ? '.pad .go' : 'form.pin > button');
	right('a wrong PIN: said, and the same child asked', await page.locator('[role=alert]').count() === 1 && !await person());
	await page.fill('#f-secret', look.learners.guest.pin);
	await go(page, look.script ? '.pad .go' : 'form.pin > button');
	await isIn('a PIN', look.learners.guest.id);
	await out();

	await tile(told.people.Lin);
	await page.look('password');
	await page.fill('#f-secret', 'mango bush');
	await go(page, 'form.panel button');
	right('a wrong password: said, and the same child asked', await page.locator('[role=alert]').count() === 1 && !await person());
	await page.fill('#f-secret', 'mango tree');
	await go(page, 'form.panel button');
	await isIn('a password', told.people.Lin);
	await out();
	quiet(page.context(), name, refused);

	// A guest practises, signs in, and says that it was them.
	const me = look.learners.guest;
	const guest = await open();
	await guest.goto(`${told.http}/exercise/${look.exercise}`);
	for (let i = 0; i < 2; i++) {
		const q = await drawn(guest);
		await fill(guest, q.right);
		await submit(guest);
		await guest.waitForSelector('#result');
		await go(guest, '#result .actions a.main');
	}
	right('nothing is anybody\'s yet', (await ask({ ask: 'person', person: me.id })).attempts === 0);
	await guest.goto(told.http + '/login');
	await guest.fill('#f-name', me.name);
	await guest.fill('#f-secret', me.pin);
	await go(guest, 'form:has(#f-name) button');
	right('whoever signs in is asked whether that was them', new URL(guest.url()).pathname === '/guest', guest.url());
	await guest.look('guest');
	await go(guest, 'form:has(input[value=keep]) button');
	right('and keeps it', (await ask({ ask: 'person', person: me.id })).attempts === 2, await ask({ ask: 'person', person: me.id }));
	await guest.goto(told.http + '/guest');
	right('once', new URL(guest.url()).pathname === '/', guest.url());
	quiet(guest.context(), `${name}, guest`);
}));
