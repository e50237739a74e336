// The first minutes of a new box, by its pages alone: claim it, make a class, add a learner, print nothing, sign out.
import { check, judge, phone, quiet, shot, told, walk } from './kit.mjs';

walk(async () => {
	const context = await phone();
	const page = await context.newPage();
	const here = () => new URL(page.url()).pathname;
	check('the node gives a code', told.claim.length === 10);
	for (const path of ['/', '/library', '/login', '/admin']) {
		await page.goto(told.http + path);
		check(`${path} of an unclaimed box leads to the claim`, here() === '/claim', page.url());
	}
	await judge(page, 'claim');
	await shot(page, 'claim');
	const fill = async (code, school, name, secret) => {
		await page.fill('#f-code', code);
		await page.fill('#f-school', school);
		await page.fill('#f-name', name);
		await page.fill('#f-secret', secret);
		await page.click('form[action="/claim"] button[type=submit]');
	};
	await fill(told.claim, 'Hillside', 'Ines', 'short');
	check('a short password is refused beside its field, the rest is kept', await page.locator('.field.has-problem #f-secret').count() === 1 && await page.inputValue('#f-school') === 'Hillside');
	await judge(page, 'claim with a problem');
	await fill('AAAAAAAAAA', 'Hillside', 'Ines', 'a lamp at night');
	check('a wrong code is refused beside its field', await page.locator('.field.has-problem #f-code').count() === 1, page.url());
	await page.selectOption('#f-lang', 'fr');
	await fill(told.claim.toLowerCase(), 'Hillside', 'Ines', 'a lamp at night');
	check('the right code signs the first administrator in', here() === '/admin/recovery' && (await page.locator('.bar .me').getAttribute('aria-label')).includes('Ines'), page.url());
	await judge(page, 'recovery');
	await page.click('main form button[type=submit]');
	const words = (await page.locator('.words li').allInnerTexts()).map((w) => w.trim()).join(' ');
	check('the recovery sheet has nine words', words.split(' ').length === 9, words);
	await judge(page, 'recovery sheet');
	await shot(page, 'recovery-sheet');
	await page.click('main a.button[href="/"]');
	await judge(page, 'home of a new box');
	await shot(page, 'home-new-box');
	await page.goto(told.http + '/claim');
	check('it cannot be claimed again', here() !== '/claim');
	await page.goto(told.http + '/library');
	await judge(page, 'empty library');
	await shot(page, 'library-empty');

	await page.goto(told.http + '/admin/people');
	await page.fill('#f-class-name', 'Class 1');
	await page.click('form:has(#f-class-name) button');
	check('a class is made', await page.locator('nav.tabs a:has-text("Class 1")').count() === 1);
	await page.fill('#f-name', 'Sefo');
	await page.selectOption('#f-class', { label: 'Class 1' });
	await page.selectOption('#f-way', 'pin');
	await page.fill('form:has(#f-role) #f-secret', '1470');
	await page.click('form:has(#f-role) button');
	check('a learner with the PIN that was typed', (await page.locator('.fresh .secret').innerText()).trim() === '1470');
	await page.goto(told.http + '/teach');
	await judge(page, 'teach');
	check('the administrator sees the class', await page.locator('a.card:has-text("Class 1")').count() === 1);
	await page.goto(told.http + '/settings');
	await page.click('form[action="/logout"] button');
	await page.click('.ways a:has-text("Class 1")');
	await page.click('.people a:has-text("Sefo")');
	await page.fill('#f-secret', '1470');
	await Promise.all([page.waitForURL((u) => u.pathname === '/'), page.press('#f-secret', 'Enter')]);
	check('the learner signs in', (await page.locator('.bar .me').getAttribute('aria-label')).includes('Sefo'));
	await page.goto(told.http + '/settings');
	await page.click('form[action="/logout"] button');
	await page.click('summary:has-text("?")');
	await page.click('a[href="/recover"]');
	await judge(page, 'recover');
	await page.fill('#f-words', words.toUpperCase());
	await page.click('main form button[type=submit]');
	await judge(page, 'recover, open');
	await page.fill('#f-secret', 'another lamp');
	await page.click('main form button[type=submit]');
	check('the words bring the administrator back', here() === '/admin/recovery' && (await page.locator('.bar .me').getAttribute('aria-label')).includes('Ines'), page.url());
	quiet(context, 'claim', (t) => /status of (400|403)/.test(t));
});
