// A teacher's day with a class of forty: register, level check and groups, children to look after, slips, a notice. Taps of
// the register are counted from where signing in leads.
import { writeFileSync, mkdirSync } from 'node:fs';
import { check, go, judge, phone, quiet, shot, signIn, text, told, walk } from './kit.mjs';

walk(async () => {
	const context = await phone({ javaScriptEnabled: false });
	const page = await context.newPage();
	await signIn(page, 'Okello', 'lamp-light');
	await register(page);
	await history(page);
	const wide = await (await phone()).newPage();
	await signIn(wide, 'Okello', 'lamp-light');
	await levels(wide);
	await watch(wide);
	await slips(wide);
	await notices(wide);
	await narrow();
	quiet(wide.context(), 'a class\'s day');
});

async function register(page) {
	let taps = 0;
	const tap = async (what) => { taps++; await page.locator(what).first().click(); };
	await tap('a.card[href^="/teach/class/"]');
	await tap('a[href$="/attendance"]');
	check('everybody of forty is marked as here', await page.locator('input[value="1"]:checked').count() === 40, await page.locator('input[value="1"]:checked').count());
	for (const n of [3, 17, 39]) await tap(`fieldset:nth-of-type(${n}) .mark-absent`);
	await judge(page, 'register', { axe: false });
	await tap('form button.main');
	check(`a register of forty with three away takes ${taps} taps, ten at most`, taps <= 10, taps);
	console.log(`  the register of forty: ${taps} taps`);
	check('it says that it is saved, and how many are here', /37.*3/.test(await text(page, '.hint')) && await page.locator('.banner.saved').count() === 1, await text(page, '.hint'));
	await page.locator('fieldset:nth-of-type(3) .mark-late').click();
	await page.click('form button.main');
	check('a change is kept', /38.*2/.test(await text(page, '.hint')), await text(page, '.hint'));
	await page.click('main details:not(.help) summary');
	const trace = await page.locator('.trace li').allInnerTexts();
	check('and who made it can be read', trace.length === 2 && /Okello/.test(trace[0]) && /Late/.test(trace[0]) && /40/.test(trace[1]), trace);
	await page.goto(page.url().replace(/[?].*/, '') + '?from=box');
	check('who used the box is read and only proposed', await page.locator('input[name=how][value=signins]').count() === 1 && await page.locator('.mark-late input:checked').count() === 1);
	await page.goto(page.url().replace(/[?].*/, '') + '?day=yesterday');
	check('a day that is none is said so', await page.locator('.problem').count() === 1);
}

async function history(page) {
	await page.goto(`${told.http}/teach/class/${told.class}/attendance/history`);
	check('the history has a row a child', await page.locator('tbody tr').count() === 40);
	await judge(page, 'history', { axe: false });
	await print(page, 'register', 2);
	const csv = await (await page.request.get(`${told.http}/teach/class/${told.class}/attendance/history.csv`)).text();
	check('it can be saved as a table', csv.includes('Child 20') && csv.trim().split('\n').length >= 41, csv.slice(0, 200));
}

async function levels(page) {
	await page.goto(`${told.http}/teach/class/${told.class}/levels`);
	await judge(page, 'levels');
	await shot(page, 'levels');
	check('all are due', /40/.test(await text(page, 'main .hint')), await text(page, 'main .hint'));
	for (let n = 1; n <= 40; n++) await page.locator(`fieldset:nth-of-type(${n}) .rung`).nth(n % 4).click();
	await go(page, 'form button.main');
	check('nobody is due any more', await page.locator('.due').count() === 0 && (await page.locator('.tally b').allInnerTexts()).join() === '10,10,10,10,0', await page.locator('.tally b').allInnerTexts());
	await go(page, 'a[href*="/levels/groups"]');
	check('four groups of ten are suggested', await page.locator('form section.panel').count() === 4);
	await judge(page, 'groups');
	await page.locator('.placing-row select').first().selectOption({ index: 2 });
	await go(page, 'form button.main');
	check('they are made in one tap', await page.locator('.banner.saved').count() === 1);
	await shot(page, 'groups');
	await judge(page, 'groups made');
	await go(page, '.banner.saved button');
	check('and taken back in one', /before/.test(await text(page, '.banner.saved')), await text(page, '.banner.saved'));
	await page.goto(`${told.http}/teach/class/${told.class}/levels/cards`);
	check('each group has its card', await page.locator('article.activity').count() === 4);
	await judge(page, 'cards');
	await print(page, 'activity-cards', 4);
}

