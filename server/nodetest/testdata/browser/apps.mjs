// Apps of packages: they open and work in their frame, what they reach and keep is recorded, they go on where they were
// left, and what a lying one says changes nothing but its own place.
import { ask, check, judge, phone, quiet, shot, signIn, told, until, walk } from './kit.mjs';

walk(async () => {
	await corpusApps();
	await ourApp();
	await liar();
	await escape();
	await guest();
	await noScript();
	await looks();
});

const at = (word) => `${told.http}/resource/${told.apps[word]}`;
const recorded = async (word, person) => (await ask({ ask: 'app', exercise: told.apps[word], person: told.people[person] })).app;

// inside is the frame's page once it has loaded.
async function inside(page) {
	const frame = await (await page.waitForSelector('iframe.package')).contentFrame();
	await frame.waitForLoadState('load');
	return frame;
}

async function recordedAs(what, word, person, right) {
	let seen;
	for (let i = 0; i < 80; i++) {
		seen = await recorded(word, person);
		if (right(seen)) break;
		await new Promise((done) => setTimeout(done, 100));
	}
	check(what, right(seen), seen);
}

// meant are complaints of the corpus's apps that are not ours: they ask for films and buttons of the outside.
const meant = (t) => /youtube|ncase\.me|facebook|twitter|google|vimeo|Content Security Policy.*(frame-src|default-src|script-src|form-action|connect-src)|ERR_BLOCKED|favicon|AudioContext|autoplay|WebGL|GPU stall|googleapis|sandbox|document\.domain|phet\.colorado/i.test(t);

async function corpusApps() {
	const context = await phone();
	const page = await context.newPage();
	await signIn(page, 'Kofi', '5050');
	for (const [word, ready] of [
		['fireflies', () => document.querySelector('#game canvas')],
		['parable-of-the-polygons', () => document.querySelector('iframe[src*=mini_intro]') && document.title.startsWith('Parable')],
		['phet-ohms-law', () => document.querySelector('canvas, svg') && window.phet && document.querySelectorAll('body *').length > 60],
	]) {
		await page.goto(at(word));
		const frame = await inside(page);
		for (let i = 0; i < 300 && !await frame.evaluate(ready).catch(() => false); i++) await page.waitForTimeout(100);
		check(`${word}: it runs in its frame`, !!await frame.evaluate(ready).catch((e) => e.message));
		check(`${word}: its origin is opaque`, await frame.evaluate(() => self.origin === 'null'));
		await page.waitForTimeout(1000);
		await shot(page, `app-${word}`);
		await judge(page, word);
		quiet(context, word, meant);
		await recordedAs(`${word}: opening it is recorded`, word, 'Kofi', (r) => r.percent === 0 && !r.complete);
		await page.click('form.finish button');
		await recordedAs(`${word}: "I have finished" is recorded`, word, 'Kofi', (r) => r.complete);
	}
	await context.close();
}

async function ourApp() {
	const context = await phone();
	const page = await context.newPage();
	await signIn(page, 'Kofi', '5050');
	await page.goto(at('count'));
	check('licence and author are on the page', /CC BY 4.0/.test(await page.locator('.licence').innerText()) && /Asha/.test(await page.locator('.licence').innerText()), await page.locator('.licence').innerText());
	let frame = await inside(page);
	const count = () => frame.locator('#count').innerText();
	check('it begins with nothing', /count 0, mood none, cookie , session null, keys 0/.test(await count()), await count());
	await frame.click('#more');
	await frame.click('#more');
	check('storage works by method, by property, as cookie', /count 2, mood glad, cookie level=3, session x, keys 2/.test(await count()), await count());
	await frame.fill('#words', 'mango “نهر” 🌊');
	await recordedAs('what it keeps comes to the box', 'count', 'Kofi', (r) => /mango/.test(r.state) && /glad/.test(r.state));
	check('the page says that it is saved', /Saved/.test(await page.locator('#app-status').innerText()), await page.locator('#app-status').innerText());

	await frame.click('#half');
	await recordedAs('half of the way is recorded', 'count', 'Kofi', (r) => r.percent === 5000 && !r.complete);
	await frame.click('#right');
	await recordedAs('points are recorded', 'count', 'Kofi', (r) => r.scored && r.score === 8000 && !r.complete);

	await page.reload();
	frame = await inside(page);
	check('after a reload it is where it was', /count 2, mood glad, cookie level=3/.test(await count()) && await frame.inputValue('#words') === 'mango “نهر” 🌊', await count());
	check('the page shows how far it came', await page.locator('progress[value="50"]').count() === 1 && /80/.test(await page.locator('.card-facts').innerText()));

	await frame.click('#more');
	await page.waitForTimeout(350);
	await page.goto(told.http + '/library');
	await recordedAs('what was done last before leaving is kept', 'count', 'Kofi', (r) => /"\$count":"3"/.test(r.state));
	await page.goto(at('count'));
	frame = await inside(page);
	check('it goes on from there', /count 3/.test(await count()), await count());

	await films(frame);
	await inFrame(page, frame);
	frame = await inside(page);
	await frame.click('#done');
	await recordedAs('done is recorded', 'count', 'Kofi', (r) => r.complete && r.percent === 10000);
	await page.reload();
	frame = await inside(page);
	await frame.click('#statement');
	await recordedAs('a statement of xAPI counts', 'count', 'Kofi', (r) => r.score === 9000);
	await fullScreen(page);
	await judge(page, 'an app');
	quiet(context, 'an app');
	await another();
	await context.close();
}

