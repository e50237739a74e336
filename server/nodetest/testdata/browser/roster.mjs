// A roster: 120 learners by a list in three classes, two records joined and split, a PIN reset and used, groups, archiving
// and its undo, and everything that is printed.
import { writeFileSync } from 'node:fs';
import { check, judge, phone, quiet, shot, signIn, told, walk } from './kit.mjs';

const given = ['Amina', 'Musa', 'José', 'Fatou', 'Kwame', 'Wanjiru', 'Zoé', 'Ngozi', 'Tariq', 'Léa'];
const family = ['Diallo', 'Okoro', 'Njeri', 'Traoré', 'Mensah', 'Haile', 'Banda', 'Sesay', 'Abdi', 'Moyo', 'Phiri', 'Keïta'];
const names = Array.from({ length: 120 }, (_, i) => `${given[i % 10]} ${family[Math.floor(i / 10)]}`);
const list = '\ufeffNom complet;Classe;Année de naissance;Matricule\r\n' + names.map((n, i) => `${n};4${'ABC'[i % 3]};${2014 + i % 3};M${100 + i}\r\n`).join('');
const pagesOf = (pdf) => (pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? []).length;

async function send(page, text, name = 'liste.csv') {
	await page.goto(told.http + '/admin/people/import');
	await page.setInputFiles('#f-file', { name, mimeType: 'text/csv', buffer: Buffer.from(text) });
	await page.click('form[enctype] button[type=submit]');
}

async function print(page, name, want) {
	const pdf = await page.pdf({ format: 'A4', printBackground: true });
	if (told.shots) writeFileSync(`${told.shots}/${name}.pdf`, pdf);
	check(`${name}: ${want} pages of A4`, pagesOf(pdf) === want, pagesOf(pdf));
}

