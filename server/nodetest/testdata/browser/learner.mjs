// What a learner does in a day, with the script on: article, book, film, document, page, practice, progress.
import { ask, check, drawn, fill, judge, phone, quiet, shot, signIn, submit, told, walk } from './kit.mjs';

const course = (word) => `${told.http}/course/${told.courses[word]}`;

walk(async () => {
	const context = await phone();
	const page = await context.newPage();
	await signIn(page, 'Kofi', '5050');
	await judge(page, 'home');
	await shot(page, 'home');
	await page.goto(told.http + '/library');
	check('every course is in the library', await page.locator('a.card').count() >= 5);
	await judge(page, 'library');
	await shot(page, 'library');

	await article(page);
	quiet(context, 'article');
	await book(page);
	quiet(context, 'book');
	await film(page, context);
	quiet(context, 'film');
	await readyPage(page);
	quiet(context, 'page of a course');
	await practice(page);
	quiet(context, 'practice', (t) => /status of 400/.test(t));
	await progress(page);
	quiet(context, 'progress', (t) => t.includes('/no/such'));
});

async function article(page) {
	await page.goto(course('zim'));
	await judge(page, 'a ZIM\'s course page');
	await page.click('.next-step a');
	await page.waitForSelector('iframe.package');
	check('an article\'s frame is sandboxed: scripts, no origin', await page.locator('iframe.package').getAttribute('sandbox') === 'allow-scripts');
	const handle = await page.waitForSelector('iframe.package');
	let frame = await handle.contentFrame();
	await frame.waitForLoadState();
	check('the front page\'s text is there', (await frame.locator('h1').innerText()).includes('African Storybook'));
	check('the frame is of the player\'s port', frame.url().startsWith(told.player + '/p/'), frame.url());
	check('a style sheet of the package applies', await frame.evaluate(() => document.styleSheets.length > 0 && document.styleSheets[0].ownerNode.sheet !== null));
	await frame.click('a[href="en/index.html"]');
	await frame.waitForURL('**/en/index.html');
	await frame.click('a[href="0001_story.html"]');
	await frame.waitForURL('**/0001_story.html');
	await frame.waitForFunction(() => document.images.length > 5 && document.images[0].complete);
	check('links between articles work in the frame', (await frame.locator('h1').innerText()) === 'A very tall man', frame.url());
	const pictures = await frame.evaluate(async () => {
		for (const i of document.images) { i.loading = 'eager'; }
		await Promise.all([...document.images].map((i) => i.complete ? 0 : new Promise((r) => { i.onload = i.onerror = r; })));
		return [...document.images].map((i) => i.naturalWidth);
	});
	check('every picture of the story loaded', pictures.length > 5 && pictures.every((w) => w > 0), pictures);
	check('the page around it stayed', new URL(page.url()).pathname.startsWith('/resource/'));
	check('the frame is tall enough to read in', (await page.locator('iframe.package').boundingBox()).height > 300);
	await judge(page, 'article');
	await shot(page, 'article');
	await Promise.all([page.waitForNavigation(), page.click('form.finish button')]);
}

