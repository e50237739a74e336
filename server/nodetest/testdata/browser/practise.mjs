// An exercise to mastery: wrong, the way it is done, a hint, right until it is mastered.
import { ask, drawn, fill, go, inLooks, quiet, signIn, submit, told, walk } from './kit.mjs';

walk(() => inLooks(async ({ look, name, page, right }) => {
	const me = look.learners.practise;
	const record = () => ask({ ask: 'person', person: me.id });
	const answer = async (q, fields) => { await fill(page, fields); await submit(page); await page.waitForSelector('#result'); };
	await signIn(page, me.name, me.pin);
	await page.look('home on the first day');
	await page.goto(`${told.http}/exercise/${look.exercise}`);
	await page.look('exercise, asked');
	right('no dot is filled', (await page.locator('.mastery .dots li').evaluateAll((all) => all.every((e) => e.className === 'open'))));

	let q = await drawn(page);
	for (let i = 0; i < 10 && !q.wrong; i++) {
		await answer(q, q.right);
		await go(page, '#result .actions a.main');
		q = await drawn(page);
	}
	const before = (await record()).attempts;
	await answer(q, q.wrong);
	right('a wrong answer says what to do', await page.locator('#result.is-wrong').count() === 1 && (!q.worked || await page.locator('#result .worked').count() === 1), await page.locator('#result').innerText());
	right('and leads to the mistakes book', await page.locator('#result a[href="/mistakes"]').count() === 1);
	right('it counts once', (await record()).attempts === before + 1);
	await page.look('exercise, wrong');
	await page.reload();
	right('and once when the page is read again', (await record()).attempts === before + 1);
	await page.goto(`${told.http}/exercise/${look.exercise}`);

	q = await drawn(page);
	if (q.hints) {
		await go(page, 'button[name=hint]');
		right('a hint opens', await page.locator('.hint-card').count() === 1);
		await page.look('exercise, hint');
	}
	const types = new Set();
	let mastered = false;
	for (let i = 0; i < 16 && !mastered; i++) {
		q = await drawn(page);
		types.add(q.type);
		await answer(q, q.right);
		if (!right(`a right ${q.type} answer is right`, await page.locator('#result.is-right').count() === 1, q)) break;
		mastered = await page.locator('.mastery .state.can').count() === 1;
		if (i === 0) await page.look('exercise, right');
		if (!mastered) await go(page, '#result .actions a.main');
	}
	right('mastered', mastered && (await record()).mastered === 1, [...types]);
	await page.look('exercise, mastered');
	quiet(page.context(), name);
}));
