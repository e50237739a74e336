// The administrator writes a holiday, a term, a shift and the country; a teacher reads the help beside a screen, sees that no
// register is wanted on a holiday, and closes a unit of their own course by taking one.
import { check, go, judge, phone, quiet, shot, signIn, text, told, walk } from './kit.mjs';

walk(async () => {
	const office = await (await phone({ javaScriptEnabled: false, viewport: { width: 240, height: 400 } })).newPage();
	await signIn(office, 'Grace', 'lamp-light');
	const today = await calendar(office);
	const context = await phone();
	const page = await context.newPage();
	await signIn(page, 'Okello', 'lamp-light');
	await training(page, today);
	quiet(context, 'a teacher\'s own course');
});

// calendar leaves one holiday, today, and one that was taken out; it answers today as the box has it.
async function calendar(page) {
	const at = told.http + '/admin/calendar';
	await page.goto(`${told.http}/teach/class/${told.class}/attendance`);
	const today = await page.inputValue('form.paper-form input[name=day]');
	await page.goto(told.http + '/admin');
	await page.click('a[href="/admin/calendar"]');
	await judge(page, 'calendar, nothing yet', { axe: false });
	const add = async (title, from, until) => {
		await page.fill('#f-title', title);
		await page.fill('#f-from', from);
		await page.fill('#f-until', until);
		await page.click('form:has(#f-title) button.main');
	};
	await add('Backwards', '2026-05-03', '2026-05-01');
	check('a holiday that ends before it begins is refused beside its field', await page.locator('.has-problem #f-until').count() === 1 && await page.inputValue('#f-title') === 'Backwards');
	let taps = 2; // Box, School calendar
	const next = new Date(Date.parse(today) + 86400000).toISOString().slice(0, 10); // the country, said later, may be a day ahead
	await add('Harvest', today, next);
	taps++;
	check(`a holiday takes ${taps} taps beside what is typed`, /Harvest/.test(await text(page, '.people-lines')) && page.url().startsWith(at), await page.locator('main').innerText());
	check('and today is it', /Harvest/.test(await text(page, '.lead')), await text(page, '.lead'));
	await add('Market', '2026-05-01', '2026-05-03');
	await page.locator('li:has-text("Market") button').click();
	check('one that is taken out is gone', !/Market/.test(await page.locator('.people-lines').allInnerTexts().then((x) => x.join())));
	await page.click('.banner.saved button');
	check('and comes back in one tap', /Market/.test(await text(page, '.people-lines')));
	await page.locator('li:has-text("Market") button').click();
	await page.selectOption('#f-country', 'ET');
	await page.selectOption('#f-dates', 'ethiopic');
	for (const d of [1, 2, 3, 4, 5]) await page.locator(`input[name=day][value="${d}"]`).check();
	await page.click('form:has(#f-country) button[type=submit]');
	check('dates are then Ethiopian', !/January|February|March|April|May|June|July|August|September|October|November|December/.test(await text(page, '.people-lines')), await text(page, '.people-lines'));
	await page.selectOption(`#f-shift-${told.class}`, 'morning');
	await page.click(`form:has(#f-shift-${told.class}) button[type=submit]`);
	check('the shift is kept', await page.inputValue(`#f-shift-${told.class}`) === 'morning' && await page.locator('.banner.saved').count() === 1);
	await judge(page, 'calendar', { axe: false });
	await shot(page, 'calendar');
	await page.goto(told.http + '/teach/training');
	const bring = page.locator('main form button');
	if (await bring.count()) await bring.click({ timeout: 60000 });
	check('the starter courses come in one tap', await page.locator('.training a[href^="/resource/"]').count() === 12, await page.locator('main').innerText());
	return today;
}

async function training(page, today) {
	await page.goto(told.http + '/teach');
	await page.click('a.button[href="/teach/training"]');
	await judge(page, 'training');
	await shot(page, 'training');
	const done = () => page.locator('.training .state.can').count();
	const before = await done();
	check('twelve units, and nothing to tick', await page.locator('.training > li').count() === 12 && await page.locator('main input:not([type=hidden])').count() === 0);
	await page.click('details.help summary');
	check('help is three lines or so', (await page.locator('details.help p').count()) >= 3 && await page.locator('details.help p').first().isVisible());
	await go(page, '.training > li:nth-of-type(3) a[href^="/resource/"]');
	check('a unit has its page', /register/i.test(await text(page, 'h1')), await text(page, 'h1'));
	await page.goto(told.http + '/teach/training');
	await go(page, '.training > li:nth-of-type(3) a[href$="/attendance"]');
	check('on a holiday the register says so', /Harvest/.test(await page.locator('.banner.careful').allInnerTexts().then((x) => x.join())), await page.locator('main').innerText());
	await go(page, 'form.paper-form button.main');
	await page.goto(told.http + '/teach/training');
	check('the unit closed by itself, on its day', await done() === before + 1 && /today|Done/.test(await text(page, '.training > li:nth-of-type(3) .state')), await text(page, '.training > li:nth-of-type(3)'));
	for (const path of ['/teach', `/teach/class/${told.class}`, `/teach/class/${told.class}/watch`, `/teach/class/${told.class}/lessons`, '/notices']) {
		await page.goto(told.http + path);
		check(`help stands on ${path}`, await page.locator('details.help').count() === 1);
	}
	await page.goto(told.http + '/library');
	check('and on no page of everybody', await page.locator('details.help').count() === 0 && !!today);
}