walk(async () => {
	const context = await phone();
	const page = await context.newPage();
	const tally = async () => (await page.locator('.tally b').allInnerTexts()).map(Number);
	const here = () => new URL(page.url()).pathname;
	await signIn(page, 'Grace', 'lamp-light');

	await page.goto(told.http + '/admin/people/import');
	await judge(page, 'import');
	await shot(page, 'roster-import');
	await send(page, list.replace('2015', 'soon'));
	check('a line that cannot be used is named by line and column', (await page.locator('.refused li').innerText()).match(/line 3.*Année de naissance.*soon/s), await page.locator('.refused').innerText());
	await page.click('form:has([name=do][value=apply]) button[type=submit]');
	check('the list is not brought in with such a line', await page.locator('.problem').count() === 1 && !page.url().includes('done'));
	await send(page, list);
	check('the plan has 120 new people', (await tally()).join() === '120,0,0', await tally());
	await judge(page, 'plan');
	await shot(page, 'roster-plan');
	await page.selectOption('select[name=way]', 'pin');
	await Promise.all([page.waitForURL(/done/, { timeout: 90000 }), page.click('form:has([name=do][value=apply]) button[type=submit]')]);
	const lines = await page.locator('.fresh-lines li').allInnerTexts();
	const pins = new Map(lines.map((l) => [l.split('\n')[0].trim(), l.match(/\d{4,8}/)?.[0]]));
	check('120 PINs are told once', pins.size === 120 && [...pins.values()].every(Boolean), pins.size);
	await judge(page, 'list brought in', { axe: false });
	await page.click('a.button[href^="/admin/cards/"]');
	const cards = await page.locator('.sign-in-card').allInnerTexts();
	const own = cards.every((c) => { const name = names.find((n) => c.startsWith(n)); return name && c.includes(pins.get(name)) && [...pins].filter(([n]) => n !== name).every(([n, pin]) => pin === pins.get(name) || !c.split(/\s+/).includes(pin)) && !names.some((n) => n !== name && c.includes(n)); });
	check('no child’s PIN or name is on another’s card', cards.length === 120 && own, cards.slice(0, 2));
	await print(page, 'cards-pin-120', 12);
	await send(page, list);
	check('the same list again would change nothing', (await tally()).join() === '0,0,120' && await page.locator('form:has([name=do][value=apply])').count() === 0, await tally());

	await page.goto(told.http + '/admin/people');
	await page.click('nav.tabs a:has-text("4A")');
	await page.click('a.button[href$="/people"]');
	check('40 are in one class', (await page.locator('tbody tr').count()) === 40 && (await page.locator('h1').innerText()).includes('4A'));
	const classPage = page.url();
	await judge(page, 'people of a class');
	await shot(page, 'class-people');
	await page.click('button[name=kind][value=code]');
	check('ten cards a page', await page.locator('.sign-in-card').count() === 40 && here().startsWith('/admin/cards/'));
	await print(page, 'cards-code-40', 4);
	const codes = await page.locator('.sign-in-card .code').allInnerTexts();
	check('every card has a code of its own', new Set(codes).size === 40);
	await page.goto(classPage);
	await Promise.all([page.waitForURL(/admin.cards/, { timeout: 90000 }), page.click('button[name=kind][value=pictures]')]);
	await shot(page, 'cards-pictures');
	await print(page, 'cards-pictures-40', 4);
	await page.goto(classPage);
	await page.click('a[href$="/people/list"]');
	await judge(page, 'class list');
	await print(page, 'class-list-40', 2);

	// One child, two records.
	await page.goto(classPage);
	await page.fill('#add #f-name', 'diallo AMINA');
	await page.selectOption('#add select', 'none');
	await page.click('#add button');
	check('added in one line, said so', (await page.locator('.banner.saved').innerText()).includes('diallo AMINA') && await page.locator('tbody tr').count() === 41);
	await page.reload();
	check('reloading adds nobody', await page.locator('tbody tr').count() === 41);
	await page.click('a[href="/admin/people/twins"]');
	await judge(page, 'twins');
	await shot(page, 'twins');
	await page.click('form.twin:has(a:has-text("Amina Diallo")) button[value=join]');
	check('joined, and the pair is gone', (await page.locator('.banner.saved').innerText()).includes('Amina Diallo') && await page.locator('form.twin').count() === 0);
	await page.goto(classPage);
	check('the class has one of them', await page.locator('tbody tr').count() === 40);
	await page.goBack();
	await page.click('.banner.saved form button');
	await page.goto(classPage);
	check('undone, both are there', await page.locator('tbody tr').count() === 41);

	// A PIN is reset and used.
	await page.click('tr:has-text("Fatou Diallo") a.button, tr:has-text("Fatou") a.button >> nth=0');
	const who = (await page.locator('h1').innerText()).trim();
	await page.selectOption('#f-way', 'pin');
	await page.click('button[value=reset]');
	const pin = (await page.locator('.fresh .secret').innerText()).trim();
	check('a new PIN is told', /^\d{4,8}$/.test(pin), pin);
	await judge(page, 'one person');
	await shot(page, 'person');
	const child = await (await phone()).newPage();
	await signIn(child, who, pin);
	check('the child signs in with it', (await child.locator('.bar .me').getAttribute('aria-label')).includes(who), child.url());

	// A group, and archiving.
	await page.goto(classPage);
	await page.fill('#f-group', 'Reading A');
	await page.click('form:has(#f-group) button');
	await page.click('details.panel summary');
	await page.click('details.panel .choice >> nth=0');
	await page.click('details.panel button[value=group]');
	check('the group has one', (await page.locator('details.panel summary').innerText()).includes('1'), await page.locator('details.panel summary').innerText());
	await page.click('tr:has-text("diallo AMINA") a.button');
	await page.click('button[value=archive]');
	check('archived, with a way back', await page.locator('.banner.saved form button').count() === 1);
	await page.click('.banner.saved form button');
	check('back again', await page.locator('button[value=archive]').count() === 1);
	await page.click('form:has(button[value=leave]) button[value=leave]');
	check('taken out of the class', here().endsWith('/people') && await page.locator('tbody tr').count() === 40, page.url());
	await page.click('.banner.saved form button');
	await page.goto(classPage);
	check('and put back', await page.locator('tbody tr').count() === 41);
	for (const file of ['people.csv', 'kolibri.csv', 'oneroster.zip']) {
		const out = await context.request.get(told.http + '/admin/people/export/' + file);
		const bytes = await out.body();
		await page.goto(told.http + '/admin/people/import');
		await page.setInputFiles('#f-file', { name: file, mimeType: 'application/octet-stream', buffer: bytes });
		await page.click('form[enctype] button[type=submit]');
		check(`${file} out and in again changes nothing`, (await tally()).slice(0, 2).join() === '0,0' && (await tally())[2] > 120, [await tally(), bytes.length]);
	}
	// A year ends, and is taken back.
	await page.goto(told.http + '/admin/people/year');
	await judge(page, 'school year');
	await shot(page, 'school-year');
	check('each class is offered its next name', await page.locator('.panel:has-text("4A") input[type=text]').inputValue() === '5A');
	await page.click('main form:has([value=year]) button[type=submit]');
	check('the year has turned', await page.locator('.banner.saved form button').count() === 1, page.url());
	await page.goto(told.http + '/admin/people');
	check('the new classes are there', await page.locator('nav.tabs a:has-text("5A")').count() === 1 && await page.locator('nav.tabs a:has-text("4A")').count() === 0);
	await page.goBack();
	await page.click('.banner.saved form button');
	await page.goto(told.http + '/admin/people');
	check('and it is taken back', await page.locator('nav.tabs a:has-text("4A")').count() === 1 && await page.locator('nav.tabs a:has-text("5A")').count() === 0);
	quiet(context, 'roster', (t) => /40[0-9]|status of 4/.test(t));

	// Without a script, right to left, 240 px, a teacher.
	const small = await phone({ viewport: { width: 240, height: 320 }, locale: 'ar', javaScriptEnabled: false });
	const t = await small.newPage();
	await signIn(t, 'Okello', 'lamp-light');
	await t.goto(told.http + '/teach');
	await t.click('a.card');
	await t.click('a[href$="/people"]');
	await judge(t, 'ar 240 people of a class', { axe: false });
	await shot(t, 'ar-240-class-people');
	await t.fill('#add #f-name', 'موسى');
	await t.selectOption('#add select', 'pin');
	await t.click('#add button');
	check('ar: a child and a PIN', /[\d٠-٩]{4}/.test(await t.locator('.fresh').innerText()));
	await t.click('.banner.saved form button');
	check('ar: undone', await t.locator('html[dir=rtl]').count() === 1);
	await t.goto(told.http + '/admin/people/import');
	await t.fill('#f-text', '1. نور\n2. سلمى\n');
	await t.selectOption('#f-class', { index: 1 });
	await t.click('form[enctype] button[type=submit]');
	await judge(t, 'ar 240 plan', { axe: false });
	await shot(t, 'ar-240-plan');
	await t.click('form:has([name=do][value=apply]) button[type=submit]');
	check('ar: two names come in', t.url().includes('done'), t.url());
	await t.goto(told.http + '/admin/people/import');
	await t.fill('#f-text', 'Name,Role\nEve,teacher\n');
	await t.click('form[enctype] button[type=submit]');
	check('a teacher makes no teacher', await t.locator('.refused li').count() === 1);
	const res = await small.request.get(told.http + '/admin/people/export/people.csv', { maxRedirects: 0 });
	check('a teacher takes no list of the school', res.status() === 404, res.status());
});
