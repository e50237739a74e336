// Films, sounds, documents, books and pictures: with the script and without, what is recorded of each, and that each goes on
// where it was left.
import { ask, check, judge, phone, quiet, shot, signIn, told, walk } from './kit.mjs';

walk(async () => {
	await Promise.all([scripted(), plain(), looks()]); // three phones at once
	await settle();
});

async function scripted() {
	const context = await phone();
	const page = await context.newPage();
	await signIn(page, 'Nour', '8080');
	await film(page);
	await sound(page);
	await slides(page, 'Nour', true);
	await documents(page, 'Nour', true);
	await book(page);
	quiet(context, 'readers');
}

const at = (word, query = '') => `${told.http}/resource/${told.apps[word]}${query}`;

// recorded says what the node must keep in the end: it writes down what was opened every few seconds.
const later = [];
const recorded = (what, word, person, right) => later.push({ what, word, person, right });
async function settle() {
	for (const { what, word, person, right } of later) {
		let seen;
		for (let i = 0; i < 80; i++) {
			seen = (await ask({ ask: 'app', exercise: told.apps[word], person: told.people[person] })).app;
			if (right(seen)) break;
			await new Promise((done) => setTimeout(done, 100));
		}
		check(what, right(seen), seen);
	}
}

const time = (page, tag) => page.locator(tag).evaluate((v) => v.currentTime);

async function film(page) {
	await page.goto(at('film'));
	await page.selectOption('[data-speed]', '1.5');
	check('it plays faster', await page.locator('video').evaluate((v) => v.playbackRate) === 1.5);
	await page.goto(at('film', '?t=20'));
	await page.waitForFunction(() => document.querySelector('video').readyState > 0 && Math.abs(document.querySelector('video').currentTime - 20) < 1);
	check('a link with a second begins there', true);
	const tracks = await page.locator('.transcript .films a').count();
	check('its words are offered in every language', tracks >= 2, tracks);
	await page.locator('.transcript .films a:not([aria-current=page])').first().click();
	await page.waitForURL('**words=**');
	const lang = await page.locator('.transcript ol').getAttribute('lang');
	check('and shown in the one chosen', new URL(page.url()).searchParams.get('words') === lang && await page.locator(`track[default][srclang="${lang}"]`).count() === 1, lang);
	const told1 = page.waitForResponse((r) => r.request().method() === 'POST');
	await page.locator('video').evaluate((v) => { v.muted = true; v.currentTime = 30; return v.play().then(() => new Promise((done) => setTimeout(done, 400))).then(() => v.pause()); });
	await told1;
	await page.evaluate(() => localStorage.clear());
	await page.goto(at('film'));
	await page.waitForFunction(() => document.querySelector('video').currentTime >= 29);
	check('on another phone it goes on there', await time(page, 'video') < 34, await time(page, 'video'));
	await judge(page, 'film');
	await shot(page, 'reader-film');
	await page.locator('video').evaluate((v) => { v.currentTime = 0.95 * v.duration; return v.play().then(() => v.pause()); });
	recorded('nine tenths of a film finish it', 'film', 'Nour', (p) => p.complete);
	const light = await phone({ extraHTTPHeaders: { 'Save-Data': 'on' } });
	const thin = await light.newPage();
	await thin.goto(at('film'));
	check('a phone that saves data gets no poster, and loads nothing of the film before it is asked for', await thin.locator('video[poster]').count() === 0 && await thin.locator('video[preload=none]').count() === 1);
	await light.close();
}

async function sound(page) {
	await page.goto(at('sound'));
	await page.locator('audio').evaluate((a) => { a.muted = true; a.currentTime = 8; return a.play().then(() => new Promise((done) => setTimeout(done, 300))).then(() => a.pause()); });
	recorded('where a sound was left is kept', 'sound', 'Nour', (p) => p.position > 0);
	await page.evaluate(() => localStorage.clear());
	await page.reload();
	await page.waitForFunction(() => document.querySelector('audio').currentTime >= 7);
	check('a sound goes on there', true);
	await page.click('[data-skip="-10"]');
	check('ten seconds back', await time(page, 'audio') < 1);
}

