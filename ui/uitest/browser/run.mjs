// Opens pages of a running box in Debian's Chromium and judges what only a browser can: axe, width, taps, the console.
//
//	node ui/uitest/browser/run.mjs URL [--pages FILE] [--widths 240,360,900] [--themes light,dark] [--scripts on,off] [--looks LIST]
//		[--shots DIR] [--only TEXT] [--pick NAMES] [--together N]
//
// Every width goes with every theme, with the script and without; --looks names a few of those in their place:
// "240-dark-on,900-light-off". --together is how many of them are open at once. --only takes the pages whose names hold a
// text, --pick those of the list, with the language before it or without: "home-learner,ar-quiz".
//
// FILE is JSON: [{"name", "path"}, …]; without it the links of URL/gallery are taken. The last line printed is
// "N passed, M failed"; the exit status is 1 when any failed.
import { readFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const options = read(process.argv.slice(2));
const heights = { 240: 320, 360: 640, 900: 800 };

function read(args) {
	const o = { base: '', pages: '', widths: '240,360,900', themes: 'light,dark', scripts: 'on,off', looks: '', shots: '', only: '', pick: '', together: '2' };
	for (let i = 0; i < args.length; i++) {
		if (args[i].startsWith('--')) o[args[i].slice(2)] = args[++i];
		else o.base = args[i].replace(/\/$/, '');
	}
	if (!o.base) {
		console.error('Name the address of a running box: node run.mjs http://127.0.0.1:8080');
		process.exit(2);
	}
	return o;
}

// measure runs in the page: what is too wide, too small to tap, or hidden.
function measure() {
	const problems = [];
	const root = document.documentElement;
	if (root.scrollWidth > window.innerWidth + 1) {
		const wide = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1 || e.getBoundingClientRect().left < -1)
			.filter((e) => !e.closest('.hidden, .table-room, .skip'));
		problems.push(`scrolls sideways: ${root.scrollWidth} px in ${window.innerWidth}, by ${wide.slice(0, 3).map((e) => `${e.tagName.toLowerCase()}.${e.className.baseVal ?? e.className}`).join(', ')}`);
	}
	for (const e of document.querySelectorAll('.acts')) {
		if (e.scrollWidth > e.clientWidth + 1) problems.push(`buttons out of sight: a table of ${e.scrollWidth} px in ${e.clientWidth}`);
	}
	for (const e of document.querySelectorAll('a, button, input:not([type=hidden]), select, summary')) {
		let box = (e.closest('label') ?? e).getBoundingClientRect();
		if (!e.checkVisibility() || e.disabled || e.matches('.skip') || box.width === 0) continue;
		if (e.closest('article') && e.matches('a')) continue; // links inside running text are text
		if (Math.round(box.width) < 48 || Math.round(box.height) < 48) {
			const text = (e.textContent || e.name || e.getAttribute('aria-label') || '').trim().slice(0, 30);
			problems.push(`${box.width < 24 || box.height < 24 ? 'much ' : ''}too small to tap: ${e.tagName.toLowerCase()}.${e.className} "${text}" ${Math.round(box.width)}×${Math.round(box.height)}`);
		}
	}
	return problems;
}

async function judge(page, place, scripts) {
	const problems = [];
	const hear = (m) => { if (m.type() === 'error') problems.push('console: ' + m.text()); };
	const fall = (e) => problems.push('script: ' + e.message);
	page.on('console', hear);
	page.on('pageerror', fall);
	const open = () => page.goto(options.base + place.path, { waitUntil: 'load', timeout: 60000 });
	// The page before may have gone on by itself at that moment, as the one does whose turn is over: then opening fails or
	// ends with no answer at all.
	const answer = await open().catch((e) => { if (!/ERR_ABORTED|interrupted/.test(e.message)) throw e; return null; }) ?? await open();
	if (!answer || (answer.status() >= 400 && !place.status)) problems.push(`status ${answer?.status()}`);
	if (place.status && answer.status() !== place.status) problems.push(`status ${answer.status()}, want ${place.status}`);
	problems.push(...await page.evaluate(measure));
	if (scripts) {
		await page.evaluate(axe);
		const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'], iframes: false }));
		for (const v of violations) {
			problems.push(`axe ${v.impact}: ${v.id}: ${v.nodes.slice(0, 2).map((n) => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join('; ')}`);
		}
	}
	page.off('console', hear);
	page.off('pageerror', fall);
	return problems;
}

async function listed(browser) {
	if (options.pages) return JSON.parse(readFileSync(options.pages, 'utf8'));
	const page = await browser.newPage();
	await page.goto(options.base + '/gallery');
	const links = await page.$$eval('main .plain-list a', (all) => all.map((a) => ({ name: a.textContent, path: a.getAttribute('href') })));
	await page.close();
	return links;
}

function picked(name) {
	return !options.pick || options.pick.split(',').some((word) => name === word || name.slice(name.indexOf('-') + 1) === word);
}

// chosen is the list of {width, theme, scripts} to go through.
function chosen() {
	const all = options.looks ? options.looks.split(',').map((l) => l.split('-'))
		: options.widths.split(',').flatMap((w) => options.themes.split(',').flatMap((t) => options.scripts.split(',').map((s) => [w, t, s])));
	return all.map(([width, theme, scripts]) => ({ width: Number(width), theme, scripts: scripts === 'on' }));
}

// see opens every place in one look.
async function see(browser, places, { width, theme, scripts }) {
	const context = await browser.newContext({ viewport: { width, height: heights[width] ?? 800 }, colorScheme: theme, javaScriptEnabled: scripts, deviceScaleFactor: options.shots && width < 600 ? 2 : 1 });
	const page = await context.newPage();
	for (const place of places) {
		const problems = await judge(page, place, scripts);
		if (options.shots) await page.screenshot({ path: `${options.shots}/${place.name.replace(/[^\w-]/g, '_')}-${width}-${theme}${scripts ? '' : '-plain'}.png`, fullPage: true });
		if (problems.length) {
			failed++;
			console.log(`FAIL ${place.name} at ${width} px, ${theme}, script ${scripts ? 'on' : 'off'}\n  ${problems.join('\n  ')}`);
		} else passed++;
	}
	await context.close();
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
let passed = 0, failed = 0;
try {
	const places = (await listed(browser)).filter((p) => p.name.includes(options.only) && picked(p.name));
	if (options.shots) mkdirSync(options.shots, { recursive: true });
	const looks = chosen();
	await Promise.all(Array.from({ length: Number(options.together) }, async () => {
		for (let look = looks.shift(); look; look = looks.shift()) await see(browser, places, look);
	}));
} finally {
	await browser.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
