// A quiz by keyboard alone: Tab, Space, Enter and arrows from the class's tiles to the report. Where a question wants a
// word or, without the script's pad, a number, those keys are the keyboard's own.
import { ask, check, focus, inLooks, quiet, told, until, walk } from './kit.mjs';

walk(() => inLooks(async ({ look, name, page, right }) => {
	const me = look.learners.keys, address = `/quiz/${look.quiz}`, unseen = [];
	let stops = 0;
	const press = async (key) => {
		await page.keyboard.press(key);
		if (key !== 'Tab') return;
		const f = await page.evaluate(focus);
		if (f.body) return;
		stops++;
		if (!f.style || !f.inside || f.over) unseen.push({ at: page.url().replace(told.http, ''), ...f });
	};
	const to = async (selector) => {
		for (let i = 0; i < 90; i++) {
			if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return true;
			await press('Tab');
		}
		check(`${name}: Tab reaches ${selector}`, false, page.url());
		return false;
	};
	// enter presses a link or button and waits for what comes.
	const enter = async (selector, key = 'Enter') => {
		await to(selector);
		await page.evaluate(() => document.querySelector('main > *').setAttribute('data-old', ''));
		await press(key);
		await until(page, () => document.querySelector('main') && !document.querySelector('[data-old]') && document.readyState === 'complete');
	};
	const answer = async (fields, type) => {
		for (const [field, values] of Object.entries(fields)) {
			for (const value of values) {
				const at = `form.question [name="${field}"]`;
				const kind = await page.locator(at).first().evaluate((e) => e.tagName === 'SELECT' ? 'select' : e.type);
				if (kind === 'radio') {
					await to(at);
					for (let i = 0; i < 10 && !await page.evaluate((v) => document.activeElement.checked && document.activeElement.value === v, value); i++) await press(i ? 'ArrowDown' : 'Space');
				} else if (kind === 'checkbox') {
					await to(`${at}[value="${value}"]`);
					await press('Space');
				} else if (kind === 'select') {
					await to(at);
					for (let i = 0; i < 12 && await page.evaluate(() => document.activeElement.value) !== value; i++) await press('ArrowDown');
				} else if (type === 'number' && look.script && /^[0-9.-]+$/.test(value)) {
					for (const digit of value) {
						await to(`form.question [data-digit="${digit}"]`);
						await press('Enter');
						await press('Shift+Tab');
						for (let i = 0; i < 14; i++) await press('Shift+Tab');
					}
				} else {
					await to(at);
					await page.keyboard.type(value);
				}
			}
		}
	};

	await enter(`.ways a[href*="${told.class}"]`);
	await enter(`.people a[href*="${me.id}"]`);
	for (const n of ['sun', 'fish', 'drum']) await enter(`button.picture[value$="${n}"]`, n === 'fish' ? 'Space' : 'Enter');
	right('pictures sign in by keyboard', await page.locator('html').getAttribute('data-person') === me.id, page.url());
	await enter(`main a[href="${address}"]`);
	await enter(`form[action="${address}"] button.main`);
	for (let n = 1; n <= look.questions; n++) {
		const q = await ask({ ask: 'question', quiz: look.quiz, person: me.id, n });
		await answer(q.right, q.type);
		await enter('form.question button.main', n % 2 ? 'Enter' : 'Space');
		const { answered } = await ask({ ask: 'sitting', quiz: look.quiz, person: me.id });
		right(`question ${n}, a ${q.type}, is answered by keyboard`, answered === n, [answered, page.url()]);
	}
	right('after the last question it asks whether to hand in', new URL(page.url()).pathname === address + '/submit', page.url());
	await enter(`form[action="${address}/submit"] button`);
	const done = await ask({ ask: 'sitting', quiz: look.quiz, person: me.id });
	right('handed in, all right', done.handedIn && done.rightOnes === look.questions, done);
	await enter(`a[href="${address}/report"]`);
	right('the report is open', await page.locator('ol.report > li').count() > 0);
	right(`the focus was to be seen at each of ${stops} stops`, unseen.length === 0, unseen.slice(0, 3));
	quiet(page.context(), name);
}));
