// An exercise goes home as a file, is answered where there is no box, and its answers come back: by its button, by a link,
// with the script and without, twice; they count once.
import { pathToFileURL } from 'node:url';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, audit, check, guess, phone, quiet, shot, signIn, told, walk } from './kit.mjs';

const folder = mkdtempSync(join(tmpdir(), 'lamplight-take-'));

async function fetched(page, exercise, name) {
	await page.goto(`${told.http}/take/exercise/${exercise}`);
	check(`${name}: the size is said before`, /\d+\sKB/.test(await page.locator('main a[download]').innerText()), await page.locator('main').innerText());
	await shot(page, `take-${name}`);
	const [download] = await Promise.all([page.waitForEvent('download'), page.click('main a[download]')]);
	const path = join(folder, name + '.html');
	await download.saveAs(path);
	check(`${name}: the file is named by its title`, /practice\.html$/.test(download.suggestedFilename()), download.suggestedFilename());
	return path;
}

// answer fills in question n of a file.
async function answer(page, n) {
	const q = page.locator(`fieldset[data-q="${n}"]`);
	await guess(q);
	return q;
}

walk(async () => {
	const attempts = async (who) => (await ask({ ask: 'person', person: who })).attempts;
	try {
		const context = await phone({ acceptDownloads: true });
		const page = await context.newPage();
		await signIn(page, 'Amina', '4711');
		const file = await fetched(page, told.exercise, 'script');
		check('the file is under 3 MB', readFileSync(file).length < 3 << 20);

		await context.setOffline(true);
		await page.goto(pathToFileURL(file).href);
		quiet(context, 'the file, opened with no network', (t) => /frame-ancestors|ERR_INTERNET/.test(t));
		const total = await page.locator('fieldset[data-q]').count();
		check('it asks', total >= 5, total);
		const found = await audit(page).catch(() => null); // its own policy may keep axe out
		check('axe finds nothing serious in it', !found || found.length === 0, found);
		check('no scrolling sideways', await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth + 1));
		let q = page.locator('fieldset[data-q="1"]');
		await q.locator('.check button').click();
		check('without an answer it asks for one', /Answer first/.test(await q.locator('.verdict').innerText()));
		q = await answer(page, 1);
		await q.locator('.check button').click();
		const verdict = await q.locator('.verdict').innerText();
		check('it says at once how it went, or that the box will', /Right|Not yet|kept/.test(verdict), verdict);
		check('the first answer stays', await q.locator('input, select').first().isDisabled());
		if (/Not yet/.test(verdict)) check('and how it is done', (await q.locator('.worked').innerText()).length > 10, await q.locator('.worked').innerText());
		await answer(page, 2);
		await shot(page, 'take-file');
		await page.reload();
		check('closed and opened again it has both', await page.locator('fieldset[data-q="1"] input, fieldset[data-q="1"] select').first().isDisabled() && /2/.test(await page.locator('#count').innerText()), await page.locator('#count').innerText());
		check('nothing has been counted', await attempts(told.amina) === 0);
		const link = await page.locator('#link').getAttribute('href');
		check('a link has room for it', link.length <= 2000 && link.includes('/return?d='), link.length);
		await page.click('#code');
		check('a code is drawn', await page.locator('#qr svg path').count() === 1);
		await shot(page, 'take-code');

		await context.setOffline(false);
		const near = page.locator('#back button[type=submit]').last(); // the box's address as this phone reached it
		await Promise.all([page.waitForURL((u) => u.pathname === '/return'), near.click()]);
		check('the box knows who brings them, and asks', /Keep them/.test(await page.locator('main').innerText()), await page.locator('main').innerText());
		await shot(page, 'return-mine');
		check('still nothing has been counted', await attempts(told.amina) === 0);
		await Promise.all([page.waitForNavigation(), page.click('form[action="/return"] button.main')]);
		check('kept, they count', await attempts(told.amina) === 2, await page.locator('main').innerText());
		await shot(page, 'return-kept');
		await page.goto(link.replace(/^http:\/\/[^/]+/, told.http));
		await Promise.all([page.waitForNavigation(), page.click('form[action="/return"] button.main')]);
		check('brought again by the link, they count once', await attempts(told.amina) === 2 && /before/.test(await page.locator('main').innerText()), await page.locator('main').innerText());

		// A phone without script, whose owner has signed out meanwhile, on another learner's phone.
		const plain = await phone({ acceptDownloads: true, javaScriptEnabled: false });
		const bare = await plain.newPage();
		await signIn(bare, 'Kofi', '5050');
		const second = await fetched(bare, told.exercise, 'plain');
		await plain.clearCookies();
		await plain.setOffline(true);
		await bare.goto(pathToFileURL(second).href);
		await answer(bare, 1);
		await answer(bare, 2);
		await answer(bare, 3);
		await shot(bare, 'take-file-plain');
		await plain.setOffline(false);
		await Promise.all([bare.waitForURL((u) => u.pathname === '/return'), bare.locator('#back button[type=submit]').last().click()]);
		check('signed out, the box asks Kofi to sign in', /Kofi/.test(await bare.locator('main').innerText()) && await bare.locator('main form').count() === 0, await bare.locator('main').innerText());
		await bare.click('main a.button.main');
		await bare.fill('#f-name', 'Kofi');
		await bare.fill('#f-secret', '5050');
		await Promise.all([bare.waitForURL((u) => u.pathname === '/return'), bare.click('form:has(#f-secret) button[type=submit]')]);
		await Promise.all([bare.waitForNavigation(), bare.click('form[action="/return"] button.main')]);
		check('signed in, they are kept without a script', await attempts(told.kofi) === 3, await bare.locator('main').innerText());
		check('and nobody else has them', await attempts(told.amina) === 2);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
});
