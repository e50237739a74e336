// A teacher and an administrator at work: class, learner, cards, people, courses, other boxes.
import { ask, check, drawn, fill, judge, phone, quiet, shot, signIn, submit, told, walk } from './kit.mjs';

walk(async () => {
	// A learner gets stuck and somebody answers right, so that there is something to see.
	const child = await (await phone()).newPage();
	await signIn(child, 'Fatou', '9090');
	await child.goto(`${told.http}/course/${told.courses.numbers}`);
	await child.click('a.card:has-text("Counting")');
	await child.locator('a.card:has(.card-facts:has-text("Practice"))').nth(1).click();
	for (let i = 0; i < 6; i++) {
		const q = await drawn(child);
		await fill(child, q.wrong ?? q.right);
		await submit(child);
		await child.waitForSelector('#result');
		await Promise.all([child.waitForNavigation(), child.click('#result .actions a.main')]);
	}

	const context = await phone({ viewport: { width: 900, height: 800 } });
	const page = await context.newPage();
	await teacher(page);
	quiet(context, 'teacher');
	await administrator(page, context);
	quiet(context, 'administrator', (t) => /status of (400|403|502)/.test(t));
});

async function teacher(page) {
	await signIn(page, 'Okello', 'lamp-light');
	await page.goto(told.http + '/teach');
	check('the class says who worked and who needs help', /help/i.test(await page.locator('a.card').innerText()), await page.locator('a.card').innerText());
	check('and who was here today', /[1-9]\d* here today/.test(await page.locator('a.card').innerText()));
	await judge(page, 'teach');
	await shot(page, 'teach');
	await page.click('a.card:has-text("Class 3")');
	check('the class page names the child who is stuck', await page.locator('section a.card:has-text("Fatou")').count() === 1);
	const row = page.locator('table').first().locator('tr:has-text("Fatou")');
	check('and counts her answers', (await row.locator('td').nth(3).innerText()).trim() === '6', await row.innerText());
	check('the grid shows the exercise', await page.locator('table.grid thead th:nth-child(2)').count() === 1);
	check('and how far she is', await page.locator('table.grid tr:has-text("Fatou") td.notyet, table.grid tr:has-text("Fatou") td.nearly').count() === 1);
	await judge(page, 'class');
	await shot(page, 'class-900');
	await row.locator('a').click();
	check('the learner\'s page lists what she answered', await page.locator('.answered').count() >= 4, await page.locator('.answered').count());
	check('each with its question and what was given', (await page.locator('.answered').first().innerText()).split('\n').length >= 3, await page.locator('.answered').first().innerText());
	await judge(page, 'learner');
	await shot(page, 'learner-900');
	await page.click('a.not-me');
	await page.click('a.button:has-text("people"), a.button:has-text("cards"), a[href^="/admin/people"]');
	await judge(page, 'people of a teacher');
	const cards = await page.locator('form[action="/admin/cards"] button').count();
	check('a teacher may print the cards of the class', cards >= 1);
	await page.click('form[action="/admin/cards"] button');
	await page.waitForSelector('.sign-in-card');
	const codes = await page.locator('.sign-in-card .code').allInnerTexts();
	check('a card a learner, each with its code and picture', codes.length >= 10 && new Set(codes).size === codes.length && await page.locator('.sign-in-card svg.qr').count() === codes.length, codes.length);
	await judge(page, 'cards');
	await shot(page, 'cards');
	await page.emulateMedia({ media: 'print' });
	check('printing leaves bars away', await page.locator('header.bar').isHidden() && await page.locator('.no-print').isHidden());
	await page.emulateMedia({ media: 'screen' });
	const name = await page.locator('.sign-in-card .sign-in-name').first().innerText();
	const other = await (await phone()).newPage();
	await other.goto(`${told.http}/card/${codes[0].replace(/\W/g, '')}`);
	await Promise.all([other.waitForURL((u) => u.pathname === '/'), other.click('.card-me button')]);
	check('a printed card signs in', (await other.locator('.bar .me').getAttribute('aria-label')).includes(name.trim()));
}

