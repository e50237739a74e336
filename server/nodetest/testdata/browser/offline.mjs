// The Wi-Fi goes while a learner answers: the answer arrives later, once. With the script it waits on the phone; without,
// the browser sends the form again when the page is asked for again.
import { ask, drawn, fill, go, inLooks, shot, signIn, submit, told, until, walk } from './kit.mjs';

walk(() => inLooks(async ({ look, name, page, right }) => {
	const me = look.learners.offline, context = page.context(), address = `/quiz/${look.quiz}`;
	const attempts = async () => (await ask({ ask: 'person', person: me.id })).attempts;
	const answered = async () => (await ask({ ask: 'sitting', quiz: look.quiz, person: me.id })).answered;
	const empty = () => until(page, () => !Object.keys(localStorage).some((k) => k.startsWith('lamp.out.')));
	const waits = async (what) => {
		await page.waitForSelector('form.question .banner.waiting');
		right(`${what}: it says that the answer waits`, (await page.locator('form.question .banner.waiting').innerText()).length > 5 && (await page.locator('#outbox').innerText()).length > 5);
		await shot(page, `${name}-${what}-waiting`.replace(/\W+/g, '-'));
	};
	const fails = async (press) => {
		await Promise.all([page.waitForEvent('requestfailed'), press()]);
		await page.waitForURL((u) => u.protocol === 'chrome-error:').catch(() => {});
	};

	await signIn(page, me.name, me.pin);
	await page.goto(`${told.http}/exercise/${look.exercise}`);
	await fill(page, (await drawn(page)).right);
	await context.setOffline(true);
	if (look.script) {
		await submit(page);
		await waits('exercise');
		await submit(page);
		await until(page, () => !document.querySelector('.busy'));
		right('nothing has arrived', await attempts() === 0);
		await context.setOffline(false);
		await empty();
	} else {
		await fails(() => submit(page));
		right('nothing has arrived', await attempts() === 0);
		await context.setOffline(false);
		await page.reload();
		right('sent again it is answered', await page.locator('#result').count() === 1, page.url());
	}
	right('the answer has arrived, once', await attempts() === 1, await attempts());
	await page.reload();
	right('and once it stays', await attempts() === 1, await attempts());

	await page.goto(told.http + address);
	await go(page, `form[action="${address}"] button.main`);
	await fill(page, {});
	await context.setOffline(true);
	await fill(page, (await ask({ ask: 'question', quiz: look.quiz, person: me.id, n: 1 })).right);
	if (look.script) {
		await submit(page);
		await waits('quiz');
		right('no answer to the quiz has arrived', await answered() === 0);
		await context.setOffline(false);
		await empty();
		right('the answer to the quiz has arrived', await answered() === 1);
		await go(page, 'form.question button.main');
	} else {
		await fails(() => submit(page));
		right('no answer to the quiz has arrived', await answered() === 0);
		await context.setOffline(false);
		await page.reload();
	}
	right('the quiz goes on, with one answer', await answered() === 1 && new URL(page.url()).pathname === address + '/2', [page.url(), await answered()]);
	right('in one try', (await ask({ ask: 'sitting', quiz: look.quiz, person: me.id })).tries === 1);
}));
