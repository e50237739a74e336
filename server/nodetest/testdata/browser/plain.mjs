// The learner's day without a script, in Arabic, 240 pixels wide; then one exercise by keyboard alone.
import { ask, check, drawn, fill, judge, phone, quiet, shot, submit, told, walk } from './kit.mjs';

const course = (word) => `${told.http}/course/${told.courses[word]}`;

walk(async () => {
	const context = await phone({ viewport: { width: 240, height: 320 }, javaScriptEnabled: false, locale: 'ar' });
	const page = await context.newPage();
	// Without scripts axe cannot run in the page; the walk "look" judges the same pages with it.
	const look = (name) => judge(page, name, { axe: false });
	const go = async (selector) => { await Promise.all([page.waitForNavigation(), page.click(selector)]); };

	await page.goto(told.http + '/login');
	check('the page speaks Arabic, right to left', await page.locator('html[lang=ar][dir=rtl]').count() === 1);
	await look('login');
	await shot(page, 'ar-240-login');
	await go('.ways a');
	await look('tiles');
	await go('.people a:has-text("ليلى")');
	await look('pin');
	await shot(page, 'ar-240-pin');
	check('without a script there is no pad', await page.locator('.pad').isHidden());
	await page.fill('#f-secret', '6061');
	await go('form.pin > button');
	check('a wrong PIN: a message, the same child', await page.locator('[role=alert]').count() === 1 && (await page.locator('.who h1').innerText()).includes('ليلى'));
	await page.fill('#f-secret', '٦٠٦٠');
	await go('form.pin > button');
	await look('home');
	await shot(page, 'ar-240-home');
	await page.goto(told.http + '/library');
	await look('library');
	await shot(page, 'ar-240-library');

	await page.goto(course('zim'));
	await look('ZIM');
	await go('.next-step a');
	const frame = await (await page.waitForSelector('iframe.package')).contentFrame();
	check('an article shows in its frame', (await frame.locator('h1').innerText()).includes('African Storybook'));
	await frame.click('a[href="ar/index.html"]');
	await frame.waitForURL('**/ar/index.html');
	check('its links work', await frame.locator('html[dir=rtl]').count() === 1);
	await look('article');
	await shot(page, 'ar-240-article');

	await page.goto(course('arabicBook'));
	await go('.next-step a');
	await go('nav.turns-of-page .main');
	await look('book');
	check('the chapter runs right to left', await page.locator('article.book[dir=rtl]').count() === 1);
	await shot(page, 'ar-240-book');
	const where = page.url();
	const words = await page.locator('article.book').innerText();
	await page.goto(course('arabicBook'));
	await go('.next-step a');
	check('coming back, the book opens where it was left', await page.locator('article.book').innerText() === words, [where, page.url()]);
	await go('.sizes a:last-child');
	check('the text can be larger', await page.locator('article.size-large').count() === 1);
	await look('larger book');

	await page.goto(course('films'));
	await go('main a.card >> nth=0');
	check('a film has its controls, tracks and transcript', await page.locator('video[controls]').count() === 1 && await page.locator('track').count() === 2 && await page.locator('.transcript li').count() > 3);
	check('the Arabic captions are the ones chosen', await page.locator('track[default][srclang=ar]').count() === 1);
	await look('film');
	await shot(page, 'ar-240-film');
	await page.goto(course('films'));
	await go('main a.card >> nth=1');
	await look('document');

	await page.goto(told.http + '/search?q=' + encodeURIComponent('العد'));
	await look('search');
	await page.goto(`${told.http}/course/${told.courses.numbersArabic}`);
	await look('Arabic course');
	await go('main a.card >> nth=1');
	await go('main a.card >> nth=0');
	await look('ready page');
	await shot(page, 'ar-240-page');
	const before = (await ask({ ask: 'person', person: told.people.Leila })).complete;
	await go('form.finish button');
	check('"I have finished" counts', (await ask({ ask: 'person', person: told.people.Leila })).complete === before + 1);
	await look('exercise');
	await shot(page, 'ar-240-exercise');

	// Practice by plain forms, to mastery.
	let q = await drawn(page);
	await fill(page, q.wrong ?? q.right);
	await Promise.all([page.waitForNavigation(), submit(page)]);
	check('a wrong answer: feedback and worked answer', await page.locator('#result').count() === 1);
	await look('wrong answer');
	await shot(page, 'ar-240-wrong');
	const again = page.url();
	check('it counted once', (await ask({ ask: 'person', person: told.people.Leila })).attempts === 1, again);
	await page.reload();
	check('sent again by reloading it counts no more', (await ask({ ask: 'person', person: told.people.Leila })).attempts === 1);
	await go('#result .actions a.main');
	q = await drawn(page);
	if (q.hints) {
		await Promise.all([page.waitForNavigation(), page.click('button[name=hint]')]);
		check('a hint opens', await page.locator('.hint-card').count() === 1);
		await look('hint');
	}
	let mastered = false;
	const types = new Set();
	for (let i = 0; i < 12 && !mastered; i++) {
		q = await drawn(page);
		types.add(q.type);
		await fill(page, q.right);
		await Promise.all([page.waitForNavigation(), submit(page)]);
		check(`a right ${q.type} answer is taken as right`, await page.locator('#result.is-right').count() === 1, q);
		mastered = await page.locator('.mastery .state.can').count() === 1;
		await look(`result of ${q.type}`);
		if (!mastered) await go('#result .actions a.main');
	}
	check('mastered without a script', mastered && (await ask({ ask: 'person', person: told.people.Leila })).mastered === 1, [...types]);
	await shot(page, 'ar-240-mastered');
	await page.goto(told.http + '/progress');
	await look('progress');
	await shot(page, 'ar-240-progress');
	check('digits are those of the language', /[٠-٩]/.test(await page.locator('.tally').innerText()), await page.locator('.tally').innerText());
	await page.goto(told.http + '/settings');
	await look('settings');
	await page.check('input[name=text][value=larger]', { force: true });
	await Promise.all([page.waitForNavigation(), page.click('form.panel[action="/settings"] > button')]);
	await look('settings, larger text');
	await page.goto(told.http + '/library');
	await look('library, larger text');
	await shot(page, 'ar-240-library-larger');
	quiet(context, 'the day without a script', (t) => /status of 401/.test(t));

	await keyboard();
});