// films: a film deflated in a zip is sought in.
async function films(frame) {
	const got = await frame.evaluate(() => new Promise((done) => {
		const v = document.getElementById('film');
		const go = () => { v.currentTime = v.duration * 0.8; v.onseeked = () => done([v.duration, v.currentTime, v.seekable.length && v.seekable.end(0)]); };
		v.onerror = () => done(['error', v.error && v.error.message]);
		setTimeout(() => done(['never', v.readyState]), 10000);
		if (v.readyState >= 1) go(); else v.onloadedmetadata = go;
	}));
	check('a film inside the zip is sought in', got[0] > 1 && Math.abs(got[1] - got[0] * 0.8) < 1, got);
}

// inFrame: what a frame may not do is done in it.
async function inFrame(page, frame) {
	await frame.click('#say');
	check('an alert is shown in the page', /Well done/.test(await frame.locator('[role=alertdialog]').innerText()));
	await frame.locator('[role=alertdialog] button').click();
	await frame.click('#away');
	check('a link out of the box says where it leads', /example\.org\/away/.test(await frame.locator('[role=alertdialog]').innerText()));
	await frame.locator('[role=alertdialog] button').click();
	await frame.fill('#own-in', 'hello');
	await frame.press('#own-in', 'Enter');
	check("a form's own script is asked", await frame.locator('#own-out').innerText() === 'sent hello', await frame.locator('#own-out').innerText());
	await frame.click('#ask button');
	await frame.waitForSelector('#seen');
	check('a form leads to a page of the package, which has the same storage', /count 3, asked \?q=7/.test(await frame.locator('#seen').innerText()), await frame.locator('#seen').innerText());
	await page.reload();
	frame = await inside(page);
	await frame.click('#blank');
	await frame.waitForSelector('#seen');
	check('a link to a new window opens in the frame', /count 3/.test(await frame.locator('#seen').innerText()) && page.context().pages().length === 1);
	await page.reload();
}

async function fullScreen(page) {
	await page.click('#app-full');
	await until(page, () => { const b = document.querySelector('iframe.package').getBoundingClientRect(); return b.width >= innerWidth - 1 && b.height > innerHeight - 80 && b.top < 80; });
	check('it fills the screen', await page.evaluate(() => document.activeElement.id === 'app-close'));
	await shot(page, 'app-full');
	await page.click('#app-close');
	await until(page, () => !document.querySelector('.app-full') && document.activeElement.id === 'app-full');
	check('and goes back', true);
}

// another learner at the same phone finds nothing of it.
async function another() {
	const context = await phone();
	const page = await context.newPage();
	await signIn(page, 'Fatou', '9090');
	await page.goto(at('count'));
	const frame = await inside(page);
	check('another learner begins anew', /count 0, mood none, cookie , session null/.test(await frame.locator('#count').innerText()) && await frame.inputValue('#words') === '');
	await context.close();
}

// liar: an app that lies about itself changes its own place alone, within bounds.
async function liar() {
	const context = await phone();
	const page = await context.newPage();
	await signIn(page, 'Yusuf', '7070');
	let posts = 0;
	context.on('request', (r) => { if (r.method() === 'POST' && r.url().includes('/app/')) posts++; });
	const foreign = [];
	context.on('request', (r) => { if (r.method() === 'POST' && r.url().includes(`/app/${told.apps.count}`)) foreign.push(r.url()); });
	await page.goto(at('liar'));
	const frame = await inside(page);
	await frame.waitForSelector('[data-flooded]', { state: 'attached', timeout: 20000 });
	await page.waitForTimeout(3500);
	check('a flood is a few posts', posts >= 1 && posts <= 6, posts);
	const own = await recorded('liar', 'Yusuf'), other = await recorded('count', 'Yusuf');
	check("another course's place is as it was", other.state === '' && !other.complete && other.percent === 0, other);
	check('impossible numbers are none', !own.complete && own.percent === 0 && own.score <= 2000, own);
	check('what is longer than fits is not kept', own.state.length < 1000, own.state.length);
	check('nothing was posted to another app by the frame', foreign.every((u) => !u), foreign);
	check('the frame knows nothing but its own state and a language', !/token|Yusuf|7070/.test(await frame.locator('#name').innerText()), await frame.locator('#name').innerText());
	await page.goto(told.http + '/progress');
	check('the learner is still signed in', new URL(page.url()).pathname === '/progress');
	await context.close();
	await shown();
}

