// Paper: the cards of a class, a question, a photo, a tap, saved and taken back; worksheets; marks by keyboard alone.
import { check, judge, phone, quiet, shot, signIn, told, walk } from './kit.mjs';

walk(async () => {
	await round('with a script', {}, true);
	await round('no script', { javaScriptEnabled: false }, false);
	await round('240 px', { viewport: { width: 240, height: 320 } }, true);
	await round('from right to left', { locale: 'ar' }, true);
	await keyboard();
});

// press does what leads to another page.
const press = (page, act) => Promise.all([page.waitForNavigation(), typeof act === 'string' ? page.click(act) : act()]);

async function round(name, options, axe) {
	const context = await phone(options);
	const page = await context.newPage();
	const look = async (what) => { await judge(page, `${name}, ${what}`, { axe }); await shot(page, `paper-${name}-${what}`.replace(/\W+/g, '-')); };
	await signIn(page, 'Grace', 'mango-river-7');
	await page.goto(`${told.http}/teach/class/${told.class}`);
	await press(page, `main nav a[href$="/paper"]`);
	await look('home');
	await press(page, 'a[href$="/paper/cards"]');
	if (await page.locator('main form').count()) await press(page, 'main form button[type=submit]');
	check(`${name}: forty cards`, await page.locator('.answer-card').count() === 40, await page.locator('.answer-card').count());
	await look('cards');

	let taps = 0;
	const tap = async (act) => { taps++; await press(page, act); };
	await page.goto(`${told.http}/teach/class/${told.class}/paper`);
	await tap('a.card[href*="quiz="]');
	await look('questions');
	await tap('a[href*="/ask?"]');
	await look('ask');
	taps++; // choosing the photo
	await page.setInputFiles('#f-photo', told.photo);
	await tap('form[enctype] button');
	const said = await page.locator('main p[role=status]').innerText();
	check(`${name}: who was read is counted`, name.startsWith('from right') || said.includes(`${told.read} of 40`), said);
	check(`${name}: bars are hidden`, await page.locator('.board progress').count() === 0);
	check(`${name}: who was not read is named`, await page.locator('.paper-children li').count() === 40 - told.read, await page.locator('.paper-children li').count());
	await look('read');
	await tap('.paper-children li:last-child .letters a:first-child');
	check(`${name}: a tap enters one by hand`, await page.locator('.paper-children li').count() === 39 - told.read);
	await tap('a.button[href*="open=1"]');
	check(`${name}: bars are shown when they are opened`, await page.locator('.board progress').count() === 3);
	check(`${name}: the right answer is marked`, await page.locator('.board .can').count() === 1);
	await look('opened');
	await tap('form[action*="/ask?"] button.main');
	check(`${name}: it is saved`, await page.locator('main .banner.saved').count() === 1, await page.locator('main').innerText());
	check(`${name}: in at most eight taps`, taps <= 8, taps);
	await look('saved');
	await press(page, 'form:has(input[value=undo]) button');
	check(`${name}: and taken back`, await page.locator('form:has(input[value=undo])').count() === 0);

	await page.goto(`${told.http}/teach/paper/${told.class}?quiz=${told.quiz}`);
	for (const kind of ['worksheet', 'key', 'answers']) {
		await press(page, `a[href*="kind=${kind}"]`);
		await look(kind);
		await page.emulateMedia({ media: 'print' });
		check(`${name}: ${kind}: printing leaves bars away`, await page.locator('header.bar').isHidden() && await page.locator('.no-print').first().isHidden());
		await page.emulateMedia({ media: 'screen' });
		await page.goBack();
	}
	await press(page, 'a[href*="/marks?"]');
	await look('marks');
	quiet(context, name, (t) => /status of 400/.test(t));
	await context.close();
}

// Marks are entered by keys alone: a letter, Tab, a letter, Enter.
async function keyboard() {
	const context = await phone({ viewport: { width: 900, height: 800 } });
	const page = await context.newPage();
	await signIn(page, 'Grace', 'mango-river-7');
	await page.goto(`${told.http}/teach/paper/${told.class}/marks?quiz=${told.quiz}`);
	await page.focus('input.mark');
	await page.keyboard.type('a');
	await page.keyboard.press('Tab');
	await page.keyboard.type('b');
	await page.keyboard.press('Tab');
	await page.keyboard.type('1');
	await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
	check('keys alone: three marks are saved', /3 /.test(await page.locator('main .banner.saved').innerText()), await page.locator('main').innerText());
	check('and stand in the grid', await page.locator('.had').count() === 3, await page.locator('.had').count());
	await judge(page, 'marks saved');
	await shot(page, 'paper-marks-900');
	quiet(context, 'keys');
	await context.close();
}
