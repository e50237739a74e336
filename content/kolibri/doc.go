// Package kolibri reads and writes Kolibri's channels: a SQLite file of nodes beside a store of files named by their MD5.
//
// A channel is a course; its topics and resources keep their ids, so that a resource of two channels is one resource with
// one progress. The channel's database is read at import alone, as a hostile file and by our own package sqlite, and compiled
// into a tree file of our own: what is served holds nothing in memory but a few open files, and there is no SQL to attack.
// The database itself is kept beside it, byte for byte, because an export must give it back; one beside which Kolibri left
// a log (-wal) is kept with that in its place.
//
// # The kept files
//
//	channel.sqlite3   the database as it came, or with its log put in
//	tree              what is served, below
//	HASH.ext          a file of the channel, HASH the MD5 of its bytes in lower-case hex
//
// Reader.File takes HASH.ext, HASH.ext/inner/path for what lies in a zip, and "thumbnail" for the channel's own picture.
//
// # The tree file, version 1
//
// All numbers are little-endian; offsets count from the file's start. It is written once, front to back.
//
//	0   "LAMPKOL" and the version, a byte
//	8   records, one a node in order of nodes: deterministic CBOR, see record
//	    the meta record: deterministic CBOR, see meta
//	    the channel's thumbnail, as decoded
//	    nodes, 40 bytes each: id (16) ‖ offset of its record (8) ‖ its length (4) ‖ parent (4) ‖ first child (4) ‖ children (4)
//	    index, 20 bytes each, sorted: id (16) ‖ node (4)
//	    footer, 72 bytes: offsets of meta, thumbnail, nodes, index, footer (8 each) ‖ count of nodes (4) ‖ bytes of
//	    meta (4) ‖ entries of index (4) ‖ 0 (4) ‖ BLAKE3 of all before, its first 16 bytes
//
// Node 0 is the channel's root, which is no topic of the course but its top. The children of a node follow each other, in
// course order, so that a page of them is one run of nodes and one of records. The id is that of content.ResourceID: of a
// topic the node's, of a resource the content_id. A resource that stands in several topics has a node in each and is
// indexed under the first.
//
// # The index blob
//
// Deterministic CBOR: {1: version 1, 2: channel id, 3: root node id, 4: ids of chosen nodes, sorted, none: all}.
//
// Sources: Kolibri's content models and content_manifest.py (MIT), le-utils' constants (MIT), Studio's publish.py, as the
// channels that were met bear them out; SQLite's file format (sqlite.org/fileformat2.html).
package kolibri
