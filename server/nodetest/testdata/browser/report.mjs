// A teacher reads the reports of a class of forty: the numbers are those the test made, on a phone, without a script, in
// Arabic at 240 px, by keyboard, on paper. A group of who cannot do a skill is one tap, and one to take back.
import { mkdirSync } from 'node:fs';
import { check, judge, phone, quiet, shot, signIn, text, told, walk } from './kit.mjs';

const base = `${told.http}/teach/class/${told.class}`;
const pages = ['', '/report', '/report/resources', `/report/resource/${told.resource}`, '/report/lessons', '/report/quizzes', `/report/quiz/${told.quiz}`, `/report/quiz/${told.quiz}/question/${told.question}`, '/report/skills'];

walk(async () => {
	const plain = await (await phone({ javaScriptEnabled: false })).newPage();
	await signIn(plain, 'Okello', 'lamp-light');
	await numbers(plain);
	await groups(plain);
	const context = await phone({ viewport: { width: 1024, height: 768 } });
	const page = await context.newPage();
	await signIn(page, 'Okello', 'lamp-light');
	for (const path of pages) {
		await page.goto(base + path);
		await judge(page, `wide ${path || 'class'}`);
	}
	await print(page);
	quiet(context, 'reports');
	const small = await phone({ viewport: { width: 240, height: 320 }, locale: 'ar' });
	const narrow = await small.newPage();
	await signIn(narrow, 'Okello', 'lamp-light');
	for (const path of pages) {
		await narrow.goto(base + path);
		await judge(narrow, `240 ar ${path || 'class'}`);
		await shot(narrow, `report-240-ar${path.replace(/[^a-z]+/g, '-').slice(0, 40)}`);
	}
	await keys(page);
});

// cells are a row's cells by the name of their column.
async function rows(page) {
	return page.evaluate(() => [...document.querySelectorAll('tbody tr')].map((tr) => {
		const row = { name: tr.querySelector('th bdi')?.textContent.trim(), links: [...tr.querySelectorAll('a')].length };
		for (const td of tr.querySelectorAll('td')) row[td.dataset.column] ??= td.textContent.trim();
		return row;
	}));
}

async function numbers(page) {
	await page.goto(base + '/report');
	const all = await rows(page), sat = (await page.goto(`${base}/report/quiz/${told.quiz}`), await rows(page));
	let wrong = [];
	for (const l of told.learners) {
		const r = all.find((x) => x.name === l.name), q = sat.find((x) => x.name === l.name);
		if (!r || r.Answers !== String(l.answers) || r['Share right'] !== l.right + '%' || r.links < 1) wrong.push([l, r]);
		if (!q || q.Right !== String(l.quiz) || q.links < 1) wrong.push([l, q]);
	}
	check(`all numbers of ${told.learners.length} learners are those of their answers`, wrong.length === 0, wrong.slice(0, 3));
	await page.goto(base);
	check('the class home says who worked today', await page.locator('section.today li').count() === 40, await page.locator('section.today li').count());
	const csv = await (await page.request.get(base + '/report?format=csv')).text();
	check('the same table is saved', csv.split('\r\n').filter((x) => /^Learner/.test(x)).length === 39, csv.slice(0, 200));
	const book = await page.request.get(base + '/report?format=xlsx');
	check('and as a workbook', (await book.body()).subarray(0, 2).toString() === 'PK' && /spreadsheetml/.test(book.headers()['content-type']), book.headers());
}

async function groups(page) {
	await page.goto(base + '/report/skills');
	const button = page.locator('button[value=group]').first();
	const people = Number((await button.innerText()).match(/\d+/)?.[0] ?? 1);
	await button.click();
	check(`one tap makes a group of ${people}`, new RegExp(String(people)).test(await text(page, '.banner.saved')), await text(page, '.banner.saved'));
	const set = page.locator('button[value=practice]');
	if (await set.count()) {
		await set.click();
		check('one more sets practice for it', await page.locator('button[value=undo-practice]').count() === 1);
		await page.locator('button[value=undo-practice]').click();
	}
	await page.locator('button[value=undo-group]').click();
	check('and one takes it back', await page.locator('.banner.saved').count() === 0);
}

// keys opens a learner's answers from the map by the keyboard alone.
async function keys(page) {
	await page.goto(base + '/report/skills');
	await page.evaluate(() => document.querySelector('td .fact').focus());
	await Promise.all([page.waitForURL(/\/skill\?/), page.keyboard.press('Enter')]);
	check('a mark of the map opens what it comes from', /All answers of/.test(await text(page, 'main')), await text(page, 'main'));
}

async function print(page) {
	if (!told.prints) return;
	mkdirSync(told.prints, { recursive: true });
	for (const [name, path] of [['report-class', '/report'], ['report-class-home', ''], ['report-quiz', `/report/quiz/${told.quiz}`], ['report-question', `/report/quiz/${told.quiz}/question/${told.question}`], ['report-skills', '/report/skills']]) {
		await page.goto(base + path);
		await page.pdf({ path: `${told.prints}/${name}.pdf`, format: 'A4', preferCSSPageSize: true });
	}
}
