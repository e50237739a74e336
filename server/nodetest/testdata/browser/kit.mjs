// What every walk shares: Chromium, checks that count, questions to the node, and a judge of pages.
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export const told = JSON.parse(process.argv[2]);
const require = createRequire(told.uiFolder + '/');
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required',
	// Pages that Playwright fulfils have no address, so Chromium would keep them from 127.0.0.1 for a reason of its own.
	'--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests'];

let passed = 0, failed = 0;

// check counts; seen is printed when it is not right.
export function check(what, right, seen) {
	if (right) passed++;
	else {
		failed++;
		console.log(`FAIL ${what}${seen === undefined ? '' : ': ' + JSON.stringify(seen)?.slice(0, 600)}`);
	}
	return !!right;
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

// ask asks the node; see browser_test.go.
export async function ask(question) {
	console.log('@' + JSON.stringify(question));
	const { value } = await lines.next();
	const answer = JSON.parse(value);
	if (answer.problem) throw new Error(`${JSON.stringify(question)}: ${answer.problem}`);
	return answer;
}

let browser;

// walk runs fn and ends the process with the count. An exception is a failed check, so nothing ends early unseen.
export async function walk(fn) {
	const started = Date.now();
	browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
	try {
		await fn();
	} catch (e) {
		check('the walk goes on to its end', false, e.stack);
		for (const c of browser.contexts()) for (const p of c.pages()) console.log(`  open: ${p.url()}: ${(await p.locator('main').innerText({ timeout: 1000 }).catch(() => '')).replace(/\s+/g, ' ').slice(0, 300)}`);
	} finally {
		await browser.close();
	}
	console.log(`${passed} passed, ${failed} failed (${((Date.now() - started) / 1000).toFixed(1)} s)`);
	process.exit(failed ? 1 : 0);
}

// phone is a fresh profile. What its pages write to the console as errors, and scripts that fall, are kept in
// context.trouble; expected(text, url) says which are meant.
export async function phone(options = {}) {
	const context = await browser.newContext({ viewport: { width: 360, height: 640 }, locale: 'en', ...options });
	context.setDefaultTimeout(15000);
	context.trouble = [];
	context.on('console', (m) => { if (m.type() === 'error') context.trouble.push(`${m.text()} @ ${m.location().url}`); });
	context.on('weberror', (e) => context.trouble.push('script: ' + e.error().message));
	context.on('page', (p) => p.on('dialog', (d) => { context.trouble.push('dialog: ' + d.message()); d.dismiss(); }));
	return context;
}

// inLooks does the same on the phones of the told looks, one after the other, each in the language of its catalogue.
export async function inLooks(fn) {
	for (const look of told.looks) {
		const name = `${look.lang} ${look.size.width}${look.script ? '' : ' no script'}`;
		const open = async (options = {}) => {
			const context = await phone({ viewport: look.size, locale: look.lang, javaScriptEnabled: look.script, ...options });
			const page = await context.newPage();
			page.look = async (what) => { await judge(page, `${name}, ${what}`, { axe: look.script }); await shot(page, `${name}-${what}`.replace(/\W+/g, '-')); };
			return page;
		};
		const right = (what, is, seen) => check(`${name}: ${what}`, is, seen);
		const page = await open();
		await page.goto(told.http + '/login');
		right('the page is in the language of the phone', await page.locator(`html[lang=${look.shown}]`).count() === 1, await page.locator('html').getAttribute('lang'));
		await fn({ look, name, page, right, open });
		for (const c of browser.contexts()) await c.close();
	}
}

// quiet checks that nothing was complained about since it was last asked, but what expected() names.
export function quiet(context, where, expected = () => false) {
	const heard = context.trouble.splice(0).filter((t) => !expected(t));
	check(`${where}: no console error, no policy violation`, heard.length === 0, heard);
}

export async function signIn(page, name, secret) {
	await page.goto(told.http + '/login');
	await page.fill('#f-name', name);
	await page.fill('#f-secret', secret);
	await Promise.all([page.waitForURL((u) => u.pathname !== '/login'), page.click('form:has(#f-secret) button[type=submit]')]);
}

export const text = (page, selector) => page.locator(selector).first().innerText();

// judge checks what every page owes: no way sideways, axe without anything serious, one h1, lang and dir.
export async function judge(page, name, { axe: withAxe = true, status } = {}) {
	const facts = await page.evaluate(() => {
		const root = document.documentElement;
		const wide = root.scrollWidth > window.innerWidth + 1
			? [...document.querySelectorAll('body *')].filter((e) => { const b = e.getBoundingClientRect(); return b.width && (b.right > window.innerWidth + 1 || b.left < -1) && !e.closest('.hidden, .table-room, .skip'); }).slice(0, 4).map((e) => e.tagName + '.' + (e.className.baseVal ?? e.className)) : [];
		return { width: root.scrollWidth, view: window.innerWidth, wide, h1: document.querySelectorAll('h1').length, lang: root.lang, dir: root.dir, title: document.title };
	});
	check(`${name}: no scrolling sideways at ${facts.view} px`, facts.width <= facts.view + 1, facts);
	check(`${name}: one h1, lang, dir and a title`, facts.h1 === 1 && facts.lang && facts.dir && facts.title, facts);
	if (withAxe) {
		const found = await audit(page);
		check(`${name}: axe finds nothing serious`, found.length === 0, found);
	}
}

export async function audit(page) {
	if (!await page.evaluate(() => !!window.axe)) await page.evaluate(axe);
	const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'], iframes: false }));
	return violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => `${v.id}: ${v.nodes.slice(0, 2).map((n) => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join('; ')}`);
}

