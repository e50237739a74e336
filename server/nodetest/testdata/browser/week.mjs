// A school week on one box. What is here is done in Chromium, by what can be seen on a phone of 360 px: the first boot, the
// roster, a lesson and a quiz put together, a register, a level check and its groups, cards read from a photo, the list of
// children to look after, a notice, the reports, the slips; and one child on a phone without a script. The other 119
// children, and the same acts for the other two classes, go through the same forms from the test itself: "rest".
import { mkdirSync, writeFileSync } from 'node:fs';
import { ask, check, judge, phone as anyPhone, quiet, shot, signIn, text, told, walk } from './kit.mjs';

const week = async (what) => (await ask({ ask: 'week', week: what })).last;
const go = (page, act) => Promise.all([page.waitForNavigation(), typeof act === 'string' ? page.locator(act).first().click() : act()]);
const here = (page) => new URL(page.url()).pathname;

// phone waits long: a week is played beside whatever else is tested.
const phone = async (options) => {
	const context = await anyPhone(options);
	context.setDefaultTimeout(90000);
	return context;
};

walk(async () => {
	const first = await phone();
	const head = await first.newPage();
	await boot(head);
	quiet(first, 'first boot and roster');
	const { course, class: room } = await week({ do: 'settle' });
	const home = `${told.http}/teach/class/${room}`;
	const context = await phone();
	const page = await context.newPage();
	await signIn(page, 'Okello', 'lamp-light');
	await lesson(page, home, course);
	await quiz(page, home, course);
	await week({ do: 'prepare' });
	const small = await phone({ javaScriptEnabled: false });
	const child = await small.newPage();
	const me = (await week({ do: 'children', day: 0 })).find((c) => c.name === told.me);
	await signIn(child, me.name, me.pin);

	await register(page, 0);
	await childLearns(child, 0);
	await week({ do: 'rest', day: 0 });
	await week({ do: 'judge', day: 0 });
	await week({ do: 'morning', day: 1 });
	await childSits(child, 'Tuesday quiz, Class 3', 1);
	await week({ do: 'rest', day: 1 });
	await week({ do: 'judge', day: 1 });
	await week({ do: 'morning', day: 2 });
	await cards(page, home);
	await week({ do: 'rest', day: 2 });
	await week({ do: 'judge', day: 2 });
	await week({ do: 'morning', day: 3 });
	await levels(page, home);
	await week({ do: 'rest', day: 3 });
	await groups(page, home);
	await week({ do: 'judge', day: 3 });
	await week({ do: 'morning', day: 4 });
	await watch(page, home);
	await week({ do: 'rest', day: 4 });
	await childSits(child, 'Friday quiz, Class 3', 4);
	await notice(page, child, room);
	await week({ do: 'judge all', day: 4 });
	await reports(page, home);
	await prints(page, home);
	quiet(context, 'the teacher\'s week');
	quiet(small, 'the child\'s week');
});

async function boot(page) {
	await page.goto(told.http + '/');
	check('an unclaimed box asks to be claimed', here(page) === '/claim', page.url());
	for (const [field, value] of [['code', told.claim], ['school', 'Lakeside'], ['name', 'Grace'], ['secret', 'lamp-light']]) await page.fill('#f-' + field, value);
	await go(page, 'form[action="/claim"] button[type=submit]');
	check('the first administrator is in, and told of the recovery sheet', here(page) === '/admin/recovery', page.url());
	await page.goto(told.http + '/admin/people');
	await go(page, 'a[href^="/admin/people/import"]');
	await page.setInputFiles('#f-file', { name: 'school.csv', mimeType: 'text/csv', buffer: Buffer.from(told.csv) });
	await go(page, 'form[enctype] button[type=submit]');
	const tally = (await page.locator('.tally b').allInnerTexts()).map(Number);
	check('the plan has 120 children and a teacher', tally[0] === 121 && tally[1] === 0, tally);
	await Promise.all([page.waitForURL(/done/), page.click('form:has([name=do][value=apply]) button[type=submit]')]);
	check('three classes of 40', (await page.goto(told.http + '/admin/people'), await page.locator('nav.tabs a:has-text("Class ")').count()) === 3);
	await go(page, 'nav.tabs a:has-text("Class 3")');
	await go(page, 'a.button[href$="/people"]');
	check('40 in the first', await page.locator('tbody tr').count() === 40);
	await Promise.all([page.waitForURL(/admin.cards/), page.click('button[name=kind][value=code]')]);
	await print(page, 'sign-in-cards', 4);
	await page.goBack();
	await go(page, 'a[href$="/people/list"]');
	await print(page, 'class-list', 2);
}

