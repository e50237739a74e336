// Every page of a whole node in three languages, light and dark, narrow and wide: axe, no way sideways, no complaint.
import { check, drawn, judge, phone, quiet, shot, signIn, submit, told, walk } from './kit.mjs';

const ways = [
	{ locale: 'en', colorScheme: 'light', viewport: { width: 360, height: 640 } },
	{ locale: 'en', colorScheme: 'dark', viewport: { width: 900, height: 800 } },
	{ locale: 'ar', colorScheme: 'light', viewport: { width: 240, height: 320 } },
	{ locale: 'ar', colorScheme: 'dark', viewport: { width: 360, height: 640 } },
	{ locale: 'fr', colorScheme: 'light', viewport: { width: 900, height: 800 } },
	{ locale: 'fr', colorScheme: 'dark', viewport: { width: 240, height: 320 } },
];

walk(async () => {
	for (const way of ways) {
		const name = `${way.locale} ${way.viewport.width} ${way.colorScheme}`;
		const context = await phone(way);
		const page = await context.newPage();
		const see = async (what, path) => {
			if (path) {
				const answer = await page.goto(path.startsWith('http') ? path : told.http + path);
				check(`${name}, ${what}: it opens`, answer.status() < 400, answer.status());
			}
			await judge(page, `${name}, ${what}`);
			await shot(page, `look-${way.locale}-${way.viewport.width}-${what.replace(/\W+/g, '-')}`);
		};
		const course = (word, more = '') => `/course/${told.courses[word]}${more}`;
		const first = async (path, selector) => {
			await page.goto(told.http + path);
			return page.locator(selector).first().getAttribute('href');
		};

		check(`${name}: the page speaks the phone's language`, (await (await page.goto(told.http + '/')).text()).includes(`lang="${way.locale}"`));
		await see('guest home', '/');
		await see('login', '/login');
		await see('tiles', `/login?class=${told.class}`);
		await see('pictures', `/login?class=${told.class}&person=${told.people.Musa}&picked=sun`);
		await see('pin', `/login?class=${told.class}&person=${told.people.Nour}`);
		await see('licence', '/licence/CC-BY-SA-4.0');

		await signIn(page, 'Nour', '8080');
		await see('home');
		await see('library', '/library');
		await see('course', course('numbers'));
		const topic = await first(course('numbers'), 'main a.card[href*="topic="]');
		await see('topic', topic);
		await see('page', await first(topic, 'main a.card[href^="/resource/"]'));
		await see('exercise', await first(topic, 'main a.card[href^="/exercise/"]'));
		const q = await drawn(page);
		for (const [field, values] of Object.entries(q.right)) {
			const e = page.locator(`form.question [name="${field}"]`).first();
			const kind = await e.evaluate((x) => x.tagName === 'SELECT' ? 'select' : x.type);
			if (kind === 'select') await e.selectOption(values[0]);
			else if (kind === 'text') await e.fill('98765');
			else await e.check({ force: true });
		}
		await submit(page);
		await page.waitForSelector('#result');
		await see('result');
		await see('article', await first(course('zim'), '.next-step a'));
		await see('book', await first(course('book'), '.next-step a'));
		await see('Arabic book', await first(course('arabicBook'), '.next-step a'));
		await see('film', await first(course('films'), 'main a.card'));
		await see('search', '/search?q=a');
		await see('progress', '/progress');
		await see('settings', '/settings');
		await page.click('form[action="/logout"] button');

		await signIn(page, 'Grace', 'lamp-light');
		await see('teach', '/teach');
		await see('class', `/teach/class/${told.class}`);
		await see('learner', `/teach/learner/${told.people.Nour}`);
		await see('admin', '/admin');
		await see('people', '/admin/people');
		await see('courses', '/admin/content');
		check(`${name}: what was refused is named`, (await page.locator('.banner.careful li').allInnerTexts()).some((t) => t.includes('nowhere_to_break')));
		await see('boxes', '/admin/peers');
		quiet(context, name);
		await context.close();
	}
});
