// Walks the outbox of lamplight.js: an answer given while the box is away waits on the phone, and arrives once.
//
//	node ui/uitest/browser/outbox.mjs URL EXERCISE LOGIN
//
// EXERCISE is the path of a page with a question of type number, LOGIN of a page where nobody is signed in.
import { chromium } from 'playwright-core';

const [base, exercise, login] = process.argv.slice(2);
let passed = 0, failed = 0;
function check(what, right, seen) {
	if (right) passed++;
	else {
		failed++;
		console.log(`FAIL ${what}: ${JSON.stringify(seen)}`);
	}
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
try {
	const page = await browser.newPage({ viewport: { width: 360, height: 640 } });
	let away = true;
	const arrived = [];
	await page.route('**/attempt', async (route) => {
		if (away) return route.abort('connectionfailed');
		arrived.push(route.request().postData());
		await route.continue();
	});
	const stored = () => page.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith('lamp.out.')).map((k) => [k, JSON.parse(localStorage.getItem(k)).length]));

	await page.goto(base + exercise);
	await page.fill('input[name=r]', '8');
	for (let i = 0; i < 2; i++) {
		await page.click('form.question button.main');
		await page.waitForSelector('form.question .banner.waiting');
		await page.waitForFunction(() => !document.querySelector('.busy'));
	}
	let now = await stored();
	check('an answer given twice while the box is away waits once', now.length === 1 && now[0][1] === 1, now);
	check('the page keeps what was typed', await page.inputValue('input[name=r]') === '8', await page.inputValue('input[name=r]'));

	away = false;
	await page.goto(base + login);
	await page.waitForTimeout(300);
	check('nobody else sends it', arrived.length === 0, arrived);

	await page.goto(base + exercise);
	await page.waitForFunction(() => document.getElementById('outbox').textContent === document.getElementById('outbox').getAttribute('data-saved'));
	now = await stored();
	check('it arrives once when the box is back', arrived.length === 1 && now.length === 0, { arrived, now });
	check('it keeps its attempt', /(^|&)attempt=abcdefghijklm\.3(&|$)/.test(arrived[0] ?? '') && /(^|&)r=8(&|$)/.test(arrived[0] ?? ''), arrived);

	await page.fill('input[name=r]', '8');
	await page.click('form.question button.main');
	await page.waitForSelector('#result');
	check('an answer the box takes shows its result in place', arrived.length === 2 && await page.evaluate(() => document.activeElement.id) === 'result', await page.evaluate(() => document.activeElement.id));
} catch (e) {
	check('the walk', false, e.message);
} finally {
	await browser.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
