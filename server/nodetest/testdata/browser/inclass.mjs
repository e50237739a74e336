// In class: a question comes to three phones at once, answers are hidden until it is closed, cards by photo, hands, the end.
import { check, judge, phone, quiet, shot, signIn, told, until, walk } from './kit.mjs';

const press = (page, act) => Promise.all([page.waitForNavigation(), typeof act === 'string' ? page.click(act) : act()]);
const at = (page) => new URL(page.url()).pathname;
const numbers = async (page) => (await page.locator('#live .lead').innerText()).match(/\d+/g).map(Number);
let teacher, taps = 0;

const tap = async (act) => { taps++; await press(teacher, act); };
const look = async (page, what) => { await judge(page, what, { axe: page.scripted }); await shot(page, 'inclass-' + what.replace(/\W+/g, '-')); };

// learner is a phone whose child has signed in by card.
async function learner(n, options) {
	const page = await (await phone(options)).newPage();
	page.scripted = options.javaScriptEnabled !== false;
	await page.goto(`${told.http}/card/${told.cards[n]}`);
	await press(page, 'main form button[type=submit]');
	return page;
}

async function answer(page, n) {
	await page.locator('form.question input[type=radio]').nth(n).check({ force: true });
	await page.click('form.question button.main');
	await until(page, () => !document.querySelector('form.question'));
}

const steer = (what) => tap(`main form:has(input[value=${what}]) button`);

walk(async () => {
	teacher = await (await phone()).newPage();
	teacher.scripted = true;
	await signIn(teacher, 'Grace', 'mango-river-7');
	const script = await learner(0, {}), plain = await learner(1, { javaScriptEnabled: false }), arabic = await learner(2, { viewport: { width: 240, height: 320 }, locale: 'ar' });
	await plain.goto(told.http + '/now');
	await look(plain, 'nothing yet');
	await script.goto(told.http + '/library');
	await arabic.goto(told.http + '/library');
	await teacher.goto(`${told.http}/teach/class/${told.class}`);
	await tap('main nav a[href$="/now"]');
	await look(teacher, 'off');
	await tap('main .empty a.button');
	await look(teacher, 'choose');
	await tap('.pick-places button.card:has-text("Which is it")');
	while (!await teacher.locator('.pick-things input[value*=" half"]').count()) await tap('.pick-places button.card');
	taps++;
	await teacher.locator('.pick-things input[value*=" half"]').check({ force: true });
	await tap('.pick-bar button');
	check(`a question is on the phones after ${taps} taps, at most 7`, taps <= 7 && at(teacher).endsWith('/now'), taps);
	const started = Date.now();
	await Promise.all([script, arabic].map((p) => p.waitForURL((u) => u.pathname === '/now')));
	check('phones with a script are there within eight seconds', Date.now() - started < 8000, Date.now() - started);
	await plain.goto(told.http + '/library');
	check('without a script the next page leads there', at(plain) === '/now', plain.url());
	await look(script, 'question');
	await look(plain, 'question without a script');
	await look(arabic, 'question in Arabic at 240');
	check('a page with an answer to write is not read anew by itself', await plain.locator('noscript meta, meta[http-equiv=refresh]').count() === 0);

	await answer(script, 0);
	await answer(plain, 1);
	await look(script, 'answered');
	check('who waits without a script is led on by the page itself', (await plain.content()).includes('http-equiv="refresh"'));
	await press(plain, 'form[action="/now"] button');
	await look(plain, 'hand up');
	await until(teacher, () => /2/.test(document.querySelector('#live .lead').textContent) && document.querySelector('#live li'));
	check('the teacher sees two of forty', (await numbers(teacher)).join() === '2,40', await numbers(teacher));
	check('no bar, nothing right in the page', !/data-column|Right:|<progress/.test(await teacher.content()));
	await look(teacher, 'open');
	await tap('#live button[value=all]');
	check('hands are down', await teacher.locator('#live li').count() === 0);

	await tap('a[href$="?cards=1"]');
	if (await teacher.locator('main form[enctype]').count() === 0) { // nobody has a card yet
		await press(teacher, 'main .empty a.button');
		await press(teacher, 'main form button[type=submit]');
		await teacher.goto(`${told.http}/teach/class/${told.class}/now?cards=1`);
	}
	await look(teacher, 'cards');
	await teacher.setInputFiles('#f-photo', told.photo);
	await tap('form[enctype] button');
	await look(teacher, 'cards read');
	await steer('cards');
	const [n] = await numbers(teacher);
	check('cards count beside phones', n > 20 && n < 40, n);

	await steer('close');
	const sum = async (round) => (await teacher.locator(`td[data-column$="${round}"]`).allInnerTexts()).map((t) => +t.match(/\d+/)).reduce((a, b) => a + b, 0);
	check('bars add up to who answered', await sum(1) === n, [await sum(1), n]);
	await look(teacher, 'closed');
	await until(arabic, () => !document.querySelector('form.question'));
	await look(arabic, 'closed in Arabic at 240');
	await steer('again');
	await until(script, () => document.querySelector('form.question'));
	await answer(script, 0);
	await until(arabic, () => document.querySelector('form.question'));
	await answer(arabic, 0);
	await steer('close');
	check('two rounds stand side by side', await sum(1) === n && await sum(2) === 2, [await sum(1), await sum(2)]);
	await look(teacher, 'twice');
	await steer('reveal');
	await until(script, () => document.querySelector('.verdict'));
	await look(script, 'revealed');
	await steer('end');
	await look(teacher, 'ended');
	await until(script, () => document.querySelector('main .empty'));
	await look(script, 'ended on the phone');
	await plain.goto(told.http + '/library');
	check('after the end pages are everybody\'s own', at(plain) === '/library', plain.url());
	await press(teacher, 'main form button[value=push]');
	check('what was last shown comes back with one tap', await teacher.locator('#live').count() === 1);
	await press(teacher, () => teacher.click('main form:has(input[value=end]) button'));
	quiet(script.context(), 'a phone with a script');
	quiet(teacher.context(), 'the teacher\'s phone');
});
