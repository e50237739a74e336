// A box that is closed to guests: nothing is open without signing in, and packages only by the page around them.
import { check, phone, quiet, signIn, told, walk } from './kit.mjs';

walk(async () => {
	const context = await phone();
	const page = await context.newPage();
	const here = () => new URL(page.url()).pathname;
	for (const path of ['/library', '/search?q=a', `/course/${told.courses.zim}`, `/resource/${told.courses.zim}:index.html`]) {
		await page.goto(told.http + path);
		check(`${path} asks a guest to sign in`, here() === '/login', page.url());
	}
	check('the way in offers no look round', await page.locator('a[href="/library"].button').count() === 0);
	for (const path of [`/p/${told.courses.zim}/index.html`, `/p/AAAAAAAAAAAAAAAAAAAAAA/${told.courses.zim}/index.html`]) {
		check(`${path} is not there for who guesses`, (await page.goto(told.player + path)).status() === 404);
	}
	quiet(context, 'a guest', (t) => /status of 404/.test(t));

	await signIn(page, 'Kofi', '5050');
	await page.goto(`${told.http}/course/${told.courses.zim}`);
	await page.click('.next-step a');
	const frame = await (await page.waitForSelector('iframe.package')).contentFrame();
	check('whoever signed in reads the article', (await frame.locator('h1').innerText()).includes('African Storybook'));
	await frame.click('a[href="en/index.html"]');
	await frame.waitForURL('**/en/index.html');
	await frame.click('a[href="0001_story.html"]');
	await frame.waitForURL('**/0001_story.html');
	await frame.waitForFunction(() => document.images.length > 5 && document.images[0].naturalWidth > 0);
	check('its links and pictures keep the key', true);
	check('a key opens its own course alone', (await context.request.get(frame.url().replace(told.courses.zim, told.courses.hostile).replace('en/0001_story.html', 'index.html'))).status() === 404);
	quiet(context, 'who signed in', (t) => /status of 404/.test(t));
});