// into opens a place of the library in the pages where things are chosen.
const into = (page, title) => go(page, `.pick-places button.card:has-text("${title}")`);
const tick = (page, words) => page.locator(`.pick-things li:has-text("${words}") .choice-face`).first().click();

async function lesson(page, home, course) {
	await page.goto(home);
	await go(page, 'nav.tabs a[href$="/lessons"]');
	await go(page, 'a[href$="/lessons/new?kind=lesson"]');
	await page.fill('#f-title', 'Adding, Class 3');
	await go(page, 'main form button.main');
	await go(page, `.pick-places button[value="${course}/"]`);
	await go(page, '.pick-places button.card');
	await tick(page, 'About add');
	await tick(page, 'Adding practice');
	await go(page, '.pick-bar button');
	check('the lesson has two things', await page.locator('.compose > li').count() === 2);
	await week({ do: 'made', title: 'Adding, Class 3', url: page.url(), things: ['reading-adding', 'adding'] });
}

async function quiz(page, home, course) {
	await page.goto(home);
	await go(page, 'nav.tabs a[href$="/lessons"]');
	await go(page, 'a[href$="/lessons/new?kind=quiz"]');
	await page.fill('#f-title', 'Tuesday quiz, Class 3');
	await go(page, 'main form button.main');
	await go(page, `.pick-places button[value="${course}/"]`);
	await go(page, '.pick-places button.card');
	await into(page, 'Adding practice');
	for (const n of [1, 2, 3]) await tick(page, `sum-1-${n}?`);
	await go(page, '.moves button:last-child');
	await into(page, 'Words practice');
	for (const w of ['sky', 'cow', 'fish']) await tick(page, `goes with ${w}?`);
	await go(page, '.pick-bar button');
	check('the quiz has six questions', await page.locator('.compose > li').count() === 6, await page.locator('.compose > li').count());
	await go(page, 'button[name=state][value=open]');
	await week({ do: 'made', title: 'Tuesday quiz, Class 3', url: page.url(), things: ['sum-1-1', 'sum-1-2', 'sum-1-3', 'word-sky', 'word-cow', 'word-fish'] });
}

// rung taps a word in the row of a child.
const rung = (page, name, selector) => page.locator(`fieldset:has(legend bdi:text-is("${name}")) ${selector}`).click();

async function register(page, day) {
	await page.goto(told.http + '/teach');
	await go(page, 'a.card:has-text("Class 3")');
	await go(page, 'a[href$="/attendance"]');
	for (const c of await week({ do: 'children', day })) if (c.mark !== 'present') await rung(page, c.name, `.mark-${c.mark}`);
	await go(page, 'form button.main');
	check('the register is saved', await page.locator('.banner.saved').count() === 1);
	await shot(page, 'week-register');
}

// answers fills in the question on a page as the plan has it, and sends it.
async function answers(page, at, day) {
	const question = await text(page, 'form.question');
	const seed = await page.locator('form.question input[name=seed]').count() ? await page.inputValue('form.question input[name=seed]') : '';
	const a = await week({ do: 'answer', question, at, seed, day });
	if (a.choice) await page.locator(`form.question label.choice:has-text("${a.given}")`).click();
	else await page.fill('#f-r', a.given);
	await go(page, 'form.question button.main');
	return a;
}