// keyboard answers one exercise with Tab, arrows, Space, Enter and typing alone.
async function keyboard() {
	const context = await phone({ viewport: { width: 360, height: 640 } });
	const page = await context.newPage();
	await page.goto(told.http + '/login');
	const to = async (selector) => {
		for (let i = 0; i < 60; i++) {
			if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return true;
			await page.keyboard.press('Tab');
		}
		return false;
	};
	await page.keyboard.press('Tab');
	check('the first stop skips to the content', await page.evaluate(() => document.activeElement.className === 'skip'));
	check('Tab reaches the name', await to('#f-name'));
	await page.keyboard.type('Nour');
	await page.keyboard.press('Tab');
	await page.keyboard.type('8080');
	await Promise.all([page.waitForURL((u) => u.pathname === '/'), page.keyboard.press('Enter')]);
	await page.goto(`${told.http}/course/${told.courses.numbers}`);
	await page.goto(told.http + await page.locator('main a.card').nth(1).getAttribute('href'));
	await page.goto(told.http + await page.locator('main a.card[href^="/exercise/"]').first().getAttribute('href'));
	const q = await drawn(page);
	const field = 'form.question input:not([type=hidden]), form.question select';
	check('Tab reaches the answer', await to(field));
	const seen = await page.evaluate(() => { const s = getComputedStyle(document.activeElement.closest('label')?.querySelector('.choice-face') ?? document.activeElement); return [s.outlineStyle, parseFloat(s.outlineWidth)]; });
	check('focus is to be seen', seen[0] !== 'none' && seen[1] >= 2, seen);
	for (const [name, [value]] of Object.entries(q.right)) {
		check(`Tab reaches ${name}`, await to(`form.question [name="${name}"]`));
		const kind = await page.evaluate(() => document.activeElement.tagName === 'SELECT' ? 'select' : document.activeElement.type);
		if (kind === 'radio') {
			for (let i = 0; i < 8 && !await page.evaluate((v) => document.activeElement.checked && document.activeElement.value === v, value); i++) await page.keyboard.press(i ? 'ArrowDown' : 'Space');
		} else if (kind === 'select') {
			for (let i = 0; i < 8 && await page.evaluate(() => document.activeElement.value) !== value; i++) await page.keyboard.press('ArrowDown');
			await page.keyboard.press('Tab');
		} else await page.keyboard.type(value);
	}
	check('Tab reaches the button', await to('form.question button.main'));
	await page.keyboard.press('Enter');
	await page.waitForSelector('#result');
	check('answered right by keyboard alone', await page.locator('#result.is-right').count() === 1, q);
	check('Tab goes on from the result to what is next', await to('#result .actions a.main'));
	await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
	check('Enter goes on', await page.locator('form.question, article').count() === 1, page.url());
	quiet(context, 'keyboard');
}
