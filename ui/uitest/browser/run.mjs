// Opens pages of a running box in Debian's Chromium and judges what only a browser can: axe, width, taps, the console.
//
//	node ui/uitest/browser/run.mjs URL [--pages FILE] [--widths 240,360,900] [--themes light,dark] [--scripts on,off] [--shots DIR] [--only TEXT]
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
	const o = { base: '', pages: '', widths: '240,360,900', themes: 'light,dark', scripts: 'on,off', shots: '', only: '' };
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
	const answer = await page.goto(options.base + place.path, { waitUntil: 'load', timeout: 30000 });
	if (!answer || (answer.status() >= 400 && !place.status)) problems.push(`status ${answer?.status()}`);
	if (place.status && answer.status() !== place.status) problems.push(`status ${answer.status()}, want ${place.status}`);
	problems.push(...await page.evaluate(measure));
	if (scripts) {
		await page.evaluate(axe);
		const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'], iframes: false }));
		for (const v of violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')) {
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

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
let passed = 0, failed = 0;
try {
	const places = (await listed(browser)).filter((p) => p.name.includes(options.only));
	if (options.shots) mkdirSync(options.shots, { recursive: true });
	for (const width of options.widths.split(',').map(Number)) {
		for (const theme of options.themes.split(',')) {
			for (const scripts of options.scripts.split(',')) {
				const context = await browser.newContext({ viewport: { width, height: heights[width] ?? 800 }, colorScheme: theme, javaScriptEnabled: scripts === 'on', deviceScaleFactor: options.shots && width < 600 ? 2 : 1 });
				const page = await context.newPage();
				for (const place of places) {
					const problems = await judge(page, place, scripts === 'on');
					if (options.shots) await page.screenshot({ path: `${options.shots}/${place.name.replace(/[^\w-]/g, '_')}-${width}-${theme}${scripts === 'on' ? '' : '-plain'}.png`, fullPage: true });
					if (problems.length) {
						failed++;
						console.log(`FAIL ${place.name} at ${width} px, ${theme}, script ${scripts}\n  ${problems.join('\n  ')}`);
					} else passed++;
				}
				await context.close();
			}
		}
	}
} finally {
	await browser.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
