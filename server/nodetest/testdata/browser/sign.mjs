// Every way to sign in, right and wrong, and passing the phone on.
import { ask, check, judge, phone, quiet, shot, told, walk } from './kit.mjs';

// A sign-in that fails is answered 401, which Chromium writes to the console.
const refused = (t) => /status of (401|429)/.test(t);

walk(async () => {
	const context = await phone();
	const page = await context.newPage();
	const here = () => new URL(page.url()).pathname;
	const who = async () => (await page.locator('.bar .me').getAttribute('aria-label')) ?? '';
	const out = async () => {
		await page.goto(told.http + '/settings');
		await Promise.all([page.waitForURL('**/login'), page.click('form[action="/logout"] button')]);
		check('signed out', await page.locator('.bar .me[aria-label]').count() === 0);
	};
	const enter = async (what, name, go) => {
		await Promise.all([page.waitForURL((u) => u.pathname === '/'), go()]);
		check(`${what}: ${name} is in`, (await who()).includes(name), await who());
	};

	// The card's link, as the phone's camera opens it, then the button; the typed code, with the wrong one first.
	await page.goto(`${told.http}/card/${told.card}`);
	check('a card says whose it is and signs nobody in', (await page.locator('h1').innerText()).includes('Zainab') && await page.locator('.bar .me[aria-label]').count() === 0);
	await judge(page, 'card');
	await shot(page, 'card');
	await enter('card link', 'Zainab', () => page.click('.card-me button'));
	await out();
	await judge(page, 'login');
	await shot(page, 'login');
	await page.fill('#f-card', 'ABCDEFGHJKMNPQRS');
	await page.click('form:has(#f-card) button');
	check('a wrong card says so', (await page.locator('[role=alert]').innerText()).length > 10 && here() === '/login');
	await enter('typed card', 'Zainab', async () => {
		await page.fill('#f-card', told.card.toLowerCase());
		await page.click('form:has(#f-card) button');
	});
	await out();

	// Pictures: class, tile, three pictures; a wrong third shows the same child again.
	const pick = async (names) => { for (const n of names) { await page.click(`button.picture[value$="${n}"]`); await page.waitForLoadState(); } };
	await page.click('.ways a');
	await judge(page, 'class tiles');
	await shot(page, 'login-class');
	await page.click('.people a:has-text("Musa")');
	await judge(page, 'pictures');
	await shot(page, 'login-pictures');
	await pick(['sun', 'fish', 'moon']);
	check('wrong pictures: a clear message beside the same child', await page.locator('[role=alert]').count() === 1 && await page.locator('.who h1').innerText() === 'Musa', page.url());
	check('wrong pictures: none is picked', await page.locator('.picked .has').count() === 0);
	await enter('pictures', 'Musa', () => pick(['sun', 'fish', 'drum']));
	quiet(context, 'cards and pictures', refused);
	await out();

	// The number pad: keys type, the eraser takes back.
	await page.click('.ways a');
	await page.click('.people a:has-text("Amina")');
	const keys = async (digits) => { for (const d of digits) await page.click(`.pad [data-digit="${d}"]`); };
	await keys('4712');
	await page.click('.pad .go');
	check('wrong PIN: a message, the same child', await page.locator('[role=alert]').count() === 1 && await page.locator('.who h1').innerText() === 'Amina');
	await shot(page, 'login-pin-wrong');
	await keys('4719');
	await page.click('.pad [data-erase]');
	await keys('1');
	await enter('PIN pad', 'Amina', () => page.click('.pad .go'));
	check('the next child sees nothing of Amina', await (async () => { await out(); await page.goBack(); return !(await page.content()).includes('Amina'); })());
	await page.goto(told.http + '/login');

	// A password behind a tile.
	await page.click('.ways a');
	await page.click('.people a:has-text("Lin")');
	await page.fill('#f-secret', 'mango bush');
	await page.click('form.panel button');
	check('wrong password: a message, the same child', await page.locator('[role=alert]').count() === 1 && await page.locator('.who h1').innerText() === 'Lin');
	await page.fill('#f-secret', 'mango tree');
	await enter('password', 'Lin', () => page.click('form.panel button'));
	await out();

	// Name and secret; where to go on afterwards; a PIN in other digits.
	await page.goto(told.http + '/progress');
	check('a guest is asked to sign in first', here() === '/login');
	await page.fill('#f-name', 'amina');
	await page.fill('#f-secret', '0000');
	await page.click('form:has(#f-name) button');
	check('a wrong secret keeps the name', await page.inputValue('#f-name') === 'amina' && await page.inputValue('#f-secret') === '');
	await page.fill('#f-secret', '٤٧١١');
	await Promise.all([page.waitForURL('**/progress'), page.click('form:has(#f-name) button')]);
	check('and goes on to where she was headed', here() === '/progress');
	await out();

	// Namesakes: the secret decides; where it cannot, the tile is asked for.
	const byName = async (name, secret) => {
		await page.goto(told.http + '/login');
		await page.fill('#f-name', name);
		await page.fill('#f-secret', secret);
		await page.click('form:has(#f-name) button');
	};
	await byName('Rosa', '3333');
	await page.waitForURL((u) => u.pathname === '/');
	check('of two Rosas the secret picks one', await page.locator('html').getAttribute('data-person') === told.people.Rosa2);
	await out();
	await byName('Ali', '2222');
	check('two Alis with one PIN: whose tile?', await page.locator('.people a.face').count() === 2);
	await judge(page, 'who');
	await page.locator('.people a.face').nth(1).click();
	const asked = await page.locator('input[name=person]').inputValue();
	await keys('2222');
	await enter('a namesake', 'Ali', () => page.click('.pad .go'));
	check('it is the Ali who was tapped', await page.locator('html').getAttribute('data-person') === asked, asked);
	await out();

	// A foreign next leads nowhere else.
	await page.goto(told.http + '/login?next=//evil.example/');
	await page.fill('#f-name', 'Okello');
	await page.fill('#f-secret', 'lamp-light');
	await enter('a teacher by password', 'Okello', () => page.click('form:has(#f-name) button'));
	const cookies = await context.cookies();
	check('cookies: HttpOnly, Lax', cookies.length > 0 && cookies.every((c) => c.httpOnly && c.sameSite === 'Lax'), cookies);
	await out();

	// Guessing is slowed down: the page says for how long.
	const guess = await (await phone()).newPage();
	for (let i = 0; i < 7; i++) {
		await guess.goto(`${told.http}/login?class=${told.class}&person=${told.people.Fatou}`);
		await guess.fill('#f-secret', String(1000 + i));
		await guess.press('#f-secret', 'Enter');
		await guess.waitForLoadState();
	}
	check('after many wrong tries the page says to wait', /second/i.test(await guess.locator('[role=alert]').innerText()), await guess.locator('[role=alert]').innerText());
	quiet(context, 'the rest of signing in', refused);
	check('signing in makes no attempt', (await ask({ ask: 'person', person: told.people.Rosa2 })).attempts === 0);
});