async function administrator(page, context) {
	await page.goto(told.http + '/settings');
	await page.click('form[action="/logout"] button');
	await signIn(page, 'Grace', 'lamp-light');
	await page.goto(told.http + '/admin');
	check('health is told', await page.locator('.health-line').count() >= 3);
	await judge(page, 'admin');
	await shot(page, 'admin');

	await page.click('a.card[href="/admin/people"]');
	await judge(page, 'people');
	await shot(page, 'people');
	await page.fill('#f-name', 'Wanjiru');
	await page.selectOption('#f-class', told.class);
	await page.selectOption('#f-way', 'pin');
	await page.click('form:has(#f-role) button');
	const pin = (await page.locator('.fresh .secret').innerText()).trim();
	check('a learner is added, her PIN shown once', /^\d{4,}$/.test(pin), pin);
	await shot(page, 'people-fresh');
	const child = await (await phone()).newPage();
	await signIn(child, 'Wanjiru', pin);
	check('and she can sign in', await child.locator('.bar .me').getAttribute('aria-label').then((l) => l.includes('Wanjiru')));
	await page.goto(told.http + '/admin/people?class=' + told.class);
	await page.click('tr:has-text("Wanjiru") button[value=reset]');
	const fresh = (await page.locator('.fresh .secret').innerText()).trim();
	await child.goto(told.http + '/progress');
	check('a reset ends her sessions', new URL(child.url()).pathname === '/login');
	await signIn(child, 'Wanjiru', fresh);
	check('the new secret works', fresh !== pin);
	await page.goto(told.http + '/admin/people?class=' + told.class);
	await page.click('tr:has-text("Zainab") button[value=reset]');
	check('who had a card alone gets a PIN', /^\d{4}$/.test((await page.locator('.fresh .secret').innerText()).trim()));
	await page.click('tr:has-text("Juma") button[value=reset]');
	check('a teacher gets a password', /^[a-z]{4}-[a-z]{4}-[a-z]{4}$/.test((await page.locator('.fresh .secret').innerText()).trim()));
	await page.goto(told.http + '/admin/people');
	await page.fill('#f-name', ' ');
	await page.evaluate(() => { for (const f of document.forms) f.noValidate = true; });
	await page.click('form:has(#f-role) button');
	check('a name of blanks is refused beside its field', await page.locator('.field.has-problem .problem').count() === 1);
	await judge(page, 'people with a problem');

	// A file from the phone's own picker becomes a course.
	await page.goto(told.http + '/admin/content');
	await judge(page, 'courses');
	await shot(page, 'admin-library');
	await page.setInputFiles('#f-file', `${told.corpus}/pdf/ricecooker_doc_ES.pdf`);
	await Promise.all([page.waitForURL('**/admin/content'), page.click('form:has(#f-file) button')]);
	let there = 0;
	for (let i = 0; i < 50 && !there; i++) {
		await page.waitForTimeout(100);
		await page.reload();
		there = await page.locator('main :text("ricecooker")').count();
	}
	check('an uploaded file becomes a course', there > 0);
	await page.goto(told.http + '/library');
	check('and is in the library', await page.locator('a.card:has-text("ricecooker_doc_ES"), a.card:has-text("ricecooker doc ES")').count() === 1);
	await page.goto(told.http + '/admin/content');
	const remove = page.locator('li:has-text("ricecooker") a:has-text("Remove"), tr:has-text("ricecooker") a:has-text("Remove")').first();
	await remove.click();
	await judge(page, 'remove?');
	await shot(page, 'admin-library-remove');
	await page.click('form:has(input[value=remove]) button');
	await page.goto(told.http + '/library');
	check('and goes again when asked', await page.locator('a.card:has-text("ricecooker")').count() === 0);
	await page.goto(told.http + '/admin/content');
	await page.setInputFiles('#f-file', `${told.corpus}/bad/broken.pdf`);
	await Promise.all([page.waitForURL('**/admin/content'), page.click('form:has(#f-file) button')]);
	let refused = 0;
	for (let i = 0; i < 50 && !refused; i++) {
		await page.waitForTimeout(100);
		await page.reload();
		refused = await page.locator('main :text("broken.pdf")').count();
	}
	check('a broken file is refused by name', refused > 0);
	await judge(page, 'courses with a refusal');
	await shot(page, 'admin-library-refused');

	await page.goto(told.http + '/admin/peers');
	await judge(page, 'peers');
	await page.click('form:has(input[value=invite]) button');
	check('an invitation shows its code', /^[0-9A-Z-]{16,}$/i.test((await page.locator('.secret.code').innerText()).trim()), await page.locator('.secret.code').innerText());
	await judge(page, 'peers with an invitation');
	await shot(page, 'peers');
	await page.fill('#f-code', 'AAAABBBBCCCCDDDD');
	await page.fill('#f-address', '127.0.0.1:9');
	await page.click('form:has(#f-code) button', { noWaitAfter: true });
	await page.waitForSelector('.problem', { timeout: 40000 });
	check('a box that is not there is said so', await page.locator('.problem').count() === 1);
	await page.goto(told.http + '/settings');
	await page.check('input[name=theme][value=dark]', { force: true });
	await Promise.all([page.waitForURL('**/settings?saved'), page.click('form.panel[action="/settings"] > button')]);
	check('a setting is kept', await page.locator('html.theme-dark').count() === 1 && (await page.locator('.banner.saved').count()) === 1);
	await judge(page, 'settings, dark');
	await shot(page, 'settings-dark');
}