async function watch(page) {
	await page.goto(`${told.http}/teach/class/${told.class}/watch`);
	check('nobody is listed for nothing', await page.locator('main > section.panel').count() === 0);
	const row = page.locator('fieldset').nth(4);
	await row.locator('.rung').nth(0).click();
	await row.locator('.rung').nth(1).click();
	await go(page, 'form button.main');
	check('a worry and a year again are three points', await page.locator('main > section.panel').count() === 1 && await page.locator('.reasons li').count() === 2, await page.locator('.reasons').allInnerTexts());
	await judge(page, 'watch');
	await shot(page, 'watch');
	await page.selectOption('main > section.panel select', 'visit');
	await go(page, 'main > section.panel button');
	check('a step that was taken is noted', /Okello/.test(await text(page, '.state.can')), await text(page, 'main'));
	const child = await (await phone()).newPage();
	await signIn(child, 'Amina', '4711');
	const answer = await child.goto(`${told.http}/teach/class/${told.class}/watch`);
	check('a child does not find the page', answer.status() === 404, answer.status());
}

async function slips(page) {
	await page.goto(`${told.http}/teach/class/${told.class}/slips`);
	check('forty slips', await page.locator('.slip').count() === 40);
	const names = await page.locator('.slip-name').allInnerTexts();
	const all = await page.locator('.slip').allInnerTexts();
	check('no child stands on another\'s slip', all.every((s, i) => names.every((n, k) => k === i || !s.includes(n))));
	await judge(page, 'slips');
	await page.emulateMedia({ media: 'print' });
	const cut = await page.locator('.slip').evaluateAll((all) => all.filter((e) => e.scrollHeight > e.clientHeight + 1).length);
	check('no slip is cut off', cut === 0, cut);
	await page.emulateMedia({ media: null });
	await print(page, 'slips', 5);
	await page.selectOption('#f-lang', 'ar');
	await go(page, 'form:has(#f-lang) button');
	check('all in one language', await page.locator('.slip[lang=ar][dir=rtl]').count() === 40);
	await print(page, 'slips-ar', 5);
	await page.goto(`${told.http}/teach/class/${told.class}/slips`);
	await page.click('main details:not(.help) summary');
	await page.locator('.placing-row select').nth(1).selectOption('sw');
	await go(page, 'details:not(.help) form button.main');
	check('or in a family\'s own', await page.locator('.slip[lang=sw]').count() === 1);
}

async function notices(page) {
	await page.goto(`${told.http}/notices?for=${told.class}`);
	await judge(page, 'no notices');
	await page.fill('#f-text', 'On Friday we plant trees.');
	await go(page, 'form:has(#f-text) button.main');
	check('a notice is up', await page.locator('.notice').count() === 1 && await page.locator('.banner.saved').count() === 1);
	await judge(page, 'a notice');
	const child = await (await phone()).newPage();
	await signIn(child, 'Amina', '4711');
	check('the children of the class read it first', /plant trees/.test(await text(child, 'main')));
	check('and cannot take it down', await child.locator('.notice button').count() === 0);
	await judge(child, 'home with a notice');
	await go(page, '.notice button');
	await child.reload();
	check('taken down, it is gone', !/plant trees/.test(await text(child, 'main')));
	await go(page, '.banner.saved button');
	await child.reload();
	check('put up again, it is back', /plant trees/.test(await text(child, 'main')));
}

// narrow is the smallest phone, in a language that runs to the left.
async function narrow() {
	const page = await (await phone({ viewport: { width: 240, height: 320 }, locale: 'ar' })).newPage();
	await signIn(page, 'Okello', 'lamp-light');
	for (const place of ['attendance', 'attendance/history', 'levels', 'levels/groups', 'levels/cards', 'watch', 'slips']) {
		await page.goto(`${told.http}/teach/class/${told.class}/${place}`);
		await judge(page, `ar 240 ${place}`);
	}
	await page.goto(`${told.http}/notices`);
	await judge(page, 'ar 240 notices');
}

// print makes a PDF as Chromium prints it and counts its pages.
async function print(page, name, want) {
	const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true });
	const pages = (pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length;
	check(`${name} print on ${want} pages`, pages === want, pages);
	if (told.shots) {
		mkdirSync(told.shots, { recursive: true });
		writeFileSync(`${told.shots}/${name}.pdf`, pdf);
	}
}
