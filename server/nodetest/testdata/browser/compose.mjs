// A teacher puts lessons and quizzes together: counted in taps, with the script and without, by keys alone, in Arabic at 240 px.
import { ask, check, guess, judge, phone, quiet, shot, signIn, told, walk } from './kit.mjs';

// tapper counts every tap, and every press of a key that does the same.
function tapper(page) {
	let n = 0;
	return {
		count: () => n,
		async tap(selector) { n++; await page.locator(selector).first().click(); },
		async go(selector) { n++; await Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]); },
		async type(selector, words) { n++; await page.fill(selector, words); },
	};
}

const home = () => `${told.http}/teach/class/${told.class}`;
const tick = (page, i) => `.pick-things li:nth-child(${i}) .choice-face`;

// lesson makes a lesson of three things for one group and returns the taps.
async function lesson(page, title) {
	await page.goto(home());
	const t = tapper(page);
	await t.go(`a[href="/teach/class/${told.class}/lessons"]`);
	await t.go('a[href$="/lessons/new?kind=lesson"]');
	await t.type('#f-title', title);
	await t.tap('label.choice:has(input[value^="class:"]:checked) .choice-face');
	await t.tap('label.choice:has-text("Reds") .choice-face');
	await t.go('main form button.main');
	await t.go(`.pick-places button[value="${told.courses.numbers}/"]`);
	await t.go('.pick-places button >> nth=0');
	for (const i of [1, 2, 3]) await t.tap(tick(page, i));
	await t.go('.pick-bar button');
	return t.count();
}

async function quizOfTen(page, title) {
	await page.goto(home());
	const t = tapper(page);
	await t.go(`a[href="/teach/class/${told.class}/lessons"]`);
	await t.go('a[href$="/lessons/new?kind=quiz"]');
	await t.type('#f-title', title);
	await t.go('main form button.main');
	await t.go(`.pick-places button[value="${told.courses.numbers}/"]`);
	await t.tap('.pick-draws >> nth=0');
	await t.tap('.pick-draws >> nth=1');
	await t.go('button[name=draw]');
	await t.go('button[name=state][value=open]');
	return t.count();
}