// shot keeps a picture when LAMPLIGHT_SHOTS names a folder.
export async function shot(page, name) {
	if (!told.shots) return;
	mkdirSync(told.shots, { recursive: true });
	const height = await page.evaluate(() => document.documentElement.scrollHeight);
	await page.screenshot({ path: `${told.shots}/${name}.png`, fullPage: height < 6000 }).catch((e) => console.log(`  no picture of ${name}: ${e.message.split('\n')[0]}`));
}

// go does what leads to another page, or to another main part of this one, and waits for it.
export async function go(page, act) {
	await page.evaluate(() => document.querySelector('main > *').setAttribute('data-old', ''));
	if (typeof act === 'string') await page.click(act);
	else await act();
	await until(page, () => document.querySelector('main') && !document.querySelector('[data-old]') && document.readyState === 'complete');
}

// until asks the page again and again. Where a page may run no script its own timers stand still, and waitForFunction with
// them.
export async function until(page, fn, most = 20000) {
	for (const start = Date.now(); ; await new Promise((done) => setTimeout(done, 25))) {
		if (await page.evaluate(fn).catch(() => false)) return;
		if (Date.now() - start > most) throw new Error(`after ${most} ms at ${page.url()} still not: ${fn}`);
	}
}

// fill puts the fields of an answer into the question's form.
export async function fill(page, fields) {
	for (const [name, values] of Object.entries(fields)) {
		const field = page.locator(`form.question [name="${name}"]`);
		const kind = await field.first().evaluate((e) => e.tagName === 'SELECT' ? 'select' : e.type);
		if (kind === 'select') await field.selectOption(values[0]);
		else if (kind === 'radio' || kind === 'checkbox') for (const v of values) await page.locator(`form.question [name="${name}"][value="${v}"]`).check({ force: true });
		else await field.fill(values[0]);
	}
}

// guess fills in a question with what comes first: 1 in fields, of lists each with another place, since a place is given once.
export async function guess(question) {
	const fields = question.locator('input[type=radio], input[type=checkbox], input[type=text], input:not([type]), select');
	for (let i = 0; i < await fields.count(); i++) {
		const f = fields.nth(i), kind = await f.evaluate((e) => e.tagName === 'SELECT' ? 'select' : e.type);
		if (kind === 'text') await f.fill('1');
		else if (kind === 'select') await f.selectOption({ index: 1 + i % (await f.locator('option').count() - 1) });
		else if (i === 0) await f.check({ force: true });
	}
}

// drawn is what the page asks, and the node's answer to it.
export async function drawn(page) {
	const value = (name) => page.locator(`form.question input[name=${name}]`).inputValue();
	const exercise = new URL(await page.locator('form.question').getAttribute('action'), told.http).pathname.split('/')[2];
	const asked = { ask: 'item', exercise, item: await value('item'), seed: await value('seed') };
	return { ...asked, ...await ask(asked), attempt: await value('attempt') };
}

export const submit = (page) => page.click('form.question button.main');

// focus runs in a page: what has the focus, whether that is to be seen, and what lies over it.
export function focus() {
	const e = document.activeElement, label = e.closest('label'), face = label?.querySelector('.choice-face, .span span') ?? e;
	const style = [getComputedStyle(e), getComputedStyle(face)].some((s) => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2);
	const b = face.getBoundingClientRect();
	const inside = b.top < innerHeight && b.bottom > 0 && b.left < innerWidth && b.right > 0;
	const x = (Math.max(b.left, 0) + Math.min(b.right, innerWidth)) / 2, y = (Math.max(b.top, 0) + Math.min(b.bottom, innerHeight)) / 2;
	const over = document.elementFromPoint(x, y);
	return { what: e.outerHTML.slice(0, 160), body: e === document.body, style, inside, over: over && !(label ?? face).contains(over) && !over.contains(face) ? over.outerHTML.slice(0, 120) : '' };
}
