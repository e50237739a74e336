// Package zim reads ZIM files, the offline Wikipedia's format, in place, or refuses them by name and reason; it packs them anew.
//
// Majors 5 and 6 are read, with old namespaces (minor 0) and new (minor 1 and later, whichever the major), clusters
// stored as they are or packed with xz or zstd, 32- and 64-bit blob offsets, whole or split into .zimaa, .zimab ….
// zlib and bzip2 clusters, gone from the format for a decade, are refused by name.
//
// # How a ZIM is laid out (all little-endian)
//
//	header      80 bytes, or 72 without a checksum: versions, UUID, counts, places of the tables, main page
//	MIME list   NUL-terminated strings, an empty one ends
//	path list   u64 × entries: where each dirent is, in the order of namespace and path
//	title list  u32 × entries, optional; newer files have a listing of front articles as an entry of its own
//	dirents     MIME, namespace, cluster and blob or redirect target, path, title
//	clusters    an info byte, then perhaps packed: a table of offsets and the blobs themselves; no length is stored
//	checksum    MD5 of all before
//
// # What is checked, and when
//
// At opening: header, MIME list, that every table lies inside the file, the first and last dirent. Opening reads a few
// kilobytes whatever the size. When an entry is read: its dirent, its cluster and its blob; a fault there fails that
// entry alone (fs.ErrInvalid) and the rest is still read. A binary search that sees disorder says so rather than "not
// found". Plan also walks the dirents of files of up to 100,000 entries and refuses a disordered path list; Verify
// checks everything but the MD5, which the importer checks while it copies.
//
// # Packing anew
//
// Plain writes what a ZIM holds with nothing compressed, whoever packed it; FromPlain makes a ZIM of that, always the same
// one, so that a box with one edition is sent only what is new in the next. Our clusters hold 1 MiB of text, packed as
// Encoder says, or what does not get smaller as it is. Lists of titles are made anew; full-text databases (Xapian's, in X)
// are left out.
//
// # Memory
//
// Bytes are bounded, not counts: unpacked clusters lie in a Cache (8 MiB for the process unless Format says
// otherwise), a cluster is unpacked only as far as the blob asked for, to at most 64 MiB, two at once or one if it is
// big. What is stored unpacked is never loaded: File gives its extent in the container for sendfile. Files are read
// with pread, never mapped: a stick pulled out is an error, not a signal.
package zim