walk(async () => {
	const context = await phone();
	const page = await context.newPage();
	await signIn(page, 'Okello', 'lamp-light');

	const taps = await lesson(page, 'Adding');
	check('a lesson of three things for one group takes at most 12 taps', taps <= 12, taps);
	console.log(`  lesson: ${taps} taps`);
	check('it holds three things', await page.locator('.compose > li').count() === 3, await page.locator('main').innerText());
	check('it is for the group alone', /Reds/.test(await page.locator('#for > summary').innerText()) && !/Whole/.test(await page.locator('#for > summary').innerText()), await page.locator('#for > summary').innerText());
	await judge(page, 'lesson');
	await shot(page, 'compose-lesson');
	const made = page.url().replace(/[?#].*/, '');

	const names = () => page.locator('.compose .card-title').allInnerTexts();
	const before = await names();
	await Promise.all([page.waitForNavigation(), page.locator('.compose > li:nth-child(2) button[name=up]').click()]);
	check('Up moves it', (await names())[0] === before[1], await names());
	await page.setViewportSize({ width: 360, height: 1600 });
	const grip = await page.locator('.compose > li:nth-child(1) .grip').boundingBox(), last = await page.locator('.compose > li:nth-child(3)').boundingBox();
	await page.mouse.move(grip.x + 20, grip.y + 20);
	await page.mouse.down();
	await page.mouse.move(last.x + 40, last.y + last.height - 4, { steps: 8 });
	await Promise.all([page.waitForNavigation(), page.mouse.up()]);
	await page.setViewportSize({ width: 360, height: 640 });
	check('dragging moves it to the end', (await names())[2] === before[1], await names());
	await Promise.all([page.waitForNavigation(), page.locator('.compose > li:nth-child(3) button[name=remove]').click()]);
	check('taken out', (await names()).length === 2);
	await Promise.all([page.waitForNavigation(), page.locator('.undo button').click()]);
	check('and put back where it was', (await names())[2] === before[1], await names());

	await page.click('#words > summary');
	await page.fill('#f-about', 'Watch first.');
	await page.fill('#f-from', '2050-01-02');
	await page.fill('#f-until', '2050-01-01');
	await Promise.all([page.waitForNavigation(), page.click('#words button.main')]);
	check('dates in the wrong order are told, and nothing typed is lost', await page.locator('#f-title[aria-invalid]').count() === 1 && await page.inputValue('#f-about') === 'Watch first.', await page.locator('#words').innerText());
	await judge(page, 'lesson with dates that cannot be');
	await page.fill('#f-from', '2020-01-01');
	await Promise.all([page.waitForNavigation(), page.click('#words button.main')]);
	check('right ones are kept', /2050|January/.test(await page.locator('main .card-facts').first().innerText()), await page.locator('main').innerText());

	const amina = await (await phone()).newPage();
	await signIn(amina, 'Amina', '4711');
	await amina.goto(made.replace('/teach', ''));
	check('Amina, who is in the group, has it with its note', /Watch first/.test(await amina.locator('main').innerText()) && await amina.locator('.steps li').count() === 3, await amina.locator('main').innerText());
	await page.goto(made);
	await page.click('#more > summary');
	await Promise.all([page.waitForNavigation(), page.click('button[name=hide]')]);
	await amina.reload();
	check('hidden, she has it no more', /cannot be found|not here|no page|moved/i.test(await amina.locator('main').innerText()) || await amina.locator('.steps').count() === 0, await amina.locator('main').innerText());
	await page.click('#more > summary');
	await Promise.all([page.waitForNavigation(), page.click('#more button:has-text("copy")')]);
	check('copied, one looks at the copy', page.url().replace(/[?#].*/, '') !== made && await page.locator('.compose > li').count() === 3);
	await page.click('#more > summary');
	await Promise.all([page.waitForNavigation(), page.click('button[name=away]')]);
	check('put away, an undo is offered', await page.locator('.undo button').count() === 1);
	await judge(page, 'lessons and quizzes');
	await shot(page, 'class-work');
	await Promise.all([page.waitForNavigation(), page.click('.undo button')]);
	check('and brings it back', await page.locator('.banner.saved').count() === 1 && await page.locator('.cards a.card').count() >= 2);

	const quizTaps = await quizOfTen(page, 'Week 3');
	check('a quiz of ten drawn from two topics takes at most 10 taps', quizTaps <= 10, quizTaps);
	console.log(`  quiz: ${quizTaps} taps`);
	check('it has ten questions and is open', await page.locator('.compose > li').count() === 10 && /Open/.test(await page.locator('main .state').first().innerText()), await page.locator('main').innerText());
	await judge(page, 'quiz');
	await shot(page, 'compose-quiz');
	const quiz = page.url().replace(/[?#].*/, '');
	const first = await page.locator('.compose > li:nth-child(1) .asked').innerText();
	await Promise.all([page.waitForNavigation(), page.locator('.compose > li:nth-child(1) button[name=swap]').click()]);
	check('one question is swapped for another', await page.locator('.compose > li').count() === 10 && (await page.locator('.compose > li:nth-child(1) .asked').innerText() !== first || await page.locator('.banner.careful').count() === 1));
	await Promise.all([page.waitForNavigation(), page.locator('.compose > li:nth-child(2) a:has-text("Choose another")').click()]);
	check('another can be chosen, each as a learner gets it', await page.locator('.pick-things .asked, .pick-in').count() > 0);
	await judge(page, 'choosing a question');
	await shot(page, 'pick-items');
	await page.goto(quiz);
	await Promise.all([page.waitForNavigation(), page.click('a[href$="/preview"]')]);
	check('the preview shows the fields', await page.locator('form.question input, form.question select').count() > 0);
	await judge(page, 'preview');

	await amina.goto(quiz.replace('/teach', ''));
	await Promise.all([amina.waitForNavigation(), amina.click('form button.main')]);
	await guess(amina.locator('form.question'));
	await Promise.all([amina.waitForNavigation(), amina.click('form.question button.main')]);
	await page.goto(quiz);
	check('once answered, questions stay', await page.locator('button[name=remove]').count() === 0 && await page.locator('.banner.note').count() === 1, await page.locator('main').innerText());
	await Promise.all([page.waitForNavigation(), page.click('a[href$="/close"]')]);
	check('closing names who is still working', /Amina/.test(await page.locator('main').innerText()));
	await judge(page, 'closing');
	await shot(page, 'quiz-close');
	await Promise.all([page.waitForNavigation(), page.click('main form button.main')]);
	check('closed, everybody has handed in', /1 has handed in/.test(await page.locator('main').innerText()) && !/still working/.test(await page.locator('.rules').innerText()), await page.locator('main').innerText());
	await amina.goto(quiz.replace('/teach', ''));
	check('and Amina sees how it went', await amina.locator('a[href$="/report"]').count() === 1, await amina.locator('main').innerText());
	await Promise.all([page.waitForNavigation(), page.click('button[name=state][value=open]')]);
	check('it can be opened again', /Open/.test(await page.locator('main .state').first().innerText()));
	quiet(context, 'composing', (t) => /status of 400/.test(t));

	// The same without a script: ticks stay while one looks elsewhere.
	const plain = await (await phone({ javaScriptEnabled: false })).newPage();
	await signIn(plain, 'Okello', 'lamp-light');
	const bare = await lesson(plain, 'No script');
	check('without a script it takes as many taps', bare === taps && await plain.locator('.compose > li').count() === 3, bare);
	await plain.goto(plain.url().replace(/[?#].*/, '') + '/pick');
	await plain.fill('#f-q', 'count');
	await Promise.all([plain.waitForNavigation(), plain.press('#f-q', 'Enter')]);
	check('words find things', await plain.locator('.pick-things input').count() > 0, await plain.locator('main').innerText());
	await plain.locator('.pick-things .choice-face').last().click();
	await Promise.all([plain.waitForNavigation(), plain.locator('.moves button').first().click()]);
	check('what was ticked is still chosen elsewhere', await plain.locator('input[name=pick]:checked').count() === 1, await plain.locator('main').innerText());
	await Promise.all([plain.waitForNavigation(), plain.locator('.pick-bar button').click()]);
	check('and goes in', await plain.locator('.compose > li').count() === 4, await plain.locator('main').innerText());

	// In Arabic on the smallest phone, and by keys alone.
	const arabic = await (await phone({ viewport: { width: 240, height: 320 }, locale: 'ar' })).newPage();
	await signIn(arabic, 'Okello', 'lamp-light');
	for (const [name, path] of [['list', `/teach/class/${told.class}/lessons`], ['new', `/teach/class/${told.class}/lessons/new`], ['lesson', new URL(made).pathname], ['pick', new URL(made).pathname + '/pick'],
		['quiz', new URL(quiz).pathname], ['pick for a quiz', new URL(quiz).pathname + '/pick']]) {
		await arabic.goto(told.http + path);
		await judge(arabic, `ar 240, ${name}`);
		await shot(arabic, `ar-240-${name.replace(/\W+/g, '-')}`);
	}
	await page.goto(`${told.http}/teach/class/${told.class}/lessons/new`);
	await page.focus('#f-title');
	await page.keyboard.type('By keys');
	await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
	const reach = async (selector, most = 60) => {
		for (let i = 0; i < most; i++) {
			if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return true;
			await page.keyboard.press('Tab');
		}
		return false;
	};
	check('by keys one comes to the courses', await reach(`.pick-places button[value="${told.courses.numbers}/"]`));
	await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
	check('into a topic', await reach('.pick-places button'));
	await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
	check('to a thing', await reach('.pick-things input'));
	await page.keyboard.press('Space');
	check('to the button that puts it in', await reach('.pick-bar button'));
	await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
	check('and it is in', await page.locator('.compose > li').count() === 1, await page.locator('main').innerText());
});
