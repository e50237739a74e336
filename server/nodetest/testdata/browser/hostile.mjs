// A package that tries to get out (hostile.html), in its frame and opened by itself, with both walls and with either alone.
import { ask, check, phone, shot, signIn, told, walk } from './kit.mjs';

// meant are the only two things that may work.
const meant = new Set(['own file', 'finished']);

walk(async () => {
	await inside('in its frame', {});
	await inside('in its frame, no policy', { policy: false });
	await inside('by its own address', { direct: true });
	await inside('as an app', { app: true });
	await inside('as an app, no policy', { app: true, policy: false });
	await inside('as an app, by its own address', { app: true, direct: true });
	await corpusEscape();
	await wallsDown();
});

// ofPackage says whether a request came from elsewhere than the page's own frame: another frame, a worker, a new window.
function ofPackage(r, page) {
	try {
		return r.frame() !== page.mainFrame();
	} catch {
		return true;
	}
}

// opened signs a learner in, with something worth stealing, and notes all that leaves the phone.
async function opened(policy) {
	const context = await phone();
	const page = await context.newPage();
	await signIn(page, 'Yusuf', '7070');
	await page.evaluate(() => localStorage.setItem('lamp.secret', 'answers of a child'));
	const sent = [];
	context.on('request', async (r) => {
		if (r.url().startsWith('data:') || r.url().startsWith('blob:')) return;
		const headers = await r.allHeaders().catch(() => ({}));
		sent.push({ url: r.url(), method: r.method(), cookie: !!headers.cookie, origin: headers.origin ?? '', frame: ofPackage(r, page), failed: r.failure() !== null });
	});
	const downloads = [];
	page.on('download', (d) => downloads.push(d.suggestedFilename()));
	if (!policy) {
		await context.route((u) => u.origin === told.player, async (route) => {
			const answer = await route.fetch({ maxRedirects: 0 });
			const headers = { ...answer.headers() };
			delete headers['content-security-policy'];
			await route.fulfill({ response: answer, headers });
		});
	}
	return { context, page, sent, downloads };
}

async function inside(what, { policy = true, direct = false, app = false }) {
	const course = app ? told.courses.hostileApp : told.courses.hostile;
	const { context, page, sent, downloads } = await opened(policy);
	const before = { ...await ask({ ask: 'person', person: told.people.Yusuf }), hits: (await ask({ ask: 'outside' })).hits };
	let report, where;
	if (direct) {
		where = `${told.player}/p/${course}/index.html`;
		await page.goto(where);
		await page.waitForFunction(() => /finished/.test(document.getElementById('report')?.textContent ?? ''), null, { timeout: 20000 });
		report = JSON.parse(await page.locator('#report').textContent());
	} else {
		where = `${told.http}/resource/${app ? told.hostileApp : course + ':index.html'}`;
		await page.addInitScript(() => { if (window.top === window) window.addEventListener('message', (e) => { if (e.data?.trouble) window.trouble = { origin: e.origin, report: e.data.trouble }; }); });
		await page.goto(where);
		await page.waitForFunction(() => window.trouble?.report.finished, null, { timeout: 20000 });
		const heard = await page.evaluate(() => window.trouble);
		check(`${what}: its origin is opaque`, heard.origin === "null", heard.origin);
		report = heard.report;
	}
	if (direct) await page.waitForTimeout(300);
	const names = Object.keys(report);
	check(`${what}: it tried everything`, names.length >= 38, names.length);
	// Without the policy the package may speak to the outside and read other public courses: the sandbox alone keeps the person's things.
	const allowed = policy ? [] : ['fetch outside', 'fetch /api/me', 'socket', 'event source', 'another course', 'another course by a dotted path', 'blind fetch', 'blind answer', 'blind setting'];
	for (const name of names) {
		const worked = report[name].startsWith('DONE');
		if (meant.has(name)) check(`${what}: ${name} works`, worked, report[name]);
		else if (!allowed.includes(name)) check(`${what}: ${name} fails`, !worked, report[name]);
	}

	if (!policy) check(`${what}: the sandbox alone lets it speak to the outside, so the checks can see`, report['fetch outside'].startsWith('DONE'), report['fetch outside']);

	const after = { ...await ask({ ask: 'person', person: told.people.Yusuf }), hits: (await ask({ ask: 'outside' })).hits };
	check(`${what}: nothing was written in the learner's name`, after.attempts === before.attempts && after.theme === before.theme && after.theme !== 'sunlight', [before, after]);
	if (policy) check(`${what}: nothing reached the outside`, after.hits === before.hits, [before, after, await ask({ ask: 'outside' })]);
	const toPages = sent.filter((r) => r.url.startsWith(told.http) && (r.frame || r.origin === 'null'));
	check(`${what}: no request of the package carried the person's cookie to the pages`, toPages.every((r) => !r.cookie), toPages.filter((r) => r.cookie));
	if (policy) check(`${what}: no write of the package was even sent`, !sent.some((r) => r.method === 'POST' && r.url.startsWith(told.http) && !r.failed && (r.frame || direct) && !r.url.endsWith('/login')), sent.filter((r) => r.method === 'POST'));
	check(`${what}: the page is where it was`, page.url() === where, page.url());
	check(`${what}: no window, dialog or download`, context.pages().length === 1 && downloads.length === 0 && !context.trouble.some((t) => t.startsWith('dialog')), [context.pages().length, downloads]);
	check(`${what}: no service worker`, context.serviceWorkers().length === 0);
	const cookies = await context.cookies();
	check(`${what}: no cookie was set or changed`, !cookies.some((c) => c.name === 'evil' || c.value === 'evil'), cookies);
	await shot(page, `hostile-${app ? 'app-' : ''}${direct ? 'direct' : policy ? 'frame' : 'no-policy'}`);
	await page.goto(told.http + '/progress');
	check(`${what}: the learner is still signed in, the pages' storage as it was`, new URL(page.url()).pathname === '/progress' && await page.evaluate(() => localStorage.getItem('lamp.secret') === 'answers of a child' && localStorage.getItem('lamplight') === null && !document.body.dataset.pwned));
	await context.close();
}

