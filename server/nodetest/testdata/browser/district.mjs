// A district: three schools, who needs help first; a school; its learners as numbers; a course sent, seen to arrive, and why not.
import { check, judge, phone, shot, signIn, told, walk } from './kit.mjs';

walk(async () => {
	const context = await phone();
	const page = await context.newPage();
	await signIn(page, 'Neema', 'lamp-light');
	let taps = 0;
	const tap = async (what) => { taps++; await page.click(what); };

	await page.goto(told.http + '/district');
	await judge(page, 'schools');
	await shot(page, 'district');
	const needs = await page.locator('.banner.wrong').allInnerTexts();
	check('a copied card and a clock in 1970 are said, with what to do', needs.some((n) => n.includes('two machines write')) && needs.some((n) => n.includes('1970') && n.includes('Ask a teacher')), needs);
	check('who needs help stands first, who is met by sticks last', (await page.locator('tbody th').allInnerTexts()).at(-1).includes('River'), await page.locator('tbody').innerText());
	await tap('tbody a:has-text("River School")');
	await judge(page, 'a school');
	check('a school that no network reaches is shown so', (await page.locator('main').innerText()).includes('met by sticks alone'));
	await page.goto(told.http + '/district');
	await page.click('tbody a:has-text("Lake School")');
	await page.click('a[href$="/work"]');
	await judge(page, 'learners without names');
	const work = await page.locator('main').innerText();
	check('learners are numbers', /Learner \D*1/.test(work) && !work.includes('Amina'), work);

	taps = 0;
	await page.goto(told.http + '/district');
	await tap('a[href="/district/send"]');
	await judge(page, 'send');
	await page.selectOption('[name=course]', { index: 1 });
	await tap('label:has([name=to][value=all])');
	await tap('form.panel button[type=submit]');
	check('it is said that it is sent', (await page.locator('.banner.saved').innerText()).includes('sent'));
	await tap('ul.rows a.row-link');
	let said = '';
	for (let i = 0; i < 60; i++) {
		said = await page.locator('main').innerText();
		if (said.split('It has arrived.').length === 3) break;
		await page.waitForTimeout(500);
		await page.reload();
	}
	check('two schools have it, the third is told why not', said.split('It has arrived.').length === 3 && said.includes('met by sticks alone'), said);
	await judge(page, 'sent');
	await shot(page, 'district-sent');
	check('a course is sent to all schools and looked after in 4 taps', taps <= 4, taps);
	await context.close();
});