async function book(page) {
	await page.goto(course('book'));
	await page.click('.next-step a');
	await page.waitForSelector('article.book');
	await page.click('details.contents summary');
	const entries = await page.locator('details.contents li').count();
	check('a book has its contents', entries > 3, entries);
	await judge(page, 'book, contents open');
	await page.click('nav.turns-of-page .main');
	await page.waitForURL('**chapter=1**');
	await page.click('nav.turns-of-page .main');
	await page.waitForURL('**chapter=2**');
	const here = await page.locator('article.book').innerText();
	check('a chapter has words', here.length > 200, here.length);
	const size = () => page.locator('article.book').evaluate((e) => parseFloat(getComputedStyle(e.querySelector('p') ?? e).fontSize));
	const before = await size();
	await page.click('.sizes a:last-child');
	await page.waitForURL('**size=large**');
	check('larger is larger', await size() > before, [before, await size()]);
	await judge(page, 'book');
	await shot(page, 'book');
	await page.goto(course('book'));
	await page.click('.next-step a');
	await page.waitForSelector('article.book');
	check('coming back, the book opens where it was left', await page.locator('article.book').innerText() === here, page.url());
	const broken = await page.evaluate(() => [...document.images].filter((i) => i.complete && !i.naturalWidth).length);
	check('no picture of the chapter is broken', broken === 0, broken);

	await page.goto(course('arabicBook'));
	await page.click('.next-step a');
	await page.waitForSelector('article.book');
	for (let i = 0; i < 2 && await page.locator('nav.turns-of-page .main').count(); i++) {
		await Promise.all([page.waitForNavigation(), page.click('nav.turns-of-page .main')]);
	}
	const arabic = await page.locator('article.book').evaluate((e) => ({ dir: getComputedStyle(e).direction, lang: e.lang, text: /[\u0600-\u06ff]{3}/.test(e.innerText), page: document.dir }));
	check('an Arabic book runs right to left inside an English page', arabic.dir === 'rtl' && arabic.text && arabic.page === 'ltr' && arabic.lang.startsWith('ar'), arabic);
	await judge(page, 'Arabic book');
	await shot(page, 'book-arabic');
}

async function film(page, context) {
	await page.goto(course('films'));
	const ranges = [];
	page.on('response', (r) => { if (/\.mp4$/.test(new URL(r.url()).pathname)) ranges.push(r.status()); });
	await page.click('a.card:has-text("Video")');
	await page.waitForSelector('video');
	const video = page.locator('video');
	await video.evaluate((v) => { v.muted = true; return v.play(); });
	await page.waitForFunction(() => document.querySelector('video').currentTime > 0.5);
	check('a film plays', true);
	const track = await video.evaluate(async (v) => {
		const t = [...v.textTracks].find((x) => x.language === 'en');
		t.mode = 'showing';
		const el = v.querySelector('track[default]') ?? v.querySelector('track');
		for (let i = 0; i < 100 && el.readyState < 2; i++) await new Promise((r) => setTimeout(r, 50));
		return { tracks: v.textTracks.length, state: el.readyState, cues: t.cues?.length ?? 0, srclang: el.srclang };
	});
	check('both caption tracks are offered, the English one loaded', track.tracks === 2 && track.state === 2 && track.cues > 3 && track.srclang === 'en', track);
	const line = await video.evaluate(async (v) => {
		const t = [...v.textTracks].find((x) => x.language === 'en');
		v.currentTime = t.cues[1].startTime + 0.1;
		for (let i = 0; i < 100 && !t.activeCues?.length; i++) await new Promise((r) => setTimeout(r, 50));
		return t.activeCues?.[0]?.text ?? '';
	});
	check('a caption is shown when its time comes', line.length > 0);
	const written = await page.locator('.transcript ol li').count();
	check('the transcript stands below', written === track.cues, [written, track.cues]);
	await page.locator('.transcript [data-start]').nth(written - 2).click();
	const jumped = await page.locator('.transcript [data-start]').nth(written - 2).getAttribute('data-start');
	await page.waitForFunction((at) => Math.abs(document.querySelector('video').currentTime - at) < 4, parseFloat(jumped));
	await page.waitForSelector('.transcript .now');
	check('a line of the transcript seeks, and is marked', true);
	check('seeking asks for parts', ranges.length > 0 && ranges.every((s) => s === 206), ranges);
	const noted = page.waitForResponse((r) => r.request().method() === 'POST');
	await video.evaluate((v) => v.pause());
	check('how far it was seen is kept', (await noted).status() === 204);
	await judge(page, 'film');
	await shot(page, 'film');

	await page.goto(course('films'));
	await page.click('a.card:has-text("Document")');
	const link = await page.locator('.document a.main').getAttribute('href');
	const pdf = await context.request.get(told.http + link, { headers: { Range: 'bytes=0-7' } });
	check('a document leads to its PDF', pdf.status() === 206 && pdf.headers()['content-type'] === 'application/pdf' && (await pdf.text()).startsWith('%PDF-'), pdf.status());
	await judge(page, 'document');
	await page.goto(course('films'));
	await page.click('a.card:has-text("Sound")');
	await page.waitForSelector('audio');
	await page.locator('audio').evaluate((a) => { a.muted = true; return a.play(); });
	await page.waitForFunction(() => document.querySelector('audio').currentTime > 0.3);
	check('a sound plays', true);
	await judge(page, 'sound');
}