// corpusEscape opens the corpus's own hostile page in the same frame.
async function corpusEscape() {
	const { context, page } = await opened(true);
	const where = `${told.http}/resource/${told.courses.hostile}:escape.html`;
	await page.goto(where);
	const frame = await (await page.waitForSelector('iframe.package')).contentFrame();
	await page.waitForTimeout(1000);
	check('html5_escape: the page around stays as it was', page.url() === where && await page.evaluate(() => !document.body.dataset.pwned));
	check('html5_escape: it shows nothing of the pages', !/learner|attempts|owned/.test(await frame.locator('body').textContent()), await frame.locator('body').textContent());
	check('html5_escape: no cookie, storage or service worker', !(await context.cookies()).some((c) => c.name === 'evil') && await page.evaluate(() => localStorage.getItem('lamplight') === null) && context.serviceWorkers().length === 0);
	await context.close();
}

// wallsDown takes sandbox and policy away: then much of it works, which shows that the checks above can fail; what is
// left is that the node itself takes no write from another origin.
async function wallsDown() {
	const { context, page, sent } = await opened(false);
	await context.route((u) => u.origin === told.http && u.pathname.startsWith('/resource/'), async (route) => {
		const answer = await route.fetch();
		const headers = { ...answer.headers() };
		delete headers['content-security-policy'];
		await route.fulfill({ response: answer, headers, body: (await answer.text()).replace('sandbox="allow-scripts"', '') });
	});
	const before = await ask({ ask: 'person', person: told.people.Yusuf });
	await page.goto(`${told.http}/resource/${told.courses.hostile}:index.html`);
	await page.waitForTimeout(4000);
	check('walls down: it set a cookie', (await context.cookies()).some((c) => c.name === 'evil'));
	check('walls down: it sent a write with the person\'s cookie', sent.some((r) => r.method === 'POST' && r.url.startsWith(told.http) && !r.url.endsWith('/login') && r.cookie), sent.filter((r) => r.method === 'POST'));
	const after = await ask({ ask: 'person', person: told.people.Yusuf });
	check('walls down: the node took none of it', after.attempts === before.attempts && after.theme === before.theme, [before, after]);
	await context.close();
}
