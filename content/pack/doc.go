// Package pack reads and writes our own courses: a folder of Markdown and questions that people write by hand, and the
// one file it is compiled to, whose pages go to a phone as they lie on the disk.
//
// # The course folder, format 1
//
//	course.md                   about the course; its front matter names it
//	skills.md                   optional: what the course teaches, and what comes before what
//	cover.png                   optional thumbnail: cover.svg, .png, .jpg, .jpeg or .webp
//	01-counting/                a topic; digits and a dash order it and are dropped from its name
//	  topic.md                  optional: front matter title and description
//	  01-what-is-ten.md         a page
//	  02-practice.md            an exercise, because its front matter says kind: exercise
//	  boat.mp4 boat.en.vtt      a video, its captions by language
//	  ten.svg                   a picture, kept when a page or question shows it
//
// Files and folders are taken in order of name, digits as numbers (2 before 10). Names that begin with "." or "_" are
// passed over, links (symlinks) are refused. At most 8 folders deep, 20,000 files, 1 MiB a Markdown file.
//
// Front matter is lines of "key: value" between two lines of "---" at the start of a file:
//
//	course.md   id, title, language (BCP 47), licence (SPDX), owner, author, edition, description, level, source
//	topic.md    title, description, complete
//	a page      title (else its first # heading), id (else its path without the ordering digits), description, skill,
//	            minutes, complete, language, licence, owner, author
//	exercise    kind: exercise, id, title, mastery, complete, skill, rating, requires (ids, with commas), minutes,
//	            description, language
//	all four    subjects, levels, needs, tags; a page or exercise also activities, types, accessibility, staff: see Labels
//
// course.md must have id, title and language. A declared id is for ever: progress hangs on it. mastery is do_all,
// "m_of_n 4/5", num_correct_in_a_row_2, _3, _5 or _10, or "spaced_m_of_n 4/5": four of the last five right, then one more
// at least two days later; without it, m_of_n 4/5. skill and rating of an exercise are those of its questions that say
// nothing else. edition, when not given, is a hash of all the folder's files.
//
// complete says when a learner is through with something:
//
//	complete: time 5         it was open for five minutes (1 to 600)       a page
//	complete: pages 80%      so many of its pages were opened              a document, in topic.md
//	complete: percent 90     so much of it was reached                     a film or sound, in topic.md
//	complete: score 80       so many of the points were reached            an exercise
//	complete: mastery        its mastery is reached                        an exercise
//	complete: learner        the learner says so                           anything
//
// Films, sounds and documents have no front matter: what the topic.md of their own folder says, several with commas
// between, holds for those that lie beside it. Without a word content.Node.CompletedBy says what suits the kind. Whatever
// it says, what the learner says to be finished is finished: that is all there is where the box cannot tell, as of the
// pages of a document, which the phone's own reader shows.
//
// The body of a page is CommonMark with tables. HTML in it is shown as text, but for <b> <i> <u> <sub> <sup> <code> <br>. A picture's or link's target is a path
// relative to the file; a link to a page's or exercise's file becomes a link to that resource; a link to an outside address is shown
// with its address as text, for there is no outside. Body text of course.md is the page "about", first in the course.
//
// rating says how hard a question is, from 1 to 4000: 1000 is one that a learner who begins gets right half the time at the
// first try, and each 174 more is one logit harder, so 800 is right three times in four and 1200 one in four. An estimate
// will do: it decides what is tried next. Without one a question counts as 1000.
//
// # Labels
//
// Labels say what something is about and for whom, so that it is found by looking through the library. What a course or
// topic says holds for all within it that says nothing else. Several names are set off by commas:
//
//	subjects: arithmetic            levels: lower-primary, upper-primary    needs: paper-pencil
//	activities: create              types: lesson-plan                      accessibility: sign-language
//	tags: harvest, market           free words                              staff: yes    for teachers alone
//
// The names are those of content.Vocabulary. A page is read, a film watched, a sound heard, an exercise practised where no
// activities are written, and a film with captions has captions. What is for staff is shown to learners only where a lesson
// or quiz sets it. "level" of a course is what people read of it, in any words.
//
//	levels         preschool lower-primary upper-primary lower-secondary upper-secondary tertiary professional
//	               basic-skills work-skills
//	activities     watch read listen practice explore create reflect
//	needs          materials internet other-supplies paper-pencil special-software people peers teacher
//	               prior-knowledge for-beginners
//	types          activity book exercise game guide lesson lesson-plan media textbook tutorial
//	accessibility  alt-text audio-description captions high-contrast sign-language tagged-pdf
//	subjects       foundations: digital-literacy thinking learning-skills literacy numeracy
//	               school: arts (dance drama music visual-art), computer-science (mechanical-engineering programming
//	               web-design), history, language-learning, mathematics (algebra arithmetic calculus geometry statistics),
//	               reading-and-writing (literature critical-reading reading-comprehension writing), sciences (astronomy
//	               biology chemistry earth-science physics), social-sciences (anthropology civic-education
//	               political-science sociology)
//	               daily-life: current-events diversity entrepreneurship environment financial-literacy media-literacy
//	               mental-health public-health
//	               work: professional-skills, vocational (industry skills-training tools)
//	               for-teachers: guides lesson-plans
//
// # Skills
//
// skills.md lists what the course teaches, each with its id, its title and the ids of what must be learnt before:
//
//	## count-10 Counting to ten
//	## add-10 Adding to ten
//	needs: count-10
//
// Several ids are set off by commas; "needs:" may stand more than once. Lines before the first "## " and lines that begin
// with "<!--" are remarks. Pages, exercises and questions say with "skill: add-10" what they teach. Where there is a
// skills.md, every skill named anywhere must be in it, and none may need itself, however far round: that is refused with
// file and line. A skill that no question asks for is warned of. At most 1000 skills, each needing at most 20.
//
// A skill whose id begins with "fact-" is of facts: words, number bonds, names. Its questions come back for review in growing
// intervals once they were answered, right or wrong; those of other skills come back from the mistakes book alone.
//
// # Mathematics
//
// $\frac{a}{b}$ in a line and $$x^2 = 2$$ in a line of its own are written in the part of TeX that package tex reads, on
// pages and in all that a question says. It becomes MathML; a browser that has none shows a/b. Money is no mathematics: $5
// and $7 stay as they are, and \$ is a dollar anywhere. In a question a group {a+b} whose names are all drawn is replaced
// by its value and stays a group, so \frac{a}{b} becomes \frac{3}{15}; to show 3+15 write {{a}+{b}}; letters outside
// braces are letters. A gap cannot stand inside mathematics.
//
// # Questions
//
// The body of an exercise: anything before the first question is its introduction (reserved, not shown yet); each
// question begins with "## TYPE id" and goes on to the next. A line begins with a mark; lines that are indented go on
// the one before.
//
//	? TEXT                       the question. {expr} is replaced by its value for each variant
//	let a = 2..5                 a whole number from 2 to 5; "2..20 step 2"
//	let n = one of Ada, Musa     one of a list
//	let c = a*b                  an expression
//	where a != b                 a condition every variant meets
//	= ANSWER                     number: {expr} or a literal, "± 0.1" after it is the tolerance; text: alternatives with |;
//	                             truefalse: true or false
//	unit cm                      number: shown after the field
//	! ANSWER : code : feedback   a known mistake: of number, text, truefalse and cloze an answer; of match "LEFT = RIGHT";
//	                             of categorise "OPTION = CATEGORY"; of order "b, a": b is put before a
//	(x) TEXT   ( ) TEXT          choice: exactly one right;   "( ) TEXT : code : feedback", "(x) TEXT : feedback"
//	[x] TEXT   [ ] TEXT          many: the same
//	1. TEXT                      order: in the right order
//	- LEFT = RIGHT               match;  "- = RIGHT" is a right side that belongs to no left
//	> CATEGORY: one, two         categorise
//	hint: worked: right: wrong:  what is said; hint may come several times
//	item: {…}                    a whole question as data, as the export of a bank writes what the text has no sign for
//	sound: PATH  skill: NAME  rating: N  case: exact  accents: exact
//	order: fixed                 what is to be chosen is shown as it is written, not shuffled
//
// cloze marks its gaps in the text as [[answer|alternative]], inline as {{right*|wrong|wrong}}, hottext its spans as
// [span] and the right ones as [span]*, a wrong one also as [span : code : feedback]. A picture in a question is ![what it shows](path); where the path holds {expr},
// every file it can mean is kept. Sounds that questions play lie in a folder named sounds.
// A backslash takes the meaning from the sign after it: \: \{ \} \[ \] \| \= \, \* \\.
//
// Two options that come out alike are drawn again, as if a where forbade it. Whenever a course is built some variants of
// each question are drawn, by lint 200: a question that cannot be drawn is refused, and a known mistake that is the right
// answer, or that nobody can give.
//
// Expressions: numbers, names, + - * / % and brackets, = != < <= > >=, and, or, not, functions min max abs gcd
// round(x, places) floor, and rep("●", n) for n ≤ 100 copies. Arithmetic is exact: 0.1+0.2 is 0.3.
//
// # The pack, versions 1 to 3
//
// All numbers are big-endian and unsigned.
//
//	offset  size  what
//	     0     8  "LAMPPACK"
//	     8     1  version: 1, or 2 or 3 as said below
//	     9     1  coding of pages: 1, gzip members as below
//	    10     1  signature: 0, none. (A pack is trusted by the manifest that names its hash, and by being vetted.)
//	    11     1  0
//	    12     4  bytes of the index as stored, n
//	    16     4  bytes of the index in full, at most 16 MiB
//	    20     8  bytes of the whole file
//	    28     4  CRC-32C of bytes 0 to 27
//	    32    32  BLAKE3-256 of the index as stored
//	    64     n  index: one zstd frame of deterministic CBOR (RFC 8949 §4.2), a map with the keys of type index
//	  64+n     …  members, end to end: pages and exercises in course order, then files by path
//
// Versions 2 and 3 have the same shape. A pack is written as version 2 only when a release that knows version 1 alone would show
// it wrongly: a question holds mathematics, or an exercise has the mastery spaced_m_of_n. That release refuses it and asks
// to be updated. What else came since is passed over by it and harms nothing, so such packs stay version 1: skills,
// completion, labels, questions left out, mathematics on pages, which is compiled to MathML.
//
// It is written as version 3 when a question is of a kind that version 2 does not know: a formula, further answers with what
// they are worth, options with a worth of their own, patterns, several answers of a number, gaps of other kinds than text,
// rights without a left, a let in step with another, <sub> and its like in its text.
//
// Behind the files lies the course's Markdown as it was written, in runs of at most 4 MiB, each a zstd frame of deterministic
// CBOR [{1: path, 2: text}, …], so that the folder can be had back: see Folder. Nothing is shown of it; a release that does
// not know it passes it over, and of a bank it is the text of pages alone, by resource id. Pages are not made Markdown again:
// mathematics, remarks and the questions' own text would not come out as they were. On the nine courses of content/starter,
// which are all text, it takes 22 % more bytes (597,497 become 732,454), beside films nothing that shows.
//
// An unknown version, coding or signature is refused. The same folder gives the same bytes, compiled by the same release.
//
// A page's member is one gzip member (RFC 1952): the ten bytes 1f 8b 08 00 00 00 00 00 02 ff; a deflate run that ends in a
// sync flush (00 00 ff ff); the empty final block 03 00; CRC-32 and length of the article, little-endian. So
// member[10:len-10] is whole bytes of deflate without an end: a frame of the page round it is made by writing a gzip
// header, a deflate run of what comes before, flushed; these bytes; a run of what comes after, flushed; 03 00, the CRC-32 of
// the joined text (from the parts' by the usual combination) and its length. Nothing is compressed again.
//
// An exercise's member is a zstd frame of deterministic CBOR {1: [items as content.Item is tagged], 2: [questions left out,
// as content.LeftOut is tagged]}. A file's member is the file, so that ranges of it are sent from the disk; drawings (SVG) are first made inert by package sanitize.
//
// Between boxes a pack travels in another form, in fewer bytes: see Travel.
//
// Question banks of other formats are kept as packs too, made by Compose: nothing in the pack says otherwise but the
// format's name in its index.
//
// Articles are what package sanitize leaves of them: a pack whose pages are not is refused when it comes from elsewhere.
package pack