async function readyPage(page) {
	await page.goto(course('numbers'));
	await judge(page, 'course');
	await shot(page, 'course');
	await page.click('a.card:has-text("Counting")');
	await page.click('a.card:has-text("Counting to 20") >> nth=0');
	await page.waitForSelector('article');
	const styled = await page.evaluate(() => ({ font: getComputedStyle(document.querySelector('article h1')).fontWeight, sheets: document.styleSheets.length, bar: !!document.querySelector('header.bar'), h1: document.querySelectorAll('h1').length }));
	check('a ready page stands in our frame with its styles', styled.sheets === 1 && styled.bar && styled.font >= 600, styled);
	const pictures = await page.evaluate(() => [...document.querySelectorAll('article img')].map((i) => [i.getAttribute('src'), i.naturalWidth, i.alt.length]));
	check('its pictures load and are described', pictures.length > 0 && pictures.every(([, w, alt]) => w > 0 && alt > 0), pictures);
	await judge(page, 'ready page');
	await shot(page, 'page');
	const before = (await ask({ ask: 'person', person: told.people.Kofi })).complete;
	await Promise.all([page.waitForNavigation(), page.click('form.finish button')]);
	const after = (await ask({ ask: 'person', person: told.people.Kofi })).complete;
	check('"I have finished" counts and goes on to the next', after === before + 1 && !page.url().endsWith('counting-to-20'), [before, after, page.url()]);
}

const dots = (page) => page.locator('.mastery .dots li').evaluateAll((all) => all.map((e) => e.className));

