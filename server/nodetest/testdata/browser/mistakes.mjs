// The mistakes book: wrong, how it is done, the same with other numbers, a check on a later day, another, and gone.
import { ask, drawn, fill, go, inLooks, quiet, signIn, submit, told, walk } from './kit.mjs';

walk(() => inLooks(async ({ look, name, page, right }) => {
	const me = look.learners.mistakes;
	const book = () => ask({ ask: 'mistakes', person: me.id });
	const enter = () => signIn(page, me.name, me.pin);
	const answer = async (fields) => { await fill(page, fields); await submit(page); await page.waitForSelector('#result'); };

	await enter();
	await page.goto(told.http + '/mistakes');
	await page.look('mistakes, none');
	await page.goto(`${told.http}/exercise/${look.exercise}`);
	let q = await drawn(page);
	for (let i = 0; i < 10 && !q.wrong; i++) {
		await answer(q.right);
		await go(page, '#result .actions a.main');
		q = await drawn(page);
	}
	await answer(q.wrong);
	right('a wrong answer is in the book', (await book()).mistakes === 1);
	await go(page, '#result a[href="/mistakes"]');
	await page.look('mistakes, one');
	await go(page, 'main a.card[href^="/mistakes/"]');
	const address = page.url();
	await page.look('mistake, look');
	right('it shows what was given and how it is done', await page.locator('.asked').count() === 1 && (!q.worked || await page.locator('.asked .worked, .worked').count() >= 1));

	// Wrong once more, then right: it comes back.
	let again = await drawn(page);
	right('it asks with other numbers', again.item === q.item && again.seed !== q.seed, [q.seed, again.seed]);
	if (again.wrong) {
		await answer(again.wrong);
		await page.look('mistake, wrong again');
		await go(page, '#result .actions a.main');
		again = await drawn(page);
	}
	await answer(again.right);
	right('right: it will come back', await page.locator('#result.is-right').count() === 1 && (await book()).mistakes === 1);
	await page.look('mistake, right');
	await page.goto(address);
	await page.look('mistake, waiting');
	right('until then there is nothing to answer', await page.locator('form.question').count() === 0);
	await page.goto(told.http + '/review');
	await page.look('review, nothing');
	right('nothing comes back today', await page.locator('main a[href^="/mistakes/"]').count() === 0);

	for (const [n, days] of [3, 4].entries()) {
		await ask({ ask: 'days', n: days });
		await enter();
		await page.goto(told.http + '/');
		right('home says what comes back', await page.locator('main a[href^="/mistakes/"]').count() + await page.locator('main a[href="/review"]').count() >= 1);
		await page.goto(told.http + '/review');
		if (n === 0) await page.look('review, due');
		await go(page, `main a[href="${new URL(address).pathname}"] >> nth=0`);
		await answer((await drawn(page)).right);
		right(`right on day ${n + 1}`, (await book()).mistakes === 1 - n && (await book()).mended === n, await book());
	}
	await page.look('mistake, gone');
	await page.goto(told.http + '/mistakes');
	await page.look('mistakes, mended');
	right('one is mended', await page.locator('main a.card[href^="/mistakes/"]').count() === 0 && await page.locator('main .count').count() === 1);
	quiet(page.context(), name, (t) => /status of (401|403)/.test(t));
}));
