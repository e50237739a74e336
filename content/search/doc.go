// Package search finds what is installed by the words in it: titles, descriptions and all text, in any language.
//
// # What is kept
//
// Everything lies in one folder, which can be lost: it is made anew from the courses. A course has resources; a resource has
// a heading (title, description, tags) and, once its text was read, rows: runs of its passages of about 3 KiB, each with the
// place it stands at. The heading is a row too. Rows that were added together are a segment, 4,096 or 3 MiB of text at most,
// eight of which become one until there are some 32,768 rows in it: what was stored of them, and a list a word, of the rows
// it stands in and how much it weighs in each (BM25F, worked out when it is written). A segment is a file that is never
// changed, so a search and the writer never wait for each other; the listing names those that are in force, and the courses.
// A course is removed by taking it from the listing: rows of a course that is not there are not found. They are left out
// when their segment is joined with others, or when they are most of it.
//
// A power cut leaves the listing of before or after. A file is written under a name ending in ".new", synced and renamed, and
// its folder synced, before a listing names it; what no listing names is deleted at the next Open. Every stretch that is read
// has a checksum, and is read with pread: what a card cannot read, or gives back wrong, is an error, after which the index is
// Broken, thrown away and made anew.
//
// Why the lists are our own. It was measured first, on 100,000 made-up pages of 200 words, 1–3 words a query: SQLite's FTS5
// took 87 ms in the median and 197 ms at p99 to rank by bm25, and 20 and 52 ms merely to name the rows found, which the counts
// beside the results need every time. On the same machine a whole search here, all of it ranked and counted, passages read
// and marked, took 7 and 34.
//
// # What it costs in memory
//
// Before anybody searches or writes, the list of courses. Then 4 bytes a row, 12 a resource and 26 a block of 4 KiB of words,
// and while searching 32 bytes a resource for each of the searches that run at once, half as many as cores, and the lists of
// one segment. Joining eight segments takes some 4 MB, whatever their size; taking courses in some 20 MB while it lasts.
//
// # The files, form 4
//
// Numbers are little-endian; "uvarint" is that of encoding/binary; checksums are CRC-32C. A file of another form is not read:
// the index is made anew.
//
//	listing      "LampIdx5", CBOR (type listing), checksum of all before (4)
//
//	N.seg        "LampSeg4", the stretches below in this order, footer
//	  passages   of every row but headings: zstd of CBOR ([]part), checksum (4)
//	  headings   of every resource that is there: id and title, each behind its length (uvarint), description, checksum (4)
//	  words      lists of more than 32 bytes, blocks of terms, and runs of the vocabulary, as they came
//	  columns    rows, resources, values, headings, passages, blocks, letters: see the constants in segment.go
//	footer       rows, first resource, resources (4 each), where headings and passages begin (8 each);
//	             of each column where it is (8), its bytes (4) and checksum (4); checksum of the footer (4); "LampSeg4"
//
//	block        of terms in order, about 4 KiB; for each: bytes shared with the one before, bytes that follow, those, number
//	             of rows, bytes of its list (uvarints); the list, or if that is longer than 32 bytes where it lies in the
//	             file (uvarint) and its checksum (4). A term is a word as it is, \x02 and a stem, or \x01 and the first one to
//	             three letters of a word of a title
//	list         of each row the distance to the one before (the first: to row −1) as a uvarint; then a byte, how much the word
//	             weighs there, 1 to 127, and 128 where it stands in a title or heading
//	run          of the vocabulary, words of one first letter that a mistyped one may have been meant for; for each: bytes shared
//	             with the one before (1), bytes that follow (1), those, number of rows (uvarint)
//
// Forms 1 to 3 were SQLite files, search.db; Open deletes them.
//
// # Words
//
// A text is cut where its script cuts it (see words), folded (case, accents, width, harakat, nukta, homophone letters of
// Ethiopic; see fold) and entered as it is and, in the languages that have one here, by its stem. Scripts without spaces are
// entered in pairs of letters. A query is cut the same way, and stemmed as each language of the library that it may be in.
package search
