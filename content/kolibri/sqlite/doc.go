// Package sqlite reads and writes SQLite 3 database files without SQL: rows of tables by their b-trees, and no more.
//
// Of the format it knows what a channel of Kolibri's needs: tables with rowids, records of every type, text in UTF-8 and
// both UTF-16s, overflow pages, columns added later, and committed pages of a -wal file beside the database. Views, virtual
// tables, triggers and computed columns are never run, for there is nothing here that could; tables WITHOUT ROWID are
// refused. A file is taken for hostile: whatever its bytes say, reading ends, holds a few MB at most, and answers either
// rows or an error that names file, page and reason and is fs.ErrInvalid.
//
//	Open → File.Table → Table.Rows → Cursor.Next | Cursor.Find → Cursor.Value
//	Create → Writer.Table, Writer.Index → Writer.Insert … → Writer.Close
//	Change rewrites one column's texts in a file.
//
// The writer fills b-trees from left to right, so a file comes out packed and without free pages; indexes are sorted last.
//
// Source: sqlite.org/fileformat2.html, whose sections the comments name with §; sqlite.org/lang_createtable.html for what
// stands in the schema.
package sqlite
