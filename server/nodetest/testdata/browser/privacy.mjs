// Privacy: what is held, a copy to take away, erasing with a change of mind, the list of who looked.
import { check, judge, phone, shot, signIn, told, walk } from './kit.mjs';

walk(async () => {
	const context = await phone();
	const page = await context.newPage();
	await signIn(page, 'Grace', 'lamp-light');
	let taps = 0;
	const tap = async (what) => { taps++; await page.click(what); };

	await page.goto(told.http + '/admin');
	await tap('a[href="/admin/privacy"]');
	await judge(page, 'privacy');
	await shot(page, 'privacy');
	check('what is held is told with what it is for', await page.locator('tbody tr').count() === 13, await page.locator('tbody').innerText());

	await page.goto(told.http + '/admin/people/' + told.person);
	await tap('a[href^="/admin/privacy/"]');
	await judge(page, 'what is held of one');
	await shot(page, 'privacy-person');
	const [copy] = await Promise.all([page.waitForEvent('download'), tap('form[action$="/copy"] button')]);
	check('a copy is a zip', copy.suggestedFilename().endsWith('.zip'), copy.suggestedFilename());

	taps = 0;
	await tap('a[href$="/erase"]');
	await judge(page, 'erase');
	await shot(page, 'privacy-erase');
	await page.fill('[name=name]', 'Somebody');
	await tap('button[name=do][value=ask]');
	check('another name erases nobody', await page.locator('.problem').count() === 1);
	await judge(page, 'wrong name');
	await page.fill('[name=name]', 'Amina');
	await tap('button[name=do][value=ask]');
	check('it waits, and can be taken back', await page.locator('button[value=keep]').count() === 1);
	await judge(page, 'waiting');
	await tap('.banner.saved form button');
	check('taken back', await page.locator('button[value=keep]').count() === 0);
	await tap('a[href$="/erase"]');
	await page.fill('[name=name]', 'amina');
	await page.keyboard.press('Enter');
	await page.waitForURL(/did=erasing/);
	await tap('button[name=do][value=now]');
	check('erased', (await page.locator('.banner.saved').innerText()).includes('Erased'), page.url());
	await judge(page, 'erased');

	await page.click('a[href="/admin/privacy/looks"]');
	const deeds = await page.locator('tbody').innerText();
	check('the list has every deed and no name of who is erased', ['saved a copy', 'took erasing back', 'somebody erased'].every((w) => deeds.includes(w)) && !deeds.includes('Amina'), deeds);
	await judge(page, 'who looked');
	await shot(page, 'privacy-looks');
	check('erasing with one change of mind and one slip takes at most 8 taps', taps <= 8, taps);
	await context.close();
});
