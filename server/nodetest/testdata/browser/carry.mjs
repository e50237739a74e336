// A phone takes a parcel from one box to the other and a receipt back; what is no parcel is told; a box is told to meet
// another. All of it also without a script, on the smallest screen, from right to left.
import { check, judge, phone, shot, text, told, walk } from './kit.mjs';

walk(async () => {
	for (const look of [{ name: 'en 360' }, { name: 'ar 240 no script', options: { viewport: { width: 240, height: 320 }, locale: 'ar', javaScriptEnabled: false } }]) {
		const context = await phone({ acceptDownloads: true, ...look.options });
		const page = await context.newPage();
		const see = (what) => judge(page, `${look.name}, ${what}`, { axe: !look.options });
		const at = async (box, path) => {
			await page.goto(box + '/login');
			if (await page.locator('#f-secret').count()) {
				await page.fill('#f-name', 'Grace');
				await page.fill('#f-secret', 'lamp-light');
				await Promise.all([page.waitForURL((u) => u.pathname !== '/login'), page.click('form:has(#f-secret) button[type=submit]')]);
			}
			await page.goto(box + path);
		};
		const take = async (box) => {
			await at(box, '/carry');
			const [file] = await Promise.all([page.waitForEvent('download'), page.click('form[action="/carry/parcel"] button[type=submit]')]);
			check(`${look.name}: a parcel has a name that people find`, /^lamplight-.*\.parcel$/.test(file.suggestedFilename()), file.suggestedFilename());
			return await file.path();
		};
		const bring = async (box, file) => {
			await at(box, '/carry');
			await page.setInputFiles('#f-file', file);
			await Promise.all([page.waitForNavigation(), page.click('form[enctype] button[type=submit]')]);
			return text(page, 'ul.plain-list li');
		};
		await at(told.http, '/carry');
		await see('carry');
		check(`${look.name}: what travels can be looked at again`, await page.locator('main a[href="/carry"]').count() > 0);
		const there = await take(told.http);
		const said = await bring(told.other, there);
		check(`${look.name}: it is told what the phone brought`, said.length > 10 && !await page.locator('.banner.wrong').count(), said);
		await see('brought');
		await shot(page, `carry-${look.name.replace(/\W/g, '-')}`);
		const back = await bring(told.http, await take(told.other));
		check(`${look.name}: the receipt is taken`, back.length > 10, back);
		const wrong = await bring(told.http, { name: 'lamplight-1.parcel', mimeType: 'application/octet-stream', buffer: Buffer.from('a photo') });
		check(`${look.name}: what is no parcel is told`, look.options ? wrong.length > 10 : wrong.includes('That is no parcel'), wrong);

		await at(told.http, '/admin/boxes');
		await see('boxes');
		let taps = 0;
		taps++;
		await Promise.all([page.waitForNavigation(), page.click('.peer button[name=device]')]);
		check(`${look.name}: meeting is one tap, and said`, taps === 1 && page.url().includes('met=') && await page.locator('.banner').count() > 0, page.url());
		await see('met');
		await page.click('.peer a.danger');
		await see('trust no longer');
		await page.click('main a[href="/admin/boxes"]');
		check(`${look.name}: one may keep it`, await page.locator('.peer').count() === 1);
		await context.close();
	}
});
