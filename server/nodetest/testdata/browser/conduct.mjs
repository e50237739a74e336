// A lesson before, in and after class, on a phone without a script, its taps counted; a film with stops, with the script and
// without; the rotation board; work for weeks at home.
import { ask, check, fill, go, guess, judge, phone, quiet, shot, signIn, text, told, until, walk } from './kit.mjs';

const home = () => `${told.http}/teach/class/${told.class}`;

walk(async () => {
	const context = await phone({ javaScriptEnabled: false });
	const page = await context.newPage();
	await signIn(page, 'Okello', 'lamp-light');
	const child = await (await phone()).newPage();
	await signIn(child, 'Amina', '4711');
	await loop(page, child);
	const wide = await (await phone({ viewport: { width: 1024, height: 700 } })).newPage();
	await signIn(wide, 'Okello', 'lamp-light');
	await film(wide, page);
	await board(wide);
	await closure(page);
	await narrow();
	quiet(wide.context(), 'conduct', (t) => /status of (400|410)/.test(t)); // what was typed wrong on purpose
	check('a child does not find the pages', (await child.goto(`${home()}/loop`)).status() === 404);
});

async function loop(page, child) {
	let taps = 0;
	const tap = async (what) => { taps++; await page.locator(what).first().click(); };
	await page.goto(`${home()}/loop`);
	await page.locator('a.card').first().click();
	check('nothing is made yet, and what it stands on is known', await page.locator('#before button[value=before]').count() === 1 && await page.locator('#before li').count() >= 1, await text(page, 'main'));
	await judge(page, 'a lesson before', { axe: false });

	await tap('button[value=before]');
	check('the check is open for four children', /4/.test(await text(page, '#before p:nth-of-type(2)')), await text(page, '#before'));
	const quiz = new URL(await page.locator('#before a[href*="/report/quiz/"]').first().getAttribute('href'), told.http).pathname.split('/').pop();
	await answerAll(child, quiz);
	await tap('#before a[href*="/loop/"]');
	check('Amina is named as not ready, and the name leads to her answers', await page.locator(`#before a[href*="/report/quiz/${quiz}/learner/"]`).count() >= 1 && /Amina/.test(await text(page, '#before')), await text(page, '#before'));

	await tap('button[value=now]');
	await child.goto(told.http + '/now');
	check('the question is on the phone', await child.locator('form.question').count() === 1, await text(child, 'main'));
	await guess(child.locator('form.question'));
	await go(child, 'form.question button.main');
	await tap('#live button[value^="close"]');
	const live = await text(page, '#live');
	check('what came of it is told once it is closed, with what to do', /\b[01]\b.*\b1\b/.test(live) && await page.locator('#live .state').count() >= 1, live);

	const groups = await page.locator('#after li').count();
	await tap('#after button[value=after]');
	const names = (await page.locator('#after li a bdi').allInnerTexts()).sort();
	check('every child is in one group', names.join() === 'Amina,Kofi,Lin,Musa' && groups >= 1, names);
	check(`before, in and after took ${taps} taps, nine at most`, taps <= 9, taps);
	console.log(`  before, in and after: ${taps} taps`);
	await judge(page, 'a lesson after', { axe: false });
	await child.goto(told.http + '/');
	check('the child finds the homework', await child.locator('main a[href^="/lesson/"]').count() >= 2, await text(child, 'main'));
	await page.locator('#after li p a[href*="/report/lesson/"]').first().click();
	check('who did it can be read', /Amina|Kofi|Lin|Musa/.test(await text(page, 'main')));
	await page.goto(`${home()}/loop/${told.lesson}`);
	await page.locator('#after button[value^="undo"]').click();
	check('it is taken back in one tap', await page.locator('#after button[value=after]').count() === 1 && await page.locator('.undo button').count() === 1);
	await page.locator('.undo button').click();
	check('and put back', await page.locator('#after button[value^="undo"]').count() === 1);
}

// answerAll answers every question of a quiz wrong and hands it in.
async function answerAll(page, quiz) {
	await page.goto(`${told.http}/quiz/${quiz}`);
	await go(page, `form[action="/quiz/${quiz}"] button.main`);
	for (let n = 1; n <= 12 && await page.locator('form.question').count(); n++) {
		const at = new URL(page.url()).pathname.split('/').pop();
		const answer = await ask({ ask: 'question', quiz, person: told.amina, n: +at });
		await fill(page, answer.wrong ?? answer.right);
		await go(page, 'form.question button.main');
	}
	await page.goto(`${told.http}/quiz/${quiz}/submit`);
	if (await page.locator(`form[action="/quiz/${quiz}/submit"] button`).count()) await go(page, `form[action="/quiz/${quiz}/submit"] button`);
}