async function childLearns(page, day) {
	await page.goto(told.http + '/');
	await go(page, `main a[href^="${await week({ do: 'where', title: 'Adding, Class 3' })}"]`);
	await go(page, '.steps a:has-text("About add")');
	await go(page, 'form.finish button');
	await week({ do: 'read', at: 'reading-adding', day });
	check('finishing leads on to the exercise', here(page).startsWith('/exercise/'), page.url());
	for (let n = 0; n < 4; n++) {
		const a = await answers(page, 'adding', day);
		check('the box says whether it was right', await page.locator(a.right ? '.result .icon, .result' : '.result').count() > 0);
		if (n < 3) await page.goto(page.url().replace(/\/attempt.*/, ''));
	}
}

async function childSits(page, title, day) {
	await page.goto(told.http + '/');
	await go(page, `main a[href^="${await week({ do: 'where', title })}"]`);
	const at = here(page);
	await go(page, 'main form button.main');
	await week({ do: 'begin', at: title, day });
	for (let n = 1; /\/\d+$/.test(here(page)) && n <= 6; n++) await answers(page, title, day);
	check('the last question leads to handing in', here(page) === at + '/submit', page.url());
	await go(page, 'main form button.main, main form button[type=submit]');
	await week({ do: 'hand-in', at: title, day });
	check('it is handed in', here(page) === at && await page.locator('main form.question').count() === 0, page.url());
}

async function cards(page, home) {
	await page.goto(home);
	await go(page, 'nav.tabs a[href$="/paper"]');
	await go(page, 'a.card:has-text("Cards, Class 3")');
	await go(page, 'a[href*="/ask?"]');
	const question = await text(page, '.board');
	const options = await page.locator('.board-option').allInnerTexts();
	const { file, said } = await week({ do: 'photo', day: 2 });
	await page.setInputFiles('#f-photo', file);
	await go(page, 'form[enctype] button');
	await judge(page, 'cards read', { axe: false });
	const given = [];
	for (const [name, answer] of Object.entries(said)) {
		if (answer >= options.length) continue;
		given.push(`${name}=${options[answer].trim()}`);
		const byHand = page.locator(`.paper-children li:has(bdi:text-is("${name}")) .letters a`).nth(answer);
		if (await byHand.count()) await go(page, () => byHand.click());
	}
	const read = await text(page, 'main p[role=status]');
	check('all who answered are counted', read.includes(`${given.length} of 40`), [read, given.length]);
	await go(page, 'form[action*="/ask?"] button.main');
	check('their answers are saved', await page.locator('main .banner.saved').count() === 1);
	await week({ do: 'carded', question, things: given, day: 2 });
}

async function levels(page, home) {
	await page.goto(home);
	await go(page, 'nav.tabs a[href$="/levels"]');
	for (const c of await week({ do: 'children', day: 3 })) if (c.here) await page.locator(`fieldset:has(legend bdi:text-is("${c.name}")) .rung`).nth(c.level - 1).click();
	await go(page, 'form button.main');
	check('the levels are saved', await page.locator('.banner.saved').count() === 1);
	await week({ do: 'leveled', day: 3 });
}

async function groups(page, home) {
	await page.goto(home + '/levels');
	await go(page, 'a[href*="/levels/groups"]');
	for (const others = page.locator('form.panel label.choice:has(input:not(:checked)) .choice-face'); await others.count();) await others.first().click();
	await go(page, 'form.panel button');
	const sections = await page.locator('form section.panel').count();
	await go(page, 'form:has(section.panel) button.main');
	check('groups of three classes are made', await page.locator('.banner.saved').count() === 1 && sections >= 5, sections);
	await go(page, 'a[href*="/levels/cards"]');
	check('a card each', await page.locator('article.activity').count() === sections);
	await print(page, 'activity-cards', sections);
}

async function watch(page, home) {
	await page.goto(home);
	await go(page, 'nav.tabs a[href$="/watch"]');
	for (const c of await week({ do: 'children', day: 4 })) {
		if (c.worry) await rung(page, c.name, '.rung >> nth=0');
		if (c.repeats) await rung(page, c.name, '.rung >> nth=1');
	}
	await go(page, 'form:has(fieldset) button.main');
	check('what the teacher notes is saved', await page.locator('.banner.saved').count() === 1);
	await shot(page, 'week-watch');
}