async function slides(page, person, script) {
	const how = script ? '' : ' without a script';
	await page.goto(at('slides'));
	const of = Number((await page.locator('.position').innerText()).match(/\d+/g).pop());
	check(`pictures stand one on a page, each described${how}`, of > 1 && await page.locator('.slide img').count() === 1 && (await page.locator('.slide img').getAttribute('alt')).length > 0, of);
	if (script) {
		check('a picture is drawn', await page.locator('.slide img').evaluate((i) => i.decode().then(() => i.naturalWidth > 0)));
		await Promise.all([page.waitForURL('**slide=2**'), page.keyboard.press('ArrowRight')]);
		await Promise.all([page.waitForURL('**slide=1**'), page.keyboard.press('ArrowLeft')]);
		await Promise.all([page.waitForURL('**slide=2**'), page.locator('.slide').evaluate((e) => {
			const touch = (x) => [new Touch({ identifier: 1, target: e, clientX: x, clientY: 200 })];
			e.dispatchEvent(new TouchEvent('touchstart', { touches: touch(300), changedTouches: touch(300), bubbles: true }));
			e.dispatchEvent(new TouchEvent('touchend', { touches: [], changedTouches: touch(100), bubbles: true }));
		})]);
		check('keys and a swipe turn them', true);
		await judge(page, 'slides');
		await shot(page, 'reader-slides');
	} else {
		await Promise.all([page.waitForURL('**slide=2**'), page.click('a[rel=next]')]);
	}
	await page.goto(at('slides'));
	check(`pictures go on where they were left${how}`, (await page.locator('.position').innerText()).includes('2'));
	await page.goto(at('slides', `?slide=${of}`));
	await Promise.all([page.waitForNavigation(), page.click('form.finish button')]);
	recorded(`after the last, "I have finished"${how}`, 'slides', person, (p) => p.complete);
}

async function documents(page, person, script) {
	const how = script ? '' : ' without a script';
	await page.goto(at('scan'));
	check(`a document says its pages and its size${how}`, /\d/.test(await page.locator('.document .card-facts').innerText()), await page.locator('.document .card-facts').innerText());
	await page.click('.document .plain');
	await page.waitForURL('**page=1**');
	const pictures = page.locator('.document-page img');
	check(`a scanned page is shown as its picture${how}`, await pictures.count() >= 1);
	if (script) {
		check('which is drawn', await pictures.first().evaluate((i) => i.decode().then(() => i.naturalWidth > 200)));
		await judge(page, 'page of a document');
		await shot(page, 'reader-scan');
	}
	await Promise.all([page.waitForURL('**page=2**'), page.click('a[rel=next]')]);
	await page.goto(at('scan'));
	check(`the document opens at that page${how}`, (await page.locator('.document a.main').getAttribute('href')).endsWith('#page=2') && await page.inputValue('#f-page') === '2');
	await page.fill('#f-page', '4');
	await Promise.all([page.waitForURL('**page=4**'), page.locator('form:has(#f-page) button').click()]);
	recorded(`"I am on page" is kept${how}`, 'scan', person, (p) => p.position === 4 && p.percent > 0 && !p.complete);
	await page.goto(at('arabic', '?page=2'));
	check(`words of a PDF are text${how}`, /[\u0600-\u06ff]{3}/.test(await page.locator('.document-page').innerText()), await page.locator('.document-page').innerText());
}

