// Package search finds what is installed by the words in it: titles, descriptions and all text, in any language.
//
// What is kept. Everything lies in one SQLite file, dir/search.db, which can be lost: it is made anew from the courses.
// A course has resources; a resource has a heading (title, description, tags) and, once its text was read, rows: runs of
// its passages of about 3 KiB, each with the place it stands at. Words go into segments, 4,096 rows each, eight of which
// become one: a list a word, of the rows it stands in and how much it weighs in each (BM25F, worked out when it is
// written). A segment is never changed, so a search and the writer never wait for each other.
//
// Why the lists are not FTS5's. It was measured first, on 100,000 made-up pages of 200 words, 1–3 words a query: FTS5 in
// this same SQLite took 87 ms in the median and 197 ms at p99 to rank by bm25, and 20 and 52 ms merely to name the rows
// found, which the counts beside the results need every time. On the same machine a whole search here, all of it ranked and
// counted, passages read and marked, takes 7 and 34. SQLite still keeps the lists: transactions, checks and the way back
// after a power cut are its own.
//
// What it costs in memory: 4 bytes a row and 12 a resource, SQLite's caches (6 MiB on a board of two cores or four), and
// while searching 32 bytes a resource for each of the searches that run at once, half as many as cores. Measured on 106,000
// resources: 13 MB beside a box that serves pages. Taking courses in adds some 20 MB while it lasts.
//
// Words. A text is cut where its script cuts it (see words), folded (case, accents, width, harakat, nukta, homophone
// letters of Ethiopic; see fold) and entered as it is and, in the languages that have one here, by its stem. Scripts
// without spaces are entered in pairs of letters. A query is cut the same way, and stemmed as each language of the
// library that it may be in.
package search