async function film(page, plain) {
	await page.goto(`${home()}/conduct`);
	await judge(page, 'films');
	await go(page, 'a[href*="/stops/"]');
	await page.fill('#f-at-new', '99:00');
	await page.fill('#f-text-new', 'Who planted the seed?');
	await go(page, 'button[value=add]');
	check('a place that the film does not have is said so, and nothing is lost', await page.locator('.problem').count() === 1 && await page.inputValue('#f-text-new') === 'Who planted the seed?');
	await page.fill('#f-at-new', '0:02');
	await page.fill('#f-then-new', 'Tell the story again.');
	await go(page, 'button[value=add]');
	check('the stop is set', await page.locator('details.contents').count() === 1 && await page.locator('.banner.saved').count() === 1);
	await judge(page, 'stops');
	await page.click('details.contents summary');
	await go(page, 'button[value^="drop"]');
	check('it is taken out', await page.locator('details.contents').count() === 0);
	await go(page, '.undo button');
	check('and put back', await page.locator('details.contents').count() === 1);

	await go(page, 'a.main[href*="/play/"]');
	await judge(page, 'a part of a film');
	check('what is asked waits', await page.locator('#stop').isHidden());
	await page.locator('video').evaluate((v) => { v.muted = true; return v.play(); });
	await until(page, () => !document.querySelector('#stop').hidden);
	const at = await page.locator('video').evaluate((v) => [v.paused, v.currentTime]);
	check('the film stops by itself where it is to stop', at[0] && Math.abs(at[1] - 2) < 0.7, at);
	check('and the class is asked', /planted the seed/.test(await text(page, '#stop')));
	await shot(page, 'stop');
	await page.fill('#f-right', '5');
	await page.fill('#f-total', '4');
	await go(page, '#stop form.panel button.main');
	check('more right than there are is said so', await page.locator('#stop .problem').count() === 1);
	await page.fill('#f-right', '1');
	await go(page, '#stop form.panel button.main');
	check('few are right: what to do is said', /25/.test(await text(page, '#stop .banner')) && /Tell the story again/.test(await text(page, '#stop .banner')), await text(page, '#stop'));
	await judge(page, 'a stop');
	await go(page, 'button[value=undo]');
	check('the count is taken back', await page.locator('#stop .banner').count() === 0);
	await page.locator('#stop').evaluate((e) => { e.hidden = false; });
	await page.fill('#f-right', '3');
	await page.fill('#f-total', '4');
	await go(page, '#stop form.panel button.main');
	check('enough are right: go on', await page.locator('#stop .banner.saved').count() === 1);
	await go(page, 'a.main[href*="part=2"]');
	check('the last part tells what came of the stops', /3.*4/.test(await text(page, 'main ul')) && await page.locator('#stop').count() === 0);
	await plain.goto(page.url().replace('part=2', 'part=1'));
	check('without a script the film is in parts, and the question stands below', /#t=0,2$/.test(await plain.locator('source').getAttribute('src')) && await plain.locator('#stop').isVisible() && await plain.locator('a[href*="part=2"]').count() === 1, await plain.locator('source').getAttribute('src'));
	await plain.goto(`${home()}/loop/${told.lesson}`);
	check('the lesson tells of it', /0:02/.test(await text(plain, '#live')), await text(plain, '#live'));
}

async function board(page) {
	await page.goto(`${home()}/rotation`);
	const where = () => page.locator('.rotation li span').allInnerTexts();
	const first = await where();
	check('two groups are at two stations', first.length === 2 && first[0] !== first[1], first);
	const box = await page.locator('.rotation').boundingBox();
	const size = await page.locator('.rotation b').first().evaluate((e) => parseFloat(getComputedStyle(e).fontSize));
	check('it is big and fits one screen', size >= 30 && box.y + box.height < 700, [size, box]);
	await judge(page, 'the board');
	await shot(page, 'board');
	await go(page, 'button[value=turn]');
	check('all move on with one tap', (await where())[0] === first[1], await where());
	await page.fill('#f-run', '10');
	const [answer] = await Promise.all([page.waitForResponse((r) => /run=10/.test(r.url())), go(page, 'form[method=get] button[type=submit]')]);
	check('the timer asks for the next turn by itself', /^600; url=.*turn=3&run=10/.test((await answer.allHeaders()).refresh), await answer.allHeaders());
	check('and counts down', /^(10:00|9:5\d)$/.test(await text(page, '[data-countdown]')), await text(page, '[data-countdown]'));
	await go(page, 'a[href$="turn=2"]');
	await page.click('#edit summary');
	await page.fill('#f-own', 'The garden');
	for (const key of ['teacher', 'phones', 'cards', 'reading']) await page.locator(`input[name=station][value=${key}]`).uncheck({ force: true });
	await go(page, 'button[value=save]');
	check('a station of the school\'s own', (await where()).join() === 'The garden,The garden', await where());
	await go(page, '.undo button');
	check('is taken back', new Set(await where()).size === 2, await where());
	await page.evaluate(() => scrollTo(0, 0));
}

async function closure(page) {
	await page.goto(`${home()}/closure`);
	await judge(page, 'no weeks yet', { axe: false });
	await page.click('button[value="make 2"]');
	check('two weeks are made with one tap', await page.locator('main section.panel').count() === 2, await text(page, 'main'));
	await judge(page, 'two weeks', { axe: false });
	const sheet = await page.locator('a[href*="/sheet?"]').first().getAttribute('href');
	const phones = await page.locator('a[href^="/take/lesson/"]').first().getAttribute('href');
	await page.goto(told.http + sheet);
	check('a week is one sheet with questions', await page.locator('.sheet-questions > li').count() >= 10, await page.locator('main li').count());
	const file = await page.goto(told.http + phones);
	check('and one file for phones', file.status() === 200 && await page.locator('a[download]').count() === 1, await text(page, 'main'));
	await page.goto(`${home()}/closure`);
	await page.click('button[value^="undo"]');
	check('all of it is taken back', await page.locator('main section.panel').count() === 0 && await page.locator('button[value="make 2"]').count() === 1);
}

// narrow is the smallest phone, in a language that runs to the left.
async function narrow() {
	const page = await (await phone({ viewport: { width: 240, height: 320 }, locale: 'ar' })).newPage();
	await signIn(page, 'Okello', 'lamp-light');
	for (const place of ['loop', `loop/${told.lesson}`, 'conduct', 'rotation', 'closure']) {
		await page.goto(`${home()}/${place}`);
		await judge(page, `ar 240 ${place}`);
	}
}
