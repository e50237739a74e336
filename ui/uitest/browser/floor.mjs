// Reads a sheet and scripts as the oldest browsers would: scripts must be ECMAScript 5 from end to end, and what a sheet
// uses that one of those browsers lacks must be named here together with what such a browser does instead.
//
//   node floor.mjs FILE...      .css and .js as the box sends them; exits 1 with one line for each fault
import { parse } from 'acorn';
import postcss from 'postcss';
import DoIUse from 'doiuse/lib/DoIUse.js';
import { readFileSync } from 'node:fs';

const floor = ['chrome 49', 'android 4.4', 'ios_saf 9.3', 'kaios 2.5', 'and_uc 15.5', 'firefox 52'];

// Without it: what a browser that lacks the feature shows.
const without = {
	'css-variables': 'the fixed value before each variable (TestTheSheetKeepsToOldBrowsers)',
	'prefers-color-scheme': 'the light theme, until the person chooses another',
	'prefers-reduced-motion': 'motion of at most 150 ms, until the person turns it off',
	'text-size-adjust': 'the size that the phone chooses',
	'css-snappoints': 'a jump may end under the bar; nothing is hidden',
	'css-scroll-behavior': 'jumps at once',
	'font-family-system-ui': 'the next family of the list',
	'extended-system-fonts': 'the next family of the list',
	'wordwrap': 'word-wrap, set beside it',
	'word-break': 'a long word scrolls inside its card',
	'mdn-text-decoration-shorthand': 'text-decoration with the line alone, which all know',
	'text-decoration': 'a plain line',
	'css-focus-within': 'the ring of :focus; only the button inside a date has none of ours',
	'css-focus-visible': 'the ring of :focus, set in a rule before it',
	'css-overflow': 'overflow of one value is known to all',
	'css-gradients': 'the plain ground set before it',
	'object-fit': 'the picture fills its frame',
	'css-appearance': 'the phone\'s own control',
	'calc': 'Android 4.4 lacks only calc within calc and in background-position',
	'css-touch-action': 'a double tap may zoom',
	'pointer': 'a double tap may zoom',
	'css-logical-props': 'the physical side set before it',
	'css-unicode-bidi': 'bdi keeps the order where isolate is not known',
	'mdn-css-unicode-bidi-isolate': '-webkit-isolate, set before it',
	'css-sticky': 'the row scrolls with its table',
	'css-paged-media': 'the printer\'s own margins',
	'css-page-break': 'a card may be cut between pages',
	'multicolumn': 'one column',
	'css-line-clamp': 'max-height cuts the title after its second line, without the dots',
	'css-hyphens': 'a long word breaks where the line ends, without a hyphen',
};

const faults = [];
for (const file of process.argv.slice(2)) {
	const text = readFileSync(file, 'utf8');
	if (file.endsWith('.js')) {
		try {
			parse(text, { ecmaVersion: 5 });
		} catch (e) {
			faults.push(`${file}: no ECMAScript 5: ${e.message}`);
		}
		continue;
	}
	const seen = new Set();
	const lint = new DoIUse({
		browsers: floor,
		onFeatureUsage({ feature, message }) {
			if (!(feature in without) && !seen.has(feature)) {
				seen.add(feature);
				faults.push(`${message}: give old browsers something else, and say in floor.mjs what`);
			}
		},
	});
	await postcss([lint]).process(text, { from: file });
}
if (process.argv.length < 3) {
	faults.push('floor.mjs: no file to read');
}
console.log(faults.join('\n') || `${process.argv.length - 2} files keep to ${floor.join(', ')}`);
process.exit(faults.length ? 1 : 0);