// shown: the box itself refuses what a page of ours would never post.
async function shown() {
	const context = await phone();
	const page = await context.newPage();
	await signIn(page, 'Yusuf', '7070');
	await page.goto(at('count'));
	const answers = await page.evaluate(async ({ app, page }) => {
		const token = document.documentElement.getAttribute('data-token'), out = {};
		const post = async (name, path, body, t = token) => { const x = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: `token=${encodeURIComponent(t)}&${body}` }); out[name] = x.status; };
		await post('no token', `/app/${app}`, 'progress=1', '');
		await post('progress of 10001', `/app/${app}`, 'progress=10001');
		await post('score of -1', `/app/${app}`, 'score=-1');
		await post('score of x', `/app/${app}`, 'score=x');
		await post('no app', `/app/${page}`, 'progress=1');
		await post('nothing there', '/app/0123456789abcdef0123456789abcdef', 'progress=1');
		await post('too long', `/app/${app}`, 'state=' + 'x'.repeat(65537));
		await post('far too long', `/app/${app}`, 'state=' + 'x'.repeat(300000));
		await post('right', `/app/${app}`, 'progress=100');
		let last = 0;
		for (let i = 0; i < 60 && last !== 429; i++) { await post('often', `/app/${app}`, 'progress=200'); last = out.often; }
		return out;
	}, { app: told.apps.count, page: told.exercise });
	const want = { 'no token': 403, 'progress of 10001': 400, 'score of -1': 400, 'score of x': 400, 'no app': 404, 'nothing there': 404, 'too long': 400, 'far too long': 413, right: 204, often: 429 };
	for (const [what, status] of Object.entries(want)) check(`the box answers ${what} with ${status}`, answers[what] === status, answers[what]);
	await context.close();
}

async function escape() {
	const context = await phone();
	const page = await context.newPage();
	await signIn(page, 'Yusuf', '7070');
	await page.goto(at('escape'));
	const frame = await inside(page);
	await page.waitForTimeout(1000);
	check('html5_escape: the page around stays as it was', page.url() === at('escape') && await page.evaluate(() => !document.body.dataset.pwned && localStorage.getItem('lamplight') === null));
	check('html5_escape: it shows nothing of the pages', !/learner|attempts|owned/.test(await frame.locator('body').textContent()));
	check('html5_escape: no cookie or service worker', !(await context.cookies()).some((c) => c.name === 'evil') && context.serviceWorkers().length === 0);
	await context.close();
}

async function guest() {
	const context = await phone();
	const page = await context.newPage();
	let posts = 0;
	context.on('request', (r) => { if (r.method() === 'POST') posts++; });
	await page.goto(at('count'));
	const frame = await inside(page);
	await frame.click('#more');
	await frame.click('#right');
	await page.waitForTimeout(2500);
	check('of a guest nothing is posted', posts === 0 && /count 1/.test(await frame.locator('#count').innerText()), posts);
	await context.close();
}

async function noScript() {
	const context = await phone({ javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(at('count'));
	check('without script it says what is needed', /needs JavaScript/.test(await page.locator('main').innerText()), await page.locator('main').innerText());
	check('and gives a plain link', await page.locator(`a[href*="/p/"]`).count() >= 1 && await page.locator('#app-full').isHidden() && await page.locator('#app-close').isHidden());
	await judge(page, 'an app without script', { axe: false });
	await shot(page, 'app-noscript');
	await context.close();
}

// looks: the page at 240 px, in Arabic, in the dark.
async function looks() {
	for (const [name, options] of [['240', { viewport: { width: 240, height: 320 } }], ['ar', { locale: 'ar' }], ['ar-240', { locale: 'ar', viewport: { width: 240, height: 320 } }], ['dark', { colorScheme: 'dark' }]]) {
		const context = await phone(options);
		const page = await context.newPage();
		await page.goto(at('count'));
		await inside(page);
		if (/ar/.test(name) && name !== 'dark') check(`${name}: right to left`, await page.locator('html[dir=rtl]').count() === 1);
		await judge(page, `an app, ${name}`);
		await shot(page, `app-${name}`);
		await context.close();
	}
}
