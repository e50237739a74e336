// One phone passed round four children of a class: with a script, and without one in Arabic on 240 pixels.
import { ask, check, drawn, fill, judge, phone, quiet, shot, signIn, submit, told, walk } from './kit.mjs';

const wanted = ['Amina', 'Musa', 'Lin', 'Zainab']; // no other walk lets one of them answer
const here = (page) => new URL(page.url()).pathname;
const person = (page) => page.locator('html').getAttribute('data-person');

// begin lets the teacher start a queue on this phone.
async function begin(page) {
	await signIn(page, 'Okello', 'lamp-light');
	await page.goto(`${told.http}/shared?class=${told.class}`);
	await judge(page, 'start', { axe: page.scripted });
	await shot(page, page.shots + 'shared-start');
	await Promise.all([page.waitForNavigation(), page.click('main form.panel button.main')]);
	check('the teacher is signed out on it', !await person(page) && here(page) === '/shared');
}

// tap begins the turn of a child by their own tile, and returns their id.
async function tap(page, name) {
	const tile = page.locator(`button.face:has(bdi:text-is("${name}"))`).first();
	const id = await tile.getAttribute('value');
	await Promise.all([page.waitForNavigation(), tile.click()]);
	check(`${name}'s turn is theirs`, await person(page) === id && here(page) === '/', page.url());
	return id;
}

async function answer(page, name, id) {
	const before = (await ask({ ask: 'person', person: id })).attempts;
	await page.goto(`${told.http}/exercise/${told.exercise}`);
	check(`${name}'s page names nobody else`, !(await page.locator('body').innerText()).match(new RegExp(wanted.filter((w) => w !== name).join('|'))));
	const q = await drawn(page);
	await fill(page, q.right);
	await submit(page);
	await page.waitForSelector('.result');
	check(`${name}'s answer is kept`, (await ask({ ask: 'person', person: id })).attempts === before + 1);
}

async function passOn(page, name) {
	await page.click('.bar .me');
	await page.waitForURL('**/shared');
	await judge(page, 'mine', { axe: page.scripted });
	await Promise.all([page.waitForURL('**/shared?over'), page.locator('main form button').last().click()]);
	check(`${name}'s turn has ended, kindly`, (await page.locator('.banner.saved').innerText()).includes(name) && !await person(page));
	await page.goBack();
	check(`going back shows nothing of ${name}`, !await person(page) && !(await page.locator('.bar').innerText()).includes(name), page.url());
	await page.goto(told.http + '/progress');
	check('every page leads to the queue', here(page) === '/shared', page.url());
}

walk(async () => {
	const context = await phone();
	const page = await context.newPage();
	Object.assign(page, { scripted: true, shots: '' });
	await begin(page);
	await judge(page, 'queue');
	await shot(page, 'shared-queue');
	// By keyboard: the first thing in the page is the called child's tile.
	await page.focus('main');
	await page.keyboard.press('Tab');
	check('the called tile comes first by keyboard', await page.evaluate(() => document.activeElement.matches('button.called')));
	for (const name of wanted) {
		const id = await tap(page, name);
		await answer(page, name, id);
		await judge(page, `${name}'s result`);
		await passOn(page, name);
	}
	await shot(page, 'shared-between');
	check('four had a turn', await page.locator('.few .face').count() === 4);
	// What the browser kept of a page is shown again only while the phone was nobody else's meanwhile.
	const shownAgain = () => page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
	await page.evaluate(() => { window.kept = true; });
	await shownAgain();
	await page.waitForTimeout(200);
	check('one\'s own page is shown as it was left', await page.evaluate(() => window.kept));
	await page.evaluate(() => localStorage.setItem('lamp.who', 'another child'));
	await Promise.all([page.waitForNavigation(), shownAgain()]);
	check('the page of who had the phone before is read anew', !await page.evaluate(() => window.kept));
	const called = await page.locator('button.called').getAttribute('value');
	await Promise.all([page.waitForNavigation(), page.locator('.who-waits button').last().click()]);
	check('who is not here is put aside', await page.locator('.absent li').count() === 1 && await page.locator('button.called').getAttribute('value') !== called);
	await Promise.all([page.waitForNavigation(), page.locator('.absent button').click()]);
	check('and back', await page.locator('.absent li').count() === 0);
	quiet(context, 'passing the phone round', (t) => /status of 404/.test(t));

	// The script says when a turn is over, keeps what is being written for a minute, and goes on.
	const timed = await (await phone()).newPage();
	Object.assign(timed, { scripted: true, shots: 'timed-' });
	await begin(timed);
	await tap(timed, await timed.locator('.called bdi').innerText());
	await timed.clock.install();
	await timed.goto(`${told.http}/exercise/${told.exercise}`);
	check('before the end nothing is said', await timed.locator('[data-clock]').isHidden());
	await timed.clock.runFor(5 * 60 * 1000 + 2000);
	check('at the end it is said', await timed.locator('[data-clock]').isVisible());
	await judge(timed, 'turn over', { axe: false });
	await shot(timed, 'turn-over');
	await timed.clock.runFor(30 * 1000);
	check('what is being written stays for a minute', here(timed).startsWith('/exercise/'), timed.url());
	const over = () => timed.waitForURL('**/shared?over');
	await Promise.all([over().catch(over), timed.clock.runFor(32 * 1000)]); // a page that goes on twice ends the first wait
	check('then the phone goes on', here(timed) === '/shared');

	// Without a script, in Arabic.
	const plain = await (await phone({ viewport: { width: 240, height: 320 }, javaScriptEnabled: false, locale: 'ar' })).newPage();
	Object.assign(plain, { scripted: false, shots: 'ar-240-' });
	await begin(plain);
	await judge(plain, 'queue in Arabic', { axe: false });
	await shot(plain, 'ar-240-shared-queue');
	for (const name of wanted) {
		const id = await tap(plain, name);
		check('a page passes itself on', /^\d+;url=\/shared\?over$/.test(await plain.locator('noscript meta').getAttribute('content').catch(() => '') || await plain.locator('meta[http-equiv=refresh]').getAttribute('content')));
		await answer(plain, name, id);
		await passOn(plain, name);
	}
	await Promise.all([plain.waitForURL('**/login'), plain.locator('.other button').last().click()]);
	check('the queue has ended', here(plain) === '/login');
});