async function practice(page) {
	await page.goto(course('numbers'));
	await page.click('a.card:has-text("Adding and taking away")');
	await page.click('a.card:has-text("Adding up to 10: practice")');
	await page.waitForSelector('form.question');
	check('a new exercise has open dots only', (await dots(page)).every((d) => d === 'open'), await dots(page));
	await judge(page, 'exercise');
	await shot(page, 'exercise');
	const address = page.url();

	// Wrong, and what the course says of it; the same page again counts no more.
	let q = await drawn(page);
	while (!q.wrong) {
		await fill(page, q.right);
		await submit(page);
		await page.click('#result .actions a.main');
		q = await drawn(page);
	}
	const wasCounted = (await ask({ ask: 'person', person: told.people.Kofi })).attempts;
	await fill(page, q.wrong);
	await submit(page);
	await page.waitForSelector('#result.is-wrong');
	check('a wrong answer: what it means and a worked answer', (await page.locator('#result .feedback, #result .worked').count()) >= 1 && (!q.worked || await page.locator('#result .worked').count() === 1), await page.locator('#result').innerText());
	check('the result has the focus', await page.evaluate(() => document.activeElement.id) === 'result');
	check('a dot is filled', (await dots(page)).filter((d) => d !== 'open').length >= 1, await dots(page));
	check('it counted once', (await ask({ ask: 'person', person: told.people.Kofi })).attempts === wasCounted + 1);
	await judge(page, 'wrong answer');
	await shot(page, 'exercise-wrong');
	await page.click('#result .actions a.main');

	// A hint keeps what was typed, and is counted with the answer. Right and wrong in turn until a number is asked for: nothing but
	// right answers would have it mastered before, and "go on" would leave the exercise.
	let turn = 0;
	for (q = await drawn(page); q.type !== 'number' || !q.hints; q = await drawn(page)) {
		await fill(page, turn++ % 2 ? q.right : q.wrong ?? q.right);
		await submit(page);
		await page.click('#result .actions a.main');
	}
	await page.fill('[name=r]', '7');
	await page.click('button[name=hint]');
	await page.waitForSelector('.hint-card');
	check('a hint opens and keeps what was typed', await page.inputValue('[name=r]') === '7' && await page.inputValue('[name=hints]') === '1', page.url());
	check('it is the same question and the same try', (await drawn(page)).attempt === q.attempt && (await drawn(page)).item === q.item);
	await shot(page, 'exercise-hint');
	await fill(page, q.right);
	await submit(page);
	await page.waitForSelector('#result.is-right');
	const helped = (await ask({ ask: 'person', person: told.people.Kofi })).helped;
	check('a right answer after a hint is marked as helped', helped === 1 && (await dots(page)).includes('helped'), [helped, await dots(page)]);

	// An empty answer is no answer.
	await page.click('#result .actions a.main');
	await page.evaluate(() => { document.querySelector('form.question').noValidate = true; });
	const asked = (await ask({ ask: 'person', person: told.people.Kofi })).attempts;
	await page.evaluate(() => document.querySelectorAll('form.question select, form.question input:not([type=hidden])').forEach((e) => { e.checked = false; if (e.type !== 'radio' && e.type !== 'checkbox') e.value = ''; }));
	await submit(page);
	await page.waitForSelector('.banner.careful:not(.later)');
	check('an empty answer is asked for again, not counted', (await ask({ ask: 'person', person: told.people.Kofi })).attempts === asked);

	// Right answers until it is mastered, the types as they come.
	const types = new Set();
	let mastered = false;
	for (let i = 0; i < 14 && !mastered; i++) {
		q = await drawn(page);
		types.add(q.type);
		await fill(page, q.right);
		await submit(page);
		await page.waitForSelector('#result');
		if (!check(`a right ${q.type} answer is taken as right`, await page.locator('#result.is-right').count() === 1, q)) break;
		mastered = await page.locator('.mastery .state.can').count() === 1;
		if (!mastered) await Promise.all([page.waitForNavigation(), page.click('#result .actions a.main')]);
	}
	check('enough right answers: mastered', mastered, [...types]);
	check('and the node agrees', (await ask({ ask: 'person', person: told.people.Kofi })).mastered === 1);
	await judge(page, 'mastered');
	await shot(page, 'exercise-mastered');
	await Promise.all([page.waitForNavigation(), page.click('#result .actions a.main')]);
	check('"done" leads on', page.url() !== address && new URL(page.url()).pathname !== '/', page.url());
}

async function progress(page) {
	await page.goto(told.http + '/progress');
	const node = await ask({ ask: 'person', person: told.people.Kofi });
	check('progress shows every answer', (await page.locator('.tally b').first().innerText()) === String(node.attempts), [await page.locator('.tally').innerText(), node]);
	check('and what is mastered', await page.locator('.card:has-text("Adding up to 10") .state.can').count() === 1);
	await judge(page, 'progress');
	await shot(page, 'progress');
	const api = await page.evaluate(() => new Promise((done) => { const x = new XMLHttpRequest(); x.open('GET', '/api/progress'); x.onload = () => done(JSON.parse(x.responseText)); x.send(); }));
	check('/api/progress agrees', api.attempts === node.attempts && api.mastery.filter((m) => m.mastered).length === 1 && api.resources.filter((r) => r.complete).length === node.complete, api);
	await page.goto(told.http + '/');
	await judge(page, 'home of a learner who has begun');
	await shot(page, 'home-begun');
	await page.goto(told.http + '/search?q=counting');
	check('search finds pages', await page.locator('a.card').count() > 2);
	await judge(page, 'search');
	await page.goto(told.http + '/no/such');
	await judge(page, 'not found');
}
