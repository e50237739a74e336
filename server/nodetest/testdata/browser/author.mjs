// A teacher writes a page and three questions on a phone, looks at them as a learner, publishes; a learner answers one right:
// with the script and without.
import { check, judge, phone, quiet, shot, signIn, told, walk } from './kit.mjs';

const main = (page) => page.locator('main').innerText();

// hand counts taps; typing into a field is one.
function hand(page) {
	let n = 0;
	return {
		count: () => n,
		async tap(selector) { n++; await page.locator(selector).first().click(); },
		async go(selector) { n++; await Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]); },
		async type(selector, words) { n++; await page.fill(selector, words); },
	};
}

// write makes a course with a page and three questions, and publishes it; seen is called on each page.
async function write(page, title, seen) {
	const t = hand(page);
	await page.goto(told.http + '/teach');
	await t.go('a[href="/teach/own"]');
	await seen('own', /My content/);
	await t.type('#new #f-title', title);
	await t.go('#new button.main');
	await seen('own-course-empty', /Nothing in it yet/);
	await t.go('a[href$="/page"]');
	await t.type('#f-title', 'Boiling water');
	await t.type('#f-text', 'Boil it until you see **large bubbles**.\n\n- Wait a minute.\n- Put the lid on.');
	await seen('own-page', /New page/);
	await t.go('button[name=see]');
	check(`${title}: the preview shows bold words and a list`, await page.locator('.prose strong').count() === 1 && await page.locator('.prose li').count() === 2, await main(page));
	await seen('own-preview', /As a learner sees it/);
	await page.goto(await page.locator('main a.button.main').evaluate((a) => a.href));
	await Promise.all([page.waitForNavigation(), page.locator('a[href^="/teach/own/"]').first().click()]);
	await t.type('#f-set', 'Try it yourself');
	await t.go('form:has(#f-set) button');
	await seen('own-questions-empty', /No questions yet/);
	const set = page.url().replace(/[?#].*/, '');

	await t.go('a[href$="type=choice"]');
	await t.type('#f-stem', 'What do you do after boiling?');
	await t.type('[name="opt.0"]', 'Put a lid on');
	await t.type('[name="opt.1"]', 'Pour in river water');
	await t.type('[name="say.1"]', 'Then it is not safe any more.');
	await t.tap('fieldset:has([name="opt.0"]) .choice-face');
	await seen('own-item-choice', /One right answer/);
	await t.go('button[name=save]');
	await t.go('a[href$="type=number"]');
	await t.type('#f-stem', '3 pots hold 4 litres each. How many litres are that?');
	await t.type('[name=answer]', '12');
	await seen('own-item-number', /A number/);
	await t.go('button[name=save]');
	await t.go('a[href$="type=truefalse"]');
	await t.type('#f-stem', 'Clear water is always safe.');
	await t.tap('label.choice:has(input[value=false]) .choice-face');
	await t.go('button[name=save]');
	check(`${title}: three questions stand there`, await page.locator('.compose > li').count() === 3, await main(page));
	await seen('own-questions', /True or false/);
	await Promise.all([page.waitForNavigation(), page.locator('.compose > li:nth-child(3) button[name=up]').click()]);
	check(`${title}: one moves up`, /Clear water/.test(await page.locator('.compose > li:nth-child(2)').innerText()));
	await Promise.all([page.waitForNavigation(), page.locator('.compose > li:nth-child(2) button[name=remove]').click()]);
	check(`${title}: taken out, with an undo`, await page.locator('.compose > li').count() === 2 && await page.locator('.undo button').count() === 1);
	await Promise.all([page.waitForNavigation(), page.click('.undo button')]);
	check(`${title}: and back`, await page.locator('.compose > li').count() === 3);

	await page.goto(set + '/preview');
	check(`${title}: a question as a learner gets it`, /Put a lid on/.test(await main(page)), await main(page));
	await page.goto(set.replace(/\/part\/.*/, ''));
	await t.tap('#publish label.choice:has([name=school]) .choice-face');
	await t.go('#publish button[value=publish]');
	check(`${title}: it is published`, /It is published/.test(await main(page)) && /whole school/.test(await page.locator('main .state').first().innerText()), await main(page));
	await seen('own-course', /Boiling water/);
	console.log(`  ${title}: a page and three questions, previewed and published: ${t.count()} taps and fields`);
	return new URL(await page.locator('main a.button[href^="/course/"]').evaluate((a) => a.href)).pathname;
}

// answer opens the course as a learner and answers its first question right.
async function answer(page, course, title) {
	await signIn(page, 'Amina', '4711');
	await page.goto(told.http + course);
	await Promise.all([page.waitForNavigation(), page.locator('main a:has-text("Boiling water")').first().click()]);
	check(`${title}: the learner reads the page`, /large bubbles/.test(await main(page)), await main(page));
	await page.goto(told.http + course);
	await Promise.all([page.waitForNavigation(), page.locator('main a:has-text("Try it yourself")').first().click()]);
	const right = (await main(page)).includes('Put a lid on') ? 'Put a lid on' : (await main(page)).includes('Clear water') ? 'False' : '12';
	if (right === '12') await page.fill('form.question input[name=r]', '12');
	else await page.locator(`form.question .choice-face:has-text("${right}")`).first().click();
	await page.click('form.question button.main');
	await page.waitForSelector('.feedback.right, .verdict.right, [class*="right"]', { state: 'attached' });
	check(`${title}: a learner answers one right`, /Right|Correct|Yes|Well done/i.test(await main(page)), await main(page));
}

walk(async () => {
	const context = await phone(), page = await context.newPage();
	await signIn(page, 'Okello', 'lamp-light');
	const course = await write(page, 'Clean water', async (name, says) => {
		check(`${name} says where one is`, says.test(await main(page)), await main(page));
		await judge(page, name);
		await shot(page, name);
	});
	quiet(context, 'writing');
	await answer(await (await phone()).newPage(), course, 'with the script');

	const plain = await (await phone({ javaScriptEnabled: false, viewport: { width: 240, height: 320 } })).newPage();
	await signIn(plain, 'Okello', 'lamp-light');
	const second = await write(plain, 'Without a script', async (name) => judge(plain, `${name} at 240 px without a script`, { axe: false }));
	await answer(await (await phone({ javaScriptEnabled: false })).newPage(), second, 'without a script');

	const arabic = await (await phone({ viewport: { width: 240, height: 320 }, locale: 'ar' })).newPage();
	await signIn(arabic, 'Okello', 'lamp-light');
	await arabic.goto(told.http + '/teach/own');
	await judge(arabic, 'ar 240, own');
	await arabic.locator('.cards a.card').first().click();
	await judge(arabic, 'ar 240, a course');
});