async function book(page) {
	await page.goto(at('long', '?chapter=0'));
	await page.click('details.contents summary');
	const whole = page.locator('details.contents a');
	check('a long book has contents', await whole.count() > 5, await whole.count());
	let long = -1;
	for (const c of new Set(await whole.evaluateAll((all) => all.map((a) => new URL(a.href).searchParams.get('chapter'))))) {
		if ((await page.request.get(at('long', `?chapter=${c}&piece=1`))).ok()) { long = Number(c); break; }
	}
	await page.goto(at('long', `?chapter=${long}`));
	check('its long chapter comes in parts', await page.locator('.part').count() === 1, long);
	const weight = (await page.content()).length;
	check('none heavier than it must be', weight < 600 << 10, weight);
	await Promise.all([page.waitForURL('**piece=1**'), page.click('nav.turns-of-page a[rel=next]')]);
	const words = await page.locator('article.book').innerText();
	await page.evaluate(() => window.scrollTo(0, document.querySelector('article.book').offsetTop + 0.5 * document.querySelector('article.book').offsetHeight));
	const seen = () => page.evaluate(() => { const b = document.querySelector('article.book').getBoundingClientRect(); return -b.top / b.height; });
	await page.goto(told.http + '/library');
	recorded('the place in the chapter is kept', 'long', 'Nour', (p) => p.position > 0 && p.percent > 0);
	await page.goto(at('long'));
	await page.waitForFunction(() => window.pageYOffset > 500);
	check('the book goes on in the same part, at the same place', await page.locator('article.book').innerText() === words && Math.abs(await seen() - 0.5) < 0.03, await seen());
	await shot(page, 'reader-book');
	await page.fill('#f-find', 'matrices');
	await Promise.all([page.waitForURL('**find=matrices**'), page.locator('form:has(#f-find) button').click()]);
	const hits = page.locator('.within a');
	check('words are found in the book, and marked', await hits.count() > 3 && await page.locator('.within mark').count() > 3, await hits.count());
	await judge(page, 'found in a book');
	await shot(page, 'reader-within');
	await hits.nth(2).click();
	await page.waitForSelector('article.book');
	check('a place leads into its chapter', (await page.locator('article.book').innerText()).toLowerCase().includes('matri'), page.url());
	await page.goto(at('fixed'));
	const wide = await page.locator('article.book.fixed :is(img, svg)').first().evaluate((e) => e.getBoundingClientRect().width / e.closest('article').getBoundingClientRect().width);
	check('a page of a fixed layout is as wide as the phone', wide > 0.9 && wide < 1.01, wide);
	await judge(page, 'fixed layout');
	await shot(page, 'reader-fixed');
}

// plain is a phone whose browser runs no scripts.
async function plain() {
	const context = await phone({ javaScriptEnabled: false });
	const page = await context.newPage();
	await signIn(page, 'Yusuf', '7070');
	await slides(page, 'Yusuf', false);
	await documents(page, 'Yusuf', false);
	await page.goto(at('film'));
	const line = page.locator('.transcript ol li a').nth(3);
	await Promise.all([page.waitForURL('**t=**'), line.click()]);
	const t = Number(new URL(page.url()).searchParams.get('t'));
	check('a line of the words begins the film there, without a script', (await page.locator('video source').getAttribute('src')).endsWith('#t=' + t), t);
	recorded('and that is kept', 'film', 'Yusuf', (p) => p.position === Math.floor(10 * t));
	await page.goto(at('long', '?chapter=1'));
	recorded('the chapter is kept without a script', 'long', 'Yusuf', (p) => Math.floor(p.position / 10000) === 1);
	await page.goto(at('long'));
	check('and the book goes on there', /\b2\b/.test(await page.locator('.position').innerText()), await page.locator('.position').innerText());
	await context.close();
}

// looks are pages in Arabic on the smallest phone and in English on a wide screen.
async function looks() {
	for (const [lang, width] of [['ar', 240], ['en', 900]]) {
		const context = await phone({ viewport: { width, height: 640 }, locale: lang });
		const page = await context.newPage();
		for (const [name, query] of [['film', ''], ['slides', '?slide=3'], ['arabic', '?page=3'], ['fixed', ''], ['long', '?find=matrix']].slice(0, width === 240 ? 9 : 3)) {
			await page.goto(at(name, query));
			await judge(page, `${name}${query} in ${lang}, ${width} px`, { axe: width === 240 });
			await shot(page, `reader-${lang}-${width}-${name}-${query.slice(1, 5)}`);
		}
		await context.close();
	}
}