async function notice(page, child, room) {
	await page.goto(`${told.http}/notices?for=${room}`);
	await page.fill('#f-text', 'On Monday we begin with measuring.');
	await go(page, 'form:has(#f-text) button.main');
	await child.goto(told.http + '/');
	check('the notice stands on the child\'s first page', /begin with measuring/.test(await text(child, 'main')));
}

// reports reads the pages as a person does, each by a link of the page before, and sends what stands there to be compared.
async function reports(page, home) {
	const told2 = async () => {
		const tables = await page.evaluate(() => [...document.querySelectorAll('main table')].map((t) => [...t.querySelectorAll('tbody tr')].map((tr) => [...tr.children].map((c, i) => {
			const words = (c.querySelector('bdi') ?? c).textContent.replace(/\s+/g, ' ').trim();
			return i ? words : words.replace(/\? \(.*/, '?');
		}))));
		const at = new URL(page.url());
		await week({ do: 'shown', url: at.pathname + at.search, tables });
		await judge(page, at.pathname.replace(/[0-9a-f]{32}/g, ''), { axe: false });
	};
	await page.goto(home);
	await go(page, 'nav.tabs a[href$="/report"]');
	await told2();
	await print(page, 'report-learners');
	for (const tab of ['resources', 'lessons', 'quizzes']) {
		await go(page, `nav.tabs a[href$="/report/${tab}"]`);
		await told2();
		const list = page.url();
		for (const href of await page.locator('tbody th a').evaluateAll((all) => all.map((a) => a.href))) {
			await page.goto(href);
			await told2();
			if (tab !== 'quizzes') continue;
			for (const question of (await page.locator('tbody th a[href*="/question/"]').evaluateAll((all) => all.map((a) => a.href))).slice(0, 2)) {
				await page.goto(question);
				await told2();
			}
		}
		await page.goto(list);
	}
	await go(page, 'nav.tabs a[href$="/report/skills"]');
	await print(page, 'report-skills');
}

async function prints(page, home) {
	await page.goto(home);
	await go(page, 'nav.tabs a[href$="/slips"]');
	check('40 slips', await page.locator('.slip').count() === 40);
	await print(page, 'slips', 5);
	await page.emulateMedia({ media: 'print' });
	const cut = await page.locator('.slip').evaluateAll((all) => all.filter((e) => e.scrollHeight > e.clientHeight + 1).length);
	check('no slip is cut off', cut === 0, cut);
	const names = await page.locator('.slip-name').allInnerTexts(), slips = await page.locator('.slip').allInnerTexts();
	check('no child stands on another\'s slip', slips.every((s, i) => names.every((n, k) => k === i || !s.includes(n))));
	await page.emulateMedia({ media: null });
	await page.goto(home + '/paper/cards');
	await print(page, 'answer-cards', 20);
	await page.goto(home + '/paper/cards?size=four');
	await print(page, 'answer-cards-four', 10);
	await page.goto(home + '/attendance/history');
	await print(page, 'register', 2);
	await page.goto(home + '/paper');
	await go(page, 'a.card:has-text("Tuesday quiz")');
	const sheets = await page.locator('a[href*="/sheet?"]').evaluateAll((all) => all.map((a) => a.href));
	check('worksheets, keys and answer sheets', sheets.length >= 5, sheets.length);
	for (const [i, sheet] of sheets.entries()) {
		await page.goto(sheet);
		await print(page, `sheet-${i}-${new URL(sheet).searchParams.get('kind')}`);
	}
	await page.goto(home);
	await print(page, 'class-home');
}

// print makes the PDF that Chromium prints on A4 and counts its pages.
async function print(page, name, want) {
	const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true });
	const pages = (pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length;
	check(`${name} prints on ${want ?? 'some'} pages`, want ? pages === want : pages > 0 && pages <= 45, pages);
	console.log(`  ${name}: ${pages} pages, ${(pdf.length / 1024).toFixed(0)} KiB`);
	if (!told.shots) return;
	mkdirSync(told.shots, { recursive: true });
	writeFileSync(`${told.shots}/week-${name}.pdf`, pdf);
}
