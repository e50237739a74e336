// A quiz begun on one phone, left, and finished on another; handed in once, and its report.
import { ask, check, fill, go, inLooks, quiet, signIn, told, until, walk } from './kit.mjs';

const at = (page) => new URL(page.url()).pathname;

walk(() => inLooks(async ({ look, name, page, right, open }) => {
	const me = look.learners.quiz, address = `/quiz/${look.quiz}`;
	const answerOf = (n) => ask({ ask: 'question', quiz: look.quiz, person: me.id, n });
	const sitting = () => ask({ ask: 'sitting', quiz: look.quiz, person: me.id });
	const answer = async (p, n, fields) => { await fill(p, fields ?? (await answerOf(n)).right); await go(p, 'form.question button.main'); };

	await signIn(page, me.name, me.pin);
	await page.look('home with a quiz');
	check(`${name}: home leads to the quiz`, await page.locator(`main a[href="${address}"]`).count() >= 1);
	await go(page, `main a[href="${address}"] >> nth=0`);
	await page.look('quiz, start');
	right('nothing is answered before it begins', (await sitting()).tries === 0);
	await go(page, `form[action="${address}"] button.main`);
	right('it begins with the first question', at(page) === address + '/1', page.url());
	await page.look('quiz, question');

	// One right, one wrong, then another out of order; the last page is left open on this phone.
	await answer(page, 1);
	right('and goes on', at(page) === address + '/2', page.url());
	let wrongAt = 2;
	for (; wrongAt <= look.questions && !(await answerOf(wrongAt)).wrong; wrongAt++);
	await page.goto(`${told.http}${address}/${wrongAt}`);
	await answer(page, wrongAt, (await answerOf(wrongAt)).wrong);
	await go(page, `.quiz-map a[href="${address}/${look.questions}"]`);
	right('the map leads to any question', at(page) === `${address}/${look.questions}`, page.url());
	await fill(page, (await answerOf(look.questions)).right);
	await go(page, 'form.question button[value=previous]');
	right('going back keeps the answer', at(page) === `${address}/${look.questions - 1}` && (await sitting()).answered === 3, [page.url(), await sitting()]);
	await page.look('quiz, question with a map');
	quiet(page.context(), `${name}, the first phone`);

	// Another phone, of another width.
	const second = await open({ viewport: look.size.width === 240 ? { width: 360, height: 640 } : { width: 240, height: 320 } });
	await signIn(second, me.name, me.pin);
	await go(second, `main a[href="${address}"] >> nth=0`);
	if (at(second) === address) {
		await second.look('quiz, resumed');
		await go(second, `main a.main[href^="${address}/"]`);
	}
	right('the other phone goes on with the first open question', /\/\d+$/.test(at(second)) && await second.locator('.state.can').count() === 0, second.url());
	await second.goto(`${told.http}${address}/1`);
	right('what was answered is there', await second.locator('form.question .state.can').count() === 1);
	for (let n = 1; n <= look.questions; n++) {
		await second.goto(`${told.http}${address}/${n}`);
		if (n !== wrongAt && await second.locator('form.question .state.can').count()) continue;
		await answer(second, n);
	}
	right('every question has an answer', (await sitting()).answered === look.questions, await sitting());
	await second.goto(`${told.http}${address}/submit`);
	await second.look('quiz, hand in');
	right('nothing is left open', await second.locator('.quiz-map').count() === 0);
	await go(second, `form[action="${address}/submit"] button`);
	await second.look('quiz, handed in');
	const done = await sitting();
	right('the changed answer is the one that counts: all right', done.handedIn && done.rightOnes === look.questions && done.tries === 1, done);
	await go(second, `a[href="${address}/report"]`);
	right('the report has every question', await second.locator('ol.report > li').count() === Math.min(10, look.questions));
	await second.look('quiz, report');
	quiet(second.context(), `${name}, the second phone`);

	// The first phone still shows a question; what it sends now is too late, and is told so.
	await fill(page, (await answerOf(look.questions - 1)).wrong ?? (await answerOf(look.questions - 1)).right);
	await page.click('form.question button.main');
	await until(page, () => document.readyState === 'complete' && !document.querySelector('.busy, form.question'));
	right('the first phone hears that it is over', await page.locator(`main a[href^="${address}"]`).count() >= 1, [page.url(), await page.locator('main').innerText()]);
	await page.look('quiz, over');
	const after = await sitting();
	right('and nothing has changed', JSON.stringify(after) === JSON.stringify(done), [done, after]);
	quiet(page.context(), `${name}, too late`, (t) => /status of 409/.test(t));
	await page.goto(`${told.http}${address}/1`);
	right('a question leads back to the quiz', at(page) === address, page.url());
}));
