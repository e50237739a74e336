// Package bundle is the same exchange as a folder on a stick or phone: export what a peer lacks, import twice without harm.
//
// A carrier (stick, laptop, phone) has a folder LAMPLIGHT, and in it a folder for each box that was ever there, named by its
// device id (16 hex digits). A box writes in its own folder alone and reads all. Names are ASCII, lower case, so that FAT holds
// them; numbers are decimal and as wide as shown.
//
//	LAMPLIGHT/DEVICE/who.cbor                 who writes here: certificates of its school that it knows, its own first
//	LAMPLIGHT/DEVICE/seg-00000001-001.lseg    segments: those of scope "pub" plain, all others in envelopes (package segment)
//	LAMPLIGHT/DEVICE/pack-00000001-001.lpack  pieces of blobs that somebody wanted, at most 1 GiB
//	LAMPLIGHT/DEVICE/head-00000001.cbor       parcel 1, written last: vector covered, vector needed before, files and hashes
//	LAMPLIGHT/DEVICE/want.cbor                blobs that the box lacks
//	LAMPLIGHT/DEVICE/ack.cbor                 the box's vector when it was there: the receipt for all that it covers
//
// Every file is written as NAME.tmp, synced and renamed, and no file but want, ack and who is ever replaced, so that a carrier
// pulled at any moment holds whole files and at most one .tmp, which its writer removes next time. Readers judge each file, and
// each frame in it, by itself: what is torn, missing or of a newer version is passed over. A head is for
// people and tools, and says what should be there; and it is its writer's word: the files that it names hold what that box took
// into its own log. What it only carries stands in files that no head names. So of a box that no longer stays (see package
// device) what lies in a named file, whole as it was named, of one that stays is taken, as in a session with that; else it is
// parked until somebody vouches for its writer. Nothing else depends on a head.
//
// # Signed files
//
// who, head, want and ack are deterministic CBOR, an array of three: body (bytes), the device's public key (32 bytes), its
// signature (64 bytes) over "lamplight bundle 1", a zero byte, one of the letters i (who), h, w, a, and the body. The body is a
// map: unknown keys are skipped.
//
//	who   1 certificates, as device.Certificate.Marshal makes them · 2 mark of the writer's last purge
//	      3 boxes of its school that were shut out, each: 1 certificate · 2 vector, the last events that count (at most 512 boxes;
//	      absent before boxes were shut out, and in earlier releases, which skip it)
//	head  1 number · 2 vector covered · 3 vector needed before · 4 files, each: 1 name · 2 size · 3 BLAKE3-256
//	want  1 blobs, each: 1 BLAKE3-256 · 2 size · 3 from which byte on
//	ack   1 vector
//
// A visit holds of signed files what it needs, in memory 4 MiB of one author at most, 8 MiB of all that are strangers and 64 MiB
// of all that are known; the others are left unread, heads first. Its own it reads whatever they take.
//
// # lseg
//
//	"LSEGS\x01\r\n" then frames: length 4 ‖ CRC-32C of length and bytes 4 ‖ bytes (a segment, "LSEG…", or an envelope, "LENV…")
//
// # lpack
//
//	"LPACK\x01\r\n" then pieces: BLAKE3-256 of the blob 32 ‖ its size 8 ‖ offset 8 ‖ length 4 (1 to 65536) ‖ CRC-32C of all
//	before and of the bytes 4 ‖ bytes
//
// A blob's pieces follow each other, from the byte that was wanted. Integers are big-endian. CRCs find what a card tore; what
// the bytes say is believed for signatures and for the blob's hash alone.
//
// # One file
//
// A parcel as one file, for phones and mail: "LPARCEL\x01" then entries: name length 2 ‖ size 8 ‖ CRC-32C of both and the name 4
// ‖ name ("DEVICE/seg-…") ‖ bytes. Of a file that was cut the whole entries count, and of the last one what its frames prove.
//
// # The carry store
//
// DATA/carry/SCHOOL/STREAM/FIRST-COUNT.env holds one segment or envelope a file: of other schools, to be handed on, and of our
// own, what cannot be taken yet for want of what comes before it, of a certificate or of a secret; FIRST-COUNT-DEVICE.env what
// came with that box's word. It takes 64 MiB, of which others' half is never pushed out by ours nor ours by theirs; of ours
// what came with the word of a box that stays goes last. What was refused is tried again after the registry has changed, and
// at each start. DATA/carry/boxes/DEVICE.ack and .want are the newest of each
// box of ours as they were found, so that a phone that brings them can be given an answer.
package bundle
